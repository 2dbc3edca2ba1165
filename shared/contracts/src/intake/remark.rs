//! What a run has to say of its records besides their counts.

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
