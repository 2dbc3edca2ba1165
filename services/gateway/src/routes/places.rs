//! Places by name, in any script: every one that may be meant, never one picked silently.

use contracts::{Failure, FailureKind};
use domain::Country;
use geography::{PlaceName, Province, Resolution};
use serde::{Deserialize, Serialize};

use super::JSON;
use crate::{
    Error, Gateway,
    domain::policy::READERS,
    http::{
        Answer, Call, Route,
        table::{handle, param},
    },
};

/// The longest name that is looked up.
const NAME_CHARS: usize = 120;
/// How many candidates are given at most, the most populous first.
const SHOWN: usize = 50;

/// What is asked of places.
pub(crate) const ROUTES: &[Route] = &[Route::get("/v1/places", READERS, handle!(find))
    .named(
        "findPlaces",
        "Provinces and places of this name, in Latin, Cyrillic or Arabic letters and any known spelling; all that may be meant.",
    )
    .with(&[param("q", "Text", "the name, or the code of a province"), param("country", "Country", "in this country")])
    .answers(200, &[(JSON, "Places")])];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    q: String,
    country: Option<Country>,
}

/// Everything that may be meant.
#[derive(Debug, Serialize)]
struct Places {
    items: Vec<Candidate>,
    /// Whether exactly one is meant; else a person must say which.
    certain: bool,
    /// How many more there are than are shown.
    more: usize,
}

/// One that may be meant.
#[derive(Debug, Serialize)]
struct Candidate {
    /// A first-level unit, or a populated place.
    kind: &'static str,
    /// What to write to mean it: the unit's code, or the number in GeoNames.
    id: String,
    name: &'static str,
    /// Other names and spellings.
    also: Vec<&'static str>,
    country: &'static str,
    /// The unit it lies in or is.
    province: &'static str,
    lat: f64,
    lon: f64,
    /// Inhabitants; null for a unit and where none are known.
    population: Option<u32>,
}

async fn find(_: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { q, country } = call.query()?;
    let name = q.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS {
        let why = format!("write a name of 1 to {NAME_CHARS} characters, as Баткен");
        return Err(Failure::invalid("no place can be looked up by this").at("q", why).into());
    }
    if !name.contains(char::is_alphanumeric) {
        let why = format!("there is no word in {name:?} to look for: write letters or digits, as Batken");
        return Err(Failure::new(FailureKind::Malformed, "no place can be looked up by this")
            .at("q", why)
            .into());
    }
    Answer::ok(&candidates(name, country))
}

fn candidates(name: &str, country: Option<Country>) -> Places {
    let country = country.as_ref().map(Country::as_str);
    let units = match geography::resolve_province(name, country) {
        Resolution::Found(unit) => vec![unit],
        Resolution::Ambiguous(units) => units,
        Resolution::Unknown => vec![],
    };
    let places = geography::find_places(name, country);
    let mut items: Vec<Candidate> = units.into_iter().map(Candidate::from).collect();
    items.extend(places.into_iter().map(Candidate::from));
    let (certain, more) = (items.len() == 1, items.len().saturating_sub(SHOWN));
    items.truncate(SHOWN);
    Places { items, certain, more }
}

impl From<&'static Province> for Candidate {
    fn from(unit: &'static Province) -> Self {
        Self {
            kind: "province",
            id: unit.id.to_owned(),
            name: unit.name_en,
            also: vec![unit.name_ru, unit.name_local],
            country: unit.country,
            province: unit.id,
            lat: unit.label.lat,
            lon: unit.label.lon,
            population: None,
        }
    }
}

impl From<&'static PlaceName> for Candidate {
    fn from(place: &'static PlaceName) -> Self {
        Self {
            kind: "place",
            id: place.geonameid.to_string(),
            name: place.name,
            also: place.variants.clone(),
            country: place.country,
            province: place.province.id,
            lat: place.lat,
            lon: place.lon,
            population: Some(place.population).filter(|number| *number > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, country: Option<&str>) -> (Vec<String>, bool) {
        let places = candidates(name, country.map(|code| code.parse().unwrap()));
        (places.items.into_iter().map(|one| one.id).collect(), places.certain)
    }

    #[test]
    fn an_ambiguous_name_is_answered_by_all_who_bear_it() {
        for name in ["Badakhshan", "Badakhshon", "Badaxshon", "Бадахшан", "Бадахшон"] {
            let (ids, certain) = found(name, None);
            assert!(
                !certain && ids.contains(&"AF-BDS".to_owned()) && ids.contains(&"TJ-GB".to_owned()),
                "{name}: {ids:?}"
            );
        }
        assert!(!found("Badakhshan", Some("AFG")).0.contains(&"TJ-GB".to_owned()));
    }

    #[test]
    fn one_place_is_found_in_three_scripts() {
        for name in ["Kabul", "Кабул", "کابل"] {
            let (ids, _) = found(name, Some("AFG"));
            assert!(ids.contains(&"AF-KAB".to_owned()), "{name}: {ids:?}");
        }
        assert_eq!(found("KG-B", None), (vec!["KG-B".to_owned()], true));
        assert_eq!(found("Atlantis", None), (vec![], false));
    }
}
