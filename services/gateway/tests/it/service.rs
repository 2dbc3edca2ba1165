//! The gateway with a real bus: what it accepts arrives, what it hears is told.

use contracts::{
    coordination::{DeliveryMoved, DeliveryState},
    gateway::{ImportReceived, ReportReceived},
    stream::IMPORTS_BUCKET,
};
use domain::{DeliveryId, WarningId};
use gateway::{Gateway, store::idempotency};
use serde_json::{Value, json};
use testkit::Rig;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::door::{keys, report};

/// One request over a connection of its own, in plain HTTP/1.0; gives the connection to read from.
async fn send(address: std::net::SocketAddr, head: &str, token: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let head = format!(
        "{head} HTTP/1.0\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}

async fn ask(address: std::net::SocketAddr, head: &str, token: &str, body: &[u8]) -> Value {
    let mut answer = String::new();
    send(address, head, token, body).await.read_to_string(&mut answer).await.unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"))
}

/// Reads until the text is there.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut seen = Vec::new();
    let reading = async {
        let mut piece = [0; 1024];
        while !String::from_utf8_lossy(&seen).contains(text) {
            let n = stream.read(&mut piece).await.unwrap();
            assert!(n > 0, "the stream ended: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&piece[..n]);
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), reading).await.unwrap();
    String::from_utf8(seen).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_arrives_whole_and_what_is_heard_is_told_to_whom_it_concerns() {
    let rig = Rig::of::<Gateway>().await;
    let running = rig.start::<Gateway>(&keys(rig.folder())).await;
    let address = running.address();
    let admin = std::fs::read_to_string(rig.folder().join("admin.token")).unwrap();
    let mut reports = rig.listen::<ReportReceived>().await;
    let mut imports = rig.listen::<ImportReceived>().await;

    let receipt = ask(address, "POST /v1/reports", &admin, report().to_string().as_bytes()).await;
    let heard = reports.next().await;
    assert_eq!(receipt["report"], heard.report.as_str());
    assert!(heard.sealed_source.is_some() && heard.source.starts_with("src_"));

    let file = vec![b'x'; 1_000_000];
    let receipt =
        ask(address, "POST /v1/imports?format=csv&name=rows.csv&exercise=true", &admin, &file).await;
    let heard = imports.next().await;
    assert_eq!(
        (receipt["id"].as_str(), heard.bytes, heard.exercise),
        (Some(heard.import.as_str()), 1_000_000, true)
    );
    assert_eq!(heard.sha256, contracts::envelope::digest(&file));
    assert_eq!(receipt["links"]["run"], format!("/v1/imports/{}", heard.import));
    let (uploads,): (i64,) =
        kit::on_db!(running.context().db, |p| sqlx::query_as("select count(*) from upload")
            .fetch_one(p)
            .await)
        .unwrap();
    assert_eq!(uploads, 0);

    let wish = |key: &str| json!({ "name": key, "roles": ["partner"], "organisation": key }).to_string();
    let partner = async |key: &str| {
        let made = ask(address, "POST /v1/tokens", &admin, wish(key).as_bytes()).await;
        made["token"].as_str().unwrap().to_owned()
    };
    let (osce, cis) = (partner("osce").await, partner("cis").await);
    let mut staff_stream = send(address, "GET /v1/stream", &admin, b"").await;
    read_until(&mut staff_stream, ": open").await;
    let mut cis_stream = send(address, "GET /v1/stream", &cis, b"").await;
    read_until(&mut cis_stream, ": open").await;
    let moved = |partner: &str| DeliveryMoved {
        delivery: DeliveryId::derived(&[partner]),
        warning: WarningId::derived(&["w"]),
        version: 1,
        partner: partner.to_owned(),
        state: DeliveryState::Transported,
        at: rig.clock.now(),
    };
    rig.say(&moved("osce")).await;
    let told = read_until(&mut staff_stream, "\"osce\"").await;
    assert!(told.contains("id: 1\nevent: delivery.moved"), "{told}");
    rig.say(&moved("cis")).await;
    let told = read_until(&mut cis_stream, "\"cis\"").await;
    assert!(!told.contains("osce") && told.contains("id: 2"), "a partner is told of its own only: {told}");
    let mut again = send(address, "GET /v1/stream?last=0", &osce, b"").await;
    let told = read_until(&mut again, "\"osce\"").await;
    assert!(told.contains("id: 1") && !told.contains("cis"), "{told}");
    drop((staff_stream, cis_stream, again));
    assert!(running.stop().await, "everything is finished in time");
}

/// A key used every week names another file once its answer is forgotten, and the same file sent again is let go of by intake.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_under_a_key_of_long_ago_is_an_import_of_its_own() {
    let rig = Rig::of::<Gateway>().await;
    let running = rig.start::<Gateway>(&keys(rig.folder())).await;
    let admin = std::fs::read_to_string(rig.folder().join("admin.token")).unwrap();
    let mut imports = rig.listen::<ImportReceived>().await;
    let keyed = format!("{admin}\r\nidempotency-key: acled-weekly");
    let mut heard = Vec::new();
    for file in ["week 46", "week 47", "week 46"] {
        let head = "POST /v1/imports?format=csv&name=rows.csv";
        let receipt = ask(running.address(), head, &keyed, file.as_bytes()).await;
        let received = imports.next().await;
        assert_eq!(receipt["id"], received.import.as_str());
        assert_eq!(received.sha256, contracts::envelope::digest(file.as_bytes()));
        heard.push(received);
        let mut tx = running.context().db.begin().await.unwrap();
        let later = tx.now().plus(chrono::Duration::days(8));
        assert!(idempotency::forget(&mut tx, later).await.unwrap() > 0);
        tx.commit().await.unwrap();
    }
    assert_ne!(heard[0].import, heard[1].import);
    assert_eq!(heard[0].import, heard[2].import);
    assert_ne!(heard[0].object, heard[2].object, "intake hears of the second copy, and forgets it");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_refused_and_forgotten() {
    let rig = Rig::of::<Gateway>().await;
    let keys = keys(rig.folder()) + "max_import_bytes = 1000\n";
    let running = rig.start::<Gateway>(&keys).await;
    let admin = std::fs::read_to_string(rig.folder().join("admin.token")).unwrap();
    let head = "POST /v1/imports?format=csv&name=rows.csv";
    let refused = ask(running.address(), head, &admin, &[b'x'; 1001]).await;
    assert_eq!(refused["status"], 413, "{refused}");
    let empty = ask(running.address(), head, &admin, b"").await;
    assert_eq!(empty["status"], 422, "{empty}");
    let (uploads,): (i64,) =
        kit::on_db!(running.context().db, |p| sqlx::query_as("select count(*) from upload")
            .fetch_one(p)
            .await)
        .unwrap();
    assert_eq!(uploads, 0, "nothing is left for the sweep");
    assert!(rig.gateway().object(IMPORTS_BUCKET, "none").await.is_err());
    assert!(running.stop().await, "everything is finished in time");
}
