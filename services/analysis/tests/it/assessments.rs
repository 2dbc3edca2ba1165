//! Assessments: from draft to a scored judgement, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::{Analysis, api};
use contracts::{
    Failure, FailureKind, PageRequest, Role,
    analysis::assessments::{
        Assessment, AssessmentAction, AssessmentForm, AssessmentState, DraftAssessment, GetAssessment,
        GetCalibration, JudgementForm, ListAssessments, MoveAssessment, Resolution, ResolveJudgement,
        ReviseAssessment,
    },
    intake::ObservationsRecorded,
};
use domain::{
    Handling, Observation, ObservationId, Threat, Tlp, UnClass,
    likelihood::{Confidence, Word},
};
use kit::Asked;
use testkit::{Database, databases};

use crate::given::*;

/// An assessment with one judgement.
pub fn form(title: &str) -> AssessmentForm {
    AssessmentForm {
        title: title.into(),
        question: "Will it escalate this winter?".into(),
        summary: String::new(),
        provinces: BTreeSet::from(["KG-B".parse().unwrap()]),
        threat: Some(Threat::BorderTension),
        judgements: vec![JudgementForm {
            statement: "Fire is exchanged again by the end of January".into(),
            likelihood: Word::Likely.range(),
            confidence: Confidence::Moderate,
            basis: "two owners agree".into(),
            evidence: vec![ObservationId::derived(&["a"])],
            sources: vec![],
            alternatives: vec!["the canal is shared".into()],
            would_change: vec!["a schedule".into()],
            due: today().plus(60),
        }],
        handling: Handling::new(Tlp::Green, UnClass::Unclassified),
        supersedes: None,
        answers: None,
        exercise: false,
    }
}

fn by<Q>(who: &str, roles: &[Role], query: Q) -> Asked<Q> {
    Asked { query, principal: testkit::principal(who, roles), key: None }
}

/// Analysis with a guarded fact and one of the exercise.
pub async fn world(database: &Database) -> Analysis {
    let service = service(database);
    let mut guarded = observation("a", 3);
    guarded.handling = Handling::new(Tlp::Amber, UnClass::Confidential);
    let drill = Observation { exercise: true, ..observation("drill", 3) };
    hear(&service, database, pack(vec![guarded, drill])).await;
    service
}

/// A draft.
pub async fn draft(service: &Analysis, form: AssessmentForm) -> Assessment {
    api::draft_assessment(service, &asked(DraftAssessment { form })).await.unwrap()
}

/// The same, written anew.
pub async fn revised(service: &Analysis, one: &Assessment, form: AssessmentForm) -> Assessment {
    let wish = ReviseAssessment { id: one.id.clone(), form, version: Some(one.version) };
    api::revise_assessment(service, &asked(wish)).await.unwrap()
}

async fn moved(service: &Analysis, who: &str, id: &Assessment, action: AssessmentAction) -> Assessment {
    let wish = MoveAssessment { id: id.id.clone(), action, note: "agreed".into(), version: None };
    api::move_assessment(service, &by(who, &[Role::SeniorAnalyst], wish)).await.unwrap()
}

/// An assessment that holds.
pub async fn published(service: &Analysis, form: AssessmentForm) -> Assessment {
    let draft = draft(service, form).await;
    moved(service, "a.analyst", &draft, AssessmentAction::Submit).await;
    moved(service, "s.senior", &draft, AssessmentAction::Approve).await;
    moved(service, "s.senior", &draft, AssessmentAction::Publish).await
}

/// Takes it back.
pub async fn withdrawn(service: &Analysis, one: &Assessment) {
    moved(service, "s.senior", one, AssessmentAction::Withdraw).await;
}

/// Why it is refused.
pub async fn refused(service: &Analysis, form: AssessmentForm) -> Failure {
    api::draft_assessment(service, &asked(DraftAssessment { form })).await.unwrap_err().into()
}

