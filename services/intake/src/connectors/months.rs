//! Months, as releases that come monthly are numbered.

use chrono::Datelike;
use domain::{Day, Timestamp};
use serde::{Deserialize, Serialize};

use super::At;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Month {
    /// The year, four digits.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
}

impl Month {
    pub(super) fn of(day: Day) -> Self {
        let date = day.as_date();
        Self { year: date.year(), month: date.month() }
    }
    pub(super) fn next(self) -> Self {
        if self.month < 12 {
            Self { month: self.month + 1, ..self }
        } else {
            Self { year: self.year + 1, month: 1 }
        }
    }
    /// From the month behind the last one that was taken, or from the look back, to the present one; oldest first.
    pub(super) fn due(at: &At<'_>, done: Option<Self>, lookback_days: u32) -> Vec<Self> {
        let days = at.form.parameters.lookback_days.unwrap_or(lookback_days);
        let first = done.map_or_else(|| Self::of(at.now.day().plus(-i64::from(days))), Self::next);
        Self::span(first, at.now)
    }
    fn span(first: Self, now: Timestamp) -> Vec<Self> {
        let last = Self::of(now.day());
        std::iter::successors(Some(first), |month| Some(month.next()))
            .take_while(|month| *month <= last)
            .collect()
    }
    /// As UCDP writes it between the parts of a candidate release: two digits of the year, a zero, the month.
    pub(super) fn release(self, between: char) -> String {
        format!("{:02}{between}0{between}{}", self.year.rem_euclid(100), self.month)
    }
    /// As UCDP writes it in the name of a file that holds all candidates of its year up to it.
    pub(super) fn consolidated(self) -> String {
        let year = self.year.rem_euclid(100);
        format!("{year:02}_01_{year:02}_{:02}", self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_numbered_over_the_turn_of_a_year() {
        let first = Month { year: 2025, month: 11 };
        let all = Month::span(first, "2026-02-03T00:00:00Z".parse().unwrap());
        let releases: Vec<String> = all.iter().map(|month| month.release('.')).collect();
        assert_eq!(releases, ["25.0.11", "25.0.12", "26.0.1", "26.0.2"]);
        let consolidated: Vec<String> = all.iter().map(|month| month.consolidated()).collect();
        assert_eq!(consolidated, ["25_01_25_11", "25_01_25_12", "26_01_26_01", "26_01_26_02"]);
        assert!(Month::span(first, "2025-10-31T23:59:59Z".parse().unwrap()).is_empty());
    }
}
