//! Situations told in full, alarms and rules for tests, as they are frozen in the contracts.

use contracts::{
    Page,
    alerts::alarms::{Alarm, RuleStanding},
    analysis::Situation,
};

use super::{
    alarms,
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
