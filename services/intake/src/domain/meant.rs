//! Where a report says that something happened, and what the name of a place may mean where it writes no province.

use contracts::gateway::ReportPlace;
use domain::{Country, Place, Point};
use geography::{PlaceName, Province, Resolution};

use super::{
    codes::short,
    place::{self, FITS_KM, Stated, unit_at},
};

/// How many places of a name are told, the most populous first.
const TOLD: usize = 5;

/// Everything in the region that is called so.
struct Meant {
    units: Vec<&'static Province>,
    places: Vec<&'static PlaceName>,
}

impl Meant {
    fn of(name: &str, country: Option<Country>) -> Self {
        let country = country.as_ref().map(Country::as_str);
        let units = match geography::resolve_province(name, country) {
            Resolution::Found(unit) => vec![unit],
            Resolution::Ambiguous(units) => units,
            Resolution::Unknown => Vec::new(),
        };
        Self { units, places: geography::find_places(name, country) }
    }

    fn is_nothing(&self) -> bool {
        self.units.is_empty() && self.places.is_empty()
    }

    /// All of it, by codes and points.
    fn told(&self) -> String {
        let units = self.units.iter().map(|unit| format!("{} ({})", unit.id, unit.name_en));
        let places = self
            .places
            .iter()
            .map(|place| format!("{} [{} {:.2} {:.2}]", place.name, place.province.id, place.lat, place.lon));
        units.chain(places).take(TOLD).collect::<Vec<_>>().join(" or ")
    }
}

/// Finds the place that a report states.
///
/// # Errors
/// Everything that keeps it from being found, in words for the one who wrote it, with the places that its name may mean.
pub fn find(stated: &ReportPlace) -> Result<Place, Vec<String>> {
    let by_name_alone = stated.province.as_deref().is_none_or(|province| province.trim().is_empty());
    let point = match (stated.lat, stated.lon) {
        (None, None) => None,
        (Some(lat), Some(lon)) => Some(Point::new(lat, lon).map_err(|invalid| vec![invalid.to_string()])?),
        _ => return Err(vec!["of lat and lon only one is given; give both or none".to_owned()]),
    };
    let whole = Stated {
        country: stated.country,
        province: stated.province.clone().unwrap_or_default(),
        district: None,
        name: stated.name.clone(),
        point,
    };
    let found = place::find(whole, stated.precision);
    let Some(name) = stated.name.as_deref().filter(|_| by_name_alone) else { return found };
    match (found, point) {
        (Ok(place), Some(point)) => match contradiction(name, (stated.country, point)) {
            Some(why) => Err(vec![why]),
            None => Ok(place),
        },
        (Err(mut problems), None) => {
            problems.extend(candidates(name, stated.country));
            Err(problems)
        }
        (found, _) => found,
    }
}

/// Which places a name may mean, for the one who is to say which; `None` where none is known.
fn candidates(name: &str, country: Option<Country>) -> Option<String> {
    let meant = Meant::of(name.trim(), country);
    (!meant.is_nothing()).then(|| {
        let (name, all) = (short(name.trim()), meant.told());
        format!("{name} may mean {all}; write the province of the one meant, and its point")
    })
}

/// Why a point is not where its name says; `None` where it may be, or the name is not known. Whoever writes the province as well has
/// said which of the two holds.
fn contradiction(name: &str, (country, point): (Option<Country>, Point)) -> Option<String> {
    let meant = Meant::of(name.trim(), country);
    if meant.is_nothing() {
        return None;
    }
    let at = unit_at(point, None);
    let mut within = meant.units.iter().copied().chain(meant.places.iter().map(|place| place.province));
    if at.is_some_and(|at| within.any(|unit| unit.id == at.id)) {
        return None;
    }
    let here = geography::Point { lat: point.lat(), lon: point.lon() };
    let of_units = meant.units.iter().filter_map(|unit| geography::distance_km(here, unit.id));
    let of_places = meant
        .places
        .iter()
        .filter_map(|place| Some(point.distance_km(Point::new(place.lat, place.lon).ok()?)));
    let away = of_units.chain(of_places).min_by(f64::total_cmp)?;
    if away <= FITS_KM {
        return None;
    }
    let name = short(name.trim());
    let lies_in = at.map_or_else(
        || "no province of the six countries".to_owned(),
        |unit| format!("{} ({})", unit.id, unit.name_en),
    );
    Some(format!(
        "{name} means {}, and the point {}, {} lies in {lies_in}, {away:.0} km away from there; correct the name or the point, or \
         write the province as well",
        meant.told(),
        point.lat(),
        point.lon()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn against(name: &str, lat: f64, lon: f64) -> Option<String> {
        contradiction(name, (None, Point::new(lat, lon).unwrap()))
    }

    #[test]
    fn a_name_against_a_point_of_another_province_is_told_with_both() {
        let why = against("Batken", 36.7, 67.1).unwrap();
        for part in ["\"Batken\" means KG-B (Batken)", "36.7, 67.1 lies in AF-BAL (Balkh)", "km away"] {
            assert!(why.contains(part), "{part}: {why}");
        }
        assert!(contracts::reason::is_told(&why), "{why}");
        assert_eq!(against("Batken", 40.06, 70.82), None);
        assert_eq!(against("Batken", 40.2, 69.3), None, "some kilometres across the border");
        assert_eq!(against("the bridge behind the mill", 36.7, 67.1), None, "a name that nobody knows");
    }

    #[test]
    fn a_name_of_several_places_is_told_with_all_of_them() {
        let told = candidates(" Ош ", None).unwrap();
        assert!(
            told.contains("\"Ош\" may mean") && told.contains("KG-GO") && told.contains("KG-O"),
            "{told}"
        );
        assert!(contracts::reason::is_told(&told), "{told}");
        assert_eq!(candidates("Atlantis", None), None);
    }
}
