//! The way of a field report: submitted → triage → verifying → verified | unverified | rejected | duplicate → accepted.

use contracts::{
    gateway::{KIND_CHARS, ReportForm, ReportReceived, TEXT_CHARS, TITLE_CHARS},
    intake::{
        BY_SENDER, Held, Report, ReportAction, ReportState, ReportStep, own::OwnReport,
        reporters::ReportOutcome,
    },
};
use domain::{Credibility, Day, Place, Precision, Reliability, ReportId, Timestamp, observation::Deaths};

use super::{codes::misspelt, correction, draft::Draft, meant, waiting::waits_for};

/// The source under which accepted reports are observations.
pub const SOURCE: &str = "field-report";
/// Two reports speak of one incident when they lie no further apart, in days.
pub const SAME_INCIDENT_DAYS: i64 = 3;

/// A report as was known at a moment: without what was done later and the files received later; `None` where it had not come in.
pub fn known_on(mut report: Report, at: Timestamp) -> Option<Report> {
    if report.received_at > at {
        return None;
    }
    if let Some(was) = held_before(&report.history, at) {
        (report.place, report.occurred_on) = (was.place, Some(was.occurred_on));
    }
    report.history.retain(|step| step.at <= at);
    report.attachments.retain(|file| file.received_at <= at);
    for file in &mut report.attachments {
        file.removed_at = file.removed_at.filter(|removed| *removed <= at);
    }
    report.state = state_of(&report.history, at);
    report.version = u32::try_from(report.history.len()).unwrap_or(u32::MAX);
    let was = |state| report.history.iter().any(|step| step.state == state);
    report.observation = report.observation.filter(|_| was(ReportState::Accepted));
    report.duplicate_of = report.duplicate_of.filter(|_| was(ReportState::Duplicate));
    Some(report)
}

/// Where and when a report of this history was held to be at a moment; `None` where nothing of that was corrected since.
pub fn held_before(history: &[ReportStep], at: Timestamp) -> Option<Held> {
    history.iter().filter(|step| step.at > at).find_map(|step| step.was.clone())
}

/// A report as its sender may see it.
pub fn own(report: &Report) -> OwnReport {
    OwnReport {
        id: report.id.clone(),
        state: report.state,
        received_at: report.received_at,
        moved_at: report.history.last().map(|step| step.at),
        files: u32::try_from(report.attachments.len()).unwrap_or(u32::MAX),
        waits_for: waits_for(report),
    }
}

/// Where a report of this history stood at a moment.
pub fn state_of(history: &[ReportStep], at: Timestamp) -> ReportState {
    let done = history.iter().rfind(|step| step.at <= at);
    done.map_or(ReportState::Submitted, |step| step.state)
}

/// What an action says of the source's reliability; `None` where it says nothing: what is refused before anybody checked it
/// was not shown to be wrong.
pub const fn outcome(from: ReportState, action: ReportAction) -> Option<ReportOutcome> {
    use ReportAction as A;
    use ReportState as S;
    match (from, action) {
        (S::Verified, A::Correct | A::Investigate) => Some(ReportOutcome::Withdrawn),
        (_, A::Verify) => Some(ReportOutcome::Verified),
        (_, A::Unverify) => Some(ReportOutcome::Unverified),
        (_, A::Contradict) => Some(ReportOutcome::Contradicted),
        (S::Submitted | S::Triage, A::Reject) => None,
        (_, A::Reject) => Some(ReportOutcome::Rejected),
        _ => None,
    }
}

/// Where an action leads from a state; `None` where it leads nowhere. What was accepted can turn out otherwise: refused then, what it
/// became is taken back.
pub const fn leads_to(from: ReportState, action: ReportAction) -> Option<ReportState> {
    use ReportAction as A;
    use ReportState as S;
    match (from, action) {
        (S::Submitted, A::Correct) => Some(S::Submitted),
        (S::Submitted, A::Triage) | (S::Triage, A::Correct) => Some(S::Triage),
        // what was verified of another place or day, or borne out by what did not hold, is to be checked anew
        (S::Triage | S::Verified | S::Unverified, A::Investigate)
        | (S::Verifying | S::Verified, A::Correct) => Some(S::Verifying),
        (S::Verifying, A::Verify) => Some(S::Verified),
        (S::Verifying, A::Unverify) | (S::Unverified, A::Correct) => Some(S::Unverified),
        // what was accepted of another place or day becomes a revision of what it is
        (S::Verified | S::Unverified, A::Accept) | (S::Accepted, A::Correct) => Some(S::Accepted),
        (S::Submitted | S::Triage | S::Verifying | S::Verified | S::Unverified | S::Accepted, A::Reject)
        | (S::Verifying | S::Verified | S::Unverified | S::Accepted, A::Contradict) => Some(S::Rejected),
        (S::Submitted | S::Triage | S::Verifying | S::Verified | S::Unverified, A::Duplicate) => {
            Some(S::Duplicate)
        }
        _ => None,
    }
}

