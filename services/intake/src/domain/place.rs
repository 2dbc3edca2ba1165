//! Finding the province: by what a source calls it, by its code, by the point.

use domain::{Country, Place, Point, Precision, ProvinceCode};
use geography::{Province, Resolution};

/// How far around its point a place of this precision lies at most; `None` where the point is only a unit's centroid.
pub const fn radius_km(precision: Precision) -> Option<f64> {
    match precision {
        Precision::Exact => Some(2.0),
        Precision::Near => Some(25.0),
        _ => None,
    }
}

/// The code of a unit of the register.
pub fn code(unit: &Province) -> Option<ProvinceCode> {
    unit.id.parse().ok()
}

/// The unit that a point lies in, among the units of this country if one is given.
pub fn unit_at(point: Point, country: Option<Country>) -> Option<&'static Province> {
    let found = geography::locate(geography::Point { lat: point.lat(), lon: point.lon() })?.province;
    country.is_none_or(|country| found.country == country.as_str()).then_some(found)
}

/// How far outside the place it is said to lie in a point may be, in kilometres: sources place events at borders, in the middle
/// of what they know, and in a village across the line.
pub(super) const FITS_KM: f64 = 50.0;

/// Where a point is said to lie, and how far around it what it stands for reaches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Within<'a> {
    /// The country.
    pub country: Option<Country>,
    /// The province.
    pub province: Option<&'a ProvinceCode>,
    /// The radius of what the point stands for, in kilometres.
    pub radius_km: Option<f64>,
}

/// Why a point cannot be that of the place it is said to lie in; `None` where it may be. All points that come in pass here.
pub fn contradiction(point: Point, within: Within<'_>) -> Option<String> {
    if let Some(why) = is_nowhere(point) {
        return Some(why);
    }
    let at = unit_at(point, None);
    let stated = units(within);
    if stated.is_empty() {
        let abroad = within.country.is_some() || at.is_some();
        return if abroad {
            None
        } else {
            swapped(point, &[]).map(|meant| swapped_words(point, (None, meant)))
        };
    }
    if at.is_some_and(|unit| stated.contains(&unit.id)) {
        return None;
    }
    let here = geography::Point { lat: point.lat(), lon: point.lon() };
    let distances = stated.iter().filter_map(|unit| geography::distance_km(here, unit));
    let away = distances.min_by(f64::total_cmp)?;
    if away <= within.radius_km.unwrap_or_default().max(FITS_KM) {
        return None;
    }
    if let Some(meant) = swapped(point, &stated) {
        return Some(swapped_words(point, (at, meant)));
    }
    Some(format!(
        "the point {}, {} lies in {}, {away:.0} km away from {}, which is stated; correct latitude and longitude, or the place",
        point.lat(),
        point.lon(),
        lies_in(at),
        said(within)
    ))
}

/// What is said of a point that no place has; `None` of any other.
pub fn is_nowhere(point: Point) -> Option<String> {
    (point.lat() == 0.0 && point.lon() == 0.0).then(|| {
        "the point 0, 0 is what tables write where none is known; leave latitude and longitude empty, or write them".to_owned()
    })
}

/// The units of the region that a place is said to be one of; none where it lies outside or is not stated.
fn units(within: Within<'_>) -> Vec<&'static str> {
    if let Some(province) = within.province {
        return geography::province(province.as_str()).map(|unit| unit.id).into_iter().collect();
    }
    let country = within.country.as_ref().map(Country::as_str);
    geography::provinces().iter().filter(|unit| Some(unit.country) == country).map(|unit| unit.id).collect()
}

fn said(within: Within<'_>) -> String {
    match (within.province, within.country) {
        (Some(province), _) => {
            geography::province(province.as_str()).map_or_else(|| province.to_string(), named)
        }
        (None, Some(country)) => country.to_string(),
        (None, None) => "the six countries".to_owned(),
    }
}

/// A unit by its code and its English name, as reasons tell it.
pub fn named(unit: &Province) -> String {
    format!("{} ({})", unit.id, unit.name_en)
}

fn lies_in(unit: Option<&Province>) -> String {
    unit.map_or_else(|| "no province of the six countries".to_owned(), named)
}

/// Where a point lies when its latitude and longitude are taken the other way round: in one of these units, or in any where none
/// is named. Then they were most likely exchanged.
fn swapped(point: Point, stated: &[&str]) -> Option<&'static Province> {
    let unit = unit_at(Point::new(point.lon(), point.lat()).ok()?, None)?;
    (stated.is_empty() || stated.contains(&unit.id)).then_some(unit)
}

/// What is said of a point that was most likely swapped.
fn swapped_words(point: Point, (at, meant): (Option<&Province>, &Province)) -> String {
    format!(
        "latitude and longitude look swapped: {}, {} lies in {}, and the other way round it lies in {}; exchange them",
        point.lat(),
        point.lon(),
        lies_in(at),
        named(meant)
    )
}

/// A province found, with the country it lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its code.
    pub province: ProvinceCode,
    /// Its country.
    pub country: Country,
}

