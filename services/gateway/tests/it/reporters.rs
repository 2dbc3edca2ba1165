//! Who reported can be opened by intake until it is erased, and by nobody ever after.

use axum::http::StatusCode;
use base64::{Engine, prelude::BASE64_STANDARD};
use contracts::Role;
use domain::ReportId;
use gateway::{
    Gateway,
    domain::source::{ReporterKey, Shield, Source},
    http::once::{self, Once},
    store::{accounts, attachments, drafts, idempotency::Request, reporters},
};
use kit::{on_db, on_tx};
use nkeys::XKey;
use serde_json::{Value, json};
use sha2::Digest;

use crate::door::{Door, contains, report};

/// What is in the box, for the holder of this key.
fn open(sealed: &str, key: &XKey) -> Vec<u8> {
    let bytes = BASE64_STANDARD.decode(sealed).unwrap();
    let sender = XKey::from_public_key(std::str::from_utf8(&bytes[..56]).unwrap()).unwrap();
    key.open(&bytes[56..], &sender).unwrap()
}

async fn wrapped(door: &Door, pseudonym: &str) -> Option<String> {
    on_db!(door.db, |p| sqlx::query_scalar("select wrapped from reporter_key where pseudonym = $1")
        .bind(pseudonym)
        .fetch_one(p)
        .await)
    .unwrap()
}

/// The reports that were said, oldest first.
async fn said(door: &Door) -> Vec<Value> {
    let unsent = kit::db::outbox::unsent(&door.db, 10).await.unwrap();
    unsent.iter().map(|message| serde_json::from_str(&message.body().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn an_erased_reporter_can_be_opened_by_nobody_and_the_report_stays() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    door.post(&monitor, "/v1/reports", "k1", &report()).await;
    let event = said(&door).await.remove(0);
    let (pseudonym, sealed) = (event["source"].as_str().unwrap(), event["sealed_source"].as_str().unwrap());
    let intake = XKey::from_seed(&std::fs::read_to_string(door.file("seal.seed")).unwrap()).unwrap();
    let key = wrapped(&door, pseudonym).await.unwrap();
    let own = XKey::from_seed(&String::from_utf8(open(&key, &intake)).unwrap()).unwrap();
    assert!(contains(&open(sealed, &own), "Canary Sourcename"), "until then intake can open it");
    assert!(contains(&door.stored(), &key));

    let path = format!("/v1/reporters/{pseudonym}/erase");
    let why = json!({ "note": "asked by the reporter" });
    let erased = door.post(&door.admin, &path, "e1", &why).await;

    assert_eq!(erased.status, StatusCode::OK, "{}", String::from_utf8_lossy(&erased.body));
    let told = async |at| reporters::erased_at(&door.db, pseudonym, at).await.unwrap();
    assert_eq!(json!(told(None).await), erased.json()["erased_at"], "its page tells that it was erased");
    assert_eq!(told(Some("2020-01-01T00:00:00Z".parse().unwrap())).await, None, "and not of the time before");
    assert_eq!(wrapped(&door, pseudonym).await, None);
    assert!(!contains(&door.stored(), &key), "the key is in no file of the store");
    let erasure = json!({ "reporter": pseudonym, "at": erased.json()["erased_at"] });
    assert_eq!(
        said(&door).await,
        [event.clone(), erasure],
        "the report stays, and with it what nobody opens; its duties can end"
    );
    let entry = door.get(&door.admin, "/v1/audit?limit=1").await.json()["items"][0].clone();
    assert_eq!((&entry["action"], &entry["object"]), (&json!("eraseReporter"), &json!(pseudonym)));
    assert!(entry.to_string().contains("asked by the reporter"));

    door.clock.advance(std::time::Duration::from_hours(1));
    let again = door.post(&door.admin, &path, "e2", &why).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, erased.json()), "twice is once");
    door.post(&monitor, "/v1/reports", "k2", &report()).await;
    let later = said(&door).await.remove(2);
    let later = later["source"].as_str().unwrap();
    assert_ne!(later, pseudonym, "nothing ties what is reported from then on to what was before");
    assert_ne!(wrapped(&door, later).await.unwrap(), key);
    assert_eq!(wrapped(&door, pseudonym).await, None, "and what was erased stays so");
}

