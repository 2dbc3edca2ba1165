//! GDELT events, 1.0 and 2.0: between tabs, without a header, read as a media signal and never as incidents (FORMATS 3.3).
//!
//! What a row says is a machine's reading of the news: it is placed by where the action was (`ActionGeo`), taken only where
//! the kind of an actor is known, and counted. Its quad class is read as it stands and never computed from its code.

use chrono::NaiveDateTime;
use domain::{Day, Handling, Licence, ProvinceCode, Redistribution, Timestamp};

use super::{
    Terms,
    coded::{Codes, known},
    fips,
    quote::short,
    records::lines::Dialect,
    row::{Columns, Row},
};
use crate::domain::{
    cameo, cameo_codes,
    harvest::Said,
    media::{Key, Mention},
    place::{code, unit_at},
};

/// The source's name.
pub const SOURCE: &str = "gdelt";
/// How GDELT asks to be cited.
pub const CITATION: &str =
    "The GDELT Project, gdeltproject.org; open for unlimited and unrestricted use with citation.";
/// Fields between tabs; a quote is a letter as any other.
pub const DIALECT: Dialect = Dialect { delimiter: b'\t', quotes: false };
const EARLIEST: i32 = 1979;
/// How many digits a day has without a time.
const DAY_DIGITS: usize = 8;

/// Why a row is passed over: its place.
pub const ELSEWHERE: &str = "placed outside the six countries (ActionGeo_CountryCode): not counted here";
/// Why a row is passed over: it has no place.
pub const UNPLACED: &str = "placed nowhere (ActionGeo_Type 0 or empty): not counted";
/// Why a row is passed over: its actors.
pub const UNTYPED: &str =
    "none of its actors has a type: most such rows are ways of speaking and no events; not counted";

/// The columns of an actor, a place and the rest, behind the prefix of each.
const ACTOR: [&str; 10] = [
    "code",
    "name",
    "countrycode",
    "knowngroupcode",
    "ethniccode",
    "religion1code",
    "religion2code",
    "type1code",
    "type2code",
    "type3code",
];
const PLACE: [&str; 8] =
    ["type", "fullname", "countrycode", "adm1code", "adm2code", "lat", "long", "featureid"];
const FIRST: [&str; 5] = ["globaleventid", "sqldate", "monthyear", "year", "fractiondate"];
const EVENT: [&str; 10] = [
    "isrootevent",
    "eventcode",
    "eventbasecode",
    "eventrootcode",
    "quadclass",
    "goldsteinscale",
    "nummentions",
    "numsources",
    "numarticles",
    "avgtone",
];
const TYPES: [&str; 6] = [
    "actor1type1code",
    "actor1type2code",
    "actor1type3code",
    "actor2type1code",
    "actor2type2code",
    "actor2type3code",
];

/// What a place is (`Geo_Type`).
const PLACES: &Codes = &[
    ("0", "none"),
    ("1", "country"),
    ("2", "US state"),
    ("3", "US city"),
    ("4", "world city"),
    ("5", "world state"),
];
/// What words or deeds are (`QuadClass`).
const QUADS: &Codes = &[
    ("1", "verbal cooperation"),
    ("2", "material cooperation"),
    ("3", "verbal conflict"),
    ("4", "material conflict"),
];

/// Which of GDELT's two tables of events a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 58 columns, and 57 before April 2013, when the address of the source was added.
    One,
    /// 61 columns.
    Two,
}

