//! What a judgement rests on besides observations, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::{
    Failure, FailureKind, PageRequest, Role,
    analysis::{
        assessments::{
            Assessment, AssessmentAction, AssessmentForm, DraftAssessment, GetAssessment, ListAssessments,
            MoveAssessment, TellSources,
        },
        drafting::SourceRef,
        products::{ProductLanguage, Source, SourceKind},
    },
    intake::clusters::ClusterState,
};
use domain::{
    ClusterId, Extent, Handling, Indicator, Observation, ReadingId, Tlp, UnClass, handling::Audience,
};
use kit::Asked;
use testkit::{Database, databases};

use crate::{
    assessments::{form, published, refused, world},
    clusters::{cluster, hear_cluster},
    given::*,
    levels::{hear_read, reading},
};

const CITATION: &str = "UNAMA, Protection of Civilians, 2025, p. 12, https://unama.example";

fn named(kind: SourceKind, id: &str) -> SourceRef {
    SourceRef { kind, id: id.to_owned() }
}

/// A form whose only judgement rests on these and on no observation.
fn resting(sources: Vec<SourceRef>) -> AssessmentForm {
    let mut form = form("Resting");
    form.handling = Handling::new(Tlp::Clear, UnClass::Unclassified);
    form.handling.audience = Audience::Everyone;
    (form.judgements[0].evidence, form.judgements[0].sources) = (Vec::new(), sources);
    form
}

async fn begun(service: &Analysis, form: AssessmentForm) -> Assessment {
    api::draft_assessment(service, &asked(DraftAssessment { form })).await.unwrap()
}

async fn moved(
    service: &Analysis,
    one: &Assessment,
    action: AssessmentAction,
) -> Result<Assessment, Failure> {
    let query = MoveAssessment { id: one.id.clone(), action, note: "agreed".into(), version: None };
    let principal = testkit::principal("s.senior", &[Role::SeniorAnalyst]);
    api::move_assessment(service, &Asked { query, principal, key: None }).await.map_err(Failure::from)
}

async fn told(service: &Analysis, one: &Assessment, role: Role) -> Vec<Source> {
    let query = TellSources { id: one.id.clone(), language: ProductLanguage::Ru };
    let principal = testkit::principal("r.reader", &[role]);
    api::tell_sources(service, &Asked { query, principal, key: None }).await.unwrap()
}

/// The assessment as it is told to this role, alone and in the list, now and as of this moment; `None` where it is told as of none.
async fn read_by(service: &Analysis, one: &Assessment, role: Role) -> Vec<Option<Assessment>> {
    let principal = || testkit::principal("r.reader", &[role]);
    let mut told = Vec::new();
    for known_on in [None, Some(one.created_at)] {
        let query = GetAssessment { id: one.id.clone(), known_on };
        let got = api::get_assessment(service, &Asked { query, principal: principal(), key: None })
            .await
            .map_err(Failure::from);
        if let Err(failure) = &got {
            assert_eq!(failure.kind, FailureKind::NotFound);
        }
        let query = ListAssessments { known_on, ..ListAssessments::default() };
        let listed = api::list_assessments(service, &Asked { query, principal: principal(), key: None })
            .await
            .unwrap()
            .items;
        told.extend([got.ok(), listed.into_iter().find(|listed| listed.id == one.id)]);
    }
    told
}

/// Two reports of one incident, the second marked so, and an answer about an indicator.
async fn heard_of(service: &Analysis, base: &Database, tlp: Tlp) -> (Observation, Observation) {
    let (one, mut other) = (observation("i", 2), observation("j", 2));
    other.handling = Handling::new(tlp, UnClass::Unclassified);
    hear(service, base, pack(vec![one.clone(), other.clone()])).await;
    hear_cluster(service, base, cluster(&[&one, &other], ClusterState::Joined, 1)).await;
    let answer = reading("r", Indicator::CanalDisputes, Extent::Marked, 0);
    hear_read(service, base, vec![answer], Vec::new()).await;
    (one, other)
}

fn reading_id() -> String {
    format!("KG-B/{}", ReadingId::derived(&["r"]))
}

