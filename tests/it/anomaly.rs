//! An unusual month: from a file to what a person makes of it in the console.

use std::fmt::Write;

use contracts::{
    Page,
    analysis::anomalies::{Anomaly, AnomalyState},
};
use e2e::{World, until};
use testkit::browser::{Browser, field};

/// An incident every 31 days for a year, so that none falls into the month that runs, and fifteen today.
fn burst() -> String {
    let today = kit::Clock::system().now().day();
    let mut rows = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n".to_owned();
    for n in 0..27 {
        let day = today.plus(if n < 12 { -31 * (n + 1) } else { 0 });
        writeln!(
            rows,
            "{n},{day},KGZ,KG-B,,,,province,border_tension,kind_{n},notable,,Incident {n},,,,Wire,Wire,B,2"
        )
        .unwrap();
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusual_month_is_found_in_a_file_and_explained_in_the_console() {
    let world = World::new().await;
    let run = world.import("csv", "burst.csv", burst().into()).await;
    assert_eq!((run.accepted, run.quarantined), (27, 0));
    let analyst = world.person("analyst");
    let found = async || {
        let page: Page<Anomaly> = analyst.get("/v1/anomalies?province=KG-B").await.ok()?;
        page.items.into_iter().next()
    };
    let open = until("the anomaly is there", found).await;
    assert_eq!((open.state, open.observations.len()), (AnomalyState::Open, 15));
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    let page = browser.get("/provinces/KG-B").await;
    assert!(page.contains("15 incidents in the month"), "{page}");
    let form = page.split("<article class=\"anomaly\"").nth(1).unwrap();
    let (token, key, version) = (field(form, "token"), field(form, "key"), field(form, "version"));
    let fields = [("token", token), ("key", key), ("version", version), ("note", "a late batch of reports")];
    let path = format!("/anomalies/{}/explain", open.id);
    let sent = browser.post(&path, &fields).await;
    assert!(sent.contains(&format!("location: /provinces/KG-B#{}", open.id)), "{sent}");
    let page = browser.get("/provinces/KG-B").await;
    let offered = |verdict: &str| page.contains(&format!("formaction=\"/anomalies/{}/{verdict}", open.id));
    assert!(page.contains("a late batch of reports") && page.contains("Correct the verdict"));
    assert!(offered("confirm") && offered("dismiss") && !offered("explain"));
    let explained: Anomaly = analyst.get(&format!("/v1/anomalies/{}", open.id)).await.unwrap();
    assert_eq!((explained.state, explained.version), (AnomalyState::Explained, 2));
    let note = serde_json::json!({ "note": "the batch was on time" });
    let path = |verdict: &str| format!("/v1/anomalies/{}/{verdict}", open.id);
    let again = analyst.post::<_, Anomaly>(&path("explain"), "again", &note).await.unwrap_err();
    assert!(format!("{again:#}").contains("corrected by another one"), "{again:#}");
    let corrected: Anomaly = analyst.post(&path("confirm"), "confirm", &note).await.unwrap();
    let told: Vec<&str> = corrected.history.iter().map(|step| step.note.as_str()).collect();
    assert_eq!((corrected.version, told), (3, vec!["", "a late batch of reports", "the batch was on time"]));
    let at = |moment: domain::Timestamp| format!("known_on={moment}");
    let page: Page<Anomaly> =
        analyst.get(&format!("/v1/anomalies?province=KG-B&{}", at(open.opened_at))).await.unwrap();
    let stood = page.items.first().unwrap();
    assert_eq!((stood.state, stood.history.len(), stood.version), (AnomalyState::Open, 1, 1));
    let one: Anomaly =
        analyst.get(&format!("/v1/anomalies/{}?{}", open.id, at(explained.history[1].at))).await.unwrap();
    assert_eq!(one, explained);
    let absent = analyst.get::<Anomaly>(&format!("/v1/anomalies/{}?known_on=2020-01-01", open.id)).await;
    assert!(absent.is_err(), "it was not found then");
    let audit: serde_json::Value = world.admin.get("/v1/audit?limit=5").await.unwrap();
    assert!(audit.to_string().contains("explainAnomaly"), "{audit}");
    world.end().await;
}
