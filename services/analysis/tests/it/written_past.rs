//! Assessments, questions and products as they stood at past moments, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, store::written_past};
use contracts::{
    Failure, FailureKind, PageRequest, Role,
    analysis::{
        assessments::{Assessment, AssessmentState, GetAssessment, ListAssessments},
        drafting::{GetProduct, ListProducts, ProductLine},
        products::{Product, ProductKind, ProductState},
        questions::{GetQuestion, ListQuestions, Question, QuestionAction, QuestionState},
    },
};
use domain::{Observation, Timestamp, Tlp};
use kit::{Asked, on_tx};
use testkit::{Database, databases};

use crate::{assessments, given::*, products, questions};

const MINUTE: std::time::Duration = std::time::Duration::from_mins(1);

/// Now, and a minute later all that follows.
fn moment(database: &Database) -> Timestamp {
    let now = database.clock.now();
    database.clock.advance(MINUTE);
    now
}

async fn assessment(service: &Analysis, of: &Assessment, at: Timestamp) -> Result<Assessment, Failure> {
    let wish = GetAssessment { id: of.id.clone(), known_on: Some(at) };
    api::get_assessment(service, &asked(wish)).await.map_err(Failure::from)
}

async fn assessments_of(service: &Analysis, query: ListAssessments) -> Vec<Assessment> {
    api::list_assessments(service, &asked(query)).await.unwrap().items
}

#[tokio::test]
async fn an_assessment_is_told_as_it_stood_and_not_before_there_was_one() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let before = moment(&database);
        let one = assessments::published(&service, assessments::form("First")).await;
        let held = moment(&database);
        assessments::withdrawn(&service, &one).await;
        let withdrawn = moment(&database);
        let none = assessment(&service, &one, before).await.unwrap_err();
        assert_eq!(none.kind, FailureKind::NotFound, "{}", database.engine);
        assert_eq!(assessment(&service, &one, held).await.unwrap(), one);
        let then = assessment(&service, &one, withdrawn).await.unwrap();
        assert_eq!((then.state, then.version), (AssessmentState::Withdrawn, one.version + 1));
        let at = |at, state| ListAssessments { known_on: Some(at), state, ..ListAssessments::default() };
        assert_eq!(assessments_of(&service, at(before, None)).await, []);
        assert_eq!(assessments_of(&service, at(held, Some(AssessmentState::Published))).await, [one]);
        assert_eq!(assessments_of(&service, at(held, Some(AssessmentState::Withdrawn))).await, []);
        assert_eq!(assessments_of(&service, at(withdrawn, None)).await, [then]);
    }
}

#[tokio::test]
async fn what_was_due_and_of_which_threat_is_asked_of_the_past_as_well_page_by_page() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let mut all = Vec::new();
        for title in ["One", "Two", "Three"] {
            all.insert(0, assessments::published(&service, assessments::form(title)).await);
            moment(&database);
        }
        let at = Some(moment(&database));
        for one in &all {
            assessments::withdrawn(&service, one).await;
        }
        let due = |days| ListAssessments {
            due: Some(today().plus(days)),
            known_on: at,
            ..ListAssessments::default()
        };
        assert_eq!(assessments_of(&service, due(60)).await.len(), 3, "{}", database.engine);
        assert_eq!(assessments_of(&service, due(59)).await.len(), 0);
        let other = ListAssessments {
            threat: Some(domain::Threat::WaterEnergy),
            known_on: at,
            ..ListAssessments::default()
        };
        assert_eq!(assessments_of(&service, other).await, []);
        let (mut paged, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest { cursor, limit: Some(2) };
            let wish = ListAssessments { known_on: at, page, ..ListAssessments::default() };
            let told = api::list_assessments(&service, &asked(wish)).await.unwrap();
            paged.extend(told.items);
            cursor = told.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, all, "{}: as they stood", database.engine);
    }
}

#[tokio::test]
async fn what_was_tightened_since_is_not_told_under_its_wider_marking_of_then() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let one = assessments::draft(&service, assessments::form("First")).await;
        let then = moment(&database);
        let mut form = one.form.clone();
        form.handling = form.handling.join(&domain::Handling::new(Tlp::Red, domain::UnClass::Unclassified));
        let anew = assessments::revised(&service, &one, form).await;
        assert_eq!(anew.handling.tlp(), Tlp::Red);
        let stood = assessment(&service, &one, then).await.unwrap();
        assert_eq!((stood.version, stood.handling.tlp()), (one.version, Tlp::Red), "{}", database.engine);
    }
}

async fn question(service: &Analysis, of: &Question, at: Timestamp) -> Result<Question, Failure> {
    let wish = GetQuestion { id: of.id.clone(), known_on: Some(at) };
    api::get_question(service, &asked(wish)).await.map_err(Failure::from)
}

