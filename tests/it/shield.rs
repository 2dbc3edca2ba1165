//! The reporter shield over the whole road: who reported is nowhere but sealed, and can be erased.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use e2e::{World, until};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Everything that all six services say to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes every event and span down to debug, of our own crates and of all others.
    fn listening() -> Self {
        let log = Self::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    }
    fn holds(&self, text: &str) -> bool {
        let all = String::from_utf8_lossy(&self.0.lock().unwrap()).to_lowercase();
        all.contains(&text.to_lowercase())
    }
}

/// A picture whose head and whose tail tell where it was taken.
fn picture() -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], length.as_slice(), content].concat()
    };
    [
        &[0xFF, 0xD8][..],
        &segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0canary-gps-40.0431N"),
        &segment(0xDB, b"table"),
        &segment(0xC0, b"frame"),
        &segment(0xDA, b"scan"),
        b"shown-in-the-picture\xFF\xD9canary-gps-behind-the-end",
    ]
    .concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_is_in_no_file_of_any_store_or_stream_and_in_nothing_that_is_answered() {
    let log = Log::listening();
    let world = World::new().await;
    let id = world.report(7, &[]).await;
    let monitor = world.person("monitor");
    let attach = format!("/v1/reports/{id}/attachments");
    let file: Value = monitor.upload(&attach, picture().into()).await.unwrap();
    let same: Value = monitor.upload(&attach, picture().into()).await.unwrap();
    assert_eq!(file, same, "the same file sent again is the same");
    let (uploads, whole) = (format!("/v1/reports/{id}/uploads"), picture());
    let sha256 = hex::encode(Sha256::digest(&whole));
    let wish = json!({ "sha256": sha256, "bytes": whole.len() });
    let mut now: Value = monitor.post(&uploads, "in-parts", &wish).await.unwrap();
    for part in whole.chunks(60) {
        let at = now["offset"].as_u64().unwrap();
        now = monitor.upload(&format!("{uploads}/{sha256}?offset={at}"), part.to_vec().into()).await.unwrap();
    }
    assert_eq!(now["attachment"]["id"], file["id"], "in parts it is the same file");
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    let refused = monitor.upload::<Value>(&attach, script.into()).await.unwrap_err();
    assert!(format!("{refused:#}").contains("image/jpeg"), "{refused:#}");
    let nowhere = "/v1/reports/re_01KAQ0VZW01HZ1TXGYKBEK1JS7/attachments";
    let unknown = monitor.upload::<Value>(nowhere, picture().into()).await.unwrap_err();
    assert!(format!("{unknown:#}").contains("send the report first"), "{unknown:#}");
    let analyst = world.person("analyst");
    let path = format!("/v1/reports/{id}");
    let report: Value = until("the file is listed", async || {
        let report: Value = analyst.get(&path).await.ok()?;
        report.get("attachments").is_some().then_some(report)
    })
    .await;
    let download = format!("{attach}/{}", file["id"].as_str().unwrap());
    let saved = analyst.text(&download).await.unwrap();
    assert!(saved.contains("shown-in-the-picture") && !saved.contains("canary"), "{saved}");
    let reporter: Value =
        analyst.get(&format!("/v1/reporters/{}", report["source"].as_str().unwrap())).await.unwrap();
    let observations: Value = analyst.get("/v1/observations?exercise=any").await.unwrap();
    let exported: Value = analyst.get("/v1/observations?format=geojson&exercise=any").await.unwrap();
    assert_eq!(exported["features"].as_array().unwrap().len(), 1);
    let audit: Value = world.admin.get("/v1/audit").await.unwrap();

    let title = world.files_holding("EXERCISE incident 7").unwrap();
    assert!(title.len() > 3, "stores and streams are read as they lie: {title:?}");
    let csv = analyst.text("/v1/observations?format=csv&exercise=any").await.unwrap();
    assert!(log.holds("a report") || log.holds("v1/reports"), "the log is listened to");
    let nowhere = || {
        for canary in ["canary-name-7", "canary-contact", "canary-gps"] {
            assert_eq!(world.files_holding(canary).unwrap(), Vec::<std::path::PathBuf>::new());
            for answer in [&report, &observations, &exported, &audit, &reporter] {
                assert!(!answer.to_string().contains(canary), "{answer}");
            }
            assert!(!csv.contains(canary) && !log.holds(canary), "{canary}");
        }
        let shown = world.files_holding("shown-in-the-picture").unwrap();
        assert_eq!(shown, Vec::<std::path::PathBuf>::new(), "files lie sealed");
    };
    nowhere();

    let pseudonym = report["source"].as_str().unwrap();
    let erase = format!("/v1/reporters/{pseudonym}/erase");
    let note = json!({ "note": "asked by the reporter" });
    let erased: Value = world.person("head").post(&erase, "erase", &note).await.unwrap();
    assert_eq!(erased["pseudonym"], pseudonym);
    let after: Value = until("the file is gone", async || {
        let after: Value = analyst.get(&path).await.ok()?;
        after["attachments"][0].get("removed_at").is_some().then_some(after)
    })
    .await;
    for part in ["state", "form", "place", "source", "observation", "history"] {
        assert_eq!(after[part], report[part], "the report stays as it is: {part}");
    }
    let gone = analyst.text(&download).await.unwrap_err();
    assert!(format!("{gone:#}").contains("removed for good"), "{gone:#}");
    let back = monitor.upload::<Value>(&attach, picture().into()).await.unwrap_err();
    assert!(format!("{back:#}").contains("removed for good"), "{back:#}");
    nowhere();
    an_account_that_is_its_own_source_stands_beside_its_pseudonym_nowhere(&world, &log).await;
    world.end().await;
}

