//! What is known of a source under its pseudonym: how what it said held, and how reliable that makes it. Never who it is.

use domain::{Reliability, ReportId, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::query;

words! {
    /// What became of a report when it was checked.
    "outcome of a report" ReportOutcome {
        /// It was confirmed.
        Verified = "verified",
        /// It could not be confirmed.
        Unverified = "unverified",
        /// It was refused.
        Rejected = "rejected",
        /// An independent source showed that it was otherwise.
        Contradicted = "contradicted",
        /// It was confirmed, and is to be checked anew: nothing holds of it until that is done.
        Withdrawn = "withdrawn",
    }
}

/// How many of a source's reports came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Confirmed.
    pub verified: u32,
    /// Could not be confirmed.
    pub unverified: u32,
    /// Refused.
    pub rejected: u32,
    /// Shown to be otherwise.
    pub contradicted: u32,
}

/// One entry of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeEntry {
    /// The report.
    pub report: ReportId,
    /// What became of it.
    pub outcome: ReportOutcome,
    /// Who found so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What the desk decided of a source's reliability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReliabilityDecision {
    /// What counts from then on.
    pub reliability: Reliability,
    /// What the record proposed then.
    pub proposed: Reliability,
    /// Who decided.
    pub by: String,
    /// Why; empty where the proposal was confirmed without a word.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// A source under its pseudonym.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reporter {
    /// The pseudonym.
    pub source: String,
    /// As was known at this moment.
    pub known_on: Timestamp,
    /// How many reports it sent.
    pub reports: u32,
    /// What became of those that were checked: the last word on each counts.
    pub record: Record,
    /// The expected share of its reports that hold, in 0..=1 (mean of a Beta distribution).
    pub expected: f64,
    /// What the record proposes.
    pub proposed: Reliability,
    /// Why, with the figures.
    pub why: String,
    /// What its reports start with: what the desk decided, else what the record proposes; `None` where neither says.
    pub reliability: Option<Reliability>,
    /// Since when nothing of who it is lies sealed, as a rule of retention removed it; `None` where something does, or never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_removed_at: Option<Timestamp>,
    /// What the desk decided, the newest first.
    pub decisions: Vec<ReliabilityDecision>,
    /// The record in full, the newest first; the last hundred.
    pub outcomes: Vec<OutcomeEntry>,
}

/// A source under its pseudonym.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetReporter {
    /// The pseudonym.
    pub source: String,
    /// As was known at this moment; now when left out.
    #[serde(default)]
    pub known_on: Option<Timestamp>,
}
query!(GetReporter => Reporter, Intake, "mirab.ask.intake.reporter.get.v1");

/// Confirms what the record proposes, or decides otherwise with a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeReporter {
    /// The pseudonym.
    pub source: String,
    /// What counts from now on.
    pub reliability: Reliability,
    /// Why; needed where it is not what the record proposes.
    #[serde(default)]
    pub note: String,
}
query!(GradeReporter => Reporter, Intake, "mirab.ask.intake.reporter.grade.v1");
