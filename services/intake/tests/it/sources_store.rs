//! Every statement about sources, on both databases.

use contracts::intake::sources::{Connector, SourceForm};
use domain::ImportId;
use intake::{
    Intake,
    domain::{
        draft::{Arrival, Draft},
        merge::Tally,
    },
    store::{
        Cause,
        recording::{self, Bringer},
        runs,
        sources::{self, Claim, Settled},
    },
};
use serde_json::json;
use testkit::{Database, databases};

fn form() -> SourceForm {
    serde_json::from_value(json!({ "title": "The wire", "address": "https://example.org/rows.csv", "format": "csv", "every_s": 3600 }))
        .unwrap()
}

/// A source that is switched on and due.
async fn due(store: &Database, key: &str) {
    let mut tx = store.db.begin().await.unwrap();
    assert!(sources::add(&mut tx, (key, Connector::File), &form(), "o").await.unwrap());
    assert!(!sources::add(&mut tx, (key, Connector::File), &form(), "o").await.unwrap());
    let mut row = sources::get_in(&mut tx, key).await.unwrap().unwrap();
    (row.enabled, row.next_at, row.version) = (true, Some(tx.now()), 2);
    assert!(sources::change(&mut tx, &row, (1, "h")).await.unwrap());
    assert!(!sources::change(&mut tx, &row, (1, "h")).await.unwrap(), "it was changed since");
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_works_on_a_source_and_the_cursor_moves_with_what_was_taken() {
    for store in databases::<Intake>().await {
        due(&store, "wire").await;
        let mut tx = store.db.begin().await.unwrap();
        let until = tx.now().plus(chrono::Duration::minutes(10));
        let row = sources::claim(&mut tx, "one", until).await.unwrap().unwrap();
        assert!(sources::claim(&mut tx, "two", until).await.unwrap().is_none(), "{}", store.engine);
        let claim = Claim { key: "wire", claim: "one", version: row.version };
        assert!(sources::hold(&mut tx, claim, (until, Some("pull-1"))).await.unwrap());
        let import = ImportId::derived(&["1"]);
        assert!(sources::advance(&mut tx, claim, (&json!({ "page": 2 }), Some(&import))).await.unwrap());
        for lost in [Claim { claim: "two", ..claim }, Claim { version: 1, ..claim }] {
            assert!(!sources::hold(&mut tx, lost, (until, None)).await.unwrap());
            assert!(!sources::advance(&mut tx, lost, (&json!({}), None)).await.unwrap());
        }
        tx.commit().await.unwrap();
        let row = sources::get(&store.db, "wire").await.unwrap().unwrap();
        assert_eq!((row.cursor.0, row.brought, row.last_import), (json!({ "page": 2 }), 1, Some(import)));
        assert_eq!((row.pending_object, row.changed_by.as_str()), (None, "h"));

        store.clock.advance(std::time::Duration::from_mins(11));
        let mut tx = store.db.begin().await.unwrap();
        let until = tx.now().plus(chrono::Duration::minutes(10));
        assert!(sources::claim(&mut tx, "two", until).await.unwrap().is_some(), "whoever claimed it died");
        let claim = Claim { claim: "two", ..claim };
        let settled = Settled { good: Some(tx.now()), failures: 0, error: String::new(), next_at: None };
        assert!(sources::settle(&mut tx, claim, &settled).await.unwrap());
        assert!(!sources::settle(&mut tx, claim, &settled).await.unwrap());
        assert!(sources::claim(&mut tx, "three", until).await.unwrap().is_none(), "it is not due");
        sources::due_now(&mut tx, "wire").await.unwrap();
        assert!(sources::claim(&mut tx, "three", until).await.unwrap().is_some());
        sources::drop_claim(&mut tx, "wire", "three").await.unwrap();
        assert!(sources::claim(&mut tx, "four", until).await.unwrap().is_some());
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_noted_once_and_ends_with_what_is_sent() {
    for store in databases::<Intake>().await {
        due(&store, "wire").await;
        let mut tx = store.db.begin().await.unwrap();
        assert!(sources::fell_silent(&mut tx, "wire").await.unwrap());
        assert!(!sources::fell_silent(&mut tx, "wire").await.unwrap());
        let now = tx.now();
        let (row, news) = sources::sent(&mut tx, ("wire", now), None).await.unwrap().unwrap();
        assert!(news && row.silent_since.is_none() && row.last_good == Some(now) && row.brought == 1);
        let (_, news) = sources::sent(&mut tx, ("wire", now), None).await.unwrap().unwrap();
        assert!(!news);
        assert!(sources::sent(&mut tx, ("nobody", now), None).await.unwrap().is_none());
        sources::forgot(&mut tx, "wire", "pull-1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sources::all(&store.db).await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_its_source_and_its_handling_and_what_was_edited_earlier_revises_nothing() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let mut file = crate::received("rows.csv", contracts::gateway::Format::Csv, b"x");
        file.via = Some("wire".into());
        let handling = domain::Handling::new(domain::Tlp::Amber, domain::UnClass::Unclassified);
        let cause = Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
        runs::receive(&mut tx, &file, ("cite", Some(&handling), &cause)).await.unwrap();
        let run = runs::get_in(&mut tx, &file.import).await.unwrap().unwrap();
        assert_eq!((run.source_key.as_deref(), run.besides()), (Some("wire"), Some(handling)));
        let mut tally = Vec::new();
        for (part, edited_at, title) in [("1", 200, "newer"), ("2", 100, "older"), ("3", 300, "newest")] {
            let draft = Draft { edited_at: Some(edited_at), ..crate::draft("1", "2026-11-01", title) };
            let arrival = Arrival::at(tx.now());
            let bringer = Bringer { origin: "test", part, arrival };
            tally.push(recording::record(&mut tx, vec![draft], &bringer).await.unwrap());
        }
        let one = Tally::default();
        let expected =
            [Tally { accepted: 1, ..one }, Tally { unchanged: 1, ..one }, Tally { updated: 1, ..one }];
        assert_eq!(tally, expected, "{}", store.engine);
        tx.commit().await.unwrap();
        assert!(sources::is_read(&store.db, "wire").await.unwrap());
        assert!(!sources::is_read(&store.db, "other").await.unwrap());
    }
}