/// The files of stores and streams that hold the name of an account, but for the gateway's own store: it keeps tokens and audit.
fn holding(world: &World, account: &str) -> Vec<std::path::PathBuf> {
    let all = world.files_holding(account).unwrap();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    all.into_iter().filter(|path| !name(path).starts_with("gateway.db")).collect()
}

async fn an_account_that_is_its_own_source_stands_beside_its_pseudonym_nowhere(world: &World, log: &Log) {
    let canary = "canary-account-9";
    let account = world.token(canary, contracts::Role::FieldMonitor, None).await;
    let place = json!({ "country": "KGZ", "province": "KG-B", "precision": "province" });
    let report = json!({ "title": "EXERCISE own", "text": "as seen", "threat": "border_tension", "kind": "incident_9",
        "severity": "grave", "place": place, "grade": { "reliability": "A", "credibility": 1 },
        "handling": { "tlp": "AMBER", "audience": ["*"] }, "exercise": true });
    let receipt: Value = account.post("/v1/reports", "own-9", &report).await.unwrap();
    let id = receipt["report"].as_str().unwrap();
    let attach = format!("/v1/reports/{id}/attachments");
    let file: Value = account.upload(&attach, picture().into()).await.unwrap();
    let file = format!("{id}/{}", file["id"].as_str().unwrap());
    let tokens: Value = world.admin.get("/v1/tokens").await.unwrap();
    let token = tokens["items"].as_array().unwrap().iter().find(|one| one["subject"] == canary).unwrap();
    let token = token["id"].as_str().unwrap().to_owned();
    let _: Value =
        account.post("/v1/report-drafts/next", "draft-9", &json!({ "title": "Next" })).await.unwrap();
    let waits: Value = until("it waits for the desk", async || {
        let own: Value = account.get(&format!("/v1/own-reports/{id}")).await.ok()?;
        (own["state"] == "triage").then_some(own)
    })
    .await;
    assert_eq!(waits["waits_for"], json!(["desk"]), "{waits}");
    assert!(waits["reasons"][0]["what_to_do"].as_str().unwrap().contains("Nothing is needed"), "{waits}");
    world.accept(id).await;
    let own: Value = account.get("/v1/own-reports").await.unwrap();
    assert_eq!((&own["items"][0]["id"], &own["items"][0]["state"]), (&json!(id), &json!("accepted")));
    let _: Value = account.get("/v1/reports/due").await.unwrap();

    let analyst = world.person("analyst");
    let path = format!("/v1/reports/{id}");
    let told: Value = analyst.get(&path).await.unwrap();
    let pseudonym = told["source"].as_str().unwrap();
    let nowhere = async || {
        assert_eq!(holding(world, canary), Vec::<std::path::PathBuf>::new());
        assert!(!log.holds(canary));
        for answer in
            [&path, "/v1/reports", "/v1/observations?exercise=any", &format!("/v1/reporters/{pseudonym}")]
        {
            let answer = analyst.text(answer).await.unwrap();
            assert!(!answer.contains(canary), "{answer}");
        }
        for format in ["csv", "geojson", "ndjson"] {
            let exported =
                analyst.text(&format!("/v1/observations?format={format}&exercise=any")).await.unwrap();
            assert!(!exported.contains(canary), "{exported}");
        }
        let audit: Value = world.admin.get("/v1/audit?limit=1000").await.unwrap();
        let (veiled, others): (Vec<&Value>, Vec<&Value>) =
            audit["items"].as_array().unwrap().iter().partition(|entry| entry["actor"] == pseudonym);
        for (action, object) in
            [("submitReport", id), ("attachToReport", file.as_str()), ("putReportDraft", "")]
        {
            let told = veiled.iter().any(|entry| entry["action"] == action && entry["object"] == object);
            assert!(told, "the audit knows under which pseudonym {action} was done: {veiled:?}");
        }
        let named = others.into_iter().map(Value::to_string).filter(|entry| entry.contains(canary));
        let named: Vec<String> = named.collect();
        for tying in veiled.iter().map(|entry| entry["at"].as_str().unwrap()).chain([id, pseudonym]) {
            assert!(named.iter().all(|entry| !entry.contains(tying)), "{tying}: {named:?}");
        }
        assert!(!log.holds(&token), "the log knows no token where reports are sent");
    };
    nowhere().await;

    let erase = format!("/v1/reporters/{pseudonym}/erase");
    let note = json!({ "note": "asked by the reporter" });
    let head = world.person("head");
    let erased: Value = head.post(&erase, "erase-9", &note).await.unwrap();
    let again: Value = head.post(&erase, "erase-9-again", &note).await.unwrap();
    assert_eq!((&erased["pseudonym"], &erased), (&json!(pseudonym), &again));
    let gone = account.get::<Value>(&format!("/v1/own-reports/{id}")).await.unwrap_err();
    assert!(format!("{gone:#}").contains("you have sent no report"), "{gone:#}");
    for path in ["/v1/own-reports", "/v1/report-drafts"] {
        let left: Value = account.get(path).await.unwrap();
        assert_eq!(left["items"], json!([]), "{path}");
    }
    let after: Value = analyst.get(&path).await.unwrap();
    for part in ["state", "form", "place", "source", "observation", "history"] {
        assert_eq!(after[part], told[part], "the report stays as it is: {part}");
    }
    nowhere().await;
}
