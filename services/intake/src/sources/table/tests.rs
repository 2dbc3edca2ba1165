use contracts::gateway::Format;

use super::*;
use crate::sources::{
    Layout,
    records::{Record, Splitter},
};

const HEADER: &str = "id,date,time,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility,tlp";
const NAMES: [&str; 22] = [
    "id",
    "date",
    "time",
    "country",
    "province",
    "place",
    "lat",
    "lon",
    "precision",
    "threat",
    "kind",
    "severity",
    "deaths",
    "title",
    "text",
    "side_a",
    "side_b",
    "source",
    "source_owner",
    "reliability",
    "credibility",
    "tlp",
];
const GOOD: [&str; 22] = [
    "EX-1",
    "2026-11-20",
    "05:10",
    "KGZ",
    "Batken",
    "Ak-Sai",
    "40.06",
    "70.81",
    "near",
    "border_tension;water_energy",
    "border_incident",
    "serious",
    "2",
    "Exchange of fire",
    "Shots at the canal.",
    "guards",
    "",
    "Monitor 1",
    "Network KG",
    "B",
    "3",
    "",
];

fn read(changes: &[(&str, &str)]) -> Result<Draft, String> {
    let mut fields = GOOD.map(str::to_owned);
    for (column, value) in changes {
        fields[NAMES.iter().position(|name| name == column).unwrap()] = (*value).to_owned();
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&fields).unwrap();
    let mut splitter = Splitter::default();
    splitter.push(&writer.into_inner().unwrap());
    splitter.end();
    let record: Record = splitter.next_record().unwrap();
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: true };
    Layout::of(Format::Csv, HEADER.as_bytes(), terms).unwrap().read(&record).map(|said| said.fact().unwrap())
}

#[test]
fn a_row_becomes_a_draft_of_its_own_source() {
    let draft = read(&[]).unwrap();
    assert_eq!((draft.source.as_str(), draft.owner.as_str()), ("Monitor 1", "Network KG"));
    assert_eq!(draft.place.province.unwrap().as_str(), "KG-B");
    assert_eq!(draft.threats, [Threat::BorderTension, Threat::WaterEnergy]);
    assert_eq!(draft.handling.tlp(), Tlp::Green);
    assert!(draft.exercise && draft.text.contains("05:10"));
    assert_eq!(draft.deaths.unwrap().best, 2);
}

#[test]
fn what_may_be_left_empty_may_be() {
    for column in ["time", "place", "deaths", "text", "side_a", "tlp"] {
        assert!(read(&[(column, "")]).is_ok(), "{column}");
    }
    assert!(read(&[("lat", ""), ("lon", ""), ("precision", "province")]).is_ok());
    assert!(read(&[("province", "")]).is_ok());
    assert!(
        read(&[("country", ""), ("province", ""), ("lat", ""), ("lon", ""), ("precision", "none")]).is_ok()
    );
}

#[test]
fn a_wrong_row_says_what_where_and_what_is_allowed() {
    for (changes, parts) in [
        ([("threat", "war")].as_slice(), ["column threat", "border_tension"]),
        (&[("kind", "Border Incident")], ["column kind", "border_incident"]),
        (&[("precision", "roughly")], ["column precision", "district"]),
        (&[("province", "Atlantis")], ["column province", "ISO 3166-2"]),
        (&[("country", ""), ("province", "Badakhshan")], ["TJ-GB", "AF-BDS"]),
        (&[("severity", "huge")], ["column severity", "grave"]),
        (&[("lat", "")], ["column lat", "both or none"]),
        (&[("lat", "140")], ["column lat", "-90..90"]),
        (&[("deaths", "-1")], ["column deaths", "whole number"]),
        (&[("credibility", "7")], ["column credibility", "1 to 6"]),
        (&[("reliability", "G")], ["column reliability", "A, B"]),
        (&[("date", "20.11.2026")], ["column date", "YYYY-MM-DD"]),
        (&[("date", "2062-11-20")], ["column date", "year"]),
        (&[("date", "2026-11-25")], ["column date", "year"]),
        (&[("title", &"ш".repeat(60_000))], ["column title: has 60000 characters", "at most 300"]),
        (&[("side_b", &"ш".repeat(201))], ["column side_b: has 201", "at most 200"]),
        (&[("time", "25:00")], ["column time", "09:10"]),
        (&[("source", "ucdp")], ["column source", "own road"]),
        (&[("tlp", "WHITE")], ["column tlp", "CLEAR"]),
        (&[("id", "")], ["column id", "empty"]),
        (&[("country", "Kyrgyzstan")], ["column country", "alpha-3"]),
    ] {
        let why = read(changes).unwrap_err();
        assert!(parts.iter().all(|part| why.contains(part)), "{parts:?}: {why}");
    }
}

#[test]
fn a_table_with_days_counted_from_today_is_refused_as_a_whole() {
    let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: true };
    let why = Layout::of(Format::Csv, HEADER.replace(",date,", ",day,").as_bytes(), terms).unwrap_err();
    assert!(why.contains("lacks the columns date") && why.contains("id, day"), "{why}");
}

#[test]
fn the_exercise_that_comes_with_mirab_is_read_whole() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/mirab/scenario/ferghana/observations.csv");
    let mut reader = csv::Reader::from_path(file).unwrap();
    let header: Vec<String> =
        reader.headers().unwrap().iter().map(|name| name.replace("day", "date")).collect();
    let today: Day = "2026-11-23".parse().unwrap();
    let terms = Terms { received_on: today, exercise: true };
    let layout = Layout::of(Format::Csv, header.join(",").as_bytes(), terms).unwrap();
    let at = header.iter().position(|name| name == "date").unwrap();
    let mut read = 0;
    for row in reader.records() {
        let mut fields: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        fields[at] = today.plus(fields[at].parse().unwrap()).to_string();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&fields).unwrap();
        let mut splitter = Splitter::default();
        splitter.push(&writer.into_inner().unwrap());
        splitter.end();
        let draft = layout.read(&splitter.next_record().unwrap());
        assert!(draft.is_ok(), "{}: {draft:?}", fields[0]);
        read += 1;
    }
    assert!(read > 200);
}
