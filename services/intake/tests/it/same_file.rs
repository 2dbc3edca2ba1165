//! The same file twice changes nothing, over a real bus.

use std::time::Duration;

use contracts::{
    gateway::{Format, ImportReceived},
    intake::{
        GetImport, GetObservation, ImportProgressed, ImportRun, ImportState, retraction::RetractObservation,
    },
};
use domain::{ImportId, Observation, ObservationId};
use intake::{
    Intake,
    store::{
        Cause,
        runs::{self, End},
        same_file,
    },
};
use testkit::{Listener, Rig, databases};

use crate::{
    analyst,
    imports::{counts, ended, waiting},
    received, table, upload,
};

const TITLE: &str = "Row 0, seen";

/// A table of three rows; the first has this title.
fn titled(title: &str) -> String {
    table(3).replace(TITLE, title)
}

async fn import(
    rig: &Rig,
    progress: &mut Listener<ImportProgressed>,
    (name, file): (&str, &str),
) -> (ImportId, ImportRun) {
    let import = upload(rig, name, Format::Csv, file.as_bytes()).await.import;
    let run = ended(progress, &import).await;
    assert_eq!(run.state, ImportState::Done, "{}", run.failure);
    let whole = rig.ask(&analyst(), &GetImport { id: import.clone(), known_on: None }).await.unwrap();
    (import, whole)
}

