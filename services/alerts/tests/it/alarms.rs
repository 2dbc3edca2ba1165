//! Alarms: raised by forecasts, trends and levels, few enough, cleared when they are over, held against what came.

use alerts::Alerts;
use contracts::{
    FailureKind, PageRequest, Role,
    alerts::{
        GetWarning, GetWarningCap, ListEvaluations, ListWarnings, Outcome,
        alarms::{Alarm, AlarmCause, AlarmMoved, AlarmOutcome, AlarmState, GetRules, ListAlarms},
    },
    analysis::{
        SituationChanged,
        anomalies::{AnomalyMoved, AnomalyState},
        forecasts::{Forecast, ForecastsIssued},
        overrides::OverrideMoved,
    },
};
use domain::{Day, ForecastId, Handling, Level, Threat, Tlp, UnClass};
use kit::Clock;
use testkit::{Rig, principal};

use crate::{change, days};

const FORECASTS: &str =
    include_str!("../../../../shared/contracts/golden/mirab.analysis.forecasts.issued.v1.json");
const ANOMALY: &str =
    include_str!("../../../../shared/contracts/golden/mirab.analysis.anomaly.moved.v1.json");
const OVERRIDE: &str =
    include_str!("../../../../shared/contracts/golden/mirab.analysis.override.moved.v1.json");

fn clock() -> Clock {
    Clock::manual("2026-11-23T07:30:00Z".parse().unwrap())
}

/// Forecasts of three months from a month, of provinces with these chances.
fn issued(month: &str, chances: &[(&str, f64)]) -> ForecastsIssued {
    let example: ForecastsIssued = serde_json::from_str(FORECASTS).unwrap();
    let origin: Day = format!("{month}-01").parse().unwrap();
    let of = |(province, chance): &(&str, f64)| {
        let mut one: Forecast = example.forecasts[0].clone();
        one.id = ForecastId::derived(&[month, province]);
        (one.province, one.origin, one.months, one.rehearsal) = (province.parse().ok(), origin, 3, false);
        one.threat = Threat::BorderTension;
        one.expected.escalation = *chance;
        one
    };
    let forecasts = chances.iter().map(of).collect();
    ForecastsIssued { threat: Threat::BorderTension, origin, months: 3, forecasts, ..example }
}

async fn alarms(rig: &Rig) -> Vec<Alarm> {
    rig.ask(&principal("u", &[Role::Analyst]), &ListAlarms::default()).await.unwrap().items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chance_above_the_measured_threshold_raises_an_alarm_and_what_is_below_says_why_not() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<AlarmMoved>().await;
    rig.say(&issued("2026-10", &[("KG-B", 0.31), ("KG-O", 0.2)])).await;
    let alarm = moved.next().await.alarm;
    assert_eq!(
        (alarm.province.as_str(), alarm.cause, alarm.state),
        ("KG-B", AlarmCause::Forecast, AlarmState::Raised)
    );
    let query = ListEvaluations { province: "KG-O".parse().ok(), page: PageRequest::default() };
    let none = rig.ask(&principal("u", &[Role::Analyst]), &query).await.unwrap().items.remove(0);
    assert_eq!((none.outcome, none.chance, none.threshold), (Outcome::Nothing, Some(0.2), Some(0.265)));
    assert_eq!(none.reason, "the chance of an escalation is 0.200, which is below the threshold of 0.265");
    let rules = rig.ask(&principal("u", &[Role::Analyst]), &GetRules {}).await.unwrap();
    let budget = rules.iter().find_map(|rule| rule.budget).unwrap();
    assert!(budget.measured && budget.chances == 2 && (budget.threshold - 0.265).abs() < 1e-12);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_sets_the_threshold_once_there_are_forecasts_of_a_year() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("[alerts]\nalarms_per_month = 1\n").await;
    let mut moved = rig.listen::<AlarmMoved>().await;
    for month in 1..=12 {
        let month = format!("2025-{month:02}");
        rig.say(&issued(&month, &[("KG-B", 0.05), ("KG-O", 0.04), ("KG-J", 0.03)])).await;
    }
    rig.say(&issued("2026-01", &[("KG-B", 0.06), ("KG-O", 0.04), ("KG-J", 0.03)])).await;
    let alarm = moved.next().await.alarm;
    assert_eq!(alarm.province.as_str(), "KG-B");
    assert!(alarm.reason.contains("reaches the threshold of 0.050"), "{}", alarm.reason);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_is_followed_by_a_rise_is_a_hit_with_its_lead_and_clears_when_it_is_over() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<AlarmMoved>().await;
    rig.say(&issued("2026-08", &[("KG-B", 0.5)])).await;
    moved.next().await;
    rig.clock.advance(days(20));
    let rise = SituationChanged { at: rig.clock.now(), ..change(Level::Low, Level::High) };
    rig.say(&rise).await;
    let renewed = moved.next().await.alarm;
    assert_eq!((renewed.level, renewed.version), (Level::High, 2));
    let told = alarms(&rig).await.remove(0);
    assert_eq!((told.outcome, told.lead_days), (Some(AlarmOutcome::Hit), Some(20)));
    rig.say(&issued("2026-09", &[("KG-B", 0.1)])).await;
    rig.say(&issued("2026-10", &[("KG-B", 0.1)])).await;
    rig.clock.advance(days(30));
    let fall = SituationChanged { at: rig.clock.now(), ..change(Level::High, Level::Elevated) };
    rig.say(&fall).await;
    let cleared = moved.next().await.alarm;
    assert_eq!(cleared.state, AlarmState::Cleared);
    assert!(
        cleared.cleared_because.contains("on 2 runs in a row and the level is elevated"),
        "{}",
        cleared.cleared_because
    );
    let rules = rig.ask(&principal("u", &[Role::Head]), &GetRules {}).await.unwrap();
    let score = rules.iter().find_map(|rule| rule.score).unwrap();
    assert_eq!((score.precision, score.recall, score.lead_days), (Some(1.0), Some(1.0), Some(20.0)));
    assert!(running.stop().await);
}

