//! Field reports: where they stand, what is done with them.

use domain::{Day, ObservationId, ProvinceCode, Reliability, ReportId, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{
    Page, PageRequest, event,
    gateway::{ReportForm, ReportPlace},
    query,
};

words! {
    /// Where a field report stands.
    "state of a report" ReportState {
        Submitted = "submitted",
        Triage = "triage",
        Verifying = "verifying",
        Verified = "verified",
        Unverified = "unverified",
        Rejected = "rejected",
        Duplicate = "duplicate",
        Accepted = "accepted",
    }
}

/// A field report as intake holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which report.
    pub id: ReportId,
    /// Where it stands.
    pub state: ReportState,
    /// The form as it was sent.
    pub form: ReportForm,
    /// The place as it was resolved, or corrected.
    pub place: domain::Place,
    /// The day it is held to have happened on, by the calendar of its place; `None` from before this was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<Day>,
    /// Pseudonym of the source.
    pub source: String,
    /// The observation it became, once accepted.
    pub observation: Option<ObservationId>,
    /// What was done with it, in order.
    pub history: Vec<ReportStep>,
    /// When it was received.
    pub received_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
    /// How reliable its source is held to be; `None` where the record does not say and the form's own grade stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<Reliability>,
    /// The report whose content it repeats, once it was found to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ReportId>,
    /// The files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<crate::gateway::attachments::Attachment>,
}

/// Where and when a report is held to say that something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Where.
    pub place: domain::Place,
    /// On which day, by the calendar of its place.
    pub occurred_on: Day,
}

/// One thing done with a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportStep {
    /// Where it stood afterwards.
    pub state: ReportState,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// For a correction: where and when the report was held to be until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Held>,
    /// For a verification without a note: what of another source bore it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borne_out_by: Option<BorneOut>,
}

/// Whether a report of this history was verified when it was accepted.
pub fn was_verified(history: &[ReportStep]) -> bool {
    let before = history.iter().rev().skip_while(|step| step.state == ReportState::Accepted);
    before.take(1).any(|step| step.state == ReportState::Verified)
}

/// What of another source bears a report out. Of an observation for those alone whose work needs what is restricted, nothing is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BorneOut {
    /// A report that was verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// An observation that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<ObservationId>,
}

/// A report moved on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportMoved {
    /// The report as it now stands.
    pub report: Report,
}
event!(ReportMoved, Intake, "mirab.intake.report.moved.v1", |e| e.report.id.to_string());

/// Field reports, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListReports {
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<ReportState>,
    /// Only those from this province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// Only those of this pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListReports => Page<Report>, Intake, "mirab.ask.intake.report.list.v1");

/// One field report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetReport {
    /// Which.
    pub id: ReportId,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetReport => Report, Intake, "mirab.ask.intake.report.get.v1");

words! {
    /// What a person can do with a report.
    "action on a report" ReportAction {
        /// Takes it up.
        Triage = "triage",
        /// Begins to check it.
        Investigate = "investigate",
        /// Confirms it; by another than its reporter.
        Verify = "verify",
        /// Could not confirm it.
        Unverify = "unverify",
        /// Takes it as a fact, graded as it is.
        Accept = "accept",
        /// Refuses it. An accepted answer to a questionnaire can still be refused: its readings are taken back.
        Reject = "reject",
        /// Refuses it because an independent source shows that it was otherwise; weighs more in the source's record.
        Contradict = "contradict",
        /// It says what another report said.
        Duplicate = "duplicate",
        /// Corrects where or when it happened; what was sent stays as it was sent.
        Correct = "correct",
    }
}

/// Where or when something happened that a report tells otherwise, or not well enough to be found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportCorrection {
    /// The place, whole: it stands in the place of all that was stated; `None` leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ReportPlace>,
    /// The day, by the calendar of the place; `None` leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<Day>,
}

/// Moves a report on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoveReport {
    /// Which report.
    pub id: ReportId,
    /// What to do.
    pub action: ReportAction,
    /// Why.
    #[serde(default)]
    pub note: String,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
    /// For a duplicate: the report that it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<ReportId>,
    /// For a correction: what is corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<ReportCorrection>,
    /// Whether whoever asks also sent the report. The door alone can tell, and refuses it itself: said here, it would stand beside the name
    /// of the account and the report.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_sender: bool,
}
query!(MoveReport => Report, Intake, "mirab.ask.intake.report.move.v1");

/// Why a report is not verified by whoever asks: it is their own.
pub const BY_SENDER: &str = "whoever sent a report cannot verify it: a second person must";
/// Why an accepted report is not corrected by whoever asks: it is their own, and it counts as verified at another place or day then.
pub const OWN_ACCEPTED: &str =
    "whoever sent a report cannot correct it once it was verified and accepted: a second person must";
/// Why a report is verified by nobody any more.
pub const SENDER_ERASED: &str = "who sent the report was erased, so that nobody can be told to be a second person: only another source can bear out what it says";
