//! Drafts, weekly reports and files of reports at the door.

use axum::http::StatusCode;
use contracts::Role;
use domain::{AttachmentId, ReportId};
use gateway::{
    Gateway,
    store::{
        attachments::{self, AttachmentRow},
        drafts,
        parts::{self, UploadRow},
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::door::{Door, contains, report};

async fn said(door: &Door) -> Vec<Value> {
    let unsent = kit::db::outbox::unsent(&door.db, 10).await.unwrap();
    unsent.iter().map(|message| serde_json::from_str(&message.body().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn a_draft_is_its_reporters_own_and_holds_nobodys_name() {
    let door = Door::new().await;
    let (monitor, analyst) = (door.token(Role::FieldMonitor).await, door.token(Role::Analyst).await);
    let path = "/v1/report-drafts/KG-B-2026-11-16";
    let first = door.post(&monitor, path, "d1", &json!({ "title": "Shots" })).await;
    assert_eq!((first.status, &first.json()["version"]), (StatusCode::OK, &json!(1)));
    let again = door.post(&monitor, path, "d1", &json!({ "title": "Shots" })).await;
    assert_eq!(again.json(), first.json(), "sent twice it is kept once");
    let second = door.post(&monitor, path, "d2", &json!({ "title": "Shots at the canal" })).await;
    assert_eq!(second.json()["version"], 2);
    let refused = door.post(&monitor, path, "d3", &report()).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "/source");
    let who = json!({ "name": "Canary Sourcename" });
    for (number, (form, at)) in [
        (json!({ "form": { "title": "Shots", "source": who } }), "/form"),
        (json!({ "Source": who }), "/Source"),
        (json!({ "title": "Shots", "place": { "source": who } }), "/place/source"),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = door.post(&monitor, path, &format!("n{number}"), &form).await.problem(422);
        assert_eq!(refused["errors"][0]["pointer"], at, "{refused}");
    }
    assert!(!contains(&door.stored(), "Canary Sourcename"));
    assert_eq!(door.get(&monitor, path).await.json()["form"]["title"], "Shots at the canal");
    assert_eq!(door.get(&monitor, "/v1/report-drafts").await.json()["items"].as_array().unwrap().len(), 1);
    door.get(&analyst, path).await.problem(404);
    assert_eq!(door.get(&analyst, "/v1/report-drafts").await.json()["items"], json!([]));
    door.post(&monitor, "/v1/report-drafts/a%2Fb", "d4", &json!({})).await.problem(404);
    let gone = door.post(&monitor, &format!("{path}/discard"), "d5", &json!({})).await;
    assert_eq!(gone.status, StatusCode::OK);
    door.get(&monitor, path).await.problem(404);
}

#[tokio::test]
async fn a_weekly_report_is_taken_once_even_while_intake_does_not_answer() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let form = json!({ "questionnaire": "qn_01KAQ0VZW01HZ1TXGYKBEK1JS9", "province": "KG-B", "week": "2026-11-16",
        "answers": { "price_spike": { "extent": "marked" } }, "handling": { "tlp": "AMBER" } });
    let taken = door.post(&monitor, "/v1/situation-reports", "w1", &form).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&taken.body));
    let again = door.post(&monitor, "/v1/situation-reports", "w1", &form).await;
    assert_eq!(again.body, taken.body);
    let events = said(&door).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["form"]["situation"]["answers"]["price_spike"]["extent"], "marked");
    assert_eq!(
        (&events[0]["form"]["kind"], &events[0]["sealed_source"]),
        (&json!("situation_report"), &Value::Null)
    );
    let mut other = report();
    other["situation"] = form["answers"].clone();
    let refused = door.post(&monitor, "/v1/reports", "w2", &other).await.problem(422);
    assert_eq!(refused["errors"][0]["pointer"], "/situation");
    let wrong = json!({ "questionnaire": "the usual one" });
    let unread = door.post(&monitor, "/v1/situation-reports", "w3", &wrong).await.problem(422);
    assert!(unread["detail"].as_str().unwrap().contains("the usual one"), "{unread}");
}

