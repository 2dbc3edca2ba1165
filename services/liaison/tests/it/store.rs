//! The store suite, on each engine.

use contracts::liaison::ConsentAction;
use domain::ConsentId;
use kit::{After, Db};
use liaison::{
    Liaison,
    domain::ledger,
    store::consent::{self, Filter, Kept},
};
use testkit::databases;

use crate::{happens, request};

async fn requested(db: &Db, name: &str, grantor: &str) -> Kept {
    let mut tx = db.begin().await.unwrap();
    let mut asked = request();
    asked.grantor = grantor.parse().unwrap();
    let record = ledger::request(ConsentId::derived(&[name]), asked, "officer", tx.now()).unwrap();
    let kept = Kept { record, traceparent: Some("00-a-b-01".into()), last_key: None };
    assert!(consent::insert(&mut tx, &kept).await.unwrap());
    consent::add_step(&mut tx, &kept.record, "u1").await.unwrap();
    tx.commit().await.unwrap();
    kept
}

#[tokio::test]
async fn a_consent_reads_back_with_its_history_and_is_kept_once() {
    for store in databases::<Liaison>().await {
        let kept = requested(&store.db, "a", "KGZ").await;
        let mut tx = store.db.begin().await.unwrap();
        assert!(!consent::insert(&mut tx, &kept).await.unwrap(), "{}", store.engine);
        let id = &kept.record.consent.id;
        assert_eq!(consent::find(&mut tx, id).await.unwrap(), Some(kept.clone()), "{}", store.engine);
        drop(tx);
        assert_eq!(consent::get(&store.db, id).await.unwrap(), Some(kept.record));
        assert_eq!(consent::get(&store.db, &ConsentId::derived(&["none"])).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_change_of_an_old_version_changes_nothing() {
    for store in databases::<Liaison>().await {
        let kept = requested(&store.db, "a", "KGZ").await;
        let mut tx = store.db.begin().await.unwrap();
        let step = happens(&kept.record.consent.id, ConsentAction::Grant);
        let record = ledger::advance(kept.record, &step, "officer", tx.now()).unwrap();
        let granted = Kept { record, last_key: Some("k".into()), ..kept };
        assert!(consent::save(&mut tx, &granted).await.unwrap(), "{}", store.engine);
        assert!(!consent::save(&mut tx, &granted).await.unwrap(), "{}", store.engine);
        consent::add_step(&mut tx, &granted.record, "u2").await.unwrap();
        tx.commit().await.unwrap();
        let read = consent::get(&store.db, &granted.record.consent.id).await.unwrap();
        assert_eq!(read, Some(granted.record));
    }
}

#[tokio::test]
async fn pages_follow_one_another_newest_first_and_filters_hold() {
    for store in databases::<Liaison>().await {
        for (name, grantor) in [("1", "KGZ"), ("2", "UZB"), ("3", "KGZ"), ("4", "KGZ")] {
            requested(&store.db, name, grantor).await;
            if name != "2" {
                store.clock.advance(std::time::Duration::from_secs(1));
            }
        }
        let (mut filter, mut seen) = (Filter::default(), Vec::new());
        loop {
            let found = consent::list(&store.db, &filter, 1).await.unwrap();
            let Some(last) = found.last() else { break };
            let cursor = After::cursor(last.history[0].at, &last.consent.id);
            filter.after = After::read(Some(&cursor)).unwrap();
            seen.extend(found);
        }
        assert_eq!(seen.len(), 4, "{}", store.engine);
        assert!(seen.is_sorted_by(|a, b| a.history[0].at >= b.history[0].at));
        let of = Filter { grantor: Some("UZB".parse().unwrap()), ..Filter::default() };
        assert_eq!(consent::list(&store.db, &of, 9).await.unwrap().len(), 1, "{}", store.engine);
        let for_none = Filter { beneficiary: Some("csto".into()), ..Filter::default() };
        assert_eq!(consent::list(&store.db, &for_none, 9).await.unwrap(), []);
    }
}

#[tokio::test]
async fn consents_of_the_exercise_are_listed_apart_and_stay_what_they_are() {
    for store in databases::<Liaison>().await {
        let real = requested(&store.db, "real", "KGZ").await;
        let mut asked = request();
        asked.exercise = true;
        let mut tx = store.db.begin().await.unwrap();
        let record = ledger::request(ConsentId::derived(&["drill"]), asked, "officer", tx.now()).unwrap();
        let drill = Kept { record, traceparent: None, last_key: None };
        assert!(consent::insert(&mut tx, &drill).await.unwrap());
        consent::add_step(&mut tx, &drill.record, "u1").await.unwrap();
        tx.commit().await.unwrap();
        let of = |exercise| Filter { exercise, ..Filter::default() };
        assert_eq!(consent::list(&store.db, &of(false), 9).await.unwrap(), [real.record], "{}", store.engine);
        let listed = consent::list(&store.db, &of(true), 9).await.unwrap();
        assert_eq!(listed, std::slice::from_ref(&drill.record));
        let step = happens(&drill.record.consent.id, ConsentAction::Grant);
        let granted = ledger::advance(drill.record, &step, "officer", store.clock.now()).unwrap();
        assert!(granted.consent.exercise, "{}", store.engine);
    }
}
