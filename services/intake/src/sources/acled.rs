//! ACLED, as exported to CSV: 31 columns, read by name; older files with more of them are read as well (FORMATS 3.2).
//!
//! ACLED's terms forbid giving its rows away: what is made of them may be given on, the rows may not.

mod codes;

use chrono::NaiveDate;
use domain::{
    Credibility, Day, Handling, Licence, Place, Precision, Redistribution, Reliability, Threat,
    observation::Deaths,
};

use codes::{ACTORS, BATTLES, CIVILIANS, DISORDERS, EVENTS, EXPLOSIONS, KINDS, Kind, WHEN, WHERE};

use super::{
    Terms,
    coded::{known, unknown},
    iso,
    quote::short,
    row::{Row, whole},
};
use crate::domain::{
    draft::Draft,
    place::{self, code, stated_province, unit_at},
    severity,
    wording::Wording,
};

/// The source's name.
pub const SOURCE: &str = "acled";
/// The columns without which a file is none of ACLED's.
pub const REQUIRED: &[&str] = &[
    "event_id_cnty",
    "event_date",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "actor2",
    "country",
    "admin1",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "notes",
    "fatalities",
];
/// How ACLED asks to be cited.
pub const CITATION: &str = "Raleigh, C., Kishi, R. and Linke, A. (2023), Political instability patterns are obscured by conflict \
     dataset scope conditions, sources, and coding choices, Humanities and Social Sciences Communications 10(74). Armed \
     Conflict Location & Event Data (ACLED), acleddata.com; rows must not be given on.";
const EARLIEST: i32 = 1997;
/// The number ACLED writes where it is known that people died in fighting and not how many.
const UNKNOWN_NUMBER: u32 = 10;

/// Reads one record; what is wrong with it is noted in the row.
pub(super) fn read(row: &mut Row<'_>, terms: Terms) -> Option<Draft> {
    let external_id = row.needed("event_id_cnty");
    let kind = kind_of(row);
    check_sorts(row);
    let days = days(row, terms);
    let deaths = row.needed("fatalities").and_then(|_| row.count("fatalities"));
    let place = read_place(row);
    let (external_id, kind, days, deaths, place) = (external_id?, kind?, days?, deaths?, place?);
    let edited_at = edited_at(row, terms);
    let (credibility, graded_why) = graded(row, deaths);
    let threat = threat(row, kind);
    let licence = Licence::named("ACLED-Terms", Redistribution::Derived, CITATION);
    Some(Draft {
        source: SOURCE.to_owned(),
        owner: "ACLED".to_owned(),
        external_id: external_id.to_owned(),
        occurred_from: days.0,
        occurred_to: days.1,
        title: title(row, kind, deaths),
        wording: Some(Box::new(wording(row, (kind, deaths), place.precision))),
        place,
        threats: vec![threat],
        kind: kind.code.to_owned(),
        severity: severity::of_deaths(deaths).max(kind.least),
        deaths: Some(Deaths { low: deaths, best: deaths, high: deaths }),
        actors: actors(row),
        text: text(row),
        reliability: Reliability::B,
        credibility,
        graded_by: "acled default".to_owned(),
        graded_why,
        handling: Handling::open(licence),
        exercise: terms.exercise,
        settled: true,
        edited_at,
    })
}

