//! What stands under a source's name comes in by one road.

use contracts::{
    Failure, FailureKind,
    gateway::{Format, ImportReceived},
    intake::{
        GetObservation, ImportProgressed,
        mapping::{Field, Mapping, MappingRef, SaveMapping, Taken},
        sources::{ChangeSource, Connector, CreateSource, SourceForm},
    },
};
use domain::ObservationId;
use intake::{Intake, store::mappings};
use kit::{Db, Nudges};
use serde_json::json;
use testkit::Rig;

use crate::{
    analyst,
    imports::{counts, ended, waiting},
    received,
    sources::operator,
    sources_mapped::mapping,
};

fn bearing(name: &str, source: Taken) -> Mapping {
    let mut mapping = Mapping { name: name.into(), ..mapping("armed_clash") };
    mapping.fields.insert(Field::Source, source);
    mapping
}

fn constant(name: &str, source: &str) -> SaveMapping {
    SaveMapping { mapping: bearing(name, Taken::Constant(source.into())), after: None, whichever: false }
}

fn feed(key: &str) -> CreateSource {
    let form = json!({ "title": "A feed", "every_s": 3600, "address": "https://example.org/feed.xml" });
    CreateSource { key: key.into(), connector: Connector::Feed, form: serde_json::from_value(form).unwrap() }
}

#[track_caller]
fn is_refused<T: std::fmt::Debug>(answer: Result<T, Failure>, (at, what): (&str, &str)) {
    let failure = answer.unwrap_err();
    let told = failure.errors.iter().any(|one| one.pointer == at && one.detail.contains(what));
    assert!(failure.kind == FailureKind::Invalid && told, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_mapping_nor_a_new_source_takes_a_name_that_has_a_road_of_its_own() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    for name in
        ["usgs-earthquakes", "ncei-earthquakes", "un-news", "cap", "reliefweb", "ucdp", "field-report"]
    {
        is_refused(rig.ask(&analyst(), &constant("theirs", name)).await, ("/fields/source", "another name"));
    }
    for key in ["ucdp", "field-report", "cap", "usgs-earthquakes", "usgs"] {
        is_refused(rig.ask(&operator(), &feed(key)).await, ("/key", "another key"));
    }
    rig.ask(&operator(), &feed("wire")).await.unwrap();
    is_refused(rig.ask(&analyst(), &constant("theirs", "wire")).await, ("/fields/source", "set up"));
    rig.ask(&analyst(), &constant("logs", "patrols")).await.unwrap();
    is_refused(rig.ask(&operator(), &feed("patrols")).await, ("/key", "saved mapping logs"));
    // the table of a source that its own mapping reads may bear that source's key
    let form = json!({ "title": "Patrols", "every_s": 3600, "address": "https://example.org/log.csv", "format": "mapped",
                       "mapping": { "name": "logs" } });
    let form: SourceForm = serde_json::from_value(form).unwrap();
    let own = CreateSource { key: "patrols".into(), connector: Connector::File, form: form.clone() };
    rig.ask(&operator(), &own).await.unwrap();
    rig.ask(&analyst(), &SaveMapping { after: Some(1), ..constant("logs", "patrols") }).await.unwrap();
    let mut tables = form;
    (tables.format, tables.mapping) = (Some(Format::Csv), None);
    let change = ChangeSource { key: "patrols".into(), form: tables, version: None };
    is_refused(rig.ask(&operator(), &change).await, ("/form/mapping", "saved mapping logs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_mapping_saved_before_write_over_no_others_facts() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    rig.ask(&operator(), &feed("wire")).await.unwrap();
    let before = [
        bearing("quakes", Taken::Constant("usgs-earthquakes".into())),
        bearing("wired", Taken::Constant("wire".into())),
        bearing("by-row", Taken::Column("Where".into())),
    ];
    let db = Db::open(&rig.store_url::<Intake>(), rig.clock.clone(), Nudges::default()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for mapping in &before {
        let saved = Mapping { version: 1, ..mapping.clone() };
        assert!(mappings::insert(&mut tx, &saved, ("analyst-1", None)).await.unwrap());
    }
    tx.commit().await.unwrap();
    for (name, rows, [taken, refused]) in [
        ("quakes", "us7000abcd;01.10.2026;Batken;x\n", [0, 1]),
        ("wired", "1;01.10.2026;Batken;x\n", [0, 1]),
        (
            "by-row",
            "1;01.10.2026;Batken;wire\n2;01.10.2026;Batken;ucdp\n3;01.10.2026;Batken;border-log\n",
            [1, 2],
        ),
    ] {
        let table = format!("No;Date;Province;Where\n{rows}");
        let sent = ImportReceived {
            mapping: Some(MappingRef { name: name.into(), version: 1 }),
            ..received(&format!("{name}.csv"), Format::Mapped, table.as_bytes())
        };
        let mut reader = table.as_bytes();
        rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &sent.object, &mut reader).await.unwrap();
        rig.say(&sent).await;
        let run = ended(&mut progress, &sent.import).await;
        assert_eq!(counts(&run), [taken + refused, taken, 0, 0, refused], "{name}: {}", run.failure);
        for kept in waiting(&rig, &sent.import).await {
            assert!(
                kept.reason.contains("field source") && kept.reason.contains("own road"),
                "{}",
                kept.reason
            );
        }
    }
    let quake = ObservationId::derived(&["usgs-earthquakes", "us7000abcd"]);
    let absent = rig.ask(&analyst(), &GetObservation { id: quake, known_on: None }).await;
    assert_eq!(absent.unwrap_err().kind, FailureKind::NotFound);
}