#[tokio::test]
async fn a_question_is_told_with_the_answers_it_had_by_then() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let before = moment(&database);
        let asked_first = questions::put(&service, "Will the crossing reopen?").await;
        let open = moment(&database);
        let mut answer = assessments::form("An answer");
        answer.answers = Some(asked_first.id.clone());
        assessments::published(&service, answer).await;
        let answered = moment(&database);
        questions::moved(&service, &asked_first, QuestionAction::Close).await;
        let closed = moment(&database);
        assert_eq!(question(&service, &asked_first, before).await.unwrap_err().kind, FailureKind::NotFound);
        assert_eq!(question(&service, &asked_first, open).await.unwrap(), asked_first, "{}", database.engine);
        let then = question(&service, &asked_first, answered).await.unwrap();
        assert_eq!((then.state, then.answers.len()), (QuestionState::Answered, 1));
        assert_eq!(question(&service, &asked_first, closed).await.unwrap().state, QuestionState::Closed);
        let list = async |at, state, due| {
            let query = ListQuestions { known_on: Some(at), state, due, ..ListQuestions::default() };
            api::list_questions(&service, &asked(query)).await.unwrap().items
        };
        assert_eq!(list(before, None, None).await, []);
        assert_eq!(list(open, Some(QuestionState::Open), None).await, [asked_first]);
        assert_eq!(list(answered, None, Some(today().plus(30))).await, [then]);
        assert_eq!(list(closed, None, Some(today().plus(30))).await, [], "what is closed is not due");
    }
}

async fn product(service: &Analysis, of: &Product, at: Timestamp) -> Result<Product, Failure> {
    let wish = GetProduct { id: of.id.clone(), known_on: Some(at) };
    api::get_product(service, &asked(wish)).await.map_err(Failure::from)
}

#[tokio::test]
async fn a_paper_is_told_as_it_stood_in_the_list_and_by_itself() {
    for database in databases::<Analysis>().await {
        let service = products::world(&database).await;
        let before = moment(&database);
        let draft = products::drafted(&service, products::form(ProductKind::SituationReport)).await;
        let drafted = moment(&database);
        let full = products::filled(&service, &draft).await;
        let filled = moment(&database);
        assert_eq!(product(&service, &draft, before).await.unwrap_err().kind, FailureKind::NotFound);
        assert_eq!(product(&service, &draft, drafted).await.unwrap(), draft, "{}", database.engine);
        assert_eq!(product(&service, &draft, filled).await.unwrap(), full);
        let list = async |at, kind, state| {
            let query = ListProducts { known_on: Some(at), kind, state, ..ListProducts::default() };
            api::list_products(&service, &asked(query)).await.unwrap().items
        };
        assert_eq!(list(before, None, None).await, []);
        let line = ProductLine::from(&draft);
        assert_eq!(
            list(drafted, Some(ProductKind::SituationReport), Some(ProductState::Draft)).await,
            [line]
        );
        assert_eq!(list(drafted, Some(ProductKind::FlashReport), None).await, []);
        assert_eq!(list(drafted, None, Some(ProductState::Published)).await, []);
        assert_eq!(list(filled, None, None).await, [ProductLine::from(&full)]);
    }
}

#[tokio::test]
async fn of_a_past_paper_whoever_has_no_need_to_know_is_told_nothing_that_became_restricted_since() {
    for database in databases::<Analysis>().await {
        let service = products::world(&database).await;
        let draft = products::drafted(&service, products::form(ProductKind::SituationReport)).await;
        let then = moment(&database);
        let strict = domain::Handling::new(Tlp::Red, domain::UnClass::Unclassified);
        let anew = Observation { revision: 2, handling: strict, ..deadly(observation("a", 3), 4) };
        hear(&service, &database, pack(vec![anew])).await;
        let by = |role| Asked {
            query: GetProduct { id: draft.id.clone(), known_on: Some(then) },
            principal: testkit::principal("somebody", &[role]),
            key: None,
        };
        let told = async |role| {
            let one = api::get_product(&service, &by(role)).await.unwrap();
            one.statements().any(|said| said.text.contains("Incident a"))
        };
        assert!(told(Role::Head).await, "{}", database.engine);
        assert!(!told(Role::Operator).await, "{}", database.engine);
    }
}

#[tokio::test]
async fn what_was_kept_only_as_it_stands_is_told_since_its_last_step() {
    for database in databases::<Analysis>().await {
        let service = assessments::world(&database).await;
        let one = assessments::draft(&service, assessments::form("First")).await;
        let written = moment(&database);
        let held = assessments::published(&service, assessments::form("Second")).await;
        let put = questions::put(&service, "Will it hold?").await;
        let paper = products::drafted(&service, products::form(ProductKind::SituationReport)).await;
        let later = moment(&database);
        let mut tx = database.db.begin().await.unwrap();
        on_tx!(tx, |c| sqlx::query("delete from written_standing").execute(c).await.map(|_| ())).unwrap();
        for _ in 0..2 {
            written_past::take_up(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(assessment(&service, &one, written).await.unwrap(), one, "{}", database.engine);
        assert!(assessment(&service, &held, written).await.is_err());
        assert_eq!(assessment(&service, &held, later).await.unwrap(), held);
        assert_eq!(question(&service, &put, later).await.unwrap(), put);
        assert_eq!(product(&service, &paper, later).await.unwrap(), paper);
    }
}
