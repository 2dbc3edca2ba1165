//! A cell: one province and one threat, in the real world or in the exercise. The two worlds never meet in one cell.

use contracts::analysis::Names;
use domain::{Country, Place, ProvinceCode, Threat};

/// One province and one threat, real or of the exercise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The threat.
    pub threat: Threat,
    /// The province, one of the six countries'.
    pub province: ProvinceCode,
    /// The country of the province.
    pub country: Country,
}

impl Cell {
    /// The cell of a province of the region; `None` for a code that no current unit has.
    pub fn of(exercise: bool, threat: Threat, province: &ProvinceCode) -> Option<Self> {
        Some(Self { exercise, threat, country: country_of(province)?, province: province.clone() })
    }
    /// What its province is called.
    pub fn names(&self) -> Option<Names> {
        let unit = geography::province(self.province.as_str())?;
        Some(Names { en: unit.name_en.to_owned(), ru: unit.name_ru.to_owned() })
    }
}

/// How many half-lives an incident counts: what is older weighs less than a thousandth of what it did.
const HALF_LIVES: f64 = 10.0;

/// Days that an incident counts for a threat.
pub fn horizon_days(threat: Threat) -> i64 {
    (threat.half_life_days() * HALF_LIVES) as i64
}

/// The country of a province of the region; `None` for a code that no current unit has.
pub fn country_of(province: &ProvinceCode) -> Option<Country> {
    geography::province(province.as_str())?.country.parse().ok()
}

/// How many provinces a country of the region has.
pub fn provinces_in(country: Country) -> usize {
    geography::provinces().iter().filter(|unit| unit.country == country.as_str()).count()
}

/// The country and the province a place counts for: only units of the six countries have a level of their own, and only
/// where the place names no other country. Everything else counts for its country alone, where it has one.
pub fn counted_in(place: &Place) -> (Option<Country>, Option<ProvinceCode>) {
    let known = place.province.as_ref().and_then(|province| Some((country_of(province)?, province)));
    match known {
        Some((country, province)) if place.country.is_none_or(|stated| stated == country) => {
            (Some(country), Some(province.clone()))
        }
        _ => (place.country, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_units_of_the_six_countries_have_a_level_of_their_own() {
        let place = |country: &str, province: &str| {
            Place::province(country.parse().unwrap(), province.parse().unwrap())
        };
        let table =
            [("KGZ", "KG-B", true), ("KGZ", "KG-X", false), ("TJK", "KG-B", false), ("IRN", "IR-09", false)];
        for (country, province, counts) in table {
            let (of, unit) = counted_in(&place(country, province));
            assert_eq!(of, Some(country.parse().unwrap()));
            assert_eq!(unit.is_some(), counts, "{country} {province}");
        }
    }

    #[test]
    fn a_province_names_its_country() {
        let mut place = Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap());
        place.country = None;
        assert_eq!(counted_in(&place).0, Some("KGZ".parse().unwrap()));
    }
}
