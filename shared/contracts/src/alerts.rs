//! What alerts says and answers: warnings, from draft to their end.

pub mod alarms;

use std::collections::BTreeSet;

use domain::{
    AlarmId, Country, EventId, Handling, Level, ObservationId, Place, ProvinceCode, Threat, Timestamp,
    WarningId,
    warning::{CapSeverity, Certainty, Info, MessageType, State, Status, Urgency},
    words,
};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, event, query};

/// One version of a warning: what is issued, delivered and acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// Which warning; the same through all versions.
    pub id: WarningId,
    /// Counts the messages of the chain, from 1.
    pub version: u32,
    /// Where it stands.
    pub state: State,
    /// Whether it is real.
    pub status: Status,
    /// What this message of the chain does.
    pub message_type: MessageType,
    /// The threat it warns of.
    pub threat: Threat,
    /// The level that gave rise to it.
    pub level: Level,
    /// How soon to act.
    pub urgency: Urgency,
    /// How grave.
    pub severity: CapSeverity,
    /// How certain.
    pub certainty: Certainty,
    /// Where; the first is the province that gave rise to it.
    pub places: Vec<Place>,
    /// What it says, one per language.
    pub infos: Vec<Info>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What may be done with it: the join over its evidence, or stricter.
    pub handling: Handling,
    /// When this version was issued; `None` before.
    pub sent: Option<Timestamp>,
    /// When it ends unless updated.
    pub expires: Timestamp,
    /// Earlier messages of the chain: sender, identifier and time as CAP writes them.
    #[serde(default)]
    pub references: Vec<String>,
    /// Who drafted it; a rule's name for automatic drafts.
    pub drafted_by: String,
    /// Who submitted it for approval.
    pub submitted_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// Why it was drafted, returned or cancelled, in the last person's words.
    #[serde(default)]
    pub note: String,
    /// Counts every change of the record, drafts included; what `If-Match` compares.
    pub revision: u32,
}

impl Warning {
    /// The countries it speaks of.
    pub fn countries(&self) -> BTreeSet<Country> {
        self.places.iter().filter_map(|place| place.country).collect()
    }
}

/// One thing a warning rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The observations.
    pub observations: Vec<ObservationId>,
    /// One line.
    pub title: String,
    /// Day, as text.
    pub on: domain::Day,
    /// Grade: `B2`.
    pub grade: String,
    /// Share of the index, in 0..=1.
    pub share: f64,
}

/// A warning was issued, updated or cancelled: this goes to partners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarningIssued {
    /// The message.
    pub warning: Warning,
}
event!(WarningIssued, Alerts, "mirab.alerts.warning.issued.v1", |e| e.warning.id.to_string());

/// A warning moved within the house: drafted, submitted, returned, expired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarningMoved {
    /// The warning as it now stands.
    pub warning: Warning,
}
event!(WarningMoved, Alerts, "mirab.alerts.warning.moved.v1", |e| e.warning.id.to_string());

/// Warnings, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListWarnings {
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<State>,
    /// Those in force at this moment instead, each as its message stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListWarnings => Page<Warning>, Alerts, "mirab.ask.alerts.warning.list.v1");

/// One warning as it now stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetWarning {
    /// Which.
    pub id: WarningId,
}
query!(GetWarning => Warning, Alerts, "mirab.ask.alerts.warning.get.v1");

/// The CAP 1.2 document of the last issued version, or of the draft with status Draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetWarningCap {
    /// Which warning.
    pub id: WarningId,
}
query!(GetWarningCap => String, Alerts, "mirab.ask.alerts.warning.cap.v1");

/// What a person writes to draft or change a warning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarningForm {
    /// Whether it is real.
    pub status: Status,
    /// The threat it warns of.
    pub threat: Threat,
    /// The level it speaks of.
    pub level: Level,
    /// How soon to act.
    pub urgency: Urgency,
    /// How certain.
    pub certainty: Certainty,
    /// Where.
    pub places: Vec<Place>,
    /// What it says.
    pub infos: Vec<Info>,
    /// What may be done with it.
    pub handling: Handling,
    /// When it ends unless updated.
    pub expires: Timestamp,
}

/// Drafts a warning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftWarning {
    /// What it says.
    pub form: WarningForm,
}
query!(DraftWarning => Warning, Alerts, "mirab.ask.alerts.warning.draft.v1");

words! {
    /// What a person can do with a warning.
    "action on a warning" WarningAction {
        /// Puts a draft before a second person.
        Submit = "submit",
        /// Issues it; by another than its drafter and submitter.
        Approve = "approve",
        /// Sends it back to its drafter with a note.
        Return = "return",
        /// Takes an issued warning back.
        Cancel = "cancel",
    }
}

/// Moves a warning on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveWarning {
    /// Which.
    pub id: WarningId,
    /// What to do.
    pub action: WarningAction,
    /// Why.
    #[serde(default)]
    pub note: String,
    /// The revision the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub revision: Option<u32>,
}
query!(MoveWarning => Warning, Alerts, "mirab.ask.alerts.warning.move.v1");

/// Writes a draft anew, or a new version of an issued warning (its Update, which again needs approval).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpdateWarning {
    /// Which.
    pub id: WarningId,
    /// What it says now.
    pub form: WarningForm,
    /// The revision the change was made on; `None` for whichever it is.
    #[serde(default)]
    pub revision: Option<u32>,
}
query!(UpdateWarning => Warning, Alerts, "mirab.ask.alerts.warning.update.v1");

words! {
    /// What came of evaluating a rule.
    "outcome of an evaluation" Outcome {
        /// A warning was drafted.
        Drafted = "drafted",
        /// A draft that was there already was brought up to date.
        Refreshed = "refreshed",
        /// A new version of a warning in force was drafted.
        Updated = "updated",
        /// An alarm was raised.
        Raised = "raised",
        /// An alarm was cleared.
        Cleared = "cleared",
        /// No warning and no alarm; the reason says why.
        Nothing = "nothing",
    }
}

/// One evaluation of a rule: what it was given, what came of it and why. Answers "why is there no warning?".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The event that was evaluated.
    pub event: EventId,
    /// The rule.
    pub rule: String,
    /// Where the level changed.
    pub province: ProvinceCode,
    /// The country of the province.
    pub country: Country,
    /// For which threat.
    pub threat: Threat,
    /// The level before.
    pub was: Level,
    /// The level after.
    pub now: Level,
    /// The index that changed it.
    pub index: f64,
    /// Whether exercise material was part of it.
    pub exercise: bool,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, in one or two sentences.
    pub reason: String,
    /// The warning drafted, brought up to date, or already there.
    pub warning: Option<WarningId>,
    /// The alarm raised, cleared, or already there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<AlarmId>,
    /// The chance of an escalation that was judged, in 0..=1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// The chance from which an alarm is raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// When it was evaluated.
    pub at: Timestamp,
    /// The join of the handling of everything that was judged; `None` where that is not known: then it is told to those alone
    /// whose work needs what is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// Evaluations of the rules, newest first; kept for as long as alerts is configured to keep them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEvaluations {
    /// Only of this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListEvaluations => Page<Evaluation>, Alerts, "mirab.ask.alerts.evaluation.list.v1");
