//! Pages of a list that is ordered by a moment, newest first.

use domain::Timestamp;

/// Where a page ended: the moment and id of its last item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// The moment by which the list is ordered; `None` from the newest.
    pub at: Option<Timestamp>,
    /// The id that decides between items of one moment.
    pub id: Option<String>,
}

impl After {
    /// Reads a cursor; `None` begins at the newest.
    ///
    /// # Errors
    /// With the cursor, when it is none.
    pub fn read(cursor: Option<&str>) -> Result<Self, String> {
        let Some(cursor) = cursor else { return Ok(Self::default()) };
        let parts = cursor.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id)));
        let (at, id) = parts.ok_or_else(|| cursor.to_owned())?;
        Ok(Self { at: Some(at), id: Some(id.to_owned()) })
    }
    /// The cursor of the page after this item.
    pub fn cursor(at: Timestamp, id: impl std::fmt::Display) -> String {
        format!("{at}~{id}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_refused() {
        let at: Timestamp = "2026-11-23T07:30:00.123456Z".parse().unwrap();
        let read = After::read(Some(&After::cursor(at, "wa_1"))).unwrap();
        assert_eq!(read, After { at: Some(at), id: Some("wa_1".into()) });
        assert!(After::read(Some("x")).is_err() && After::read(Some("x~y")).is_err());
        assert_eq!(After::read(None), Ok(After::default()));
    }

    #[test]
    fn any_cursor_is_a_place_in_a_list_or_refused() {
        let seeds = ["2026-11-23T07:30:00.123456Z~wa_1", "9999-12-31T00:00:00Z~", "~"];
        let seeds =
            testkit::fuzz::Seeds::new(&seeds, &["~", "T", "Z", "+", "-", "\0", "0000-00-00", "\u{202e}"]);
        testkit::fuzz!(|script| {
            let text = seeds.text(script);
            match After::read(Some(&text)) {
                Ok(after) => {
                    let again = After::cursor(after.at.unwrap(), after.id.clone().unwrap());
                    assert_eq!(After::read(Some(&again)), Ok(after), "{text:?}");
                }
                Err(told) => assert_eq!(told, text),
            }
        });
    }
}
