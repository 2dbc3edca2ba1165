//! What is kept no longer: shown first, removed only as it was shown and confirmed.

use domain::{Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, query};

words! {
    /// What can be removed.
    "what is removed" Removable {
        /// The bytes of quarantined records that were read after all; the record with its reason stays.
        QuarantinedOriginals = "quarantined_originals",
        /// Revisions that a later one has followed; the newest is never removed.
        SupersededRevisions = "superseded_revisions",
        /// Who the sources of decided reports are, sealed as they came.
        SealedIdentities = "sealed_identities",
        /// Versions of leads that a later one has followed; the newest is never removed.
        SupersededLeadVersions = "superseded_lead_versions",
        /// Leads that were dismissed, with all their versions. One whose source says it again afterwards is a new lead.
        DismissedLeads = "dismissed_leads",
        /// Leads that nobody decided, with all their versions.
        UndecidedLeads = "undecided_leads",
    }
}

/// What one rule would remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// What.
    pub what: Removable,
    /// Of this source only; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Under this licence only; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub licence: String,
    /// How many days it is kept.
    pub after_days: u32,
    /// Why it is kept no longer.
    pub why: String,
    /// What ended before this moment.
    pub before: Timestamp,
    /// How many that are.
    pub many: u64,
    /// When the oldest of them ended; `None` when there are none.
    pub oldest: Option<Timestamp>,
    /// When the newest of them ended; `None` when there are none, and of what was confirmed before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Timestamp>,
}

words! {
    /// Where a removal stands.
    "state of a removal" RetentionState {
        /// One person has confirmed it and a second must.
        Asked = "asked",
        /// It is being removed.
        Running = "running",
        /// It is removed.
        Done = "done",
    }
}

/// A removal that somebody confirmed: what remains of what is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRun {
    /// The fingerprint of the preview that was confirmed.
    pub fingerprint: String,
    /// Where it stands.
    pub state: RetentionState,
    /// What was confirmed.
    pub removals: Vec<Removal>,
    /// How many were removed so far, by removal.
    pub removed: Vec<u64>,
    /// Who confirmed first.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Who confirmed as the second, where two were needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// When all of it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// What would be removed now, and what was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// What each rule would remove; none where no rule is configured: then everything is kept.
    pub removals: Vec<Removal>,
    /// What is confirmed by it: this preview and no other. Empty when there is nothing to remove.
    pub fingerprint: String,
    /// Whether two persons must confirm, as observations are touched.
    pub two_persons: bool,
    /// Confirmed removals, newest first.
    pub runs: Vec<RetentionRun>,
}

/// What would be removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetRetention {}
query!(GetRetention => Retention, Intake, "mirab.ask.intake.retention.get.v1");

/// One thing that a rule would remove now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Going {
    /// Which: a quarantined record, an observation, a report or a lead.
    pub id: String,
    /// Of an observation the revision, of a lead the version; of a quarantined record the line of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// What one rule would remove now, what ended first before all others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGoing {
    /// Which of the removals of the preview, counted from 1.
    pub removal: u32,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListGoing => Page<Going>, Intake, "mirab.ask.intake.retention.list.v1");

/// Confirms a preview: it is removed, or a second person must confirm it as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmRetention {
    /// The fingerprint of the preview.
    pub fingerprint: String,
}
query!(ConfirmRetention => RetentionRun, Intake, "mirab.ask.intake.retention.confirm.v1");