#[tokio::test]
async fn a_duty_names_a_monitor_to_the_door_and_to_nobody_behind_it() {
    let door = Door::new().await;
    let _monitor = door.token(Role::FieldMonitor).await;
    let analyst = door.token(Role::Analyst).await;
    let duty =
        |monitor: &str, sign: &str| json!({ "monitor": monitor, "call_sign": sign, "province": "KG-B" });
    let unknown =
        door.post(&analyst, "/v1/assignments", "a1", &duty("nobody", "Batken 1")).await.problem(422);
    assert_eq!(unknown["errors"][0]["pointer"], "/monitor");
    let telling = duty("a field_monitor", "A Field_Monitor in Batken");
    let told = door.post(&analyst, "/v1/assignments", "a2", &telling).await.problem(422);
    assert_eq!(told["errors"][0]["pointer"], "/call_sign");
    // nobody answers behind this door: the question got that far
    door.post(&analyst, "/v1/assignments", "a3", &duty("a field_monitor", "Batken 1")).await.problem(503);
}

#[tokio::test]
async fn a_file_for_a_report_that_never_came_is_refused_and_so_is_another_reporters() {
    let door = Door::new().await;
    let (monitor, officer) = (door.token(Role::FieldMonitor).await, door.token(Role::PoliticalOfficer).await);
    let sent = door.post(&monitor, "/v1/reports", "k1", &report()).await;
    let id = sent.json()["report"].as_str().unwrap().to_owned();
    let attach = async |token: &str, id: &str, body: &'static [u8]| {
        let bearer = format!("Bearer {token}");
        door.send("POST", &format!("/v1/reports/{id}/attachments"), &[("authorization", &bearer)], body).await
    };
    let unknown = attach(&monitor, "re_01KAQ0VZW01HZ1TXGYKBEK1JS7", b"x").await.problem(404);
    assert!(unknown["detail"].as_str().unwrap().contains("send the report first"), "{unknown}");
    attach(&officer, &id, b"x").await.problem(404);
    let page = attach(&monitor, &id, b"<html><script>alert(1)</script></html>").await.problem(422);
    assert!(page["errors"][0]["detail"].as_str().unwrap().contains("image/png"), "{page}");
    attach(&monitor, &id, b"").await.problem(422);
}

#[tokio::test]
async fn a_file_in_parts_goes_on_where_it_broke_off_and_lies_sealed_until_it_is_whole() {
    let door = Door::new().await;
    let (monitor, officer) = (door.token(Role::FieldMonitor).await, door.token(Role::PoliticalOfficer).await);
    let sent = door.post(&monitor, "/v1/reports", "k1", &report()).await;
    let uploads = format!("/v1/reports/{}/uploads", sent.json()["report"].as_str().unwrap());
    let file = [b"%PDF-1.7 ".as_slice(), b"canary-in-a-part ".repeat(40).as_slice(), b"%%EOF"].concat();
    let sha256 = hex::encode(Sha256::digest(&file));
    let path = format!("{uploads}/{sha256}");
    let part = async |offset: usize, bytes: &[u8]| {
        let bearer = format!("Bearer {monitor}");
        door.send("POST", &format!("{path}?offset={offset}"), &[("authorization", &bearer)], bytes.to_vec())
            .await
    };
    let early = part(0, &file[..100]).await.problem(404);
    assert!(early["detail"].as_str().unwrap().contains("announce it"), "{early}");
    let wish = json!({ "sha256": sha256, "bytes": file.len() });
    door.post(&officer, &uploads, "u0", &wish).await.problem(404);
    for (wrong, at) in [
        (json!({ "sha256": "00", "bytes": 1 }), "/sha256"),
        (json!({ "sha256": sha256, "bytes": 1_u64 << 40 }), "/bytes"),
    ] {
        assert_eq!(door.post(&monitor, &uploads, at, &wrong).await.problem(422)["errors"][0]["pointer"], at);
    }
    let begun = door.post(&monitor, &uploads, "u1", &wish).await;
    assert_eq!((begun.status, &begun.json()["offset"]), (StatusCode::OK, &json!(0)));
    assert_eq!(part(0, &file[..100]).await.json()["offset"], 100);
    assert_eq!(part(0, &file[..100]).await.json()["offset"], 100, "sent twice it counts once");
    let other = [&file[..60], &[b'x'; 40]].concat();
    let other = part(0, &other).await.problem(409);
    assert!(other["detail"].as_str().unwrap().contains("other bytes were sent for 0 to 100"), "{other}");
    assert_eq!(part(30, &file[30..80]).await.json()["offset"], 100, "however it is cut");
    let ahead = part(200, &file[200..]).await.problem(409);
    assert!(ahead["detail"].as_str().unwrap().contains("begins at 100"), "{ahead}");
    assert_eq!(door.get(&monitor, &path).await.json()["offset"], 100);
    assert_eq!(
        door.post(&monitor, &uploads, "u2", &wish).await.json()["offset"],
        100,
        "whoever lost the thread is told"
    );
    let beyond = [&file[100..], b"more"].concat();
    assert!(part(100, &beyond).await.problem(409)["detail"].as_str().unwrap().contains("would have more"));
    door.get(&officer, &path).await.problem(404);
    // nothing keeps files behind this door: the last part is here, and can be sent again
    part(100, &file[100..]).await.problem(503);
    assert_eq!(door.get(&monitor, &path).await.json()["offset"], file.len());
    part(100, &file[100..]).await.problem(503);
    assert_eq!(part(90, &file[90..110]).await.status, StatusCode::SERVICE_UNAVAILABLE, "over two parts");
    assert!(!contains(&door.stored(), "canary-in-a-part"), "parts lie sealed");
    assert!(!contains(&door.stored(), &sha256), "and the key to them lies nowhere");
}

