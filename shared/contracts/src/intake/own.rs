//! What the sender of a report may know of it: where it stands, and nothing of what was said of it.

use domain::{ReportId, Timestamp};
use serde::{Deserialize, Serialize};

use super::ReportState;
use crate::{Page, query};

/// The reports that the asker sent, newest first, 50 at most; or one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOwnReports {
    /// This one alone; the list is empty where the asker did not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(ListOwnReports => Page<OwnReport>, Intake, "mirab.ask.intake.report.own.v1");

/// A report as its sender may see it. It holds no words of the report: whoever takes a sender's telephone learns nothing by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnReport {
    /// Which report.
    pub id: ReportId,
    /// Where it stands.
    pub state: ReportState,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it came to stand there; `None` since it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
    /// How many files came with it.
    #[serde(default)]
    pub files: u32,
}
