//! Drafts, weekly reports and files of reports at the door.

use axum::http::StatusCode;
use contracts::Role;
use domain::{AttachmentId, ReportId};
use gateway::{
    Gateway,
    store::{
        attachments::{self, AttachmentRow},
        drafts,
    },
};
use serde_json::{Value, json};

use crate::door::{Door, contains, report};

async fn said(door: &Door) -> Vec<Value> {
    let unsent = kit::db::outbox::unsent(&door.db, 10).await.unwrap();
    unsent.iter().map(|message| serde_json::from_str(message.body()).unwrap()).collect()
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