async fn first_row(rig: &Rig) -> Vec<Observation> {
    let id = ObservationId::derived(&["Monitor 1", "R-0"]);
    rig.ask(&analyst(), &GetObservation { id, known_on: None }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_read_before_changes_nothing_and_names_the_run_that_read_it() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    // an id on two rows that differ, and a row that cannot be read
    let again = table(1).lines().skip(1).collect::<Vec<_>>().join("\n").replace(TITLE, "other");
    let file = format!("{}{again}\nR-9,2026-13-01,KGZ,KG-B,province,border_tension\n", table(2));
    let (first, run) = import(&rig, &mut progress, ("a.csv", &file)).await;
    assert_eq!(counts(&run), [4, 2, 0, 0, 2]);
    for name in ["b.csv", "c.csv"] {
        let (id, run) = import(&rig, &mut progress, (name, &file)).await;
        assert_eq!((counts(&run), run.repeats.as_ref()), ([4, 0, 0, 4, 0], Some(&first)), "{name}");
        let remark = &run.remarks[0].text;
        assert!(remark.contains(first.as_str()) && remark.contains("2 of its records wait"), "{remark}");
        assert!(waiting(&rig, &id).await.is_empty(), "nothing is quarantined a second time");
    }
    assert_eq!(first_row(&rig).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_record_waits_once_however_its_file_is_packed() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let bad = "R-9,2026-13-01,KGZ,KG-B,province,border_tension\n";
    let again = table(1).lines().skip(1).collect::<Vec<_>>().join("\n").replace(TITLE, "other");
    let file = format!("{}{again}\n{bad}{bad}", table(2));
    let (first, run) = import(&rig, &mut progress, ("a.csv", &file)).await;
    assert_eq!(counts(&run), [5, 2, 0, 0, 3]);
    let mut packed = Vec::new();
    let mut encoder = async_compression::tokio::bufread::GzipEncoder::new(file.as_bytes());
    tokio::io::AsyncReadExt::read_to_end(&mut encoder, &mut packed).await.unwrap();
    let longer = format!(
        "{file}R-7,2026-10-07,KGZ,KG-B,province,border_tension,border_incident,minor,New,,Monitor 1,Network KG,B,2\n"
    );
    for (name, file, counted) in
        [("a.csv.gz", packed.as_slice(), [5, 0, 0, 5, 0]), ("longer.csv", longer.as_bytes(), [6, 1, 0, 5, 0])]
    {
        let import = upload(&rig, name, Format::Csv, file).await.import;
        assert_eq!(counts(&ended(&mut progress, &import).await), counted, "{name}");
        assert!(waiting(&rig, &import).await.is_empty(), "{name}");
        let run = rig.ask(&analyst(), &GetImport { id: import, known_on: None }).await.unwrap();
        let told = run.remarks.iter().find(|remark| remark.text.contains(first.as_str())).unwrap();
        assert_eq!(told.records, 3, "{name}: {told:?}");
    }
    assert_eq!(waiting(&rig, &first).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_file_sent_again_brings_nothing_back_and_a_new_file_that_returns_to_it_does() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let (old, new) = (titled("best 2"), titled("best 50"));
    import(&rig, &mut progress, ("old.csv", &old)).await;
    import(&rig, &mut progress, ("new.csv", &new)).await;
    let (_, run) = import(&rig, &mut progress, ("old again.csv", &old)).await;
    assert_eq!(counts(&run), [3, 0, 0, 3, 0]);
    assert_eq!(first_row(&rig).await.last().unwrap().title, "best 50");

    let corrected =
        format!("{old}{}", table(4).rsplit_once("\nR-3").map(|row| format!("R-3{}", row.1)).unwrap());
    let (_, run) = import(&rig, &mut progress, ("corrected.csv", &corrected)).await;
    assert_eq!(counts(&run), [4, 1, 1, 2, 0]);
    assert!(run.remarks.iter().any(|remark| remark.text.contains("an earlier revision said")), "{run:?}");
    assert_eq!(first_row(&rig).await.last().unwrap().title, "best 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_took_back_is_not_brought_back_by_what_was_said_before() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    import(&rig, &mut progress, ("1.csv", &titled("a"))).await;
    import(&rig, &mut progress, ("2.csv", &titled("b"))).await;
    let id = ObservationId::derived(&["Monitor 1", "R-0"]);
    let retract = RetractObservation { id, revision: Some(2), note: "a rumour".into() };
    rig.ask(&analyst(), &retract).await.unwrap();
    let is_retracted = async || first_row(&rig).await.last().unwrap().retracted.is_some();
    for (name, file) in [
        ("1 again.csv", titled("a")),
        ("2 again.csv", titled("b")),
        ("1 with an end.csv", titled("a") + "\n"),
        ("2 with an end.csv", titled("b") + "\n"),
    ] {
        let (_, run) = import(&rig, &mut progress, (name, &file)).await;
        assert_eq!(counts(&run), [3, 0, 0, 3, 0], "{name}");
        assert!(is_retracted().await, "{name}");
    }
    let (_, run) = import(&rig, &mut progress, ("3.csv", &titled("c"))).await;
    assert!(!is_retracted().await, "what was never said before is news");
    assert!(run.remarks.iter().any(|remark| remark.text.contains("was taken back")), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn which_runs_are_of_the_same_file() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let mut number = 0;
        let mut receive = async |change: &dyn Fn(&mut ImportReceived)| {
            number += 1;
            store.clock.advance(Duration::from_mins(1));
            let mut file = received("rows.csv", Format::Csv, b"same");
            (file.import, file.received_at) = (ImportId::derived(&[&number.to_string()]), store.clock.now());
            change(&mut file);
            let cause = Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
            runs::receive(&mut tx, &file, ("cite", None, &cause)).await.unwrap();
            runs::end(&mut tx, &file.import, &End::default()).await.unwrap();
            file.import
        };
        let of = |key: &str| {
            let key = key.to_owned();
            move |file: &mut ImportReceived| file.via = Some(key.clone())
        };
        let first = receive(&|_| {}).await;
        receive(&|file| file.exercise = true).await;
        receive(&|file| file.format = Format::Acled).await;
        receive(&|file| file.sha256 = "other".into()).await;
        let again = receive(&|_| {}).await;
        let pulled = receive(&of("wire")).await;
        let pulled_again = receive(&of("wire")).await;
        receive(&|file| {
            of("wire")(file);
            file.sha256 = "other".into();
        })
        .await;
        let went_back = receive(&of("wire")).await;
        let by_hand = receive(&|_| {}).await;
        tx.commit().await.unwrap();
        let others = async |id: &ImportId| {
            let row = runs::get(&store.db, id).await.unwrap().unwrap();
            let found = same_file::others(&store.db, &row).await.unwrap();
            let before = found.into_iter().filter(|other| other.received_at < row.received_at);
            before.map(|other| other.import_id).collect::<Vec<_>>()
        };
        assert_eq!(others(&first).await, [], "{}", store.engine);
        assert_eq!(others(&again).await, std::slice::from_ref(&first));
        assert_eq!(others(&pulled_again).await, [first.clone(), again.clone(), pulled.clone()]);
        assert_eq!(others(&went_back).await, [], "the source says so now, after it had said otherwise");
        assert_eq!(others(&by_hand).await, [first, again, pulled, pulled_again, went_back]);
    }
}
