//! What sources send by themselves, as they, their retries and attackers send it.

use axum::http::StatusCode;
use contracts::{
    Role,
    intake::sources::{Connector, Source},
};
use gateway::{Gateway, store::hooks};
use kit::{
    on_db,
    webhook::{Secret, Signers, SigningKey, headers},
};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use testkit::Rig;

use crate::door::{Answer, Door, keys, report};

const SAID: &str = "mirab.gateway.report.received.v1";

/// A source that sends by itself, as intake says it is.
fn source(changes: Value) -> Source {
    let mut source = json!({ "key": "network-kg", "connector": Connector::Webhook,
        "form": { "title": "Network KG", "every_s": 0, "grade": { "reliability": "C", "credibility": 3 },
            "handling": { "tlp": "AMBER", "audience": ["*"] } },
        "address": "", "format": null, "terms": null, "enabled": true, "brought": 0, "last_run": null, "by": "o", "version": 1,
        "health": { "state": "waiting", "last_tried": null, "last_good": null, "failures": 0, "next_at": null, "silent_since": null },
        "changed_at": "2026-11-23T00:00:00Z" });
    source.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    serde_json::from_value(source).unwrap()
}

async fn with_source(changes: Value, secret: &str) -> Door {
    let door = Door::new().await;
    let mut tx = door.db.begin().await.unwrap();
    hooks::keep(&mut tx, &source(changes)).await.unwrap();
    let until = tx.now();
    hooks::replace_keys(&mut tx, ("network-kg", secret, "o"), until).await.unwrap();
    tx.commit().await.unwrap();
    door
}

fn secret(seed: u64) -> Secret {
    Secret::generate(&mut StdRng::seed_from_u64(seed))
}

/// Sends a body signed by these keys, as of so many seconds from now.
async fn send(door: &Door, signers: Signers<'_>, (id, late_s): (&str, i64), body: &Value) -> Answer {
    let body = body.to_string();
    let at = door.clock.now().as_datetime().timestamp() + late_s;
    let signed = headers(signers, id, at, body.as_bytes()).unwrap().into_pairs();
    let signed: Vec<(&str, &str)> =
        signed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    door.send("POST", "/v1/hooks/network-kg", &signed, body).await
}

async fn said(door: &Door) -> Vec<Value> {
    let rows: Vec<String> =
        on_db!(door.db, |p| sqlx::query_scalar("select body from outbox where subject = $1")
            .bind(SAID)
            .fetch_all(p)
            .await)
        .unwrap();
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

#[tokio::test]
async fn a_signed_report_is_on_disk_before_it_is_answered_and_the_same_id_is_taken_once() {
    let key = secret(1);
    let door = with_source(json!({}), &key.reveal()).await;
    let signers = Signers { secrets: std::slice::from_ref(&key), keys: &[] };
    let mut form = report();
    form.as_object_mut().unwrap().retain(|name, _| name != "grade" && name != "handling");
    let first = send(&door, signers, ("msg_1", 0), &form).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&first.body));
    let again = send(&door, signers, ("msg_1", 20), &form).await;
    assert_eq!((again.status, again.body), (first.status, first.body.clone()));
    let all = said(&door).await;
    assert_eq!(all.len(), 1);
    assert_eq!((&all[0]["via"], &all[0]["by"]), (&json!("network-kg"), &json!("hook/network-kg")));
    assert_eq!(
        (&all[0]["form"]["grade"]["reliability"], &all[0]["form"]["handling"]["tlp"]),
        (&json!("C"), &json!("AMBER"))
    );
    assert!(
        all[0].get("sealed_source").is_some_and(Value::is_string) && !all[0].to_string().contains("Canary")
    );
    let mut other = form.clone();
    other["title"] = "another".into();
    send(&door, signers, ("msg_1", 0), &other).await.problem(422);
    let audit = door.get(&door.admin, "/v1/audit?limit=5").await.json().to_string();
    assert!(audit.contains("receiveHook") && audit.contains("hook/network-kg"), "{audit}");
}

