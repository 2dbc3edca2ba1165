//! Where a page ended: a moment and the id of the thing that had it.

use std::str::FromStr;

use contracts::{Failure, PageRequest};
use domain::Timestamp;

/// The cursor after this thing.
pub(super) fn after(at: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{at}~{id}")
}

/// Where the page begins; `None` for the first.
pub(super) fn start<I: FromStr>(page: &PageRequest) -> Result<Option<(Timestamp, I)>, Failure> {
    let Some(cursor) = &page.cursor else { return Ok(None) };
    let read = cursor.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let wrong = || {
        Failure::invalid("the cursor is none of this list's")
            .at("cursor", "give back `next` of the page before, unchanged")
    };
    read.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use domain::WarningId;

    use super::*;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_refused() {
        let (at, id) = ("2026-11-23T07:30:00.5Z".parse().unwrap(), WarningId::derived(&["x"]));
        let page = PageRequest { cursor: Some(after(at, &id)), limit: None };
        assert_eq!(start(&page).unwrap(), Some((at, id)));
        for text in ["", "~", "x~y", "2026-11-23T07:30:00Z"] {
            let page = PageRequest { cursor: Some(text.to_owned()), limit: None };
            assert!(start::<WarningId>(&page).is_err(), "{text}");
        }
    }

    #[test]
    fn any_cursor_is_one_of_a_list_or_refused() {
        let id = WarningId::derived(&["x"]);
        let seeds =
            [format!("2026-11-23T07:30:00.5Z~{id}"), format!("9999-12-31T00:00:00Z~{id}"), "~".to_owned()];
        let seeds = testkit::fuzz::Seeds::new(&seeds, &["~", "T", "Z", "+", "-", "\0", "wa_", "\u{202e}"]);
        testkit::fuzz!(|script| {
            let page = |cursor| PageRequest { cursor: Some(cursor), limit: None };
            match start::<WarningId>(&page(seeds.text(script))) {
                Ok(found) => {
                    let (at, id) = found.unwrap();
                    assert_eq!(start(&page(after(at, &id))).unwrap(), Some((at, id)));
                }
                Err(failure) => assert!(failure.errors.iter().any(|error| error.pointer.contains("cursor"))),
            }
        });
    }
}
