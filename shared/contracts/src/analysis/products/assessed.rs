//! What a source says: what was reported, or what the centre makes of it.

use super::{Source, SourceKind};

impl Source {
    /// Whether it is what the centre makes of what was reported, and no report or count of reports: a level and what moved it, what is
    /// unusual, a forecast, a judgement, a warning. Whoever takes facts only is given nothing that rests on it.
    pub fn is_assessed(&self) -> bool {
        use SourceKind::{Consent, Coverage, Incident, Observation, Reading};
        match self.kind {
            Observation | Incident | Reading | Consent => false,
            Coverage => matches!(self.id.split('/').next(), Some("level" | "levels" | "months")),
            _ => true,
        }
    }
}