#[tokio::test]
async fn several_reports_come_together_or_not_at_all_and_never_wider_than_was_set() {
    let key = secret(1);
    let door = with_source(json!({}), &key.reveal()).await;
    let signers = Signers { secrets: std::slice::from_ref(&key), keys: &[] };
    let mut wide = report();
    wide["handling"] = json!({ "tlp": "CLEAR", "audience": ["*"] });
    let mut wrong = report();
    wrong["text"] = "".into();
    let refused = send(&door, signers, ("msg_1", 0), &json!([wide, wrong])).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "/1/text");
    assert!(said(&door).await.is_empty());
    let envelope =
        json!({ "type": "report.made", "timestamp": "2026-11-23T00:00:00Z", "data": [wide, report()] });
    let taken = send(&door, signers, ("msg_2", 0), &envelope).await;
    assert_eq!(taken.json()["reports"].as_array().unwrap().len(), 2);
    assert!(said(&door).await.iter().all(|event| event["form"]["handling"]["tlp"] == "AMBER"));
    send(&door, signers, ("msg_3", 0), &json!([])).await.problem(422);
    // what is too long for a fact waits for the desk, and holds up nothing that came with it
    let mut long = report();
    long["text"] = "x".repeat(20_001).into();
    let taken = send(&door, signers, ("msg_4", 0), &json!([long, report()])).await;
    assert_eq!(taken.json()["reports"].as_array().unwrap().len(), 2);
    long["text"] = "x".repeat(50_001).into();
    let refused = send(&door, signers, ("msg_5", 0), &json!([report(), long])).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "/1/text");
}

/// The id of what a source sends is of one body: another one under it became an import of its own.
#[tokio::test(flavor = "multi_thread")]
async fn another_file_under_an_id_that_was_used_is_refused() {
    let rig = Rig::of::<Gateway>().await;
    let running = rig.start::<Gateway>(&keys(rig.folder())).await;
    let key = secret(1);
    let mut tx = running.context().db.begin().await.unwrap();
    hooks::keep(&mut tx, &source(json!({ "format": "csv" }))).await.unwrap();
    let until = tx.now();
    hooks::replace_keys(&mut tx, ("network-kg", &key.reveal(), "o"), until).await.unwrap();
    tx.commit().await.unwrap();
    let signers = Signers { secrets: std::slice::from_ref(&key), keys: &[] };
    let sent = async |body: &str| {
        let at = rig.clock.now().as_datetime().timestamp();
        let signed = headers(signers, "msg_1", at, body.as_bytes()).unwrap().into_pairs();
        let line = |(name, value): &(String, String)| format!("{name}: {value}\r\n");
        let lines = signed.iter().map(line).collect::<Vec<_>>().concat();
        let answer =
            testkit::browser::ask(running.address(), "POST /v1/hooks/network-kg", &lines, body).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned())
    };
    let first = sent("week 46").await;
    assert_eq!(first.0, "202", "{}", first.1);
    assert_eq!(sent("week 46").await, first, "the same id is answered alike");
    let (status, why) = sent("week 47").await;
    assert_eq!(status, "422", "{why}");
    assert!(why.contains("this webhook-id was used for another request"), "{why}");
    assert!(why.contains("\"pointer\":\"webhook-id\"") && !why.contains("Idempotency-Key"), "{why}");
    assert!(running.stop().await);
}

