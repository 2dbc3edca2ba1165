//! Requests as people, programs and attackers make them.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use contracts::Role;
use kit::on_db;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::door::{Door, contains, report};

/// How many events of this subject were said.
pub async fn count(door: &Door, subject: &str) -> i64 {
    let (count,): (i64,) =
        on_db!(door.db, |p| sqlx::query_as("select count(*) from outbox where subject = $1")
            .bind(subject)
            .fetch_one(p)
            .await)
        .unwrap();
    count
}

#[tokio::test]
async fn a_report_that_is_longer_than_the_centre_takes_is_refused_at_once() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    for (field, most) in [("text", 20_000), ("kind", 64), ("title", 300)] {
        let mut long = report();
        long[field] = "a".repeat(most + 1).into();
        let refused = door.post(&monitor, "/v1/reports", field, &long).await.problem(422);
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
        long[field] = "a".repeat(most).into();
        assert_eq!(door.post(&monitor, "/v1/reports", field, &long).await.status, StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn an_acknowledgement_is_committed_for_the_partners_own_organisation() {
    let door = Door::new().await;
    let partner = door.token(Role::Partner).await;
    let path = "/v1/partner/alerts/wa_01JQ0000000000000000000000/ack";
    let body = json!({ "kind": "acting", "by": "duty officer" });
    let first = door.post(&partner, path, "a1", &body).await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!(first.body, door.post(&partner, path, "a1", &body).await.body);
    let (said,): (String,) =
        on_db!(door.db, |p| sqlx::query_as("select body from outbox").fetch_one(p).await).unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["partner"], &said["kind"]), (&json!("osce"), &json!("acting")));
    door.post(&partner, "/v1/partner/alerts/wa_x/ack", "a2", &body).await.problem(404);
    door.get(&partner, "/v1/partner/alerts?organisation=cis").await.problem(404);
}

#[tokio::test]
async fn people_of_two_partners_who_bear_one_name_are_two() {
    let door = Door::new().await;
    let path = "/v1/partner/alerts/wa_01JQ0000000000000000000000/ack";
    let body = json!({ "kind": "acting", "by": "duty officer" });
    let mut receipts = Vec::new();
    for key in ["osce", "cis"] {
        let wish = json!({ "name": "duty", "roles": ["partner"], "organisation": key });
        let made = door.post(&door.admin, "/v1/tokens", key, &wish).await.json();
        assert_eq!(made["subject"], format!("{key}/duty"));
        receipts.push(door.post(made["token"].as_str().unwrap(), path, "ack", &body).await.body);
    }
    assert_ne!(receipts[0], receipts[1]);
    assert_eq!(count(&door, "mirab.gateway.acknowledgement.received.v1").await, 2);
}

#[tokio::test]
async fn tokens_are_proven_end_and_are_shown_once() {
    let door = Door::new().await;
    let wish = json!({ "name": "monitor", "roles": ["field_monitor"], "expires_at": "2026-11-24T00:00:00Z" });
    let made = door.post(&door.admin, "/v1/tokens", "t", &wish).await.json();
    let token = made["token"].as_str().unwrap();
    assert_eq!(door.get(token, "/v1/me").await.json()["name"], "monitor");
    assert!(!contains(&door.stored(), &token[19..]), "the secret is stored nowhere");
    let again = door.post(&door.admin, "/v1/tokens", "t", &wish).await.json();
    assert_eq!((&again["id"], &again["token"]), (&made["id"], &Value::Null));

    let last = if token.ends_with('A') { "E" } else { "A" };
    let damaged = format!("{}{last}", &token[..token.len() - 1]);
    for wrong in ["", "x", &token[1..], &damaged, &format!("{token} x")] {
        door.get(wrong, "/v1/me").await.problem(401);
    }
    door.send("GET", "/v1/me", &[("authorization", token)], "").await.problem(401);

    door.clock.advance(std::time::Duration::from_hours(24));
    door.get(token, "/v1/me").await.problem(401);
    let kept = door.token(Role::Analyst).await;
    let id = door.get(&kept, "/v1/me").await.json()["token"].as_str().unwrap().to_owned();
    let revoked = door.post(&door.admin, &format!("/v1/tokens/{id}/revoke"), "r", &json!({})).await.json();
    assert_eq!(revoked["revoked_at"], "2026-11-24T00:00:00Z");
    door.get(&kept, "/v1/me").await.problem(401);
}

