//! A level from file to page: why it is red, how sure, what it would be without a source, and a level set by hand.

use std::fmt::Write;

use contracts::{
    Page,
    analysis::{Situation, overrides::Override},
};
use domain::Level;
use e2e::{World, until};
use serde_json::{Value, json};
use testkit::browser::{Browser, field};

/// A war in Kunduz by one wire, and talks there today.
fn war() -> String {
    let today = kit::Clock::system().now().day();
    let mut rows = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n".to_owned();
    for n in 0..40 {
        let day = today.plus(-(n % 5));
        writeln!(
            rows,
            "{n},{day},AFG,AF-KDZ,,,,province,armed_conflict,clash_{n},grave,30,Clash {n},,,,Wire,Wire,B,2"
        )
        .unwrap();
    }
    writeln!(
        rows,
        "99,{today},AFG,AF-KDZ,,,,province,armed_conflict,talks,serious,,Elders met,,,,Wire,Wire,B,2"
    )
    .unwrap();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_explains_itself_can_be_doubted_and_is_set_by_hand_beside_it() {
    let world = World::new().await;
    let run = world.import("csv", "war.csv", war().into()).await;
    assert_eq!((run.accepted, run.quarantined), (41, 0));
    let analyst = world.person("analyst");
    let written = async |path: &str| {
        let page: Page<Value> = analyst.get(path).await.ok()?;
        page.items.into_iter().next()
    };
    let told = async |path: &str| serde_json::from_value::<Situation>(written(path).await?).ok();
    let there = until("the level is there", async || {
        told("/v1/situation/AF-KDZ?threat=armed_conflict").await.filter(|s| s.level == Level::Critical)
    })
    .await;
    let parts = there.components.unwrap();
    assert!(parts.relief > 0.0 && parts.relieved_by[0].title == "Elders met" && parts.evidence.len() == 40);
    let here =
        until("it spills over", async || written("/v1/situation/TJ-KT?threat=armed_conflict").await).await;
    assert_eq!(here["components"]["spilled_from"][0]["province"], "AF-KDZ");
    assert_eq!(
        (&here["level"], &here["computed"]),
        (&Value::Null, &json!("low")),
        "nobody reports from there"
    );
    let without = written("/v1/situation/AF-KDZ?threat=armed_conflict&without=Wire").await.unwrap();
    assert_eq!((&without["level"], &without["computed"]), (&Value::Null, &json!("calm")));
    for told in [&here, &without].map(|one| &one["attention"]) {
        assert!(told["rule"] != "level" || told["level"].is_null(), "{told}");
    }

    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    let page = browser.get("/provinces/AF-KDZ?threat=armed_conflict&without=Wire").await;
    assert!(page.contains("What the index is made of") && page.contains("Elders met"), "{page}");
    assert!(page.contains("It would be"), "{page}");
    let form = page.split("/provinces/AF-KDZ/override").nth(1).unwrap();
    let fields = [
        ("token", field(form, "token")),
        ("key", field(form, "key")),
        ("threat", field(form, "threat")),
        ("exercise", field(form, "exercise")),
        ("level", "elevated"),
        ("until", field(form, "until")),
        ("reason", "the front is frozen"),
    ];
    let sent = browser.post("/provinces/AF-KDZ/override", &fields).await;
    assert!(sent.contains("location: /provinces/AF-KDZ#set-armed_conflict"), "{sent}");
    let page = browser.get("/provinces/AF-KDZ").await;
    assert!(page.contains("the front is frozen") && page.contains("Set by hand:"), "{page}");
    let set: Page<Override> = analyst.get("/v1/overrides?province=AF-KDZ").await.unwrap();
    assert_eq!((set.items[0].level, set.items[0].computed), (Level::Elevated, Level::Critical));
    let both = told("/v1/situation/AF-KDZ?threat=armed_conflict").await.unwrap();
    assert_eq!((both.level, both.in_force()), (Level::Critical, Level::Elevated));
    let rules: Value = analyst.get("/v1/rules").await.unwrap();
    assert!(rules.to_string().contains("alarms_per_month"), "{rules}");
    world.end().await;
}
