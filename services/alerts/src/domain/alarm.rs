//! The rule alarm-budget: few alarms, as many as the operator has eyes for (ANALYSIS 7.10). Pure.

use std::collections::BTreeSet;

use contracts::{
    alerts::alarms::{Alarm, AlarmCause, AlarmState},
    analysis::anomalies::ALERT,
};
use domain::{AlarmId, Day, Level, Threat, Timestamp};

/// The rule's name, as evaluations bear it.
pub const NAME: &str = "alarm-budget";
/// The measured threshold: about five alarms a month over 126 provinces, one in three right (ANALYSIS 5). It serves until there
/// are forecasts of a year.
pub const MEASURED: f64 = 0.265;
/// The budget is set by the forecasts of so many months.
pub const MONTHS: u32 = 24;
/// Forecasts of fewer months are too few to set it by (a judgement).
const LEAST_MONTHS: usize = 12;
/// No chance below this raises an alarm, however great the budget (a judgement).
const LEAST: f64 = 0.01;
/// An alarm clears below this share of the threshold.
pub const CLEAR_BELOW: f64 = 0.7;
/// So many runs in a row.
pub const LOW_RUNS: u32 = 2;
/// No alarm of a cell is repeated within so many days unless its level rises.
pub const REPEAT_DAYS: i64 = 14;

/// Whether an unusual month is the one that runs on a day or the one before it: these make a trend. What became known of a month long
/// past says nothing of today.
pub fn is_of_trend(month: Day, on: Day) -> bool {
    let of_month_before = on.month().0.plus(-1);
    month >= of_month_before.month().0
}

/// The rule as it is configured.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmRule {
    /// So many alarms a month by forecasts.
    pub per_month: f64,
    /// The level from which a rise raises an alarm.
    pub rise_to: Level,
    /// The threats it watches; empty for all.
    pub threats: BTreeSet<Threat>,
}

/// The chance from which an alarm is raised, and what it was set by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The chance, in 0..=1.
    pub chance: f64,
    /// Whether it is the measured one.
    pub measured: bool,
    /// Forecasts of how many months it was set by.
    pub months: usize,
    /// How many chances they gave.
    pub chances: usize,
}

/// The chance that as many forecasts reached in these months as there may be alarms.
pub fn threshold(mut chances: Vec<f64>, months: usize, per_month: f64) -> Threshold {
    let counted = chances.len();
    if months < LEAST_MONTHS {
        return Threshold { chance: MEASURED, measured: true, months, chances: counted };
    }
    let allowed = (per_month * months as f64).floor() as usize;
    chances.sort_by(|a, b| b.total_cmp(a));
    let chance = match allowed.checked_sub(1) {
        None => 1.0,
        Some(at) => chances.get(at).copied().unwrap_or(LEAST).max(LEAST),
    };
    Threshold { chance, measured: false, months, chances: counted }
}

/// What may raise or clear an alarm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// A forecast was issued.
    Forecast {
        /// Its chance of an escalation.
        chance: f64,
        /// The chance from which an alarm is raised.
        threshold: f64,
    },
    /// A month is unusual: an alert or not.
    Trend {
        /// Whether somebody must look.
        alert: bool,
        /// Its score.
        score: f64,
    },
    /// The level changed.
    Level {
        /// The level before.
        was: Level,
        /// The level now.
        now: Level,
    },
}

/// What is known of a cell when a signal comes, the signal included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The level that holds; `None`: nothing was ever said of it, which is calm.
    pub level: Option<Level>,
    /// Whether there is a forecast of it.
    pub has_forecast: bool,
    /// How many runs in a row its chance was below 0.7 of the threshold.
    pub low_runs: u32,
    /// Its newest alarm.
    pub newest: Option<Alarm>,
}