/// A report that names a source.
fn of_source(name: &str, contact: &str) -> Value {
    let mut named = report();
    named["source"] = json!({ "name": name, "contact": contact });
    named
}

#[tokio::test]
async fn a_source_who_can_be_reached_is_one_for_all_and_a_name_alone_is_its_senders() {
    let door = Door::new().await;
    let (monitor, analyst) = (door.token(Role::FieldMonitor).await, door.token(Role::Analyst).await);
    for (key, token, named) in [
        ("1", &monitor, of_source("Gulnara", "+996 555")),
        ("2", &analyst, of_source("gulnara ", "+996 555")),
        ("3", &monitor, of_source("Gulnara", "")),
        ("4", &monitor, of_source("gulnara", "")),
        ("5", &analyst, of_source("Gulnara", "")),
    ] {
        let taken = door.post(token, "/v1/reports", key, &named).await;
        assert_eq!(taken.status, StatusCode::ACCEPTED);
    }
    let sources: Vec<String> = said(&door).await.iter().map(|event| event["source"].to_string()).collect();
    assert_eq!((&sources[0], &sources[2]), (&sources[1], &sources[3]));
    assert!(sources[0] != sources[2] && sources[2] != sources[4] && sources[0] != sources[4], "{sources:?}");
}

#[tokio::test]
async fn a_source_of_before_keeps_the_pseudonym_that_its_reports_bear_until_it_is_erased() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let secret = std::fs::read_to_string(door.file("pseudonym.key")).unwrap();
    let shield = Shield::new(&XKey::new().public_key(), secret.trim()).unwrap();
    let first = shield.first_pseudonym_of(&Source::named("Gulnara", "+996 555"));
    let mut tx = door.db.begin().await.unwrap();
    reporters::public_key(&mut tx, &first, &shield.new_key().unwrap()).await.unwrap();
    tx.commit().await.unwrap();

    door.post(&monitor, "/v1/reports", "k1", &of_source("Gulnara", "+996 555")).await;
    door.post(&monitor, "/v1/reports", "k2", &of_source("Gulnara", "+996 555")).await;
    let path = format!("/v1/reporters/{first}/erase");
    door.post(&door.admin, &path, "e1", &json!({ "note": "asked by the reporter" })).await;
    door.post(&monitor, "/v1/reports", "k3", &of_source("Gulnara", "+996 555")).await;

    let said = said(&door).await;
    assert_eq!((said[0]["source"].as_str(), said[1]["source"].as_str()), (Some(&*first), Some(&*first)));
    assert_ne!(said[3]["source"].as_str(), Some(&*first));
}

#[tokio::test]
async fn a_line_of_text_is_taken_as_a_report_of_its_sender() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let bearer = format!("Bearer {monitor}");
    let send = async |key: &str, line: &'static [u8]| {
        let headers =
            [("authorization", bearer.as_str()), ("idempotency-key", key), ("content-type", "text/plain")];
        door.send("POST", "/v1/reports/line", &headers, line).await
    };
    let line = b"MRB KG-B border_tension border_incident serious 2d 2026-11-20 shots at the canal";
    let taken = send("l1", line).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&taken.body));
    assert_eq!(send("l1", line).await.body, taken.body, "twice is once");
    let event = said(&door).await.remove(0);
    assert_eq!((&event["form"]["deaths"], &event["sealed_source"]), (&json!(2), &Value::Null));
    assert_eq!(event["form"]["text"], "shots at the canal");
    let refused = send("l2", b"MRB KG-Q tension").await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "word 2, province");
    send("l3", b"MRB \xff").await.problem(400);
    let cyrillic = send("l4", "МРБ КG-В граница стрельба у канала".as_bytes()).await.problem(422);
    assert!(cyrillic["detail"].as_str().unwrap().starts_with("строку не удалось прочитать"), "{cyrillic}");
    assert_eq!(cyrillic["errors"][0]["pointer"], "word 3, threat");
    assert!(cyrillic["errors"][0]["detail"].as_str().unwrap().contains("не угроза"), "{cyrillic}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", "l5"),
        ("content-type", "text/plain"),
        ("accept-language", "ky, en;q=0.5"),
    ];
    let asked = door.send("POST", "/v1/reports/line", &headers, "MRB KG-Q tension").await.problem(422);
    assert!(asked["errors"][0]["detail"].as_str().unwrap().contains("не провинция"), "{asked}");
}

