//! Products on real stores: drafted from what was heard, changed, moved on, and told what became of their sources.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::{
    Failure, FailureKind, PageRequest, Role,
    analysis::{
        drafting::{
            Addition, Change, CheckProduct, DraftProduct, Elsewhere, FindSubject, GetProduct, Length,
            ListProducts, MoveProduct, ReviseProduct, Rewrite, Since, SourceRef,
        },
        products::{
            Basis, Part, Product, ProductAction, ProductForm, ProductKind, ProductLanguage, ProductState,
            SourceKind,
        },
    },
    intake::ObservationsRecorded,
};
use domain::{Handling, Likelihood, Observation, ObservationId, Tlp, UnClass, handling::Audience};
use kit::Asked;
use testkit::{Database, databases};

use crate::given::*;

/// What is wished for: the last seven days of everything.
pub fn form(kind: ProductKind) -> ProductForm {
    let mut handling = Handling::new(Tlp::Green, UnClass::Unclassified);
    handling.audience = Audience::Everyone;
    ProductForm {
        kind,
        language: ProductLanguage::En,
        title: String::new(),
        from: today().plus(-6),
        to: today(),
        countries: std::collections::BTreeSet::new(),
        provinces: std::collections::BTreeSet::new(),
        threats: std::collections::BTreeSet::new(),
        about: None,
        handling,
        ceiling: None,
        tear_line: false,
        supersedes: None,
        exercise: false,
    }
}

fn by<Q>(who: &str, query: Q) -> Asked<Q> {
    Asked { query, principal: testkit::principal(who, &[Role::SeniorAnalyst]), key: None }
}

/// Analysis with an incident, a guarded one and one of the exercise.
pub async fn world(database: &Database) -> Analysis {
    let service = service(database);
    let mut guarded = observation("b", 2);
    guarded.handling = Handling::new(Tlp::Amber, UnClass::Confidential);
    let drill = Observation { exercise: true, ..observation("drill", 3) };
    hear(&service, database, pack(vec![deadly(observation("a", 3), 4), guarded, drill])).await;
    service
}

/// A draft of it.
pub async fn drafted(service: &Analysis, form: ProductForm) -> Product {
    let wish = DraftProduct { form, elsewhere: Elsewhere::default() };
    api::draft_product(service, &asked(wish)).await.unwrap()
}

async fn revised(service: &Analysis, one: &Product, changes: Vec<Change>) -> Result<Product, Failure> {
    let wish = ReviseProduct { id: one.id.clone(), changes, version: Some(one.version) };
    api::revise_product(service, &asked(wish)).await.map_err(Failure::from)
}

fn strikes(one: &Product) -> Vec<Change> {
    let empty = one.sections.iter().filter(|section| section.statements.is_empty());
    empty.map(|section| Change::Strike { part: section.part, reason: "nothing to say".into() }).collect()
}

async fn moved(
    service: &Analysis,
    who: &str,
    one: &Product,
    action: ProductAction,
) -> Result<Product, Failure> {
    let length = Some(Length { pages: 2, version: one.version });
    let wish = MoveProduct { id: one.id.clone(), action, note: "agreed".into(), length, version: None };
    api::move_product(service, &by(who, wish)).await.map_err(Failure::from)
}

/// A draft with nothing left empty.
pub async fn filled(service: &Analysis, draft: &Product) -> Product {
    revised(service, draft, strikes(draft)).await.unwrap()
}

/// The same, published.
pub async fn published(service: &Analysis, form: ProductForm) -> Product {
    let draft = drafted(service, form).await;
    let full = revised(service, &draft, strikes(&draft)).await.unwrap();
    moved(service, "a.analyst", &full, ProductAction::Submit).await.unwrap();
    moved(service, "s.senior", &full, ProductAction::Approve).await.unwrap();
    moved(service, "s.senior", &full, ProductAction::Publish).await.unwrap()
}

