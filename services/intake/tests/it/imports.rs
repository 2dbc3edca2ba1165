//! Imports over a real bus.

use async_compression::tokio::bufread::GzipEncoder;
use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    FailureKind, PageRequest, Role,
    gateway::Format,
    intake::{
        FindObservations, GetImport, GetObservation, ImportProgressed, ImportRun, ImportState, ListImports,
        ListQuarantine, ObservationsRecorded, Quarantined, ReplayQuarantine, retraction::RetractObservation,
    },
};
use domain::ImportId;
use intake::Intake;
use testkit::{Listener, Rig, principal};
use tokio::io::AsyncReadExt;

use crate::{analyst, received, table, upload};

/// Waits until the run has ended.
pub async fn ended(progress: &mut Listener<ImportProgressed>, import: &ImportId) -> ImportRun {
    let over = |said: &ImportProgressed| {
        said.run.id == *import && matches!(said.run.state, ImportState::Done | ImportState::Failed)
    };
    progress.find(over).await.run
}

/// Read, accepted, updated, unchanged, quarantined; checked to add up with what was passed over.
pub fn counts(run: &ImportRun) -> [u64; 5] {
    assert_eq!(run.read, run.accepted + run.updated + run.unchanged + run.quarantined + run.passed_over);
    [run.read, run.accepted, run.updated, run.unchanged, run.quarantined]
}

pub async fn waiting(rig: &Rig, import: &ImportId) -> Vec<Quarantined> {
    let wanted = ListQuarantine { import: import.clone(), known_on: None, page: PageRequest::default() };
    rig.ask(&analyst(), &wanted).await.unwrap().items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_once_however_often_it_comes() {
    let rig = Rig::of::<Intake>().await;
    let running =
        rig.start::<Intake>("[intake.import]\nbatch_records = 100\nprogress_every_batches = 3").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let file = table(1203);
    let first = upload(&rig, "week.csv", Format::Csv, file.as_bytes()).await;
    let run = ended(&mut progress, &first.import).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [1203, 1203, 0, 0, 0]));
    assert!(run.rate.is_some() && run.citation.contains("week.csv"));
    let mut recorded = rig.listen::<ObservationsRecorded>().await;
    let mut heard = 0;
    while heard < 1203 {
        let pack = recorded.next().await;
        assert_eq!(pack.origin, first.import.to_string());
        heard += pack.recorded.len();
    }
    assert_eq!(heard, 1203);
    let second = upload(&rig, "again.csv", Format::Csv, file.as_bytes()).await;
    let run = ended(&mut progress, &second.import).await;
    assert_eq!(counts(&run), [1203, 0, 0, 1203, 0]);
    rig.say(&first).await;
    let third =
        upload(&rig, "changed.csv", Format::Csv, file.replace("Row 7,", "Row seven,").as_bytes()).await;
    let run = ended(&mut progress, &third.import).await;
    assert_eq!(counts(&run), [1203, 0, 1, 1202, 0]);
    let runs = rig.ask(&analyst(), &ListImports::default()).await.unwrap();
    assert_eq!(runs.items.len(), 3);
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap();
    assert_eq!(found.page.items.len(), 100);
    let page = PageRequest { cursor: None, limit: Some(1000) };
    let large = rig.ask(&analyst(), &FindObservations { page, ..FindObservations::default() }).await.unwrap();
    assert!(large.page.next.is_some(), "a page is cut where it would not fit a reply");
    let seventh = domain::ObservationId::derived(&["Monitor 1", "R-7"]);
    let revisions = rig.ask(&analyst(), &GetObservation { id: seventh, known_on: None }).await.unwrap();
    assert_eq!(revisions.len(), 2);
    let partner = principal("osce", &[Role::Partner]);
    let refused = rig.ask(&partner, &ListImports::default()).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_kept_and_can_be_mended() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let mut file = table(3).into_bytes();
    file.extend_from_slice(b"R-8,2026-10-01,KGZ,Atlantis,province,border_tension,border_incident,minor,t,,Monitor 1,Network KG,B,2\n");
    file.extend_from_slice(b"R-9,2026-10-01,KGZ,KG-B,province,border_tension,border_incident,minor,\xff\xfe,,Monitor 1,Network KG,B,2\n");
    file.extend_from_slice(b"too,few\n");
    file.extend_from_slice(b"R-10,2026-10-01,KGZ,KG-B,province,border_tension,border_incident,minor,last,,Monitor 1,Network KG,B,2");
    let import = upload(&rig, "mixed.csv", Format::Csv, &file).await.import;
    let run = ended(&mut progress, &import).await;
    assert_eq!(counts(&run), [7, 4, 0, 0, 3]);
    let kept = waiting(&rig, &import).await;
    assert_eq!(kept.iter().map(|q| q.line).collect::<Vec<_>>(), [8, 9, 10]);
    assert!(
        kept[0].reason.contains("Atlantis")
            && kept[1].reason.contains("UTF-8")
            && kept[2].reason.contains("2 columns")
    );
    assert!(STANDARD.decode(&kept[1].original).unwrap().windows(2).any(|pair| pair == b"\xff\xfe"));

    let replay = |record, corrected: Option<&str>| ReplayQuarantine {
        import: import.clone(),
        record,
        corrected: corrected.map(str::to_owned),
    };
    let all = rig.ask(&analyst(), &replay(None, None)).await.unwrap();
    assert_eq!(counts(&all), [7, 4, 0, 0, 3]);
    let wrong = rig.ask(&analyst(), &replay(Some(kept[2].id.clone()), Some("still,few"))).await.unwrap_err();
    assert_eq!(wrong.kind, FailureKind::Invalid);
    let line =
        "R-8,2026-10-01,KGZ,KG-O,province,border_tension,border_incident,minor,t,,Monitor 1,Network KG,B,2";
    let mended = rig.ask(&analyst(), &replay(Some(kept[0].id.clone()), Some(line))).await.unwrap();
    assert_eq!(counts(&mended), [7, 5, 0, 0, 2]);
    let twice = rig.ask(&analyst(), &replay(Some(kept[0].id.clone()), Some(line))).await.unwrap();
    assert_eq!(counts(&twice), [7, 5, 0, 0, 2]);
    let other = line.replace(",minor,", ",grave,");
    let otherwise = rig.ask(&analyst(), &replay(Some(kept[0].id.clone()), Some(&other))).await.unwrap_err();
    assert_eq!(otherwise.kind, FailureKind::Conflict, "{otherwise}");
    assert!(otherwise.detail.contains("by another correction"), "{otherwise}");
    let again = rig.ask(&analyst(), &replay(Some(kept[0].id.clone()), None)).await.unwrap();
    assert_eq!(counts(&again), [7, 5, 0, 0, 2]);
    let nameless = rig.ask(&analyst(), &replay(None, Some(line))).await.unwrap_err();
    assert_eq!(nameless.kind, FailureKind::Invalid);
    let monitor = principal("m", &[Role::FieldMonitor]);
    assert_eq!(rig.ask(&monitor, &replay(None, None)).await.unwrap_err().kind, FailureKind::Forbidden);
}

