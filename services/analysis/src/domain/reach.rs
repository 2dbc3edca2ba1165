//! How far the sources that list every event reach: for which months no row means no event.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, Threat};

use super::Month;

/// A source that has rows in so many countries in one month lists the world in it.
const WIDE: usize = 10;
/// The last days of a month may pass without an event anywhere; after this many it is still taken as whole.
const SLACK_DAYS: i64 = 3;

/// What one source that lists every event has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The threats it speaks of.
    pub threats: BTreeSet<Threat>,
    /// The last day with a row, by country.
    pub last: BTreeMap<Country, Day>,
    /// The countries with a row, by month.
    pub months: BTreeMap<Month, BTreeSet<Country>>,
}

/// Whole months from the first to the last.
pub type Months = (Month, Month);

/// The newest unbroken run of whole months in which sources count this threat, by country.
///
/// A month in which a source has rows in ten countries or more is one it lists for the whole world, so a country in which it
/// has nothing then was calm. Other months it lists for those countries alone in which it has rows.
pub fn covered<'a>(
    sources: impl IntoIterator<Item = &'a Listed>,
    threat: Threat,
) -> BTreeMap<Country, Months> {
    let mut months: BTreeMap<Country, BTreeSet<Month>> = BTreeMap::new();
    for source in sources.into_iter().filter(|source| source.threats.contains(&threat)) {
        for (country, listed) in source.by_country() {
            months.entry(country).or_default().extend(listed);
        }
    }
    months.into_iter().filter_map(|(country, months)| Some((country, newest_run(&months)?))).collect()
}

impl Listed {
    fn by_country(&self) -> BTreeMap<Country, BTreeSet<Month>> {
        let mut days: Vec<Day> = self.last.values().copied().collect();
        days.sort_unstable_by(|one, other| other.cmp(one));
        let world_ends = days.get(WIDE - 1).map(|day| whole_until(*day));
        let mut all: BTreeMap<Country, BTreeSet<Month>> = BTreeMap::new();
        for (month, countries) in &self.months {
            let whole =
                |country: &Country| self.last.get(country).is_some_and(|day| *month <= whole_until(*day));
            for country in countries.iter().filter(|country| whole(country)) {
                all.entry(*country).or_default().insert(*month);
            }
            if countries.len() >= WIDE && world_ends.is_some_and(|end| *month <= end) {
                for country in Country::REGION.into_iter().chain(self.last.keys().copied()) {
                    all.entry(country).or_default().insert(*month);
                }
            }
        }
        all
    }
}

/// The last month that is whole when rows reach this day.
fn whole_until(day: Day) -> Month {
    Month::of(day.plus(SLACK_DAYS)).plus(-1)
}

fn newest_run(months: &BTreeSet<Month>) -> Option<Months> {
    let last = *months.last()?;
    let after = months.iter().rev().zip(0..).take_while(|(month, back)| **month == last.plus(-back));
    after.last().map(|(first, _)| (*first, last))
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
