use proptest::prelude::*;

use super::*;

fn rule() -> AlarmRule {
    AlarmRule { per_month: 2.0, rise_to: Level::High, threats: BTreeSet::new() }
}

fn at(days: i64) -> Timestamp {
    let began: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    began.plus(chrono::TimeDelta::days(days))
}

fn alarm(state: AlarmState, level: Level) -> Alarm {
    Alarm {
        id: AlarmId::derived(&["1"]),
        province: "AF-KDZ".parse().unwrap(),
        country: "AFG".parse().unwrap(),
        threat: Threat::ArmedConflict,
        exercise: false,
        state,
        cause: AlarmCause::Forecast,
        reason: String::new(),
        level,
        raised_at: at(0),
        cleared_at: None,
        cleared_because: String::new(),
        outcome: None,
        lead_days: None,
        version: 1,
        handling: None,
    }
}

fn known(level: Level, low_runs: u32, newest: Option<Alarm>) -> Known {
    Known { level: Some(level), has_forecast: true, low_runs, newest }
}

fn step(signal: Signal, known: &Known, days: i64) -> Step {
    judge(&rule(), Threat::ArmedConflict, (signal, known), at(days)).step
}

const HIGH: Signal = Signal::Forecast { chance: 0.4, threshold: 0.3 };
const LOW: Signal = Signal::Forecast { chance: 0.1, threshold: 0.3 };
const ALERT: Signal = Signal::Trend { alert: true, score: 2.0 };

#[test]
#[expect(clippy::float_cmp, reason = "a quantile is one of the chances as it stands")]
fn the_threshold_lets_as_many_through_as_there_may_be_alarms() {
    let chances: Vec<f64> = (0..1000).map(|n| f64::from(n) / 1000.0).collect();
    let set = threshold(chances.clone(), 20, 2.0);
    assert_eq!((set.chance, set.measured), (0.960, false));
    assert_eq!(chances.iter().filter(|chance| **chance >= set.chance).count(), 40);
    assert_eq!(threshold(chances.clone(), 11, 2.0).chance, MEASURED, "too few months");
    assert_eq!(threshold(chances, 20, 0.0).chance, 1.0, "no alarm is wanted");
    assert_eq!(threshold(vec![0.001; 30], 20, 5.0).chance, 0.01);
}

#[test]
fn a_forecast_a_trend_and_a_rise_raise_an_alarm_and_nothing_else_does() {
    let nothing = known(Level::Low, 0, None);
    assert_eq!(step(HIGH, &nothing, 0), Step::Raise(AlarmCause::Forecast));
    assert_eq!(step(ALERT, &nothing, 0), Step::Raise(AlarmCause::Trend));
    let rise = Signal::Level { was: Level::Low, now: Level::High };
    assert_eq!(step(rise, &known(Level::High, 0, None), 0), Step::Raise(AlarmCause::Level));
    for quiet in
        [LOW, Signal::Trend { alert: false, score: 1.5 }, Signal::Level { was: Level::Calm, now: Level::Low }]
    {
        assert_eq!(step(quiet, &nothing, 0), Step::Nothing(None), "{quiet:?}");
    }
}

#[test]
fn an_alarm_clears_after_two_low_runs_and_a_fall_and_not_before() {
    let open = || Some(alarm(AlarmState::Raised, Level::High));
    let id = AlarmId::derived(&["1"]);
    assert_eq!(step(LOW, &known(Level::Elevated, 1, open()), 40), Step::Nothing(Some(id.clone())));
    assert_eq!(step(LOW, &known(Level::High, 2, open()), 40), Step::Nothing(Some(id.clone())));
    assert_eq!(step(LOW, &known(Level::Elevated, 2, open()), 40), Step::Clear(id.clone()));
    let fall = Signal::Level { was: Level::High, now: Level::Elevated };
    assert_eq!(step(fall, &known(Level::Elevated, 2, open()), 40), Step::Clear(id.clone()));
    let without = Known { has_forecast: false, ..known(Level::Elevated, 0, open()) };
    assert_eq!(step(fall, &without, 40), Step::Clear(id));
}

#[test]
fn none_is_repeated_within_fourteen_days_unless_the_level_rises() {
    let cleared = known(Level::Low, 0, Some(alarm(AlarmState::Cleared, Level::High)));
    assert!(matches!(step(HIGH, &cleared, 13), Step::Nothing(Some(_))));
    assert_eq!(step(HIGH, &cleared, 14), Step::Raise(AlarmCause::Forecast));
    let rise = Signal::Level { was: Level::Low, now: Level::High };
    assert_eq!(step(rise, &known(Level::High, 0, cleared.newest.clone()), 3), Step::Raise(AlarmCause::Level));
    let open = known(Level::Critical, 0, Some(alarm(AlarmState::Raised, Level::High)));
    let rise = Signal::Level { was: Level::High, now: Level::Critical };
    assert!(matches!(step(rise, &open, 3), Step::Renew(_)));
}

#[test]
fn every_verdict_says_its_values() {
    let verdict = judge(&rule(), Threat::ArmedConflict, (LOW, &known(Level::Low, 0, None)), at(0));
    assert_eq!(verdict.reason, "the chance of an escalation is 0.100, which is below the threshold of 0.300");
    let only = AlarmRule { threats: BTreeSet::from([Threat::WaterEnergy]), ..rule() };
    let verdict = judge(&only, Threat::ArmedConflict, (HIGH, &known(Level::Low, 0, None)), at(0));
    assert_eq!(verdict.reason, "the rule does not watch armed_conflict");
}

proptest! {
    #[test]
    fn a_greater_budget_never_raises_the_threshold(
        chances in proptest::collection::vec(0.0..1.0_f64, 0..200), few in 0.0..5.0_f64, more in 0.0..5.0_f64,
    ) {
        let (few, more) = (few.min(more), few.max(more));
        prop_assert!(threshold(chances.clone(), 24, more).chance <= threshold(chances, 24, few).chance);
    }
}

#[test]
fn what_became_known_of_a_month_long_past_is_no_trend_of_today() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    for (month, on, is) in [
        ("2020-12-01", "2020-12-31", true),
        ("2020-12-01", "2021-01-31", true),
        ("2020-12-01", "2021-02-01", false),
        ("2020-12-01", "2021-02-20", false),
        ("2020-12-01", "2022-01-01", false),
    ] {
        assert_eq!(is_of_trend(day(month), day(on)), is, "{month} on {on}");
    }
}
