//! What is kept no longer: nothing by itself, and what two persons confirmed as it was shown to them.

use contracts::{
    FailureKind, Principal, Role,
    gateway::Format,
    intake::{
        FindObservations, GetObservation, ImportProgressed, ImportState, ReportState,
        leads::{GetLead, LeadState, ListLeads},
        retention::{ConfirmRetention, GetRetention, Removable, Removal, RetentionState},
        search::Removed,
    },
};
use domain::{ImportId, ObservationId};
use intake::{
    Intake,
    config::Config,
    domain::{
        draft::Arrival,
        lead::{self, Item},
    },
    store::{
        ids, leads,
        recording::{self, Bringer},
        reporters, reports, retention, text,
    },
};
use kit::{Clock, Service, config::Layers, on_db};
use testkit::{Rig, databases, principal};

use crate::{imports::ended, table, upload};

const RULES: &str =
    "[[intake.retention]]\nwhat = \"superseded_revisions\"\nafter_days = 365\nwhy = \"policy 7\"\n";

fn operator(name: &str) -> Principal {
    principal(name, &[Role::Operator, Role::Analyst])
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_removed_but_what_two_persons_confirmed_as_it_was_shown() {
    let clock = Clock::manual("2026-11-23T08:00:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>(RULES).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for (name, file) in [("a.csv", table(700)), ("b.csv", table(700).replace("seen", "heard"))] {
        let import = upload(&rig, name, Format::Csv, file.as_bytes()).await.import;
        assert_eq!(ended(&mut progress, &import).await.state, ImportState::Done);
        clock.advance(std::time::Duration::from_mins(1));
    }
    let (one, other) = (operator("op-1"), operator("op-2"));
    let shown = rig.ask(&one, &GetRetention {}).await.unwrap();
    assert_eq!((shown.removals[0].many, shown.fingerprint.as_str()), (0, ""), "it is too young");
    clock.advance(std::time::Duration::from_hours(24 * 400));
    let shown = rig.ask(&one, &GetRetention {}).await.unwrap();
    assert_eq!((shown.removals[0].many, shown.two_persons), (700, true));
    let confirm = |fingerprint: &str| ConfirmRetention { fingerprint: fingerprint.to_owned() };
    for wrong in ["", "0123"] {
        let refused = rig.ask(&one, &confirm(wrong)).await.unwrap_err();
        assert_eq!(refused.kind, FailureKind::Stale, "{wrong:?}");
    }
    let reader = principal("analyst", &[Role::Analyst]);
    assert_eq!(
        rig.ask(&reader, &confirm(&shown.fingerprint)).await.unwrap_err().kind,
        FailureKind::Forbidden
    );
    let asked = rig.ask(&one, &confirm(&shown.fingerprint)).await.unwrap();
    assert_eq!((asked.state, asked.removed.as_slice()), (RetentionState::Asked, &[0][..]));
    assert_eq!(rig.ask(&one, &confirm(&shown.fingerprint)).await.unwrap_err().kind, FailureKind::Conflict);
    assert_eq!(rig.ask(&one, &GetRetention {}).await.unwrap().removals[0].many, 700, "one is not enough");
    rig.ask(&other, &confirm(&shown.fingerprint)).await.unwrap();
    let run = loop {
        let run = rig.ask(&one, &GetRetention {}).await.unwrap().runs.remove(0);
        if run.state == RetentionState::Done {
            break run;
        }
    };
    assert_eq!((run.removed.as_slice(), run.confirmed_by.as_deref()), (&[700][..], Some("op-2")));
    let twice = rig.ask(&other, &confirm(&shown.fingerprint)).await.unwrap();
    assert_eq!(twice.state, RetentionState::Done, "twice is once");
    let found = rig.ask(&one, &FindObservations::default()).await.unwrap().page.items;
    assert_eq!((found.len(), found[0].revision), (100, 2));
    let listed = async |at: Option<&str>| {
        let known_on = at.map(|at| at.parse().unwrap());
        rig.ask(&one, &FindObservations { known_on, ..FindObservations::default() }).await
    };
    let then = listed(Some("2026-11-23T08:00:30Z")).await.unwrap();
    assert!(then.page.items.is_empty());
    let before = run.removals[0].before;
    assert_eq!(then.removed, Some(Removed { before, revisions: 700 }), "nothing kept is not nothing known");
    let (now, since) = (listed(None).await.unwrap(), listed(Some("2027-12-27T00:00:00Z")).await);
    assert_eq!(
        (now.removed, since.unwrap().removed),
        (None, None),
        "of what was removed nothing was known then"
    );
    let revisions = rig.ask(&one, &GetObservation { id: found[0].id.clone(), known_on: None }).await.unwrap();
    assert_eq!(revisions.len(), 1, "the one before is gone");
    let then = |at| GetObservation { id: found[0].id.clone(), known_on: Some(at) };
    let gone = rig.ask(&one, &then("2026-11-23T08:00:30Z".parse().unwrap())).await.unwrap_err();
    assert_eq!(gone.kind, FailureKind::NotFound);
    assert!(
        gone.detail.contains("removed by a rule of retention") && gone.detail.contains("revision 2"),
        "{gone}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_everything_is_kept_and_a_rule_without_a_reason_does_not_start() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let shown = rig.ask(&operator("op-1"), &GetRetention {}).await.unwrap();
    assert!(shown.removals.is_empty() && shown.fingerprint.is_empty());
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_removes_its_own_from_both_databases() {
    for store in databases::<Intake>().await {
        let record = async |title: &str| {
            let mut tx = store.db.begin().await.unwrap();
            let arrival = Arrival::at(tx.now());
            let drafts = vec![crate::draft("1", "2026-11-01", title), crate::draft(title, "2026-11-02", "x")];
            recording::record(&mut tx, drafts, &Bringer { origin: "t", part: title, arrival }).await.unwrap();
            tx.commit().await.unwrap();
            store.clock.advance(std::time::Duration::from_mins(1));
        };
        for title in ["a", "b", "c"] {
            record(title).await;
            if title == "a" {
                // one of those that go is among the ids of long ago, the other among the new ones
                let mut tx = store.db.begin().await.unwrap();
                ids::settle(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        let removal = |what, source: &str, licence: &str| Removal {
            what,
            source: source.into(),
            licence: licence.into(),
            after_days: 30,
            why: "test".into(),
            before: store.clock.now(),
            many: 0,
            oldest: None,
            newest: None,
        };
        let many =
            async |removal: &Removal| retention::counted(&store.db, removal.clone()).await.unwrap().many;
        let all = removal(Removable::SupersededRevisions, "", "");
        assert_eq!(many(&all).await, 2, "{}", store.engine);
        assert_eq!(many(&removal(Removable::SupersededRevisions, "other", "")).await, 0);
        assert_eq!(many(&removal(Removable::SupersededRevisions, "table", "no-licence")).await, 0);
        assert_eq!(many(&removal(Removable::QuarantinedOriginals, "", "")).await, 0);
        assert_eq!(many(&removal(Removable::SealedIdentities, "", "")).await, 0);
        let mut tx = store.db.begin().await.unwrap();
        text::insert(&mut tx, &[]).await.unwrap();
        for other in [Removable::QuarantinedOriginals, Removable::SealedIdentities] {
            assert_eq!(retention::remove(&mut tx, &removal(other, "", "")).await.unwrap(), 0);
        }
        assert_eq!(retention::remove(&mut tx, &all).await.unwrap(), 2);
        assert_eq!(retention::remove(&mut tx, &all).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let left: i64 =
            on_db!(store.db, |p| sqlx::query_scalar("select count(*) from observation").fetch_one(p).await)
                .unwrap();
        assert_eq!(left, 4, "{}", store.engine);
        let ids: i64 = on_db!(store.db, |p| sqlx::query_scalar(
            "select (select count(*) from observation_id) + (select count(*) from observation_new_id)"
        )
        .fetch_one(p)
        .await)
        .unwrap();
        assert_eq!(ids, 4, "{}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_go_with_all_their_versions_but_never_one_that_was_confirmed() {
    for store in databases::<Intake>().await {
        let take = async |items: Vec<Item>| {
            let mut tx = store.db.begin().await.unwrap();
            leads::take(&mut tx, items, &ImportId::derived(&["1"])).await.unwrap();
            tx.commit().await.unwrap();
            store.clock.advance(std::time::Duration::from_mins(1));
        };
        let of = |id: &str, title: &str| crate::leads::item(id, title, "2026-11-20");
        take(vec![of("no", "Drill"), of("open", "Flood"), of("yes", "Quake"), of("back", "Blast")]).await;
        take(vec![of("no", "Drills"), of("open", "Floods"), of("yes", "Quakes"), of("back", "Blasts")]).await;
        let decide = async |id: &str, counts: bool| {
            let mut tx = store.db.begin().await.unwrap();
            let before = leads::get_in(&mut tx, &of(id, "").id()).await.unwrap().unwrap();
            let by = ("a", tx.now(), "why");
            let now = if counts {
                lead::confirmed(before.clone(), ObservationId::derived(&[id]), by)
            } else {
                lead::dismissed(before.clone(), by)
            };
            assert!(leads::decide(&mut tx, &before, &now).await.unwrap());
            tx.commit().await.unwrap();
        };
        decide("no", false).await;
        decide("yes", true).await;
        decide("back", true).await;
        decide("back", false).await;
        store.clock.advance(std::time::Duration::from_mins(1));
        take(vec![of("young", "Fire")]).await;
        store.clock.advance(std::time::Duration::from_hours(24));
        let before = store.clock.now();
        take(vec![of("late", "Storm")]).await;
        let removal = |what, source: &str| Removal {
            what,
            source: source.into(),
            licence: String::new(),
            after_days: 30,
            why: "test".into(),
            before,
            many: 0,
            oldest: None,
            newest: None,
        };
        let many = async |removal: Removal| retention::counted(&store.db, removal).await.unwrap().many;
        assert_eq!(many(removal(Removable::DismissedLeads, "")).await, 3, "{}", store.engine);
        assert_eq!(many(removal(Removable::UndecidedLeads, "")).await, 3, "open in two versions, and young");
        assert_eq!(many(removal(Removable::UndecidedLeads, "other")).await, 0);
        assert_eq!(many(removal(Removable::SupersededLeadVersions, "wire")).await, 2 + 1 + 2 + 3);
        let (mut listed, mut cursor) = (Vec::new(), None);
        loop {
            let page = contracts::PageRequest { cursor: cursor.take(), limit: Some(3) };
            let mut rows = retention::list(&store.db, &removal(Removable::SupersededLeadVersions, ""), &page)
                .await
                .unwrap();
            let more = rows.len() > 3;
            rows.truncate(3);
            cursor = rows.last().map(retention::cursor_of);
            listed.extend(rows);
            if !more {
                break;
            }
        }
        assert!(listed.is_sorted_by_key(|one| one.ended_at), "what ended first before all others");
        let mut all: Vec<(String, Option<u64>)> =
            listed.into_iter().map(|one| (one.id, one.number)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 8, "each once, page by page");
        let remove = async |what| {
            let mut tx = store.db.begin().await.unwrap();
            let gone = retention::remove(&mut tx, &removal(what, "")).await.unwrap();
            assert_eq!(retention::remove(&mut tx, &removal(what, "")).await.unwrap(), 0);
            tx.commit().await.unwrap();
            gone
        };
        assert_eq!(remove(Removable::DismissedLeads).await, 3);
        assert_eq!(remove(Removable::UndecidedLeads).await, 3);
        assert_eq!(remove(Removable::SupersededLeadVersions).await, 2 + 3, "of what was confirmed once");
        let left = leads::list(&store.db, &ListLeads::default()).await.unwrap();
        let mut left: Vec<&str> = left.iter().map(|lead| lead.external_id.as_str()).collect();
        left.sort_unstable();
        assert_eq!(left, ["back", "late", "yes"], "{}", store.engine);
        let yes = GetLead { id: of("yes", "").id(), version: None, known_on: None };
        let standing = leads::get(&store.db, &yes).await.unwrap().unwrap();
        assert_eq!((standing.version, standing.state), (3, LeadState::Confirmed));
    }
}

#[test]
fn rules_in_json_are_refused_with_how_they_are_written() {
    let read = |rules: &str| {
        let layers = Layers::of(Intake::NAME, Intake::DEFAULTS, None);
        let text = format!("[intake]\nretention = {rules}");
        layers.with(&text).extract::<Config>().map(|config| config.intake.retention)
    };
    let plain = read("[{ what = \"sealed_identities\", after_days = 90, why = \"policy 7\" }]").unwrap();
    assert_eq!((plain.len(), plain[0].after_days), (1, 90));
    let json = r#"'[{"what": "sealed_identities", "after_days": 90, "why": "policy 7"}]'"#;
    let why = read(json).unwrap_err().to_string();
    assert!(why.contains("as TOML and not as JSON") && why.contains("after_days=365"), "{why}");
    let wrong = read("[{ what = \"all\", after_days = 90, why = \"x\" }]").unwrap_err().to_string();
    assert!(wrong.contains("all"), "{wrong}");
}

/// What a rule had removed was told as sealed.
#[tokio::test(flavor = "multi_thread")]
async fn who_a_source_is_is_told_as_removed_once_nothing_of_it_is_sealed() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        for id in ["1", "2"] {
            let sent = crate::report(id, "src_a", "m");
            let received = intake::domain::report::receive(&sent.form, sent.received_at);
            let cause =
                intake::store::Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
            let state = if id == "1" { ReportState::Rejected } else { ReportState::Triage };
            let filed = reports::Filed {
                received: &received,
                state,
                history: vec![],
                reliability: None,
                cause: &cause,
            };
            assert!(reports::file(&mut tx, &sent, &filed).await.unwrap());
            reports::seal(&mut tx, &sent.report, "sealed").await.unwrap();
        }
        tx.commit().await.unwrap();
        let told = async |by| reporters::identity_removed_at(&store.db, "src_a", by).await.unwrap();
        store.clock.advance(std::time::Duration::from_hours(24 * 40));
        let removal = Removal {
            what: Removable::SealedIdentities,
            source: String::new(),
            licence: String::new(),
            after_days: 30,
            why: "test".into(),
            before: store.clock.now(),
            many: 0,
            oldest: None,
            newest: None,
        };
        assert_eq!(retention::counted(&store.db, removal.clone()).await.unwrap().many, 1, "{}", store.engine);
        let page = contracts::PageRequest::default();
        let going = retention::list(&store.db, &removal, &page).await.unwrap();
        assert_eq!(
            (going.len(), going[0].id.as_str()),
            (1, crate::report("1", "src_a", "m").report.as_str())
        );
        let removed_at = store.clock.now();
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(retention::remove(&mut tx, &removal).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(told(None).await, None, "of the other report it is sealed");
        let mut tx = store.db.begin().await.unwrap();
        let mut row =
            reports::get_in(&mut tx, &crate::report("2", "src_a", "m").report).await.unwrap().unwrap();
        let from = row.version;
        (row.state, row.version) = (ReportState::Rejected, from + 1);
        assert!(reports::store_move(&mut tx, &row, from).await.unwrap());
        assert_eq!(retention::remove(&mut tx, &removal).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(told(None).await.unwrap() >= removed_at);
        assert_eq!(
            told(Some(removed_at.minus(chrono::TimeDelta::hours(1)))).await,
            None,
            "then it was sealed"
        );
    }
}
