//! Clocks that are wrong: what was written by one hides nothing, and dates nothing that comes after it.

use chrono::TimeDelta;
use contracts::{
    PageRequest,
    intake::{
        FindObservations, ReportAction, ReportMoved, ReportState,
        leads::ListLeads,
        reporters::{GetReporter, GradeReporter, Record},
        weekly::{AssignMonitor, DueState, ListDue, ReportMissing},
    },
};
use domain::{Reliability, Timestamp};
use intake::{
    Intake,
    store::{find, leads, observations, reporters, reports},
};
use kit::{Db, on_tx};
use testkit::databases;

use crate::{
    analyst,
    at_once::record,
    draft, report,
    situation::{act, answered, rig, send, starter},
};

/// Every page of one observation of a search without a moment, one after another.
async fn paged(db: &Db) -> Vec<String> {
    let page = PageRequest { cursor: None, limit: Some(1) };
    let mut wanted = FindObservations { page, ..FindObservations::default() };
    let mut found = Vec::new();
    loop {
        let page = find::find(db, (&wanted, None), |_| true).await.unwrap();
        found.extend(page.items.into_iter().map(|seen| seen.external_id));
        wanted.page.cursor = page.next;
        if wanted.page.cursor.is_none() {
            return found;
        }
    }
}

/// An instance whose clock was a day ahead has recorded one, and its clock is right again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_after_a_clock_was_a_day_ahead_is_of_its_own_day_and_hides_nothing() {
    for store in databases::<Intake>().await {
        let ahead = store.clock.now().plus(TimeDelta::days(1));
        let first = draft("1", "2026-11-01", "a");
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, first.clone(), "1").await;
        for statement in
            ["update observation set known_from = $1", "update observation_count set at = $1, latest = $1"]
        {
            on_tx!(tx, |c| sqlx::query(statement).bind(ahead).execute(c).await.map(|_| ())).unwrap();
        }
        tx.commit().await.unwrap();
        store.clock.advance(std::time::Duration::from_mins(1));
        for id in ["2", "3"] {
            let one = draft(id, "2026-11-02", "b");
            let mut tx = store.db.begin().await.unwrap();
            record(&mut tx, one.clone(), id).await;
            tx.commit().await.unwrap();
            let known = observations::revisions(&store.db, &one.id(), None).await.unwrap();
            assert!(known[0].known_from <= store.clock.now().plus(TimeDelta::seconds(1)), "{known:?}");
        }
        assert_eq!(paged(&store.db).await, ["3", "2", "1"], "{}", store.engine);
    }
}

/// It dated the end of what it replaced as well: two revisions of one observation stood at one moment, for good.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_clock_ahead_has_replaced_stands_no_longer_than_what_replaced_it() {
    for store in databases::<Intake>().await {
        let ahead = store.clock.now().plus(TimeDelta::days(1));
        for title in ["a", "b", "c"] {
            let mut tx = store.db.begin().await.unwrap();
            record(&mut tx, draft("1", "2026-11-01", title), title).await;
            let items = vec![crate::leads::item("1", title, "2026-11-01")];
            leads::take(&mut tx, items, &domain::ImportId::derived(&[title])).await.unwrap();
            let wrong = [
                "update observation set known_to = $1 where known_to is not null",
                "update observation set known_from = $1 where known_to is null",
                "update lead set known_to = $1 where known_to is not null",
                "update lead set known_from = $1 where known_to is null",
                "update observation_count set at = $1, latest = $1",
            ];
            for statement in wrong.into_iter().filter(|_| title == "b") {
                on_tx!(tx, |c| sqlx::query(statement).bind(ahead).execute(c).await.map(|_| ())).unwrap();
            }
            tx.commit().await.unwrap();
            store.clock.advance(std::time::Duration::from_mins(1));
        }
        let known_on = Some(store.clock.now());
        let wanted = FindObservations { known_on, ..FindObservations::default() };
        let found = find::find(&store.db, (&wanted, None), |_| true).await.unwrap().items;
        let told: Vec<&str> = found.iter().map(|seen| seen.title.as_str()).collect();
        assert_eq!(told, ["c"], "{}", store.engine);
        let found = leads::list(&store.db, &ListLeads { known_on, ..ListLeads::default() }).await.unwrap();
        let told: Vec<&str> = found.iter().map(|lead| lead.title.as_str()).collect();
        assert_eq!(told, ["c"], "{}", store.engine);
    }
}

/// It writes the count of what it records, and not of when that is.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_program_records_beside_this_one_stands_on_every_page() {
    for store in databases::<Intake>().await {
        let before = store.clock.now();
        for id in ["3", "2", "1"] {
            let mut tx = store.db.begin().await.unwrap();
            record(&mut tx, draft(id, &format!("2026-11-0{id}"), "a"), id).await;
            if id == "1" {
                let by_itself = "update observation_count set at = $1, latest = $1, at_last = last - 1";
                on_tx!(tx, |c| sqlx::query(by_itself).bind(before).execute(c).await.map(|_| ())).unwrap();
            }
            tx.commit().await.unwrap();
            store.clock.advance(std::time::Duration::from_mins(1));
        }
        assert_eq!(observations::last_recorded(&store.db).await.unwrap(), None, "{}", store.engine);
        assert_eq!(paged(&store.db).await, ["3", "2", "1"], "{}", store.engine);
    }
}

