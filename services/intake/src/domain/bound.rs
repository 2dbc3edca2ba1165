//! What is said anew of a fact stays under the handling that is known of it: of the two the stricter holds, by whatever road it came.

use domain::Handling;

use super::{draft::Draft, merge::Known};

/// A draft as it may be recorded over what is known of its fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The draft, under the join of its handling and the known one.
    pub draft: Draft,
    /// SHA-256 of what it says then, hexadecimal.
    pub sha256: String,
    /// SHA-256 of what it said under its own handling, where that was another.
    pub said: Option<String>,
    /// Whether it says what is known already, and only its handling may differ.
    pub same: bool,
    /// Whether its own handling was wider than the known one.
    pub wider: bool,
    /// Whether the join is stricter than the known one.
    pub narrows: bool,
}

impl Bound {
    /// A draft of which nothing else is known.
    pub fn new(draft: Draft, sha256: String) -> Self {
        Self { draft, sha256, said: None, same: false, wider: false, narrows: false }
    }
    /// The same over what is known, under this handling.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to(self, known: &Known, handling: &Handling) -> serde_json::Result<Self> {
        self.settled_as(known, handling)?.joined_with(known, handling)
    }
    /// What says provisionally what is settled says nothing otherwise.
    fn settled_as(mut self, known: &Known, handling: &Handling) -> serde_json::Result<Self> {
        if self.draft.settled || !known.settled {
            return Ok(self);
        }
        let as_known = Draft { settled: true, ..self.draft.clone().under(handling.clone()) };
        if as_known.sha256()? == known.sha256 {
            self.draft.settled = true;
            self.said = Some(std::mem::replace(&mut self.sha256, self.draft.sha256()?));
        }
        Ok(self)
    }
    fn joined_with(self, known: &Known, handling: &Handling) -> serde_json::Result<Self> {
        if known.sha256 == self.sha256 {
            return Ok(Self { same: true, ..self });
        }
        if self.draft.handling == *handling {
            return Ok(self);
        }
        let joined = handling.join(&self.draft.handling);
        let wider = is_wider(&self.draft.handling, &joined);
        let narrows = is_wider(handling, &joined);
        let (draft, same) = if joined == *handling {
            (self.draft.under(joined), None)
        } else {
            let as_known = self.draft.under(handling.clone());
            let same = as_known.sha256()? == known.sha256;
            (as_known.under(joined), Some(same))
        };
        let sha256 = draft.sha256()?;
        let same = same.unwrap_or(known.sha256 == sha256);
        Ok(Self { draft, sha256, said: self.said.or(Some(self.sha256)), same, wider, narrows })
    }
}

/// Whether the first lets anybody do what the join with another does not. Whom to name is no leave.
pub fn is_wider(own: &Handling, joined: &Handling) -> bool {
    let mut named = own.clone();
    named.originators.clone_from(&joined.originators);
    named.licence.ids.clone_from(&joined.licence.ids);
    named.licence.attribution.clone_from(&joined.licence.attribution);
    named != *joined
}
