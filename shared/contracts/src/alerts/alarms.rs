//! Alarms: reasons to look at a province and threat, few enough to be looked at. An alarm is for the house; a warning, which goes
//! to partners, is drafted from it or not (ANALYSIS 7.10).

use domain::{AlarmId, Country, Handling, Level, ProvinceCode, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, event, query};

words! {
    /// What an alarm was raised by.
    "cause of an alarm" AlarmCause {
        /// The chance of an escalation is as great as the budget of alarms allows for.
        Forecast = "forecast",
        /// What just happened is so unusual that somebody must look.
        Trend = "trend",
        /// The level rose.
        Level = "level",
    }
}

words! {
    /// Where an alarm stands.
    "state of an alarm" AlarmState {
        /// Somebody should look.
        Raised = "raised",
        /// What raised it is over.
        Cleared = "cleared",
    }
}

words! {
    /// What came of an alarm that said something ahead.
    "outcome of an alarm" AlarmOutcome {
        /// The level rose within the window.
        Hit = "hit",
        /// The window is over and it did not.
        False = "false",
        /// The window is open.
        Open = "open",
    }
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Which.
    pub id: AlarmId,
    /// Where.
    pub province: ProvinceCode,
    /// The country of the province.
    pub country: Country,
    /// Of which threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
    /// Where it stands.
    pub state: AlarmState,
    /// What raised it.
    pub cause: AlarmCause,
    /// Why, in a sentence with its values.
    pub reason: String,
    /// The highest level since it was raised.
    pub level: Level,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_at: Option<Timestamp>,
    /// Why it was cleared.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cleared_because: String,
    /// What came of it; `None` where the rise of a level itself raised it, which says nothing ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<AlarmOutcome>,
    /// How many days before the rise it was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<i64>,
    /// Counts its changes, from 1.
    pub version: u32,
    /// The join of the handling of everything that raised it, and of the levels it names; `None` where that is not known, as of
    /// alarms from before it was kept: then it is told to those alone whose work needs what is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// An alarm was raised, renewed or cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmMoved {
    /// The alarm as it now stands.
    pub alarm: Alarm,
}
event!(AlarmMoved, Alerts, "mirab.alerts.alarm.moved.v1", |e| e.alarm.id.to_string());

/// Alarms, newest first, each with what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAlarms {
    /// Only of this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<AlarmState>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListAlarms => Page<Alarm>, Alerts, "mirab.ask.alerts.alarm.list.v1");

/// A rule as it stands, with its record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleStanding {
    /// Its name, as evaluations bear it.
    pub name: String,
    /// The level from which a rise counts.
    pub rise_to: Level,
    /// The threats it watches; empty for all.
    pub threats: Vec<Threat>,
    /// How many alarms there may be, and the chance that follows; absent where the rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// How good it was; absent where the rule says nothing ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<AlarmScore>,
}

/// A budget of alarms, and the chance from which one is raised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// So many alarms a month by forecasts, as the operator set it.
    pub alarms_per_month: f64,
    /// The chance of an escalation, in 0..=1, from which an alarm is raised.
    pub threshold: f64,
    /// From forecasts of so many months.
    pub months: u32,
    /// How many chances they gave.
    pub chances: u64,
    /// Whether it is the measured .265, because there are forecasts of too few months to set it by the budget.
    pub measured: bool,
}

/// How good alarms were: of those that said something ahead, and of the rises there were.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmScore {
    /// A rise counts for an alarm within so many days after it.
    pub window_days: u32,
    /// Alarms by forecast and trend whose window is over or that were hits.
    pub alarms: u64,
    /// Of these, so many were followed by a rise.
    pub hits: u64,
    /// Alarms whose window is open.
    pub open: u64,
    /// hits / alarms; `None` without any.
    pub precision: Option<f64>,
    /// Rises to the level of the rule or above.
    pub rises: u64,
    /// Of these, so many had an alarm before them.
    pub warned: u64,
    /// warned / rises; `None` without any.
    pub recall: Option<f64>,
    /// Half of the hits came so many days ahead, or more; `None` without any.
    pub lead_days: Option<f64>,
}

/// The rules, each with its record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetRules {}
query!(GetRules => Vec<RuleStanding>, Alerts, "mirab.ask.alerts.rule.list.v1");
