//! A monitor's week: asked for by the desk, answered on the form, accepted, said; and one that does not come.

use std::time::Duration;

use contracts::{
    Page, Role,
    intake::weekly::{Assignment, Due, DueState},
};
use e2e::World;
use kit::Clock;
use serde_json::{Value, json};
use testkit::browser::{Browser, field};

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_answers_on_the_form_the_desk_accepts_and_a_missing_report_is_listed() {
    let world = World::new().await;
    let stack = world.stack.as_ref().unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let wish = json!({ "name": "monitor-two", "roles": [Role::FieldMonitor] });
    let made: Value = world.admin.post("/v1/tokens", "monitor-two", &wish).await.unwrap();
    let desk = world.person("analyst");
    let week = Clock::system().now().day().week().0.plus(-14);
    let duty = |monitor: &str, sign: &str, province: &str| json!({ "monitor": monitor, "call_sign": sign, "province": province, "from": week });
    let _: Assignment =
        desk.post("/v1/assignments", "a1", &duty("monitor-two", "Batken 1", "KG-B")).await.unwrap();
    let _: Assignment = desk.post("/v1/assignments", "a2", &duty("monitor", "Osh 1", "KG-O")).await.unwrap();
    let named =
        desk.post::<_, Value>("/v1/assignments", "a3", &duty("nobody", "X", "KG-B")).await.unwrap_err();
    assert!(format!("{named:#}").contains("field_monitor"), "{named:#}");

    let browser = Browser::sign_in(address, made["token"].as_str().unwrap()).await;
    let own = browser.get(&format!("/reports/due?week={week}")).await;
    assert!(own.contains("Batken 1") && !own.contains("Osh 1"), "a monitor sees the own duties: {own}");
    let address = format!("/reports/weekly?province=KG-B&week={week}");
    let form = browser.get(&address).await;
    let (monday, token) = (week.to_string(), field(&form, "token").to_owned());
    let mut fields = vec![
        ("token", token.as_str()),
        ("key", field(&form, "key")),
        ("province", "KG-B"),
        ("week", monday.as_str()),
        ("questionnaire", field(&form, "questionnaire")),
        ("extent:price_spike", "marked"),
        ("text:price_spike", "flour"),
        ("tlp", "AMBER"),
        ("do", "send"),
    ];
    let refused = browser.post("/reports/weekly?lang=ru", &fields).await;
    assert!(refused.contains("422") && refused.contains("на этот вопрос надо ответить"), "{refused}");
    let kept = browser.get(&address).await;
    assert!(kept.contains("value=\"marked\" checked"), "what was written is kept: {kept}");
    fields.push(("choice:access", "most"));
    let sent = browser.post("/reports/weekly", &fields).await;
    let id = sent.split("sent=").nth(1).and_then(|rest| rest.split_whitespace().next());
    let id = id.unwrap_or_else(|| panic!("{sent}")).to_owned();
    let again = browser.post("/reports/weekly", &fields).await;
    assert!(again.contains(&id), "pressed twice, sent once: {again}");

    world.accept(&id).await;
    let report: Value = desk.get(&format!("/v1/reports/{id}")).await.unwrap();
    assert_eq!((&report["state"], &report["observation"]), (&json!("accepted"), &Value::Null));
    let readings = world.files_holding("mirab.intake.indicators.read.v1").unwrap();
    assert!(!readings.is_empty(), "what was answered is said");
    let due: Page<Due> = desk.get(&format!("/v1/reports/due?week={week}")).await.unwrap();
    let states: Vec<(&str, DueState)> =
        due.items.iter().map(|due| (due.call_sign.as_str(), due.state)).collect();
    assert_eq!(states, [("Batken 1", DueState::Late), ("Osh 1", DueState::Missing)]);
    let text = serde_json::to_string(&due).unwrap();
    assert!(!text.contains("monitor-two"), "who the monitor is, is told nobody: {text}");
    tokio::time::timeout(Duration::from_secs(60), world.end()).await.unwrap();
}
