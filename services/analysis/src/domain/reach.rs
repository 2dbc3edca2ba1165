//! How far the sources that list every event reach: for which months no row means no event.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, Threat};

use super::Month;

/// A source that has rows in so many countries lists the world: as many of them must reach a day for it to count.
const WIDE: usize = 10;
/// The last days of a month may pass without an event anywhere; after this many it is still taken as whole.
const SLACK_DAYS: i64 = 3;

/// From when to when one source has rows of one threat in one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The source.
    pub source: String,
    /// The country.
    pub country: Country,
    /// The threat.
    pub threat: Threat,
    /// The first day with a row.
    pub first: Day,
    /// The last day with a row.
    pub last: Day,
}

/// Whole months from the first to the last.
pub type Months = (Month, Month);

/// The newest unbroken run of whole months in which sources count this threat, by country.
///
/// A source that reaches a day in ten countries or more lists the world up to that day, so a country in which it has nothing
/// then was calm. A source of fewer countries speaks of each only as far as it has rows there.
pub fn covered(spans: &[Span], threat: Threat) -> BTreeMap<Country, Months> {
    let sources: BTreeSet<&str> =
        spans.iter().filter(|span| span.threat == threat).map(|span| span.source.as_str()).collect();
    let mut pieces: BTreeMap<Country, Vec<Months>> = BTreeMap::new();
    for source in sources {
        for (country, months) in of_source(spans.iter().filter(|span| span.source == source)) {
            pieces.entry(country).or_default().push(months);
        }
    }
    pieces.into_iter().filter_map(|(country, pieces)| Some((country, newest_run(pieces)?))).collect()
}

fn of_source<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<(Country, Months)> {
    let mut own: BTreeMap<Country, (Day, Day)> = BTreeMap::new();
    for span in spans {
        let days = own.entry(span.country).or_insert((span.first, span.last));
        *days = (days.0.min(span.first), days.1.max(span.last));
    }
    let world = world(&own);
    let countries: BTreeSet<Country> =
        own.keys().copied().chain(world.map(|_| Country::REGION).into_iter().flatten()).collect();
    let months = countries.into_iter().filter_map(|country| {
        let ends = own.get(&country).copied().into_iter().chain(world);
        let (first, last) = ends.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))?;
        let months = (Month::of(first), Month::of(last.plus(SLACK_DAYS)).plus(-1));
        (months.0 <= months.1).then_some((country, months))
    });
    months.collect()
}

/// From when to when ten of its countries or more reach.
fn world(own: &BTreeMap<Country, (Day, Day)>) -> Option<(Day, Day)> {
    let (mut first, mut last): (Vec<Day>, Vec<Day>) = own.values().copied().unzip();
    first.sort_unstable();
    last.sort_unstable_by(|one, other| other.cmp(one));
    first.get(WIDE - 1).copied().zip(last.get(WIDE - 1).copied()).filter(|(first, last)| first <= last)
}

/// The run that ends last, of pieces that follow each other without a month between them.
fn newest_run(mut pieces: Vec<Months>) -> Option<Months> {
    pieces.sort_unstable();
    pieces.into_iter().reduce(|run, piece| {
        if piece.0 <= run.1.plus(1) {
            (run.0, run.1.max(piece.1))
        } else if piece.1 > run.1 {
            piece
        } else {
            run
        }
    })
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