#[tokio::test]
async fn a_situation_report_is_drafted_from_data_reviewed_published_and_superseded() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let first = published(&service, form(ProductKind::SituationReport)).await;
        assert_eq!(
            (first.state, first.digest.as_ref().map(String::len)),
            (ProductState::Published, Some(64))
        );
        let of = |part: Part| first.sections.iter().find(|section| section.part == part).unwrap();
        let security: Vec<&str> =
            of(Part::Security).statements.iter().map(|said| said.text.as_str()).collect();
        assert_eq!(security.len(), 2, "one of the exercise is none of them: {security:?}");
        assert!(
            security[0].contains("Incident a") && security[0].contains("4 deaths"),
            "the gravest first: {security:?}"
        );
        let annex: Vec<&str> = of(Part::Annex).statements.iter().map(|said| said.text.as_str()).collect();
        assert!(
            annex.iter().any(|text| text.starts_with("Turkmenistan: nothing reported from any of its")),
            "{annex:?}"
        );
        assert_eq!(first.handling.un_class(), UnClass::Confidential, "no looser than what it rests on");
        let (a, b) = (&of(Part::Security).statements[0], &of(Part::Security).statements[1]);
        assert_eq!(
            (a.handling.tlp(), b.handling.un_class()),
            (Tlp::Clear, UnClass::Confidential),
            "each by its own"
        );
        let kept = api::get_product(&service, &asked(GetProduct { id: first.id.clone(), known_on: None }))
            .await
            .unwrap();
        assert_eq!(kept.digest, Some(analysis::domain::product::moves::digest(&kept)), "{}", database.engine);
        let later = ProductForm { supersedes: Some(first.id.clone()), ..form(ProductKind::SituationReport) };
        let second = published(&service, later).await;
        let over =
            api::get_product(&service, &asked(GetProduct { id: first.id, known_on: None })).await.unwrap();
        assert_eq!((over.state, over.superseded_by), (ProductState::Superseded, Some(second.id)));
    }
}

#[tokio::test]
async fn what_becomes_of_a_source_is_told_and_a_source_that_is_gone_keeps_a_draft_back() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let draft = drafted(&service, form(ProductKind::SituationReport)).await;
        let full = revised(&service, &draft, strikes(&draft)).await.unwrap();
        let check = asked(CheckProduct { id: full.id.clone() });
        assert_eq!(api::check_product(&service, &check).await.unwrap(), vec![]);
        let anew = Observation {
            revision: 2,
            grade: graded("C3", today().start()),
            ..deadly(observation("a", 3), 4)
        };
        let gone = ObservationId::derived(&["b"]);
        let event =
            ObservationsRecorded { origin: "test".into(), recorded: vec![anew], retracted: vec![gone] };
        hear(&service, &database, event).await;
        let newer = api::check_product(&service, &check).await.unwrap();
        let of = |id: &str| {
            let key = format!("observation:{}", ObservationId::derived(&[id]));
            newer.iter().find(|one| one.source == key).map(|one| one.since)
        };
        assert_eq!((of("a"), of("b")), (Some(Since::Revised), Some(Since::Gone)), "{newer:?}");
        let kept = api::get_product(&service, &asked(GetProduct { id: full.id.clone(), known_on: None }))
            .await
            .unwrap();
        assert_eq!(kept, full, "nothing is rewritten silently");
        let back = moved(&service, "a.analyst", &full, ProductAction::Submit).await.unwrap_err();
        assert!(back.errors.iter().any(|error| error.pointer.contains("/sources/observation:")), "{back:?}");
        let key = format!("observation:{}", ObservationId::derived(&["a"]));
        let renewed = revised(&service, &full, vec![Change::Renew { source: key.clone() }]).await.unwrap();
        assert_eq!(renewed.source(&key).unwrap().grade, "C3", "{}", database.engine);
    }
}

#[tokio::test]
async fn a_text_stays_bound_by_the_revision_it_was_written_from() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let under = |revision, tlp| {
            let seen = deadly(observation("a", 3), 4);
            let handling = Handling::new(tlp, UnClass::Unclassified);
            Observation { revision, handling, ..seen }
        };
        let hear_of = async |seen: Observation| {
            let recorded = vec![seen];
            let event = ObservationsRecorded { origin: "test".into(), recorded, retracted: Vec::new() };
            hear(&service, &database, event).await;
        };
        hear_of(under(2, Tlp::Amber)).await;
        let draft = drafted(&service, form(ProductKind::SituationReport)).await;
        let key = format!("observation:{}", ObservationId::derived(&["a"]));
        assert_eq!(draft.source(&key).unwrap().handling.tlp(), Tlp::Amber, "{}", database.engine);
        hear_of(under(3, Tlp::Clear)).await;
        let renewed = revised(&service, &draft, vec![Change::Renew { source: key.clone() }]).await.unwrap();
        assert_eq!(renewed.source(&key).unwrap().handling.tlp(), Tlp::Amber, "{}", database.engine);
    }
}

