//! What two do at once, on PostgreSQL above all: each behind the other, and with what the other left.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    Failure, FailureKind, PageRequest, Role,
    gateway::Format,
    intake::{
        FindObservations, ImportProgressed, MoveReport, ReplayQuarantine, Report, ReportAction, ReportMoved,
        ReportState, reporters::GetReporter, retraction::RetractObservation,
    },
};
use domain::{ImportId, ObservationId, QuarantineId, ReportId};
use intake::{
    Intake,
    domain::{
        cluster::Rules,
        draft::{Arrival, Draft},
        merge::Tally,
    },
    jobs::compare,
    store::{
        cluster::{due, pairs, settle},
        find, observations, quarantine,
        recording::{self, Bringer},
        runs,
    },
};
use kit::{Db, Tx, on_db};
use testkit::{Rig, databases, db::PostgresServer, principal};

use crate::{
    analyst, draft,
    imports::{counts, ended},
    report,
};

/// Records one draft as its run would.
pub async fn record(tx: &mut Tx, one: Draft, part: &str) {
    let arrival = Arrival::at(tx.now());
    recording::record(tx, vec![one], &Bringer { origin: "test", part, arrival }).await.unwrap();
}

/// Waits until so many transactions wait for a lock.
pub async fn locked(db: &Db, many: i64) {
    let count = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
    let waiting = async || {
        let waiting: i64 = on_db!(db, |p| sqlx::query_scalar(count).fetch_one(p).await.unwrap());
        waiting
    };
    while waiting().await < many {
        tokio::task::yield_now().await;
    }
}

/// The settings of a store on this server.
pub fn on(server: &PostgresServer) -> String {
    format!("[store]\nurl = \"{}\"", server.url())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_while_a_run_revises_it_is_the_revision_of_that_run() {
    let Some(server) = PostgresServer::start() else { return };
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>(&on(&server)).await;
    let db = running.context().db.clone();
    let one = |title: &str| draft("1", "2026-11-01", title);
    let id = one("").id();
    let mut tx = db.begin().await.unwrap();
    record(&mut tx, one("a"), "1").await;
    tx.commit().await.unwrap();
    let taken_back_meanwhile = async |title: &str, revision: Option<u32>| {
        let mut tx = db.begin().await.unwrap();
        record(&mut tx, one(title), title).await;
        let asked = RetractObservation { id: id.clone(), note: "withdrawn".into(), revision };
        let ask = async { rig.ask(&analyst(), &asked).await };
        let run = async {
            locked(&db, 1).await;
            tx.commit().await.unwrap();
        };
        tokio::join!(ask, run).0
    };
    let refused = taken_back_meanwhile("b", Some(1)).await.unwrap_err();
    assert!(
        refused.kind == FailureKind::Stale && refused.detail.contains("revision 2 is the newest"),
        "{refused}"
    );
    let told = taken_back_meanwhile("c", None).await.unwrap();
    let retracted: Vec<(u32, bool)> =
        told.iter().map(|one| (one.revision, one.retracted.is_some())).collect();
    assert_eq!(retracted, [(1, false), (2, false), (3, true)]);
    assert!(told[2].retracted.as_ref().unwrap().at > told[2].known_from, "{told:?}");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_is_known_from_when_its_turn_came_not_from_when_its_run_began_to_wait() {
    let stores = databases::<Intake>().await;
    let Some(store) = stores.into_iter().find(|store| store.engine == "postgres") else { return };
    let one = |title: &str| draft("1", "2026-11-01", title);
    let mut late = store.db.begin().await.unwrap();
    for title in ["a", "b"] {
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, one(title), title).await;
        tx.commit().await.unwrap();
    }
    store.clock.advance(std::time::Duration::from_mins(1));
    record(&mut late, one("c"), "c").await;
    late.commit().await.unwrap();
    let known = observations::revisions(&store.db, &one("").id(), None).await.unwrap();
    let known: Vec<String> = known.iter().map(|seen| format!("{} {}", seen.title, seen.known_from)).collect();
    assert_eq!(known, ["a 2026-11-23T00:01:00Z", "b 2026-11-23T00:02:00Z", "c 2026-11-23T00:03:00Z"]);
}

/// The clocks of two instances differ, and what the one has committed is known before what the other commits after it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_later_is_of_a_later_moment_also_where_another_clock_runs_ahead() {
    for store in databases::<Intake>().await {
        let ahead = store.clock.now().plus(chrono::TimeDelta::minutes(1));
        let mut tx = store.db.begin().await.unwrap();
        kit::on_tx!(tx, |c| sqlx::query("update observation_count set at = $1")
            .bind(ahead)
            .execute(c)
            .await
            .map(|_| ()))
        .unwrap();
        tx.commit().await.unwrap();
        let one = draft("1", "2026-11-01", "a");
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, one.clone(), "1").await;
        record(&mut tx, draft("2", "2026-11-01", "b"), "2").await;
        tx.commit().await.unwrap();
        let behind = ahead.plus(chrono::TimeDelta::microseconds(1));
        let known = observations::revisions(&store.db, &one.id(), None).await.unwrap();
        assert_eq!(known[0].known_from, behind, "{}", store.engine);
        let last = observations::last_recorded(&store.db).await.unwrap();
        assert_eq!(last.map(|last| (last.at, last.latest)), Some((behind, behind)), "{}", store.engine);
    }
}