#[tokio::test]
async fn erasing_takes_a_reason_a_sealed_identity_and_the_right_role() {
    let door = Door::new().await;
    let path = "/v1/reporters/src_0123456789abcdef/erase";
    let refused = door.post(&door.admin, path, "a", &json!({ "note": " " })).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "/note");
    door.post(&door.admin, path, "b", &json!({ "note": "x" })).await.problem(404);
    door.post(&door.admin, "/v1/reporters/Gulnara/erase", "c", &json!({ "note": "x" })).await.problem(404);
    let analyst = door.token(Role::Analyst).await;
    door.post(&analyst, path, "d", &json!({ "note": "x" })).await.problem(403);
}

#[tokio::test]
async fn a_reporter_keeps_one_key_until_it_is_destroyed() {
    let shield = Shield::new(&XKey::new().public_key(), "0123456789abcdef0123456789abcdef").unwrap();
    let key = || -> ReporterKey { shield.new_key().unwrap() };
    for store in testkit::databases::<Gateway>().await {
        let mut tx = store.db.begin().await.unwrap();
        let (first, second, third) = (key(), key(), key());
        assert_eq!(reporters::shred(&mut tx, "src_a").await.unwrap(), None, "{}", store.engine);
        assert_eq!(reporters::public_key(&mut tx, "src_a", &first).await.unwrap(), first.public_key);
        assert_eq!(reporters::public_key(&mut tx, "src_a", &second).await.unwrap(), first.public_key);
        let at = reporters::shred(&mut tx, "src_a").await.unwrap();
        assert_eq!(at, Some(tx.now()));
        assert_eq!(reporters::public_key(&mut tx, "src_a", &third).await.unwrap(), third.public_key);
        reporters::shred(&mut tx, "src_a").await.unwrap();
        let (now, ahead) = (tx.now(), tx.now().plus(chrono::TimeDelta::seconds(5)));
        let by_another_clock = "update reporter_key set erased_at = $1";
        on_tx!(tx, |c| sqlx::query(by_another_clock).bind(ahead).execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
        let told = async |at| reporters::erased_at(&store.db, "src_a", at).await.unwrap();
        assert_eq!((told(None).await, told(Some(now)).await), (Some(ahead), None), "{}", store.engine);
        reporters::scrub(&store.db).await.unwrap();
    }
}

/// How many rows beside reports, files, drafts and kept answers hold this name.
async fn beside_reports(door: &Door, name: &str) -> i64 {
    on_db!(door.db, |p| {
        sqlx::query_scalar(
            "select (select count(*) from sent_report where sent_by = $1 or source = $1)
                  + (select count(*) from part_upload where sent_by = $1)
                  + (select count(*) from report_draft where subject = $1)
                  + (select count(*) from idempotency where principal = $1)
                  + (select count(*) from own_pseudonym where account = $1)
                  + (select count(*) from account_in_clear where subject = $1)",
        )
        .bind(name)
        .fetch_one(p)
        .await
    })
    .unwrap()
}

/// A report of the sender's own.
fn own_report() -> Value {
    let mut own = report();
    own.as_object_mut().unwrap().remove("source");
    own
}

#[tokio::test]
async fn who_reports_under_the_own_account_is_known_beside_the_report_by_the_pseudonym_alone() {
    let door = Door::new().await;
    let (monitor, name) = (door.token(Role::FieldMonitor).await, "a field_monitor");
    let taken = door.post(&monitor, "/v1/reports", "k1", &own_report()).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&taken.body));
    let id = taken.json()["report"].as_str().unwrap().to_owned();
    assert_eq!(door.post(&monitor, "/v1/reports", "k1", &own_report()).await.body, taken.body);
    door.post(&monitor, "/v1/report-drafts/next", "k2", &json!({ "title": "Shots" })).await;
    let wish = json!({ "sha256": "ab".repeat(32), "bytes": 10 });
    door.post(&monitor, &format!("/v1/reports/{id}/uploads"), "k3", &wish).await;
    door.post(&monitor, "/v1/reports", "k4", &report()).await;

    let events = said(&door).await;
    let pseudonym = events[0]["source"].as_str().unwrap();
    assert_eq!((&events[0]["by"], &events[1]["by"]), (&json!(pseudonym), &json!(pseudonym)));
    assert!(events.iter().all(|event| !event.to_string().contains(name)), "{events:?}");
    assert_eq!(beside_reports(&door, name).await, 0);
    let path = format!("/v1/reporters/{pseudonym}/erase");
    let why = json!({ "note": "asked by the reporter" });
    let erased = door.post(&door.admin, &path, "e1", &why).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", String::from_utf8_lossy(&erased.body));
    door.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(door.post(&door.admin, &path, "e2", &why).await.json(), erased.json(), "twice is once");
    door.get(&monitor, &format!("/v1/own-reports/{id}")).await.problem(404);
    assert_eq!(door.get(&monitor, "/v1/report-drafts").await.json()["items"], json!([]));
    let bearer = format!("Bearer {monitor}");
    let attach = format!("/v1/reports/{id}/attachments");
    door.send("POST", &attach, &[("authorization", &bearer)], "x").await.problem(404);
    door.post(&monitor, "/v1/reports", "k5", &own_report()).await;
    let later = said(&door).await.remove(3);
    assert_ne!(later["source"], pseudonym, "nothing ties the next report to those before");
}

