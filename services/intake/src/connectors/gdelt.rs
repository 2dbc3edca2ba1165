//! GDELT's files of events, one each quarter of an hour (FORMATS 3.3): the list of the newest names them with size and MD5. What
//! came while nobody asked is fetched as well, as far as a day back.

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
const ENDING: &str = ".export.CSV.zip";
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
    newest: Option<Listed>,
}

/// A file as the list names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    at: NaiveDateTime,
    bytes: usize,
    md5: String,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    let newest = match cursor.newest {
        Some(newest) => newest,
        None => listed(&body(at, at.address).await?.ok_or_else(|| missing("the list"))?)?,
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
async fn body(at: &At<'_>, url: &Url) -> Result<Option<Vec<u8>>, Trouble> {
    match at.get(url, &[], &Validators::default()).await? {
        Page::Body(body, _) => Ok(Some(body.to_vec())),
        Page::Absent => Ok(None),
        Page::Unchanged | Page::Unknown => Err(missing("what was asked for")),
    }
}

fn missing(what: &str) -> Trouble {
    Trouble::Unreadable(format!("{what} is not there; check the address"))
}

/// The file of events in the list: its line is `size md5 address`.
fn listed(list: &[u8]) -> Result<Listed, Trouble> {
    let text = String::from_utf8_lossy(list);
    let read = |line: &str| {
        let mut parts = line.split_whitespace();
        let (bytes, md5, address) =
            (parts.next()?.parse().ok()?, parts.next()?.to_lowercase(), parts.next()?);
        let stamp = address.rsplit('/').next()?.strip_suffix(ENDING)?;
        Some(Listed { at: NaiveDateTime::parse_from_str(stamp, STAMP).ok()?, bytes, md5 })
    };
    let found = text.lines().find_map(read);
    found.ok_or_else(|| {
        Trouble::Unreadable("the list names no file of events as `size md5 address`".to_owned())
    })
}

fn checked(name: &str, bytes: Vec<u8>, listed: &Listed) -> Result<Brought, Trouble> {
    let md5 = hex::encode(Md5::digest(&bytes));
    if bytes.len() != listed.bytes || md5 != listed.md5 {
        return Err(Trouble::Unreadable(format!(
            "{name} is not the file that was listed: it has {} bytes and the MD5 {md5}, listed were {} and {}",
            bytes.len(),
            listed.bytes,
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
        let found = listed(list).unwrap();
        assert_eq!((found.bytes, found.md5.as_str()), (65432, "0123456789abcdef0123456789abcdef"));
        assert_eq!(found.at.to_string(), "2026-11-23 07:15:00");
        for wrong in
            ["", "<html>", "x y http://e/20261123071500.export.CSV.zip", "1 a http://e/soon.export.CSV.zip"]
        {
            assert!(listed(wrong.as_bytes()).is_err(), "{wrong}");
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
            if let Err(trouble) = listed(&list) {
                assert!(matches!(trouble, Trouble::Unreadable(_)), "{trouble:?}");
            }
        });
    }
}
