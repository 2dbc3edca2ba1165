//! GDELT 2.0: files of events, one each quarter of an hour (FORMATS 3.3): the list of the newest names them with size and MD5. What
//! came while nobody asked is fetched as well, as far as a day back. How its lists are read and its files checked holds for those of
//! GDELT 1.0 as well (`gdelt_daily`).

use chrono::{Duration, NaiveDateTime};
use contracts::gateway::Format;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    At, Brought, Step, Trouble,
    web::{Page, Validators},
};

pub(super) const ADDRESS: &str = "http://data.gdeltproject.org/gdeltv2/lastupdate.txt";
/// How the name of a file of events ends, behind the moment or the day.
pub(super) const ENDING: &str = ".export.CSV.zip";
const STAMP: &str = "%Y%m%d%H%M%S";
const EVERY_MIN: i64 = 15;
/// How far back it is fetched what came while nobody asked, in hours.
const CATCH_UP_H: i64 = 24;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// The moment in the name of the last file that was taken, or passed over because it was not there.
    taken: Option<NaiveDateTime>,
    /// The newest that was listed, while those before it are fetched.
    newest: Option<Listed<NaiveDateTime>>,
}

/// A file of events as a list names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed<T> {
    /// The moment or the day in its name.
    pub at: T,
    /// How many bytes it has, where the list says so.
    bytes: Option<usize>,
    /// Its MD5, hexadecimal.
    md5: String,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    let newest = match cursor.newest {
        Some(newest) => newest,
        None => newest(&body(at, at.address).await?.ok_or_else(|| missing("the list"))?)?,
    };
    let next = match cursor.taken {
        Some(taken) if taken >= newest.at => {
            return Step::to(Brought::Nothing, &Cursor { newest: None, ..cursor }, false);
        }
        Some(taken) => {
            (taken + Duration::minutes(EVERY_MIN)).max(newest.at - Duration::hours(CATCH_UP_H)).min(newest.at)
        }
        None => newest.at,
    };
    let name = format!("{}{ENDING}", next.format(STAMP));
    let url = at.address.join(&name).map_err(|error| Trouble::Unreadable(error.to_string()))?;
    let bytes = body(at, &url).await?;
    let last = next == newest.at;
    let brought = match bytes {
        Some(bytes) if last => checked(&name, bytes, &newest)?,
        Some(bytes) => Brought::File { name, format: Format::Gdelt, bytes },
        None if last => return Err(missing(&name)),
        None => Brought::Nothing,
    };
    Step::to(brought, &Cursor { taken: Some(next), newest: (!last).then_some(newest) }, !last)
}

/// What stands at an address; `None` where nothing does.
pub(super) async fn body(at: &At<'_>, url: &Url) -> Result<Option<Vec<u8>>, Trouble> {
    match at.get(url, &[], &Validators::default()).await? {
        Page::Body(body, _) => Ok(Some(body.to_vec())),
        Page::Absent => Ok(None),
        Page::Unchanged | Page::Unknown => Err(missing("what was asked for")),
    }
}

/// What should stand there does not.
pub(super) fn missing(what: &str) -> Trouble {
    Trouble::Unreadable(format!("{what} is not there; check the address"))
}

/// The files of events that a list names, in its order: its lines are `size md5 address` or `md5 name`; `stamp` reads what stands
/// in a name before its ending.
pub(super) fn listed<T>(list: &[u8], stamp: impl Fn(&str) -> Option<T>) -> Vec<Listed<T>> {
    let read = |line: &str| {
        let (bytes, md5, address) = match line.split_whitespace().collect::<Vec<_>>()[..] {
            [bytes, md5, address] => (Some(bytes.parse().ok()?), md5, address),
            [md5, name] => (None, md5, name),
            _ => return None,
        };
        let name = address.rsplit('/').next()?.strip_suffix(ENDING)?;
        Some(Listed { at: stamp(name)?, bytes, md5: md5.to_lowercase() })
    };
    String::from_utf8_lossy(list).lines().filter_map(read).collect()
}

/// The file of events in the list of the newest.
fn newest(list: &[u8]) -> Result<Listed<NaiveDateTime>, Trouble> {
    let found = listed(list, |name| NaiveDateTime::parse_from_str(name, STAMP).ok());
    found.into_iter().next().ok_or_else(|| {
        Trouble::Unreadable("the list names no file of events as `size md5 address`".to_owned())
    })
}

/// A file that is the one which was listed.
///
/// # Errors
/// When it is another.
pub(super) fn checked<T>(name: &str, bytes: Vec<u8>, listed: &Listed<T>) -> Result<Brought, Trouble> {
    let md5 = hex::encode(Md5::digest(&bytes));
    if md5 != listed.md5 || listed.bytes.is_some_and(|expected| expected != bytes.len()) {
        let expected = listed.bytes.map(|expected| format!("{expected} bytes and ")).unwrap_or_default();
        return Err(Trouble::Unreadable(format!(
            "{name} is not the file that was listed: it has {} bytes and the MD5 {md5}, listed were {expected}{}",
            bytes.len(),
            listed.md5
        )));
    }
    Ok(Brought::File { name: name.to_owned(), format: Format::Gdelt, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_events_is_found_in_the_list() {
        let list = b"71 ABCDEF http://data.gdeltproject.org/gdeltv2/20261123071500.mentions.CSV.zip\n\
            65432 0123456789abcdef0123456789ABCDEF http://data.gdeltproject.org/gdeltv2/20261123071500.export.CSV.zip\n";
        let found = newest(list).unwrap();
        assert_eq!((found.bytes, found.md5.as_str()), (Some(65432), "0123456789abcdef0123456789abcdef"));
        assert_eq!(found.at.to_string(), "2026-11-23 07:15:00");
        for wrong in
            ["", "<html>", "x y http://e/20261123071500.export.CSV.zip", "1 a http://e/soon.export.CSV.zip"]
        {
            assert!(newest(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn any_list_names_a_file_or_is_refused() {
        let line = "65432 0123456789abcdef0123456789ABCDEF http://data.gdeltproject.org/gdeltv2/20261123071500.export.CSV.zip\n";
        let tokens =
            [".export.CSV.zip", "/", " ", "\n", "20261323071500", "-1", "99999999999999999999", "\u{a0}"];
        let seeds = testkit::fuzz::Seeds::new(&[line], &tokens);
        testkit::fuzz!(|script| {
            let (list, _) = seeds.play(script);
            if let Err(trouble) = newest(&list) {
                assert!(matches!(trouble, Trouble::Unreadable(_)), "{trouble:?}");
            }
        });
    }
}