/// A move that somebody wants to make.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Where the report stands.
    pub from: ReportState,
    /// What is to be done with it.
    pub action: ReportAction,
    /// Whether the one who asks also sent the report.
    pub by_sender: bool,
    /// Why.
    pub note: &'a str,
    /// Whether a source of another owner and another sender, itself verified or an observation, speaks of the same incident.
    pub corroborated: bool,
    /// Whether whoever verified it last said how it was checked.
    pub checked: bool,
    /// For a duplicate: what was named as the report that it repeats.
    pub original: Original,
    /// What is amiss with its place and day: with that it goes no further.
    pub amiss: &'a [String],
}

/// What was named as the report that another repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Original {
    /// Nothing.
    Unnamed,
    /// The report itself.
    Itself,
    /// A report that is not there.
    Absent,
    /// A report that itself repeats another.
    Repeats,
    /// A report.
    Good,
}

impl Original {
    /// Why it will not do; `None` where it will.
    const fn objection(self) -> Option<&'static str> {
        match self {
            Self::Unnamed => Some("the report that it repeats is not named: give its id as `of`"),
            Self::Itself => Some("a report does not repeat itself: give the id of another as `of`"),
            Self::Absent => Some("the report named as `of` is not there"),
            Self::Repeats => {
                Some("the report named as `of` is a duplicate itself: name the one that it repeats")
            }
            Self::Good => None,
        }
    }
}

/// Why a move is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The report stands where this cannot be done.
    Stands(String),
    /// It could be done, and these things are missing.
    Lacks(Vec<String>),
}

/// Where the move leads.
///
/// # Errors
/// Every reason why it is refused.
pub fn decide(wish: Wish<'_>) -> Result<ReportState, Refusal> {
    let Some(to) = leads_to(wish.from, wish.action) else {
        return Err(Refusal::Stands(cannot(wish)));
    };
    let noted = !wish.note.trim().is_empty();
    let fallen = wish.from == ReportState::Verified && !wish.checked && !wish.corroborated;
    let mut lacking = Vec::new();
    match wish.action {
        ReportAction::Verify => lacking.extend(unverified(wish)),
        ReportAction::Accept if fallen => lacking.push(FALLEN.to_owned()),
        ReportAction::Triage
        | ReportAction::Unverify
        | ReportAction::Reject
        | ReportAction::Contradict
        | ReportAction::Duplicate
            if !noted =>
        {
            lacking.push(format!("the note is missing: say why the report is to be {to}"));
        }
        ReportAction::Correct if !noted => lacking.push(correction::UNNOTED.to_owned()),
        _ => {}
    }
    let goes_on = [ReportAction::Triage, ReportAction::Investigate, ReportAction::Accept];
    if goes_on.contains(&wish.action) && !wish.amiss.is_empty() {
        lacking.extend(wish.amiss.iter().cloned());
        lacking.push(correction::FIRST.to_owned());
    }
    if wish.action == ReportAction::Duplicate {
        lacking.extend(wish.original.objection().map(str::to_owned));
    }
    if lacking.is_empty() { Ok(to) } else { Err(Refusal::Lacks(lacking)) }
}

/// Why a report is not accepted whose verification rested on another source alone.
const FALLEN: &str = "it was verified without a note because another source bore it out, and none does any longer: investigate it anew, \
                      and verify it with a note that says what was checked and how";

/// What verifying lacks: nobody verifies what he sent himself; another person says how he checked it, or another source bears
/// it out.
fn unverified(wish: Wish<'_>) -> Vec<String> {
    let mut lacking = Vec::new();
    if wish.by_sender {
        lacking.push(BY_SENDER.to_owned());
    }
    if !wish.corroborated && wish.note.trim().is_empty() {
        lacking.push(format!(
            "the note is missing: say what was checked and how; only where another source, sent by another, is verified or \
             stands as an observation of this threat, province and kind within {SAME_INCIDENT_DAYS} days, none is needed"
        ));
    }
    lacking
}

fn cannot(wish: Wish<'_>) -> String {
    let possible: Vec<&str> = ReportAction::ALL
        .iter()
        .filter(|action| leads_to(wish.from, **action).is_some())
        .map(|action| action.as_str())
        .collect();
    let possible =
        if possible.is_empty() { "nothing: this is final".to_owned() } else { possible.join(", ") };
    format!("the report is {}; {} cannot be done there, but {possible}", wish.from, wish.action)
}

/// What was made of a form when it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The place, found or as coarse as it is known.
    pub place: Place,
    /// The day it happened, by the calendar of its place.
    pub occurred_on: Day,
    /// What keeps it from going to triage by itself; empty when nothing does.
    pub problems: Vec<String>,
    /// Those that are of place and day: nobody lets it go on with them.
    pub amiss: Vec<String>,
}

/// The sender of a report of whose account no pseudonym is known: messages from before such were given name the account, which is
/// kept nowhere beside the pseudonym of a source.
pub const SENDER_UNKNOWN: &str = "unknown";