async fn gzip(text: &str) -> Vec<u8> {
    let mut packed = Vec::new();
    GzipEncoder::new(text.as_bytes()).read_to_end(&mut packed).await.unwrap();
    packed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_file_is_read_as_the_same_rows_and_a_broken_one_is_told() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("[intake.import]\nbatch_records = 100").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let packed = gzip(&table(350)).await;
    let import = upload(&rig, "week.csv.gz", Format::Csv, &packed).await.import;
    let run = ended(&mut progress, &import).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [350, 350, 0, 0, 0]), "{}", run.failure);
    assert_eq!((run.bytes_read, run.remaining_s), (packed.len() as u64, None), "packed as it is, and over");
    let import = upload(&rig, "week.csv", Format::Csv, table(350).as_bytes()).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [350, 0, 0, 350, 0]);
    let long = gzip(&table(5_000)).await;
    let import = upload(&rig, "cut.csv.gz", Format::Csv, &long[..long.len() / 2]).await.import;
    let run = ended(&mut progress, &import).await;
    assert!(run.state == ImportState::Failed && run.failure.contains("cut short"), "{run:?}");
    assert!(
        run.read > 0 && run.failure.ends_with("its records before that are kept and counted here"),
        "{run:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_in_one_record_of_a_table_holds_up_that_record_alone() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let at = table(20).rfind("Monitor").unwrap();
    let mut file = table(20).into_bytes();
    file[at] = 0;
    let import = upload(&rig, "nul.csv", Format::Csv, &file).await.import;
    let run = ended(&mut progress, &import).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [20, 19, 0, 0, 1]), "{}", run.failure);
    assert!(waiting(&rig, &import).await[0].reason.contains("NUL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_at_all_fails_with_its_reason() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("[intake.import]\nfetch_tries = 1").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for (name, format, file, part) in [
        ("empty.csv", Format::Csv, "", "0 bytes"),
        ("blank.csv", Format::Csv, "\n\n", "no header"),
        ("other.csv", Format::UcdpGed, "id,year\n1,2\n", "lacks the columns type_of_violence"),
    ] {
        let import = upload(&rig, name, format, file.as_bytes()).await.import;
        let run = ended(&mut progress, &import).await;
        assert!(run.state == ImportState::Failed && run.failure.contains(part), "{name}: {run:?}");
    }
    let lost = received("lost.csv", Format::Csv, b"never put");
    rig.say(&lost).await;
    let run = ended(&mut progress, &lost.import).await;
    assert!(
        run.failure.contains("cannot be fetched") && run.failure.contains("send it again"),
        "{}",
        run.failure
    );
    let mut other = received("other-bytes.csv", Format::Csv, table(2).as_bytes());
    other.sha256 = "0".repeat(64);
    let swapped = table(2);
    let mut reader = swapped.as_bytes();
    rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &other.object, &mut reader).await.unwrap();
    rig.say(&other).await;
    assert!(ended(&mut progress, &other.import).await.failure.contains("another file"));
}

