//! Products: drafted from data, edited by people, moved on under guards, frozen when they are published.

pub mod at_home;
mod changes;
pub mod compose;
pub mod edit;
pub mod flash;
pub mod happened;
pub mod kinds;
mod marks;
pub mod material;
pub mod moves;
pub mod sentences;
pub mod skeleton;
pub mod sources;
pub mod words;

use std::collections::BTreeSet;

use contracts::analysis::products::ProductForm;
use domain::ProvinceCode;

/// The provinces that a form covers: those it names, or all of its countries, or of the region.
pub fn scope(form: &ProductForm) -> BTreeSet<ProvinceCode> {
    if !form.provinces.is_empty() {
        return form.provinces.clone();
    }
    let within =
        |country: &str| form.countries.is_empty() || form.countries.iter().any(|one| one.as_str() == country);
    let all = geography::provinces().iter().filter(|unit| within(unit.country));
    all.filter_map(|unit| unit.id.parse().ok()).collect()
}

#[cfg(test)]
mod compose_tests;
#[cfg(test)]
mod contrast_tests;
#[cfg(test)]
mod coverage_tests;
#[cfg(test)]
pub(crate) mod given;
#[cfg(test)]
mod known_tests;
#[cfg(test)]
mod left_open_tests;
#[cfg(test)]
mod period_tests;
#[cfg(test)]
mod said_tests;
