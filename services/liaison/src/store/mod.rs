//! What liaison keeps: consents, and what was done with each.

pub mod consent;

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
    fn any_cursor_is_a_place_in_a_list_or_refused() {
        let seeds = ["2026-11-23T07:30:00.123456Z~co_1", "9999-12-31T00:00:00Z~", "~"];
        let seeds =
            testkit::fuzz::Seeds::new(&seeds, &["~", "T", "Z", "+", "-", "\0", "0000-00-00", "\u{202e}"]);
        assert_eq!(After::read(None), Ok(After::default()));
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