#[tokio::test]
async fn the_first_token_is_for_its_owner_alone_and_made_once() {
    use std::os::unix::fs::PermissionsExt;
    let door = Door::new().await;
    let mode = std::fs::metadata(door.file("admin.token")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let me = door.get(&door.admin, "/v1/me").await.json();
    assert_eq!(me["name"], "admin");
    assert!(me["roles"].as_array().unwrap().len() == Role::ALL.len() - 1, "all roles of the centre");
}

#[tokio::test]
async fn a_session_counts_from_our_own_pages_until_it_is_closed_or_unused() {
    let door = Door::new().await;
    let code = door.post(&door.admin, "/v1/login-codes", "c", &json!({})).await.json();
    let code = code["code"].as_str().unwrap();
    let set = door.gateway.open_session(code).await.unwrap();
    assert!(set.starts_with("__Host-mirab=") && set.contains("HttpOnly; SameSite=Strict"), "{set}");
    assert!(door.gateway.open_session(code).await.is_err(), "a code opens one session");
    let cookie = set.split(';').next().unwrap();
    let get = async || door.send("GET", "/v1/me", &[("cookie", cookie)], "").await;
    assert_eq!(get().await.json()["name"], "admin");
    door.send("POST", "/v1/login-codes", &[("cookie", cookie)], "{}").await.problem(403);
    let ours = [("cookie", cookie), ("sec-fetch-site", "same-origin")];
    assert_eq!(door.send("POST", "/v1/login-codes", &ours, "{}").await.status, StatusCode::CREATED);
    door.clock.advance(std::time::Duration::from_hours(11));
    assert!(get().await.status.is_success(), "used within its time it goes on");
    door.clock.advance(std::time::Duration::from_hours(11));
    assert!(get().await.status.is_success());
    let headers = [("cookie".parse().unwrap(), cookie.parse().unwrap())].into_iter().collect();
    door.gateway.close_session(&headers).await.unwrap();
    get().await.problem(401);
}

#[tokio::test]
async fn hostile_requests_get_a_problem_document() {
    let door = Door::new().await;
    let bearer = format!("Bearer {}", door.admin);
    let auth = [("authorization", bearer.as_str())];
    let deep = "[".repeat(100_000);
    let large = "x".repeat(300_000);
    let table: [(&str, &str, &str, u16); 13] = [
        ("GET", "/v1/nothing", "", 404),
        ("GET", "/v1/../etc/passwd", "", 404),
        ("DELETE", "/v1/reports", "", 404),
        ("GET", "/v1/reports/re_;drop%20table", "", 404),
        ("GET", "/v1/warnings/re_01JQ0000000000000000000000", "", 404),
        ("GET", "/v1/observations?limti=5", "", 400),
        ("GET", "/v1/observations?limit=%ff", "", 400),
        ("GET", "/v1/observations?from=2026-11-02&to=2026-11-01", "", 422),
        ("GET", "/v1/audit?cursor=x", "", 422),
        ("POST", "/v1/reports", "{", 400),
        ("POST", "/v1/reports", "{\"title\": 1}", 422),
        ("POST", "/v1/reports", &deep, 400),
        ("POST", "/v1/reports", &large, 413),
    ];
    for (method, path, body, status) in table {
        let answer = door.send(method, path, &auth, body.to_owned()).await;
        let problem = answer.problem(status);
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{path}");
        assert_eq!(problem["status"], status, "{path}");
    }
    let told = door.send("POST", "/v1/reports", &auth, large.clone()).await.problem(413);
    assert!(told["detail"].as_str().unwrap().contains("`mirab import`"), "{told}");
    for (path, place) in [
        ("/v1/audit?limit=0", "limit"),
        ("/v1/audit?limit=1001", "limit"),
        ("/v1/retention?known_on=gestern", "known_on"),
    ] {
        let refused = door.send("GET", path, &auth, "").await.problem(400);
        assert_eq!(refused["errors"][0]["pointer"], place, "{refused}");
    }
    let match_wrong = [auth[0], ("if-match", "3")];
    door.send("POST", "/v1/warnings/wa_01JQ0000000000000000000000/submit", &match_wrong, "{}")
        .await
        .problem(400);
    let unmatched = door.send("POST", "/v1/warnings/wa_01JQ0000000000000000000000/submit", &auth, "{}").await;
    assert!(unmatched.problem(428)["detail"].as_str().unwrap().contains("If-Match"));
    let key_wrong = [auth[0], ("idempotency-key", "a b")];
    door.send("POST", "/v1/reports", &key_wrong, report().to_string()).await.problem(400);
}

#[tokio::test]
async fn a_browser_is_told_to_keep_and_run_nothing() {
    let door = Door::new().await;
    for path in ["/openapi.json", "/v1/me", "/nothing"] {
        let answer = door.send("GET", path, &[], "").await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    }
}

#[tokio::test]
async fn every_write_stands_in_the_audit_and_a_changed_entry_shows() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let report = door.post(&monitor, "/v1/reports", "k", &report()).await.json();
    let page = door.get(&door.admin, "/v1/audit?limit=2").await.json();
    let (entry, made) = (&page["items"][0], &page["items"][1]);
    assert_eq!((&entry["action"], &entry["object"]), (&json!("submitReport"), &report["report"]));
    let actor = entry["actor"].as_str().unwrap();
    assert!(actor.starts_with("src_"), "what is reported stands under the pseudonym: {actor}");
    assert!(page["next"].is_string());
    assert_eq!(made["action"], "createToken", "{made}");
    assert!(
        made["detail"].as_str().unwrap().contains("\"token\""),
        "other acts name account and token: {made}"
    );
    assert_eq!(door.get(&door.admin, "/v1/audit/verification").await.json()["holds"], true);
    let mut tx = door.db.begin().await.unwrap();
    kit::on_tx!(tx, |c| sqlx::query("update audit set actor = 'nobody' where n = 2")
        .execute(c)
        .await
        .map(|_| ()))
    .unwrap();
    tx.commit().await.unwrap();
    let verified = door.get(&door.admin, "/v1/audit/verification").await.json();
    assert_eq!((&verified["holds"], &verified["break"]["n"]), (&json!(false), &json!(2)));
}

