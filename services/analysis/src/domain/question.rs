//! Questions kept open: what may be asked, what each move needs, and how an assessment that holds answers one.

use contracts::{
    Failure,
    analysis::{
        assessments::{Assessment, AssessmentState},
        questions::{Question, QuestionAction, QuestionAnswer, QuestionForm, QuestionState, QuestionStep},
    },
};
use domain::QuestionId;

use super::deed::{Actor, Faults};

/// A new question.
///
/// # Errors
/// Everything that is wrong with the form.
pub fn ask(id: QuestionId, form: QuestionForm, actor: &Actor<'_>) -> Result<Question, Failure> {
    check(&form, actor)?;
    Ok(Question {
        id,
        form,
        state: QuestionState::Open,
        asked_by: actor.signature(),
        answers: Vec::new(),
        history: vec![step(QuestionState::Open, actor, "")],
        created_at: actor.at,
        version: 1,
    })
}

/// The question written anew.
///
/// # Errors
/// When it is closed, or everything that is wrong with the form. What an assessment answered is not asked otherwise.
pub fn revise(before: Question, form: QuestionForm, actor: &Actor<'_>) -> Result<Question, Failure> {
    if before.state == QuestionState::Closed {
        return Err(Failure::conflict("it is closed; open it again to write it anew"));
    }
    if before.form.exercise != form.exercise {
        return Err(Failure::invalid("exercise and real never mix").at("/exercise", "cannot be changed"));
    }
    if before.form == form {
        return Ok(before); // twice is once
    }
    check(&form, actor)?;
    if before.form.text.trim() != form.text.trim() && !before.answers.is_empty() {
        return Err(Failure::invalid("the question was answered as it stands")
            .at("/text", "cannot be changed any more; close it with the reason and ask another"));
    }
    let mut now = before;
    now.form = form;
    now.version += 1;
    now.history.push(step(now.state, actor, ""));
    Ok(now)
}

fn check(form: &QuestionForm, actor: &Actor<'_>) -> Result<(), Failure> {
    let mut faults = Faults::default();
    faults.text("/text", &form.text, true);
    faults.text("/why", &form.why, false);
    if let Some(day) = form.review_on.filter(|day| *day < actor.at.day()) {
        faults.add("/review_on", format!("{day} is past; give a day to come, or none"));
    }
    faults.into_result("the question cannot be taken as it is written")
}

/// Closes it, or asks it again.
///
/// # Errors
/// When the reason is missing.
pub fn act(
    before: Question,
    (action, note): (QuestionAction, &str),
    actor: &Actor<'_>,
) -> Result<Question, Failure> {
    let closed = before.state == QuestionState::Closed;
    if closed == (action == QuestionAction::Close) {
        return Ok(before); // twice is once
    }
    let mut faults = Faults::default();
    faults.text("/note", note, true);
    faults.into_result(&format!("the question cannot be moved by {action}"))?;
    let mut now = before;
    now.state = if closed { stands(&now.answers) } else { QuestionState::Closed };
    now.version += 1;
    now.history.push(step(now.state, actor, note.trim()));
    Ok(now)
}

/// Follows an assessment that names it: published it answers, superseded or withdrawn it does so no more. `None` where
/// nothing changes. A closed question notes its answers and stays closed.
pub fn follow(before: &Question, assessment: &Assessment, actor: &Actor<'_>) -> Option<Question> {
    let holds = assessment.state == AssessmentState::Published;
    let mut answers = before.answers.clone();
    match answers.iter_mut().find(|answer| answer.assessment == assessment.id) {
        Some(answer) if answer.holds == holds => return None,
        Some(answer) => answer.holds = holds,
        None => answers.push(QuestionAnswer {
            assessment: assessment.id.clone(),
            title: told_by(before, assessment),
            at: assessment.published_at.filter(|_| holds)?,
            holds,
        }),
    }
    let mut now = before.clone();
    now.answers = answers;
    if now.state != QuestionState::Closed {
        now.state = stands(&now.answers);
    }
    now.version += 1;
    now.history.push(step(now.state, actor, assessment.id.as_str()));
    Some(now)
}

/// The title of an answer; empty where it may be passed on to fewer than the question, which would tell it.
fn told_by(question: &Question, assessment: &Assessment) -> String {
    let own = &question.form.handling;
    // a title is the words of its author: under which licence its evidence came binds no more than whom it may reach
    let mut reach = assessment.handling.clone();
    reach.licence = own.licence.clone();
    let as_open = own.clone().join(&reach) == *own;
    if as_open { assessment.form.title.clone() } else { String::new() }
}

fn stands(answers: &[QuestionAnswer]) -> QuestionState {
    if answers.iter().any(|answer| answer.holds) { QuestionState::Answered } else { QuestionState::Open }
}

