//! Mirab's own observation table, the format `csv`: comma, quotes, UTF-8, one header line with these names in any order.
//!
//! | column | must be there | holds |
//! |---|---|---|
//! | `id` | yes | the source's own id of the fact, unique within the source; the same id again revises it |
//! | `date` | yes | the day it happened, `YYYY-MM-DD`; at most one day ahead of the file, as east of UTC it begins earlier |
//! | `time` | no | the time of day in UTC, `HH:MM` or `HH:MM:SS`; checked, and kept at the front of the text |
//! | `country` | yes | ISO 3166-1 alpha-3, as `KGZ`; may be empty where the province or point tells, or precision is `none` |
//! | `province` | yes | ISO 3166-2 code, as `KG-B`, or a name in any script; may be empty where the point tells |
//! | `district` | no | name of the second-level unit |
//! | `place` | no | what the place is called; like `district` and the sides at most 200 characters |
//! | `lat`, `lon` | no | degrees, WGS 84; both or none; needed for precision `exact` and `near` |
//! | `precision` | yes | `exact`, `near`, `district`, `province`, `country`, `none` |
//! | `threat` | yes | a threat, as `border_tension`; several behind each other with `;` |
//! | `kind` | yes | a word of the field in small letters, as `border_incident` |
//! | `severity` | yes | `minor`, `notable`, `serious`, `grave` |
//! | `deaths` | no | a whole number; empty where the source does not say |
//! | `title` | yes | one line of at most 300 characters |
//! | `text` | no | what the source says |
//! | `side_a`, `side_b` | no | who took part |
//! | `source` | yes | the source's short name; not that of a format, of field reports or of a source that is set up, which have roads of their own |
//! | `source_owner` | yes | who owns the source: independence is counted by owner |
//! | `reliability` | yes | `A` to `F` |
//! | `credibility` | yes | `1` to `6` |
//! | `tlp` | no | `CLEAR`, `GREEN`, `AMBER`, `AMBER+STRICT`, `RED`; `GREEN` unless told; of a fact that is known the stricter label holds |
//!
//! Columns of other names are not read.

use std::str::FromStr;

use domain::{
    Credibility, Day, Handling, Invalid, Place, Precision, Threat, Tlp, UnClass, handling::Audience,
    observation::Deaths,
};

use super::{Terms, roads, row::Row};
use crate::domain::{
    codes::misspelt,
    draft::Draft,
    lead::TITLE_CHARS,
    place::{self, Stated},
    report,
    wording::Wording,
};

/// The columns that must be there.
pub const REQUIRED: &[&str] = &[
    "id",
    "date",
    "country",
    "province",
    "precision",
    "threat",
    "kind",
    "severity",
    "title",
    "source",
    "source_owner",
    "reliability",
    "credibility",
];

/// How many characters are taken of what stands in lists, as from other sources.
const BOUNDED: &[(&str, usize)] = &[
    ("title", TITLE_CHARS),
    ("place", NAME_CHARS),
    ("district", NAME_CHARS),
    ("side_a", NAME_CHARS),
    ("side_b", NAME_CHARS),
];
/// The longest name of a place or a side, in characters.
const NAME_CHARS: usize = 200;

/// Reads one record; what is wrong with it is noted in the row.
pub(super) fn read(row: &mut Row<'_>, terms: Terms) -> Option<Draft> {
    let external_id = row.needed("id");
    let day = day(row, terms);
    let time = time(row);
    let place = read_place(row);
    let threats = threats(row);
    let kind = kind(row);
    let severity = row.value("severity");
    let deaths = row.count("deaths").map(|count| Deaths { low: count, best: count, high: count });
    let title = row.needed("title");
    for (column, most) in BOUNDED {
        let many = row.text(column).chars().count();
        if many > *most {
            row.wrong(
                column,
                format_args!("has {many} characters and at most {most} are taken; shorten it, and write the rest into text"),
            );
        }
    }
    let source = source(row);
    let owner = row.needed("source_owner");
    let reliability = row.value("reliability");
    let credibility = row.value::<Digit>("credibility");
    let tlp = row.optional::<Tlp>("tlp").unwrap_or(Tlp::Green);
    let sides = [row.filled("side_a"), row.filled("side_b")];
    let wording = place.as_ref().map(|place| Box::new(Wording::of_place(place)));
    Some(Draft {
        source: source?.to_owned(),
        owner: owner?.to_owned(),
        external_id: external_id?.to_owned(),
        occurred_from: day?,
        occurred_to: day?,
        place: place?,
        threats,
        kind: kind?.to_owned(),
        severity: severity?,
        deaths,
        actors: sides.into_iter().flatten().map(str::to_owned).collect(),
        title: title?.to_owned(),
        text: time
            .map_or_else(|| row.text("text").to_owned(), |time| format!("{time} UTC. {}", row.text("text"))),
        reliability: reliability?,
        credibility: credibility?.0,
        graded_by: "observation table".to_owned(),
        graded_why: String::new(),
        handling: handling(tlp),
        exercise: terms.exercise,
        settled: true,
        edited_at: None,
        wording,
    })
}

