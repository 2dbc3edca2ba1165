//! Moments and days, always UTC.

use chrono::{DateTime, Datelike, Duration, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use crate::text::Invalid;

/// A moment in UTC, to the microsecond: what both databases keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "DateTime<Utc>", into = "DateTime<Utc>")]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The moment as chrono has it.
    pub fn as_datetime(self) -> DateTime<Utc> {
        self.0
    }
    /// The calendar day in UTC.
    pub fn day(self) -> Day {
        Day(self.0.date_naive())
    }
    /// The moment that much later; the end of time when there is none.
    pub fn plus(self, span: Duration) -> Self {
        self.0.checked_add_signed(span).map_or(Self(DateTime::<Utc>::MAX_UTC), Self::from)
    }
    /// The moment that much earlier; the beginning of time when there is none.
    pub fn minus(self, span: Duration) -> Self {
        self.0.checked_sub_signed(span).map_or(Self(DateTime::<Utc>::MIN_UTC), Self::from)
    }
    /// How long after `earlier` this is; negative when it is before.
    pub fn since(self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }
    /// RFC 3339 in UTC with `Z`, fractions only where there are any.
    pub fn to_rfc3339(self) -> String {
        self.0.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.trunc_subsecs(6))
    }
}
impl From<Timestamp> for DateTime<Utc> {
    fn from(moment: Timestamp) -> Self {
        moment.0
    }
}
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.to_rfc3339())
    }
}
impl std::str::FromStr for Timestamp {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        DateTime::parse_from_rfc3339(text)
            .map(|moment| Self::from(moment.with_timezone(&Utc)))
            .map_err(|_| Invalid::new("time", text, "RFC 3339, as 2026-11-23T07:30:00Z"))
    }
}

/// A calendar day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

impl Day {
    /// The first day that what people and tables tell of may have happened: an earlier one is a slip in the year.
    pub const EARLIEST: Self = match NaiveDate::from_ymd_opt(1900, 1, 1) {
        Some(date) => Self(date),
        None => Self(NaiveDate::MIN),
    };
    /// The day of this year, month and day of month; `None` when the calendar has none.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }
    /// The day as chrono has it.
    pub fn as_date(self) -> NaiveDate {
        self.0
    }
    /// The first moment of the day.
    pub fn start(self) -> Timestamp {
        Timestamp(self.0.and_time(chrono::NaiveTime::MIN).and_utc())
    }
    /// The day that many days later, or earlier when negative; itself at the calendar's ends.
    pub fn plus(self, days: i64) -> Self {
        Duration::try_days(days).and_then(|span| self.0.checked_add_signed(span)).map_or(self, Self)
    }
    /// The first and the last day of its month.
    pub fn month(self) -> (Self, Self) {
        let first = self.plus(1 - i64::from(self.0.day()));
        let next = first.0.checked_add_months(chrono::Months::new(1));
        (first, next.map_or(self, |next| Self(next).plus(-1)))
    }
    /// The Monday and the Sunday of its week (ISO 8601).
    pub fn week(self) -> (Self, Self) {
        let monday = self.plus(-i64::from(self.0.weekday().num_days_from_monday()));
        (monday, monday.plus(6))
    }
    /// Whole days from `earlier` to this day; negative when it is before.
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }
}
impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // chrono writes a date so by itself, and much faster than by a pattern: every observation holds several
        match f.width() {
            None => std::fmt::Display::fmt(&self.0, f),
            Some(_) => f.pad(&self.0.to_string()),
        }
    }
}
impl std::str::FromStr for Day {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        as_it_is_written(text)
            .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
            .map(Self)
            .ok_or_else(|| Invalid::new("day", text, "YYYY-MM-DD"))
    }
}
crate::text_column!(Day);

/// The date in the ten letters that almost all are written in; a file of a million rows has two million of them.
fn as_it_is_written(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.strip_prefix('-')?.split_at_checked(2)?;
    let day = day.strip_prefix('-').filter(|day| day.len() == 2)?;
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?;
    NaiveDate::from_ymd_opt(i32::from(number(year)?), u32::from(number(month)?), u32::from(number(day)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_kept_to_the_microsecond() {
        let moment: Timestamp = "2026-11-23T07:30:00.123456789Z".parse().unwrap();
        assert_eq!(moment.to_rfc3339(), "2026-11-23T07:30:00.123456Z");
        assert_eq!(moment.day().to_string(), "2026-11-23");
    }

    #[test]
    fn a_day_reads_and_writes_as_a_pattern_would() {
        for text in [
            "2024-02-29",
            "2023-02-29",
            "0001-01-01",
            "9999-12-31",
            "2024-2-9",
            "2024-002-9",
            "+2024-02-09",
            "2024-02-0９",
            "",
            "2024-02-099",
        ] {
            let by_pattern = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            assert_eq!(text.parse::<Day>().ok().map(Day::as_date), by_pattern, "{text}");
        }
        for date in [Day::of(2024, 2, 9), Day::of(1, 1, 1), Day::of(-44, 3, 15), Day::of(12024, 1, 1)] {
            let day = date.unwrap();
            assert_eq!(day.to_string(), day.as_date().format("%Y-%m-%d").to_string());
            assert_eq!(format!("{day:>14}"), format!("{:>14}", day.to_string()));
        }
    }

    #[test]
    fn a_month_has_its_first_and_its_last_day() {
        let month = |text: &str| {
            let (first, last) = text.parse::<Day>().unwrap().month();
            format!("{first} {last}")
        };
        assert_eq!(month("2024-02-29"), "2024-02-01 2024-02-29");
        assert_eq!(month("2026-12-01"), "2026-12-01 2026-12-31");
    }

    #[test]
    fn a_week_goes_from_monday_to_sunday() {
        for text in ["2026-11-16", "2026-11-19", "2026-11-22"] {
            let (first, last) = text.parse::<Day>().unwrap().week();
            assert_eq!(format!("{first} {last}"), "2026-11-16 2026-11-22", "{text}");
        }
    }

    #[test]
    fn a_day_that_the_calendar_lacks_is_refused() {
        assert!("2026-02-30".parse::<Day>().is_err());
    }
}
