//! Assessments: what each move needs, who may make it, and how a judgement is scored.

mod outcome;

use contracts::{
    Failure,
    analysis::assessments::{
        Assessment, AssessmentAction, AssessmentForm, AssessmentState, AssessmentStep, JudgementForm,
    },
    analysis::{drafting::SourceRef, products::SourceKind},
};
use domain::{AssessmentId, Day, Handling};

pub use outcome::{is_due, resolve};

pub use super::deed::Actor;
use super::deed::{Faults, is_grave};

/// How many judgements one assessment holds.
const MOST_JUDGEMENTS: usize = 20;
/// How much one judgement rests on besides observations.
const MOST_SOURCES: usize = 50;
/// The longest citation, in characters.
const LONGEST_CITATION: usize = 500;

/// A new draft. Its handling is the author's wish joined with that of the evidence.
///
/// # Errors
/// Everything that is wrong with the form.
pub fn draft(
    id: AssessmentId,
    form: AssessmentForm,
    evidence: &Handling,
    actor: &Actor<'_>,
) -> Result<Assessment, Failure> {
    check(&form)?;
    let step = step(AssessmentState::Draft, actor, "");
    Ok(Assessment {
        id,
        handling: form.handling.join(evidence),
        outcomes: vec![None; form.judgements.len()],
        form,
        state: AssessmentState::Draft,
        authors: vec![actor.signature()],
        reviewer: None,
        history: vec![step],
        created_at: actor.at,
        published_at: None,
        superseded_by: None,
        version: 1,
    })
}

/// The draft written anew; whoever writes is an author from then on.
///
/// # Errors
/// When it is no draft any more, or everything that is wrong with the form.
pub fn revise(
    before: Assessment,
    form: AssessmentForm,
    evidence: &Handling,
    actor: &Actor<'_>,
) -> Result<Assessment, Failure> {
    if before.state != AssessmentState::Draft {
        let state = before.state;
        let how = match state {
            AssessmentState::Review | AssessmentState::Approved => {
                "have it returned with a note first (action return); then it is a draft again"
            }
            _ => "write another one that supersedes it",
        };
        return Err(Failure::conflict(format!("it is in {state} and only a draft is written anew: {how}")));
    }
    if before.form.exercise != form.exercise {
        return Err(Failure::invalid("exercise and real never mix").at("/exercise", "cannot be changed"));
    }
    check(&form)?;
    if before.form == form {
        return Ok(before); // twice is once
    }
    let mut now = before;
    now.handling = form.handling.join(evidence);
    now.outcomes = vec![None; form.judgements.len()];
    now.form = form;
    if !now.authors.iter().any(|author| author.subject == actor.principal.subject) {
        now.authors.push(actor.signature());
    }
    now.version += 1;
    now.history.push(step(AssessmentState::Draft, actor, ""));
    Ok(now)
}

/// Refuses what cannot be kept, though it be a draft.
///
/// # Errors
/// Everything that is wrong with the form.
pub fn check(form: &AssessmentForm) -> Result<(), Failure> {
    let mut faults = Faults::default();
    faults.text("/title", &form.title, true);
    faults.text("/question", &form.question, true);
    faults.text("/summary", &form.summary, false);
    if form.judgements.len() > MOST_JUDGEMENTS {
        faults.add("/judgements", format!("at most {MOST_JUDGEMENTS} are held; write a second assessment"));
    }
    for (number, judgement) in form.judgements.iter().enumerate() {
        let at = |part: &str| format!("/judgements/{number}/{part}");
        faults.text(&at("statement"), &judgement.statement, true);
        faults.text(&at("basis"), &judgement.basis, false);
        for (part, texts) in
            [("alternatives", &judgement.alternatives), ("would_change", &judgement.would_change)]
        {
            for text in texts {
                faults.text(&at(part), text, true);
            }
        }
        if judgement.sources.len() > MOST_SOURCES {
            faults.add(at("sources"), format!("at most {MOST_SOURCES} are held; name the weightiest"));
        }
        for (which, source) in judgement.sources.iter().enumerate() {
            if let Some(why) = unfit(source) {
                faults.add(format!("{}/{which}", at("sources")), why);
            }
        }
    }
    faults.into_result("the assessment cannot be taken as it is written")
}

