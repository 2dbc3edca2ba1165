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
