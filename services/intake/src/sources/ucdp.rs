//! UCDP GED and UCDP Candidate: 49 columns, read by name, so that older releases with fewer are read as well (FORMATS 3.1).

mod edition;

use domain::{
    Credibility, Day, Handling, Licence, Place, Precision, Redistribution, Reliability, Threat,
    observation::Deaths,
};

use super::{
    Terms,
    coded::Codes,
    gw,
    quote::short,
    row::{Row, whole},
};
use crate::domain::{
    draft::Draft,
    place::{self, radius_km},
    severity,
    wording::Wording,
};

pub use edition::{edition, version};

/// The source's name, for both datasets: the candidate's ids are those of the final release.
pub const SOURCE: &str = "ucdp";
/// The columns without which a file is none of UCDP's.
pub const REQUIRED: &[&str] = &[
    "id",
    "type_of_violence",
    "side_a",
    "side_b",
    "where_prec",
    "adm_1",
    "latitude",
    "longitude",
    "country",
    "country_id",
    "date_start",
    "date_end",
    "best",
    "high",
    "low",
];
const EARLIEST: i32 = 1946;
/// The types of organised violence.
const TYPES: &Codes = &[("1", "state-based"), ("2", "non-state"), ("3", "one-sided")];
/// How finely the place is known.
const WHERE: &Codes = &[
    ("1", "exact"),
    ("2", "within 25 km"),
    ("3", "district"),
    ("4", "province"),
    ("5", "a fuzzy area"),
    ("6", "country"),
    ("7", "international waters"),
];
/// How finely the days are known.
const WHEN: &Codes =
    &[("1", "the day"), ("2", "2 to 6 days"), ("3", "a week"), ("4", "a month"), ("5", "more than a month")];
/// How clearly the event stands out from a report of several.
const CLARITY: &Codes = &[("1", "reported by itself"), ("2", "reported in sum")];

/// Which of the two datasets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// A yearly release.
    Final,
    /// Monthly and provisional.
    Candidate,
}

impl Release {
    /// How the dataset asks to be cited.
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Final => {
                "Sundberg, Ralph, and Erik Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of \
                 Peace Research 50(4). Uppsala Conflict Data Program, UCDP GED, CC BY 4.0."
            }
            Self::Candidate => {
                "Hegre, Håvard, Mihai Croicu, Kristine Eck, and Stina Högbladh (2020), Introducing the UCDP Candidate Events \
                 Dataset, Research & Politics 7(3). Uppsala Conflict Data Program, UCDP Candidate, CC BY 4.0."
            }
        }
    }
}

/// What UCDP counts as one type of organised violence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Violence {
    StateBased,
    NonState,
    OneSided,
}

impl Violence {
    const fn kind(self) -> &'static str {
        match self {
            Self::StateBased => "state_based_violence",
            Self::NonState => "non_state_violence",
            Self::OneSided => "one_sided_violence",
        }
    }
    const fn words(self) -> &'static str {
        match self {
            Self::StateBased => "State-based violence",
            Self::NonState => "Non-state violence",
            Self::OneSided => "One-sided violence",
        }
    }
    fn threat(self, side_a: &str) -> Threat {
        if self == Self::OneSided && !side_a.starts_with("Government of") {
            Threat::TerrorismExtremism
        } else {
            Threat::ArmedConflict
        }
    }
}

/// What is remarked of a record whose best figure lies outside its own bounds.
const WIDENED: &str = "best lies outside low to high, as published: best is taken as it stands, and low or high is widened to hold it";
/// What is remarked of a record whose country is told by its point alone.
const BY_POINT: &str = "country_id is the number of no country with a code: country and province are those in which the point lies";
/// What is remarked of a record that stands in no country, as neither its number nor its point tells one.
const NOWHERE: &str = "country_id is the number of no country with a code, and the point lies in none of the six: the record stands in no country";
/// The same of a record that is both.
const NOWHERE_BOTH: &str = "country_id is the number of no country with a code, and the point lies in none of the six: the record stands in no country; best lies outside low to high, as published: best is taken as it stands, and low or high is widened to hold it";
/// What is remarked of a record whose country is told by its point alone and whose bounds were widened.
const BOTH: &str = "country_id is the number of no country with a code: country and province are those in which the point lies; best lies outside low to high, as published: best is taken as it stands, and low or high is widened to hold it";