impl Known {
    fn open(&self) -> Option<&Alarm> {
        self.newest.as_ref().filter(|alarm| alarm.state == AlarmState::Raised)
    }
    fn level(&self) -> Level {
        self.level.unwrap_or(Level::Calm)
    }
    /// Whether an open alarm may be cleared: its chance was low twice, or there is no forecast, and its level fell. A cell that is
    /// calm has nowhere to fall to.
    fn is_over(&self, alarm: &Alarm) -> bool {
        let fell = self.level() < alarm.level || self.level() == Level::Calm;
        fell && (!self.has_forecast || self.low_runs >= LOW_RUNS)
    }
}

/// What a signal calls for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing; the alarm that is there already, if one is.
    Nothing(Option<AlarmId>),
    /// A new alarm.
    Raise(AlarmCause),
    /// The open alarm is of a higher level now.
    Renew(AlarmId),
    /// The open alarm is over.
    Clear(AlarmId),
}

/// What a signal calls for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it calls for.
    pub step: Step,
    /// Why, with the values.
    pub reason: String,
}

/// Judges a signal.
pub fn judge(rule: &AlarmRule, threat: Threat, (signal, known): (Signal, &Known), now: Timestamp) -> Verdict {
    let nothing = |id: Option<AlarmId>, reason: String| Verdict { step: Step::Nothing(id), reason };
    if !rule.threats.is_empty() && !rule.threats.contains(&threat) {
        return nothing(None, format!("the rule does not watch {threat}"));
    }
    let (cause, raises, said) = told(rule, signal);
    let rose = matches!(signal, Signal::Level { .. }) && raises;
    if let Some(open) = known.open() {
        let id = open.id.clone();
        return match () {
            () if rose && known.level() > open.level => Verdict {
                step: Step::Renew(id),
                reason: format!("{said}; the alarm that is open is of the higher level now"),
            },
            () if raises => nothing(Some(id), format!("{said}, and an alarm is open already")),
            () if known.is_over(open) => {
                Verdict { step: Step::Clear(id), reason: format!("{said}; {}", over(known)) }
            }
            () => nothing(
                Some(id),
                format!(
                    "{said}; an alarm stays open until the chance was below {CLEAR_BELOW} of the threshold on {LOW_RUNS} runs in a row and the level fell"
                ),
            ),
        };
    }
    if !raises {
        return nothing(None, said);
    }
    match &known.newest {
        Some(last) if !rose && now.since(last.raised_at) < chrono::TimeDelta::days(REPEAT_DAYS) => {
            let (id, day) = (last.id.clone(), last.raised_at.day());
            nothing(
                Some(id),
                format!(
                    "{said}, but an alarm was raised on {day}: none is repeated within {REPEAT_DAYS} days unless the level rises"
                ),
            )
        }
        _ => Verdict { step: Step::Raise(cause), reason: said },
    }
}

/// What a signal would raise an alarm as, whether it does, and what it says.
fn told(rule: &AlarmRule, signal: Signal) -> (AlarmCause, bool, String) {
    match signal {
        Signal::Forecast { chance, threshold } => {
            let raises = chance >= threshold;
            let word = if raises { "reaches" } else { "is below" };
            let said = format!(
                "the chance of an escalation is {chance:.3}, which {word} the threshold of {threshold:.3}"
            );
            (AlarmCause::Forecast, raises, said)
        }
        Signal::Trend { alert, score } => {
            let word = if alert { "alerts" } else { "does not alert" };
            (
                AlarmCause::Trend,
                alert,
                format!("the trend {word}: its score is {score:.2}, and it alerts from {ALERT} on"),
            )
        }
        Signal::Level { was, now } => {
            let raises = now > was && now >= rule.rise_to;
            let said = format!(
                "the level went from {was} to {now}; a rise to {} or above raises an alarm",
                rule.rise_to
            );
            (AlarmCause::Level, raises, said)
        }
    }
}

fn over(known: &Known) -> String {
    let level = known.level();
    if known.has_forecast {
        format!(
            "the chance was below {CLEAR_BELOW} of the threshold on {} runs in a row and the level is {level}",
            known.low_runs
        )
    } else {
        format!("there is no forecast of it and the level is {level}")
    }
}

#[cfg(test)]
#[path = "alarm_tests.rs"]
mod tests;