/// Under which pseudonym a report was sent. What sends by itself is one sender, whether it names sources or not; of others the sender
/// is the source where none was named.
pub fn sender(heard: &ReportReceived) -> &str {
    if heard.via.is_some() {
        &heard.by
    } else if heard.sealed_source.is_none() {
        &heard.source
    } else if heard.by.starts_with("src_") {
        &heard.by
    } else {
        SENDER_UNKNOWN
    }
}

/// The form with every NUL replaced by U+FFFD: no database keeps a NUL in a text.
pub fn storable(form: ReportForm) -> ReportForm {
    fn mend(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = text.replace('\0', "\u{FFFD}"),
            serde_json::Value::Array(items) => items.iter_mut().for_each(mend),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(mend),
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::to_value(&form) else { return form };
    mend(&mut value);
    serde_json::from_value(value).unwrap_or(form)
}

/// Checks a form and finds its place.
pub fn receive(form: &ReportForm, received_at: Timestamp) -> Received {
    let mut problems = Vec::new();
    for (what, text, most) in [("title", &form.title, TITLE_CHARS), ("text", &form.text, TEXT_CHARS)] {
        if text.trim().is_empty() {
            problems.push(format!("the {what} is empty"));
        } else if text.chars().count() > most {
            problems.push(format!("the {what} has more than {most} characters"));
        }
    }
    if !is_kind(&form.kind) {
        problems.push(format!("kind {:?} is none; {KIND_IS}", form.kind));
    }
    if let Some(meant) = misspelt(&form.kind) {
        problems.push(format!("kind {:?} is none; is {meant} meant?", form.kind));
    }
    let (place, unplaced) = match meant::find(&form.place) {
        Ok(place) => (place, Vec::new()),
        Err(reasons) => (as_known(form), reasons),
    };
    let occurred_on = correction::day_of(form, received_at, place.country);
    let amiss: Vec<String> = misdated(occurred_on, received_at).into_iter().chain(unplaced).collect();
    problems.extend(amiss.iter().cloned());
    Received { place, occurred_on, problems, amiss }
}

/// What is amiss with the day on which something is said to have happened; `None` where nothing is. East of UTC the next day begins
/// before its own: a day lies ahead where nowhere it had begun when this was received.
pub fn misdated(day: Day, received_at: Timestamp) -> Option<String> {
    if day > received_at.day().plus(1) {
        return Some(format!("it is said to happen on {day}, after it was received"));
    }
    (day < Day::EARLIEST).then(|| outside(day, received_at.day()))
}

/// What is said of a day that no year of ours has.
pub fn outside(day: Day, latest: Day) -> String {
    format!("{day} lies outside {} to {latest}; check the year", Day::EARLIEST)
}

/// What a word of the field looks like.
pub const KIND_IS: &str = "expected a word of the field in small letters, as border_incident";

/// Whether this is a word of the field: small letters, digits and underscores, 64 at most, a letter first.
pub fn is_kind(text: &str) -> bool {
    text.len() <= KIND_CHARS
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// As much of a place as is certain where it could not be found.
fn as_known(form: &ReportForm) -> Place {
    let country = form.place.country;
    Place {
        country,
        province: None,
        district: None,
        name: None,
        point: None,
        precision: country.map_or(Precision::None, |_| Precision::Country),
        radius_km: None,
    }
}

/// An accepted report as the fact it becomes.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    /// Which report.
    pub report: &'a ReportId,
    /// Its form.
    pub form: &'a ReportForm,
    /// Its place.
    pub place: &'a Place,
    /// Pseudonym of its source.
    pub source: &'a str,
    /// How reliable that is held to be.
    pub reliability: Reliability,
    /// The day it happened.
    pub occurred_on: Day,
    /// Whether it was verified.
    pub verified: bool,
    /// Who accepts it.
    pub by: &'a str,
    /// Why.
    pub note: &'a str,
}

impl Accepted<'_> {
    /// The draft of its observation. Verified information is probably true at the least.
    pub fn draft(self) -> Draft {
        let form = self.form;
        let stated = form.grade.credibility;
        Draft {
            source: SOURCE.to_owned(),
            owner: self.source.to_owned(),
            external_id: self.report.to_string(),
            occurred_from: self.occurred_on,
            occurred_to: self.occurred_on,
            place: self.place.clone(),
            threats: vec![form.threat],
            kind: form.kind.clone(),
            severity: form.severity,
            deaths: form.deaths.map(|count| Deaths { low: count, best: count, high: count }),
            actors: Vec::new(),
            title: form.title.clone(),
            text: form.text.clone(),
            reliability: self.reliability,
            credibility: if self.verified { stated.min(Credibility::PROBABLE) } else { stated },
            graded_by: self.by.to_owned(),
            graded_why: self.note.to_owned(),
            handling: form.handling.clone(),
            exercise: form.exercise,
            settled: true,
            edited_at: None,
            wording: None,
        }
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