/// A month that is so unusual that somebody must look.
fn unusual() -> AnomalyMoved {
    let mut unusual: AnomalyMoved = serde_json::from_str(ANOMALY).unwrap();
    unusual.anomaly.trend = domain::Trend::Alert;
    unusual.anomaly.state = AnomalyState::Open;
    unusual
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusual_month_and_a_level_set_by_hand_raise_alarms_too() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<AlarmMoved>().await;
    rig.say(&unusual()).await;
    assert_eq!(moved.next().await.alarm.cause, AlarmCause::Trend);
    let set: OverrideMoved = serde_json::from_str(OVERRIDE).unwrap();
    rig.say(&set).await;
    let query = ListEvaluations { province: "KG-B".parse().ok(), page: PageRequest::default() };
    let raised = moved
        .find(|said: &AlarmMoved| said.alarm.province.as_str() == "KG-B" && said.alarm.level == Level::High)
        .await;
    assert_eq!(raised.alarm.threat, set.set.threat);
    let evaluations = rig.ask(&principal("u", &[Role::Analyst]), &query).await.unwrap().items;
    let by_hand = evaluations.iter().find(|evaluation| evaluation.rule == "level-rise").unwrap();
    assert!(by_hand.reason.contains("; computed: elevated)"), "{}", by_hand.reason);
    assert!(by_hand.reason.contains("set by hand by S. Analyst because "), "{}", by_hand.reason);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_of_a_trend_is_cleared_however_long_after_its_month_somebody_dismisses_it() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<AlarmMoved>().await;
    let mut unusual = unusual();
    rig.say(&unusual).await;
    assert_eq!(moved.next().await.alarm.state, AlarmState::Raised);
    rig.clock.advance(days(72));
    // of another month that no longer alerts the open alarm is none, be it one that made the trend of that day as well
    for month in ["2026-08-01", "2026-10-01"] {
        let mut other = unusual.clone();
        other.anomaly.month = month.parse().unwrap();
        other.anomaly.state = AnomalyState::Dismissed;
        other.anomaly.method.score = 9.9;
        rig.say(&other).await;
    }
    unusual.anomaly.state = AnomalyState::Dismissed;
    rig.say(&unusual).await;
    let cleared = moved.next().await.alarm;
    assert_eq!(cleared.state, AlarmState::Cleared);
    assert!(cleared.cleared_because.contains("its score is 3.10"), "{}", cleared.cleared_because);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_restricted_material_is_told_to_those_alone_whose_work_needs_it() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<AlarmMoved>().await;
    let mut rise = change(Level::Low, Level::High);
    rise.situation.handling = Handling::new(Tlp::Red, UnClass::Confidential);
    rig.say(&rise).await;
    let restricted = Some(rise.situation.handling.clone());
    assert_eq!(moved.next().await.alarm.handling, restricted);
    let mut fall = change(Level::High, Level::Low);
    fall.situation.handling = rise.situation.handling;
    rig.say(&fall).await;
    assert_eq!(moved.next().await.alarm.state, AlarmState::Cleared);
    rig.clock.advance(days(40));
    let mut open = issued("2026-10", &[("KG-B", 0.5)]);
    open.forecasts[0].handling = Some(Handling::new(Tlp::Green, UnClass::Unclassified));
    rig.say(&open).await;
    let by_forecast = moved.next().await.alarm;
    assert_eq!((by_forecast.state, by_forecast.level), (AlarmState::Raised, Level::Low));
    assert_eq!(by_forecast.handling, restricted, "it names the level, which is restricted");
    let list = ListEvaluations { province: "KG-B".parse().ok(), page: PageRequest::default() };
    let (analyst, operator) = (principal("a", &[Role::Analyst]), principal("o", &[Role::Operator]));
    let warnings = rig.ask(&analyst, &ListWarnings::default()).await.unwrap().items;
    let seen = rig.ask(&analyst, &list).await.unwrap().items.len();
    assert_eq!((alarms(&rig).await.len(), warnings.len(), seen), (2, 1, 5));
    assert_eq!(rig.ask(&operator, &ListAlarms::default()).await.unwrap().items, []);
    assert_eq!(rig.ask(&operator, &list).await.unwrap().items, []);
    assert_eq!(rig.ask(&operator, &ListWarnings::default()).await.unwrap().items, []);
    let id = warnings[0].id.clone();
    let refused = rig.ask(&operator, &GetWarning { id: id.clone() }).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::NotFound);
    assert_eq!(rig.ask(&operator, &GetWarningCap { id }).await.unwrap_err().kind, FailureKind::NotFound);
    assert!(running.stop().await);
}
