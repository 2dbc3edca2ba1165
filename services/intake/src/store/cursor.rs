//! Cursors: where a page ended, opaque to whoever carries it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::{Failure, FailureKind, PageRequest};

/// A cursor of the two values a list is ordered by.
pub fn write(first: impl std::fmt::Display, second: impl std::fmt::Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{first}|{second}"))
}

/// The two values of the cursor of a page; `None` for the first page.
///
/// # Errors
/// When the cursor is none of this list.
pub fn read<A: std::str::FromStr, B: std::str::FromStr>(
    page: &PageRequest,
) -> Result<Option<(A, B)>, Failure> {
    let Some(cursor) = &page.cursor else { return Ok(None) };
    let values = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (first, second) = text.split_once('|')?;
        Some((first.parse().ok()?, second.parse().ok()?))
    };
    let none = "the cursor is not one that this list gave; begin without one";
    values().map(Some).ok_or_else(|| Failure::new(FailureKind::Malformed, none).at("/page/cursor", none))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_another_text_is_refused() {
        let page = |cursor: &str| PageRequest { cursor: Some(cursor.to_owned()), limit: None };
        let read_back = read::<domain::Day, u64>(&page(&write("2026-11-23", 7))).unwrap().unwrap();
        assert_eq!((read_back.0.to_string(), read_back.1), ("2026-11-23".to_owned(), 7));
        for text in ["", "x", "2026-11-23|7", &write("2026-11-23", "x"), &write("", 7)] {
            assert_eq!(
                read::<domain::Day, u64>(&page(text)).unwrap_err().kind,
                FailureKind::Malformed,
                "{text}"
            );
        }
    }

    #[test]
    fn any_cursor_is_one_of_the_list_or_refused() {
        use domain::{Day, ObservationId};
        let id = ObservationId::derived(&["1"]);
        let seeds = [write("2026-11-23", &id), write("9999-12-31", ""), write("", "|")];
        let seeds = testkit::fuzz::Seeds::new(&seeds, &["=", "|", "_", "-", "+", "/", "\0"]);
        testkit::fuzz!(|script| {
            let page = PageRequest { cursor: Some(seeds.text(script)), limit: None };
            match read::<Day, ObservationId>(&page) {
                Ok(found) => {
                    let (day, id) = found.unwrap();
                    let again = PageRequest { cursor: Some(write(day, &id)), limit: None };
                    assert_eq!(read::<Day, ObservationId>(&again).unwrap(), Some((day, id)));
                }
                Err(failure) => assert_eq!(failure.errors[0].pointer, "/page/cursor"),
            }
        });
    }
}
