//! What the media wrote: rows of a feed, which of them say the same once more, and where each counts.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::{Country, Credibility, Day, Handling, ProvinceCode, Reliability, Threat, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{bound::is_wider, cameo::Plover};

/// How long after the first of them a row is taken to say the same once more.
pub const SAME_MINUTES: i64 = 180;

/// Rows alike in all of these say the same where they came within three hours, or on one day where one tells no more than its day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// Whether they are of the exercise.
    pub exercise: bool,
    /// The day that is written of.
    pub day: Day,
    /// What happened, as a CAMEO code.
    pub code: String,
    /// Code of the one actor; empty where none is named.
    pub actor1: String,
    /// Code of the other.
    pub actor2: String,
    /// Unit of the place in the feed's own code; empty where it names none.
    pub adm1: String,
}

/// One row of a feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mention {
    /// The feed's own id of the event.
    pub event_id: String,
    /// What makes it the same as another.
    pub key: Key,
    /// When the feed took it up.
    pub added_at: Timestamp,
    /// Whether the feed tells only the day on which it did; then it stands at the beginning of that day.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub day_only: bool,
    /// Where.
    pub country: Country,
    /// In which province, as far as that can be told.
    pub province: Option<ProvinceCode>,
    /// What it bears on; `None` for none of the threats watched.
    pub threat: Option<Threat>,
    /// Its category; `None` for statements and appeals.
    pub plover: Option<Plover>,
    /// Quad class, 1 to 4, as the feed says.
    pub quad: u8,
    /// Articles that wrote of it.
    pub articles: u32,
    /// Their mean tone.
    pub tone: f64,
    /// Registered domain of the source; empty where it is not named.
    pub domain: String,
    /// What may be done with it besides what the feed itself says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub besides: Option<Handling>,
}

impl Mention {
    /// Joins what is known of its handling besides the feed's own: a road with a wider one widens nothing. Gives whether its own was wider.
    pub fn bind(&mut self, known: Option<&Handling>) -> bool {
        let Some(known) = known else { return false };
        let joined = self.besides.as_ref().map_or_else(|| known.clone(), |own| known.join(own));
        let wider = self.besides.as_ref().is_none_or(|own| is_wider(own, &joined));
        self.besides = Some(joined);
        wider
    }
    /// SHA-256 of what it says, hexadecimal.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn sha256(&self) -> Result<String, serde_json::Error> {
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(self)?)))
    }
}

/// Where rows count: a place, a day and a threat, each once for the province and once for the whole country.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaCell {
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The country.
    pub country: Country,
    /// Its code; empty for the whole country.
    pub province: String,
    /// The day.
    pub day: Day,
    /// The threat; empty for none of those watched.
    pub threat: String,
}

impl MediaCell {
    /// Where a row counts that lies in this province, empty for none.
    pub fn of(
        exercise: bool,
        (country, province): (Country, &str),
        (day, threat): (Day, &str),
    ) -> BTreeSet<Self> {
        let cell = |province: &str| Self {
            exercise,
            country,
            province: province.to_owned(),
            day,
            threat: threat.to_owned(),
        };
        BTreeSet::from([cell(province), cell("")])
    }
}

/// One row of several with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// When the feed took it up.
    pub added_at: Timestamp,
    /// Whether only the day of that is told.
    pub day_only: bool,
    /// The feed's own id.
    pub event_id: String,
    /// Articles that wrote of it.
    pub articles: u32,
}

/// Which of these rows of one key are counted: of those that came within three hours of the first of them, the one with most
/// articles; of equal ones the first. A row that tells only its day says once more what any other of that day says: it is
/// counted where none of them tells its moment, and one of that day alone. In whatever order they are given.
pub fn counted(alike: Vec<Alike>) -> BTreeSet<String> {
    let (of_days, mut timed): (Vec<Alike>, Vec<Alike>) = alike.into_iter().partition(|row| row.day_only);
    let days: BTreeSet<Day> = timed.iter().map(|row| row.added_at.day()).collect();
    timed.extend(of_days.into_iter().filter(|row| !days.contains(&row.added_at.day())));
    timed.sort_by(|a, b| (a.added_at, &a.event_id).cmp(&(b.added_at, &b.event_id)));
    let mut counted = BTreeSet::new();
    let mut coming = timed.into_iter().peekable();
    while let Some(first) = coming.next() {
        let until = first.added_at.plus(Duration::minutes(SAME_MINUTES));
        let same = |row: &Alike| row.added_at <= until && row.day_only == first.day_only;
        let mut best = first.clone();
        while let Some(again) = coming.next_if(|row| same(row)) {
            if again.articles > best.articles {
                best = again;
            }
        }
        counted.insert(best.event_id);
    }
    counted
}