fn step(state: QuestionState, actor: &Actor<'_>, note: &str) -> QuestionStep {
    QuestionStep { state, by: actor.signature(), at: actor.at, note: note.to_owned() }
}

#[cfg(test)]
mod tests {
    use contracts::{Principal, Role};
    use domain::{Handling, Licence, Redistribution, Timestamp, Tlp, UnClass};

    use super::*;

    fn asker() -> Principal {
        Principal {
            subject: "su_1".into(),
            name: "A. Analyst".into(),
            roles: [Role::Analyst].into(),
            organisation: None,
        }
    }
    fn at() -> Timestamp {
        "2026-11-25T08:00:00Z".parse().unwrap()
    }
    fn form(text: &str) -> QuestionForm {
        QuestionForm {
            text: text.into(),
            why: String::new(),
            provinces: ["KG-B".parse().unwrap()].into(),
            threat: None,
            review_on: None,
            handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
            exercise: false,
        }
    }
    fn asked() -> Question {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        ask(QuestionId::derived(&["q"]), form("Will the crossing reopen by spring?"), &actor).unwrap()
    }
    fn assessment(state: AssessmentState) -> Assessment {
        let text =
            include_str!("../../../../shared/contracts/golden/mirab.analysis.assessment.moved.v1.json");
        let said: contracts::analysis::assessments::AssessmentMoved = serde_json::from_str(text).unwrap();
        Assessment { state, published_at: Some(at()), ..said.assessment }
    }

    #[test]
    fn a_question_is_answered_while_an_assessment_holds() {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        let published = assessment(AssessmentState::Published);
        let answered = follow(&asked(), &published, &actor).unwrap();
        assert_eq!((answered.state, answered.answers.len()), (QuestionState::Answered, 1));
        assert_eq!(follow(&answered, &published, &actor), None, "twice is once");
        for gone in [AssessmentState::Superseded, AssessmentState::Withdrawn] {
            let open = follow(&answered, &assessment(gone), &actor).unwrap();
            assert_eq!((open.state, open.answers[0].holds), (QuestionState::Open, false));
        }
    }

    #[test]
    fn the_title_of_a_stricter_answer_is_not_told_by_its_question() {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        let published = assessment(AssessmentState::Published);
        let as_open =
            Assessment { handling: Handling::new(Tlp::Green, UnClass::Unclassified), ..published.clone() };
        let title = |of: &Assessment| follow(&asked(), of, &actor).unwrap().answers.remove(0).title;
        assert_eq!(title(&as_open), published.form.title);
        let mut licensed = published.clone();
        licensed.handling = as_open.handling.clone();
        licensed.handling.licence = Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP");
        assert_eq!(title(&licensed), published.form.title, "a licence does not bind the title");
        let stricter = Assessment { handling: Handling::new(Tlp::Red, UnClass::Confidential), ..published };
        assert_eq!(title(&stricter), "");
    }

    #[test]
    fn what_was_never_published_answers_nothing() {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        assert_eq!(follow(&asked(), &assessment(AssessmentState::Withdrawn), &actor), None);
    }

    #[test]
    fn a_closed_question_stays_closed_until_it_is_asked_again() {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        assert!(act(asked(), (QuestionAction::Close, " "), &actor).is_err());
        let closed = act(asked(), (QuestionAction::Close, "settled"), &actor).unwrap();
        assert!(revise(closed.clone(), form("Another?"), &actor).is_err());
        let noted = follow(&closed, &assessment(AssessmentState::Published), &actor).unwrap();
        assert_eq!(noted.state, QuestionState::Closed);
        let again = act(noted, (QuestionAction::Reopen, "it came up again"), &actor).unwrap();
        assert_eq!(again.state, QuestionState::Answered);
    }

    #[test]
    fn what_was_answered_is_not_asked_otherwise() {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        let answered = follow(&asked(), &assessment(AssessmentState::Published), &actor).unwrap();
        let refused = revise(answered.clone(), form("Will it close?"), &actor).unwrap_err();
        assert_eq!(refused.errors[0].pointer, "/text");
        let mut later = answered.form.clone();
        later.review_on = Some("2027-03-01".parse().unwrap());
        assert_eq!(revise(answered, later, &actor).unwrap().version, 3);
    }

    #[test]
    fn an_empty_question_and_a_day_gone_by_are_refused_by_their_fields() {
        let who = asker();
        let actor = Actor { principal: &who, at: at() };
        let wrong = QuestionForm { review_on: Some("2026-11-24".parse().unwrap()), ..form(" ") };
        let refused = ask(QuestionId::derived(&["q"]), wrong, &actor).unwrap_err();
        let pointers: Vec<&str> = refused.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/text", "/review_on"]);
    }
}