/// The province that a person or table names, by code or name in any script.
///
/// Outside the six countries of the region a well-formed code of that country is taken as it stands.
///
/// # Errors
/// In words for the one who wrote it: which could be meant, or that none is known under this name.
pub fn stated_province(text: &str, country: Option<Country>) -> Result<Found, String> {
    if let (Some(country), Ok(province)) = (country.filter(|c| !c.in_region()), text.parse::<ProvinceCode>())
    {
        return Ok(Found { province, country });
    }
    let within = country.map_or(String::new(), |country| format!(" in {country}"));
    let given: String = text.chars().take(80).collect();
    match geography::resolve_province(text, country.as_ref().map(Country::as_str)) {
        Resolution::Found(unit) => match (unit.id.parse(), unit.country.parse()) {
            (Ok(province), Ok(country)) => Ok(Found { province, country }),
            _ => Err(format!("{} is no usable code", unit.id)),
        },
        Resolution::Ambiguous(units) => {
            let candidates: Vec<String> = units.iter().map(|unit| named(unit)).collect();
            Err(format!("{given:?} may mean {}; write the code of the one meant", candidates.join(" or ")))
        }
        Resolution::Unknown => {
            let likely = geography::likely_provinces(text, country.as_ref().map(Country::as_str));
            Err(match likely.as_slice() {
                [] => format!(
                    "no province {given:?} is known{within}; write its ISO 3166-2 code, as KG-B, or a name of it"
                ),
                likely => {
                    let likely: Vec<String> = likely.iter().map(|unit| named(unit)).collect();
                    format!(
                        "no province {given:?} is known{within}; is {} meant? Write its code, as KG-B, or a name of it",
                        likely.join(" or ")
                    )
                }
            })
        }
    }
}

/// A place as someone states it, before it is found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    /// The country.
    pub country: Option<Country>,
    /// The province, by code or name; empty where not stated.
    pub province: String,
    /// The district, by name.
    pub district: Option<String>,
    /// What the place is called.
    pub name: Option<String>,
    /// The point.
    pub point: Option<Point>,
}

/// Finds a stated place: its province by what was written, else by the point.
///
/// # Errors
/// Everything that keeps it from being found, in words for the one who wrote it.
pub fn find(stated: Stated, precision: Precision) -> Result<Place, Vec<String>> {
    let mut problems = Vec::new();
    if matches!(precision, Precision::Exact | Precision::Near) && stated.point.is_none() {
        problems
            .push(format!("precision {precision} takes a point; give lat and lon, or a coarser precision"));
    }
    let found = if precision >= Precision::Country {
        None
    } else if stated.province.trim().is_empty() {
        by_point(&stated).map_err(|problem| problems.push(problem)).ok()
    } else {
        stated_province(&stated.province, stated.country).map_err(|problem| problems.push(problem)).ok()
    };
    if precision == Precision::Country && stated.country.is_none() {
        problems.push(no_country(&stated.province));
    }
    if precision == Precision::None && !stated.province.trim().is_empty() {
        problems.push(nowhere_in(&stated.province));
    }
    let within = Within {
        country: found.as_ref().map(|found| found.country).or(stated.country),
        province: found.as_ref().map(|found| &found.province),
        radius_km: radius_km(precision),
    };
    if problems.is_empty() {
        problems.extend(stated.point.and_then(|point| contradiction(point, within)));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let finer_than = |limit: Precision| precision <= limit;
    Ok(Place {
        country: found.as_ref().map(|f| f.country).or(stated.country),
        province: found.map(|f| f.province),
        district: stated.district.filter(|_| finer_than(Precision::District)),
        name: stated.name,
        radius_km: stated.point.and_then(|_| radius_km(precision)),
        point: stated.point.filter(|_| precision != Precision::None),
        precision,
    })
}

/// What is said of a place that nobody knows and that has a province.
fn nowhere_in(province: &str) -> String {
    let given: String = province.trim().chars().take(80).collect();
    format!(
        "precision none says that no place is known, and {given:?} is written as the province; write precision province, or leave the \
         province out"
    )
}

/// What is said of a place that is known to its country alone and has none.
fn no_country(province: &str) -> String {
    let given: String = province.trim().chars().take(80).collect();
    if given.is_empty() {
        return "precision country takes a country; write its ISO 3166-1 code, as KGZ".to_owned();
    }
    format!(
        "precision country says that no province is known, and {given:?} is written as one; write precision province, or the country"
    )
}

fn by_point(stated: &Stated) -> Result<Found, String> {
    let Some(point) = stated.point else {
        return Err("neither a province nor a point is given; write the province's code, as KG-B, or lat and lon, or \
                    precision country"
            .to_owned());
    };
    let outside = || {
        let within = stated.country.map_or_else(|| "the six countries".to_owned(), |c| c.to_string());
        format!(
            "the point {}, {} lies in no province of {within}; check lat and lon, or write the province",
            point.lat(),
            point.lon()
        )
    };
    let within = Within { country: stated.country, ..Within::default() };
    let unit = unit_at(point, stated.country);
    let unit = unit.ok_or_else(|| contradiction(point, within).unwrap_or_else(outside))?;
    match (unit.id.parse(), unit.country.parse()) {
        (Ok(province), Ok(country)) => Ok(Found { province, country }),
        _ => Err(outside()),
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
