//! The media signal: from a file of GDELT to a province over time, over the API and in the console.

use std::fmt::Write;

use contracts::{
    Page,
    analysis::{
        Situation,
        series::{Point, Series, Unit},
    },
};
use domain::{Day, Threat};
use e2e::{World, until};
use serde_json::Value;
use testkit::browser::Browser;

/// So many articles from as many domains on shots in Batken on this day, as GDELT 2.0 writes them.
fn shots(day: Day, articles: usize) -> String {
    let compact = day.to_string().replace('-', "");
    let mut rows = String::new();
    for number in 0..articles {
        let mut fields = vec![String::new(); 61];
        let values = [
            (1, format!("{compact}{number}")),
            (2, compact.clone()),
            (6, format!("COP{number}")),
            (13, "COP".into()),
            (27, "193".into()),
            (30, "4".into()),
            (34, "1".into()),
            (35, "-6.5".into()),
            (52, "4".into()),
            (54, "KG".into()),
            (55, "KG09".into()),
            (57, "40.0563".into()),
            (58, "70.8195".into()),
            (60, format!("{compact}120000")),
            (61, format!("https://paper{number}.example/1")),
        ];
        for (column, value) in values {
            fields[column - 1] = value;
        }
        writeln!(rows, "{}", fields.join("\t")).unwrap();
    }
    rows
}

fn on(series: &Series, day: Day) -> &Point {
    series.points.iter().find(|point| point.from <= day && day <= point.to).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_gdelt_shows_as_a_signal_by_day_and_raises_nothing() {
    let world = World::new().await;
    let today = kit::Clock::system().now().day();
    let (one, other) = (today.plus(-40), today.plus(-33));
    let file = shots(one, 40) + &shots(other, 7);
    let run = world.import("gdelt", "week.export.CSV", file.clone().into()).await;
    assert_eq!((run.read, run.accepted, run.quarantined, run.passed_over), (47, 47, 0, 0), "{}", run.failure);
    let analyst = world.person("analyst");
    let ask = async |unit: Unit| -> Option<Series> {
        let page: Page<Series> = analyst.get(&format!("/v1/series?province=KG-B&unit={unit}")).await.ok()?;
        page.items.into_iter().find(|series| series.threat == Threat::ArmedConflict)
    };
    let days = until("the signal is there by day", async || {
        ask(Unit::Day).await.filter(|days| on(days, other).media.is_some())
    })
    .await;
    assert_eq!(days.points.len(), 90);
    let signal = on(&days, one).media.as_ref().unwrap();
    assert_eq!((signal.articles, signal.domains, signal.events, signal.tone), (40, 40, 40, Some(-6.5)));
    assert_eq!(
        (on(&days, other).media.as_ref().unwrap().articles, on(&days, today).media.is_none()),
        (7, true)
    );
    assert!(days.points.iter().all(|point| point.events.is_none()), "written of is not reported from");
    let weeks = ask(Unit::Week).await.unwrap();
    let week = on(&weeks, one);
    assert_eq!((week.to.since(week.from), week.media.as_ref().unwrap().domains), (6, 40));

    let again = world.import("gdelt", "again.export.CSV", file.into()).await;
    assert_eq!((again.accepted, again.updated, again.unchanged), (0, 0, 47));
    assert_eq!(ask(Unit::Day).await.unwrap(), days);
    let situation: Page<Situation> = analyst.get("/v1/situation").await.unwrap();
    assert!(situation.items.is_empty(), "no level rises from it");
    let pins: Value = analyst.get("/v1/observations?format=geojson").await.unwrap();
    assert_eq!(pins["features"].as_array().unwrap().len(), 0, "and no pin is drawn");
    let refused =
        analyst.get::<Value>("/v1/series?unit=day&province=KG-B&from=2020-01-01").await.unwrap_err();
    assert!(refused.to_string().contains("600"), "{refused}");

    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    let page = browser.get("/provinces/KG-B?unit=week").await;
    assert!(page.contains("class=\"bars media\"") && page.contains("raises no level"), "{page}");
    let table = browser.get("/v1/series?province=KG-B&unit=week&format=csv").await;
    assert!(table.contains("media_domains") && table.contains(&format!("{},", week.from)), "{table}");
    world.end().await;
}
