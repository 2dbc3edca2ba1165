//! A source of tables of others, read by a saved mapping, over a real bus.

use contracts::{
    gateway::Format,
    intake::{
        ImportProgressed,
        mapping::{Mapping, SaveMapping},
        sources::{ChangeSource, Connector, CreateSource, SourceAction, SourceMoved},
    },
};
use intake::Intake;
use serde_json::{Value, json};
use testkit::{Recorded, Rig, Site};

use crate::{
    analyst,
    imports::{counts, ended},
    sources::{LOCAL, act, is_asked, moved, operator},
};

/// How the log of a border service is read.
pub fn mapping(kind: &str) -> Mapping {
    let form = json!({
        "name": "border-log", "delimiter": ";", "dates": ["DD.MM.YYYY"],
        "fields": {
            "id": {"column": "No"}, "date": {"column": "Date"}, "country": {"constant": "KGZ"},
            "province": {"column": "Province"}, "precision": {"constant": "province"},
            "threat": {"constant": "border_tension"}, "kind": {"constant": kind}, "severity": {"constant": "notable"},
            "title": {"column": "Where"}, "source": {"constant": "border-log"},
            "source_owner": {"constant": "Border Service"}, "reliability": {"constant": "B"}, "credibility": {"constant": "2"}
        },
        "handling": {"tlp": "GREEN", "audience": ["*"]}, "licence": {"ids": ["own"], "redistribution": "raw"}
    });
    serde_json::from_value(form).unwrap()
}

const TABLE: &str = "No;Date;Province;Where\n1;01.10.2026;Batken;Ak-Sai\n2;02.10.2026;KG-B;Samarkandek\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_source_brings_tables_of_others_that_a_saved_mapping_reads() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    site.answer("/log.csv", [Recorded::ok(TABLE)]);
    let form = |by: Value| {
        let form = json!({ "title": "Border log", "every_s": 3600, "format": "mapped", "mapping": by,
                           "address": format!("{}log.csv", site.url) });
        serde_json::from_value(form).unwrap()
    };
    let newest = json!({ "name": "border-log" });
    let wish =
        CreateSource { key: "border-log".into(), connector: Connector::File, form: form(newest.clone()) };
    let unsaved = rig.ask(&operator(), &wish).await.unwrap_err();
    assert_eq!(unsaved.errors[0].pointer, "/form/mapping", "{unsaved:?}");
    rig.ask(&analyst(), &SaveMapping { mapping: mapping("border_incident"), after: None }).await.unwrap();
    rig.ask(&operator(), &wish).await.unwrap();
    act(&rig, "border-log", SourceAction::Resume).await.unwrap();
    let brought = moved(&mut heard, "border-log", |source| is_asked(source) && source.brought == 1).await;
    assert_eq!(brought.format, Some(Format::Mapped));
    let run = ended(&mut runs, &brought.last_run.unwrap().import).await;
    assert_eq!(counts(&run), [2, 2, 0, 0, 0], "{}", run.failure);
    assert_eq!(run.mapping.map(|by| (by.name, by.version)), Some(("border-log".into(), 1)));
    // another version reads the same file otherwise
    rig.ask(&analyst(), &SaveMapping { mapping: mapping("shooting"), after: Some(1) }).await.unwrap();
    let change = |by| ChangeSource { key: "border-log".into(), form: form(by), version: None };
    let absent =
        rig.ask(&operator(), &change(json!({ "name": "border-log", "version": 3 }))).await.unwrap_err();
    assert!(absent.errors[0].detail.contains("version 3"), "{absent:?}");
    rig.ask(&operator(), &change(json!({ "name": "border-log", "version": 2 }))).await.unwrap();
    let brought = moved(&mut heard, "border-log", |source| source.brought == 2).await;
    let run = ended(&mut runs, &brought.last_run.unwrap().import).await;
    assert_eq!(counts(&run), [2, 0, 2, 0, 0]);
}
