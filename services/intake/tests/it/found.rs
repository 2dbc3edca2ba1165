//! What a search finds: by source, with and without the exercise, and as far as the asker may know of it.

use contracts::{
    FailureKind, PageRequest, Role,
    gateway::Format,
    intake::{
        FindObservations, GetImport, GetObservation, ListImports, ListQuarantine, ReplayQuarantine,
        mapping::{MappingRef, SaveMapping},
        search::ListOrigins,
    },
};
use domain::{Handling, Tlp, UnClass};
use intake::{
    Intake,
    domain::{
        draft::{Arrival, Draft},
        lead::Item,
    },
    store::{
        find, leads,
        now::{self, Of},
        origins,
        recording::{self, Bringer},
    },
};
use kit::Db;
use testkit::{Rig, databases, principal};

use crate::{analyst, draft};

async fn record(db: &Db, drafts: Vec<Draft>) {
    let mut tx = db.begin().await.unwrap();
    let bringer = Bringer { origin: "test", part: "1", arrival: Arrival::at(tx.now()) };
    recording::record(&mut tx, drafts, &bringer).await.unwrap();
    tx.commit().await.unwrap();
}

fn of(source: &str, id: &str, exercise: bool) -> Draft {
    Draft { source: source.into(), exercise, ..draft(id, "2026-11-01", id) }
}

/// Every third is for those alone whose work needs it.
fn restricted(n: u32) -> Draft {
    let (tlp, class) = match n % 6 {
        0 => (Tlp::Red, UnClass::Unclassified),
        3 => (Tlp::Green, UnClass::StrictlyConfidential),
        _ => (Tlp::Amber, UnClass::Confidential),
    };
    Draft { handling: Handling::new(tlp, class), ..of("wire", &n.to_string(), false) }
}