#[tokio::test]
async fn what_an_earlier_program_wrote_beside_reports_in_the_clear_is_veiled_at_the_next_start() {
    let shield = Shield::new(&XKey::new().public_key(), "0123456789abcdef0123456789abcdef").unwrap();
    for store in testkit::databases::<Gateway>().await {
        let report = ReportId::derived(&["r"]);
        let first = shield.first_pseudonym("gulnara");
        let mut tx = store.db.begin().await.unwrap();
        attachments::note_report(&mut tx, &report, ("gulnara", &first)).await.unwrap();
        drafts::put(&mut tx, ("gulnara", "k"), "{}").await.unwrap();
        let request = Request {
            principal: "gulnara".into(),
            key: "key".into(),
            // SHA-256 of one part, "a", as an earlier program kept it
            digest: hex::encode(sha2::Sha256::digest([1_u64.to_be_bytes().as_slice(), b"a"].concat())),
        };
        let clear = Once { request, header: once::IDEMPOTENCY_KEY };
        assert!(clear.begin(&mut tx).await.unwrap().is_none(), "{}", store.engine);
        tx.commit().await.unwrap();

        accounts::take_up(&store.db, &shield).await.unwrap();
        accounts::take_up(&store.db, &shield).await.unwrap();

        let account = shield.account("gulnara");
        assert_eq!(accounts::known(&store.db, &account).await.unwrap().as_ref(), Some(&first));
        assert_eq!(attachments::sent(&store.db, &report).await.unwrap().unwrap().sent_by, first);
        assert_eq!(drafts::list(&store.db, &first).await.unwrap().len(), 1);
        let mut tx = store.db.begin().await.unwrap();
        let again = Once::of(&shield, ("gulnara", "key"), &[b"a"]).begin(&mut tx).await.unwrap_err();
        assert!(again.to_string().contains("worked on"), "the same request is known again: {again}");
        let erased = accounts::forget(&mut tx, &first).await.unwrap();
        assert_eq!(erased, Some(tx.now()));
        assert_eq!(accounts::forget(&mut tx, "src_0123456789abcdef").await.unwrap(), None);
        tx.commit().await.unwrap();
        assert_eq!(accounts::known(&store.db, &account).await.unwrap(), None);
        assert_eq!(drafts::list(&store.db, &first).await.unwrap(), []);
    }
}
