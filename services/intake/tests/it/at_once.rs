//! What two do at once, on PostgreSQL: each behind the other, and with what the other left.

use contracts::{
    Failure, FailureKind, Role,
    intake::{
        MoveReport, Report, ReportAction, ReportMoved, ReportState, reporters::GetReporter,
        retraction::RetractObservation,
    },
};
use domain::{ObservationId, ReportId};
use intake::{
    Intake,
    domain::draft::{Arrival, Draft},
    store::{
        observations,
        recording::{self, Bringer},
    },
};
use kit::{Db, Tx, on_db};
use testkit::{Rig, databases, db::PostgresServer, principal};

use crate::{analyst, draft, report};

/// Records one draft as its run would.
async fn record(tx: &mut Tx, one: Draft, part: &str) {
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
    let wish = MoveReport { id, action, note, version, of: None, by_sender: false };
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
