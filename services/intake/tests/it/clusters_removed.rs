//! What clusters told of a revision goes with it when a rule of retention removes that.

use contracts::intake::{
    clusters::ClusterState,
    retention::{Removable, Removal},
};
use intake::{
    Intake,
    domain::{cluster::reconcile::Cause, draft::Draft},
    store::{
        cluster::{removed, versions},
        retention,
    },
};
use kit::{Db, on_tx};
use testkit::databases;

use crate::clusters::{draft, record, settle_all};

/// Removes every superseded revision of before now; gives how many.
async fn remove(db: &Db) -> u64 {
    let removal = Removal {
        what: Removable::SupersededRevisions,
        source: String::new(),
        licence: String::new(),
        after_days: 30,
        why: "test".into(),
        before: db.clock().now(),
        many: 0,
        oldest: None,
        newest: None,
    };
    let mut tx = db.begin().await.unwrap();
    let gone = retention::remove(&mut tx, &removal).await.unwrap();
    tx.commit().await.unwrap();
    gone
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retention_removed_of_a_member_is_told_by_no_past_version_either() {
    for store in databases::<Intake>().await {
        let all = [draft("a", "1"), draft("b", "1")];
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, all.to_vec(), "1").await;
        let cause = Cause::known(tx.now());
        let id = settle_all(&mut tx, &all, &cause).await.remove(0).id;
        tx.commit().await.unwrap();
        let then = store.clock.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        let revised = Draft { title: "Exchange of fire at a post".into(), ..draft("a", "1") };
        record(&mut tx, vec![revised], "2").await;
        let cause = Cause::known(tx.now());
        let moved = settle_all(&mut tx, &all, &cause).await;
        assert_eq!((moved.len(), moved[0].version), (1, 2), "{}", store.engine);
        tx.commit().await.unwrap();
        assert!(versions::get(&store.db, &id, Some(then)).await.unwrap().is_some());
        store.clock.advance(std::time::Duration::from_mins(1));
        assert_eq!(remove(&store.db).await, 1, "{}", store.engine);
        assert_eq!(versions::get(&store.db, &id, Some(then)).await.unwrap(), None, "{}", store.engine);
        assert!(versions::is_removed(&store.db, &id, then).await.unwrap());
        let stands = versions::get(&store.db, &id, None).await.unwrap().unwrap();
        assert_eq!((stands.version, stands.members.len()), (2, 2), "how it stands is kept");
        let other = domain::ClusterId::derived(&["none"]);
        assert!(!versions::is_removed(&store.db, &other, then).await.unwrap());
    }
}

/// How it stands, which is as it ended, told place and words of what was removed, for good.
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_over_keeps_nothing_of_a_member_that_retention_removed_and_can_begin_again() {
    for store in databases::<Intake>().await {
        let all = [draft("a", "1"), draft("b", "1")];
        let elsewhere =
            Draft { occurred_from: day("2026-06-01"), occurred_to: day("2026-06-01"), ..draft("a", "1") };
        let mut states = Vec::new();
        for (part, one) in [("1", all[0].clone()), ("2", elsewhere), ("3", all[0].clone())] {
            if part == "3" {
                assert_eq!(remove(&store.db).await, 1, "{}", store.engine);
                let over = versions::get(&store.db, &states[0], None).await.unwrap().unwrap();
                assert_eq!((over.state, over.version), (ClusterState::Dissolved, 2), "{}", store.engine);
                let told = (over.members.len(), over.deaths, over.place.point, over.history.len());
                assert_eq!(told, (0, None, None, 2), "that it was, and not what");
                assert!(!serde_json::to_string(&over).unwrap().contains("Exchange of fire"), "{over:?}");
            }
            let mut tx = store.db.begin().await.unwrap();
            record(&mut tx, vec![one, all[1].clone()], part).await;
            let cause = Cause::known(tx.now());
            states.extend(settle_all(&mut tx, &all, &cause).await.into_iter().map(|cluster| cluster.id));
            tx.commit().await.unwrap();
            store.clock.advance(std::time::Duration::from_mins(1));
        }
        assert_eq!(states.len(), 3, "{}", store.engine);
        let again = versions::get(&store.db, &states[0], None).await.unwrap().unwrap();
        assert_eq!((again.version, again.members.len()), (3, 2), "it goes on under its id");
    }
}

/// What was removed before clusters went with it was met by no later removal.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_before_is_looked_for_once_in_all_clusters() {
    for store in databases::<Intake>().await {
        let mut ids = Vec::new();
        for n in ["1", "2"] {
            let all = [draft("a", n), draft("b", n)];
            for title in ["Exchange of fire", "Exchange of fire at a post"] {
                let mut tx = store.db.begin().await.unwrap();
                record(
                    &mut tx,
                    vec![Draft { title: title.into(), ..draft("a", n) }, draft("b", n)],
                    &format!("{n} {title}"),
                )
                .await;
                let cause = Cause::known(tx.now());
                ids.extend(settle_all(&mut tx, &all, &cause).await.into_iter().map(|cluster| cluster.id));
                tx.commit().await.unwrap();
                store.clock.advance(std::time::Duration::from_mins(1));
            }
        }
        let mut tx = store.db.begin().await.unwrap();
        assert!(!removed::sweep(&mut tx).await.unwrap(), "nothing was ever removed");
        for statement in [
            "delete from observation where known_to is not null and external_id = '1'",
            "insert into cluster_sweep (one, cluster_id, version) values (1, '', 0)",
        ] {
            on_tx!(tx, |c| sqlx::query(statement).execute(c).await.map(|_| ())).unwrap();
        }
        for more in [true, true, false] {
            assert_eq!(removed::sweep(&mut tx).await.unwrap(), more, "{}", store.engine);
        }
        let left: Vec<(String, i64)> =
            on_tx!(tx, |c| sqlx::query_as("select cluster_id, version from cluster").fetch_all(c).await)
                .unwrap();
        tx.commit().await.unwrap();
        let of = |at: usize| {
            let mut of: Vec<i64> =
                left.iter().filter(|row| row.0 == ids[at].as_str()).map(|row| row.1).collect();
            of.sort_unstable();
            of
        };
        assert_eq!((of(0), of(2)), (vec![2], vec![1, 2]), "{}", store.engine);
    }
}

fn day(text: &str) -> domain::Day {
    text.parse().unwrap()
}
