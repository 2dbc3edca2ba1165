//! What a search finds: by source, with and without the exercise, and as far as the asker may know of it.

use contracts::{
    FailureKind, PageRequest, Role,
    gateway::Format,
    intake::{FindObservations, GetObservation, ListQuarantine, search::ListOrigins},
};
use domain::{Handling, Tlp, UnClass};
use intake::{
    Intake,
    domain::draft::{Arrival, Draft},
    store::{
        find,
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
        assert!(find::origins(&store.db).await.unwrap().is_empty(), "{}", store.engine);
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
        assert_eq!(find::origins(&store.db).await.unwrap(), ["b", "log", "wire"]);
        let wish = |kind: &str, source: &str| FindObservations {
            kind: Some(kind.into()),
            source: Some(source.into()),
            ..FindObservations::default()
        };
        let stored = find::stored(&store.db, &wish("exchange_of_fire", "wire")).await.unwrap();
        assert!(stored.kind && stored.source);
        let stored = find::stored(&store.db, &wish("x", "y")).await.unwrap();
        assert!(!stored.kind && !stored.source && stored.sources.len() == 3);
    }
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
                let keep = |one: &domain::Observation| who.may_know(Some(&one.handling));
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
    assert_eq!(rig.ask(&analyst(), &leads).await.unwrap().items.len(), 1);
    assert_eq!(rig.ask(&operator, &leads).await.unwrap().items.len(), 0);
    let lead = contracts::intake::leads::GetLead { id: lead.id, version: None, known_on: None };
    assert_eq!(rig.ask(&operator, &lead).await.unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(rig.ask(&operator, &ListOrigins::default()).await.unwrap().len(), 1);
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
    let refused = rig.ask(&operator, &list).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
    assert!(refused.detail.contains("restricted"), "{}", refused.detail);
}
