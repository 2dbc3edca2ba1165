//! Overrides: set for a reason and for a time, ended by a person, by another or by time (ANALYSIS 7.9). Pure.

use chrono::TimeDelta;
use contracts::analysis::overrides::{Override, OverrideState, SetOverride};
use domain::{Level, OverrideId, Timestamp};

use super::watch::ITSELF;

/// For so many days an override holds unless told.
pub const DAYS: i64 = 30;
/// For so many days an override holds at most: what is so for longer belongs into the evidence (a judgement).
pub const MOST_DAYS: i64 = 180;
/// How long a reason may be, in characters.
const LONGEST: usize = 2000;

/// What is wrong with a wish, by its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Wrong {
    /// The field, as a JSON Pointer.
    pub at: &'static str,
    /// What, and how to mend it.
    pub text: String,
}

fn wrong(at: &'static str, text: impl Into<String>) -> Wrong {
    Wrong { at, text: text.into() }
}

fn reason(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong(
            "/reason",
            "say why: the reason stands beside the level for everybody who reads it",
        ));
    }
    if text.chars().count() > LONGEST {
        return Err(wrong("/reason", format!("a reason has {LONGEST} characters at most")));
    }
    Ok(text.to_owned())
}

/// An override as it is set.
///
/// # Errors
/// Without a reason, or when it would end in the past or in more than 180 days.
pub fn set(
    id: OverrideId,
    wish: &SetOverride,
    computed: Level,
    (by, at): (&str, Timestamp),
) -> Result<Override, Wrong> {
    let until = wish.until.unwrap_or_else(|| at.plus(TimeDelta::days(DAYS)));
    if until <= at {
        return Err(wrong("/until", "it would be over already; give a moment that is ahead"));
    }
    if until > at.plus(TimeDelta::days(MOST_DAYS)) {
        return Err(wrong(
            "/until",
            format!("an override holds for {MOST_DAYS} days at most; set it again then"),
        ));
    }
    Ok(Override {
        id,
        province: wish.province.clone(),
        threat: wish.threat,
        exercise: wish.exercise,
        level: wish.level,
        computed,
        reason: reason(&wish.reason)?,
        by: by.to_owned(),
        at,
        until,
        state: OverrideState::Active,
        ended_at: None,
        ended_by: String::new(),
        end_reason: String::new(),
        version: 1,
    })
}

fn over(before: Override, state: OverrideState, (by, at): (&str, Timestamp), end_reason: String) -> Override {
    Override {
        state,
        ended_at: Some(at),
        ended_by: by.to_owned(),
        end_reason,
        version: before.version + 1,
        ..before
    }
}

/// The override ended by a person before its time; one that this person ended for this reason stays as it is.
///
/// # Errors
/// Without a reason, or when it is over already.
pub fn end(before: Override, why: &str, (by, at): (&str, Timestamp)) -> Result<Override, Wrong> {
    let why = reason(why)?;
    match before.state {
        OverrideState::Active => Ok(over(before, OverrideState::Ended, (by, at), why)),
        OverrideState::Ended if before.ended_by == by && before.end_reason == why => Ok(before),
        state => Err(wrong("/id", format!("it is {state} already; what is over is not ended again"))),
    }
}

/// The override after another took its place.
pub fn replaced(before: Override, (by, at): (&str, Timestamp)) -> Override {
    over(before, OverrideState::Replaced, (by, at), String::new())
}

/// The override after its time: it was over when its time was, whenever that is noticed.
pub fn expired(before: Override) -> Override {
    let until = before.until;
    over(before, OverrideState::Expired, (ITSELF, until), String::new())
}

#[cfg(test)]
mod tests {
    use domain::Threat;

    use super::*;
    use crate::domain::given::day;

    fn wish(reason: &str, days: Option<i64>) -> SetOverride {
        SetOverride {
            province: "KG-B".parse().unwrap(),
            threat: Threat::BorderTension,
            exercise: false,
            level: Level::High,
            reason: reason.into(),
            until: days.map(|days| day(days).start()),
        }
    }

    fn set_for(reason: &str, days: Option<i64>) -> Result<Override, Wrong> {
        set(OverrideId::derived(&["1"]), &wish(reason, days), Level::Low, ("senior", day(0).start()))
    }

    #[test]
    fn it_needs_a_reason_and_a_time_ahead_and_holds_thirty_days_unless_told() {
        assert_eq!(set_for(" seen on the spot ", None).unwrap().until, day(30).start());
        assert_eq!(set_for("x", Some(3)).unwrap().until, day(3).start());
        for (reason, days, at) in
            [(" ", None, "/reason"), ("x", Some(0), "/until"), ("x", Some(181), "/until")]
        {
            assert_eq!(set_for(reason, days).unwrap_err().at, at);
        }
    }

    #[test]
    fn what_is_over_stays_over_and_ending_twice_is_ending_once() {
        let set = set_for("x", None).unwrap();
        let ended = end(set.clone(), "calm again", ("senior", day(2).start())).unwrap();
        assert_eq!((ended.state, ended.version), (OverrideState::Ended, 2));
        assert_eq!(end(ended.clone(), "calm again", ("senior", day(3).start())).unwrap(), ended);
        assert_eq!(end(ended, "no", ("other", day(3).start())).unwrap_err().at, "/id");
        let expired = expired(set);
        assert_eq!((expired.state, expired.ended_at), (OverrideState::Expired, Some(day(30).start())));
    }
}
