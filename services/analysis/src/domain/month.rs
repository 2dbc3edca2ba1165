//! Months, and what a series counts in one.

use std::{fmt, str::FromStr};

use chrono::Datelike;
use domain::{Day, text::Invalid};

use super::{Incident, Rules};

/// A calendar month; written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month of a day.
    pub fn of(day: Day) -> Self {
        let date = day.as_date();
        Self(date.year() * 12 + date.month0() as i32)
    }
    /// The month that many months later, or earlier when negative.
    #[must_use]
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }
    /// How many months later than the other it is; below zero when earlier.
    pub const fn since(self, other: Self) -> i32 {
        self.0 - other.0
    }
    /// Which month of its year, 0 for January.
    pub const fn in_year(self) -> usize {
        self.0.rem_euclid(12) as usize
    }
    /// Every month from this one to the other, both included.
    pub fn to(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
    /// Its first day.
    pub fn first_day(self) -> Option<Day> {
        Day::of(self.0.div_euclid(12), self.0.rem_euclid(12) as u32 + 1, 1)
    }
}
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}
impl FromStr for Month {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        // read thousands of times for one map: no calendar is asked
        let digits =
            |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i32>().ok());
        let read = text.split_once('-').filter(|(year, month)| (year.len(), month.len()) == (4, 2));
        let read = read.and_then(|(year, month)| Some((digits(year)??, digits(month)??)));
        match read {
            Some((year, month @ 1..=12)) => Ok(Self(year * 12 + month - 1)),
            _ => Err(Invalid::new("month", text, "YYYY-MM")),
        }
    }
}
domain::text_column!(Month);

/// What a series counts in one month of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Incidents that make things worse.
    pub events: u32,
    /// Deaths in them, each incident's by its best-graded source.
    pub deaths: u32,
    /// Reports, those of peace included.
    pub reports: u32,
    /// Incidents that ease the situation.
    pub peace: u32,
    /// Incidents that make things worse of which no report says how many died.
    pub unstated: u32,
}

impl Count {
    /// Takes up an incident that counts here; its reports are counted where each of them was.
    pub fn take(&mut self, incident: &Incident<'_>, rules: &Rules) {
        if incident.is_peace(rules) {
            self.peace += 1;
            return;
        }
        self.events += 1;
        match incident.deaths() {
            Some(deaths) => self.deaths = self.deaths.saturating_add(deaths),
            None => self.unstated += 1,
        }
    }
    /// Both together: of two places, or of two spans.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            events: self.events.saturating_add(other.events),
            deaths: self.deaths.saturating_add(other.deaths),
            reports: self.reports.saturating_add(other.reports),
            peace: self.peace.saturating_add(other.peace),
            unstated: self.unstated.saturating_add(other.unstated),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_reads_back_as_it_is_written() {
        for text in ["1989-01", "2024-02", "2026-12"] {
            assert_eq!(text.parse::<Month>().unwrap().to_string(), text);
        }
        for wrong in ["2026-13", "2026-00", "2026-1", "26-01", "2026-+1", "2026/01", "", "2026-01-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
        let month: Month = "2026-11".parse().unwrap();
        assert_eq!(month.plus(2).to_string(), "2027-01");
        assert_eq!(month.first_day(), Day::of(2026, 11, 1));
        assert_eq!(month.to(month.plus(2)).count(), 3);
        assert_eq!((month.in_year(), month.plus(2).in_year(), month.plus(-3).since(month)), (10, 0, -3));
    }
}