/// Why a judgement cannot rest on this, whatever becomes of it; `None` where it may.
pub(super) fn unfit(source: &SourceRef) -> Option<&'static str> {
    match source.kind {
        SourceKind::Observation => Some("is an observation: name it under evidence"),
        SourceKind::Coverage => {
            Some("counts name no report: name the reports, the level or the unusual month")
        }
        SourceKind::Warning => Some("a warning rests on levels: name the level, as KG-B/border_tension"),
        SourceKind::Consent => Some(
            "what governments agreed to stays in the ledger of liaison; name what was made public of it as a document",
        ),
        SourceKind::Document if source.id.trim().is_empty() => {
            Some("is missing: who wrote it, what, when, where it can be read")
        }
        _ if source.id.chars().count() > LONGEST_CITATION => Some("holds more than 500 characters"),
        _ => None,
    }
}

/// The form as it is kept: a level that is named without a day is the one of today, for what it is tomorrow was not judged on; and
/// what is named twice, once.
#[must_use]
pub fn pinned(mut form: AssessmentForm, today: Day) -> AssessmentForm {
    for judgement in &mut form.judgements {
        let mut kept: Vec<SourceRef> = Vec::with_capacity(judgement.sources.len());
        for SourceRef { kind, id } in &judgement.sources {
            let id = match id.trim() {
                id if *kind == SourceKind::Situation && id.matches('/').count() == 1 => {
                    format!("{id}/{today}")
                }
                id => id.to_owned(),
            };
            let one = SourceRef { kind: *kind, id };
            if !kept.contains(&one) {
                kept.push(one);
            }
        }
        judgement.sources = kept;
    }
    form
}