/// Whoever repeats a part because the line is bad may have both on their way at once: the second was answered with 409.
#[tokio::test]
async fn a_part_that_comes_twice_at_once_counts_once_and_both_are_answered() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let sent = door.post(&monitor, "/v1/reports", "k1", &report()).await;
    let uploads = format!("/v1/reports/{}/uploads", sent.json()["report"].as_str().unwrap());
    let sha256 = hex::encode(Sha256::digest(b"a file"));
    door.post(&monitor, &uploads, "u1", &json!({ "sha256": sha256, "bytes": 9000 })).await;
    let (bearer, path) = (format!("Bearer {monitor}"), format!("{uploads}/{sha256}"));
    for offset in (0..4000).step_by(500) {
        let path = format!("{path}?offset={offset}");
        let part = async || {
            let answer = door.send("POST", &path, &[("authorization", &bearer)], vec![b'p'; 500]).await;
            (answer.status, answer.json()["offset"].clone())
        };
        let all = tokio::join!(part(), part(), part());
        let done = (StatusCode::OK, json!(offset + 500));
        assert_eq!(all, (done.clone(), done.clone(), done));
    }
}

#[tokio::test]
async fn what_came_in_parts_and_is_another_file_is_forgotten() {
    let door = Door::new().await;
    let monitor = door.token(Role::FieldMonitor).await;
    let sent = door.post(&monitor, "/v1/reports", "k1", &report()).await;
    let uploads = format!("/v1/reports/{}/uploads", sent.json()["report"].as_str().unwrap());
    let bearer = format!("Bearer {monitor}");
    for (bytes, announced, why) in
        [(&b"four"[..], &b"five"[..], "another"), (b"four", b"four", "application/pdf")]
    {
        let sha256 = hex::encode(Sha256::digest(announced));
        door.post(&monitor, &uploads, &sha256, &json!({ "sha256": sha256, "bytes": 4 })).await;
        let part = format!("{uploads}/{sha256}?offset=0");
        let refused = door.send("POST", &part, &[("authorization", &bearer)], bytes).await.problem(422);
        assert!(refused.to_string().contains(why), "{refused}");
        door.get(&monitor, &format!("{uploads}/{sha256}")).await.problem(404);
    }
}