fn kind_of(row: &mut Row<'_>) -> Option<&'static Kind> {
    let words = row.needed_code("sub_event_type", &KINDS.map(|kind| (kind.words, "")))?;
    let kind = KINDS.iter().find(|kind| kind.words == words)?;
    if let Some(stated) = known(row.text("event_type"), EVENTS).filter(|stated| *stated != kind.event) {
        let of = kind.event;
        let why =
            format!("{words:?} is of {of}, and event_type says {stated}; correct the one that is wrong");
        row.wrong("sub_event_type", why);
    }
    Some(kind)
}

/// Notes what no list of ACLED's has in the columns that say of which sort the event is; each may be missing in an older file.
fn check_sorts(row: &mut Row<'_>) {
    row.code("event_type", EVENTS);
    for disorder in row.text("disorder_type").split(';').map(str::trim).filter(|one| !one.is_empty()) {
        if known(disorder, DISORDERS).is_none() {
            row.wrong("disorder_type", unknown(disorder, DISORDERS));
        }
    }
    for column in ["inter1", "inter2"] {
        if let Some(given) = row.filled(column).filter(|given| sort_of_actor(given).is_none()) {
            row.wrong(column, unknown(given, ACTORS));
        }
    }
    let interaction = row.text("interaction");
    let number = interaction.strip_suffix(".0").unwrap_or(interaction);
    if number.bytes().all(|byte| byte.is_ascii_digit()) && (number.len() > 2 || number.contains('9')) {
        let expected =
            "expected two digits from 0 to 8, one for each side, or words, as State forces-Rebel group";
        row.wrong("interaction", format_args!("{:?} is none; {expected}", short(interaction)));
    }
}

/// The number of a sort of actors, however it is written; 0 where there is none.
fn sort_of_actor(given: &str) -> Option<&'static str> {
    let given = given.to_lowercase();
    let one = |text: &str| text.strip_suffix('s').unwrap_or(text).to_owned();
    let name = match one(&given).as_str() {
        "rebel force" => "rebel group",
        "communal militia" => "identity militia",
        "protestor" => "protester",
        "external force" | "other force" | "outside/external force" => "external/other force",
        name => name,
    }
    .to_owned();
    let named = || ACTORS.iter().find(|(_, words)| one(&words.to_lowercase()) == name);
    known(&given, ACTORS).or_else(|| named().map(|(code, _)| *code))
}

/// Whom it threatens: civilians attacked by rebels are terror, as with UCDP.
fn threat(row: &Row<'_>, kind: &Kind) -> Threat {
    let civilians = known(row.text("event_type"), EVENTS) == Some(CIVILIANS);
    let rebels = sort_of_actor(row.text("inter1")) == Some("2");
    if civilians && rebels { Threat::TerrorismExtremism } else { kind.threat }
}

/// The days it may have happened on: one, the week around it, or its month.
fn days(row: &mut Row<'_>, terms: Terms) -> Option<(Day, Day)> {
    let (stated, precision) = (day(row, terms), row.needed_code("time_precision", WHEN));
    let stated = stated?;
    Some(match precision? {
        "1" => (stated, stated),
        "2" => (stated.plus(-3), stated.plus(3).min(terms.received_on)),
        _ => {
            let (first, last) = stated.month();
            (first, last.min(terms.received_on.max(stated)))
        }
    })
}

/// The day, in any of the four ways ACLED has written it.
fn day(row: &mut Row<'_>, terms: Terms) -> Option<Day> {
    let text = row.needed("event_date")?;
    let ways = ["%Y-%m-%d", "%d %B %Y", "%d-%b-%Y", "%d-%m-%Y"];
    let date = ways.iter().find_map(|way| NaiveDate::parse_from_str(text, way).ok());
    let Some(day) = date.map(Day::from) else {
        let given: String = text.chars().take(40).collect();
        row.wrong(
            "event_date",
            format_args!("{given:?} is no day; write it as 2026-02-28 or 28 February 2026"),
        );
        return None;
    };
    row.check_day("event_date", day, (EARLIEST, terms.received_on));
    Some(day)
}

/// When ACLED last edited the event, in Unix seconds; it has edited none after the file came.
fn edited_at(row: &mut Row<'_>, terms: Terms) -> Option<i64> {
    let text = row.filled("timestamp")?;
    let Some(seconds) = whole(text).and_then(|whole| whole.parse::<i64>().ok()) else {
        let why = "is no moment in whole seconds since 1970, as 1763883000; a spreadsheet shortens it: give the column as it was exported, or leave it empty";
        row.wrong("timestamp", format_args!("{:?} {why}", short(text)));
        return None;
    };
    let day = chrono::DateTime::from_timestamp(seconds, 0).map(|at| Day::from(at.date_naive()));
    if day.is_none_or(|day| day > terms.received_on.plus(2)) {
        let why =
            "lies after the day of the import, in seconds since 1970; check whether it is in milliseconds";
        row.wrong("timestamp", format_args!("{seconds} {why}"));
    }
    Some(seconds)
}

