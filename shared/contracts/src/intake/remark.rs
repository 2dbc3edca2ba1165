//! What a run has to say of its records besides their counts.

use domain::ImportId;
use serde::{Deserialize, Serialize};

/// What was passed over, or done otherwise than the sender of a file may expect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What and why.
    pub text: String,
    /// Of how many records.
    pub records: u64,
    /// Line of the first of them.
    pub line: u64,
}

/// What stands around the run in which a record was met.
const MET_IN: (&str, &str) = (
    "it was met before, in import ",
    ", and is kept in the quarantine of that one alone: it is mended there",
);

impl Remark {
    /// What is said of records that wait in the quarantine of another run, which met them before.
    pub fn of_met_in(import: &ImportId) -> String {
        let (before, behind) = MET_IN;
        format!("{before}{import}{behind}")
    }
    /// The run in whose quarantine the records wait, where that is what is said of them.
    pub fn met_in(&self) -> Option<ImportId> {
        let (before, behind) = MET_IN;
        self.text.strip_prefix(before)?.strip_suffix(behind)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_that_met_a_record_before_is_read_back_from_what_is_said_of_it() {
        let import = ImportId::derived(&["the first run"]);
        let told = |text: String| Remark { text, records: 1, line: 2 }.met_in();
        assert_eq!(told(Remark::of_met_in(&import)), Some(import));
        assert_eq!(told("a later message about the same was known already".to_owned()), None);
    }
}
