//! Situations told in full, unusual months, alarms and rules for tests; most as they are frozen in the contracts.

use contracts::{
    Page,
    alerts::alarms::{Alarm, RuleStanding},
    analysis::{
        Situation,
        anomalies::{Anomaly, AnomalyState, AnomalyStep, Method},
    },
};
use domain::{AnomalyId, ObservationId, Threat, Trend};

use super::{
    alarms,
    sample::{at, country_of},
    what_if::{Asked, Supposed},
};

const COMPOSED: &str = include_str!(
    "../../../../shared/contracts/golden/mirab.ask.analysis.situation.get.v1.reply.composed.json"
);
const ALARMS: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.alerts.alarm.list.v1.reply.json");
const RULES: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.alerts.rule.list.v1.reply.json");

/// A situation with everything a situation can say.
pub(super) fn composed() -> Situation {
    let mut all: Vec<Situation> = serde_json::from_str(COMPOSED).unwrap();
    all.remove(0)
}

/// What it would be by better sources alone.
pub(super) fn supposed() -> Supposed {
    let would = Situation { level: domain::Level::Low, index: 4.0, set: None, ..composed() };
    let asked =
        Asked { threat: Some(would.threat), without: Some("wire".into()), grades: "A-B".parse().ok() };
    Supposed { asked, told: Ok(vec![would]) }
}

/// Alarms with the rules and their record.
pub(super) fn alarmed() -> alarms::Seen {
    let alarms: Page<Alarm> = serde_json::from_str(ALARMS).unwrap();
    let rules: Vec<RuleStanding> = serde_json::from_str(RULES).unwrap();
    alarms::Seen { alarms: Ok(alarms.items), rules: Ok(rules) }
}

/// An anomaly that stands there.
pub(super) fn anomaly(state: AnomalyState) -> Anomaly {
    let opened_at = at("2026-11-20T04:00:00Z");
    let step =
        |state, by: &str, note: &str| AnomalyStep { state, by: by.into(), at: opened_at, note: note.into() };
    let mut history = vec![step(AnomalyState::Open, "analysis", "")];
    if state != AnomalyState::Open {
        history.push(step(state, "A. Analyst", "a late batch"));
    }
    let method = Method {
        name: "discounted negative-binomial tail, two-month memory".into(),
        window_months: 96,
        half_life_months: 18.0,
        mean: 2.2,
        variance: 5.5,
        chance: 0.0015,
        surprise: 2.82,
        score: 3.1,
    };
    Anomaly {
        id: AnomalyId::derived(&[state.as_str()]),
        province: "KG-B".parse().unwrap(),
        country: country_of("KG-B"),
        threat: Threat::BorderTension,
        exercise: false,
        month: "2026-11-01".parse().unwrap(),
        trend: Trend::Alert,
        counted: "incidents".into(),
        observed: 14.0,
        method,
        observations: vec![ObservationId::derived(&["a"])],
        state,
        version: history.len() as u32,
        history,
        opened_at,
        handling: None,
    }
}