#[tokio::test(flavor = "multi_thread")]
async fn observations_are_found_by_their_source_and_with_or_without_the_exercise() {
    for store in databases::<Intake>().await {
        assert!(origins::of_observations(&store.db, |_| true).await.unwrap().is_empty(), "{}", store.engine);
        let drafts = [("wire", "1", false), ("wire", "2", true), ("log", "3", false), ("b", "4", false)];
        record(&store.db, drafts.map(|(source, id, exercise)| of(source, id, exercise)).into()).await;
        let found = async |source: Option<&str>, exercise| {
            let source = source.map(str::to_owned);
            let wanted = FindObservations { source, exercise, ..FindObservations::default() };
            let page = find::find(&store.db, (&wanted, None), |_| true).await.unwrap();
            let mut ids: Vec<String> = page.items.into_iter().map(|one| one.external_id).collect();
            ids.sort();
            ids.concat()
        };
        assert_eq!(found(Some("wire"), None).await, "12", "{}", store.engine);
        assert_eq!(found(Some("wire"), Some(false)).await, "1");
        assert_eq!(found(None, Some(true)).await, "2");
        assert_eq!(found(None, Some(false)).await, "134");
        assert_eq!(found(Some("nobody"), None).await, "");
        assert_eq!(origins::of_observations(&store.db, |_| true).await.unwrap(), ["b", "log", "wire"]);
        let wish = |kind: &str, source: &str| FindObservations {
            kind: Some(kind.into()),
            source: Some(source.into()),
            ..FindObservations::default()
        };
        let stored =
            origins::stored(&store.db, (&wish("exchange_of_fire", "wire")).into(), |_| true).await.unwrap();
        assert!(
            !stored.kind && stored.sources == ["b", "log", "wire"],
            "a kind that the table has is not looked for"
        );
        let stored = origins::stored(&store.db, (&wish("x", "y")).into(), |_| true).await.unwrap();
        assert!(!stored.kind && stored.sources.len() == 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_elsewhere_is_known_once_anything_has_it() {
    for store in databases::<Intake>().await {
        let place = domain::Place::province("RUS".parse().unwrap(), "RU-MUR".parse().unwrap());
        let far = Draft { place, kind: "own_word".into(), ..of("wire", "1", false) };
        record(&store.db, vec![far]).await;
        let wish = |country: &str, province: &str, kind: &str| FindObservations {
            country: country.parse().ok(),
            province: province.parse().ok(),
            kind: Some(kind.into()),
            ..FindObservations::default()
        };
        let stored =
            origins::stored(&store.db, (&wish("RUS", "RU-MUR", "own_word")).into(), |_| true).await.unwrap();
        assert!(stored.country && stored.province && stored.kind, "{}", store.engine);
        let stored =
            origins::stored(&store.db, (&wish("FRA", "FR-75", "other_word")).into(), |_| true).await.unwrap();
        assert!(!stored.country && !stored.province && !stored.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revised_while_a_page_is_filled_is_told_once_as_it_stood() {
    for store in databases::<Intake>().await {
        record(&store.db, (1..=200).map(|n| of("wire", &n.to_string(), false)).collect()).await;
        // what is found first is passed over, and what follows is revised when that is seen
        let (db, revised) = (store.db.clone(), std::sync::atomic::AtomicBool::new(false));
        let may_know = |_: &Handling| {
            if !revised.swap(true, std::sync::atomic::Ordering::Relaxed) {
                store.clock.advance(std::time::Duration::from_secs(1));
                let again = (1..=200).map(|n| Draft {
                    title: "revised".into(),
                    occurred_from: "2026-10-01".parse().unwrap(),
                    occurred_to: "2026-10-01".parse().unwrap(),
                    ..of("wire", &n.to_string(), false)
                });
                let again = again.collect();
                tokio::task::block_in_place(|| {
                    tokio::runtime::Handle::current().block_on(record(&db, again));
                });
                return false;
            }
            true
        };
        let page = PageRequest { cursor: None, limit: Some(1) };
        let mut wanted = FindObservations { page, ..FindObservations::default() };
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let found = find::find(&store.db, (&wanted, None), may_know).await.unwrap();
            for one in found.items {
                assert_ne!(one.title, "revised", "{}", store.engine);
                assert!(seen.insert(one.external_id), "told twice");
            }
            match found.next {
                Some(next) => wanted.page = PageRequest { cursor: Some(next), limit: Some(100) },
                None => break,
            }
        }
        assert_eq!(seen.len(), 199);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_restricted_is_told_to_nobody_else_as_it_was_before() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let url = rig.store_url::<Intake>();
    let db = Db::open(&url, rig.clock.clone(), kit::Nudges::default()).await.unwrap();
    let handled = |tlp| Handling::new(tlp, UnClass::Unclassified);
    let take = async |tlp| {
        let seen = Draft { handling: handled(tlp), ..of("wire", "1", false) };
        let item =
            Item { handling: handled(tlp), ..crate::leads::item("1", "Flood in Batken", "2026-11-20") };
        record(&db, vec![seen]).await;
        let mut tx = db.begin().await.unwrap();
        let (lead, _) = leads::take_one(&mut tx, item, ("wire", None)).await.unwrap();
        tx.commit().await.unwrap();
        lead.id
    };
    take(Tlp::Amber).await;
    let known_on = Some(rig.clock.now());
    rig.clock.advance(std::time::Duration::from_secs(1));
    let operator = principal("operator", &[Role::Operator]);
    let find = FindObservations { known_on, ..FindObservations::default() };
    let seen = rig.ask(&operator, &find).await.unwrap().page.items.remove(0);
    let lead = take(Tlp::Red).await;
    let list = contracts::intake::leads::ListLeads { known_on, ..Default::default() };
    let get = GetObservation { id: seen.id, known_on };
    let at = contracts::intake::leads::GetLead { id: lead.clone(), version: None, known_on };
    let first = contracts::intake::leads::GetLead { id: lead, version: Some(1), known_on: None };
    for (who, told) in [(&analyst(), true), (&operator, false)] {
        assert_eq!(rig.ask(who, &find).await.unwrap().page.items.len(), usize::from(told));
        assert_eq!(rig.ask(who, &list).await.unwrap().page.items.len(), usize::from(told));
        assert_eq!(rig.ask(who, &get).await.is_ok(), told);
        assert_eq!(rig.ask(who, &at).await.is_ok(), told);
        assert_eq!(rig.ask(who, &first).await.is_ok(), told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_each_that_is_kept_in_versions_the_newest_says_how_it_is_handled() {
    for store in databases::<Intake>().await {
        let ids = vec!["none".to_owned()];
        for of in [Of::Aggregate, Of::Cluster, Of::Lead] {
            assert!(now::handling(&store.db, of, &ids).await.unwrap().is_empty(), "{}", store.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_table_in_an_old_encoding_are_read_again_by_its_columns() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut mapping = crate::sources_mapped::mapping("border_incident");
    mapping.encoding = "windows-1251".into();
    let saved = rig.ask(&analyst(), &SaveMapping { mapping, after: None, whichever: false }).await.unwrap();
    let mut progress = rig.listen::<contracts::intake::ImportProgressed>().await;
    // two columns that look alike once their letters are lost
    let mut file = b"No;Date;Province;Where;".to_vec();
    file.extend([0xC8, 0xEC, 0xFF, b';', 0xD2, 0xE8, 0xEF, b'\n']);
    file.extend(b"1;02.10.2026;Atlantis;Samarkandek;");
    file.extend([0xDF, b';', b'b', b'\n']);
    let mut said = crate::received("log.csv", Format::Mapped, &file);
    said.mapping = Some(MappingRef { name: saved.name, version: saved.version });
    rig.gateway()
        .put_object(contracts::stream::IMPORTS_BUCKET, &said.object, &mut file.as_slice())
        .await
        .unwrap();
    rig.say(&said).await;
    let run = crate::imports::ended(&mut progress, &said.import).await;
    assert_eq!((run.quarantined, run.failure.as_str()), (1, ""));
    let list = ListQuarantine { import: said.import.clone(), known_on: None, page: PageRequest::default() };
    let waiting = rig.ask(&analyst(), &list).await.unwrap().items.remove(0);
    assert_eq!(waiting.text.as_deref(), Some("1;02.10.2026;Atlantis;Samarkandek;Я;b"));
    let corrected = "1;02.10.2026;Баткен;Самаркандек;а;б".to_owned();
    let replay =
        ReplayQuarantine { import: said.import, record: Some(waiting.id), corrected: Some(corrected) };
    let mended = rig.ask(&analyst(), &replay).await.unwrap();
    assert_eq!((mended.accepted, mended.quarantined), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_restricted_mapping_reads_are_shown_and_mended_by_nobody_else() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let operator = principal("operator", &[Role::Operator]);
    let mut mapping = crate::sources_mapped::mapping("border_incident");
    mapping.handling = Handling::new(Tlp::Red, UnClass::Unclassified);
    let saved = rig.ask(&analyst(), &SaveMapping { mapping, after: None, whichever: false }).await.unwrap();
    let mut progress = rig.listen::<contracts::intake::ImportProgressed>().await;
    let file = "No;Date;Province;Where\n1;01.10.2026;Batken;Ak-Sai\n2;02.10.2026;Atlantis;Samarkandek\n";
    let mut said = crate::received("log.csv", Format::Mapped, file.as_bytes());
    said.mapping = Some(MappingRef { name: saved.name, version: saved.version });
    let mut reader = file.as_bytes();
    rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &said.object, &mut reader).await.unwrap();
    rig.say(&said).await;
    let run = crate::imports::ended(&mut progress, &said.import).await;
    assert_eq!(run.quarantined, 1, "{}", run.failure);
    let list = ListQuarantine { import: said.import.clone(), known_on: None, page: PageRequest::default() };
    let replay = ReplayQuarantine { import: said.import, record: None, corrected: None };
    assert_eq!(rig.ask(&operator, &list).await.unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(rig.ask(&operator, &replay).await.unwrap_err().kind, FailureKind::NotFound);
    let runs = |known_on| ListImports { known_on, page: PageRequest::default() };
    let one = GetImport { id: replay.import.clone(), known_on: None };
    for at in [None, Some(rig.clock.now())] {
        assert!(rig.ask(&operator, &runs(at)).await.unwrap().items.is_empty(), "a run names its mapping");
        assert_eq!(rig.ask(&analyst(), &runs(at)).await.unwrap().items.len(), 1);
    }
    assert_eq!(rig.ask(&operator, &one).await.unwrap_err().kind, FailureKind::NotFound);
    let sender = principal(&run.by, &[Role::Operator]);
    assert_eq!(rig.ask(&sender, &one).await.unwrap().mapping, run.mapping, "it is the sender's own");
    assert_eq!(rig.ask(&sender, &list).await.unwrap_err().kind, FailureKind::Forbidden);
    assert_eq!(rig.ask(&analyst(), &list).await.unwrap().items.len(), 1);
    assert_eq!(rig.ask(&analyst(), &replay).await.unwrap().quarantined, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_filled_with_what_the_asker_may_know_of_and_nothing_is_lost_or_told_twice() {
    for store in databases::<Intake>().await {
        record(&store.db, (1..=200).map(restricted).collect()).await;
        let operator = principal("operator", &[Role::Operator]);
        for (who, expected) in [(&operator, 134), (&analyst(), 200)] {
            let page = PageRequest { cursor: None, limit: Some(7) };
            let mut wanted = FindObservations { page, ..FindObservations::default() };
            let mut seen = std::collections::BTreeSet::new();
            loop {
                let keep = |handling: &Handling| who.may_know(Some(handling));
                let found = find::find(&store.db, (&wanted, None), keep).await.unwrap();
                assert!(found.items.len() == 7 || found.next.is_none(), "a page is full but the last");
                for one in found.items {
                    assert!(seen.insert(one.external_id), "told twice");
                }
                match found.next {
                    Some(next) => wanted.page.cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen.len(), expected, "{}", store.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_observation_is_there_for_those_whose_work_needs_it_and_for_nobody_else() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let form = serde_json::json!({ "title": "Shots at the canal", "text": "as seen", "source": "note",
        "handling": { "tlp": "RED", "audience": [] } });
    let create = contracts::intake::leads::CreateLead { form: serde_json::from_value(form).unwrap() };
    let lead = rig.ask(&analyst(), &create).await.unwrap();
    let coding = serde_json::json!({ "threats": ["border_tension"], "kind": "border_incident", "severity": "serious",
        "occurred_on": lead.published_on, "province": "KG-B", "note": "two say so" });
    let confirm = contracts::intake::leads::ConfirmLead {
        id: lead.id.clone(),
        coding: serde_json::from_value(coding).unwrap(),
        version: None,
    };
    let id = rig.ask(&analyst(), &confirm).await.unwrap().observation.unwrap();
    let operator = principal("operator", &[Role::Operator]);
    let find = FindObservations { kind: Some("border_incident".into()), ..FindObservations::default() };
    assert_eq!(rig.ask(&analyst(), &find).await.unwrap().page.items.len(), 1);
    assert_eq!(rig.ask(&operator, &find).await.unwrap().page.items, []);
    let get = GetObservation { id, known_on: None };
    assert_eq!(rig.ask(&analyst(), &get).await.unwrap().len(), 1);
    assert_eq!(rig.ask(&operator, &get).await.unwrap_err().kind, FailureKind::NotFound);
    let leads = contracts::intake::leads::ListLeads::default();
    assert_eq!(rig.ask(&analyst(), &leads).await.unwrap().page.items.len(), 1);
    assert_eq!(rig.ask(&operator, &leads).await.unwrap().page.items.len(), 0);
    let lead = contracts::intake::leads::GetLead { id: lead.id, version: None, known_on: None };
    assert_eq!(rig.ask(&operator, &lead).await.unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(rig.ask(&analyst(), &ListOrigins::default()).await.unwrap(), ["note"]);
    assert_eq!(rig.ask(&operator, &ListOrigins::default()).await.unwrap(), Vec::<String>::new());
    let of = |source: &str| FindObservations {
        source: Some(source.into()),
        kind: Some("flood".into()),
        ..FindObservations::default()
    };
    assert_eq!(
        rig.ask(&analyst(), &of("note")).await.unwrap().page.items,
        [],
        "it is there, of another kind"
    );
    let refused = async |source: &str| {
        let failure = rig.ask(&operator, &of(source)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Invalid);
        failure.errors[0].detail.replace(source, "it")
    };
    let hidden = refused("note").await;
    assert_eq!((&hidden, hidden.contains("note")), (&refused("nobody").await, false));
    assert_eq!(hidden, refused("nite").await, "what is alike is not named either");
    let of_lead = |source: &str| contracts::intake::leads::ListLeads {
        source: Some(source.into()),
        ..contracts::intake::leads::ListLeads::default()
    };
    for source in ["note", "nite"] {
        let failure = rig.ask(&operator, &of_lead(source)).await.unwrap_err();
        assert!(!failure.errors[0].detail.replace(source, "it").contains("note"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_restricted_source_wait_in_the_quarantine_for_those_whose_work_needs_them() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let operator = principal("operator", &[Role::Operator]);
    let form = serde_json::json!({ "title": "Wire", "format": "csv", "every_s": 0, "handling": { "tlp": "RED", "audience": [] } });
    let create = serde_json::json!({ "key": "wire", "connector": "webhook", "form": form });
    let create: contracts::intake::sources::CreateSource = serde_json::from_value(create).unwrap();
    rig.ask(&operator, &create).await.unwrap();
    let mut progress = rig.listen::<contracts::intake::ImportProgressed>().await;
    let file = crate::table(1) + "too,few\n";
    let mut said = crate::received("wire.csv", Format::Csv, file.as_bytes());
    said.via = Some("wire".into());
    let mut reader = file.as_bytes();
    rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &said.object, &mut reader).await.unwrap();
    rig.say(&said).await;
    let run = crate::imports::ended(&mut progress, &said.import).await;
    assert_eq!(run.quarantined, 1, "{}", run.failure);
    let list = ListQuarantine { import: said.import, known_on: None, page: PageRequest::default() };
    assert_eq!(rig.ask(&analyst(), &list).await.unwrap().items.len(), 1);
    assert_eq!(
        rig.ask(&operator, &list).await.unwrap_err().kind,
        FailureKind::NotFound,
        "a run names its source"
    );
}