impl Version {
    /// The version of a file by its first line.
    ///
    /// # Errors
    /// What the file is instead, as far as its columns tell.
    pub fn of(first: &[u8]) -> Result<Self, String> {
        match first.split(|byte| *byte == b'\t').count() {
            57 | 58 => Ok(Self::One),
            61 => Ok(Self::Two),
            16 => Err("its first line has 16 columns, as GDELT's mentions have; send the events, which are named \
                       export.CSV"
                .to_owned()),
            27 => Err("its first line has 27 columns, as GDELT's knowledge graph has; send the events, which are named \
                       export.CSV"
                .to_owned()),
            found => Err(format!(
                "its first line has {found} columns between tabs; events of GDELT have 57 or 58 (1.0) or 61 (2.0), and no \
                 header"
            )),
        }
    }
    /// The names of its columns, in order.
    pub fn columns(self) -> Columns {
        let mut names: Vec<String> = FIRST.iter().map(|name| (*name).to_owned()).collect();
        for actor in ["actor1", "actor2"] {
            names.extend(ACTOR.iter().map(|name| format!("{actor}{name}")));
        }
        names.extend(EVENT.iter().map(|name| (*name).to_owned()));
        for place in ["actor1geo", "actor2geo", "actiongeo"] {
            let known = PLACE.iter().filter(|name| self == Self::Two || **name != "adm2code");
            names.extend(known.map(|name| format!("{place}_{name}")));
        }
        names.extend(["dateadded".to_owned(), "sourceurl".to_owned()]);
        Columns::named(names)
    }
    /// The fields of a record of it, as many as it has columns.
    ///
    /// # Errors
    /// When they are more or fewer.
    pub fn fit(self, mut fields: Vec<String>) -> Result<Vec<String>, String> {
        match (self, fields.len()) {
            (Self::One, 57) => fields.push(String::new()), // before the address of the source was added
            (Self::One, 58) | (Self::Two, 61) => {}
            (Self::One, found) => return Err(width(found, "57 or 58, as GDELT 1.0 has")),
            (Self::Two, found) => return Err(width(found, "61, as GDELT 2.0 has")),
        }
        Ok(fields)
    }
}

fn width(found: usize, expected: &str) -> String {
    format!(
        "the record has {found} columns between tabs and this file's have {expected}; look for a tab too many or too few"
    )
}

/// How what is counted may be given on.
pub fn handling() -> Handling {
    Handling::open(Licence::named("GDELT", Redistribution::Raw, CITATION))
}

/// Reads one record; what is wrong with it is noted in the row.
pub(super) fn read(row: &mut Row<'_>, terms: Terms) -> Option<Said> {
    if matches!(known(row.text("actiongeo_type"), PLACES), Some("0")) || row.text("actiongeo_type").is_empty()
    {
        return Some(Said::Passed(UNPLACED.to_owned()));
    }
    let place = row.code("actiongeo_type", PLACES)?;
    let fips = row.text("actiongeo_countrycode");
    let Some(country) = fips::country(fips) else {
        return Some(Said::Passed(if fips.is_empty() { UNPLACED } else { ELSEWHERE }.to_owned()));
    };
    let types: Vec<&str> = TYPES.iter().filter_map(|column| row.filled(column)).collect();
    if types.is_empty() {
        return Some(Said::Passed(UNTYPED.to_owned()));
    }
    let (event_id, day, added_at) = (event_id(row), day(row, terms), added_at(row));
    let (event, quad, tone) = (event_code(row), quad(row), tone(row));
    for column in ["actor1geo_type", "actor2geo_type"] {
        row.code(column, PLACES);
    }
    let articles = row.needed("numarticles").and_then(|_| row.count("numarticles"));
    let Ok(province) = province(row, (place, country)) else { return None };
    let event = event?;
    Some(Said::Media(Box::new(Mention {
        event_id: event_id?,
        added_at: added_at?,
        day_only: row.text("dateadded").len() == DAY_DIGITS,
        country,
        province,
        threat: cameo::threat(&event, &types),
        plover: cameo::plover(&event),
        quad: quad?,
        articles: articles?,
        tone: tone?,
        domain: domain_of(row.text("sourceurl")),
        besides: None,
        key: Key {
            exercise: terms.exercise,
            day: day?,
            code: event,
            actor1: row.text("actor1code").to_owned(),
            actor2: row.text("actor2code").to_owned(),
            adm1: row.text("actiongeo_adm1code").to_owned(),
        },
    })))
}

/// Something is wrong with the row, which says what.
struct Wrong;

