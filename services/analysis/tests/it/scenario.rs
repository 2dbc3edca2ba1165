//! The exercise scenario that ships with the product: low a week before, high on the day, as its author computed.

#![expect(clippy::unwrap_used, reason = "what tests are given may fail the test")]

use analysis::Analysis;
use contracts::analysis::{GetSituation, Situation};
use domain::{Level, Observation, Place, Point};
use testkit::databases;

use crate::given::*;

const ROWS: &str = include_str!("../../../../deploy/mirab/scenario/ferghana/observations.csv");

fn rows() -> Vec<Observation> {
    let mut table = csv::Reader::from_reader(ROWS.as_bytes());
    let columns = table.headers().unwrap().clone();
    let read = |row: csv::StringRecord| {
        let cell = |name: &str| row[columns.iter().position(|column| column == name).unwrap()].to_owned();
        let mut seen = observation(&cell("id"), -cell("day").parse::<i64>().unwrap());
        let place = Place::province(cell("country").parse().unwrap(), cell("province").parse().unwrap());
        let point = cell("lat")
            .parse()
            .ok()
            .zip(cell("lon").parse().ok())
            .and_then(|(lat, lon)| Point::new(lat, lon).ok());
        seen.place = Place {
            name: Some(cell("place")),
            point,
            precision: cell("precision").parse().unwrap(),
            ..place
        };
        seen.threats = vec![cell("threat").parse().unwrap()];
        (seen.kind, seen.title, seen.exercise) = (cell("kind"), cell("title"), true);
        (seen.source, seen.owner) = (cell("source"), cell("source_owner"));
        seen.severity = cell("severity").parse().unwrap();
        seen.grade = graded(&format!("{}{}", cell("reliability"), cell("credibility")), seen.known_from);
        match cell("deaths").parse() {
            Ok(deaths) => deadly(seen, deaths),
            Err(_) => seen,
        }
    };
    table.records().map(|row| read(row.unwrap())).collect()
}

fn find<'a>(told: &'a [Situation], province: &str, threat: &str) -> &'a Situation {
    told.iter().find(|s| s.province.as_str() == province && s.threat.as_str() == threat).unwrap()
}

#[tokio::test]
async fn border_tension_is_low_a_week_before_and_high_on_the_day() {
    let base = databases::<Analysis>().await.remove(0);
    let service = service(&base);
    hear(&service, &base, pack(rows())).await;
    let query = |days_ago: i64| GetSituation {
        exercise: true,
        on: Some(today().plus(-days_ago)),
        ..GetSituation::default()
    };
    let (before, now) = (situations(&service, query(7)).await, situations(&service, query(0)).await);
    for told in &now {
        eprintln!("{} {} {:.2} {} {:?}", told.province, told.threat, told.index, told.level, told.falls_on);
    }
    for province in ["KG-B", "TJ-SU"] {
        let (before, now) =
            (find(&before, province, "border_tension"), find(&now, province, "border_tension"));
        eprintln!("{province}: {:.2} a week before, {:.2} on the day", before.index, now.index);
        assert_eq!((before.level, now.level), (Level::Low, Level::High), "{province}");
        assert!(now.coverage.sufficient && now.coverage.owners >= 5);
    }
}
