//! Across the border: which neighbours' own index spills into a cell, and by how much.
//!
//! Pairs come from the map: units that share a border and belong to two countries. Badakhshan-GBAO, Kunduz-Khatlon,
//! Balkh-Surkhandarya and Faryab-Lebap are among them. What spills is a share of the neighbour's *own* index, of its incidents
//! alone: never of its indicators, nor of what spilled into it, so that nothing echoes. An incident that is reported on both sides counts in
//! each by what reported it there, and does not spill besides; one over two neighbours spills once.

use std::collections::BTreeSet;

use domain::{ClusterId, Country, Threat};
use serde::{Deserialize, Serialize};

use super::{Cell, Report, cell::country_of};

/// What the operator decides about spill-over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpillRules {
    /// Share, in 0..=1, of a neighbour's own index where one of the two is in Afghanistan.
    pub afghanistan: f64,
    /// Share, in 0..=1, across every other border.
    pub others: f64,
    /// The threats that cross borders.
    pub threats: BTreeSet<Threat>,
}

/// The neighbours of a cell across the borders of its country, each with the share that spills over: Afghanistan's pairs first.
pub fn pairs(cell: &Cell, rules: &SpillRules) -> Vec<(Cell, f64)> {
    if !rules.threats.contains(&cell.threat) {
        return Vec::new();
    }
    let afghan = |country: Country| country.as_str() == "AFG";
    let neighbour = |id: &&str| {
        let province = id.parse().ok()?;
        let country = country_of(&province).filter(|country| *country != cell.country)?;
        let share = if afghan(country) || afghan(cell.country) { rules.afghanistan } else { rules.others };
        let there = Cell { exercise: cell.exercise, threat: cell.threat, province, country };
        (share > 0.0).then_some((there, share))
    };
    let mut pairs: Vec<(Cell, f64)> =
        geography::neighbours(cell.province.as_str()).iter().filter_map(neighbour).collect();
    pairs.sort_by_key(|(there, _)| !(afghan(there.country) || afghan(cell.country)));
    pairs
}

/// A neighbour across the border with what was reported of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Across<'a> {
    /// The neighbour.
    pub cell: Cell,
    /// The share of its own index that spills over.
    pub share: f64,
    /// The reports of it within the horizon.
    pub reports: &'a [Report],
}

impl<'a> Across<'a> {
    /// The reports of it that are of none of these incidents: what counts on this side of the border already does not spill over it as well.
    pub fn beside(&self, counted: &BTreeSet<&ClusterId>) -> Vec<&'a Report> {
        let is_counted = |report: &Report| report.cluster.as_ref().is_some_and(|id| counted.contains(id));
        self.reports.iter().filter(|report| !is_counted(report)).collect()
    }
}

/// The incidents of several reports that these are of.
pub fn clusters<'a>(reports: impl IntoIterator<Item = &'a Report>) -> impl Iterator<Item = &'a ClusterId> {
    reports.into_iter().filter_map(|report| report.cluster.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(province: &str) -> Cell {
        let province: domain::ProvinceCode = province.parse().unwrap();
        let country = country_of(&province).unwrap();
        Cell { exercise: false, threat: Threat::ArmedConflict, province, country }
    }

    fn rules() -> SpillRules {
        SpillRules { afghanistan: 0.2, others: 0.0, threats: BTreeSet::from([Threat::ArmedConflict]) }
    }

    #[test]
    fn the_pairs_with_afghanistan_are_those_of_the_plan_both_ways() {
        for (one, other) in
            [("AF-BDS", "TJ-GB"), ("AF-KDZ", "TJ-KT"), ("AF-BAL", "UZ-SU"), ("AF-FYB", "TM-L")]
        {
            for (from, to) in [(one, other), (other, one)] {
                let found = pairs(&cell(from), &rules());
                assert!(
                    found.iter().any(|(there, share)| there.province.as_str() == to && *share > 0.0),
                    "{from} {to}"
                );
            }
        }
    }

    #[test]
    fn within_a_country_and_for_threats_that_stay_at_home_nothing_spills() {
        let found = pairs(&cell("AF-KDZ"), &rules());
        assert!(found.iter().all(|(there, _)| there.country.as_str() != "AFG"), "{found:?}");
        let unrest = Cell { threat: Threat::PoliticalUnrest, ..cell("AF-KDZ") };
        assert_eq!(pairs(&unrest, &rules()), []);
        assert_eq!(pairs(&cell("KG-B"), &rules()), [], "no share is set for other borders");
    }
}