/// Reads one record, with what is to be remarked of it; what is wrong with it is noted in the row.
pub(super) fn read(
    row: &mut Row<'_>,
    (release, edition): (Release, Option<Day>),
    terms: Terms,
) -> Option<(Draft, Option<&'static str>)> {
    let external_id = id(row);
    let violence = violence(row);
    let (from, to) = days(row, terms);
    let deaths = deaths(row);
    let place = read_place(row);
    // older releases have neither, so that both may be missing
    row.code("date_prec", WHEN);
    row.code("event_clarity", CLARITY);
    let (side_a, side_b) = (row.text("side_a"), row.text("side_b"));
    let (external_id, violence, (deaths, widened), (place, told_by)) =
        (external_id?, violence?, deaths?, place?);
    let remark = match (told_by, widened) {
        (ToldBy::Point, true) => Some(BOTH),
        (ToldBy::Point, false) => Some(BY_POINT),
        (ToldBy::Nothing, true) => Some(NOWHERE_BOTH),
        (ToldBy::Nothing, false) => Some(NOWHERE),
        (ToldBy::Number, true) => Some(WIDENED),
        (ToldBy::Number, false) => None,
    };
    let clear = row.filled("code_status").is_none_or(|status| status.eq_ignore_ascii_case("clear"));
    let draft = Draft {
        source: SOURCE.to_owned(),
        owner: "UCDP".to_owned(),
        external_id: external_id.to_owned(),
        occurred_from: from?,
        occurred_to: to?,
        title: title(row, violence, &place, deaths.best),
        wording: Some(Box::new(wording(row, violence, (&place, deaths.best)))),
        place,
        threats: vec![violence.threat(side_a)],
        kind: violence.kind().to_owned(),
        severity: severity::of_deaths(deaths.best),
        deaths: Some(deaths),
        actors: [side_a, side_b].into_iter().filter(|side| !side.is_empty()).map(str::to_owned).collect(),
        text: text(row),
        reliability: Reliability::B,
        credibility: if clear { Credibility::PROBABLE } else { Credibility::POSSIBLE },
        graded_by: "ucdp default".to_owned(),
        graded_why: if clear { String::new() } else { format!("UCDP's status: {}", row.text("code_status")) },
        handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, release.citation())),
        exercise: terms.exercise,
        settled: release == Release::Final,
        edited_at: edition.map(|day| day.start().as_datetime().timestamp()),
    };
    Some((draft, remark))
}

/// The event's number, however a table writes it: `492699`, `492699.0` and `0492699` are one.
fn id<'a>(row: &mut Row<'a>) -> Option<&'a str> {
    let text = row.needed("id")?;
    let id = whole(text);
    if id.is_none() {
        row.wrong("id", format_args!("{:?} is no number of an event of UCDP, as 492699", short(text)));
    }
    id
}

fn violence(row: &mut Row<'_>) -> Option<Violence> {
    Some(match row.needed_code("type_of_violence", TYPES)? {
        "1" => Violence::StateBased,
        "2" => Violence::NonState,
        _ => Violence::OneSided,
    })
}

fn days(row: &mut Row<'_>, terms: Terms) -> (Option<Day>, Option<Day>) {
    let (from, to) = (day(row, "date_start", terms), day(row, "date_end", terms));
    if let (Some(first), Some(last)) = (from, to)
        && first > last
    {
        row.wrong("date_end", format_args!("{last} is before date_start {first}"));
    }
    (from, to)
}

/// The day in the first ten characters.
fn day(row: &mut Row<'_>, column: &str, terms: Terms) -> Option<Day> {
    let text = row.needed(column)?;
    let first: String = text.chars().take(10).collect();
    let day: Day = first.parse().map_err(|invalid| row.wrong(column, invalid)).ok()?;
    row.check_day(column, day, (EARLIEST, terms.received_on));
    Some(day)
}

/// How many died, and whether its bounds were widened.
///
/// UCDP publishes some records whose best figure lies outside their own low to high, as 2, 2 and 1. The best is what it counts by
/// and is taken as it stands; the bounds are widened to hold it (decision 0035). A best between bounds that are the wrong way round
/// says that the columns were exchanged.
fn deaths(row: &mut Row<'_>) -> Option<(Deaths, bool)> {
    let mut read = |column| row.needed(column).and_then(|_| row.count(column));
    let (low, best, high) = (read("low"), read("best"), read("high"));
    let (low, best, high) = (low?, best?, high?);
    if low > best && best > high {
        row.wrong(
            "best",
            format_args!("low {low}, best {best}, high {high} do not rise; correct the one that is wrong"),
        );
        return None;
    }
    let widened = best < low || best > high;
    Some((Deaths { low: low.min(best), best, high: high.max(best) }, widened))
}

/// By what the country of a record is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ToldBy {
    /// Its number, or it has none, as in international waters.
    Number,
    /// The point alone.
    Point,
    /// Neither.
    Nothing,
}

