//! Days and moments in queries, as people write them: what cannot be read says how to write it.

use domain::{Day, Timestamp};
use serde::{Deserialize, Deserializer, de::Error as _};

/// A day that may be left out.
pub(super) fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Day>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| {
        D::Error::custom(format!(
            "{text:?} is no day of the calendar; write year, month and day, as 2026-11-23"
        ))
    })
}

/// A moment that may be left out. A day alone is its beginning in UTC.
pub(super) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    read(&text).map(Some).map_err(D::Error::custom)
}

/// A moment that is needed. A day alone is its beginning in UTC.
pub(super) fn needed<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    read(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn read(text: &str) -> Result<Timestamp, String> {
    // in a query a plus sign stands for a space
    let written = text.trim().replace(' ', "+");
    let day = || written.parse().ok().map(Day::start);
    written.parse().ok().or_else(day).ok_or_else(|| {
        format!("{text:?} is no moment; write it as 2026-11-23T07:30:00Z, or a day as 2026-11-23, which begins at 00:00 UTC")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_alone_is_its_beginning_and_what_cannot_be_read_says_how_to_write_it() {
        let start = "2026-11-20T00:00:00Z".parse().unwrap();
        assert_eq!(read("2026-11-20"), Ok(start));
        assert_eq!(read("2026-11-20T05:00:00 05:00"), Ok(start), "a plus sign that was not escaped");
        for wrong in ["x", "2026-11-31", "2026-11", "20.11.2026"] {
            assert!(read(wrong).unwrap_err().contains("2026-11-23T07:30:00Z"), "{wrong}");
        }
    }
}
