//! What was known at a past moment, of everything that is not kept in revisions of its own.

use std::time::Duration;

use contracts::{
    Page, PageRequest, Role,
    gateway::Format,
    intake::{
        GetImport, ImportProgressed, ImportState, ListImports, ListQuarantine, ListReports, MoveReport,
        ReplayQuarantine, ReportAction, ReportCorrection, ReportMoved,
        alike::ListAlike,
        own::ListOwnReports,
        questionnaires::{
            DraftQuestionnaire, GetQuestionnaire, ListQuestionnaires, MoveQuestionnaire, QuestionnaireAction,
            QuestionnaireState,
        },
        sources::{GetSource, ListSources, MoveSource, Source, SourceAction, SourceState},
    },
};
use domain::{AssignmentId, Day, QuarantineId, Timestamp};
use intake::{
    Intake,
    domain::merge::Tally,
    store::{
        Cause,
        past::{self, Kind},
        quarantine, run_states, runs, source_states,
        weekly::{self, AssignmentRow},
    },
};
use kit::on_tx;
use serde_json::{Value, json};
use sqlx::types::Json;
use testkit::{Database, Rig, databases, principal};

use crate::{
    analyst,
    imports::{counts, ended, waiting},
    received, table, upload,
};

const ALL: PageRequest = PageRequest { cursor: None, limit: None };

fn long_ago() -> Timestamp {
    Day::of(2020, 1, 1).unwrap().start()
}

