//! kill -9 of any process in the middle of the road: nothing lost, nothing twice.

use std::collections::BTreeSet;

use contracts::{
    Page, Service,
    intake::{ImportRun, Report},
};
use mirab::client::Client;
use serde_json::{Value, json};

use crate::processes::{Processes, until};

const HEADER: &str = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n";

fn report(n: usize) -> Value {
    json!({ "title": format!("EXERCISE {n}"), "text": "as seen", "threat": "border_tension", "kind": "clash", "severity": "minor",
        "place": { "country": "KGZ", "province": "KG-B", "precision": "province" }, "grade": { "reliability": "B", "credibility": 2 },
        "handling": { "tlp": "GREEN", "audience": ["*"] }, "exercise": true })
}

/// Sends a report as a client on a bad line does: again and again under the same key until it has a receipt.
async fn send(admin: &Client, n: usize) -> String {
    until("a receipt", async || {
        let receipt: Value = admin.post("/v1/reports", &format!("report-{n}"), &report(n)).await.ok()?;
        Some(receipt["report"].as_str().unwrap().to_owned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_survive_the_kill_of_every_process_on_their_way() {
    let mut processes = Processes::start().await;
    let admin =
        until("the first token", async || processes.token_file().exists().then(|| processes.admin())).await;
    let victims = [
        Service::Intake,
        Service::Gateway,
        Service::Analysis,
        Service::Alerts,
        Service::Coordination,
        Service::Liaison,
    ];
    let mut receipts = BTreeSet::new();
    for n in 0..60 {
        receipts.insert(send(&admin, n).await);
        if n % 8 == 3 {
            processes.kill(victims[n / 8 % victims.len()]).await;
        }
        if n == 30 {
            processes.kill_broker().await;
        }
    }
    assert_eq!(receipts.len(), 60, "each report has one receipt");
    let there = until("every report is there", async || {
        let page: Page<Report> = admin.get("/v1/reports?limit=1000").await.ok()?;
        (page.items.len() >= 60).then_some(page.items)
    })
    .await;
    let ids: BTreeSet<String> = there.iter().map(|report| report.id.to_string()).collect();
    assert_eq!(ids, receipts, "exactly what was receipted is there, once");
    assert!(there.iter().all(|report| report.history.len() <= 3), "nothing happened twice to a report");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_killed_in_the_middle_goes_on_without_loss_or_doubles() {
    let mut processes = Processes::start().await;
    let admin =
        until("the first token", async || processes.token_file().exists().then(|| processes.admin())).await;
    let row = |n: u32| {
        let day = n % 28 + 1;
        format!(
            "{n},2026-01-{day:02},KGZ,KG-B,,,,province,border_tension,clash,minor,,Row {n},,,,Wire,Wire,B,2\n"
        )
    };
    let rows: String = std::iter::once(HEADER.to_owned()).chain((0..20_000).map(row)).collect();
    let received: Value = admin.upload("/v1/imports?format=csv&name=many.csv", rows.into()).await.unwrap();
    let path = format!("/v1/imports/{}", received["id"].as_str().unwrap());
    for kill in 1..=3 {
        until("the run has moved on", async || {
            let run: ImportRun = admin.get(&path).await.ok()?;
            (run.read >= kill * 2_000 || run.finished_at.is_some()).then_some(())
        })
        .await;
        processes.kill(Service::Intake).await;
    }
    let run = until("the run is over", async || {
        let run: ImportRun = admin.get(&path).await.ok()?;
        run.finished_at.is_some().then_some(run)
    })
    .await;
    assert_eq!(
        (run.read, run.accepted, run.updated, run.unchanged, run.quarantined),
        (20_000, 20_000, 0, 0, 0)
    );
    let log = std::fs::read_to_string(processes.folder().join("intake.log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}
