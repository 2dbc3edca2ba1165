//! Silence: whether as much comes from a province as usually does (ANALYSIS 6, the lower tail, on reports received).
//!
//! Sources that list every event are left out: they come in months late, and how far they reach is told by the coverage.

use contracts::analysis::levels::Reporting;
use domain::Day;

use super::anomaly::{HALF_LIFE_MONTHS, WARM_MONTHS, lower_tail};

/// A span of reporting, in days.
pub const SPAN_DAYS: i64 = 30;
/// How many spans are looked at, the newest included.
pub const SPANS: usize = 36;
/// The first day that is looked at on a day.
pub fn looked_at_since(on: Day) -> Day {
    on.plus(1 - SPAN_DAYS * SPANS as i64)
}

/// Where fewer than so many usually come in a span, none is no silence (a judgement).
const LEAST_USUAL: f64 = 3.0;
/// As few as this or fewer have so little chance that the silence is looked at: about two false alarms a month over the region
/// (a judgement after ANALYSIS 6).
const SILENT: f64 = 0.02;
/// The least variance, in means.
const LEAST_VARIANCE: f64 = 1.05;

/// What came from a province day by day: the day a report or reading speaks of, and how many.
pub type Received = Vec<(Day, u64)>;

/// Holds the newest span against those before; `None` with fewer than six spans since the first report.
pub fn reporting(received: &[(Day, u64)], on: Day) -> Option<Reporting> {
    let mut spans = vec![0_u64; SPANS];
    for (day, count) in received {
        let back = usize::try_from(on.since((*day).min(on)) / SPAN_DAYS).ok()?;
        if let Some(span) = spans.get_mut(back) {
            *span += count;
        }
    }
    let first = spans.iter().rposition(|count| *count > 0)?;
    if first < WARM_MONTHS {
        return None;
    }
    let keep = 0.5_f64.powf(1.0 / HALF_LIFE_MONTHS);
    let (mut sum, mut squares, mut weight) = (0.0, 0.0, 0.0);
    for count in spans[1..=first].iter().rev() {
        let count = *count as f64;
        (sum, squares, weight) = (keep * sum + count, keep * squares + count * count, keep * weight + 1.0);
    }
    let usual: f64 = sum / weight;
    let variance = (squares / weight - usual * usual).max(usual * LEAST_VARIANCE);
    let chance = lower_tail(spans[0] as f64, usual, variance);
    let silenced = usual >= LEAST_USUAL && chance <= SILENT;
    let newest = received.iter().map(|(day, _)| *day).max()?;
    let began = if spans[0] == 0 { newest.plus(1) } else { on.plus(1 - SPAN_DAYS) };
    Some(Reporting {
        received: spans[0],
        usual,
        chance,
        days: SPAN_DAYS as u32,
        silenced,
        since: silenced.then_some(began),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::given::day;

    /// So many reports every ten days for two years, up to so many days ago.
    fn usual(count: u64, until: i64) -> Received {
        (0..72).map(|n| (day(-until - 10 * n), count)).collect()
    }

    #[test]
    fn a_province_that_fell_silent_is_seen_with_the_day() {
        let told = reporting(&usual(4, 40), day(0)).unwrap();
        assert!(told.silenced && told.received == 0 && told.chance < 0.001, "{told:?}");
        assert_eq!(told.since, Some(day(-39)));
        let few = [usual(4, 33), vec![(day(-2), 1)]].concat();
        let told = reporting(&few, day(0)).unwrap();
        assert_eq!((told.silenced, told.since), (true, Some(day(-29))));
    }

    #[test]
    fn as_much_as_usual_is_no_silence_and_neither_is_little_where_little_comes() {
        let told = reporting(&usual(4, 0), day(0)).unwrap();
        assert!(!told.silenced && (told.usual - 12.0).abs() < 0.2, "{told:?}");
        let rare: Received = (2..20).map(|n| (day(-40 * n), 1)).collect();
        assert!(!reporting(&rare, day(0)).unwrap().silenced);
        assert_eq!(reporting(&usual(4, 0)[..9], day(0)), None, "three months are too little to say");
        assert_eq!(reporting(&[], day(0)), None);
    }
}
