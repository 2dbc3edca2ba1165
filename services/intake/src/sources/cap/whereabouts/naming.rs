//! How finely the names and codes of areas tell the place, and which names are told by nothing else.

use domain::{Country, Precision, ProvinceCode};
use geography::Resolution;

use super::{Found, is_iso, unit};
use crate::sources::{
    cap::alert::{Area, Info, Named},
    iso,
};

/// What those areas are called that no code places.
pub fn uncoded(infos: &[Info]) -> Vec<String> {
    let areas = infos.iter().flat_map(|info| &info.areas);
    let uncoded = areas.filter(|area| !Found::default().add_codes(&area.geocodes));
    uncoded.map(|area| area.description.clone()).collect()
}

/// How finely a name in the description of an area tells the place: as a country or a province, one of those that the codes of the area
/// mean where any do; every other name may be of a village.
pub fn finely(area: &Area, name: &str) -> Precision {
    if iso::named(name).is_some() {
        return Precision::Country;
    }
    let units = match geography::resolve_province(name, None) {
        Resolution::Found(unit) => vec![unit],
        Resolution::Ambiguous(units) => units,
        Resolution::Unknown => Vec::new(),
    };
    let mut said = Found::default();
    let coded = said.add_codes(&area.geocodes);
    let means = units.iter().any(|unit| !coded || said.units.contains(unit.id));
    if means { Precision::Province } else { Precision::Near }
}

/// How finely a code tells the place: those of districts begin with the code of their province.
pub fn code_tells(code: &Named) -> Precision {
    let whole = unit(code).is_some_and(|unit| is_iso(&code.name) || unit.pcode == Some(code.value.trim()));
    if whole || abroad(code).is_some() { Precision::Province } else { Precision::Near }
}

/// A unit outside the region, by its ISO 3166-2 code.
pub(super) fn abroad(code: &Named) -> Option<(Country, ProvinceCode)> {
    if !is_iso(&code.name) {
        return None;
    }
    let province: ProvinceCode = code.value.trim().parse().ok()?;
    let country = rust_iso3166::from_alpha2(province.as_str().get(..2)?)?.alpha3.parse::<Country>().ok()?;
    (!country.in_region()).then_some((country, province))
}