#[tokio::test]
async fn a_file_that_cannot_be_kept_is_refused_and_leaves_nothing_behind_but_a_note_for_the_sweep() {
    let door = Door::with("[gateway]\nmax_import_bytes = 10").await;
    let bearer = format!("Bearer {}", door.admin);
    let auth = [("authorization", bearer.as_str())];
    // what it is is asked of intake, which nobody reaches here
    door.send("POST", "/v1/imports?name=x", &auth, "rows").await.problem(503);
    door.send("POST", "/v1/imports?format=csv", &auth, "rows").await.problem(400);
    door.send("POST", "/v1/imports?format=xlsx&name=x", &auth, "rows").await.problem(400);
    door.send("POST", "/v1/imports?format=csv&name=%0a", &auth, "rows").await.problem(422);
    assert_eq!(count(&door, "mirab.gateway.import.received.v1").await, 0);
}

#[tokio::test]
async fn silent_services_are_named_and_not_missing() {
    let door = Door::new().await;
    let answer = door.get(&door.admin, "/v1/operations").await.json();
    let services = answer["services"].as_array().unwrap();
    assert_eq!(services.len(), 6);
    assert!(services.iter().all(|s| s["vitals"].is_null() && !s["failure"].as_str().unwrap().is_empty()));
    let letters = door.get(&door.admin, "/v1/dead-letters").await.json();
    assert_eq!(letters["silent"].as_array().unwrap().len(), 6);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn who_reported_is_in_no_table_no_event_and_no_log() {
    // of all tests in this process, as callsites met without a listener stay silent for one that comes later in a thread
    let lines = Lines::default();
    let listener =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(lines.clone()).finish();
    tracing::subscriber::set_global_default(listener).unwrap();
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let receipt = door.post(&monitor, "/v1/reports", "k", &report()).await;
    assert_eq!(receipt.status, StatusCode::ACCEPTED);
    let mut wrong = report();
    wrong["source"] =
        json!({ "name": "Canary Sourcename", "contact": 5, "phone": "canary-contact@example.invalid" });
    let refused = door.post(&monitor, "/v1/reports", "k2", &wrong).await;
    refused.problem(422);
    let mut cut = report().to_string();
    cut.truncate(cut.len() - 1);
    let bearer = format!("Bearer {monitor}");
    let cut = door.send("POST", "/v1/reports", &[("authorization", &bearer)], cut).await;
    cut.problem(400);
    let stored = door.stored();
    let logged = lines.0.lock().unwrap().clone();
    assert!(contains(&logged, "/v1/reports"), "the log was read");
    let secret = &monitor[19..];
    for canary in ["Canary Sourcename", "canary-contact", "canary sourcename", secret] {
        for (place, bytes) in
            [("store", &stored), ("log", &logged), ("answer", &refused.body), ("answer", &cut.body)]
        {
            assert!(!contains(bytes, canary), "{canary} is in the {place}");
        }
    }
    assert!(!contains(&logged, "as seen"), "no body is logged");
    let unsent = kit::db::outbox::unsent(&door.db, 10).await.unwrap();
    let event: Value = serde_json::from_str(&unsent[0].body().unwrap()).unwrap();
    assert!(event["source"].as_str().unwrap().starts_with("src_"));
    assert!(event["sealed_source"].as_str().unwrap().len() > 100);
}

/// Sends a body of many pieces, and whether all of it was read although nobody takes it.
async fn is_read_whole(door: &Door, path: &str, token: &str, pieces: usize) -> (StatusCode, bool) {
    let (mut sender, receiver) = futures::channel::mpsc::channel::<Result<bytes::Bytes, std::io::Error>>(1);
    let request = axum::http::Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::from_stream(receiver))
        .unwrap();
    let answer = tower::ServiceExt::oneshot(door.router.clone(), request);
    let send = async {
        for _ in 0..pieces {
            let piece = bytes::Bytes::from(vec![b'x'; 64 * 1024]);
            if futures::SinkExt::send(&mut sender, Ok(piece)).await.is_err() {
                return false;
            }
        }
        true
    };
    let (answer, sent) = futures::join!(answer, send);
    (answer.unwrap().status(), sent)
}