/// What ACLED lists as deleted comes in its order, which is not that of the ids.
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_source_deleted_is_taken_back_in_whatever_order_it_is_named() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let mut ids: Vec<ObservationId> = Vec::new();
        for n in 0..20 {
            let one = draft(&n.to_string(), "2026-11-01", "a");
            ids.push(one.id());
            record(&mut tx, one, &n.to_string()).await;
        }
        assert!(!ids.is_sorted());
        let why = ("ACLED", "deleted");
        assert_eq!(recording::retract_standing(&mut tx, &ids, why).await.unwrap(), 20, "{}", store.engine);
        assert_eq!(recording::retract_standing(&mut tx, &ids, why).await.unwrap(), 0, "twice is once");
        tx.commit().await.unwrap();
    }
}

async fn act(
    rig: &Rig,
    id: &ReportId,
    action: ReportAction,
    version: Option<u32>,
) -> Result<Report, Failure> {
    let (id, note) = (id.clone(), "called".to_owned());
    let wish = MoveReport { id, action, note, version, of: None, correction: None, by_sender: false };
    rig.ask(&principal("second", &[Role::Analyst]), &wish).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_officers_who_move_one_report_at_once_the_later_reads_that_it_was_changed() {
    let Some(server) = PostgresServer::start() else { return };
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>(&on(&server)).await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let sent = report("1", "pseudonym-a", "monitor-1");
    rig.say(&sent).await;
    moved.find(|said| said.report.state == ReportState::Triage).await;
    act(&rig, &sent.report, ReportAction::Investigate, None).await.unwrap();
    let db = running.context().db.clone();
    let mut tx = db.begin().await.unwrap();
    observations::reserve(&mut tx, 0).await.unwrap();
    let free = async {
        locked(&db, 2).await;
        drop(tx);
    };
    let verify = || act(&rig, &sent.report, ReportAction::Verify, Some(3));
    let (one, other, ()) = tokio::join!(verify(), verify(), free);
    let (good, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), refused.len()), (1, 1), "{refused:?}");
    let refused = refused.into_iter().next().unwrap().unwrap_err();
    assert!(refused.kind == FailureKind::Stale && refused.detail.contains("version 4"), "{refused}");
    let reporter =
        rig.ask(&analyst(), &GetReporter { source: "pseudonym-a".into(), known_on: None }).await.unwrap();
    assert_eq!(reporter.record.verified, 1, "{reporter:?}");
    assert!(running.stop().await);
}

