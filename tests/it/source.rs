//! Sources: from a server that answers as they do, and from one that sends by itself, to what is known here.

use contracts::{
    Page,
    intake::sources::{Source, SourceState},
};
use domain::Observation;
use e2e::{World, until};
use kit::webhook::{self, Signers};
use serde_json::{Value, json};
use testkit::{
    Recorded, Site,
    browser::{Browser, field},
};

const ROWS: &str = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n\
    1,2026-01-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,Shots at the canal,,,,Wire,Wire,B,2\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_set_up_asked_and_what_it_brings_is_known() {
    let (world, site) = (World::new().await, Site::start().await);
    site.answer("/rows.csv", [Recorded::ok(ROWS)]);
    let head = world.person("head");
    let wish = json!({ "key": "wire", "connector": "file", "form": { "title": "The wire", "address": format!("{}rows.csv", site.url),
        "format": "csv", "every_s": 3600, "handling": { "tlp": "AMBER", "audience": ["*"] } } });
    let made: Source = head.post("/v1/sources", "make", &wish).await.unwrap();
    assert_eq!((made.health.state, made.version), (SourceState::Paused, 1));
    let _: Source = head.post("/v1/sources/wire/resume", "on", &json!({})).await.unwrap();
    let analyst = world.person("analyst");
    let good = until("the source was asked", async || {
        let source: Source = analyst.get("/v1/sources/wire").await.ok()?;
        (source.health.state == SourceState::Good).then_some(source)
    })
    .await;
    let run = world.run(&good.last_run.unwrap().import.to_string()).await;
    assert_eq!((run.accepted, run.by.as_str()), (1, "source wire"));
    let known: Page<Observation> = analyst.get("/v1/observations?province=KG-B").await.unwrap();
    assert_eq!(known.items[0].handling.tlp(), domain::Tlp::Amber);
    let refused =
        analyst.post::<_, Value>("/v1/sources/wire/pull", "no", &json!({})).await.unwrap_err().to_string();
    assert!(refused.contains("403"), "{refused}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_sends_signed_becomes_a_report_and_nothing_else_does() {
    let world = World::new().await;
    let head = world.person("head");
    let wish = json!({ "key": "network-kg", "connector": "webhook", "form": { "title": "Network KG", "every_s": 86400,
        "grade": { "reliability": "C", "credibility": 3 }, "handling": { "tlp": "AMBER", "audience": ["*"] } } });
    let _: Source = head.post("/v1/sources", "make", &wish).await.unwrap();
    let _: Source = head.post("/v1/sources/network-kg/resume", "on", &json!({})).await.unwrap();
    let made: Value = head.post("/v1/sources/network-kg/secret", "secret", &json!({})).await.unwrap();
    let secret: webhook::Secret = made["secret"].as_str().unwrap().parse().unwrap();
    let again: Value = head.post("/v1/sources/network-kg/secret", "secret", &json!({})).await.unwrap();
    assert_eq!(again["secret"], Value::Null, "it is shown once");
    let body = json!({ "title": "Shots at the canal", "text": "as seen", "threat": "border_tension", "kind": "border_incident",
        "severity": "serious", "place": { "country": "KGZ", "province": "KG-B", "precision": "province" } }).to_string();
    let address = world.stack.as_ref().unwrap().address();
    let send = async |signed: bool| {
        let at = kit::Clock::system().now().as_datetime().timestamp();
        let signers = Signers { secrets: std::slice::from_ref(&secret), keys: &[] };
        let headers = webhook::headers(signers, "msg_1", at, body.as_bytes()).unwrap().into_pairs();
        let headers: String =
            headers.iter().filter(|_| signed).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let at = address.trim_start_matches("http://").parse().unwrap();
        testkit::browser::ask(at, "POST /v1/hooks/network-kg", &headers, &body).await
    };
    let taken = until("the door knows the source", async || {
        let answer = send(true).await;
        answer.contains(" 202 ").then_some(answer)
    })
    .await;
    assert!(send(false).await.contains(" 401 "));
    assert_eq!(
        send(true).await.split("\r\n\r\n").nth(1),
        taken.split("\r\n\r\n").nth(1),
        "the same id is answered alike"
    );
    let analyst = world.person("analyst");
    let reports = until("the report is there", async || {
        let page: Page<Value> = analyst.get("/v1/reports").await.ok()?;
        (!page.items.is_empty()).then_some(page.items)
    })
    .await;
    assert_eq!(reports.len(), 1);
    assert_eq!(
        (&reports[0]["form"]["grade"]["reliability"], &reports[0]["state"]),
        (&json!("C"), &json!("triage"))
    );
    let source: Source = analyst.get("/v1/sources/network-kg").await.unwrap();
    assert_eq!((source.health.state, source.brought), (SourceState::Good, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_set_up_and_changed_in_the_console_and_its_page_tells_where_it_goes_on() {
    let (world, site) = (World::new().await, Site::start().await);
    site.answer("/rows.csv", [Recorded::ok(ROWS).with("etag", "\"7\"")]);
    let address = world.stack.as_ref().unwrap().address();
    let at = address.trim_start_matches("http://").parse().unwrap();
    let wish = json!({ "name": "head-two", "roles": ["head"] });
    let made: Value = world.admin.post("/v1/tokens", "head-two", &wish).await.unwrap();
    let browser = Browser::sign_in(at, made["token"].as_str().unwrap()).await;
    let form = browser.get("/sources/new").await;
    let url = format!("{}rows.csv", site.url);
    let mut fields = vec![
        ("token", field(&form, "token")),
        ("key", field(&form, "key")),
        ("source", "wire"),
        ("connector", "file"),
        ("title", "The wire"),
        ("address", url.as_str()),
        ("format", "csv"),
        ("every", "6"),
        ("unit", "h"),
        ("licence", "CC-BY-4.0"),
    ];
    let refused = browser.post("/sources", &fields).await;
    assert!(refused.contains(" 422 ") && refused.contains("Choose a label"), "{refused}");
    assert!(refused.contains("value=\"The wire\""), "what was written is kept");
    fields.extend([("tlp", "AMBER"), ("redistribution", "derived"), ("everyone", "on")]);
    let sent = browser.post("/sources", &fields).await;
    assert!(sent.contains(" 303 ") && sent.contains("/sources/wire"), "{sent}");
    let head = world.person("head");
    let source: Source = head.get("/v1/sources/wire").await.unwrap();
    let handling = source.form.handling.as_ref().unwrap();
    assert_eq!((source.form.every_s, handling.tlp(), source.enabled), (21_600, domain::Tlp::Amber, false));
    assert_eq!(handling.licence.redistribution, domain::Redistribution::Derived);

    let _: Source = head.post("/v1/sources/wire/resume", "on", &json!({})).await.unwrap();
    let good = until("the source was asked", async || {
        let source: Source = head.get("/v1/sources/wire").await.ok()?;
        (source.health.state == SourceState::Good).then_some(source)
    })
    .await;
    assert!(good.goes_on.iter().any(|mark| mark.figure == "\"7\""), "{:?}", good.goes_on);
    let page = browser.get("/sources/wire").await;
    assert!(
        page.contains("every 6 h") && page.contains("Version of the file") && page.contains("/imports/"),
        "{page}"
    );
    assert!(browser.get("/sources/wire?lang=ru").await.contains("Версия файла"));

    let form = browser.get("/sources/wire/edit").await;
    assert!(form.contains("CC-BY-4.0") && form.contains("value=\"6\""), "{form}");
    let version = field(&form, "version").to_owned();
    let changed = [
        ("token", field(&form, "token")),
        ("key", field(&form, "key")),
        ("version", version.as_str()),
        ("connector", "file"),
        ("title", "The wire, renamed"),
        ("address", url.as_str()),
        ("format", "csv"),
    ];
    let sent = browser.post("/sources/wire/edit", &changed).await;
    assert!(sent.contains(" 303 "), "{sent}");
    let source: Source = head.get("/v1/sources/wire").await.unwrap();
    assert_eq!((source.form.title.as_str(), source.form.every_s), ("The wire, renamed", 0));
    let late = browser
        .post(
            "/sources/wire/edit",
            &[("key", "other-press"), changed[0], changed[2], changed[3], changed[4], changed[5], changed[6]],
        )
        .await;
    assert!(late.contains(" 412 ") || late.contains(" 409 "), "it was changed since: {late}");
    world.end().await;
}
