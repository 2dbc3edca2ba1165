//! How good alarms were: held against the rises of the level that came after them.

use contracts::alerts::alarms::{Alarm, AlarmCause, AlarmOutcome, AlarmScore};
use domain::{Level, ProvinceCode, Threat, Timestamp};

/// A rise counts for an alarm within so many days after it: the window of the forecast.
pub const WINDOW_DAYS: i64 = 92;

/// One rise of a level.
#[derive(Clone, Debug, PartialEq)]
pub struct Rise {
    /// Where.
    pub province: ProvinceCode,
    /// Of which threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// When.
    pub at: Timestamp,
    /// To which level.
    pub level: Level,
}

impl Rise {
    /// How many days after this alarm it came, where it is of its cell and within the window.
    fn days_after(&self, alarm: &Alarm) -> Option<i64> {
        let same =
            (&self.province, self.threat, self.exercise) == (&alarm.province, alarm.threat, alarm.exercise);
        let days = self.at.since(alarm.raised_at).num_days();
        (same && self.at > alarm.raised_at && days <= WINDOW_DAYS).then_some(days)
    }
}

/// Whether an alarm says something ahead: the rise of a level is no forecast of itself.
fn looks_ahead(alarm: &Alarm) -> bool {
    alarm.cause != AlarmCause::Level
}

/// The alarm with what came of it.
pub fn told(alarm: Alarm, rises: &[Rise], now: Timestamp) -> Alarm {
    if !looks_ahead(&alarm) {
        return alarm;
    }
    let lead_days = rises.iter().filter_map(|rise| rise.days_after(&alarm)).min();
    let outcome = match lead_days {
        Some(_) => AlarmOutcome::Hit,
        None if now.since(alarm.raised_at).num_days() > WINDOW_DAYS => AlarmOutcome::False,
        None => AlarmOutcome::Open,
    };
    Alarm { outcome: Some(outcome), lead_days, ..alarm }
}

/// The record of these alarms against these rises, each with all that there are.
pub fn score(alarms: &[Alarm], rises: &[Rise], now: Timestamp) -> AlarmScore {
    let ahead: Vec<Alarm> = alarms
        .iter()
        .filter(|alarm| looks_ahead(alarm))
        .map(|alarm| told(alarm.clone(), rises, now))
        .collect();
    let count = |outcome| ahead.iter().filter(|alarm| alarm.outcome == Some(outcome)).count() as u64;
    let (hits, open) = (count(AlarmOutcome::Hit), count(AlarmOutcome::Open));
    let warned =
        rises.iter().filter(|rise| ahead.iter().any(|alarm| rise.days_after(alarm).is_some())).count() as u64;
    let mut leads: Vec<i64> = ahead.iter().filter_map(|alarm| alarm.lead_days).collect();
    leads.sort_unstable();
    let middle = |leads: &[i64]| {
        let (low, high) = (leads.get(leads.len().checked_sub(1)? / 2)?, leads.get(leads.len() / 2)?);
        Some((low + high) as f64 / 2.0)
    };
    let (judged, rises) = (hits + count(AlarmOutcome::False), rises.len() as u64);
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    AlarmScore {
        window_days: WINDOW_DAYS as u32,
        alarms: judged,
        hits,
        open,
        precision: share(hits, judged),
        rises,
        warned,
        recall: share(warned, rises),
        lead_days: middle(&leads),
    }
}

#[cfg(test)]
mod tests {
    use contracts::alerts::alarms::AlarmState;
    use domain::AlarmId;

    use super::*;

    fn at(days: i64) -> Timestamp {
        let began: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        began.plus(chrono::TimeDelta::days(days))
    }

    fn alarm(province: &str, cause: AlarmCause, days: i64) -> Alarm {
        Alarm {
            id: AlarmId::derived(&[province, &days.to_string()]),
            province: province.parse().unwrap(),
            country: "AFG".parse().unwrap(),
            threat: Threat::ArmedConflict,
            exercise: false,
            state: AlarmState::Raised,
            cause,
            reason: String::new(),
            level: Level::Low,
            raised_at: at(days),
            cleared_at: None,
            cleared_because: String::new(),
            outcome: None,
            lead_days: None,
            version: 1,
            handling: None,
        }
    }

    fn rise(province: &str, days: i64) -> Rise {
        let province = province.parse().unwrap();
        Rise { province, threat: Threat::ArmedConflict, exercise: false, at: at(days), level: Level::High }
    }

    #[test]
    fn precision_recall_and_lead_count_what_said_something_ahead() {
        let alarms = [
            alarm("AF-KDZ", AlarmCause::Forecast, 0),
            alarm("AF-BDS", AlarmCause::Trend, 0),
            alarm("AF-BAL", AlarmCause::Forecast, 150),
            alarm("AF-HEL", AlarmCause::Level, 10),
        ];
        let rises = [rise("AF-KDZ", 30), rise("AF-HEL", 10), rise("AF-BDS", 93)];
        let score = score(&alarms, &rises, at(200));
        assert_eq!((score.alarms, score.hits, score.open), (2, 1, 1));
        assert_eq!((score.rises, score.warned), (3, 1));
        assert_eq!((score.precision, score.lead_days), (Some(0.5), Some(30.0)));
    }

    #[test]
    fn without_alarms_and_rises_nothing_is_claimed() {
        let score = score(&[], &[], at(0));
        assert_eq!((score.precision, score.recall, score.lead_days), (None, None, None));
    }
}