#[tokio::test]
async fn parts_are_kept_in_order_and_forgotten_with_their_source_or_their_time() {
    for store in testkit::databases::<Gateway>().await {
        let row = |id: &str, source: &str| UploadRow {
            upload_id: id.into(),
            report_id: ReportId::derived(&["r"]),
            source: source.into(),
            sent_by: "m".into(),
            bytes: 10,
            received: 0,
            attachment_id: None,
            begun_at: store.clock.now(),
        };
        let mut tx = store.db.begin().await.unwrap();
        for (id, source) in [("1", "src_a"), ("1", "src_b"), ("2", "src_b"), ("3", "src_a")] {
            parts::begin(&mut tx, &row(id, source)).await.unwrap();
        }
        assert!(parts::add(&mut tx, ("1", 0), (6, "first")).await.unwrap(), "{}", store.engine);
        for (at, bytes) in [(0, 4), (5, 4), (7, 3), (6, 5)] {
            assert!(!parts::add(&mut tx, ("1", at), (bytes, "x")).await.unwrap(), "{at} {bytes}");
        }
        assert!(parts::add(&mut tx, ("1", 6), (4, "second")).await.unwrap());
        assert!(parts::add(&mut tx, ("2", 0), (1, "other")).await.unwrap());
        assert_eq!(parts::count(&mut tx, "m").await.unwrap(), 3);
        tx.commit().await.unwrap();
        assert_eq!(parts::list(&store.db, "1").await.unwrap(), ["first", "second"]);
        assert_eq!(parts::get(&store.db, "1").await.unwrap().unwrap().received, 10);
        let mut tx = store.db.begin().await.unwrap();
        let file = AttachmentId::derived(&["f"]);
        parts::became(&mut tx, "1", &file).await.unwrap();
        assert_eq!(parts::count(&mut tx, "m").await.unwrap(), 2);
        parts::forget_of(&mut tx, "src_b").await.unwrap();
        parts::forget(&mut tx, "3").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(parts::get(&store.db, "1").await.unwrap().unwrap().attachment_id, Some(file));
        for gone in ["2", "3"] {
            assert_eq!(parts::get(&store.db, gone).await.unwrap(), None);
            assert_eq!(parts::list(&store.db, gone).await.unwrap(), Vec::<String>::new());
        }
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        parts::forget_before(&mut tx, store.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(parts::get(&store.db, "1").await.unwrap(), None);
    }
}

#[tokio::test]
async fn files_are_kept_counted_removed_and_forgotten() {
    for store in testkit::databases::<Gateway>().await {
        let report = ReportId::derived(&["r"]);
        let row = |id: &str| AttachmentRow {
            attachment_id: AttachmentId::derived(&[id]),
            report_id: report.clone(),
            source: "src_a".into(),
            object: format!("at-{id}"),
            seed: Some("SXseed".into()),
            media_type: "image/png".into(),
            bytes: 3,
            sha256: "00".into(),
            received_at: store.clock.now(),
            removed_at: None,
        };
        let mut tx = store.db.begin().await.unwrap();
        attachments::note_report(&mut tx, &report, ("m", "src_a")).await.unwrap();
        attachments::note_report(&mut tx, &report, ("other", "src_b")).await.unwrap();
        assert!(attachments::add(&mut tx, &row("1")).await.unwrap(), "{}", store.engine);
        assert!(!attachments::add(&mut tx, &row("1")).await.unwrap());
        assert!(attachments::add(&mut tx, &row("2")).await.unwrap());
        assert_eq!(attachments::count(&mut tx, &report).await.unwrap(), 2);
        assert_eq!(attachments::remove_of(&mut tx, "src_b").await.unwrap(), 0);
        assert_eq!(attachments::remove_before(&mut tx, store.clock.now()).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let sent = attachments::sent(&store.db, &report).await.unwrap().unwrap();
        assert_eq!((sent.sent_by.as_str(), sent.source.as_str()), ("m", "src_a"));
        assert_eq!(attachments::to_forget(&store.db).await.unwrap(), []);
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(attachments::remove_before(&mut tx, store.clock.now()).await.unwrap(), 2);
        assert_eq!(attachments::remove_of(&mut tx, "src_a").await.unwrap(), 0, "twice is once");
        assert_eq!(attachments::count(&mut tx, &report).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let gone = attachments::get(&store.db, &row("1").attachment_id).await.unwrap().unwrap();
        assert_eq!((gone.seed, gone.removed_at), (None, Some(store.clock.now())));
        let waiting = attachments::to_forget(&store.db).await.unwrap();
        assert_eq!(waiting.len(), 2);
        let mut tx = store.db.begin().await.unwrap();
        attachments::forgotten(&mut tx, &waiting[0].0).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(attachments::to_forget(&store.db).await.unwrap(), waiting[1..]);
    }
}

#[tokio::test]
async fn drafts_are_kept_by_reporter_and_thrown_away_when_they_are_old() {
    for store in testkit::databases::<Gateway>().await {
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(drafts::put(&mut tx, ("m", "k"), "{}").await.unwrap(), 1, "{}", store.engine);
        assert_eq!(drafts::put(&mut tx, ("m", "k"), "{\"a\":1}").await.unwrap(), 2);
        assert_eq!(drafts::put(&mut tx, ("m", "l"), "{}").await.unwrap(), 1);
        assert_eq!(drafts::count(&mut tx, "m").await.unwrap(), 2);
        assert_eq!(drafts::count(&mut tx, "other").await.unwrap(), 0);
        drafts::discard(&mut tx, ("m", "l")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(drafts::list(&store.db, "m").await.unwrap().len(), 1);
        assert_eq!(drafts::get(&store.db, ("m", "k")).await.unwrap().unwrap().form, "{\"a\":1}");
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        drafts::forget(&mut tx, store.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(drafts::list(&store.db, "m").await.unwrap(), []);
    }
}