/// The place, and by what its country is told: what stands in no country stands in no list of one.
fn read_place(row: &mut Row<'_>) -> Option<(Place, ToldBy)> {
    let where_prec = row.needed_code("where_prec", WHERE)?;
    let point = row.point("latitude", "longitude");
    if point.is_none()
        && row.filled("latitude").is_none()
        && row.filled("longitude").is_none()
        && where_prec < "6"
    {
        row.wrong("latitude", format_args!("is empty and where_prec is {where_prec}: the point is needed"));
    }
    let numbered = country(row)?;
    let within = || place::unit_at(point?, None)?.country.parse().ok();
    let country = numbered.or_else(|| within().filter(|_| where_prec < "7"));
    let province = if where_prec < "6" { province(row, where_prec, country, point) } else { None };
    let precision = match where_prec {
        "1" => Precision::Exact,
        "2" => Precision::Near,
        "3" => Precision::District,
        "4" => Precision::Province,
        "5" if province.is_some() => Precision::Province,
        "5" | "6" => Precision::Country,
        _ => Precision::None,
    };
    let named = row.filled("where_coordinates").filter(|_| precision <= Precision::Near);
    let place = Place {
        country: country.filter(|_| precision != Precision::None),
        province,
        district: row.filled("adm_2").filter(|_| precision <= Precision::District).map(str::to_owned),
        name: named.map(str::to_owned),
        point: point.filter(|_| precision != Precision::None),
        radius_km: point.and_then(|_| if where_prec == "5" { Some(50.0) } else { radius_km(precision) }),
        precision,
    };
    let told_by = match (numbered, country) {
        (None, Some(_)) => ToldBy::Point,
        (None, None) if where_prec < "7" => ToldBy::Nothing,
        _ => ToldBy::Number,
    };
    Some((place, told_by))
}

/// The country by its number; the inner `None` where it has no ISO 3166-1 code.
#[expect(
    clippy::option_option,
    reason = "a number that is none, and a country without a code, are two things"
)]
fn country(row: &mut Row<'_>) -> Option<Option<domain::Country>> {
    row.needed("country_id")?;
    row.count("country_id").map(gw::country)
}

/// The province by its name and by the point, which must fit. Where they disagree near a border the point decides for an exact or near place, the name
/// for a coarser one, whose point is only a centroid. A name of another country's province is not passed over.
fn province(
    row: &mut Row<'_>,
    where_prec: &str,
    country: Option<domain::Country>,
    point: Option<domain::Point>,
) -> Option<domain::ProvinceCode> {
    let country = country.filter(|country| country.in_region())?;
    let by_name = row
        .filled("adm_1")
        .and_then(|name| place::stated_province(name, Some(country)).ok())
        .map(|f| f.province);
    row.check_country("adm_1", country);
    row.check_fit("adm_1", by_name.as_ref(), point);
    let by_point = || point.and_then(|point| place::unit_at(point, Some(country))).and_then(place::code);
    if where_prec <= "2" { by_point().or(by_name) } else { by_name.or_else(by_point) }
}

fn title(row: &Row<'_>, violence: Violence, place: &Place, best: u32) -> String {
    let unit =
        place.province.as_ref().and_then(|code| geography::province(code.as_str())).map(|unit| unit.name_en);
    let unit = unit.or_else(|| row.filled("adm_1").filter(|_| place.precision <= Precision::Province));
    let finest = place.name.as_deref().or(place.district.as_deref());
    let mut whereabouts: Vec<&str> = [finest, unit].into_iter().flatten().collect();
    if whereabouts.len() < 2 {
        whereabouts.extend(row.filled("country").filter(|_| place.country.is_some()));
    }
    let whereabouts =
        if whereabouts.is_empty() { "no known place".to_owned() } else { whereabouts.join(", ") };
    format!("{}, {whereabouts}: {}", violence.words(), severity::deaths_in_words(best))
}

/// What title and text tell of the place; where it happened is described as finely as the place is known.
fn wording(row: &Row<'_>, violence: Violence, (place, best): (&Place, u32)) -> Wording {
    let unit =
        place.province.as_ref().and_then(|code| geography::province(code.as_str())).map(|unit| unit.name_en);
    let known = |finely: Precision, name: Option<&str>| Some((finely, name?.to_owned()));
    let filled = |finely, column| known(finely, row.filled(column));
    let names = [
        known(place.precision, place.name.as_deref()),
        known(Precision::District, place.district.as_deref()),
        known(Precision::Province, unit.or_else(|| row.filled("adm_1"))),
        filled(Precision::Country, "country"),
    ];
    let hints = [
        filled(place.precision, "where_coordinates"),
        filled(place.precision, "where_description"),
        filled(Precision::District, "adm_2"),
        filled(Precision::Province, "adm_1"),
    ];
    let toll = severity::deaths_in_words(best);
    Wording::composed(violence.words(), names.into_iter().flatten().collect(), toll)
        .hinting(hints.into_iter().flatten())
}

fn text(row: &Row<'_>) -> String {
    let parts: Vec<&str> =
        ["where_description", "source_headline"].iter().filter_map(|column| row.filled(column)).collect();
    parts.join(" – ")
}

#[cfg(test)]
mod tests;
