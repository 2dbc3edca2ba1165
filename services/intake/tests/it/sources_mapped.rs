//! A source of tables of others, read by a saved mapping, over a real bus.

use contracts::{
    FailureKind, Principal, Role,
    gateway::Format,
    intake::{
        GetImport, ImportProgressed, ImportState,
        mapping::{GetMapping, ListMappings, Mapping, MappingRef, SaveMapping, TryMapping},
        sources::{
            ChangeSource, Connector, CreateSource, GetSource, ListSources, SourceAction, SourceForm,
            SourceMoved,
        },
    },
};
use domain::{Handling, Tlp, UnClass};
use intake::Intake;
use serde_json::{Value, json};
use testkit::{Recorded, Rig, Site, principal};

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
    let save = |kind, after| SaveMapping { mapping: mapping(kind), after, whichever: false };
    rig.ask(&analyst(), &save("border_incident", None)).await.unwrap();
    rig.ask(&operator(), &wish).await.unwrap();
    act(&rig, "border-log", SourceAction::Resume).await.unwrap();
    let brought = moved(&mut heard, "border-log", |source| is_asked(source) && source.brought == 1).await;
    assert_eq!(brought.format, Some(Format::Mapped));
    let run = ended(&mut runs, &brought.last_run.unwrap().import).await;
    assert_eq!(counts(&run), [2, 2, 0, 0, 0], "{}", run.failure);
    assert_eq!(run.mapping.map(|by| (by.name, by.version)), Some(("border-log".into(), 1)));
    // another version reads the same file otherwise
    rig.ask(&analyst(), &save("shooting", Some(1))).await.unwrap();
    let change = |by| ChangeSource { key: "border-log".into(), form: form(by), version: None };
    let absent =
        rig.ask(&operator(), &change(json!({ "name": "border-log", "version": 3 }))).await.unwrap_err();
    assert!(absent.errors[0].detail.contains("version 3"), "{absent:?}");
    rig.ask(&operator(), &change(json!({ "name": "border-log", "version": 2 }))).await.unwrap();
    let brought = moved(&mut heard, "border-log", |source| source.brought == 2).await;
    let run = ended(&mut runs, &brought.last_run.unwrap().import).await;
    assert_eq!(counts(&run), [2, 0, 2, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_or_mapping_that_is_restricted_is_not_there_for_those_who_may_not_know_of_it() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut red = mapping("border_incident");
    red.handling = Handling::new(Tlp::Red, UnClass::Unclassified);
    let save = SaveMapping { mapping: red, after: None, whichever: false };
    rig.ask(&analyst(), &save).await.unwrap();
    let form = json!({ "title": "A confidant", "every_s": 0, "handling": {"tlp": "RED"} });
    let form: SourceForm = serde_json::from_value(form).unwrap();
    let wish = CreateSource { key: "confidant".into(), connector: Connector::Webhook, form: form.clone() };
    let head = principal("head-1", &[Role::Head]);
    rig.ask(&head, &wish).await.unwrap();
    let now = Some("2030-01-01T00:00:00Z".parse().unwrap());
    for (who, knows) in
        [(operator(), false), (principal("monitor", &[Role::FieldMonitor]), false), (head, true)]
    {
        for known_on in [None, now] {
            let sources = rig.ask(&who, &ListSources { known_on }).await.unwrap();
            assert_eq!(sources.items.iter().any(|source| source.key == "confidant"), knows, "{who:?}");
            assert!(sources.items.len() > 1, "the others are told");
            let one = rig.ask(&who, &GetSource { key: "confidant".into(), known_on }).await;
            assert_eq!(one.map_err(|failure| failure.kind).err(), (!knows).then_some(FailureKind::NotFound));
            let list = ListMappings { known_on, ..ListMappings::default() };
            assert_eq!(rig.ask(&who, &list).await.unwrap().items.len(), usize::from(knows));
            let get = GetMapping { name: "border-log".into(), version: None, known_on };
            assert_eq!(rig.ask(&who, &get).await.is_ok(), knows);
        }
    }
    let taken = CreateSource { form: SourceForm { title: "Mine".into(), ..form.clone() }, ..wish };
    let over = |whichever| SaveMapping { mapping: mapping("shooting"), after: None, whichever };
    for refused in [
        rig.ask(&operator(), &taken).await.map(|_| ()).unwrap_err(),
        rig.ask(&operator(), &over(true)).await.map(|_| ()).unwrap_err(),
        rig.ask(&operator(), &over(false)).await.map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(refused.kind, FailureKind::Conflict, "{refused}");
        assert!(refused.detail.ends_with("cannot be used here; take another"), "{refused}");
    }
    let change = ChangeSource { key: "confidant".into(), form, version: Some(9) };
    assert_eq!(rig.ask(&operator(), &change).await.unwrap_err().kind, FailureKind::NotFound);
}

/// Who sent a file is known by the subject, which a name of another may repeat.
#[tokio::test(flavor = "multi_thread")]
async fn the_run_of_a_restricted_mapping_is_told_to_its_sender_and_no_further() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut runs = rig.listen::<ImportProgressed>().await;
    let mut red = mapping("border_incident");
    red.handling = Handling::new(Tlp::Red, UnClass::Unclassified);
    rig.ask(&analyst(), &SaveMapping { mapping: red, after: None, whichever: false }).await.unwrap();
    let mut received = crate::received("log.csv", Format::Mapped, TABLE.as_bytes());
    received.mapping = Some(MappingRef { name: "border-log".into(), version: 1 });
    received.by = "op-7".into();
    rig.gateway()
        .put_object(contracts::stream::IMPORTS_BUCKET, &received.object, &mut TABLE.as_bytes())
        .await
        .unwrap();
    rig.say(&received).await;
    let last = |said: &ImportProgressed| said.run.state == ImportState::Done;
    assert!(runs.find(last).await.restricted);
    let told = async |subject: &str, name: &str| {
        let asker = Principal { name: name.into(), ..principal(subject, &[Role::Operator]) };
        rig.ask(&asker, &GetImport { id: received.import.clone(), known_on: None }).await
    };
    assert_eq!(counts(&told("op-7", "Gulnara").await.unwrap()), [2, 2, 0, 0, 0]);
    assert_eq!(told("op-8", "op-7").await.unwrap_err().kind, FailureKind::NotFound);
    let open = crate::upload(&rig, "rows.csv", Format::Csv, crate::table(3).as_bytes()).await;
    let open = |said: &ImportProgressed| said.run.id == open.import && last(said);
    assert!(!runs.find(open).await.restricted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_saved_on_whichever_version_stands_and_never_on_none() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>(LOCAL).await;
    let save = |after, whichever| SaveMapping { mapping: mapping("shooting"), after, whichever };
    let absent = rig.ask(&analyst(), &save(None, true)).await.unwrap_err();
    assert_eq!(absent.kind, FailureKind::Stale, "{absent}");
    rig.ask(&analyst(), &save(None, false)).await.unwrap();
    let blind = rig.ask(&analyst(), &save(None, false)).await.unwrap_err();
    assert_eq!(blind.kind, FailureKind::Unconditional, "{blind}");
    assert_eq!(rig.ask(&analyst(), &save(None, true)).await.unwrap().version, 2);
}

/// A trial showed two rows of one id as two facts, and the run left the second waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_trial_tells_of_rows_that_contradict_each_other_as_the_run_would() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let table = format!("{TABLE}1;03.10.2026;Batken;Ak-Sai\n2;02.10.2026;KG-B;Samarkandek\n");
    let sample = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &table);
    let tried =
        rig.ask(&operator(), &TryMapping { mapping: mapping("border_incident"), sample }).await.unwrap();
    let taken: Vec<bool> = tried.rows.iter().map(|row| row.observation.is_some()).collect();
    assert_eq!(taken, [true, true, false, true], "the same said again is no contradiction");
    let reason = &tried.rows[2].reason;
    assert!(reason.contains("the id 1 stands in line 2 of this file already"), "{reason}");
    assert!(contracts::reason::is_told(reason), "{reason}");
}
