//! Nothing that the door keeps or says ties an account to what it reported.

use std::time::Duration;

use axum::http::StatusCode;
use contracts::{
    Failure, FailureKind, Principal, Role,
    intake::{BY_SENDER, OWN_ACCEPTED, Report, SENDER_ERASED},
};
use domain::ReportId;
use gateway::{
    Gateway,
    domain::source::Shield,
    http::Access,
    routes,
    store::{
        accounts, attachments,
        idempotency::{self, Request},
    },
};
use kit::{Db, Tx, on_db, on_tx};
use nkeys::XKey;
use serde_json::{Value, json};
use testkit::principal;

use crate::door::{Door, report};

/// A report of the sender's own.
fn own_report() -> Value {
    let mut own = report();
    own.as_object_mut().unwrap().remove("source");
    own
}

/// Sends a report; gives its id.
async fn sent(door: &Door, token: &str, key: &str, report: &Value) -> String {
    let taken = door.post(token, "/v1/reports", key, report).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&taken.body));
    door.clock.advance(Duration::from_mins(1));
    taken.json()["report"].as_str().unwrap().to_owned()
}

/// Under which pseudonym a report was sent.
async fn sender(door: &Door, report: &str) -> String {
    attachments::sent(&door.db, &report.parse().unwrap()).await.unwrap().unwrap().sent_by
}

async fn erase(door: &Door, pseudonym: &str, key: &str) {
    let note = json!({ "note": "asked by the reporter" });
    let erased = door.post(&door.admin, &format!("/v1/reporters/{pseudonym}/erase"), key, &note).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", String::from_utf8_lossy(&erased.body));
}

#[tokio::test]
async fn the_audit_tells_what_an_account_reported_under_the_pseudonym_alone_whether_it_named_a_source_or_not()
{
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    door.clock.advance(Duration::from_mins(1));
    let own = sent(&door, &monitor, "k1", &own_report()).await;
    let named = sent(&door, &monitor, "k2", &report()).await;
    for (key, id) in [("u1", &own), ("u2", &named)] {
        let wish = json!({ "sha256": "ab".repeat(32), "bytes": 10 });
        door.post(&monitor, &format!("/v1/reports/{id}/uploads"), key, &wish).await;
        door.clock.advance(Duration::from_mins(1));
    }
    let draft = "/v1/report-drafts/next";
    door.post(&monitor, draft, "d1", &json!({ "title": "Shots" })).await;
    door.post(&monitor, &format!("{draft}/discard"), "d2", &json!({})).await;

    let pseudonym = sender(&door, &own).await;
    assert_eq!(sender(&door, &named).await, pseudonym);
    let audit = door.get(&door.admin, "/v1/audit").await.json();
    let entries = audit["items"].as_array().unwrap();
    let of = |actor: &str| entries.iter().filter(|entry| entry["actor"] == actor).collect::<Vec<_>>();
    assert_eq!(
        of("a field_monitor"),
        Vec::<&Value>::new(),
        "one report with a named source would unveil the others"
    );
    let told: Vec<_> =
        of(&pseudonym).iter().rev().map(|e| (e["action"].clone(), e["object"].clone())).collect();
    let expected = [
        ("submitReport", own.as_str()),
        ("submitReport", &named),
        ("beginUpload", &own),
        ("beginUpload", &named),
        ("putReportDraft", ""),
        ("discardReportDraft", ""),
    ];
    assert_eq!(told, expected.map(|(action, object)| (json!(action), json!(object))));
    assert!(
        of(&pseudonym).iter().all(|entry| !entry["detail"].as_str().unwrap().contains("token")),
        "{audit}"
    );
}

#[test]
fn the_log_names_no_token_wherever_an_account_is_led_to_what_it_reported() {
    let reporters = routes::all().find(|route| route.name == "submitReport").unwrap().access;
    assert!(matches!(reporters, Access::Roles(_)));
    let open: Vec<&str> = routes::all()
        .filter(|route| route.access == reporters && !route.veiled)
        .map(|route| route.name)
        .collect();
    assert_eq!(open, Vec::<&str>::new());
    assert!(routes::all().any(|route| route.name == "listDueReports" && route.veiled));
}

