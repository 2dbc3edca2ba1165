//! The road: from a report to a partner's acknowledgement, and every way it must not go.

use contracts::{
    Page,
    coordination::{DeliveryState, PartnerAlert},
};
use domain::{
    release::{Outcome, Rule},
    warning::AckKind,
};
use e2e::{World, until};
use kit::webhook;
use serde_json::{Value, json};
use testkit::browser::{Browser, field};

fn verify(secret: &str, received: &testkit::Received) {
    let secret: webhook::Secret = secret.parse().unwrap();
    let headers = webhook::Headers {
        id: received.header("webhook-id").to_owned(),
        timestamp: received.header("webhook-timestamp").to_owned(),
        signature: received.header("webhook-signature").to_owned(),
    };
    let now = kit::Clock::system().now().as_datetime().timestamp();
    webhook::verify(webhook::Verifier::Secret(&secret), &headers, &received.body, now, webhook::TOLERANCE)
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_leads_to_an_acknowledgement_and_each_partner_gets_what_its_mandate_allows() {
    let world = World::new().await;
    let osce = world.partner("osce", &["border_tension"], "exact", &[500]).await;
    let team = world.partner("team", &["border_tension", "displacement"], "country", &[]).await;
    let narx = world.partner("narx", &["drug_trafficking"], "exact", &[]).await;
    for key in ["osce", "team", "narx"] {
        world.consent(key).await;
    }
    world.escalate(&["KGZ"]).await;
    let warning = world.issue().await;

    let received = osce.receiver.wait_for(2).await;
    assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
    assert_eq!(received[0].body, received[1].body);
    verify(&osce.secret, &received[1]);
    assert_eq!(received[1].json()["data"]["id"], warning.id.as_str());
    team.receiver.wait_for(1).await;

    let path = format!("/v1/partner/alerts/{}", warning.id);
    let seen: PartnerAlert = osce.client.get(&path).await.unwrap();
    contracts::cap::check(&seen.cap).unwrap();
    let _: Value = osce
        .client
        .post(&format!("{path}/ack"), "ack", &json!({ "kind": "acting", "by": "duty officer" }))
        .await
        .unwrap();
    let told = world
        .told(&warning, |all| {
            all.iter().any(|d| d.acknowledgements.iter().any(|a| a.kind == AckKind::Acting))
        })
        .await;

    let of = |key: &str| told.iter().find(|d| d.partner == key).unwrap();
    assert_eq!(of("osce").decision.outcome, Outcome::Release, "{}", of("osce").reason);
    assert_eq!(of("osce").delivery.as_ref().unwrap().state, DeliveryState::Acknowledged);
    assert_eq!(of("team").decision.outcome, Outcome::ReleaseRedacted);
    assert_eq!(of("narx").decision.outcome, Outcome::Withhold);
    assert!(of("narx").reason.contains("outside the mandate"), "{}", of("narx").reason);
    assert_eq!(of("narx").decision.steps.len(), Rule::ALL.len());
    assert!(narx.receiver.received().is_empty());

    let redacted: PartnerAlert = team.client.get(&path).await.unwrap();
    assert!(redacted.warning.places.iter().all(|p| p.province.is_none() && p.point.is_none()));
    let refused = narx.client.get::<PartnerAlert>(&path).await.unwrap_err().to_string();
    assert!(refused.contains("404"), "what is withheld does not exist for the partner: {refused}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_told_that_a_level_was_set_by_hand_and_neither_by_whom_nor_why() {
    let world = World::new().await;
    let osce = world.partner("osce", &["border_tension"], "exact", &[]).await;
    world.consent("osce").await;
    world.report(0, &["KGZ"]).await;
    until("it is assessed", async || {
        let path = "/v1/situation/KG-B?threat=border_tension&exercise=true";
        let told: Page<Value> = world.person("head").get(path).await.ok()?;
        told.items.into_iter().next()
    })
    .await;
    let set = json!({ "threat": "border_tension", "exercise": true, "level": "high", "reason": "Minister Karimov told our man" });
    let set: Value = world
        .person("head")
        .post("/v1/situation/KG-B/override", "set", &set)
        .await
        .expect("a level set by hand");
    let by = set["by"].as_str().unwrap();
    let warning = world.issue().await;

    let received = osce.receiver.wait_for(1).await;
    let path = format!("/v1/partner/alerts/{}", warning.id);
    let seen: PartnerAlert = osce.client.get(&path).await.unwrap();
    let list: Page<Value> = osce.client.get("/v1/partner/alerts").await.unwrap();
    let texts = serde_json::to_string(&seen).unwrap();
    for told in ["is the judgement of a person and not", "суждение человека, а не расчёт. Он действует"]
    {
        assert!(texts.contains(told) && seen.cap.contains(told), "{texts}");
    }
    let sent = received[0].json().to_string();
    for leaves in [texts, sent, serde_json::to_string(&list.items).unwrap(), seen.cap] {
        assert!(!leaves.contains("Karimov") && !leaves.contains(&format!("set by {by}")), "{leaves}");
    }
    let why: Page<Value> = world.person("analyst").get("/v1/explain/no-alert").await.unwrap();
    let why = serde_json::to_string(&why.items).unwrap();
    assert!(why.contains("set by hand by") && why.contains("Karimov"), "the house reads it: {why}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_consent_stops_what_was_not_sent_and_what_is_read_again() {
    let world = World::new().await;
    let osce = world.partner("osce", &["border_tension"], "exact", &[]).await;
    let consent = world.consent("osce").await;
    world.escalate(&["KGZ"]).await;
    let warning = world.issue().await;
    osce.receiver.wait_for(1).await;
    let path = format!("/v1/partner/alerts/{}", warning.id);
    osce.client.get::<PartnerAlert>(&path).await.unwrap();

    world.move_consent(&consent, "withdraw").await;
    until("the partner no longer sees it", async || osce.client.get::<PartnerAlert>(&path).await.err()).await;
    let preview: Value = world
        .person("coordinator")
        .post("/v1/release/preview", "preview", &json!({ "warning": warning.id }))
        .await
        .unwrap();
    let decision = &preview["items"][0];
    assert_eq!(decision["decision"]["outcome"], "withhold");
    assert!(decision["reason"].as_str().unwrap().contains("withdrawn"), "{decision}");
    let list: Page<PartnerAlert> = osce.client.get("/v1/partner/alerts").await.unwrap();
    assert!(list.items.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_governments_consent_nothing_leaves() {
    let world = World::new().await;
    let osce = world.partner("osce", &["border_tension"], "exact", &[]).await;
    world.escalate(&["KGZ"]).await;
    let warning = world.issue().await;
    let told = world.told(&warning, |all| !all.is_empty()).await;
    assert_eq!(told[0].decision.outcome, Outcome::Withhold);
    assert!(told[0].reason.contains("no consent of KGZ"), "{}", told[0].reason);
    assert!(told[0].delivery.is_none());
    assert!(osce.receiver.received().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_submitted() {
    let world = World::new().await;
    world.escalate(&[]).await;
    let draft = world.draft().await;
    let path = |action: &str| format!("/v1/warnings/{}/{action}", draft.id);
    let head = world.person("head");
    let _: Value = head.post(&path("submit"), "submit", &json!({})).await.unwrap();
    let refused =
        head.post::<_, Value>(&path("approve"), "approve", &json!({})).await.unwrap_err().to_string();
    assert!(refused.contains("409") || refused.contains("422") || refused.contains("403"), "{refused}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_a_restart_and_the_same_file_changes_nothing() {
    let mut world = World::new().await;
    let rows = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n\
                1,2026-01-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,One,,,,Wire,Wire,B,2\n\
                2,2026-13-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,Two,,,,Wire,Wire,B,2\n";
    let first = world.import("csv", "two.csv", rows.into()).await;
    assert_eq!((first.read, first.accepted, first.quarantined), (2, 1, 1));
    world.restart().await;
    let second = world.import("csv", "two.csv", rows.into()).await;
    assert_eq!((second.read, second.unchanged, second.quarantined), (2, 2, 0));
    let told = remark_of(&world, &second.id.to_string()).await;
    assert!(told.contains(first.id.as_str()), "the run names the one that read the file: {told}");
    let waiting: Value =
        world.person("analyst").get(&format!("/v1/imports/{}/quarantine", first.id)).await.unwrap();
    assert_eq!(waiting["items"][0]["line"], 3);
    assert!(waiting["items"][0]["reason"].as_str().unwrap().contains("2026-13-05"), "{waiting}");
    mend_in_the_console(&world, &first.id.to_string()).await;
    let third = world.run(&first.id.to_string()).await;
    assert_eq!((third.read, third.accepted, third.unchanged, third.quarantined), (2, 2, 0, 0));
    world.end().await;
}

async fn remark_of(world: &World, import: &str) -> String {
    let run: Value = world.person("analyst").get(&format!("/v1/imports/{import}")).await.unwrap();
    run["remarks"][0]["text"].as_str().unwrap_or_default().to_owned()
}

async fn mend_in_the_console(world: &World, import: &str) {
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    let (show, replay) = (format!("/imports/{import}"), format!("/imports/{import}/replay"));
    let page = browser.get(&show).await;
    let send = |corrected: &'static str, page: String| {
        let (browser, replay) = (&browser, &replay);
        async move {
            let (token, key, record) = (field(&page, "token"), field(&page, "key"), field(&page, "record"));
            let fields = [("token", token), ("key", key), ("record", record), ("corrected", corrected)];
            browser.post(replay, &fields).await
        }
    };
    let refused = send("2,2026-13-05,KGZ", page).await;
    assert!(
        refused.contains("2,2026-13-05,KGZ</textarea>") && refused.contains("role=\"alert\""),
        "{refused}"
    );
    let mended = "2,2026-01-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,Two,,,,Wire,Wire,B,2";
    let sent = send(mended, refused).await;
    assert!(sent.contains(&format!("location: {show}")), "{sent}");
    assert!(!browser.get(&show).await.contains("<textarea"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_of_text_goes_the_road_of_a_report() {
    let world = World::new().await;
    let line = "MRBX KG-B border_tension border_incident serious 2d 2026-01-05 shots at the canal";
    let receipt: Value = world.person("monitor").upload("/v1/reports/line", line.into()).await.unwrap();
    let id = receipt["report"].as_str().unwrap();
    world.accept(id).await;
    let report: Value = world.person("analyst").get(&format!("/v1/reports/{id}")).await.unwrap();
    assert_eq!((&report["state"], &report["place"]["province"]), (&json!("accepted"), &json!("KG-B")));
    world.end().await;
}
