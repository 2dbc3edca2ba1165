//! Questions kept open, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::{
    Failure, FailureKind, PageRequest, Role,
    analysis::questions::{
        AskQuestion, GetQuestion, ListQuestions, MoveQuestion, Question, QuestionAction, QuestionForm,
        QuestionState, ReviseQuestion,
    },
};
use domain::{Handling, Threat, Tlp, UnClass};
use kit::Asked;
use testkit::databases;

use crate::{assessments, given::*};

fn form(text: &str) -> QuestionForm {
    QuestionForm {
        text: text.into(),
        why: "the commission plans by it".into(),
        provinces: ["KG-B".parse().unwrap()].into(),
        threat: Some(Threat::BorderTension),
        review_on: Some(today().plus(30)),
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        exercise: false,
    }
}

/// A question that is asked.
pub async fn put(service: &Analysis, text: &str) -> Question {
    api::ask_question(service, &asked(AskQuestion { form: form(text) })).await.unwrap()
}

/// Moves it on.
pub async fn moved(service: &Analysis, question: &Question, action: QuestionAction) {
    let wish = MoveQuestion { id: question.id.clone(), action, note: "over".into(), version: None };
    api::move_question(service, &asked(wish)).await.unwrap();
}

async fn now(service: &Analysis, question: &Question) -> Question {
    api::get_question(service, &asked(GetQuestion { id: question.id.clone(), known_on: None })).await.unwrap()
}

#[tokio::test]
async fn a_question_is_answered_by_what_holds_and_open_again_when_that_is_withdrawn() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let question = put(&service, "Will the crossing reopen?").await;
        let mut answer = assessments::form("An answer");
        answer.answers = Some(question.id.clone());
        let first = assessments::published(&service, answer.clone()).await;
        assert_eq!(now(&service, &question).await.state, QuestionState::Answered, "{}", database.engine);
        answer.supersedes = Some(first.id.clone());
        let second = assessments::published(&service, answer).await;
        let told = now(&service, &question).await;
        let holds: Vec<bool> = told.answers.iter().map(|answer| answer.holds).collect();
        assert_eq!((told.state, holds), (QuestionState::Answered, vec![false, true]));
        assessments::withdrawn(&service, &second).await;
        let told = now(&service, &question).await;
        assert_eq!((told.state, told.answers.len()), (QuestionState::Open, 2), "{}", database.engine);
    }
}

#[tokio::test]
async fn a_restricted_question_is_told_to_an_operator_as_of_none() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let open = put(&service, "Open?").await;
        database.clock.advance(std::time::Duration::from_secs(1));
        let handling = Handling::new(Tlp::Red, UnClass::Unclassified);
        let form = QuestionForm { handling, ..form("Whom does the insider meet?") };
        let strict = api::ask_question(&service, &asked(AskQuestion { form })).await.unwrap();
        for known_on in [None, Some(database.clock.now())] {
            for (role, known) in [(Role::Operator, false), (Role::Auditor, true)] {
                let principal = || testkit::principal("r.reader", &[role]);
                let query = GetQuestion { id: strict.id.clone(), known_on };
                let told =
                    api::get_question(&service, &Asked { query, principal: principal(), key: None }).await;
                let kind = told.map_err(|error| Failure::from(error).kind).err();
                assert_eq!(kind, (!known).then_some(FailureKind::NotFound), "{} {role}", database.engine);
                let page = PageRequest { cursor: None, limit: Some(1) };
                let query = ListQuestions { page, known_on, ..ListQuestions::default() };
                let list = Asked { query, principal: principal(), key: None };
                let page = api::list_questions(&service, &list).await.unwrap();
                let first = if known { &strict.id } else { &open.id };
                assert_eq!(
                    (&page.items[0].id, page.next.is_some()),
                    (first, known),
                    "{} {role}",
                    database.engine
                );
            }
        }
    }
}

#[tokio::test]
async fn an_assessment_answers_only_a_question_that_there_is() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let mut answer = assessments::form("An answer");
        answer.answers = Some(domain::QuestionId::derived(&["none"]));
        let refused = assessments::refused(&service, answer).await;
        assert_eq!(refused.errors[0].pointer, "/answers", "{}", database.engine);
    }
}

#[tokio::test]
async fn a_key_asks_one_question_a_stale_version_is_refused_and_pages_stand() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let mut wish = asked(AskQuestion { form: form("Once?") });
        wish.key = Some("k1".into());
        let once = api::ask_question(&service, &wish).await.unwrap();
        assert_eq!(api::ask_question(&service, &wish).await.unwrap(), once);
        let anew = ReviseQuestion { id: once.id.clone(), form: form("Anew?"), version: Some(1) };
        assert_eq!(api::revise_question(&service, &asked(anew)).await.unwrap().version, 2);
        let close = MoveQuestion {
            id: once.id.clone(),
            action: QuestionAction::Close,
            note: "over".into(),
            version: Some(1),
        };
        let refused = Failure::from(api::move_question(&service, &asked(close.clone())).await.unwrap_err());
        assert_eq!(refused.kind, FailureKind::Stale);
        let closed = MoveQuestion { version: Some(2), ..close };
        let closed = api::move_question(&service, &asked(closed)).await.unwrap();
        assert_eq!(closed.state, QuestionState::Closed);
        for number in 0..4 {
            put(&service, &format!("No {number}?")).await;
        }
        let due = ListQuestions { due: Some(today().plus(30)), ..ListQuestions::default() };
        assert_eq!(api::list_questions(&service, &asked(due)).await.unwrap().items.len(), 4);
        let page = PageRequest { cursor: None, limit: Some(3) };
        let first = ListQuestions { page, ..ListQuestions::default() };
        let first = api::list_questions(&service, &asked(first)).await.unwrap();
        let page = PageRequest { cursor: first.next, limit: Some(3) };
        let rest = ListQuestions { page, ..ListQuestions::default() };
        let rest = api::list_questions(&service, &asked(rest)).await.unwrap();
        assert_eq!((first.items.len(), rest.items.len()), (3, 2), "{}", database.engine);
        let wish = Asked {
            query: AskQuestion { form: form("No?") },
            principal: testkit::principal("c.coordinator", &[Role::Coordinator]),
            key: None,
        };
        let refused = Failure::from(api::ask_question(&service, &wish).await.unwrap_err());
        assert_eq!(refused.kind, FailureKind::Forbidden);
    }
}