/// A moment after all that was done, and before all that follows.
fn moment(store: &Database) -> Timestamp {
    let now = store.clock.now();
    store.clock.advance(Duration::from_secs(1));
    now
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_is_told_as_it_stood_at_any_moment_and_nothing_of_it_is_overwritten() {
    for store in databases::<Intake>().await {
        let keep = async |id: &str, body: &Value| {
            let mut tx = store.db.begin().await.unwrap();
            past::keep_first(&mut tx, (Kind::Source, id), (long_ago(), &json!({ "n": 0 }))).await.unwrap();
            past::keep(&mut tx, (Kind::Source, id), body).await.unwrap();
            tx.commit().await.unwrap();
            moment(&store)
        };
        let before = moment(&store);
        let first = keep("one", &json!({ "n": 1 })).await;
        let second = keep("one", &json!({ "n": 2 })).await;
        keep("other", &json!({ "n": 9 })).await;
        let stood = async |id: &str, at| {
            let body: Option<Value> = past::one(&store.db, (Kind::Source, id), at).await.unwrap();
            body.map(|body| body["n"].as_i64().unwrap())
        };
        let told = [stood("one", before).await, stood("one", first).await, stood("one", second).await];
        assert_eq!(told, [Some(0), Some(1), Some(2)], "{}", store.engine);
        assert_eq!(stood("one", long_ago().plus(-chrono::TimeDelta::seconds(1))).await, None);
        let all = past::known::<Value>(&store.db, (Kind::Source, None), second).await.unwrap();
        assert_eq!(all["one"]["n"], 2);
        assert_eq!(all["other"]["n"], 0, "what came later is not known yet");
        let these = ["other".to_owned()];
        let one = past::known::<Value>(&store.db, (Kind::Source, Some(&these)), second).await.unwrap();
        assert_eq!(one.len(), 1);
        assert!(past::known::<Value>(&store.db, (Kind::Import, None), second).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_and_its_quarantine_stand_as_they_did_then_also_of_an_earlier_program() {
    for store in databases::<Intake>().await {
        let mut file = received("f.csv", Format::Csv, b"x");
        file.received_at = moment(&store);
        let (id, cause) =
            (&file.import, Cause { traceparent: None, correlation: "c".into(), causation: "e".into() });
        let mut tx = store.db.begin().await.unwrap();
        runs::receive(&mut tx, &file, ("cite", None, &cause)).await.unwrap();
        tx.commit().await.unwrap();
        let waits = moment(&store);
        let mut tx = store.db.begin().await.unwrap();
        runs::begin(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        let runs_on = moment(&store);
        let mut tx = store.db.begin().await.unwrap();
        let record = quarantine::Refused {
            id: QuarantineId::derived(&["1"]),
            line: 4,
            reason: "why".into(),
            sha256: "x".into(),
            original: "eA==".into(),
        };
        quarantine::keep(&mut tx, id, std::slice::from_ref(&record)).await.unwrap();
        let tally = Tally { accepted: 3, quarantined: 1, ..Tally::default() };
        runs::count(&mut tx, id, (tally, 1_000_000)).await.unwrap();
        runs::end(&mut tx, id, &runs::End::default()).await.unwrap();
        tx.commit().await.unwrap();
        let ended = moment(&store);
        let mut tx = store.db.begin().await.unwrap();
        let run = runs::get_in(&mut tx, id).await.unwrap().unwrap();
        let kept = quarantine::get(&mut tx, id, &record.id).await.unwrap().unwrap();
        quarantine::still_refused(&mut tx, &run, (&kept, "still")).await.unwrap();
        tx.commit().await.unwrap();
        let refused = moment(&store);
        let mut tx = store.db.begin().await.unwrap();
        run_states::take_up(&mut tx, &run).await.unwrap();
        quarantine::resolve(&mut tx, &record.id, Some("line")).await.unwrap();
        runs::count_replayed(&mut tx, id, Tally { accepted: 1, ..Tally::default() }).await.unwrap();
        let mended = runs::get_in(&mut tx, id).await.unwrap().unwrap();
        run_states::keep(&mut tx, &mended).await.unwrap();
        tx.commit().await.unwrap();
        let now = moment(&store);
        let told = async |at| {
            let run = run_states::get(&store.db, id, at).await.unwrap().unwrap();
            let rows = runs::list(&store.db, &ALL, Some(at)).await.unwrap();
            let listed = run_states::stood(&store.db, &rows, at).await.unwrap();
            assert_eq!(listed, std::slice::from_ref(&run), "the list says the same");
            (run.state, run.accepted, run.quarantined, run.finished_at.is_some())
        };
        let (waiting, running, done) = (ImportState::Waiting, ImportState::Running, ImportState::Done);
        assert_eq!(told(waits).await, (waiting, 0, 0, false), "{}", store.engine);
        assert_eq!(told(runs_on).await, (running, 0, 0, false));
        assert_eq!(told(ended).await, (done, 3, 1, true));
        assert_eq!(told(now).await, (done, 4, 0, true));
        assert_eq!(run_states::get(&store.db, id, long_ago()).await.unwrap(), None);
        let held = async |at| {
            let records = quarantine::list(&store.db, &run, (&ALL, Some(at))).await.unwrap();
            records.into_iter().map(|one| (one.reason, one.resolved_at.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(held(runs_on).await, [], "it was not met yet");
        assert_eq!(held(ended).await, [("why".to_owned(), false)]);
        assert_eq!(held(refused).await, [("still".to_owned(), false)]);
        assert_eq!(held(now).await, [("still".to_owned(), true)]);
    }
}

fn source(at: Timestamp, failures: u32) -> Source {
    let form = json!({ "title": "The wire", "address": "https://example.org/rows.csv", "format": "csv", "every_s": 900 });
    let health = json!({ "state": "good", "last_tried": at, "last_good": at, "failures": failures, "next_at": at,
                         "silent_since": null });
    let source = json!({ "key": "wire", "connector": "file", "form": form, "address": "https://example.org/rows.csv",
        "format": "csv", "terms": null, "enabled": true, "health": health, "brought": 0, "last_run": null, "by": "o",
        "changed_at": long_ago(), "version": 1 });
    serde_json::from_value(source).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_brought_nothing_is_not_kept() {
    for store in databases::<Intake>().await {
        let mut moments = Vec::new();
        for failures in [0, 0, 0, 1, 0] {
            let mut tx = store.db.begin().await.unwrap();
            let said = source(tx.now(), failures);
            source_states::say(&mut tx, &said).await.unwrap();
            tx.commit().await.unwrap();
            moments.push(moment(&store));
        }
        let mut tried = Vec::new();
        for at in &moments {
            let stood: Source = past::one(&store.db, (Kind::Source, "wire"), *at).await.unwrap().unwrap();
            tried.push((stood.health.last_tried.unwrap(), stood.health.failures));
        }
        let (first, failed, again) = (moments[0], moments[3], moments[4]);
        let expected = [(first, 0), (first, 0), (first, 0), (failed, 1), (again, 0)];
        assert_eq!(tried, expected, "{}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_of_an_earlier_program_is_known_since_it_was_made_in_the_versions_that_were_kept() {
    for store in databases::<Intake>().await {
        let row = |id: &str, version: i64| AssignmentRow {
            assignment_id: AssignmentId::derived(&[id]),
            source: "src_1".into(),
            call_sign: id.into(),
            province: "KG-B".parse().unwrap(),
            from_day: Day::of(2020, 1, 1).unwrap(),
            until_day: None,
            pauses: Json(Vec::new()),
            judged_through: Day::of(2020, 1, 1).unwrap(),
            made_by: "desk".into(),
            made_at: long_ago(),
            version,
            moved_by: None,
        };
        // the first change that was kept is its second version; of the other the program before kept the second, and this one the third
        let (changed, older) = (row("changed", 2), row("older", 2));
        let mut tx = store.db.begin().await.unwrap();
        weekly::add(&mut tx, &changed).await.unwrap();
        weekly::add(&mut tx, &row("older", 3)).await.unwrap();
        let between = long_ago().plus(chrono::TimeDelta::days(9));
        on_tx!(tx, |c| {
            sqlx::query(
                "insert into assignment_version (assignment_id, version, known_from, body) values ($1, $2, $3, $4)",
            )
            .bind(&older.assignment_id)
            .bind(older.version)
            .bind(between)
            .bind(Json(older.assignment()))
            .execute(c)
            .await
            .map(|_| ())
        })
        .unwrap();
        weekly::take_up(&mut tx).await.unwrap();
        weekly::take_up(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let known = async |at| {
            let all = weekly::known(&store.db, None, at).await.unwrap();
            all.into_iter().map(|one| (one.call_sign, one.version)).collect::<Vec<_>>()
        };
        let told = |changed, older| vec![("changed".to_owned(), changed), ("older".to_owned(), older)];
        assert_eq!(known(long_ago()).await, told(2, 2), "{}", store.engine);
        assert_eq!(known(between).await, told(2, 2));
        assert_eq!(known(store.clock.now()).await, told(2, 3));
        assert_eq!(known(long_ago().plus(chrono::TimeDelta::seconds(-1))).await, []);
    }
}

/// A moment after all that was done, and before all that follows.
fn then(rig: &Rig) -> Timestamp {
    let now = rig.clock.now();
    rig.clock.advance(Duration::from_secs(1));
    now
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mended_import_a_switched_source_and_a_new_questionnaire_are_told_as_they_were() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let bad = "R-8,2026-10-01,KGZ,Atlantis,province,border_tension,border_incident,minor,t,,Monitor 1,Network KG,B,2\n";
    let import = upload(&rig, "mixed.csv", Format::Csv, (table(3) + bad).as_bytes()).await.import;
    ended(&mut progress, &import).await;
    let before = Some(then(&rig));
    let record = waiting(&rig, &import).await.remove(0);
    let mended = ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id.clone()),
        corrected: Some(bad.replace("Atlantis", "KG-O")),
    };
    rig.ask(&analyst(), &mended).await.unwrap();
    let run = async |known_on| {
        let one = rig.ask(&analyst(), &GetImport { id: import.clone(), known_on }).await.unwrap();
        let listed = rig.ask(&analyst(), &ListImports { known_on, page: ALL }).await.unwrap();
        assert_eq!(counts(&listed.items[0]), counts(&one));
        counts(&one)
    };
    assert_eq!((run(None).await, run(before).await), ([4, 4, 0, 0, 0], [4, 3, 0, 0, 1]));
    let wish = |known_on| ListQuarantine { import: import.clone(), known_on, page: ALL };
    assert_eq!(rig.ask(&analyst(), &wish(before)).await.unwrap().items, [record]);
    assert!(rig.ask(&analyst(), &wish(None)).await.unwrap().items[0].resolved_at.is_some());
    assert!(rig.ask(&analyst(), &wish(Some(long_ago()))).await.is_err(), "no such import was known");

    let operator = principal("operator-1", &[Role::Operator]);
    let on = MoveSource { key: "usgs".into(), action: SourceAction::Resume, version: None };
    let key = rig.ask(&operator, &ListSources::default()).await.unwrap().items.remove(0).key;
    let before = Some(then(&rig));
    let on = MoveSource { key: key.clone(), ..on };
    let _ = rig.ask(&operator, &on).await;
    let listed = |page: Page<Source>| page.items.into_iter().find(|source| source.key == key).unwrap();
    let past = rig.ask(&operator, &GetSource { key: key.clone(), known_on: before }).await.unwrap();
    assert_eq!((past.health.state, past.version), (SourceState::Paused, 1), "taken up at the start");
    assert_eq!(listed(rig.ask(&operator, &ListSources { known_on: before }).await.unwrap()), past);
    let never = GetSource { key: key.clone(), known_on: Some(long_ago()) };
    assert!(rig.ask(&operator, &never).await.is_err());

    let list =
        |known_on| ListQuestionnaires { state: Some(QuestionnaireState::InForce), province: None, known_on };
    let starter = rig.ask(&analyst(), &list(None)).await.unwrap().items.remove(0);
    let before = Some(then(&rig));
    let draft = rig.ask(&analyst(), &DraftQuestionnaire { form: starter.form.clone() }).await.unwrap();
    let enact = MoveQuestionnaire { id: draft.id.clone(), action: QuestionnaireAction::Enact, version: None };
    let second = rig.ask(&analyst(), &enact).await.unwrap();
    assert_eq!(rig.ask(&analyst(), &list(None)).await.unwrap().items, [second]);
    assert_eq!(rig.ask(&analyst(), &list(before)).await.unwrap().items, std::slice::from_ref(&starter));
    let get = |id, known_on| GetQuestionnaire { id, known_on };
    assert!(rig.ask(&analyst(), &get(draft.id, before)).await.is_err(), "it was not begun");
    assert_eq!(rig.ask(&analyst(), &get(starter.id.clone(), before)).await.unwrap(), starter);
    let now = rig.ask(&analyst(), &get(starter.id, None)).await.unwrap();
    assert_eq!(now.state, QuestionnaireState::Retired);
}

#[tokio::test(flavor = "multi_thread")]
async fn own_reports_and_look_alikes_are_told_as_they_were() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let send = async |id: &str, at: Timestamp| {
        let mut said = crate::report(id, &format!("src_{id}"), "monitor-1");
        said.received_at = at;
        rig.say(&said).await;
        said.report
    };
    let first = send("1", then(&rig)).await;
    moved.next().await;
    let before = Some(then(&rig));
    let second = send("2", then(&rig)).await;
    moved.next().await;
    let sender = principal("src_monitor-1", &[Role::FieldMonitor]);
    let own = async |known_on| {
        let found =
            rig.ask(&sender, &ListOwnReports { report: None, known_on, sent: vec![] }).await.unwrap().items;
        found.into_iter().map(|own| own.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (own(None).await, own(before).await),
        (vec![second.clone(), first.clone()], vec![first.clone()])
    );
    let alike = async |report: &domain::ReportId, known_on| {
        let wish = ListAlike { report: report.clone(), known_on };
        rig.ask(&analyst(), &wish).await.map(|found| found.len())
    };
    assert_eq!((alike(&first, None).await.unwrap(), alike(&first, before).await.unwrap()), (1, 0));
    assert!(alike(&second, before).await.is_err(), "it had not come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_listed_and_likened_by_where_it_was_held_to_be() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut ids = Vec::new();
    for id in ["1", "2"] {
        let mut said = crate::report(id, &format!("src_{id}"), "monitor-1");
        said.received_at = then(&rig);
        rig.say(&said).await;
        moved.next().await;
        ids.push(said.report);
    }
    let before = Some(then(&rig));
    let osh = json!({ "province": "KG-GO", "name": "Ош", "lat": 40.52, "lon": 72.8, "precision": "near" });
    let place = Some(serde_json::from_value(osh).unwrap());
    let correct = MoveReport {
        id: ids[1].clone(),
        action: ReportAction::Correct,
        note: "the monitor, by telephone".into(),
        version: None,
        of: None,
        correction: Some(ReportCorrection { place, occurred_on: None }),
        by_sender: false,
    };
    rig.ask(&analyst(), &correct).await.unwrap();
    let listed = async |province: &str, known_on: Option<Timestamp>| {
        let wanted = ListReports { province: province.parse().ok(), known_on, ..ListReports::default() };
        rig.ask(&analyst(), &wanted).await.unwrap().items.len()
    };
    assert_eq!((listed("KG-B", None).await, listed("KG-GO", None).await), (1, 1));
    assert_eq!((listed("KG-B", before).await, listed("KG-GO", before).await), (2, 0));
    let alike = async |report: &domain::ReportId, known_on: Option<Timestamp>| {
        let wish = ListAlike { report: report.clone(), known_on };
        rig.ask(&analyst(), &wish).await.unwrap().len()
    };
    for id in &ids {
        assert_eq!((alike(id, None).await, alike(id, before).await), (0, 1), "{id}");
    }
}