#[tokio::test]
async fn what_a_refused_client_is_still_sending_is_read_so_that_it_reads_why() {
    let door = Door::new().await;
    let bad = is_read_whole(&door, "/v1/imports?format=csv", "nobody", 192).await;
    assert_eq!(bad, (StatusCode::UNAUTHORIZED, true), "12 MB under a token that does not count");
    let monitor = door.token(Role::FieldMonitor).await;
    let large = is_read_whole(&door, "/v1/reports", &monitor, 400).await;
    assert_eq!(large, (StatusCode::PAYLOAD_TOO_LARGE, true), "25 MB where less is taken");
    let (status, whole) = is_read_whole(&door, "/v1/imports?format=csv", "nobody", 2000).await;
    assert_eq!((status, whole), (StatusCode::UNAUTHORIZED, false), "125 MB are not read for nothing");
}

#[tokio::test]
async fn over_a_line_a_refusal_arrives_though_the_file_was_still_being_sent() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let door = Door::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let serve = std::future::IntoFuture::into_future(axum::serve(listener, door.router.clone()));
    let client = async {
        const BYTES: usize = 12 * 1024 * 1024;
        let mut line = tokio::net::TcpStream::connect(at).await.unwrap();
        let head = format!(
            "POST /v1/imports?format=csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer nobody\r\ncontent-length: {BYTES}\r\n\r\n"
        );
        line.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..BYTES / (64 * 1024) {
            line.write_all(&vec![b'x'; 64 * 1024]).await.expect("the connection stands");
        }
        let mut answer = [0; 12];
        line.read_exact(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::select! {
        answer = client => assert_eq!(answer, "HTTP/1.1 401"),
        _ = serve => panic!("the door closed"),
    }
}
