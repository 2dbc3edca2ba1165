//! Earthquakes: the CSV of the USGS feed and catalogue, and NCEI's database of significant ones.
//!
//! A quake counts as environmental degradation: it breaks dams, canals and roads, and moves people.

use domain::{
    Country, Credibility, Day, Handling, Licence, Place, Point, Precision, Redistribution, Reliability,
    Severity, Threat, Timestamp, observation::Deaths,
};

use super::{
    Terms,
    coded::{Codes, known},
    iso,
    row::Row,
};
use crate::domain::{
    draft::{Draft, fact},
    harvest::{Gone, Said},
    place::{code, unit_at},
    severity,
    wording::Wording,
};

/// The columns without which a file is none of the USGS.
pub const USGS_REQUIRED: &[&str] = &["time", "latitude", "longitude", "mag", "id", "place", "type"];
/// The columns without which a file is none of NCEI's.
pub const NCEI_REQUIRED: &[&str] = &[
    "i_d",
    "year",
    "month",
    "day",
    "eq_primary",
    "country",
    "location_name",
    "latitude",
    "longitude",
    "deaths",
];
/// How the USGS asks to be cited.
pub const USGS_CITATION: &str = "U.S. Geological Survey, Advanced National Seismic System (ANSS) Comprehensive Catalog of \
     Earthquakes (ComCat), doi:10.5066/F7MS3QZH. Public domain.";
/// How NCEI asks to be cited.
pub const NCEI_CITATION: &str = "National Geophysical Data Center / World Data Service (NGDC/WDS), NCEI/WDS Global Significant \
     Earthquake Database, NOAA National Centers for Environmental Information, doi:10.7289/V5TD9V7K. Public domain.";
/// Nothing is dated before this year.
const EARLIEST: i32 = 1;
/// How far an epicentre may lie from where it is said to be, in kilometres.
const RADIUS_KM: f64 = 25.0;
/// Columns of deaths, the first that is filled counts.
const DEATHS: [&str; 2] = ["total_deaths", "deaths"];

/// What the two catalogues say alike.
struct Quake<'a> {
    source: &'static str,
    owner: &'static str,
    citation: &'static str,
    id: &'a str,
    days: (Day, Day),
    place: Place,
    whereabouts: String,
    magnitude: Option<f64>,
    deaths: Option<u32>,
    credibility: Credibility,
    edited_at: Option<i64>,
}

/// The name of the source that the USGS is.
pub const USGS: &str = "usgs-earthquakes";
/// The source of what the NCEI catalogue lists.
pub const NCEI: &str = "ncei-earthquakes";

/// What the USGS calls an event (`type`): earthquakes, and what its instruments hear besides. The types of QuakeML 1.2, and what
/// older catalogues write.
const TYPES: &Codes = &[
    ("earthquake", ""),
    ("induced or triggered event", ""),
    ("anthropogenic event", "people made it"),
    ("quarry blast", "people made it"),
    ("quarry", "people made it"),
    ("road cut", "people made it"),
    ("blasting levee", "people made it"),
    ("controlled explosion", "people made it"),
    ("crash", "people made it"),
    ("plane crash", "people made it"),
    ("train crash", "people made it"),
    ("boat crash", "people made it"),
    ("fluid injection", ""),
    ("fluid extraction", ""),
    ("reservoir loading", ""),
    ("explosion", "people made it"),
    ("mining explosion", "people made it"),
    ("chemical explosion", "people made it"),
    ("industrial explosion", "people made it"),
    ("experimental explosion", "people made it"),
    ("accidental explosion", "people made it"),
    ("nuclear explosion", "people made it"),
    ("mine collapse", "a mine gave way"),
    ("building collapse", "a building gave way"),
    ("collapse", "something gave way"),
    ("cavity collapse", "something gave way"),
    ("rock burst", "a mine gave way"),
    ("rockburst", "a mine gave way"),
    ("coal bump", "a mine gave way"),
    ("sonic boom", "it went through the air"),
    ("sonicboom", "it went through the air"),
    ("sonic blast", "it went through the air"),
    ("atmospheric event", "it went through the air"),
    ("thunder", "it went through the air"),
    ("acoustic noise", "it went through the air"),
    ("meteorite", "it fell from the sky"),
    ("meteor", "it fell from the sky"),
    ("ice quake", "ice broke"),
    ("snow avalanche", "snow slid"),
    ("avalanche", "snow slid"),
    ("landslide", "earth slid"),
    ("debris avalanche", "earth slid"),
    ("hydroacoustic event", "it went through the water"),
    ("rock slide", "rock slid"),
    ("rockslide", "rock slid"),
    ("slide", "earth slid"),
    ("glacier quake", "ice broke"),
    ("tremor", "it is no single event"),
    ("volcanic eruption", "a volcano erupted"),
    ("volcanic explosion", "a volcano erupted"),
    ("other event", "nobody has said what it was"),
    ("not existing", "there was no such event"),
    ("not reported", ""),
];