/// What is believed of a count: one domain alone cannot be judged, several are still a machine's reading of the news.
pub fn grade(domains: u64) -> (Reliability, Credibility) {
    if domains > 1 {
        (Reliability::E, Credibility::try_from(5).unwrap_or(Credibility::UNKNOWN))
    } else {
        (Reliability::F, Credibility::UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alike(minutes: i64, id: &str, articles: u32) -> Alike {
        let start: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        Alike {
            added_at: start.plus(Duration::minutes(minutes)),
            day_only: false,
            event_id: id.into(),
            articles,
        }
    }

    fn of_day(days: i64, id: &str, articles: u32) -> Alike {
        Alike { day_only: true, ..alike(days * 24 * 60, id, articles) }
    }

    fn ids(rows: Vec<Alike>) -> Vec<String> {
        counted(rows).into_iter().collect()
    }

    #[test]
    fn what_comes_within_three_hours_of_the_first_is_the_same_and_a_chain_ends() {
        let rows = vec![alike(0, "1", 4), alike(180, "2", 9), alike(181, "3", 4), alike(360, "4", 1)];
        assert_eq!(ids(rows), ["2", "3"]);
        assert_eq!(ids(vec![alike(0, "2", 5), alike(0, "1", 5)]), ["1"]);
        assert!(ids(vec![]).is_empty());
    }

    #[test]
    fn a_row_that_tells_only_its_day_says_what_any_other_of_that_day_says() {
        let timed = [alike(8 * 60, "2", 4), alike(16 * 60, "3", 5)];
        for of_day in [of_day(0, "1", 99), of_day(0, "9", 1)] {
            assert_eq!(
                ids([&timed[..], &[of_day]].concat()),
                ["2", "3"],
                "both three hours apart, and nothing else"
            );
        }
        // a row of midnight that tells its moment is one with a moment
        assert_eq!(ids(vec![of_day(0, "1", 9), alike(0, "2", 1)]), ["2"]);
        // the days beside it are others, however near
        assert_eq!(
            ids(vec![of_day(1, "1", 9), alike(24 * 60 - 15, "2", 1), of_day(2, "3", 9)]),
            ["1", "2", "3"]
        );
        assert_eq!(ids(vec![of_day(0, "1", 3), of_day(0, "2", 9)]), ["2"]);
    }

    #[test]
    fn several_domains_are_still_a_machines_reading() {
        let told = |domains| {
            let (reliability, credibility) = grade(domains);
            format!("{reliability}{}", credibility.digit())
        };
        assert_eq!([told(0), told(1), told(2), told(40)], ["F6", "F6", "E5", "E5"]);
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter_and_one_of_every_three_hours_is_counted(
            minutes in proptest::collection::vec(0_i64..2000, 1..30), turn in 0_usize..30,
        ) {
            let rows: Vec<Alike> = minutes.iter().enumerate()
                .map(|(number, at)| alike(*at, &number.to_string(), (number % 5) as u32)).collect();
            let with_days: Vec<Alike> = rows.iter().cloned()
                .chain((0..2).map(|day| of_day(day, &format!("d{day}"), 3))).collect();
            let mut turned_days = with_days.clone();
            turned_days.rotate_left(turn % with_days.len());
            prop_assert_eq!(counted(with_days), counted(turned_days));
            let mut turned = rows.clone();
            turned.rotate_left(turn % rows.len());
            let kept = counted(rows.clone());
            prop_assert_eq!(&kept, &counted(turned));
            let spread = minutes.iter().max().unwrap() - minutes.iter().min().unwrap();
            prop_assert!(!kept.is_empty() && kept.len() as i64 <= spread / SAME_MINUTES + 1);
        }
    }
}