/// Everything that its judgements rest on besides observations, each once, in the order it is first named.
pub fn sources(form: &AssessmentForm) -> Vec<SourceRef> {
    let mut all: Vec<SourceRef> = Vec::new();
    for one in form.judgements.iter().flat_map(|judgement| &judgement.sources) {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}

/// The same without those sources that are not known so. What is marked by its sources then bears the marking of the whole: what
/// was left out may be of any.
pub fn resting_on(mut one: Assessment, known: impl Fn(&SourceRef) -> bool) -> Assessment {
    let before = sources(&one.form).len();
    for judgement in &mut one.form.judgements {
        judgement.sources.retain(&known);
    }
    if sources(&one.form).len() < before {
        one.form.handling = one.handling.clone();
    }
    one
}

/// What a judgement must have before a peer reads it.
fn ready(number: usize, judgement: &JudgementForm, today: Day, faults: &mut Faults) {
    let mut needs = |part: &str, missing: bool, why: &str| {
        if missing {
            faults.add(format!("/judgements/{number}/{part}"), why);
        }
    };
    needs(
        "evidence",
        judgement.evidence.is_empty() && judgement.sources.is_empty(),
        "name at least one thing it rests on: an observation here, or anything else under sources",
    );
    needs("alternatives", judgement.alternatives.is_empty(), "name at least one other reading");
    needs("would_change", judgement.would_change.is_empty(), "say what would change the mind");
    needs("basis", judgement.basis.trim().is_empty(), "say what the confidence rests on");
    ahead(number, judgement, today, faults);
    faults.likelihood(format!("/judgements/{number}/likelihood"), &judgement.likelihood);
}

/// What is told once it can be known is no judgement of what comes.
fn ahead(number: usize, judgement: &JudgementForm, today: Day, faults: &mut Faults) {
    if judgement.due <= today {
        let why = "must lie ahead: a judgement of what is known already cannot be scored";
        faults.add(format!("/judgements/{number}/due"), why);
    }
}

/// Where a move begins, and where it leads.
const fn way(action: AssessmentAction) -> (&'static [AssessmentState], AssessmentState) {
    use AssessmentState::{Approved, Draft, Published, Review, Withdrawn};
    match action {
        AssessmentAction::Submit => (&[Draft], Review),
        AssessmentAction::Return => (&[Review, Approved], Draft),
        AssessmentAction::Approve => (&[Review], Approved),
        AssessmentAction::Publish => (&[Approved], Published),
        AssessmentAction::Withdraw => (&[Draft, Review, Approved, Published], Withdrawn),
    }
}

/// Moves an assessment on. Doing the same again changes nothing.
///
/// # Errors
/// When it does not stand where the move begins, or with everything that the move lacks.
pub fn act(
    before: Assessment,
    action: AssessmentAction,
    note: &str,
    actor: &Actor<'_>,
) -> Result<Assessment, Failure> {
    let (from, to) = way(action);
    if !from.contains(&before.state) {
        let mine = before.history.last().is_some_and(|last| last.by.subject == actor.principal.subject);
        if before.state == to && mine {
            return Ok(before); // twice is once
        }
        let state = before.state;
        return Err(Failure::conflict(format!("it is in {state}: {action} is not possible there")));
    }
    guard(&before, (action, note), actor)?;
    let mut now = before;
    match to {
        AssessmentState::Approved => now.reviewer = Some(actor.signature()),
        AssessmentState::Draft => now.reviewer = None,
        AssessmentState::Published => now.published_at = Some(actor.at),
        _ => {}
    }
    now.state = to;
    now.version += 1;
    now.history.push(step(to, actor, note.trim()));
    Ok(now)
}

fn guard(
    before: &Assessment,
    (action, note): (AssessmentAction, &str),
    actor: &Actor<'_>,
) -> Result<(), Failure> {
    let mut faults = Faults::default();
    let me = &actor.principal.subject;
    faults.text("/note", note, matches!(action, AssessmentAction::Return | AssessmentAction::Withdraw));
    let agreed = matches!(action, AssessmentAction::Approve | AssessmentAction::Publish);
    for (number, judgement) in before.form.judgements.iter().enumerate().filter(|_| agreed) {
        ahead(number, judgement, actor.at.day(), &mut faults);
    }
    match action {
        AssessmentAction::Submit => {
            if before.form.judgements.is_empty() {
                faults.add(
                    "/judgements",
                    "an assessment without a judgement cannot be scored; write at least one",
                );
            }
            for (number, judgement) in before.form.judgements.iter().enumerate() {
                ready(number, judgement, actor.at.day(), &mut faults);
            }
        }
        AssessmentAction::Approve if before.authors.iter().any(|author| author.subject == *me) => {
            faults.add("/approve", "who wrote on it does not review it; another person must");
        }
        AssessmentAction::Publish if is_grave(&before.handling) && was_reviewed_by(before, me) => {
            faults.add(
                "/publish",
                "at TLP:RED or strictly confidential another than the reviewer must publish",
            );
        }
        _ => {}
    }
    faults.into_result(&format!("the assessment cannot be moved by {action}"))
}

fn was_reviewed_by(assessment: &Assessment, subject: &str) -> bool {
    assessment.reviewer.as_ref().is_some_and(|reviewer| reviewer.subject == subject)
}

/// The one that another takes the place of.
pub fn supersede(before: Assessment, by: &AssessmentId, actor: &Actor<'_>) -> Assessment {
    let mut now = before;
    now.state = AssessmentState::Superseded;
    now.superseded_by = Some(by.clone());
    now.version += 1;
    now.history.push(step(AssessmentState::Superseded, actor, ""));
    now
}

fn step(state: AssessmentState, actor: &Actor<'_>, note: &str) -> AssessmentStep {
    AssessmentStep { state, by: actor.signature(), at: actor.at, note: note.to_owned() }
}

#[cfg(test)]
#[path = "assessment_tests.rs"]
mod tests;
