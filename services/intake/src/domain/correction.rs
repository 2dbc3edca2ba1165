//! What an officer corrects of a report: where and when it is held to have happened. What was sent stays as it was sent.

use contracts::{
    Failure,
    gateway::ReportForm,
    intake::{Held, ReportCorrection, ReportStep},
};
use domain::{Country, Day, Place, Timestamp};

use super::{meant, report};

/// What is said where a correction has no note.
pub const UNNOTED: &str = "the note is missing: say how it is known where or when it happened";
/// What is done about a place or a day with which a report goes no further.
pub const FIRST: &str = "correct place or day first, with a note (a place that nobody knows is stated with the precision none), or refuse the report";
/// What is said of a correction that corrects nothing.
const NOTHING: &str = "nothing is corrected: give place, or occurred_on, or both";

/// What is said of a correction of a weekly report: its answers are of a province and a week.
pub const ANSWERS: &str = "a weekly report is of its province and week, which are not corrected: refuse it, and ask its reporter to send it again";

/// A report as it came, and what was done with it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// What was sent.
    pub form: &'a ReportForm,
    /// When it was received.
    pub received_at: Timestamp,
    /// What was done with it.
    pub history: &'a [ReportStep],
}

/// Whether an officer has corrected place or day of a report of this history.
pub fn was_corrected(history: &[ReportStep]) -> bool {
    history.iter().any(|step| step.was.is_some())
}

impl Sent<'_> {
    /// What is amiss with its place and its day; nothing once an officer has corrected them.
    pub fn amiss(&self) -> Vec<String> {
        if was_corrected(self.history) {
            return Vec::new();
        }
        report::receive(self.form, self.received_at).amiss
    }
    /// The day on which it says that it happened, at this place.
    fn day_at(&self, place: &Place) -> Day {
        day_of(self.form, self.received_at, place.country)
    }
}

/// The day on which a report says that it happened, by the calendar of its place; the day it was received where it says none. A weekly
/// report is of its week, however late it comes.
pub fn day_of(form: &ReportForm, received_at: Timestamp, country: Option<Country>) -> Day {
    let day = form.occurred_at.unwrap_or(received_at).day_in(country);
    let (monday, sunday) = match &form.situation {
        Some(situation) => situation.week.week(),
        None => return day,
    };
    day.max(monday).min(sunday)
}

