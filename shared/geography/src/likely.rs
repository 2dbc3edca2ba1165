//! Which unit was likely meant by a text that is the name or code of none: that of a town of this name, or one named much alike.

use crate::fold::fold;
use crate::places::find_places;
use crate::province::{Province, provinces};
use crate::resolve::{Resolution, resolve_province, unit_names};

/// How many units are given at most.
const MOST: usize = 5;
/// How alike a text and a name are at least, from 0 to 1, that the unit is given.
const ALIKE: f64 = 0.88;
/// A text of more characters is no name.
const LONGEST: usize = 60;

/// The units that may be meant by what is no name and no code: the likeliest first, five at most; none where nothing is alike.
/// Where it is the name of towns or villages, those they lie in, that of the most populous first: `Jalalabad` in Afghanistan.
///
/// A country before the name or code narrows the search: `KG/batken`, `kg b`, `KGZ: Batkenn`. `country` is an ISO 3166-1
/// alpha-3 code that does the same.
pub fn likely_provinces(text: &str, country: Option<&str>) -> Vec<&'static Province> {
    if text.chars().nth(LONGEST).is_some() {
        return Vec::new();
    }
    let folded = fold(text);
    let (before, name) = match folded.split_once(' ') {
        Some((first, rest)) if country_of(first).is_some() => (country_of(first), rest.to_owned()),
        _ => (None, folded.clone()),
    };
    let country = country.or(before.map(|unit| unit.country));
    let code =
        before.map(|unit| format!("{}-{}", unit.id.get(..2).unwrap_or_default(), name.replace(' ', "-")));
    for given in code.iter().chain([&name, &folded]) {
        match resolve_province(given, country) {
            Resolution::Found(unit) => return vec![unit],
            Resolution::Ambiguous(units) => return units.into_iter().take(MOST).collect(),
            Resolution::Unknown => {}
        }
    }
    let mut units: Vec<&'static Province> = Vec::new();
    for unit in find_places(&name, country).into_iter().map(|place| place.province) {
        if units.len() < MOST && !units.iter().any(|known| known.id == unit.id) {
            units.push(unit);
        }
    }
    if units.is_empty() { alike(&name, country) } else { units }
}

/// A unit of the country that has this code of two or three letters.
fn country_of(code: &str) -> Option<&'static Province> {
    let is = |unit: &&Province| {
        unit.country.eq_ignore_ascii_case(code)
            || unit.id.get(..2).is_some_and(|two| two.eq_ignore_ascii_case(code))
    };
    provinces().iter().find(is)
}

/// The units whose names are written much like this.
fn alike(name: &str, country: Option<&str>) -> Vec<&'static Province> {
    let here = |unit: &Province| country.is_none_or(|code| unit.country.eq_ignore_ascii_case(code.trim()));
    let named = unit_names().into_iter().filter(|(unit, _)| here(unit));
    let score = |(unit, text): (&'static Province, String)| (strsim::jaro_winkler(name, &fold(&text)), unit);
    let mut scored: Vec<(f64, &'static Province)> =
        named.map(score).filter(|(score, _)| *score >= ALIKE).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.id.cmp(other.1.id)));
    let mut units: Vec<&'static Province> = Vec::new();
    for (_, unit) in scored {
        if units.len() < MOST && !units.iter().any(|known| known.id == unit.id) {
            units.push(unit);
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_code_leads_to_the_unit_that_was_meant() {
        for (text, first) in [
            ("KG/batken", "KG-B"),
            ("kg-b", "KG-B"),
            ("KG B", "KG-B"),
            ("KGZ: Batkenn", "KG-B"),
            ("Batkin", "KG-B"),
            ("Soghd", "TJ-SU"),
            ("Баткенск", "KG-B"),
        ] {
            let found = likely_provinces(text, None);
            assert_eq!(found.first().map(|unit| unit.id), Some(first), "{text}");
            assert!(found.len() <= MOST);
        }
        assert_eq!(likely_provinces("Osh", Some("KGZ")).len(), 2, "city and region");
        let towns = |text, country| likely_provinces(text, country).first().map(|unit| unit.id);
        assert_eq!(towns("Jalalabad", Some("AFG")), Some("AF-NAN"), "a town that is given as a province");
        assert_eq!(towns("Mazar-i-Sharif", None), Some("AF-BAL"));
        assert_eq!(towns("Termez", Some("UZB")), Some("UZ-SU"));
        for text in ["", "/", "Атлантида", "Normandy", "FR-75", "💧", &"Batken".repeat(1000)] {
            assert!(likely_provinces(text, None).is_empty(), "{text}");
        }
        assert!(likely_provinces("Batken", Some("TJK")).is_empty(), "not in that country");
    }
}