#[tokio::test]
async fn a_judgement_rests_on_an_incident_a_level_a_reading_and_a_document_and_is_marked_as_all_of_them() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        heard_of(&service, &base, Tlp::Green).await;
        let incident = named(SourceKind::Incident, ClusterId::derived(&["c"]).as_str());
        let alone = begun(&service, resting(vec![incident.clone()])).await;
        assert_eq!(alone.handling.tlp(), Tlp::Green, "{}: the strictest report of the incident", base.engine);
        let answer = named(SourceKind::Reading, &reading_id());
        let document = named(SourceKind::Document, CITATION);
        let read = begun(&service, resting(vec![answer.clone(), document.clone(), document.clone()])).await;
        assert_eq!(read.handling.tlp(), Tlp::Amber, "{}", base.engine);
        let all = vec![incident, named(SourceKind::Situation, "KG-B/border_tension"), answer, document];
        let whole = begun(&service, resting(all)).await;
        assert_eq!(
            whole.handling.un_class(),
            UnClass::Confidential,
            "the level rests on what is confidential"
        );
        let pinned = &whole.form.judgements[0].sources[1].id;
        assert_eq!(*pinned, format!("KG-B/border_tension/{}", today()), "the level of that day");
        let labels: Vec<String> =
            told(&service, &whole, Role::Head).await.into_iter().map(|one| one.label).collect();
        assert_eq!(labels.len(), 4, "{}: {labels:?}", base.engine);
        assert!(labels[0].starts_with("Инцидент: Incident i") && labels[0].contains("сообщений: 2"));
        assert!(labels[1].starts_with("Уровень") && labels[2].contains("заметно"), "{labels:?}");
        assert_eq!(labels[3], CITATION);
        let open = told(&service, &read, Role::Analyst).await;
        assert_eq!(open.len(), 2, "{}: what is named twice is kept once", base.engine);
        let moved = moved(&service, &whole, AssessmentAction::Submit).await.unwrap();
        assert_eq!(moved.version, 2, "{}: it needs no observation", base.engine);
    }
}

#[tokio::test]
async fn a_judgement_that_was_published_can_be_cited_and_one_that_was_not_cannot() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        let first = published(&service, form("First")).await;
        let citing = |one: &Assessment| resting(vec![named(SourceKind::Judgement, &format!("{}/1", one.id))]);
        let second = begun(&service, citing(&first)).await;
        assert_eq!(second.handling.un_class(), UnClass::Confidential, "{}", base.engine);
        let refused = refused(&service, citing(&second)).await;
        assert_eq!(refused.errors[0].pointer, "/judgements/0/sources/0", "{}", base.engine);
    }
}

#[tokio::test]
async fn what_is_no_evidence_is_refused_by_its_place_and_says_what_to_name_instead() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        heard_of(&service, &base, Tlp::Green).await;
        let long = "x".repeat(501);
        for (kind, id, why) in [
            (SourceKind::Observation, "ob_1", "under evidence"),
            (SourceKind::Warning, "wa_1", "name the level"),
            (SourceKind::Consent, "co_1", "ledger of liaison"),
            (SourceKind::Coverage, "counts", "name the reports"),
            (SourceKind::Document, " ", "is missing"),
            (SourceKind::Document, &long, "500 characters"),
            (SourceKind::Incident, "cl_1", "not known"),
            (SourceKind::Situation, "KG-B/border_tension/2099-01-01", "not known"),
            (SourceKind::Situation, "XX-1/border_tension", "not known"),
            (SourceKind::Reading, &reading_id().replace("KG-B", "KG-O"), "not known"),
        ] {
            let failure = refused(&service, resting(vec![named(kind, id)])).await;
            let error = &failure.errors[0];
            assert_eq!(error.pointer, "/judgements/0/sources/0", "{kind} {id}");
            assert!(error.detail.contains(why), "{kind} {id}: {}", error.detail);
        }
        let drill =
            AssessmentForm { exercise: true, ..resting(vec![named(SourceKind::Reading, &reading_id())]) };
        assert_eq!(
            refused(&service, drill).await.errors.len(),
            1,
            "the two worlds cite nothing of each other"
        );
    }
}