#[tokio::test]
async fn what_is_not_signed_late_or_changed_on_the_way_is_not_believed() {
    let (key, other) = (secret(1), secret(2));
    let door = with_source(json!({}), &key.reveal()).await;
    let signers = Signers { secrets: std::slice::from_ref(&key), keys: &[] };
    let body = report();
    door.send("POST", "/v1/hooks/network-kg", &[], body.to_string()).await.problem(401);
    send(&door, Signers { secrets: &[other], keys: &[] }, ("msg_1", 0), &body).await.problem(401);
    for late_s in [-301, 301] {
        let refused = send(&door, signers, ("msg_1", late_s), &body).await.problem(401);
        assert!(refused["detail"].as_str().unwrap().contains("too far from now"), "{refused}");
    }
    let signed =
        headers(signers, "msg_1", door.clock.now().as_datetime().timestamp(), b"{}").unwrap().into_pairs();
    let signed: Vec<(&str, &str)> =
        signed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    door.send("POST", "/v1/hooks/network-kg", &signed, body.to_string()).await.problem(401);
    let absent = door.send("POST", "/v1/hooks/nobody", &signed, "{}").await.problem(401);
    assert!(absent["detail"].as_str().unwrap().contains("no webhook signature matches"), "{absent}");
    assert!(said(&door).await.is_empty());
    assert_eq!(send(&door, signers, ("msg_1", 299), &body).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_replaced_secret_counts_until_its_end_and_a_public_key_does_as_well() {
    let (old, new) = (secret(1), secret(2));
    let own = SigningKey::generate(&mut StdRng::seed_from_u64(3));
    let door = with_source(json!({}), &old.reveal()).await;
    let by = |key: &Secret| vec![key.clone()];
    let mut tx = door.db.begin().await.unwrap();
    let until = tx.now().plus(chrono::Duration::hours(1));
    hooks::replace_keys(&mut tx, ("network-kg", &new.reveal(), "o"), until).await.unwrap();
    tx.commit().await.unwrap();
    for (n, key) in [&old, &new].into_iter().enumerate() {
        let signers = Signers { secrets: &by(key), keys: &[] };
        let taken = send(&door, signers, (&format!("msg_{n}"), 0), &report()).await;
        assert_eq!(taken.status, StatusCode::ACCEPTED);
    }
    door.clock.advance(std::time::Duration::from_hours(1));
    send(&door, Signers { secrets: &by(&old), keys: &[] }, ("msg_3", 0), &report()).await.problem(401);
    let mut tx = door.db.begin().await.unwrap();
    let until = tx.now();
    hooks::replace_keys(&mut tx, ("network-kg", &own.public().to_string(), "o"), until).await.unwrap();
    tx.commit().await.unwrap();
    let signers = Signers { secrets: &[], keys: std::slice::from_ref(&own) };
    assert_eq!(send(&door, signers, ("msg_4", 0), &report()).await.status, StatusCode::ACCEPTED);
    send(&door, Signers { secrets: &by(&new), keys: &[] }, ("msg_5", 0), &report()).await.problem(401);
}

#[tokio::test]
async fn a_source_that_is_switched_off_is_asked_to_send_again_later() {
    let key = secret(1);
    let door = with_source(json!({ "enabled": false }), &key.reveal()).await;
    let signers = Signers { secrets: std::slice::from_ref(&key), keys: &[] };
    let refused = send(&door, signers, ("msg_1", 0), &report()).await.problem(503);
    assert!(refused["detail"].as_str().unwrap().contains("switched off"), "{refused}");
    let mut tx = door.db.begin().await.unwrap();
    hooks::keep(&mut tx, &source(json!({ "version": 2 }))).await.unwrap();
    hooks::keep(&mut tx, &source(json!({ "enabled": false }))).await.unwrap();
    tx.commit().await.unwrap();
    let taken = send(&door, signers, ("msg_1", 0), &report()).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "what is older than what is known changes nothing");
}

#[tokio::test]
async fn secrets_are_made_by_those_who_may() {
    let door = Door::new().await;
    let analyst = door.token(Role::Analyst).await;
    door.post(&analyst, "/v1/sources/network-kg/secret", "k", &json!({})).await.problem(403);
    let wrong = door
        .post(&door.admin, "/v1/sources/network-kg/secret", "k", &json!({ "public_key": "whpk_x" }))
        .await;
    assert_eq!(wrong.problem(422)["errors"][0]["pointer"], "/public_key");
    // intake is asked whether there is such a source, and nobody answers here
    door.post(&door.admin, "/v1/sources/network-kg/secret", "k", &json!({})).await.problem(503);
}