fn day(row: &mut Row<'_>, terms: Terms) -> Option<Day> {
    let day: Day = row.value("date")?;
    // east of UTC the next day begins before its own
    let latest = terms.received_on.plus(1);
    if day < Day::EARLIEST || day > latest {
        row.wrong("date", report::outside(day, latest));
    }
    Some(day)
}

/// For everyone within the label; the centre's own.
pub(super) fn handling(tlp: Tlp) -> Handling {
    let mut handling = Handling::new(tlp, UnClass::Unclassified);
    handling.audience = Audience::Everyone;
    handling
}

/// The time of day, `HH:MM`.
fn time(row: &mut Row<'_>) -> Option<String> {
    let text = row.filled("time")?;
    let read = chrono::NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| chrono::NaiveTime::parse_from_str(text, "%H:%M:%S"));
    if read.is_err() {
        let text: String = text.chars().take(40).collect();
        row.wrong("time", format_args!("{text:?} is not a time of day in UTC, as 09:10"));
    }
    read.ok().map(|time| time.format("%H:%M").to_string())
}

fn read_place(row: &mut Row<'_>) -> Option<Place> {
    let precision = row.value::<Precision>("precision");
    let country = row.optional("country");
    let before = (row.filled("lat").is_some(), row.filled("lon").is_some());
    let point = row.point("lat", "lon");
    if before != (point.is_some(), point.is_some()) || (country.is_none() && row.filled("country").is_some())
    {
        return None; // said already
    }
    let named = |column| row.filled(column).map(str::to_owned);
    let stated = Stated {
        country,
        province: row.text("province").to_owned(),
        district: named("district"),
        name: named("place"),
        point,
    };
    match place::find(stated, precision?) {
        Ok(place) => Some(place),
        Err(problems) => {
            for problem in problems {
                row.wrong("province", problem);
            }
            None
        }
    }
}

fn threats(row: &mut Row<'_>) -> Vec<Threat> {
    let Some(text) = row.needed("threat") else { return Vec::new() };
    let mut threats: Vec<Threat> = Vec::new();
    for word in text.split(';').map(str::trim).filter(|word| !word.is_empty()) {
        match word.parse() {
            Ok(threat) if !threats.contains(&threat) => threats.push(threat),
            Ok(_) => {}
            Err(invalid) => row.wrong("threat", invalid),
        }
    }
    if threats.is_empty() {
        row.wrong("threat", "names no threat");
    }
    threats
}

fn kind<'a>(row: &mut Row<'a>) -> Option<&'a str> {
    let kind = row.needed("kind")?;
    if !report::is_kind(kind) {
        let given: String = kind.chars().take(80).collect();
        row.wrong("kind", format_args!("{given:?} is none; {}", report::KIND_IS));
    }
    if let Some(meant) = misspelt(kind) {
        row.wrong("kind", format_args!("{kind:?} is none; is {meant} meant?"));
    }
    Some(kind)
}

fn source<'a>(row: &mut Row<'a>) -> Option<&'a str> {
    let source = row.needed("source")?;
    if roads::is_reserved(source) {
        row.wrong("source", roads::kept(source));
    }
    Some(source)
}

/// A credibility as it stands in a column.
struct Digit(Credibility);

impl FromStr for Digit {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digit: u8 = text.parse().map_err(|_| Invalid::new("information credibility", text, "1 to 6"))?;
        Credibility::try_from(digit).map(Self)
    }
}

#[cfg(test)]
mod tests;
