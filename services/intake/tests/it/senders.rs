//! Who sent reports, and what is owed under a pseudonym that nobody bears any more.

use contracts::{
    gateway::reporters::ReporterErased,
    intake::{
        ReportMoved, ReportState,
        own::ListOwnReports,
        retention::{Removable, Removal, RetentionState},
        weekly::{AssignMonitor, AssignmentAction, ChangeAssignment, ListAssignments, ListDue},
    },
};
use domain::ReportId;
use intake::{
    Intake,
    domain::report,
    store::{Cause, reports, retention},
};
use kit::{Tx, on_tx};
use testkit::{Rig, databases};

use crate::analyst;

/// The migration that veils senders, as it runs on a store from before it.
const SENDERS_VEILED: &str = include_str!("../../migrations/00002896_senders_veiled.sql");

/// Files a report of this source as an earlier program did, with its sender's name; its source sealed where it was named.
async fn file(tx: &mut Tx, (sent_by, source): (&str, &str), named: bool) -> ReportId {
    let one = crate::report(&format!("{sent_by} {source}"), source, "m");
    let received = report::receive(&one.form, one.received_at);
    let cause = Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
    let state = ReportState::Triage;
    let filed =
        reports::Filed { received: &received, state, history: vec![], reliability: None, cause: &cause };
    assert!(reports::file(tx, &one, &filed).await.unwrap());
    on_tx!(tx, |c| sqlx::query("update report set sent_by = $2 where report_id = $1")
        .bind(&one.report)
        .bind(sent_by)
        .execute(c)
        .await
        .map(|_| ()))
    .unwrap();
    if named {
        reports::seal(tx, &one.report, "sealed").await.unwrap();
    }
    one.report
}

async fn veil(tx: &mut Tx) {
    on_tx!(tx, |c| sqlx::raw_sql(SENDERS_VEILED).execute(c).await.map(|_| ())).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sent_reports_before_stands_under_a_pseudonym_or_is_not_known_any_more() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let mut all = Vec::new();
        for (sent_by, source, named, veiled) in [
            ("gulnara", "src_a", false, "src_a"),
            ("gulnara", "src_b", true, "src_a"),
            ("aibek", "src_c", true, report::SENDER_UNKNOWN),
            // of two one is a third person's at the least
            ("dilshod", "src_d", false, report::SENDER_UNKNOWN),
            ("dilshod", "src_e", false, report::SENDER_UNKNOWN),
            // that it is sealed elsewhere makes it a third person's
            ("rustam", "src_b", false, report::SENDER_UNKNOWN),
            ("hook/sms", "src_f", false, "hook/sms"),
        ] {
            all.push((file(&mut tx, (sent_by, source), named).await, veiled));
        }
        veil(&mut tx).await;
        tx.commit().await.unwrap();
        for (id, veiled) in &all {
            let row = reports::get(&store.db, id).await.unwrap().unwrap();
            assert_eq!(&row.sent_by, veiled, "{} {}", store.engine, row.source);
        }
        let own = async |who, report: Option<&ReportId>, sent: &[ReportId]| {
            let wanted = ListOwnReports { report: report.cloned(), known_on: None, sent: sent.to_vec() };
            reports::own(&store.db, who, &wanted).await.unwrap().len()
        };
        assert_eq!((own("src_a", None, &[]).await, own("src_c", None, &[]).await), (2, 0));
        // an account that always named its sources: the door knows whose they are
        let theirs = [all[2].0.clone()];
        assert_eq!((own("src_x", None, &theirs).await, own("src_x", Some(&all[2].0), &theirs).await), (1, 1));
        assert_eq!(
            own("src_x", None, std::slice::from_ref(&all[0].0)).await,
            0,
            "what is known here is not told anew"
        );
        assert_eq!(own("src_x", Some(&all[0].0), &theirs).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_a_third_persons_pseudonym_where_sealed_names_were_removed_as_kept_long_enough() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let id = file(&mut tx, ("gulnara", "src_third"), false).await;
        let removal = Removal {
            what: Removable::SealedIdentities,
            source: String::new(),
            licence: String::new(),
            after_days: 365,
            why: "no longer needed".into(),
            before: tx.now(),
            many: 1,
            oldest: None,
            newest: None,
        };
        let asked = ("fingerprint", vec![removal], RetentionState::Done);
        assert!(retention::ask(&mut tx, asked, ("head", "head")).await.unwrap());
        veil(&mut tx).await;
        tx.commit().await.unwrap();
        let row = reports::get(&store.db, &id).await.unwrap().unwrap();
        assert_eq!(row.sent_by, report::SENDER_UNKNOWN, "{}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_erased_monitor_owed_ends_and_others_go_on_owing() {
    let clock = kit::Clock::manual("2026-11-30T08:00:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock).await;
    let running = rig.start::<Intake>("").await;
    for (source, province) in [("src_1", "KG-B"), ("src_1", "KG-O"), ("src_2", "KG-B")] {
        let wish = AssignMonitor {
            source: source.into(),
            call_sign: format!("{source} {province}"),
            province: province.parse().unwrap(),
            from: "2026-11-16".parse().ok(),
        };
        rig.ask(&analyst(), &wish).await.unwrap();
    }
    // of the last week of the one nothing came and its day is not past; the other had ended before
    for (province, last_day) in [("KG-J", "2026-11-29"), ("KG-N", "2026-11-22")] {
        let wish = AssignMonitor {
            source: "src_1".into(),
            call_sign: format!("src_1 {province}"),
            province: province.parse().unwrap(),
            from: "2026-11-16".parse().ok(),
        };
        let made = rig.ask(&analyst(), &wish).await.unwrap();
        let end = ChangeAssignment {
            id: made.id,
            action: AssignmentAction::End,
            from: last_day.parse().ok(),
            until: None,
            note: String::new(),
            version: None,
        };
        rig.ask(&analyst(), &end).await.unwrap();
    }
    let mut moved = rig.listen::<ReportMoved>().await;
    let erased = ReporterErased { reporter: "src_1".into(), at: rig.clock.now() };
    rig.say(&erased).await;
    rig.say(&erased).await;
    // what is said after it is heard after it
    let last = crate::report("after", "src_2", "m");
    rig.say(&last).await;
    moved.find(|said| said.report.id == last.report).await;
    let all = rig.ask(&analyst(), &ListAssignments { source: None, known_on: None }).await.unwrap();
    let until = |source: &str| {
        let of = all.iter().filter(|one| one.source == source);
        of.map(|one| (one.until, one.version)).collect::<Vec<_>>()
    };
    // the week before is due today: whoever reports of it under another pseudonym would stand there as missing
    let last_due = "2026-11-22".parse().ok();
    let mut ended = until("src_1");
    ended.sort_unstable();
    assert_eq!(ended, [(last_due, 2), (last_due, 2), (last_due, 2), (last_due, 3)]);
    assert_eq!(until("src_2"), [(None, 1)]);
    let wish = ListDue { week: "2026-11-23".parse().ok(), source: None, known_on: None };
    let owed: Vec<String> =
        rig.ask(&analyst(), &wish).await.unwrap().into_iter().map(|due| due.source).collect();
    assert_eq!(owed, ["src_2"]);
    assert!(running.stop().await);
}
