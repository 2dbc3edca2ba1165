//! The gazetteer: towns and villages with their spellings (GeoNames, CC BY 4.0).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::country::is_country;
use crate::fold::key;
use crate::province::{Province, province, read_rows};

/// One populated place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceName {
    /// Number in GeoNames; from 4,000,000,001 on one of ours, of a place that its extract lacks.
    pub geonameid: u32,
    /// Name in Latin letters.
    pub name: &'static str,
    /// Other spellings in Latin, Cyrillic and Arabic script.
    pub variants: Vec<&'static str>,
    /// ISO 3166-1 alpha-3 code.
    pub country: &'static str,
    /// The unit it lies in.
    pub province: &'static Province,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Inhabitants; 0 when GeoNames knows no number.
    pub population: u32,
}

#[derive(Deserialize)]
struct Row {
    geonameid: u32,
    name: String,
    province: String,
    lat: f64,
    lon: f64,
    population: u32,
    names: String,
}

static PLACES: LazyLock<Vec<PlaceName>> = LazyLock::new(|| {
    let rows: Vec<Row> = read_rows(include_str!("../data/places.csv"));
    let mut places: Vec<PlaceName> = rows.into_iter().filter_map(PlaceName::from_row).collect();
    places.sort_by_key(|place| (std::cmp::Reverse(place.population), place.geonameid));
    places
});

static BY_KEY: LazyLock<HashMap<String, Vec<&'static PlaceName>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<&'static PlaceName>> = HashMap::new();
    for place in PLACES.iter() {
        let spellings = std::iter::once(&place.name).chain(&place.variants).map(|spelling| key(spelling));
        for spelling in spellings.filter(|spelling| !is_country(spelling)) {
            let found = index.entry(spelling).or_default();
            if found.last().is_none_or(|last| last.geonameid != place.geonameid) {
                found.push(place);
            }
        }
    }
    index
});

impl PlaceName {
    fn from_row(row: Row) -> Option<Self> {
        let province = province(&row.province)?;
        let names: &'static str = row.names.leak();
        let mut variants: Vec<&'static str> = names.split('|').filter(|name| !name.is_empty()).collect();
        let russian: Vec<String> = variants.iter().filter_map(|name| in_russian(name)).collect();
        for name in russian {
            if !variants.contains(&name.as_str()) {
                variants.push(name.leak());
            }
        }
        Some(Self {
            geonameid: row.geonameid,
            name: row.name.leak(),
            variants,
            country: province.country,
            province,
            lat: row.lat,
            lon: row.lon,
            population: row.population,
        })
    }
}

/// A Tajik name as Russian writes it, where that is more than one letter for another: Ҷирғатол is Джиргатол. `None` of any other.
fn in_russian(name: &str) -> Option<String> {
    if !name.contains(['ҷ', 'Ҷ']) {
        return None;
    }
    let letters = [
        ("ҷ", "дж"),
        ("Ҷ", "Дж"),
        ("ғ", "г"),
        ("Ғ", "Г"),
        ("ӣ", "и"),
        ("Ӣ", "И"),
        ("қ", "к"),
        ("Қ", "К"),
        ("ҳ", "х"),
        ("Ҳ", "Х"),
        ("ӯ", "у"),
        ("Ӯ", "У"),
    ];
    Some(letters.iter().fold(name.to_owned(), |name, (tajik, russian)| name.replace(tajik, russian)))
}

/// Every place of the gazetteer, most populous first.
pub fn places() -> &'static [PlaceName] {
    &PLACES
}

/// Places one of whose spellings folds to this name, most populous first; several when the name is ambiguous.
///
/// `country` is an ISO 3166-1 alpha-3 code that narrows the search. Spaces do not count. What a country is called is never a place
/// of the gazetteer.
pub fn find_places(name: &str, country: Option<&str>) -> Vec<&'static PlaceName> {
    let Some(found) = BY_KEY.get(&key(name)) else { return Vec::new() };
    let here = |place: &&PlaceName| country.is_none_or(|code| place.country.eq_ignore_ascii_case(code));
    found.iter().copied().filter(here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gazetteer has Ҷирғатол alone, which folds to another letter.
    #[test]
    fn a_tajik_name_is_found_as_russian_writes_it() {
        for name in ["Ҷирғатол", "Джиргатол", "джиргатол", "Jirgatol"] {
            let found = find_places(name, Some("TJK"));
            assert!(found.iter().any(|place| place.geonameid == 1_221_802), "{name}: {found:?}");
        }
        assert_eq!(in_russian("Хуҷанд").as_deref(), Some("Худжанд"));
        assert_eq!(in_russian("Душанбе"), None);
    }
}
