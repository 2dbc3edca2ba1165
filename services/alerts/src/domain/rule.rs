//! The rule level-rise: a warning when the level of a province rises to a level that matters. Few warnings: one that lives
//! per province, threat and status.

use std::collections::BTreeSet;

use contracts::{
    alerts::Outcome,
    analysis::{SituationChanged, overrides::Override},
};
use domain::{
    Day, Level, Threat, WarningId,
    warning::{State, Status},
};

use super::{record::Record, wording};

/// The rule's name, as evaluations and drafts bear it.
pub const NAME: &str = "level-rise";
/// Who drafted what the rule drafted.
pub const DRAFTER: &str = "rule:level-rise";

/// The rule as it is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The level from which it warns.
    pub rise_to: Level,
    /// The threats it watches; empty for all.
    pub threats: BTreeSet<Threat>,
    /// How long a warning drafted by it is valid.
    pub validity: chrono::Duration,
}

/// What a change of level calls for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing; the warning that speaks of it already, if one does.
    Nothing(Option<WarningId>),
    /// A new warning.
    Draft,
    /// The open draft is brought up to date.
    Refresh(WarningId),
    /// A new version of the warning in force.
    Update(WarningId),
}

impl Step {
    /// What came of it, in one word.
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Nothing(_) => Outcome::Nothing,
            Self::Draft => Outcome::Drafted,
            Self::Refresh(_) => Outcome::Refreshed,
            Self::Update(_) => Outcome::Updated,
        }
    }
}

/// What a change calls for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it calls for.
    pub step: Step,
    /// Why.
    pub reason: String,
}

/// The status of a warning about this change: exercise material never makes a real one.
pub const fn status(change: &SituationChanged) -> Status {
    if change.exercise || change.situation.exercise { Status::Exercise } else { Status::Actual }
}

/// What a person set, where that is the change itself: then no index explains it. A computed level that moves while something is
/// set beside it is none of that.
pub(super) fn set_by_hand(change: &SituationChanged) -> Option<&Override> {
    let set = change.situation.set.as_ref();
    set.filter(|set| set.level == change.situation.level && set.at == change.at)
}

/// The day on which the computed level came to stand, where that lies before the day on which it was told: what was reported late,
/// or imported, tells of a rise of weeks ago (decision 0032).
pub(super) fn since_before(change: &SituationChanged) -> Option<Day> {
    let since = change.situation.since.day();
    (set_by_hand(change).is_none() && since < change.at.day()).then_some(since)
}

/// Which level it is: what a person set, by whom and why, or what was computed while something else is set. For the house alone: the
/// note of a draft and the reason of an evaluation leave it to nobody.
pub(super) fn by_hand(change: &SituationChanged) -> String {
    if let Some(set) = set_by_hand(change) {
        let why = set.reason.trim_end_matches(['.', ' ']);
        return format!(" (set by hand by {} because {why}; computed: {})", set.by, set.computed);
    }
    match &change.situation.set {
        Some(set) => format!(" (computed; {} is set by {} beside it)", set.level, set.by),
        None => String::new(),
    }
}

/// Judges a change of level. `live` holds the warnings of the same province, threat and status that are open or in force.
pub fn judge(rule: &Rule, change: &SituationChanged, live: &[Record]) -> Verdict {
    let (was, now, threat) = (change.was, change.situation.level, change.situation.threat);
    let nothing = |reason: String| Verdict { step: Step::Nothing(None), reason };
    if !rule.threats.is_empty() && !rule.threats.contains(&threat) {
        return nothing(format!("the rule does not watch {threat}"));
    }
    if now <= was {
        return nothing(format!("the level went from {was} to {now}; the rule warns of rises only"));
    }
    if now < rule.rise_to {
        return nothing(format!(
            "the level {}; the rule warns from {} on",
            wording::moved(change),
            rule.rise_to
        ));
    }
    let moved = wording::moved(change);
    let rose = format!("the level {moved}, which is {} or above{}", rule.rise_to, by_hand(change));
    if let Some(open) = live.iter().find(|record| record.is_open()) {
        let id = open.warning.id.clone();
        let reason = format!("{rose}; the draft of warning {id} is brought up to date");
        return Verdict { step: Step::Refresh(id), reason };
    }
    let issued = live.iter().filter(|record| record.warning.state == State::Issued);
    match issued.max_by_key(|record| record.warning.level) {
        None => Verdict { step: Step::Draft, reason: format!("{rose}, and no warning is open or in force") },
        Some(record) if record.warning.level >= now => {
            let (id, level) = (record.warning.id.clone(), record.warning.level);
            let reason = format!("{rose}, but warning {id} is in force and speaks of {level} already");
            Verdict { step: Step::Nothing(Some(id)), reason }
        }
        Some(record) => {
            let (id, level) = (record.warning.id.clone(), record.warning.level);
            let reason =
                format!("{rose}; warning {id} in force speaks of {level} only, so a new version is drafted");
            Verdict { step: Step::Update(id), reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::examples::{change, issued, rule, warning_draft};

    fn step(was: Level, now: Level, live: &[Record]) -> (Outcome, String) {
        let verdict = judge(&rule(), &change(was, now), live);
        (verdict.step.outcome(), verdict.reason)
    }

    #[test]
    fn only_a_rise_to_high_or_above_is_warned_of() {
        use Level::{Calm, Critical, Elevated, High, Low};
        let table = [
            (Calm, Elevated, Outcome::Nothing),
            (Low, High, Outcome::Drafted),
            (Elevated, High, Outcome::Drafted),
            (High, Critical, Outcome::Drafted),
            (High, High, Outcome::Nothing),
            (Critical, High, Outcome::Nothing),
        ];
        for (was, now, outcome) in table {
            assert_eq!(step(was, now, &[]).0, outcome, "{was} to {now}");
        }
    }

    #[test]
    fn a_threat_that_is_not_watched_is_left_alone_with_the_reason() {
        let rule = Rule { threats: BTreeSet::from([Threat::WaterEnergy]), ..rule() };
        let verdict = judge(&rule, &change(Level::Low, Level::Critical), &[]);
        assert_eq!(verdict.step, Step::Nothing(None));
        assert_eq!(verdict.reason, "the rule does not watch border_tension");
    }

    #[test]
    fn an_open_draft_is_brought_up_to_date_rather_than_doubled() {
        let draft = warning_draft(Level::High);
        assert_eq!(step(Level::High, Level::Critical, std::slice::from_ref(&draft)).0, Outcome::Refreshed);
    }

    #[test]
    fn a_warning_in_force_is_updated_by_a_higher_level_only() {
        let (outcome, reason) = step(Level::Elevated, Level::High, &[issued(Level::High)]);
        assert_eq!(outcome, Outcome::Nothing);
        assert!(reason.contains("speaks of high already"), "{reason}");
        assert_eq!(step(Level::High, Level::Critical, &[issued(Level::High)]).0, Outcome::Updated);
        assert_eq!(step(Level::Elevated, Level::High, &[issued(Level::Critical)]).0, Outcome::Nothing);
    }
}
