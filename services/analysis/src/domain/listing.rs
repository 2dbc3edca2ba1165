//! Sources that claim to tell every event of a threat in a country: how far their rows reach, and what their silence is worth.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::levels::Completeness;
use domain::{Country, Day, Threat};

use super::{Cell, Report, situation::RECENT_DAYS};

/// From when to when one source that lists every event has rows of a threat in a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The source's short name.
    pub source: String,
    /// The first day with a row.
    pub first: Day,
    /// The last day with a row.
    pub last: Day,
    /// The keys of the handling under which rows of it ever came.
    pub markings: BTreeSet<String>,
}

/// The sources that list every event, by country, threat and exercise.
pub type Spans = BTreeMap<(Country, Threat, bool), Vec<Listing>>;

/// The cells of every province for which one of these sources reaches into the last 90 days: there no row means no event, also where
/// none ever was.
pub fn covered(spans: &Spans, on: Day) -> BTreeSet<Cell> {
    let reaching = spans.iter().filter(|(_, listings)| {
        let listings = until(listings, on);
        completeness(&listings, &[], on).is_some()
    });
    let of = |((country, threat, exercise), _): (&(Country, Threat, bool), _)| {
        let (country, threat, exercise) = (*country, *threat, *exercise);
        let units = geography::provinces().iter().filter(move |unit| unit.country == country.as_str());
        units.filter_map(move |unit| Cell::of(exercise, threat, &unit.id.parse().ok()?))
    };
    reaching.flat_map(of).collect()
}

/// From when to when these sources reach together; `None` without any.
pub fn reach(listings: &[Listing]) -> Option<(Day, Day)> {
    let first = listings.iter().map(|listing| listing.first).min()?;
    let last = listings.iter().map(|listing| listing.last).max()?;
    Some((first, last))
}

/// These sources up to the end of a day: none reaches beyond it, whatever day its rows are dated. How far they were known to
/// reach by then is another question, which the store answers.
pub fn until(listings: &[Listing], on: Day) -> Vec<Listing> {
    let by_then = listings.iter().filter(|listing| listing.first <= on);
    by_then.map(|listing| Listing { last: listing.last.min(on), ..listing.clone() }).collect()
}

/// The sources among these that reach into the last 90 days, with how much they told of a cell in them; `None` where none does.
pub fn completeness(listings: &[Listing], reports: &[Report], on: Day) -> Option<Completeness> {
    let recent = |day: Day| on.since(day) <= RECENT_DAYS;
    let reaching: Vec<&Listing> = listings.iter().filter(|listing| recent(listing.last)).collect();
    let last = reaching.iter().map(|listing| listing.last).max()?;
    let told = reports
        .iter()
        .filter(|report| recent(report.to) && reaching.iter().any(|listing| listing.source == report.source));
    let told = told.count() as u64;
    Some(Completeness {
        sources: reaching.iter().map(|listing| listing.source.clone()).collect(),
        until: last,
        told,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::given::day;

    #[test]
    fn every_province_of_a_country_is_covered_for_as_long_as_a_list_reaches_into_the_last_90_days() {
        let ucdp =
            Listing { source: "ucdp".into(), first: day(-900), last: day(0), markings: BTreeSet::new() };
        let key = ("TJK".parse().unwrap(), Threat::ArmedConflict, false);
        let spans = Spans::from([(key, vec![ucdp])]);
        let on = |number| -> Vec<String> {
            covered(&spans, day(number)).iter().map(|cell| cell.province.to_string()).collect()
        };
        assert_eq!(on(90), ["TJ-DU", "TJ-GB", "TJ-KT", "TJ-RA", "TJ-SU"]);
        assert_eq!(on(91), [] as [&str; 0]);
        assert_eq!(on(-901), [] as [&str; 0], "it begins later");
        let outside =
            Spans::from([(("PAK".parse().unwrap(), Threat::ArmedConflict, false), spans[&key].clone())]);
        assert!(covered(&outside, day(0)).is_empty(), "no unit of the region");
    }
}
