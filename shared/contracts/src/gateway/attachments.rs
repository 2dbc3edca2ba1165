//! Files that come with field reports.

use domain::{AttachmentId, ReportId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event;

/// A file that came with a report, as it is kept: without what it told of device, place and author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which: the same content of the same report is the same.
    pub id: AttachmentId,
    /// What it is, by its content and not by its name.
    pub media_type: String,
    /// Its size as it is kept.
    pub bytes: u64,
    /// SHA-256 of what is kept, hexadecimal.
    pub sha256: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it was removed, by erasure or because it was kept long enough; `None` while it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

/// A file was received for a report and lies in the object store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentReceived {
    /// The report.
    pub report: ReportId,
    /// The file.
    pub attachment: Attachment,
}
event!(AttachmentReceived, Gateway, "mirab.gateway.attachment.received.v1", |e| e.report.to_string());

/// A file of a report was removed for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRemoved {
    /// The report.
    pub report: ReportId,
    /// The file.
    pub attachment: AttachmentId,
    /// When.
    pub at: Timestamp,
}
event!(AttachmentRemoved, Gateway, "mirab.gateway.attachment.removed.v1", |e| e.report.to_string());