/// Those types that are of an earthquake. Of what bears no type nobody has said that it was none: it is taken, as possible alone.
const QUAKES: [&str; 6] = [
    "earthquake",
    "induced or triggered event",
    "fluid injection",
    "fluid extraction",
    "reservoir loading",
    UNTYPED,
];
/// The type of an event of which nobody has said what it is.
const UNTYPED: &str = "not reported";

/// What a record of the USGS takes back: an event that it has deleted, or by now calls something else than an earthquake, was none.
pub(super) fn gone(row: &mut Row<'_>, terms: Terms) -> Option<Said> {
    let deleted = row.filled("status").is_some_and(|status| status.eq_ignore_ascii_case("deleted"));
    let other = known(row.text("type"), TYPES).filter(|kind| !QUAKES.contains(kind));
    let why = match other {
        _ if deleted => "the USGS has deleted the event (status: deleted)".to_owned(),
        Some(kind) => not_a_quake(kind),
        None => return None,
    };
    if terms.exercise {
        if deleted {
            row.wrong("status", "is deleted, and an exercise takes back nothing of the world");
        }
        return Some(Said::Passed(why));
    }
    let id = row.needed("id")?;
    let edited_at = row.optional("updated").map(|at: Timestamp| at.as_datetime().timestamp());
    let fact = fact(USGS, id, terms.exercise);
    Some(Said::Gone(Box::new(Gone { fact, by: USGS.to_owned(), why, edited_at, told: !deleted })))
}

fn not_a_quake(kind: &str) -> String {
    let means = TYPES.iter().find(|(code, _)| *code == kind).map_or("", |(_, means)| *means);
    format!(
        "its type is {kind}, which is no earthquake: {means}. Only earthquakes are taken from here, and one of this id is taken back"
    )
}

/// Reads one record of the USGS; what is wrong with it is noted in the row.
pub(super) fn usgs(row: &mut Row<'_>, terms: Terms) -> Option<Draft> {
    let (id, kind) = (row.needed("id"), row.needed_code("type", TYPES));
    let time = row.needed("time");
    let moment = time.and_then(|text| text.parse::<Timestamp>().ok());
    let day = time.and_then(|text| {
        let written: String = text.chars().take(10).collect();
        written.parse::<Day>().map_err(|invalid| row.wrong("time", invalid)).ok()
    });
    if let Some(day) = day {
        row.check_day("time", day, (EARLIEST, terms.received_on));
    }
    let magnitude = magnitude(row, "mag");
    if magnitude.is_none() && row.filled("mag").is_none() {
        row.wrong("mag", "is empty and must not be");
    }
    let point = row.needed_point("latitude", "longitude");
    let place = place(point, None);
    // the column is UTC; the day is the one at the place
    let day = moment.map_or(day, |moment| day.map(|_| moment.day_in(place.country)));
    let updated: Option<Timestamp> = row.optional("updated");
    let reviewed = row.filled("status").is_none_or(|status| status == "reviewed");
    let quake = Quake {
        source: USGS,
        owner: "USGS",
        citation: USGS_CITATION,
        id: id?,
        days: (day?, day?),
        place,
        whereabouts: row.text("place").to_owned(),
        magnitude: Some(magnitude?),
        deaths: None,
        credibility: match kind {
            Some(UNTYPED) => Credibility::POSSIBLE,
            _ if reviewed => Credibility::CONFIRMED,
            _ => Credibility::PROBABLE,
        },
        edited_at: updated.map(|at| at.as_datetime().timestamp()),
    };
    point.map(|_| drafted(quake, terms))
}

/// Reads one record of NCEI; what is wrong with it is noted in the row.
pub(super) fn ncei(row: &mut Row<'_>, terms: Terms) -> Option<Draft> {
    let (id, days) = (row.needed("i_d"), ncei_days(row, terms));
    let magnitude = magnitude(row, "eq_primary");
    let deaths = DEATHS.into_iter().find(|column| row.filled(column).is_some());
    let deaths = deaths.and_then(|column| row.count(column));
    let point = row.point("latitude", "longitude");
    let quake = Quake {
        source: NCEI,
        owner: "NOAA NCEI",
        citation: NCEI_CITATION,
        id: id?,
        days: days?,
        place: place(point, iso::named(row.text("country"))),
        whereabouts: row.text("location_name").split_whitespace().collect::<Vec<_>>().join(" "),
        magnitude,
        deaths,
        credibility: Credibility::PROBABLE,
        edited_at: None,
    };
    Some(drafted(quake, terms))
}