/// Dates the last step of a report, and what it says of its source, when no clock here is yet.
async fn put_ahead(db: &Db, id: &domain::ReportId, ahead: Timestamp) {
    let mut tx = db.begin().await.unwrap();
    let mut row = reports::get_in(&mut tx, id).await.unwrap().unwrap();
    row.history.0.last_mut().unwrap().at = ahead;
    let from = row.version;
    row.version += 1;
    assert!(reports::store_move(&mut tx, &row, from).await.unwrap());
    let outcome = "update source_outcome set at = $1 where report_id = $2";
    on_tx!(tx, |c| sqlx::query(outcome).bind(ahead).bind(id).execute(c).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_reports_counts_at_once_though_a_clock_dated_it_ahead() {
    let rig = rig().await;
    let running = rig.start::<Intake>("").await;
    let db = running.context().db.clone();
    let mut moved = rig.listen::<ReportMoved>().await;
    let ahead = rig.clock.now().plus(TimeDelta::days(1));
    for n in 0..5 {
        let sent = report(&n.to_string(), "src_a", "m1");
        rig.say(&sent).await;
        moved.find(|said| said.report.id == sent.report).await;
        act(&rig, &sent.report, ReportAction::Investigate).await.unwrap();
        let outcome = if n == 0 { ReportAction::Verify } else { ReportAction::Contradict };
        act(&rig, &sent.report, outcome).await.unwrap();
        put_ahead(&db, &sent.report, ahead).await;
    }
    let wish = GetReporter { source: "src_a".into(), known_on: None };
    let told = rig.ask(&analyst(), &wish).await.unwrap();
    assert_eq!(told.record, Record { contradicted: 4, verified: 1, ..Record::default() });
    let first = domain::ReportId::derived(&["0"]);
    act(&rig, &first, ReportAction::Contradict).await.unwrap();
    let told = rig.ask(&analyst(), &wish).await.unwrap();
    assert_eq!(told.record, Record { contradicted: 5, ..Record::default() }, "the last word on it");
    let next = report("next", "src_a", "m1");
    rig.say(&next).await;
    let came = moved.find(|said| said.report.id == next.report).await;
    assert!(told.proposed > Reliability::C && told.proposed < Reliability::F, "{told:?}");
    assert_eq!(came.report.reliability, Some(told.proposed), "it starts with what is known");
    let mut tx = db.begin().await.unwrap();
    assert_eq!(reporters::proposed(&mut tx, "src_a").await.unwrap(), told.proposed);
    drop(tx);
    let then = GetReporter { known_on: Some(rig.clock.now()), ..wish };
    assert_eq!(rig.ask(&analyst(), &then).await.unwrap().record, told.record, "now is no past moment");
    for reliability in [Reliability::D, Reliability::E] {
        let grade = GradeReporter { source: "src_a".into(), reliability, note: "known for years".into() };
        assert_eq!(rig.ask(&analyst(), &grade).await.unwrap().reliability, Some(reliability));
        let mut tx = db.begin().await.unwrap();
        let decided = "update source_grade set at = $1 where reliability = 'D'";
        on_tx!(tx, |c| sqlx::query(decided).bind(ahead).execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
    }
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weekly_report_that_was_refused_by_a_clock_ahead_is_missing_when_its_day_is_past() {
    let rig = rig().await;
    let running = rig.start::<Intake>("").await;
    let asked = starter(&rig).await;
    let assign = AssignMonitor {
        source: crate::situation::MONITOR.into(),
        call_sign: "Batken 1".into(),
        province: "KG-B".parse().unwrap(),
        from: "2026-11-16".parse().ok(),
    };
    rig.ask(&analyst(), &assign).await.unwrap();
    let mut moved = rig.listen::<ReportMoved>().await;
    let id = send(&rig, "1", answered(&asked, &[])).await;
    moved.find(|said| said.report.id == id).await;
    let refused = act(&rig, &id, ReportAction::Reject).await.unwrap();
    assert_eq!(refused.state, ReportState::Rejected);
    put_ahead(&running.context().db, &id, rig.clock.now().plus(TimeDelta::days(30))).await;
    assert!(running.stop().await);
    rig.clock.advance(std::time::Duration::from_hours(24));
    let running = rig.start::<Intake>("").await;
    let mut missing = rig.listen::<ReportMissing>().await;
    let said = missing.next().await.due;
    assert_eq!((said.call_sign.as_str(), said.state), ("Batken 1", DueState::Missing));
    let wish = ListDue { week: "2026-11-16".parse().ok(), source: None, known_on: None };
    let due = rig.ask(&analyst(), &wish).await.unwrap();
    assert_eq!(due[0].state, DueState::Missing, "{due:?}");
    assert!(running.stop().await);
}
