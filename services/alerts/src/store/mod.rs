//! What alerts keeps: warnings, their messages, evaluations of the rule.

pub mod alarm;
pub mod evaluation;
pub mod message;
pub mod warning;

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
}