/// Puts so many good rows into the quarantine of a run that has read its file, all of them in one line, as in a minified document.
async fn set_aside(db: &Db, import: &ImportId, many: usize) {
    let table = crate::table(many);
    // a row of the table stands in two lines
    let lines: Vec<&str> = table.lines().skip(1).collect();
    let kept: Vec<quarantine::Refused> = lines
        .chunks(2)
        .enumerate()
        .map(|(n, row)| quarantine::Refused {
            id: QuarantineId::derived(&[&n.to_string()]),
            line: 1,
            reason: "why".into(),
            sha256: n.to_string(),
            original: STANDARD.encode(row.join("\n").replace("R-", "waits-")),
        })
        .collect();
    assert_eq!(kept.len(), many);
    let mut tx = db.begin().await.unwrap();
    for kept in kept.chunks(300) {
        quarantine::keep(&mut tx, import, kept).await.unwrap();
    }
    let tally = Tally { quarantined: many as u64, ..Tally::default() };
    runs::count(&mut tx, import, (tally, 1)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_is_asked_for_twice_counts_once() {
    let Some(server) = PostgresServer::start() else { return };
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>(&on(&server)).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let import = crate::upload(&rig, "rows.csv", Format::Csv, crate::table(3).as_bytes()).await.import;
    ended(&mut progress, &import).await;
    let db = running.context().db.clone();
    set_aside(&db, &import, 5).await;
    let mut tx = db.begin().await.unwrap();
    observations::reserve(&mut tx, 0).await.unwrap();
    let free = async {
        locked(&db, 2).await;
        drop(tx);
    };
    let replay = async || {
        let all = ReplayQuarantine { import: import.clone(), record: None, corrected: None };
        rig.ask(&analyst(), &all).await.unwrap()
    };
    let (_, _, ()) = tokio::join!(replay(), replay(), free);
    assert_eq!(counts(&replay().await), [8, 8, 0, 0, 0]);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_waits_is_read_again_however_much_of_it_stands_in_one_line() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let import = crate::upload(&rig, "rows.csv", Format::Csv, crate::table(3).as_bytes()).await.import;
    ended(&mut progress, &import).await;
    set_aside(&running.context().db, &import, 1100).await;
    let all = ReplayQuarantine { import: import.clone(), record: None, corrected: None };
    let run = rig.ask(&analyst(), &all).await.unwrap();
    assert_eq!(counts(&run), [1103, 1103, 0, 0, 0]);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_of_what_was_revised_meanwhile_are_not_put_over_those_of_the_revision() {
    let stores = databases::<Intake>().await;
    let Some(store) = stores.into_iter().find(|store| store.engine == "postgres") else { return };
    let rules = Rules { join: 0.8, propose: 0.6, margin: 0.03 };
    let of = |source: &str, on: &str| {
        let (mut of, source) = (draft("1", on, "Exchange of fire at the canal"), source.to_owned());
        (of.place.point, of.place.radius_km) = (domain::Point::new(39.9, 70.6).ok(), Some(5.0));
        of.place.precision = domain::Precision::Exact;
        Draft { owner: format!("owner of {source}"), source, ..of }
    };
    let mut tx = store.db.begin().await.unwrap();
    record(&mut tx, of("a", "2026-11-20"), "1").await;
    record(&mut tx, of("b", "2026-11-20"), "2").await;
    tx.commit().await.unwrap();
    let both: BTreeSet<ObservationId> = [of("a", "2026-11-20").id(), of("b", "2026-11-20").id()].into();
    let compared = async || {
        let both: Vec<ObservationId> = both.iter().cloned().collect();
        pairs::known(&store.db, &both).await.unwrap().len()
    };
    // another instance has the turn, and with it compares the revision that comes meanwhile
    let mut other = store.db.begin().await.unwrap();
    settle::turn(&mut other).await.unwrap();
    let one = async { compare::all_due(&store.db, &rules).await.unwrap() };
    let another = async {
        locked(&store.db, 1).await;
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, of("a", "2026-03-01"), "3").await;
        tx.commit().await.unwrap();
        pairs::replace(&mut other, &both, &[]).await.unwrap();
        let due = due::oldest(&store.db, 20).await.unwrap();
        let names: Vec<String> = due.into_iter().map(|(name, _)| name).collect();
        assert_eq!(due::done(&mut other, &names).await.unwrap(), 3);
        other.commit().await.unwrap();
    };
    tokio::join!(one, another);
    assert_eq!(compared().await, 0);
    let mut tx = store.db.begin().await.unwrap();
    record(&mut tx, of("a", "2026-11-20"), "4").await;
    tx.commit().await.unwrap();
    compare::all_due(&store.db, &rules).await.unwrap();
    assert_eq!(compared().await, 2, "they are of one incident by what they say now");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_search_are_of_one_moment_whatever_is_being_written_as_it_begins() {
    for store in databases::<Intake>().await {
        let minute = || store.clock.advance(std::time::Duration::from_mins(1));
        let row = |id: &str, title: &str| draft(id, &format!("2026-11-0{id}"), title);
        let mut tx = store.db.begin().await.unwrap();
        for id in ["1", "2", "3"] {
            record(&mut tx, row(id, "a"), id).await;
        }
        tx.commit().await.unwrap();
        minute();
        let mut writing = store.db.begin().await.unwrap();
        for one in [row("1", "b"), row("2", "b"), draft("4", "2026-11-01", "b")] {
            record(&mut writing, one.clone(), &format!("{} again", one.external_id)).await;
        }
        minute();
        let mut wanted = FindObservations {
            page: PageRequest { cursor: None, limit: Some(1) },
            ..FindObservations::default()
        };
        let mut found = Vec::new();
        let mut writing = Some(writing);
        loop {
            let page = find::find(&store.db, (&wanted, None), |_| true).await.unwrap();
            found.extend(page.items.into_iter().map(|seen| format!("{} {}", seen.external_id, seen.title)));
            if let Some(writing) = writing.take() {
                writing.commit().await.unwrap();
            }
            wanted.page.cursor = page.next;
            if wanted.page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, ["3 a", "2 a", "1 a"], "{}", store.engine);
    }
}
