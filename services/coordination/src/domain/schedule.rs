//! When a delivery that failed is tried again (RELIABILITY 3.9).

use chrono::Duration;
use domain::{Timestamp, warning::CapSeverity};

/// How urgently a delivery is tried: the group of CAP severities that share a schedule. What is graver comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Extreme and Severe: to the end of the warning.
    Grave,
    /// Moderate: for two days.
    Moderate,
    /// Minor and Unknown: for three days, as Standard Webhooks recommends.
    Other,
}

const GRAVE_S: [i64; 9] = [0, 5, 15, 30, 60, 120, 300, 600, 900];
const MODERATE_S: [i64; 12] = [0, 5, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400];
const OTHER_S: [i64; 10] = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// The longest wait that an endpoint can ask of a grave delivery, in seconds.
const GRAVE_LONGEST_S: i64 = 900;

impl Rank {
    /// The rank of this severity.
    pub const fn of(severity: CapSeverity) -> Self {
        match severity {
            CapSeverity::Extreme | CapSeverity::Severe => Self::Grave,
            CapSeverity::Moderate => Self::Moderate,
            CapSeverity::Minor | CapSeverity::Unknown => Self::Other,
        }
    }
    /// As a column holds it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Grave => 0,
            Self::Moderate => 1,
            Self::Other => 2,
        }
    }
    /// From a column; what is no rank is the last.
    pub const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Grave,
            1 => Self::Moderate,
            _ => Self::Other,
        }
    }
    /// The wait after this many failed tries, without jitter; `None` when all are used up.
    pub fn step(self, failures: u32) -> Option<Duration> {
        let table: &[i64] = match self {
            Self::Grave => &GRAVE_S,
            Self::Moderate => &MODERATE_S,
            Self::Other => &OTHER_S,
        };
        let last = if self == Self::Grave { table.last() } else { None };
        table.get(failures as usize).or(last).map(|seconds| Duration::seconds(*seconds))
    }
    /// The wait after this many failed tries: the step, moved by up to a fifth either way as `chance` in 0..=1 says.
    pub fn wait(self, failures: u32, chance: f64) -> Option<Duration> {
        let factor = 0.8 + 0.4 * chance.clamp(0.0, 1.0);
        self.step(failures)
            .map(|step| Duration::milliseconds((step.num_milliseconds() as f64 * factor) as i64))
    }
    /// The wait an endpoint asked for, no shorter than the step and no longer than four of it (for grave ones fifteen minutes).
    pub fn asked_wait(self, failures: u32, asked: Duration) -> Option<Duration> {
        let step = self.step(failures)?;
        let longest = match self {
            Self::Grave => (step * 4).min(Duration::seconds(GRAVE_LONGEST_S)),
            Self::Moderate | Self::Other => step * 4,
        };
        Some(asked.clamp(step, longest.max(step)))
    }
}

/// What `Retry-After` says: seconds, or a moment as HTTP writes it. `None` for anything else and for what has passed.
pub fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::seconds(text.parse::<i64>().unwrap_or(i64::MAX).min(i64::from(u32::MAX))));
    }
    let moment = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    let wait = Timestamp::from(moment.to_utc()).since(now);
    (wait > Duration::zero()).then_some(wait)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn steps(rank: Rank) -> Vec<i64> {
        (1..).map_while(|n| rank.step(n)).take(12).map(|step| step.num_seconds()).collect()
    }

    #[test]
    fn a_grave_delivery_is_tried_every_quarter_of_an_hour_without_end() {
        assert_eq!(steps(Rank::Grave), [5, 15, 30, 60, 120, 300, 600, 900, 900, 900, 900, 900]);
        assert_eq!(Rank::Grave.step(10_000), Some(Duration::minutes(15)));
    }

    #[test]
    fn the_others_are_used_up() {
        assert_eq!(
            steps(Rank::Moderate),
            [5, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400]
        );
        assert_eq!(steps(Rank::Other).len(), 9);
        assert_eq!(steps(Rank::Other).iter().sum::<i64>(), 272_105, "75.6 hours");
        assert_eq!(Rank::Other.step(10), None);
    }

    #[test]
    fn every_severity_has_a_schedule() {
        let ranks: Vec<i64> = CapSeverity::ALL.iter().map(|s| Rank::of(*s).number()).collect();
        assert_eq!(ranks, [0, 0, 1, 2, 2]);
        assert!(ranks.iter().all(|n| Rank::from_number(*n).number() == *n));
    }

    #[test]
    fn what_an_endpoint_asks_is_honoured_within_bounds() {
        let asked = |rank: Rank, failures, seconds| {
            rank.asked_wait(failures, Duration::seconds(seconds)).map(|wait| wait.num_seconds())
        };
        assert_eq!(asked(Rank::Grave, 1, 1), Some(5), "no sooner than the step");
        assert_eq!(asked(Rank::Grave, 1, 12), Some(12));
        assert_eq!(asked(Rank::Grave, 1, 3600), Some(20), "four steps");
        assert_eq!(asked(Rank::Grave, 7, 86_400), Some(900), "a quarter of an hour");
        assert_eq!(asked(Rank::Moderate, 2, 3600), Some(240));
        assert_eq!(asked(Rank::Other, 10, 5), None, "used up");
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_moment() {
        let now: Timestamp = "2026-11-23T07:30:00Z".parse().unwrap();
        assert_eq!(retry_after("120", now), Some(Duration::seconds(120)));
        assert_eq!(retry_after("Mon, 23 Nov 2026 07:31:00 GMT", now), Some(Duration::seconds(60)));
        assert!(retry_after("99999999999999999999999", now).is_some());
        for none in ["", "soon", "-5", "Mon, 23 Nov 2026 07:29:00 GMT"] {
            assert_eq!(retry_after(none, now), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn jitter_moves_a_wait_by_a_fifth_at_most(n in 1_u32..9, chance in 0.0..=1.0_f64, rank in 0_i64..3) {
            let rank = Rank::from_number(rank);
            let (step, wait) = (rank.step(n).unwrap(), rank.wait(n, chance).unwrap());
            let ratio = wait.num_milliseconds() as f64 / step.num_milliseconds() as f64;
            prop_assert!((0.799..=1.201).contains(&ratio), "{ratio}");
        }
    }
}