/// The province: of a city the one its point lies in, of a unit the one its code means; a country has none.
///
/// `None` where it cannot be told: then the row counts for its country alone.
fn province(
    row: &mut Row<'_>,
    (kind, country): (&str, domain::Country),
) -> Result<Option<ProvinceCode>, Wrong> {
    match kind {
        "4" => {
            let wanted = row.needed_point("actiongeo_lat", "actiongeo_long").ok_or(Wrong)?;
            Ok(unit_at(wanted, Some(country)).and_then(code))
        }
        "5" => {
            let unit = fips::unit(row.text("actiongeo_adm1code"));
            let own = |unit: &ProvinceCode| {
                geography::province(unit.as_str()).is_some_and(|known| known.country == country.as_str())
            };
            Ok(unit.filter(own))
        }
        "1" => Ok(None),
        other => {
            row.wrong(
                "actiongeo_type",
                format_args!("{other} is a place in the United States, and {country} is not"),
            );
            Err(Wrong)
        }
    }
}

fn event_id(row: &mut Row<'_>) -> Option<String> {
    let id = row.needed("globaleventid")?;
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(id.to_owned());
    }
    row.wrong("globaleventid", "is not a number in digits alone");
    None
}

fn digits<'a>(row: &mut Row<'a>, column: &str, (lengths, example): (&[usize], &str)) -> Option<&'a str> {
    let text = row.needed(column)?;
    if lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    let text: String = text.chars().take(40).collect();
    row.wrong(column, format_args!("{text:?} is not written as {example}"));
    None
}

fn day(row: &mut Row<'_>, terms: Terms) -> Option<Day> {
    let text = digits(row, "sqldate", (&[DAY_DIGITS], "20261123"))?;
    let Some(day) = compact(text) else {
        row.wrong("sqldate", format_args!("{text} is no day of the calendar"));
        return None;
    };
    row.check_day("sqldate", day, (EARLIEST, terms.received_on));
    Some(day)
}

fn compact(text: &str) -> Option<Day> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    Day::of(text.get(..4)?.parse().ok()?, part(4..6)?, part(6..8)?)
}

fn added_at(row: &mut Row<'_>) -> Option<Timestamp> {
    let text = digits(row, "dateadded", (&[DAY_DIGITS, 14], "20261123073000 or 20261123"))?;
    let moment = match text.len() {
        14 => NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok().map(|at| at.and_utc().into()),
        _ => compact(text).map(Day::start),
    };
    if moment.is_none() {
        row.wrong("dateadded", format_args!("{text} is no moment of the calendar"));
    }
    moment
}

/// The code as it is written: a text with its leading zeros, which CAMEO has, as those of its base and root where they are told.
fn event_code(row: &mut Row<'_>) -> Option<String> {
    if let Some(root) = row.filled("eventrootcode").filter(|root| !cameo_codes::is_root(root)) {
        row.wrong("eventrootcode", format_args!("{:?} is none of CAMEO's roots, 01 to 20", short(root)));
    }
    if let Some(base) = row.filled("eventbasecode").filter(|base| !cameo_codes::is_known(base)) {
        row.wrong("eventbasecode", cameo_codes::objection(base));
    }
    let code = row.needed("eventcode")?;
    if cameo_codes::is_known(code) {
        return Some(code.to_owned());
    }
    row.wrong("eventcode", cameo_codes::objection(code));
    None
}

fn quad(row: &mut Row<'_>) -> Option<u8> {
    row.needed_code("quadclass", QUADS)?.parse().ok()
}

fn tone(row: &mut Row<'_>) -> Option<f64> {
    let text = row.needed("avgtone")?;
    let Ok(tone) = text.parse::<f64>() else {
        row.wrong("avgtone", format_args!("{:?} is not a number, as -2.5", short(text)));
        return None;
    };
    if tone.is_finite() && tone.abs() <= 100.0 {
        return Some(tone);
    }
    row.wrong("avgtone", "lies outside -100 to 100");
    None
}

/// The registered domain of the source: `news.example.co.uk` is `example.co.uk`. A source that is named without an address
/// stands as it is named; empty where none is.
fn domain_of(source: &str) -> String {
    let address = url::Url::parse(source).ok();
    match address.as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(host)) => psl::domain_str(host).unwrap_or(host).to_owned(),
        Some(number) => number.to_string(),
        None => source.to_lowercase(),
    }
}

#[cfg(test)]
mod tests;