/// The day, or the month or year where no more is known.
fn ncei_days(row: &mut Row<'_>, terms: Terms) -> Option<(Day, Day)> {
    let year = row.needed("year").and_then(|_| row.count("year"));
    let (month, day) = (row.count("month"), row.count("day"));
    let year = i32::try_from(year?).ok()?;
    let day_of = |month: u32, day: u32| Day::of(year, month, day);
    let days = match (month, day) {
        (Some(month), Some(day)) => day_of(month, day).map(|day| (day, day)),
        (Some(month), None) => day_of(month, 1).map(Day::month),
        (None, _) => day_of(1, 1).zip(day_of(12, 31)),
    };
    if days.is_none() {
        row.wrong("day", "year, month and day are no day of the calendar");
    }
    if let Some((first, _)) = days {
        row.check_day("year", first, (EARLIEST, terms.received_on));
    }
    days
}

/// A magnitude, -2 to 11.
fn magnitude(row: &mut Row<'_>, column: &str) -> Option<f64> {
    let text = row.filled(column)?;
    let read = text.parse::<f64>().ok().filter(|read| (-2.0..=11.0).contains(read));
    if read.is_none() {
        let given: String = text.chars().take(40).collect();
        row.wrong(column, format_args!("{given:?} is no magnitude"));
    }
    read
}

fn place(point: Option<Point>, stated: Option<Country>) -> Place {
    let unit = point.and_then(|point| unit_at(point, None));
    let country = unit.and_then(|unit| unit.country.parse().ok()).or(stated);
    let precision = match (point, country) {
        (Some(_), _) => Precision::Near,
        (None, Some(_)) => Precision::Country,
        (None, None) => Precision::None,
    };
    let radius_km = point.map(|_| RADIUS_KM);
    Place { country, province: unit.and_then(code), district: None, name: None, point, radius_km, precision }
}

/// Gravity by magnitude where nobody is known to have died.
fn by_magnitude(magnitude: Option<f64>) -> Severity {
    match magnitude.unwrap_or_default() {
        strong if strong >= 7.0 => Severity::Grave,
        strong if strong >= 6.0 => Severity::Serious,
        strong if strong >= 5.0 => Severity::Notable,
        _ => Severity::Minor,
    }
}

fn drafted(quake: Quake<'_>, terms: Terms) -> Draft {
    let Quake { magnitude, deaths, .. } = quake;
    let strength =
        magnitude.map_or_else(|| "Earthquake".to_owned(), |strength| format!("Earthquake, M {strength:.1}"));
    let toll = deaths.map(|deaths| format!(": {}", severity::deaths_in_words(deaths)));
    let title = titled(&strength, &quake.whereabouts, toll.as_deref().unwrap_or_default());
    let wording = wording(&strength, &quake);
    Draft {
        source: quake.source.to_owned(),
        owner: quake.owner.to_owned(),
        external_id: quake.id.to_owned(),
        occurred_from: quake.days.0,
        occurred_to: quake.days.1,
        place: quake.place,
        threats: vec![Threat::EnvironmentalDegradation],
        kind: "earthquake".to_owned(),
        severity: by_magnitude(magnitude).max(severity::of_deaths(deaths.unwrap_or_default())),
        deaths: deaths.map(|count| Deaths { low: count, best: count, high: count }),
        actors: Vec::new(),
        title,
        text: String::new(),
        reliability: Reliability::A,
        credibility: quake.credibility,
        graded_by: format!("{} default", quake.source),
        graded_why: String::new(),
        handling: Handling::open(Licence::named("public-domain", Redistribution::Raw, quake.citation)),
        exercise: terms.exercise,
        settled: true,
        edited_at: quake.edited_at,
        wording: Some(Box::new(wording)),
    }
}

/// What the title tells of the place: whereabouts are told as finely as the point is.
fn wording(strength: &str, quake: &Quake<'_>) -> Wording {
    let unit = quake.place.province.as_ref().and_then(|code| geography::province(code.as_str()));
    let whereabouts = Some(quake.whereabouts.clone()).filter(|text| !text.is_empty());
    let names = [
        whereabouts.map(|text| (quake.place.precision, text)),
        unit.map(|unit| (Precision::Province, unit.name_en.to_owned())),
    ];
    let toll = quake.deaths.map(severity::deaths_in_words).unwrap_or_default();
    Wording::composed(strength, names.into_iter().flatten().collect(), toll)
}

fn titled(strength: &str, whereabouts: &str, toll: &str) -> String {
    if whereabouts.is_empty() {
        format!("{strength}{toll}")
    } else {
        format!("{strength}, {whereabouts}{toll}")
    }
}

#[cfg(test)]
#[path = "quakes_tests.rs"]
mod tests;