#[tokio::test]
async fn a_statement_takes_a_source_that_stands_and_none_of_the_other_side_of_the_exercise() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let draft = drafted(&service, form(ProductKind::WarningNote)).await;
        let number = draft.statements().next().unwrap().number;
        let with = |kind, id: String| {
            let sources = Some(vec![SourceRef { kind, id }]);
            vec![Change::Rewrite(Box::new(Rewrite { statement: number, sources, ..Rewrite::default() }))]
        };
        let id = |name: &str| ObservationId::derived(&[name]).to_string();
        for (kind, wrong) in [
            (SourceKind::Observation, id("drill")),
            (SourceKind::Observation, id("unknown")),
            (SourceKind::Situation, "KG-B/drug_trafficking".into()),
            (SourceKind::Situation, "nowhere".into()),
            (SourceKind::Judgement, "as_1/1".into()),
        ] {
            let refused = revised(&service, &draft, with(kind, wrong.clone())).await.unwrap_err();
            assert_eq!(refused.errors[0].pointer, "/changes/0/rewrite/sources/0", "{wrong}");
        }
        let now = revised(&service, &draft, with(SourceKind::Observation, id("b"))).await.unwrap();
        let said = now.statements().find(|said| said.number == number).unwrap();
        assert_eq!(said.handling.un_class(), UnClass::Confidential, "{}", database.engine);
        let level = with(SourceKind::Situation, "KG-B/border_tension".into());
        assert!(revised(&service, &now, level).await.is_ok());
        let stale = revised(&service, &now, with(SourceKind::Observation, id("a"))).await.unwrap_err();
        assert_eq!(stale.kind, FailureKind::Stale);
    }
}

#[tokio::test]
async fn a_key_drafts_one_product_pages_stand_and_a_wrong_wish_is_refused_by_its_place() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let mut wish =
            asked(DraftProduct { form: form(ProductKind::FlashReport), elsewhere: Elsewhere::default() });
        wish.key = Some("k1".into());
        let once = api::draft_product(&service, &wish).await.unwrap();
        assert_eq!(api::draft_product(&service, &wish).await.unwrap(), once, "twice is once");
        for _ in 0..4 {
            drafted(&service, form(ProductKind::SituationReport)).await;
        }
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest { cursor, limit: Some(2) };
            let query = ListProducts { page, ..ListProducts::default() };
            let page = api::list_products(&service, &asked(query)).await.unwrap();
            seen.extend(page.items.into_iter().map(|line| line.id));
            let Some(next) = page.next else { break };
            cursor = Some(next);
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5, "{}", database.engine);
        let flash = ListProducts { kind: Some(ProductKind::FlashReport), ..ListProducts::default() };
        assert_eq!(api::list_products(&service, &asked(flash)).await.unwrap().items.len(), 1);
        let ahead = ProductForm { to: today().plus(1), ..form(ProductKind::FlashReport) };
        let back = ProductForm { from: today(), to: today().plus(-1), ..form(ProductKind::FlashReport) };
        let mut nowhere = form(ProductKind::FlashReport);
        nowhere.provinces.insert("KG-X".parse().unwrap());
        let about = |name: &str| ProductForm {
            about: Some(ObservationId::derived(&[name])),
            ..form(ProductKind::FlashReport)
        };
        let earlier = ProductForm { to: today().plus(-5), ..about("a") };
        for (wrong, pointer) in [
            (ahead, "/to"),
            (back, "/from"),
            (nowhere, "/provinces"),
            (about("unknown"), "/about"),
            (about("drill"), "/about"),
            (earlier, "/about"),
        ] {
            let wish = asked(DraftProduct { form: wrong, elsewhere: Elsewhere::default() });
            let refused = Failure::from(api::draft_product(&service, &wish).await.unwrap_err());
            assert_eq!(refused.errors[0].pointer, pointer);
        }
    }
}