#[tokio::test]
async fn an_assessment_is_written_reviewed_published_superseded_and_its_judgement_scored() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let first = published(&service, form("First")).await;
        assert_eq!(first.state, AssessmentState::Published);
        assert_eq!(first.handling.tlp(), Tlp::AmberStrict, "no looser than what it rests on");
        assert_eq!(first.handling.un_class(), UnClass::Confidential);
        let second =
            published(&service, AssessmentForm { supersedes: Some(first.id.clone()), ..form("Second") })
                .await;
        let first = api::get_assessment(&service, &asked(GetAssessment { id: first.id, known_on: None }))
            .await
            .unwrap();
        assert_eq!(
            (first.state, first.superseded_by.as_ref()),
            (AssessmentState::Superseded, Some(&second.id))
        );
        let wish = ResolveJudgement {
            id: second.id.clone(),
            number: 1,
            resolution: Resolution::Came,
            note: "two owners reported it".into(),
        };
        let unscored = database.clock.now();
        database.clock.advance(days(1));
        let own = api::resolve_judgement(&service, &asked(wish.clone())).await.unwrap_err();
        assert_eq!(Failure::from(own).kind, FailureKind::Forbidden, "nobody scores what they wrote");
        let by_peer = || by("s.senior", &[Role::SeniorAnalyst], wish.clone());
        let scored = api::resolve_judgement(&service, &by_peer()).await.unwrap();
        assert!(scored.outcomes[0].as_ref().unwrap().brier.is_some());
        assert_eq!(api::resolve_judgement(&service, &by_peer()).await.unwrap(), scored, "twice is once");
        let record = api::get_calibration(&service, &asked(GetCalibration::default())).await.unwrap();
        assert_eq!(
            record.iter().map(|one| one.judgements).collect::<Vec<_>>(),
            [1, 1],
            "{}",
            database.engine
        );
        let now = database.clock.now();
        let on = async |known_on| {
            let wish = GetCalibration { known_on: Some(known_on) };
            api::get_calibration(&service, &asked(wish)).await.unwrap()
        };
        assert_eq!(on(now).await, record, "{}", database.engine);
        assert_eq!(on(unscored).await, [], "{}: nothing had come of it yet", database.engine);
    }
}

#[tokio::test]
async fn evidence_that_was_marked_more_strictly_or_taken_back_since_stops_an_assessment() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let moving = async |id: &Assessment, action| -> Result<Assessment, Failure> {
            let wish = MoveAssessment { id: id.id.clone(), action, note: "agreed".into(), version: None };
            api::move_assessment(&service, &by("s.senior", &[Role::SeniorAnalyst], wish))
                .await
                .map_err(Failure::from)
        };
        let draft = draft(&service, form("First")).await;
        moved(&service, "a.analyst", &draft, AssessmentAction::Submit).await;
        let mut stricter = Observation { revision: 2, ..observation("a", 3) };
        stricter.handling = Handling::new(Tlp::Red, UnClass::Confidential);
        hear(&service, &database, pack(vec![stricter])).await;
        let refused = moving(&draft, AssessmentAction::Approve).await.unwrap_err();
        assert_eq!((refused.kind, refused.errors[0].pointer.as_str()), (FailureKind::Conflict, "/handling"));
        assert!(refused.errors[0].detail.contains("RED"), "{refused:?}");
        let gone = ObservationsRecorded { retracted: vec![ObservationId::derived(&["a"])], ..pack(vec![]) };
        hear(&service, &database, gone).await;
        let refused = moving(&draft, AssessmentAction::Approve).await.unwrap_err();
        assert_eq!(refused.errors[0].pointer, "/judgements/0/evidence/0", "{}", database.engine);
    }
}