#[tokio::test]
async fn a_report_came_in_a_trace_of_its_own() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let (bearer, body) = (format!("Bearer {monitor}"), report().to_string());
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "k1"), ("traceparent", trace)];
    let taken = door.send("POST", "/v1/reports", &headers, body).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED);
    let traces: Vec<Option<String>> =
        on_db!(door.db, |p| sqlx::query_scalar("select traceparent from outbox").fetch_all(p).await).unwrap();
    assert_eq!(traces, [None]);
}

#[tokio::test]
async fn whoever_sent_a_report_is_refused_at_the_door_and_so_is_everybody_once_the_sender_was_erased() {
    let door = Door::new().await;
    let (analyst, other) = (door.token(Role::Analyst).await, door.token(Role::SeniorAnalyst).await);
    let (own, named) =
        (sent(&door, &analyst, "k1", &own_report()).await, sent(&door, &analyst, "k2", &report()).await);
    let verify = async |token: &str, id: &str, key: &str| {
        let why = json!({ "note": "called the district office" });
        door.post(token, &format!("/v1/reports/{id}/verify"), key, &why).await
    };
    for id in [&own, &named] {
        let refused = verify(&analyst, id, &format!("v-{id}")).await.problem(409);
        assert_eq!(refused["errors"][0]["detail"], BY_SENDER);
        // nobody answers behind this door: the question of another got that far
        verify(&other, id, &format!("o-{id}")).await.problem(503);
    }

    erase(&door, &sender(&door, &own).await, "e1").await;

    for (token, name) in [(&analyst, "a"), (&other, "b")] {
        for id in [&own, &named] {
            let refused = verify(token, id, &format!("{name}-{id}")).await.problem(409);
            assert_eq!(refused["errors"][0]["detail"], SENDER_ERASED);
        }
    }
}

/// Accepted as verified, its sender alone put it elsewhere or on another day, and it counted as verified on.
#[tokio::test]
async fn whoever_sent_a_report_that_was_accepted_as_verified_does_not_correct_it_and_a_second_person_does() {
    let door = Door::new().await;
    let analyst = door.token(Role::Analyst).await;
    let id = sent(&door, &analyst, "k1", &own_report()).await;
    let (own, other) = (principal("a analyst", &[Role::Analyst]), principal("second", &[Role::Analyst]));
    assert_eq!(door.gateway.pseudonym_of(&own.subject).await.unwrap(), sender(&door, &id).await);
    let mut form = report();
    form.as_object_mut().unwrap().remove("source");
    let stands = |states: &[&str]| -> Report {
        let step =
            |state: &&str| json!({ "state": state, "by": "x", "at": "2026-11-23T00:00:00Z", "note": "x" });
        let history: Vec<Value> = states.iter().map(step).collect();
        serde_json::from_value(json!({
            "id": id, "state": states.last(), "form": form, "place": { "country": "KGZ", "province": "KG-B", "precision": "province" },
            "source": "src_a", "observation": null, "history": history, "received_at": "2026-11-23T00:00:00Z", "version": states.len(),
        }))
        .unwrap()
    };
    let checked = async |principal: &Principal, states: &[&str]| {
        door.gateway.check_corrector(principal, &stands(states)).await.map_err(Failure::from)
    };
    for states in [&["verified", "accepted"][..], &["verified", "accepted", "accepted"]] {
        let refused = checked(&own, states).await.unwrap_err();
        assert_eq!((refused.kind, refused.errors[0].detail.as_str()), (FailureKind::Conflict, OWN_ACCEPTED));
        checked(&other, states).await.unwrap();
    }
    for states in [&["verifying"][..], &["verified"], &["unverified", "accepted"], &["verified", "verifying"]]
    {
        checked(&own, states).await.unwrap();
    }
    assert!(contracts::reason::is_told(OWN_ACCEPTED));
}

/// What is kept beside the keys of requests.
async fn answers(db: &Db) -> Vec<String> {
    on_db!(db, |p| sqlx::query_scalar("select response from idempotency").fetch_all(p).await).unwrap()
}