/// The default is B2; a place or time known but coarsely, or a number that stands for an unknown one, is only possible.
fn graded(row: &Row<'_>, deaths: u32) -> (Credibility, String) {
    let event = known(row.text("event_type"), EVENTS);
    let fighting = matches!(event, Some(BATTLES | EXPLOSIONS));
    let why: Vec<&str> = [
        (known(row.text("geo_precision"), WHERE) == Some("3"))
            .then_some("the place is known to a part of the country only"),
        (known(row.text("time_precision"), WHEN) == Some("3"))
            .then_some("the day is known to the month only"),
        (fighting && deaths == UNKNOWN_NUMBER)
            .then_some("10 is what ACLED writes for an unknown number of deaths"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (if why.is_empty() { Credibility::PROBABLE } else { Credibility::POSSIBLE }, why.join("; "))
}

fn read_place(row: &mut Row<'_>) -> Option<Place> {
    let precision = match row.needed_code("geo_precision", WHERE)? {
        "1" => Precision::Exact,
        "2" => Precision::Near,
        _ => Precision::Province,
    };
    let point = row.needed_point("latitude", "longitude");
    let (point, country) = (point?, country(row)?);
    let named = row.filled("admin1").filter(|_| country.in_region());
    let by_name =
        named.and_then(|name| stated_province(name, Some(country)).ok()).map(|found| found.province);
    row.check_country("admin1", country);
    row.check_fit("admin1", by_name.as_ref(), Some(point));
    let by_point = || unit_at(point, Some(country)).and_then(code);
    let province =
        if precision == Precision::Province { by_name.or_else(by_point) } else { by_point().or(by_name) };
    Some(Place {
        country: Some(country),
        province,
        district: row.filled("admin2").filter(|_| precision < Precision::Province).map(str::to_owned),
        name: row.filled("location").filter(|_| precision < Precision::Province).map(str::to_owned),
        point: Some(point),
        radius_km: match precision {
            Precision::Exact => Some(5.0),
            _ => place::radius_km(precision),
        },
        precision,
    })
}

/// The country by its ISO 3166-1 number, which the name must not contradict, or by its name where the file has no number.
fn country(row: &mut Row<'_>) -> Option<domain::Country> {
    if row.filled("iso").is_some() {
        let number = row.count("iso")?;
        let found = iso::numbered(number);
        if found.is_none() {
            row.wrong("iso", format_args!("{number} is no ISO 3166-1 number of a country"));
        }
        let named = row.filled("country").and_then(|name| Some((name, iso::named(name)?)));
        if let (Some(found), Some((name, named))) = (found, named)
            && found != named
        {
            let (said, right) = (short(name), "correct the one that is wrong");
            row.wrong(
                "iso",
                format_args!(
                    "{number} is the number of {found}, and country says {said:?}, which is {named}; {right}"
                ),
            );
        }
        return found;
    }
    let name = row.needed("country")?;
    let found = iso::named(name);
    if found.is_none() {
        let given: String = name.chars().take(60).collect();
        row.wrong(
            "country",
            format_args!("{given:?} is not known; add the column iso with its ISO 3166-1 number"),
        );
    }
    found
}

fn actors(row: &Row<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for column in ["actor1", "assoc_actor_1", "actor2", "assoc_actor_2"] {
        for name in row.text(column).split(';').map(str::trim).filter(|name| !name.is_empty()) {
            if !all.iter().any(|known| known == name) {
                all.push(name.to_owned());
            }
        }
    }
    all
}

fn title(row: &Row<'_>, kind: &Kind, deaths: u32) -> String {
    let whereabouts: Vec<&str> =
        ["location", "admin1"].iter().filter_map(|column| row.filled(column)).collect();
    let whereabouts = match whereabouts.as_slice() {
        [] => row.text("country").to_owned(),
        [one, other] if one == other => (*one).to_owned(),
        some => some.join(", "),
    };
    format!("{}, {whereabouts}: {}", kind.words, severity::deaths_in_words(deaths))
}

/// What title and text tell of the place; the location is named as finely as the place is known.
fn wording(row: &Row<'_>, (kind, deaths): (&Kind, u32), precision: Precision) -> Wording {
    let named = |columns: &[(&str, Precision)]| -> Vec<(Precision, String)> {
        let filled = columns.iter().filter_map(|(column, finely)| Some((*finely, row.filled(column)?)));
        filled.map(|(finely, name)| (finely, name.to_owned())).collect()
    };
    let names =
        named(&[("location", precision), ("admin1", Precision::Province), ("country", Precision::Country)]);
    let hints = named(&[("admin2", Precision::District), ("admin3", Precision::Near)]);
    Wording::composed(kind.words, names, severity::deaths_in_words(deaths)).hinting(hints)
}

/// What ACLED notes, and from whom it has it.
fn text(row: &Row<'_>) -> String {
    let notes = row.text("notes");
    match row.filled("source") {
        Some(source) => format!("{notes} (Source: {source})"),
        None => notes.to_owned(),
    }
}

#[cfg(test)]
mod tests;
