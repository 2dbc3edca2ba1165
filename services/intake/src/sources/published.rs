//! The day on which an item says that it was published: as it says it, or not at all, and never another one.

use chrono::{DateTime, NaiveDate, NaiveTime};
use domain::Day;

use super::quote::short;
use crate::domain::report::outside;

/// The day of the first of these that says one, each under the name it has in the item; the day it came where none says any.
///
/// # Errors
/// Which of them is none of the calendar, lies before all that is told of or ahead of the day it came, and how to mend it.
pub(super) fn on<'t>(
    stated: impl IntoIterator<Item = (&'static str, Option<&'t str>)>,
    received_on: Day,
) -> Result<Day, String> {
    let filled = |(name, text): (_, Option<&'t str>)| {
        text.map(str::trim).filter(|text| !text.is_empty()).map(|text| (name, text))
    };
    let Some((name, text)) = stated.into_iter().find_map(filled) else { return Ok(received_on) };
    let day = read(text).ok_or_else(|| {
        format!(
            "field {name}: {:?} is no day and time of the calendar, or the weekday is that of another day; write it as \
             Sun, 22 Nov 2026 23:30:00 +0600 or 2026-11-22T23:30:00+06:00",
            short(text)
        )
    })?;
    // east of UTC the next day begins before its own
    if day < Day::EARLIEST || day > received_on.plus(1) {
        return Err(format!("field {name}: {}", outside(day, received_on)));
    }
    Ok(day)
}

/// The day of a moment as RFC 2822, RFC 3339 or ISO 8601 write it, with its time or without. It is the day of its own zone, so that a
/// zone of which only the name is given, as UTC or MSK, need not be known, nor one that is not given at all.
fn read(text: &str) -> Option<Day> {
    let of_mail = |text: &str| DateTime::parse_from_rfc2822(text).ok();
    let unzoned = || of_mail(&format!("{} +0000", without_zone(text)));
    let moment = of_mail(text).or_else(|| DateTime::parse_from_rfc3339(text).ok()).or_else(unzoned);
    if let Some(moment) = moment {
        return Some(Day::from(moment.date_naive()));
    }
    let written = ["%a, %d %b %Y", "%d %b %Y"];
    let day = written.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    day.map(Day::from).or_else(|| iso(text))
}

/// A text without the letters of a zone at its end.
fn without_zone(text: &str) -> &str {
    let named = |zone: &str| zone.bytes().all(|letter| letter.is_ascii_alphabetic());
    text.rsplit_once(' ').filter(|(_, zone)| named(zone)).map_or(text, |(before, _)| before)
}

/// A day with a time behind it, down to the minute at least, or alone.
fn iso(text: &str) -> Option<Day> {
    let (day, time) = text.split_at_checked(10)?;
    let day = day.parse().ok()?;
    let Some(time) = time.strip_prefix(['T', ' ']) else { return time.is_empty().then_some(day) };
    let timed = |format| NaiveTime::parse_and_remainder(time.trim_start(), format).is_ok();
    let seconds = time.trim_start().as_bytes().get(5) == Some(&b':');
    timed(if seconds { "%H:%M:%S" } else { "%H:%M" }).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Result<String, String> {
        on([("pubDate", Some(text))], "2026-11-23".parse().unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn a_day_is_read_as_feeds_write_it() {
        for (text, day) in [
            ("Sun, 22 Nov 2026 23:30:00 +0600", "2026-11-22"),
            ("Sun, 22 Nov 2026 23:30 GMT", "2026-11-22"),
            ("22 Nov 2026 23:30:00 MSK", "2026-11-22"),
            ("Sun, 22 Nov 2026 23:30:00 UTC", "2026-11-22"),
            ("Sun, 22 Nov 2026 23:30:00", "2026-11-22"),
            ("Sun, 22 Nov 2026", "2026-11-22"),
            ("2026-11-22T23:30:00+06:00", "2026-11-22"),
            ("2026-11-22T23:30Z", "2026-11-22"),
            ("2026-11-22 23:30:01", "2026-11-22"),
            ("2026-11-22", "2026-11-22"),
            ("Tue, 24 Nov 2026 00:10:00 +0600", "2026-11-24"),
        ] {
            assert_eq!(at(text).as_deref(), Ok(day), "{text}");
        }
        let none = on([("pubDate", None), ("date", Some(" "))], "2026-11-23".parse().unwrap());
        assert_eq!(none.unwrap().to_string(), "2026-11-23", "it says none");
    }

    #[test]
    fn an_impossible_day_or_one_ahead_is_refused_and_no_other_stands_in_for_it() {
        for (text, words) in [
            ("Fri, 30 Feb 2024 10:00:00 +0000", "is no day and time"),
            ("Wed, 10 Apr 2024 25:00:00 +0000", "is no day and time"),
            ("Mon, 10 Apr 2024 10:00:00 UTC", "the weekday is that of another day"),
            ("Mon, 10 Apr 2024 10:00:00 +0000", "the weekday is that of another day"),
            ("2024-02-30T10:00:00Z", "is no day and time"),
            ("2024-04-10T25:00:00Z", "is no day and time"),
            ("2024-04-10 10:61", "is no day and time"),
            ("01/02/2024", "is no day and time"),
            ("gestern", "is no day and time"),
            ("Sun, 10 Apr 2044 10:00:00 +0000", "2044-04-10 lies outside"),
            ("2026-11-25", "check the year"),
            ("1824-04-10", "1824-04-10 lies outside"),
        ] {
            let why = at(text).unwrap_err();
            assert!(why.starts_with("field pubDate: ") && why.contains(words), "{text}: {why}");
            assert!(contracts::reason::is_told(&why), "{why}");
        }
        let two = [("published", Some("2024-02-30T10:00:00Z")), ("updated", Some("2024-03-01T10:00:00Z"))];
        assert!(on(two, "2026-11-23".parse().unwrap()).is_err(), "the day of a change is another day");
    }
}
