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
mod tests {
    use super::*;

    fn stated(country: &str, province: &str, point: Option<(f64, f64)>) -> Stated {
        Stated {
            country: country.parse().ok(),
            province: province.into(),
            point: point.map(|(lat, lon)| Point::new(lat, lon).unwrap()),
            ..Stated::default()
        }
    }

    #[test]
    fn a_province_is_found_by_code_name_or_point() {
        for (country, province, point, code) in [
            ("KGZ", "KG-B", None, "KG-B"),
            ("", "Баткенская область", None, "KG-B"),
            ("TJK", "Sughd", None, "TJ-SU"),
            ("", "", Some((34.531_094, 69.162_796)), "AF-KAB"),
        ] {
            let place = find(stated(country, province, point), Precision::Province).unwrap();
            assert_eq!(place.province.unwrap().as_str(), code);
            assert!(place.country.is_some());
        }
    }

    #[test]
    fn a_name_without_end_is_not_repeated_without_end() {
        let why = stated_province(&"x,".repeat(500_000), None).map(|_| ()).unwrap_err();
        assert!(why.starts_with("no province \"x,x,") && why.len() < 400, "{} bytes", why.len());
    }

    #[test]
    fn an_ambiguous_name_lists_who_may_be_meant() {
        let problems = find(stated("", "Badakhshan", None), Precision::Province).unwrap_err();
        assert!(problems[0].contains("AF-BDS") && problems[0].contains("TJ-GB"), "{problems:?}");
    }

    #[test]
    fn a_town_given_as_a_province_leads_to_the_province_it_lies_in() {
        let problems = find(stated("AFG", "Jalalabad", None), Precision::Province).unwrap_err();
        assert!(problems[0].contains("AF-NAN (Nangarhar) meant"), "{problems:?}");
        let problems = find(stated("", "KG-B", None), Precision::Country).unwrap_err();
        assert!(problems[0].contains("\"KG-B\" is written as one"), "{problems:?}");
    }

    #[test]
    fn a_stated_unknown_is_a_place() {
        let place = find(Stated::default(), Precision::None).unwrap();
        assert_eq!((place.country, place.province, place.precision), (None, None, Precision::None));
    }

    #[test]
    fn an_exact_place_needs_its_point_and_a_province_something_to_find_it_by() {
        assert_eq!(find(stated("KGZ", "KG-B", None), Precision::Exact).unwrap_err().len(), 1);
        assert_eq!(find(stated("KGZ", "", None), Precision::Near).unwrap_err().len(), 2);
        assert_eq!(find(stated("KGZ", "Atlantis", None), Precision::Province).unwrap_err().len(), 1);
        assert_eq!(find(stated("", "", None), Precision::Country).unwrap_err().len(), 1);
    }

    #[test]
    fn a_point_fits_the_place_that_is_stated_or_both_are_named() {
        let why = |country: &str, province: &str, point, precision| {
            find(stated(country, province, Some(point)), precision).err().map(|problems| problems.join("; "))
        };
        let exact = |province, point| why("", province, point, Precision::Exact);
        // within, at the border, and in a village some kilometres across it
        for point in [(40.06, 70.8), (39.95, 69.6), (40.2, 69.3)] {
            assert_eq!(exact("KG-B", point), None, "{point:?}");
        }
        for (point, words) in [
            ((70.8, 40.06), ["swapped", "KG-B (Batken)", "exchange"]),
            ((10.0, 20.0), ["no province of the six", "away from KG-B (Batken)", "correct"]),
            ((37.49, 71.55), ["TJ-GB", "away from KG-B (Batken)", "correct"]),
            ((0.0, 0.0), ["0, 0", "leave latitude and longitude empty", "write them"]),
        ] {
            let why = exact("KG-B", point).unwrap();
            assert!(words.iter().all(|word| why.contains(word)), "{why}");
        }
        let country = |country, point| why(country, "", point, Precision::Country);
        assert_eq!(country("KGZ", (41.2, 74.7)), None);
        assert!(country("KGZ", (34.5, 69.2)).unwrap().contains("away from KGZ"));
        assert_eq!(country("PAK", (34.0, 71.5)), None, "of others the borders are not known");
        assert!(country("PAK", (0.0, 0.0)).is_some());
        assert_eq!(exact("KG-GO", (40.52, 72.8)), None, "a city without a shape has a place all the same");
        assert!(exact("TM-S", (40.52, 72.8)).unwrap().contains("away from TM-S"));
    }

    #[test]
    fn what_is_wrong_with_a_place_can_be_told_in_every_language() {
        let point = |lat, lon| Some((lat, lon));
        for (country, province, point, precision) in [
            ("KGZ", "KG-B", None, Precision::Exact),
            ("KGZ", "", None, Precision::Near),
            ("KGZ", "Atlantis", None, Precision::Province),
            ("", "Atlantis", None, Precision::Province),
            ("KGZ", "Batke", None, Precision::Province),
            ("", "Batke", None, Precision::Province),
            ("", "Osh", None, Precision::Province),
            ("", "", None, Precision::Country),
            ("", "KG-B", None, Precision::Country),
            ("AFG", "Jalalabad", None, Precision::Province),
            ("", "KG-B", point(0.0, 0.0), Precision::Exact),
            ("", "KG-B", point(70.8, 40.06), Precision::Exact),
            ("", "KG-B", point(37.49, 71.55), Precision::Exact),
            ("KGZ", "", point(34.5, 69.2), Precision::Exact),
            ("", "", point(51.5, 0.1), Precision::Exact),
            ("", "", point(70.8, 40.06), Precision::Near),
        ] {
            for why in find(stated(country, province, point), precision).unwrap_err() {
                assert!(contracts::reason::is_told(&why), "{why}");
            }
        }
    }

    #[test]
    fn outside_the_region_a_well_formed_code_stands() {
        let place = find(stated("PAK", "PK-BA", None), Precision::Province).unwrap();
        assert_eq!(place.province.unwrap().as_str(), "PK-BA");
    }
}