/// Starts intake in a runtime of its own and kills that runtime once a batch is in: nothing is finished, nothing is sent.
#[test]
fn a_run_that_was_killed_goes_on_without_loss_and_without_doubles() {
    let outer = tokio::runtime::Runtime::new().unwrap();
    let (rig, import) = outer.block_on(async {
        let rig = Rig::of::<Intake>().await;
        let import = upload(&rig, "killed.csv", Format::Csv, table(4000).as_bytes()).await.import;
        (rig, import)
    });
    let small = "[intake.import]\nbatch_records = 50\nprogress_every_batches = 1";
    let mut last = 0;
    for _ in 0..3 {
        let inner = tokio::runtime::Runtime::new().unwrap();
        let running = inner.block_on(rig.start::<Intake>(small));
        let so_far = outer.block_on(async {
            let mut progress = rig.listen::<ImportProgressed>().await;
            progress.find(|said| said.run.read > last).await.run
        });
        drop(running);
        inner.shutdown_background();
        assert!(so_far.read < 4000, "killed too late");
        last = so_far.read;
    }
    outer.block_on(async {
        let running = rig.start::<Intake>(small).await;
        let mut progress = rig.listen::<ImportProgressed>().await;
        let run = ended(&mut progress, &import).await;
        assert_eq!(counts(&run), [4000, 4000, 0, 0, 0]);
        let mut recorded = rig.listen::<ObservationsRecorded>().await;
        let mut seen = Vec::new();
        while seen.len() < 4000 {
            seen.extend(recorded.next().await.recorded.into_iter().map(|o| (o.id, o.revision)));
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4000);
        let asked = rig.ask(&analyst(), &GetImport { id: import.clone(), known_on: None }).await.unwrap();
        assert_eq!(asked, run);
        assert!(running.stop().await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_the_store_refuses_lets_the_next_one_go_first_and_ends_when_the_store_relents() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let db = running.context().db.clone();
    let alter = async |sql: &'static str| {
        let mut tx = db.begin().await.unwrap();
        kit::on_tx!(tx, |c| sqlx::raw_sql(sql).execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
    };
    alter(
        "create trigger refuses before insert on observation when new.external_id = 'R-7'
         begin select raise(abort, 'refused by this test'); end",
    )
    .await;
    let stuck = upload(&rig, "stuck.csv", Format::Csv, table(9).as_bytes()).await;
    let next = upload(&rig, "next.csv", Format::Csv, table(5).as_bytes()).await;
    assert_eq!(counts(&ended(&mut progress, &next.import).await)[0], 5);
    let waits: ImportRun =
        rig.ask(&analyst(), &GetImport { id: stuck.import.clone(), known_on: None }).await.unwrap();
    assert!(matches!(waits.state, ImportState::Waiting | ImportState::Running), "{waits:?}");
    alter("drop trigger refuses").await;
    let run = ended(&mut progress, &stuck.import).await;
    assert_eq!((run.state, run.read), (ImportState::Done, 9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_takes_a_fact_back_with_a_reason_and_everybody_hears_of_it() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let mut recorded = rig.listen::<ObservationsRecorded>().await;
    let file = upload(&rig, "one.csv", Format::Csv, table(1).as_bytes()).await;
    ended(&mut progress, &file.import).await;
    let id = recorded.next().await.recorded.remove(0).id;
    let wish = |note: &str, revision| RetractObservation { id: id.clone(), note: note.into(), revision };
    let refused = rig.ask(&analyst(), &wish(" ", None)).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Invalid);
    let refused = rig.ask(&analyst(), &wish("read too fast", Some(2))).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Stale);
    let monitor = principal("m", &[Role::FieldMonitor]);
    let refused = rig.ask(&monitor, &wish("mine", None)).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
    let taken_back = rig.ask(&analyst(), &wish("the source withdrew it", Some(1))).await.unwrap();
    assert_eq!(taken_back[0].retracted.as_ref().unwrap().why, "the source withdrew it");
    let said = recorded.next().await;
    assert_eq!((said.recorded.len(), said.retracted), (0, vec![id.clone()]));
    assert_eq!(rig.ask(&analyst(), &wish("once more", None)).await.unwrap(), taken_back, "twice is once");
    let standing = rig.ask(&analyst(), &FindObservations::default()).await.unwrap();
    assert!(standing.page.items.is_empty());
}
