//! HDX HAPI conflict events, as JSON or CSV: monthly counts of ACLED's events by unit.
//!
//! A count of a month is no incident. It is kept as what it is, to compare with.

use contracts::intake::aggregate::Measure;
use domain::{Country, Day, Handling, Licence, ProvinceCode, Redistribution};
use geography::Resolution;
use serde_json::{Map, Value};

use super::{
    Terms,
    row::{Columns, Row},
    unread::unread,
};
use crate::domain::aggregate::Count;

/// The source's short name.
pub const SOURCE: &str = "hapi-conflict-events";
/// The columns without which a table is none of HAPI's.
pub const REQUIRED: &[&str] =
    &["location_code", "event_type", "events", "reference_period_start", "reference_period_end"];
/// How it is cited.
pub const CITATION: &str = "ACLED, monthly aggregates by administrative unit, through the HDX Humanitarian API (HAPI), OCHA Centre for \
     Humanitarian Data, data.humdata.org.";
/// Nothing is dated before this year.
const EARLIEST: i32 = 1997;

/// Reads an element of its JSON.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_json(bytes: &[u8], terms: Terms) -> Result<Count, String> {
    let object: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
        format!("the record is no JSON object that can be read: {}; mend it", unread(&error))
    })?;
    let columns = Columns::of_names(object.keys().cloned().collect())?;
    columns
        .require(REQUIRED)
        .map_err(|why| why.replace("header lacks the columns", "record lacks the names"))?;
    let fields: Vec<String> = object.values().map(plain).collect();
    if fields.iter().any(|field| field.contains('\0')) {
        return Err("the record holds a NUL character; remove it".to_owned());
    }
    let mut row = Row::new(&columns, &fields)?;
    let count = read(&mut row, terms);
    row.finish(count)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Reads one record; what is wrong with it is noted in the row.
pub(super) fn read(row: &mut Row<'_>, terms: Terms) -> Option<Count> {
    let country = row.value::<Country>("location_code");
    let measure = row.value::<Measure>("event_type");
    let events = row.needed("events").and_then(|_| row.count("events"));
    let deaths = row.count("fatalities");
    let (from, to) = (day(row, "reference_period_start", terms), day(row, "reference_period_end", terms));
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        row.wrong("reference_period_end", format_args!("{to} lies before the beginning, {from}"));
    }
    let (unit_system, unit, unit_name) = unit(row);
    let country = country?;
    check_unit(row, country);
    Some(Count {
        source: SOURCE.to_owned(),
        owner: "ACLED".to_owned(),
        country,
        province: row.filled("admin1_code").and_then(|code| province(code, country)),
        unit_system: unit_system.to_owned(),
        unit: unit.to_owned(),
        unit_name: unit_name.to_owned(),
        measure: measure?,
        from: from?,
        to: to?,
        events: events?,
        deaths,
        handling: Handling::open(Licence::named("ACLED-aggregate", Redistribution::Derived, CITATION)),
        exercise: terms.exercise,
    })
}

/// The finest unit that is told: its system, code and name.
fn unit<'a>(row: &Row<'a>) -> (&'static str, &'a str, &'a str) {
    for (code, name) in [("admin2_code", "admin2_name"), ("admin1_code", "admin1_name")] {
        if let Some(code) = row.filled(code) {
            return ("p-code", code, row.text(name));
        }
    }
    ("iso3166-1", row.text("location_code"), row.text("location_name"))
}

/// The province of a p-code, in its country.
fn province(pcode: &str, country: Country) -> Option<ProvinceCode> {
    let here = |unit: &&geography::Province| unit.country == country.as_str() && unit.pcode == Some(pcode);
    geography::provinces().iter().find(here)?.id.parse().ok()
}

/// Notes where the first-level unit is of another country, or is called otherwise than its code says: by one of both it would be counted
/// where it is not. What is called as no province is known is its source's own spelling.
fn check_unit(row: &mut Row<'_>, country: Country) {
    let Some(code) = row.filled("admin1_code") else { return };
    let Some(unit) = geography::provinces().iter().find(|unit| unit.pcode == Some(code)) else { return };
    if unit.country != country.as_str() {
        return row.wrong(
            "admin1_code",
            format_args!("{code} is of another country, {}; correct the code or location_code", unit.country),
        );
    }
    let Some(name) = row.filled("admin1_name") else { return };
    let Resolution::Found(called) = geography::resolve_province(name, Some(country.as_str())) else { return };
    // a city and the region around it are called alike
    if called.id != unit.id && !unit.name_en.to_lowercase().contains(&name.to_lowercase()) {
        row.wrong(
            "admin1_code",
            format_args!(
                "{code} is of {} ({}), and admin1_name names {} ({}); correct the one that is wrong",
                unit.id, unit.name_en, called.id, called.name_en
            ),
        );
    }
}

