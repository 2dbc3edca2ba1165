//! How far the sources that list every event reach: for which months no row means no event.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, Threat};

use super::Month;

/// A source that has rows in so many countries in one month lists the world in it.
const WIDE: usize = 10;
/// The last days of a month may pass without an event anywhere; after this many it is still taken as whole.
const SLACK_DAYS: i64 = 3;
/// A source without a row anywhere for so many months was not brought for them: lists come by the year. For fewer nothing happened.
const MISSING_MONTHS: i32 = 12;

/// What one source that lists every event has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The last day with a row of each threat that it speaks of, by country.
    pub last: BTreeMap<(Country, Threat), Day>,
    /// The countries with a row, by month.
    pub months: BTreeMap<Month, BTreeSet<Country>>,
}

/// Whole months from the first to the last.
pub type Months = (Month, Month);

/// The newest unbroken run of whole months in which sources count this threat, by country.
///
/// A month in which a source has rows in ten countries or more is one it lists for the whole world, so a country in which it
/// has nothing then was calm. Otherwise it speaks for those countries alone in which it has rows of the threat: of each from the first
/// month with any row to the last row of the threat, which is where series and situations take it to end. Months without any row between others count as those do, but for a whole year of them, which nobody brought.
pub fn covered<'a>(
    sources: impl IntoIterator<Item = &'a Listed>,
    threat: Threat,
) -> BTreeMap<Country, Months> {
    let mut months: BTreeMap<Country, BTreeSet<Month>> = BTreeMap::new();
    for source in sources.into_iter().filter(|source| source.speaks_of(threat)) {
        for (country, listed) in source.by_country(threat) {
            months.entry(country).or_default().extend(listed);
        }
    }
    months.into_iter().filter_map(|(country, months)| Some((country, newest_run(&months)?))).collect()
}

/// Whether these months of a country lie in what is covered.
pub fn covers(covered: &BTreeMap<Country, Months>, country: Country, (first, last): Months) -> bool {
    covered.get(&country).is_some_and(|whole| whole.0 <= first && last <= whole.1)
}

impl Listed {
    fn speaks_of(&self, threat: Threat) -> bool {
        self.last.keys().any(|(_, of)| *of == threat)
    }

    /// The last day with a row in each country, whatever the threat.
    fn ends(&self) -> BTreeMap<Country, Day> {
        let mut ends: BTreeMap<Country, Day> = BTreeMap::new();
        for ((country, _), day) in &self.last {
            let end = ends.entry(*country).or_insert(*day);
            *end = (*end).max(*day);
        }
        ends
    }

    fn by_country(&self, threat: Threat) -> BTreeMap<Country, BTreeSet<Month>> {
        let ends = self.ends();
        let mut days: Vec<Day> = ends.values().copied().collect();
        days.sort_unstable_by(|one, other| other.cmp(one));
        let world_ends = days.get(WIDE - 1).map(|day| whole_until(*day));
        let brought = without_short_gaps(self.months.keys().copied());
        let mut all: BTreeMap<Country, BTreeSet<Month>> = BTreeMap::new();
        for ((country, _), day) in self.last.iter().filter(|((_, of), _)| *of == threat) {
            let own = self.months.iter().filter(|(_, countries)| countries.contains(country));
            let Some(first) = own.map(|(month, _)| *month).next() else { continue };
            let months = first.to(whole_until(*day)).filter(|month| brought.contains(month));
            all.entry(*country).or_default().extend(months);
        }
        let wide = self.months.iter().filter(|(_, countries)| countries.len() >= WIDE);
        let wide = without_short_gaps(wide.map(|(month, _)| *month));
        for month in wide.into_iter().filter(|month| world_ends.is_some_and(|end| *month <= end)) {
            for country in Country::REGION.into_iter().chain(ends.keys().copied()) {
                all.entry(country).or_default().insert(month);
            }
        }
        all
    }
}

/// These months, oldest first, and those that lie between two of them less than a year apart.
fn without_short_gaps(months: impl IntoIterator<Item = Month>) -> BTreeSet<Month> {
    let mut all: BTreeSet<Month> = BTreeSet::new();
    for month in months {
        let between = all.last().filter(|last| month <= last.plus(MISSING_MONTHS)).copied();
        all.extend(between.unwrap_or(month).to(month));
    }
    all
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
