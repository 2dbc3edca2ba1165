//! The civil day at a place: the date on the calendar that hangs there.

use chrono::TimeDelta;

use crate::{Country, Day, Timestamp};

/// From when on Kazakhstan is on one time, in seconds since 1970: 1 March 2024, 00:00 at UTC+6.
const KAZAKHSTAN_ON_ONE_TIME: i64 = 1_709_229_600;

/// How far ahead of UTC the clocks of a country of the region are at a moment; `None` of any other country.
///
/// None of the six has summer time. Kazakhstan has been on +5 since 1 March 2024; before, all of it is taken at +6, as most of it
/// was: its five western provinces were on +5 already. What these countries had before 2005 is taken as they have it now. After the
/// IANA time zone database, 2024a: Asia/Kabul, Almaty, Bishkek, Dushanbe, Ashgabat, Tashkent.
fn ahead_of_utc(country: Country, at: Timestamp) -> Option<TimeDelta> {
    let minutes = match country.as_str() {
        "AFG" => 4 * 60 + 30,
        "KAZ" if at.as_datetime().timestamp() < KAZAKHSTAN_ON_ONE_TIME => 6 * 60,
        "KAZ" | "TJK" | "TKM" | "UZB" => 5 * 60,
        "KGZ" => 6 * 60,
        _ => return None,
    };
    TimeDelta::try_minutes(minutes)
}

impl Timestamp {
    /// The civil day at a place in this country; the day in UTC where no country, or none of the region, is known.
    ///
    /// The first moment of a day in UTC, by which a day alone is written, is of the same day in all six.
    pub fn day_in(self, country: Option<Country>) -> Day {
        let ahead = country.and_then(|country| ahead_of_utc(country, self));
        ahead.map_or(self, |ahead| self.plus(ahead)).day()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(country: &str, moment: &str) -> String {
        moment.parse::<Timestamp>().unwrap().day_in(country.parse().ok()).to_string()
    }

    #[test]
    fn what_happens_before_dawn_is_of_the_day_that_dawns() {
        for (country, first) in [
            ("AFG", "2026-11-24T19:30:00Z"),
            ("KAZ", "2026-11-24T19:00:00Z"),
            ("KGZ", "2026-11-24T18:00:00Z"),
            ("TJK", "2026-11-24T19:00:00Z"),
            ("TKM", "2026-11-24T19:00:00Z"),
            ("UZB", "2026-11-24T19:00:00Z"),
        ] {
            assert_eq!(day(country, first), "2026-11-25", "{country}");
            let before = first.parse::<Timestamp>().unwrap().minus(TimeDelta::seconds(1));
            assert_eq!(day(country, &before.to_string()), "2026-11-24", "{country}");
        }
        assert_eq!(day("TJK", "2026-11-25T03:30:00+05:00"), "2026-11-25");
    }

    #[test]
    fn a_day_alone_is_the_same_day_everywhere_and_elsewhere_the_day_is_that_of_utc() {
        for country in Country::REGION {
            assert_eq!(day(country.as_str(), "2026-11-20T00:00:00Z"), "2026-11-20", "{country}");
        }
        for country in ["CHN", "none"] {
            assert_eq!(day(country, "2026-11-25T03:30:00+05:00"), "2026-11-24", "{country}");
        }
    }

    #[test]
    fn kazakhstan_is_on_one_time_since_march_2024() {
        assert_eq!(day("KAZ", "2024-02-29T17:59:59Z"), "2024-02-29");
        assert_eq!(day("KAZ", "2024-02-28T18:30:00Z"), "2024-02-29", "six hours ahead");
        assert_eq!(day("KAZ", "2024-03-01T18:30:00Z"), "2024-03-01", "five hours ahead");
    }
}
