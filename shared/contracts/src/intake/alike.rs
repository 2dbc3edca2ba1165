//! Look-alikes: what else speaks of what a report speaks of, for whoever takes it up.

use domain::{Day, ObservationId, ReportId, Timestamp};
use serde::{Deserialize, Serialize};

use super::ReportState;
use crate::query;

/// A report or an observation that may be of the same incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike {
    /// The report, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// The observation, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<ObservationId>,
    /// Its title.
    pub title: String,
    /// The day it speaks of.
    pub on: Day,
    /// What it is, in a word of the field.
    pub kind: String,
    /// Whether it is of another owner, and so bears the report out.
    pub independent: bool,
    /// Where the report stands; `None` for an observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ReportState>,
    /// When it was received or became known.
    pub received_at: Timestamp,
    /// How many words of the titles are shared, in 0..=100 percent of all.
    pub words_shared: u8,
}

/// What looks like this report: same threat and province within three days, the closest first; twenty at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAlike {
    /// The report.
    pub report: ReportId,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(ListAlike => Vec<Alike>, Intake, "mirab.ask.intake.report.alike.v1");