#[tokio::test]
async fn a_draft_lives_on_in_no_kept_answer_and_a_repetition_tells_of_it_as_it_stands() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let path = "/v1/report-drafts/next";
    let wish = json!({ "title": "Shots at the canary canal" });
    door.post(&monitor, path, "d1", &wish).await;
    door.post(&monitor, path, "d2", &json!({ "title": "Later" })).await;
    assert!(answers(&door.db).await.iter().all(|kept| !kept.contains("canary")));
    let again = door.post(&monitor, path, "d1", &wish).await.json();
    assert_eq!((&again["form"]["title"], &again["version"]), (&json!("Later"), &json!(2)), "it was put once");

    door.post(&monitor, &format!("{path}/discard"), "d3", &json!({})).await;

    let gone = door.post(&monitor, path, "d1", &wish).await.problem(404);
    assert!(gone["detail"].as_str().unwrap().contains("gone since"), "{gone}");
    door.get(&monitor, path).await.problem(404);
}

async fn keep(tx: &mut Tx, key: &str, answer: &str) {
    let request = Request { principal: "ask_1".into(), key: key.into(), digest: "00".into() };
    idempotency::claim(tx, &request, tx.now()).await.unwrap();
    idempotency::settle(tx, &request, (200, answer, None)).await.unwrap();
}

#[tokio::test]
async fn an_erased_reporter_is_in_no_kept_answer() {
    for store in testkit::databases::<Gateway>().await {
        let (own, of_source, other) =
            (ReportId::derived(&["1"]), ReportId::derived(&["2"]), ReportId::derived(&["3"]));
        let mut tx = store.db.begin().await.unwrap();
        for (id, sent) in
            [(&own, ("src_a", "src_a")), (&of_source, ("src_b", "src_a")), (&other, ("src_b", "src_c"))]
        {
            attachments::note_report(&mut tx, id, sent).await.unwrap();
            keep(&mut tx, id.as_str(), &format!("{{\"report\":\"{id}\"}}")).await;
        }
        keep(&mut tx, "moved", "{\"source\":\"src_a\"}").await;

        accounts::forget(&mut tx, "src_a").await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(answers(&store.db).await, [format!("{{\"report\":\"{other}\"}}")], "{}", store.engine);
    }
}

#[tokio::test]
async fn an_account_that_was_erased_and_met_an_earlier_program_again_goes_on_under_another_pseudonym() {
    let shield = Shield::new(&XKey::new().public_key(), "0123456789abcdef0123456789abcdef").unwrap();
    for store in testkit::databases::<Gateway>().await {
        let (own, named) = (ReportId::derived(&["own"]), ReportId::derived(&["named"]));
        let (first, account) = (shield.first_pseudonym("gulnara"), shield.account("gulnara"));
        let mut tx = store.db.begin().await.unwrap();
        accounts::pseudonym(&mut tx, &account, &first).await.unwrap();
        accounts::forget(&mut tx, &first).await.unwrap();
        // the earlier program writes the name, and takes the first pseudonym as that of the account
        attachments::note_report(&mut tx, &own, ("gulnara", &first)).await.unwrap();
        attachments::note_report(&mut tx, &named, ("gulnara", "src_0123456789abcdef")).await.unwrap();
        let listed = "insert into account_in_clear (subject) values ('gulnara')";
        on_tx!(&mut tx, |c| sqlx::query(listed).execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();

        accounts::take_up(&store.db, &shield).await.unwrap();

        let now = accounts::known(&store.db, &account).await.unwrap().unwrap();
        assert_ne!(now, first, "{}", store.engine);
        let sent_by = async |id: &ReportId| attachments::sent(&store.db, id).await.unwrap().unwrap().sent_by;
        assert_eq!((sent_by(&own).await, sent_by(&named).await), (first.clone(), now.clone()));
        assert!(accounts::is_erased(&store.db, &first).await.unwrap());
        assert_eq!(attachments::sent_by(&store.db, &now, None).await.unwrap(), [named]);
    }
}
