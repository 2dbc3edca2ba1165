//! Sources that claim to tell every event of a threat in a country: how far their rows reach, and what their silence is worth.

use contracts::analysis::levels::Completeness;
use domain::Day;

use super::{Report, situation::RECENT_DAYS};

/// From when to when one source that lists every event has rows of a threat in a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The source's short name.
    pub source: String,
    /// The first day with a row.
    pub first: Day,
    /// The last day with a row.
    pub last: Day,
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
