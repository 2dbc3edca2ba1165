//! Spans of the calendar that a series counts by: a day, a week from Monday, a month.

use chrono::Datelike;
use contracts::analysis::series::Unit;
use domain::Day;

use super::Month;

/// One day, week or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// What it is.
    pub unit: Unit,
    /// Its first day.
    pub first: Day,
}

impl Span {
    /// The one that a day lies in.
    pub fn of(unit: Unit, day: Day) -> Self {
        let first = match unit {
            Unit::Day => day,
            Unit::Week => day.plus(-i64::from(day.as_date().weekday().num_days_from_monday())),
            Unit::Month => day.month().0,
        };
        Self { unit, first }
    }
    /// Its last day.
    pub fn last(self) -> Day {
        match self.unit {
            Unit::Day => self.first,
            Unit::Week => self.first.plus(6),
            Unit::Month => self.first.month().1,
        }
    }
    /// The one right behind it.
    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.last().plus(1), ..self }
    }
    /// Whether all these days lie in it.
    pub fn holds(self, from: Day, to: Day) -> bool {
        self.first <= from && to <= self.last()
    }
    /// The span in which a report is counted that may have happened from the one day to the other.
    ///
    /// On a day or in a week it is counted only where it cannot have happened on another day or in another week: what is
    /// known to a month alone is put on no day. A month counts it by the last day it may have happened, as the trend and the
    /// forecasts do.
    pub fn counting(unit: Unit, (from, to): (Day, Day)) -> Option<Self> {
        let span = Self::of(unit, to);
        (unit == Unit::Month || span.holds(from, to)).then_some(span)
    }
}

/// A period and those before and behind it, as long as it and without a gap between them: months where it is a month of the calendar, else so
/// many days.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    from: Day,
    to: Day,
}

impl Periods {
    /// From this day to that one, both included, and what lies before and behind it.
    pub const fn of(from: Day, to: Day) -> Self {
        Self { from, to }
    }
    /// Which of them holds all these days: 0 for the period itself, below zero for those before it. `None` where none does.
    pub fn holding(self, (from, to): (Day, Day)) -> Option<i64> {
        Some(self.at(from)).filter(|first| *first == self.at(to))
    }
    fn at(self, day: Day) -> i64 {
        if self.from.month() == (self.from, self.to) {
            return i64::from(Month::of(day).since(Month::of(self.from)));
        }
        day.since(self.from).div_euclid(self.to.since(self.from).max(0) + 1)
    }
}

/// Spans right behind each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first of them.
    pub first: Span,
    /// The last of them.
    pub last: Span,
}

impl Window {
    /// From the span that one day lies in to that of another.
    pub fn of(unit: Unit, (from, to): (Day, Day)) -> Self {
        Self { first: Span::of(unit, from), last: Span::of(unit, to) }
    }
    /// All of them, oldest first.
    pub fn spans(self) -> impl Iterator<Item = Span> {
        std::iter::successors(Some(self.first), |span| {
            Some(span.next()).filter(|next| next.first > span.first)
        })
        .take_while(move |span| span.first <= self.last.first)
    }
    /// Its first and its last day.
    pub fn days(self) -> (Day, Day) {
        (self.first.first, self.last.last())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_begins_on_monday_also_over_the_turn_of_a_year() {
        for (of, first, last) in [
            ("2026-11-23", "2026-11-23", "2026-11-29"),
            ("2026-11-22", "2026-11-16", "2026-11-22"),
            ("2027-01-01", "2026-12-28", "2027-01-03"),
            ("2024-02-29", "2024-02-26", "2024-03-03"),
        ] {
            let week = Span::of(Unit::Week, day(of));
            assert_eq!((week.first, week.last()), (day(first), day(last)), "{of}");
        }
    }

    #[test]
    fn what_is_known_to_a_month_alone_is_put_on_no_day_and_in_no_week() {
        let counting = |unit, from: &str, to: &str| {
            Span::counting(unit, (day(from), day(to))).map(|span| span.first.to_string())
        };
        let table = [
            ("2026-11-20", "2026-11-20", Some("2026-11-20"), Some("2026-11-16"), "2026-11-01"),
            ("2026-11-16", "2026-11-22", None, Some("2026-11-16"), "2026-11-01"),
            ("2026-11-15", "2026-11-16", None, None, "2026-11-01"),
            ("2026-11-01", "2026-11-30", None, None, "2026-11-01"),
            ("2026-10-20", "2026-11-02", None, None, "2026-11-01"),
        ];
        for (from, to, on, within, month) in table {
            assert_eq!(counting(Unit::Day, from, to).as_deref(), on, "{from} {to}");
            assert_eq!(counting(Unit::Week, from, to).as_deref(), within, "{from} {to}");
            assert_eq!(counting(Unit::Month, from, to).as_deref(), Some(month), "{from} {to}");
        }
    }

    #[test]
    fn periods_as_long_as_one_hold_each_day_once() {
        let table = [
            (("2026-12-01", "2026-12-01"), ("2026-11-30", "2026-11-30"), Some(-1)),
            (("2026-12-01", "2026-12-01"), ("2026-11-30", "2026-12-01"), None),
            (("2026-12-01", "2026-12-07"), ("2026-12-03", "2026-12-07"), Some(0)),
            (("2026-12-01", "2026-12-07"), ("2026-11-24", "2026-11-30"), Some(-1)),
            (("2026-12-01", "2026-12-07"), ("2026-11-23", "2026-11-24"), None),
            (("2026-12-01", "2026-12-07"), ("2026-12-14", "2026-12-14"), Some(1)),
            (("2026-12-01", "2026-12-31"), ("2026-11-01", "2026-11-30"), Some(-1)),
            (("2026-12-01", "2026-12-31"), ("2027-02-01", "2027-02-28"), Some(2)),
        ];
        for ((first, last), (from, to), held) in table {
            let periods = Periods::of(day(first), day(last));
            assert_eq!(periods.holding((day(from), day(to))), held, "{first} {last}: {from} {to}");
        }
    }

    proptest! {
        #[test]
        fn spans_lie_right_behind_each_other_and_hold_every_day(start in 0_i64..40_000, length in 0_i64..800) {
            let from = day("1960-01-01").plus(start);
            let to = from.plus(length);
            for unit in Unit::ALL {
                let spans: Vec<Span> = Window::of(*unit, (from, to)).spans().collect();
                prop_assert!(spans[0].first <= from && spans[spans.len() - 1].last() >= to);
                prop_assert!(spans.windows(2).all(|two| two[0].last().plus(1) == two[1].first));
                prop_assert!(spans.iter().all(|span| Span::of(*unit, span.last()) == *span));
            }
        }
    }
}
