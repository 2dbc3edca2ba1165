//! Whether what somebody writes as a province is one, and which may be meant where it is not: told to the one who wrote it.

use contracts::gateway::ReportPlace;
use domain::{Country, Precision, ProvinceCode};
use geography::{Province, Resolution};

/// The province by its code, or by a name in any of the three scripts; of this country alone where one is given.
///
/// # Errors
/// In words for the one who wrote it: which could be meant, or that none is known.
pub fn province(given: &str, country: Option<Country>) -> Result<&'static Province, String> {
    let shown = short(given);
    let within = country.map_or_else(|| "the region".to_owned(), |country| country.to_string());
    let country = country.as_ref().map(Country::as_str);
    match geography::resolve_province(given, country) {
        Resolution::Found(unit) => Ok(unit),
        Resolution::Ambiguous(units) => {
            Err(format!("{shown:?} may mean {}; write the code of the one meant", either(&units)))
        }
        Resolution::Unknown => Err(match geography::likely_provinces(given, country).as_slice() {
            [] => format!(
                "{shown:?} is no province of {within}; give its ISO 3166-2 code, as KG-B, or a name of it"
            ),
            likely => {
                format!("{shown:?} is no province of {within}; is {} meant? Write its code", either(likely))
            }
        }),
    }
}

/// What is wrong with the words for where a report says something happened, and where in the place they stand; `None` where they
/// can be read. Points are not looked at here.
pub fn objection(place: &ReportPlace) -> Option<(&'static str, String)> {
    let given = place.province.as_deref().map(str::trim).filter(|given| !given.is_empty())?;
    if place.precision == Precision::Country && place.country.is_none() {
        let why = format!(
            "country says that no province is known, and {:?} is written as one; write the precision province, or the country",
            short(given)
        );
        return Some(("/precision", why));
    }
    // of other countries than the six every code that is well formed stands
    let elsewhere = place.country.is_some_and(|country| !country.in_region());
    if place.precision >= Precision::Country || (elsewhere && given.parse::<ProvinceCode>().is_ok()) {
        return None;
    }
    province(given, place.country).err().map(|why| ("/province", why))
}

/// One unit or another, by code and name.
fn either(units: &[&Province]) -> String {
    let units: Vec<String> = units.iter().map(|unit| format!("{} ({})", unit.id, unit.name_en)).collect();
    units.join(" or ")
}

/// As much of a word as it takes to know it again.
pub(super) fn short(word: &str) -> String {
    word.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(country: &str, province: &str, precision: Precision) -> Option<(&'static str, String)> {
        objection(&ReportPlace {
            country: country.parse().ok(),
            province: Some(province.to_owned()),
            name: None,
            lat: None,
            lon: None,
            precision,
        })
    }

    #[test]
    fn a_town_given_as_a_province_is_asked_back_with_the_province_it_lies_in() {
        for (country, given, parts) in [
            ("AFG", "Jalalabad", ["no province of AFG", "AF-NAN (Nangarhar)"]),
            ("", "Jalalabad", ["KG-J", "AF-NAN"]),
            ("", "Badakhshan", ["AF-BDS", "TJ-GB"]),
            ("", "Mazar-i-Sharif", ["no province of the region", "AF-BAL"]),
            ("KGZ", "Batkenn", ["no province of KGZ", "KG-B"]),
            ("KGZ", "Atlantis", ["no province of KGZ", "as KG-B"]),
            ("PAK", "Quetta", ["no province of PAK", "ISO 3166-2"]),
        ] {
            let (pointer, why) = objects(country, given, Precision::Province).unwrap();
            assert_eq!(pointer, "/province");
            assert!(parts.iter().all(|part| why.contains(part)), "{why}");
        }
        for (country, given) in [("KGZ", "KG-B"), ("", "Баткенская область"), ("PAK", "PK-BA"), ("", " ")]
        {
            assert_eq!(objects(country, given, Precision::Province), None, "{given}");
        }
    }

    #[test]
    fn a_province_with_the_precision_of_a_country_is_told_as_that() {
        let (pointer, why) = objects("", "KG-B", Precision::Country).unwrap();
        assert_eq!(pointer, "/precision");
        assert!(why.contains("\"KG-B\" is written as one") && why.contains("precision province"), "{why}");
        assert_eq!(objects("KGZ", "KG-B", Precision::Country), None, "then the country stands");
        assert_eq!(objects("", "Atlantis", Precision::None), None);
    }
}
