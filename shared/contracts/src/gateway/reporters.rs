//! Reporters as the others know them: by a pseudonym.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event;

/// Who a reporter is, was destroyed for good: nothing more comes under this pseudonym from the account that had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReporterErased {
    /// The pseudonym.
    pub reporter: String,
    /// When.
    pub at: Timestamp,
}
event!(ReporterErased, Gateway, "mirab.gateway.reporter.erased.v1", |e| e.reporter.clone());