/// A day, which may have a time behind it.
fn day(row: &mut Row<'_>, column: &str, terms: Terms) -> Option<Day> {
    let text: String = row.needed(column)?.chars().take(10).collect();
    let day = text.parse::<Day>().map_err(|invalid| row.wrong(column, invalid)).ok()?;
    // a month is announced with its last day while it lasts
    row.check_day(column, day, (EARLIEST, terms.received_on.plus(31)));
    Some(day)
}

#[cfg(test)]
mod tests {
    use contracts::gateway::Format;

    use super::*;
    use crate::sources::{Layout, records};

    const ROW: &str = r#"{"resource_hdx_id":"x","location_ref":1,"location_code":"AFG","location_name":"Afghanistan",
        "admin1_code":"AF01","admin1_name":"Kabul","admin2_code":"AF0101","admin2_name":"Kabul","event_type":"political_violence",
        "events":7,"fatalities":null,"reference_period_start":"2026-10-01T00:00:00","reference_period_end":"2026-10-31T23:59:59"}"#;

    fn terms() -> Terms {
        Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false }
    }

    #[test]
    fn a_row_of_json_is_a_count_and_says_no_more_than_it_knows() {
        let count = read_json(ROW.as_bytes(), terms()).unwrap();
        assert_eq!(count.province.as_ref().unwrap().as_str(), "AF-KAB");
        assert_eq!((count.unit_system.as_str(), count.unit.as_str()), ("p-code", "AF0101"));
        assert_eq!((count.events, count.deaths, count.to.to_string().as_str()), (7, None, "2026-10-31"));
        let whole = ROW.replace("\"AF01\"", "null").replace("\"AF0101\"", "null");
        let country = read_json(whole.as_bytes(), terms()).unwrap();
        assert_eq!((country.province, country.unit.as_str()), (None, "AFG"));
    }

    #[test]
    fn a_table_says_the_same_as_json() {
        let header = "location_code,admin1_code,admin1_name,event_type,events,fatalities,reference_period_start,reference_period_end";
        let layout = Layout::of(Format::HapiConflict, header.as_bytes(), terms()).unwrap();
        let line = b"TJK,3505000,Sughd,demonstration,2,0,2026-10-01,2026-10-31";
        let record = records::only(layout.shape(), line, layout.width()).unwrap();
        let crate::domain::harvest::Said::Count(count) = layout.read(&record).unwrap() else { panic!() };
        assert_eq!((count.province.unwrap().as_str(), count.deaths), ("TJ-SU", Some(0)));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (from, to, part) in [
            ("political_violence", "riots", "event_type"),
            ("\"events\":7", "\"events\":-7", "whole number"),
            ("2026-10-31", "2026-09-31", "reference_period_end"),
            ("2026-10-31", "2026-09-30", "before the beginning"),
            ("\"AFG\"", "\"Afghanistan\"", "location_code"),
            ("\"events\":7,", "", "lacks the names events"),
            ("\"x\"", "x", "no JSON object"),
            ("\"Kabul\"", "\"Herat\"", "AF01 is of AF-KAB (Kabul), and admin1_name names AF-HER"),
            ("\"AFG\"", "\"TJK\"", "AF01 is of another country, AFG"),
            ("\"Afghanistan\"", "\"Afgh\\u0000\"", "holds a NUL"),
            ("\"location_code\"", "\"location_code\\u0000\"", "location_code\\u{0}, "),
        ] {
            let why = read_json(ROW.replacen(from, to, 1).as_bytes(), terms()).unwrap_err();
            assert!(why.contains(part), "{to}: {why}");
        }
    }

    #[test]
    fn every_unit_is_taken_under_its_own_names() {
        for unit in geography::provinces().iter().filter(|unit| unit.pcode.is_some()) {
            for name in [unit.name_en, "a spelling that nobody knows"] {
                let row =
                    ROW.replace("AFG", unit.country).replace("AF01\"", &format!("{}\"", unit.pcode.unwrap()));
                let row = row.replacen("\"Kabul\"", &format!("{name:?}"), 1);
                let count = read_json(row.as_bytes(), terms());
                assert!(count.is_ok(), "{} {name}: {count:?}", unit.id);
            }
        }
    }
}