#[tokio::test]
async fn what_was_marked_more_strictly_or_taken_back_since_stops_an_assessment_that_rests_on_it() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        let (_, other) = heard_of(&service, &base, Tlp::Green).await;
        let incident = named(SourceKind::Incident, ClusterId::derived(&["c"]).as_str());
        let one = begun(&service, resting(vec![incident])).await;
        let stricter =
            Observation { revision: 2, handling: Handling::new(Tlp::Red, UnClass::Unclassified), ..other };
        hear(&service, &base, pack(vec![stricter])).await;
        let refused = moved(&service, &one, AssessmentAction::Submit).await.unwrap_err();
        assert_eq!((refused.kind, refused.errors[0].pointer.as_str()), (FailureKind::Conflict, "/handling"));
        assert_eq!(told(&service, &one, Role::Head).await.len(), 1, "{}", base.engine);
        for read in read_by(&service, &one, Role::Head).await {
            assert_eq!(read.unwrap().form.judgements[0].sources.len(), 1, "{}", base.engine);
        }
        let query = TellSources { id: one.id.clone(), language: ProductLanguage::En };
        let principal = testkit::principal("r.reader", &[Role::Operator]);
        let hidden = api::tell_sources(&service, &Asked { query, principal, key: None }).await.unwrap_err();
        assert_eq!(Failure::from(hidden).kind, FailureKind::NotFound, "{}: not for everybody", base.engine);
        assert_eq!(read_by(&service, &one, Role::Operator).await, vec![None; 4], "{}", base.engine);
        let read = begun(&service, resting(vec![named(SourceKind::Reading, &reading_id())])).await;
        hear_read(&service, &base, Vec::new(), vec![ReadingId::derived(&["r"])]).await;
        let gone = moved(&service, &read, AssessmentAction::Submit).await.unwrap_err();
        assert_eq!(gone.errors[0].pointer, "/judgements/0/sources/0", "{}", base.engine);
    }
}

#[tokio::test]
async fn a_restricted_assessment_is_told_to_an_operator_as_of_none_and_takes_no_place_on_a_page() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        let (one, _) = heard_of(&service, &base, Tlp::Green).await;
        let rests = |title: &str, handling| {
            let mut form = AssessmentForm { title: title.into(), handling, ..form(title) };
            form.judgements[0].evidence = vec![one.id.clone()];
            form
        };
        let strict = Handling::new(Tlp::Clear, UnClass::StrictlyConfidential);
        let open = Handling::new(Tlp::Green, UnClass::Unclassified);
        let mut begun_ones = Vec::new();
        for (title, handling) in [("a", &open), ("b", &strict), ("c", &open), ("d", &strict), ("e", &strict)]
        {
            base.clock.advance(std::time::Duration::from_secs(1));
            begun_ones.push(begun(&service, rests(title, handling.clone())).await);
        }
        assert!(read_by(&service, &begun_ones[0], Role::Operator).await.iter().all(Option::is_some));
        assert_eq!(read_by(&service, &begun_ones[1], Role::Operator).await, vec![None; 4]);
        let page = async |role, cursor| {
            let page = PageRequest { cursor, limit: Some(1) };
            let query = ListAssessments { page, ..ListAssessments::default() };
            let principal = testkit::principal("r.reader", &[role]);
            let page = api::list_assessments(&service, &Asked { query, principal, key: None }).await.unwrap();
            (page.items.into_iter().map(|one| one.form.title).collect::<String>(), page.next)
        };
        let (first, next) = page(Role::Operator, None).await;
        let (second, last) = page(Role::Operator, next).await;
        assert_eq!((first.as_str(), second.as_str(), last), ("c", "a", None), "{}", base.engine);
        assert_eq!(page(Role::Auditor, None).await.0, "e", "{}", base.engine);
    }
}

#[tokio::test]
async fn a_level_of_a_past_day_is_bound_as_what_it_rests_on_is_marked_now() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        let (_, other) = heard_of(&service, &base, Tlp::Green).await;
        let level = named(SourceKind::Situation, "KG-B/border_tension");
        let one = begun(&service, resting(vec![level])).await;
        assert_ne!(one.handling.tlp(), Tlp::Red, "{}", base.engine);
        base.clock.advance(days(1));
        let handling = Handling::new(Tlp::Red, UnClass::Unclassified);
        let stricter = Observation { revision: 2, known_from: base.clock.now(), handling, ..other };
        hear(&service, &base, pack(vec![stricter])).await;
        let refused = moved(&service, &one, AssessmentAction::Submit).await.unwrap_err();
        assert_eq!(refused.errors[0].pointer, "/handling", "{}", base.engine);
    }
}