#[tokio::test]
async fn an_unusual_month_is_marked_by_the_months_it_is_judged_by_as_well() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let mut quiet = observation("quiet 9", 30 * 9);
        quiet.handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let others = (1..=12).filter(|n| *n != 9).map(|n| observation(&format!("quiet {n}"), 30 * n));
        let burst = (0..15).map(|n| observation(&format!("burst {n}"), n));
        let all = std::iter::once(quiet).chain(others).chain(burst);
        let all = all.map(|seen| Observation { known_from: today().start(), ..seen }).collect();
        hear(&service, &database, pack(all)).await;
        let draft = drafted(&service, form(ProductKind::SituationReport)).await;
        let unusual = draft.sources.iter().find(|source| source.kind == SourceKind::Anomaly).unwrap();
        assert_eq!(unusual.handling.tlp(), Tlp::Red, "{}", database.engine);
        let check = asked(CheckProduct { id: draft.id.clone() });
        assert_eq!(
            api::check_product(&service, &check).await.unwrap(),
            vec![],
            "and told so when looked up anew"
        );
        assert_eq!(draft.handling.un_class(), UnClass::StrictlyConfidential);
    }
}

#[tokio::test]
async fn a_flash_report_is_about_the_incident_asked_for_or_the_gravest() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let found = async |about: Option<&str>| {
            let about = about.map(|name| ObservationId::derived(&[name]));
            let form = ProductForm { about, ..form(ProductKind::FlashReport) };
            api::find_subject(&service, &asked(FindSubject { form })).await.unwrap()
        };
        let of = |name: &str| Some(ObservationId::derived(&[name]));
        assert_eq!((found(None).await, found(Some("b")).await), (of("a"), of("b")), "{}", database.engine);
        assert_eq!(found(Some("unknown")).await, None);
        let form = ProductForm { about: of("b"), ..form(ProductKind::FlashReport) };
        let draft = drafted(&service, form).await;
        assert!(draft.statements().next().is_some_and(|said| said.text.contains("Incident b")), "{draft:?}");
    }
}

#[tokio::test]
async fn the_positions_of_governments_name_documents_and_nothing_else_does() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let draft = drafted(&service, form(ProductKind::BriefingNote)).await;
        let named = "Ministry of Foreign Affairs, statement of 20 November 2026, https://mfa.example/1";
        let said = |part, id: &str| {
            let sources = vec![SourceRef { kind: SourceKind::Document, id: id.to_owned() }];
            Change::Add(Box::new(Addition {
                part,
                text: "The government calls for a joint commission.".into(),
                basis: Basis::Sourced,
                likelihood: None,
                confidence: None,
                sources,
                handling: None,
            }))
        };
        let told = revised(&service, &draft, vec![said(Part::Positions, named)]).await.unwrap();
        let source = told.sources.iter().find(|source| source.kind == SourceKind::Document).unwrap();
        assert_eq!(
            (source.label.as_str(), source.handling.tlp()),
            (named, Tlp::Green),
            "{}",
            database.engine
        );
        for (part, id, why) in
            [(Part::Risks, named, "positions of governments alone"), (Part::Positions, " ", "is missing")]
        {
            let refused = revised(&service, &told, vec![said(part, id)]).await.unwrap_err();
            assert_eq!(refused.errors.len(), 1, "{refused:?}");
            assert_eq!(refused.errors[0].pointer, "/changes/0/add/sources/0");
            assert!(refused.errors[0].detail.contains(why), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn a_judgement_in_a_paper_has_a_likelihood_that_one_word_can_stand_for() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let draft = drafted(&service, form(ProductKind::BriefingNote)).await;
        let chance = |share: f64| domain::Probability::try_from(share).unwrap();
        let judged = |low, high| {
            Change::Add(Box::new(Addition {
                part: Part::Risks,
                text: "Fire is exchanged again.".into(),
                basis: Basis::Judgement,
                likelihood: Some(Likelihood::between(chance(low), chance(high)).unwrap()),
                confidence: None,
                sources: Vec::new(),
                handling: None,
            }))
        };
        let wide = revised(&service, &draft, vec![judged(0.3, 0.9)]).await.unwrap_err();
        assert_eq!(wide.errors[0].pointer, "/changes/0/add/likelihood", "{}: {wide:?}", database.engine);
        revised(&service, &draft, vec![judged(0.55, 0.8)]).await.unwrap();
    }
}
