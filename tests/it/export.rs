//! Everything that a search finds, as one stream.

use std::fmt::Write;

use contracts::intake::ImportState;
use e2e::World;

const ROWS: usize = 1203;

fn rows() -> String {
    let mut rows = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n".to_owned();
    for n in 0..ROWS {
        let (day, lat) = (n % 28 + 1, 39.5 + (n % 100) as f64 / 100.0);
        let grade = if n % 3 == 0 { "C,3" } else { "B,2" };
        writeln!(
            rows,
            "{n},2026-10-{day:02},KGZ,KG-B,,{lat},70.5,exact,border_tension,clash,notable,,=Row {n},,,,Wire,Wire,{grade}"
        )
        .unwrap();
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_row_once_in_every_format() {
    let world = World::new().await;
    let run = world.import("csv", "rows.csv", rows().into()).await;
    assert_eq!((run.state, run.accepted), (ImportState::Done, ROWS as u64));
    let analyst = world.person("analyst");
    let table = analyst.text("/v1/observations?all=true&format=csv&hxl=true").await.unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), ROWS + 2);
    assert!(lines[0].starts_with("id,revision,source") && lines[1].starts_with("#event+id,"), "{}", lines[1]);
    assert!(lines[2].contains(",'=Row "), "no formula: {}", lines[2]);
    let mut ids: Vec<&str> = lines[2..].iter().filter_map(|line| line.split(',').next()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ROWS);
    let graded = analyst.text("/v1/observations?all=true&format=ndjson&grade=B2").await.unwrap();
    assert_eq!(graded.lines().count(), ROWS - ROWS.div_ceil(3));
    assert!(graded.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    let map = analyst.text("/v1/observations?all=true&format=geojson&bbox=70,39.5,71,39.75").await.unwrap();
    let map: serde_json::Value = serde_json::from_str(&map).unwrap();
    let features = map["features"].as_array().unwrap();
    assert_eq!(features.len(), (0..ROWS).filter(|n| n % 100 <= 25).count());
    let none = analyst.text("/v1/observations?all=true&format=geojson&bbox=0,0,1,1").await.unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&none).unwrap()["features"].as_array().unwrap().len(),
        0
    );
    for (query, part) in [
        ("all=true", "format"),
        ("bbox=1,2,3", "bbox"),
        ("grade=Z9", "grade"),
        ("all=true&format=csv&limit=x", "limit"),
    ] {
        let refused = analyst.text(&format!("/v1/observations?{query}")).await.unwrap_err();
        assert!(format!("{refused:#}").contains(part), "{query}: {refused:#}");
    }
    world.end().await;
}