/// Where and when a report is held to be once it is corrected; what is not corrected stays.
///
/// # Errors
/// Everything that is wrong with the correction, by where it stands, or with what it leaves as it is.
pub fn corrected(
    (sent, held): (Sent<'_>, Held),
    correction: Option<&ReportCorrection>,
) -> Result<Held, Failure> {
    if sent.form.situation.is_some() {
        return Err(Failure::conflict(ANSWERS));
    }
    let mut refused = Failure::invalid("the report cannot be corrected so");
    let Some(correction) = correction.filter(|one| one.place.is_some() || one.occurred_on.is_some()) else {
        return Err(refused.at("/place", NOTHING));
    };
    let place = match &correction.place {
        Some(stated) => meant::find(stated),
        None if was_corrected(sent.history) => Ok(held.place.clone()),
        None => meant::find(&sent.form.place),
    };
    let place = match place {
        Ok(place) => place,
        Err(reasons) => {
            refused = reasons.into_iter().fold(refused, |refused, why| refused.at("/place", why));
            held.place.clone()
        }
    };
    // a day that the form tells is told anew by the calendar of the place
    let as_sent = held.occurred_on == sent.day_at(&held.place);
    let day = match correction.occurred_on {
        Some(day) => day,
        None if as_sent => sent.day_at(&place),
        None => held.occurred_on,
    };
    if let Some(why) = report::misdated(day, sent.received_at) {
        refused = refused.at("/occurred_on", why);
    }
    if refused.errors.is_empty() { Ok(Held { place, occurred_on: day }) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn correction(value: serde_json::Value) -> ReportCorrection {
        serde_json::from_value(value).unwrap()
    }

    /// A report of this place and moment, as it was received on 23 November 2026.
    fn sent(place: serde_json::Value, occurred_at: Option<&str>) -> (ReportForm, Held) {
        let form = serde_json::json!({
            "title": "x", "text": "x", "threat": "border_tension", "kind": "seizure", "severity": "minor", "place": place,
            "occurred_at": occurred_at, "grade": { "reliability": "B", "credibility": 2 }, "handling": { "tlp": "AMBER" }
        });
        let form: ReportForm = serde_json::from_value(form).unwrap();
        let received = report::receive(&form, at("2026-11-23T07:30:00Z"));
        (form, Held { place: received.place, occurred_on: received.occurred_on })
    }

    fn of<'a>(form: &'a ReportForm, history: &'a [ReportStep]) -> Sent<'a> {
        Sent { form, received_at: at("2026-11-23T07:30:00Z"), history }
    }

    #[test]
    fn a_place_and_a_day_are_corrected_and_the_day_is_of_the_calendar_of_the_place() {
        let (form, held) =
            sent(serde_json::json!({ "name": "Ош", "precision": "near" }), Some("2026-11-22T22:30:00Z"));
        assert_eq!(held.occurred_on.to_string(), "2026-11-22", "in UTC, as no place is known");
        assert!(!of(&form, &[]).amiss().is_empty());
        let place = serde_json::json!({ "place": { "province": "KG-GO", "lat": 40.52, "lon": 72.8, "precision": "near" } });
        let now = corrected((of(&form, &[]), held.clone()), Some(&correction(place))).unwrap();
        assert_eq!(
            (now.place.province.as_ref().unwrap().as_str(), now.occurred_on.to_string()),
            ("KG-GO", "2026-11-23".to_owned())
        );
        let step = ReportStep {
            state: contracts::intake::ReportState::Submitted,
            by: "officer".into(),
            at: at("2026-11-23T08:00:00Z"),
            note: "called".into(),
            was: Some(held),
            borne_out_by: None,
        };
        let history = [step];
        assert_eq!(of(&form, &history).amiss(), Vec::<String>::new());
        let day = correction(serde_json::json!({ "occurred_on": "2026-11-20" }));
        let then = corrected((of(&form, &history), now.clone()), Some(&day)).unwrap();
        assert_eq!((then.place, then.occurred_on.to_string()), (now.place, "2026-11-20".to_owned()));
    }

    #[test]
    fn what_is_corrected_is_as_good_as_what_is_sent_must_be() {
        let (form, held) =
            sent(serde_json::json!({ "name": "Ош", "precision": "near" }), Some("2030-01-01T00:00:00Z"));
        let amiss = of(&form, &[]).amiss().join("; ");
        for part in ["2030-01-01", "\"Ош\" may mean", "KG-GO"] {
            assert!(amiss.contains(part), "{part}: {amiss}");
        }
        let why = |value: serde_json::Value| {
            let refused = corrected((of(&form, &[]), held.clone()), Some(&correction(value))).unwrap_err();
            let told: Vec<String> =
                refused.errors.iter().map(|one| format!("{} {}", one.pointer, one.detail)).collect();
            for one in &refused.errors {
                assert!(contracts::reason::is_told(&one.detail), "{}", one.detail);
            }
            told.join("; ")
        };
        assert!(why(serde_json::json!({})).contains("nothing is corrected"));
        let half = why(serde_json::json!({ "occurred_on": "2026-11-20" }));
        assert!(half.contains("/place ") && !half.contains("/occurred_on"), "{half}");
        let half = why(serde_json::json!({ "place": { "precision": "none" } }));
        assert!(half.contains("/occurred_on it is said to happen on 2030-01-01"), "{half}");
        let ahead = why(serde_json::json!({ "place": { "precision": "none" }, "occurred_on": "2026-11-26" }));
        assert!(ahead.contains("2026-11-26"), "{ahead}");
        let early = why(serde_json::json!({ "place": { "precision": "none" }, "occurred_on": "1026-11-22" }));
        assert_eq!(early, "/occurred_on 1026-11-22 lies outside 1900-01-01 to 2026-11-23; check the year");
        let good = serde_json::json!({ "place": { "precision": "none" }, "occurred_on": "2026-11-22" });
        let now = corrected((of(&form, &[]), held.clone()), Some(&correction(good))).unwrap();
        assert_eq!(now.place.precision, domain::Precision::None, "a place that is stated as unknown is one");
    }

    #[test]
    fn a_report_of_a_thousand_years_ago_goes_no_further_until_its_day_is_corrected() {
        let (form, held) = sent(
            serde_json::json!({ "province": "KG-GO", "precision": "province" }),
            Some("1026-11-22T00:00:00Z"),
        );
        let amiss = of(&form, &[]).amiss();
        let wish = report::Wish {
            from: contracts::intake::ReportState::Submitted,
            action: contracts::intake::ReportAction::Triage,
            by_sender: false,
            note: "read",
            corroborated: false,
            checked: true,
            original: report::Original::Unnamed,
            amiss: &amiss,
        };
        let report::Refusal::Lacks(reasons) = report::decide(wish).unwrap_err() else { panic!("{amiss:?}") };
        assert!(reasons[0].contains("1026-11-22 lies outside 1900-01-01"), "{reasons:?}");
        let place = serde_json::json!({ "place": { "province": "KG-O", "precision": "province" } });
        let refused = corrected((of(&form, &[]), held.clone()), Some(&correction(place))).unwrap_err();
        assert_eq!(refused.errors[0].pointer, "/occurred_on", "the place alone is not enough: {refused:?}");
        let day = serde_json::json!({ "occurred_on": "2026-11-22" });
        assert!(corrected((of(&form, &[]), held), Some(&correction(day))).is_ok());
    }

    #[test]
    fn a_weekly_report_is_refused_and_asked_for_again_and_never_corrected() {
        let (mut form, held) = sent(serde_json::json!({ "province": "KG-B", "precision": "province" }), None);
        form.situation = Some(contracts::gateway::situation::SituationAnswers {
            questionnaire: domain::QuestionnaireId::derived(&["q"]),
            week: "2026-11-16".parse().unwrap(),
            answers: std::collections::BTreeMap::new(),
        });
        let place = serde_json::json!({ "place": { "province": "TJ-SU", "precision": "province" } });
        let refused = corrected((of(&form, &[]), held), Some(&correction(place))).unwrap_err();
        assert_eq!((refused.kind, refused.detail.as_str()), (contracts::FailureKind::Conflict, ANSWERS));
        assert!(contracts::reason::is_told(ANSWERS));
    }
}