#[tokio::test]
async fn a_key_begins_one_assessment_and_a_stale_version_is_refused() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let mut wish = asked(DraftAssessment { form: form("Once") });
        wish.key = Some("k1".into());
        let once = api::draft_assessment(&service, &wish).await.unwrap();
        assert_eq!(api::draft_assessment(&service, &wish).await.unwrap(), once);
        let anew = ReviseAssessment { id: once.id.clone(), form: form("Anew"), version: Some(1) };
        let written = api::revise_assessment(&service, &asked(anew.clone())).await.unwrap();
        assert_eq!((written.version, written.form.title.as_str()), (2, "Anew"));
        assert_eq!(api::revise_assessment(&service, &asked(anew)).await.unwrap(), written, "twice is once");
        let stale = ReviseAssessment { id: once.id, form: form("Late"), version: Some(1) };
        let refused = Failure::from(api::revise_assessment(&service, &asked(stale)).await.unwrap_err());
        assert_eq!(refused.kind, FailureKind::Stale);
        assert_eq!(list(&service, 10).await.len(), 1, "{}", database.engine);
    }
}

#[tokio::test]
async fn a_judgement_that_is_due_waits_to_be_scored_until_somebody_does() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        draft(&service, form("Draft")).await;
        let one = draft(&service, form("Due")).await;
        moved(&service, "a.analyst", &one, AssessmentAction::Submit).await;
        moved(&service, "s.senior", &one, AssessmentAction::Approve).await;
        moved(&service, "s.senior", &one, AssessmentAction::Publish).await;
        let due = async |by: i64| {
            let query = ListAssessments { due: Some(today().plus(by)), ..ListAssessments::default() };
            let found = api::list_assessments(&service, &asked(query)).await.unwrap().items;
            found.into_iter().map(|one| one.form.title).collect::<Vec<_>>()
        };
        assert!(due(59).await.is_empty(), "{}", database.engine);
        assert_eq!(due(60).await, ["Due"], "{}", database.engine);
        database.clock.advance(days(61));
        let resolution = Resolution::DidNotCome;
        let wish = ResolveJudgement { id: one.id, number: 1, resolution, note: "quiet".into() };
        api::resolve_judgement(&service, &by("s.senior", &[Role::SeniorAnalyst], wish)).await.unwrap();
        assert!(due(61).await.is_empty(), "{}", database.engine);
    }
}

async fn list(service: &Analysis, limit: u32) -> Vec<Assessment> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { cursor, limit: Some(limit) };
        let query = ListAssessments { page, ..ListAssessments::default() };
        let page = api::list_assessments(service, &asked(query)).await.unwrap();
        seen.extend(page.items);
        let Some(next) = page.next else { return seen };
        cursor = Some(next);
    }
}

#[tokio::test]
async fn pages_stand_and_what_is_no_evidence_is_refused_by_its_place() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        for number in 0..5 {
            draft(&service, form(&format!("No {number}"))).await;
        }
        let by_two: Vec<String> = list(&service, 2).await.into_iter().map(|one| one.form.title).collect();
        let whole: Vec<String> = list(&service, 50).await.into_iter().map(|one| one.form.title).collect();
        assert_eq!((by_two.len(), &by_two), (5, &whole), "{}", database.engine);
        for (id, part) in [("unknown", "not known"), ("drill", "exercise")] {
            let mut wrong = form("Wrong");
            wrong.judgements[0].evidence.push(ObservationId::derived(&[id]));
            let wish = asked(DraftAssessment { form: wrong });
            let refused = Failure::from(api::draft_assessment(&service, &wish).await.unwrap_err());
            assert_eq!(refused.errors[0].pointer, "/judgements/0/evidence/1");
            assert!(refused.errors[0].detail.contains(part), "{refused:?}");
        }
        let wish = by("c.coordinator", &[Role::Coordinator], DraftAssessment { form: form("No") });
        let refused = Failure::from(api::draft_assessment(&service, &wish).await.unwrap_err());
        assert_eq!(refused.kind, FailureKind::Forbidden);
    }
}
