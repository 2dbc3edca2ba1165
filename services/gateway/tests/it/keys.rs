//! Requests that are repeated under a key.

use axum::http::StatusCode;
use contracts::Role;
use gateway::store::idempotency;
use serde_json::json;

use crate::{
    door::{Door, report},
    requests::count,
};

const REPORT: &str = "mirab.gateway.report.received.v1";

#[tokio::test]
async fn the_same_report_under_the_same_key_is_taken_once_and_answered_alike() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let first = door.post(&monitor, "/v1/reports", "k1", &report()).await;
    let second = door.post(&monitor, "/v1/reports", "k1", &report()).await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!((first.status, first.body), (second.status, second.body));
    assert_eq!(count(&door, REPORT).await, 1);
    let mut other = report();
    other["title"] = "another".into();
    let refused = door.post(&monitor, "/v1/reports", "k1", &other).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "Idempotency-Key");
    assert_eq!(count(&door, REPORT).await, 1);
    let analyst = door.token(Role::Analyst).await;
    door.post(&analyst, "/v1/reports", "k1", &report()).await;
    assert_eq!(count(&door, REPORT).await, 2, "a key is its principal's own");
}

/// Whoever numbers requests anew each week sends other things under keys whose answers are forgotten by then.
#[tokio::test]
async fn a_key_used_again_once_its_answer_is_forgotten_is_of_what_is_sent_then() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let partner = door.token(Role::Partner).await;
    let path = "/v1/partner/alerts/wa_01JQ0000000000000000000000/ack";
    let said = |by: &str| json!({ "kind": "acting", "by": by });
    let titled = |title: &str| {
        let mut report = report();
        report["title"] = title.into();
        report
    };
    let mut sent = Vec::new();
    for (title, by) in [("week 46", "a"), ("week 47", "b"), ("week 46", "a")] {
        let receipt = door.post(&monitor, "/v1/reports", "1", &titled(title)).await;
        assert_eq!(receipt.status, StatusCode::ACCEPTED);
        let acknowledged = door.post(&partner, path, "1", &said(by)).await;
        sent.push((receipt.json()["report"].clone(), acknowledged.json()["acknowledgement"].clone()));
        let mut tx = door.db.begin().await.unwrap();
        let later = tx.now().plus(chrono::Duration::days(8));
        assert!(idempotency::forget(&mut tx, later).await.unwrap() > 0);
        tx.commit().await.unwrap();
    }
    assert!(sent[0].0 != sent[1].0 && sent[0].1 != sent[1].1, "{sent:?}");
    assert_eq!(sent[0], sent[2], "the same request is still the same");
    assert_eq!(count(&door, REPORT).await, 2);
    assert_eq!(count(&door, "mirab.gateway.acknowledgement.received.v1").await, 2);
}

#[tokio::test]
async fn many_equal_requests_at_once_make_one_report() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let body = report();
    let answers =
        futures::future::join_all((0..10).map(|_| door.post(&monitor, "/v1/reports", "same", &body))).await;
    assert!(answers.iter().all(|a| a.status == StatusCode::ACCEPTED && a.body == answers[0].body));
    assert_eq!(count(&door, REPORT).await, 1);
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let mut wrong = report();
    wrong["text"] = "".into();
    let refused = door.post(&monitor, "/v1/reports", "k", &wrong).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "/text");
    assert_eq!(door.post(&monitor, "/v1/reports", "k", &report()).await.status, StatusCode::ACCEPTED);
    // behind the door nobody answers: the key stays free too
    let note = json!({ "note": "x" });
    let path = "/v1/warnings/wa_01JQ0000000000000000000000/submit";
    let analyst = door.token(Role::Analyst).await;
    for _ in 0..2 {
        door.post(&analyst, path, "k2", &note).await.problem(503);
    }
    // though nobody answered it may have been done: each try stands in the audit
    let page = door.get(&door.admin, "/v1/audit?limit=2").await.json();
    for entry in page["items"].as_array().unwrap() {
        assert_eq!((&entry["action"], &entry["actor"]), (&json!("submitWarning"), &json!("a analyst")));
        assert!(entry["detail"].as_str().unwrap().contains("503"), "{entry}");
    }
}
