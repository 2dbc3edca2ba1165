//! GDELT 1.0: files of events, one a day since April 2013 (FORMATS 3.3). The list of all of them names each with its MD5, so that
//! those of days past are checked as the newest is. A first pull takes the newest, or as many days as an operator chose; what came
//! while nobody asked is fetched as far back as that, a month at least.

use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    At, Brought, Step, Trouble,
    gdelt::{ENDING, Listed, body, checked, listed, missing},
};

pub(super) const ADDRESS: &str = "http://data.gdeltproject.org/events/md5sums";
const STAMP: &str = "%Y%m%d";
/// How many days the first pull takes unless told otherwise, the newest among them.
const LOOKBACK_DAYS: u32 = 1;
/// How many days back it is fetched at least what came while nobody asked.
const CATCH_UP_DAYS: u32 = 30;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// The day in the name of the last file that was taken, or passed over because it was not there.
    taken: Option<NaiveDate>,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    if at.reading {
        return Step::to(Brought::Later, &cursor, false); // a day is many rows, and others wait for their turn
    }
    let list = body(at, at.address).await?.ok_or_else(|| missing("the list"))?;
    let due = due(listed(&list, day), (cursor.taken, at.form.parameters.lookback_days))?;
    let Some((next, later)) = due.split_first() else {
        return Step::to(Brought::Nothing, &cursor, false);
    };
    let name = format!("{}{ENDING}", next.at.format(STAMP));
    let url = at.address.join(&name).map_err(|error| Trouble::Unreadable(error.to_string()))?;
    let brought = match body(at, &url).await? {
        Some(bytes) => checked(&name, bytes, next)?,
        None if later.is_empty() => return Err(missing(&name)),
        None => Brought::Nothing,
    };
    Step::to(brought, &Cursor { taken: Some(next.at) }, !later.is_empty())
}

/// The day that a name begins with, eight digits; those of months and years are none.
fn day(name: &str) -> Option<NaiveDate> {
    let written = name.len() == 8 && name.bytes().all(|byte| byte.is_ascii_digit());
    written.then(|| NaiveDate::parse_from_str(name, STAMP).ok()).flatten()
}

/// Which of the files are to be fetched, oldest first.
///
/// # Errors
/// When none is listed at all.
fn due(
    mut files: Vec<Listed<NaiveDate>>,
    (taken, lookback): (Option<NaiveDate>, Option<u32>),
) -> Result<Vec<Listed<NaiveDate>>, Trouble> {
    files.sort_by_key(|file| file.at);
    files.dedup_by_key(|file| file.at);
    let Some(newest) = files.last().map(|file| file.at) else {
        let why = format!("the list names no file of events as `md5 YYYYMMDD{ENDING}`");
        return Err(Trouble::Unreadable(why));
    };
    let before =
        |days: u32| newest.checked_sub_signed(Duration::days(i64::from(days))).unwrap_or(NaiveDate::MIN);
    let after = match taken {
        Some(taken) => taken.max(before(lookback.unwrap_or_default().max(CATCH_UP_DAYS))),
        None => before(lookback.unwrap_or(LOOKBACK_DAYS)),
    };
    files.retain(|file| file.at > after);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: &str, number: usize) -> Vec<Listed<NaiveDate>> {
        let from: NaiveDate = from.parse().unwrap();
        let line = |day: NaiveDate| format!("00ff {}{ENDING}\n", day.format(STAMP));
        // the newest first, as the list is written
        let lines: Vec<String> = from.iter_days().take(number).map(line).collect();
        listed(lines.into_iter().rev().collect::<String>().as_bytes(), day)
    }

    fn asked(taken: Option<&str>, lookback: Option<u32>) -> (usize, String) {
        let taken = taken.map(|day| day.parse().unwrap());
        let due = due(days("2026-01-01", 100), (taken, lookback)).unwrap();
        (due.len(), due.first().map(|file| file.at.to_string()).unwrap_or_default())
    }

    #[test]
    fn days_alone_are_found_in_the_list() {
        let list = b"aa GDELT.MASTERREDUCEDV2.1979-2013.zip\nbb 20261122.export.CSV.zip\ncc 201303.zip\n\
            dd 1979.zip\nee 20261399.export.CSV.zip\nff 2026112.export.CSV.zip\n<html>\n";
        let found = listed(list, day);
        assert_eq!(found.iter().map(|file| file.at.to_string()).collect::<Vec<_>>(), ["2026-11-22"]);
        assert!(due(listed(b"<html>", day), (None, None)).is_err());
    }

    #[test]
    fn the_first_pull_takes_the_newest_or_so_many_days_and_what_was_missed_is_bounded() {
        // the newest is of 10 April
        assert_eq!(asked(None, None), (1, "2026-04-10".into()));
        assert_eq!(asked(None, Some(40)), (40, "2026-03-02".into()));
        assert_eq!(asked(None, Some(14_640)), (100, "2026-01-01".into()));
        assert_eq!(asked(Some("2026-04-07"), None), (3, "2026-04-08".into()));
        assert_eq!(asked(Some("2026-01-02"), None), (30, "2026-03-12".into()));
        // a history that was begun is gone on with
        assert_eq!(asked(Some("2026-01-02"), Some(365)), (98, "2026-01-03".into()));
        assert_eq!(asked(Some("2026-04-10"), Some(365)).0, 0);
    }
}
