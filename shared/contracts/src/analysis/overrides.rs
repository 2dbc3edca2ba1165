//! Overrides: a senior analyst sets a level beside the computed one, for a reason and for a time (ANALYSIS 7.9).

use domain::{Level, OverrideId, ProvinceCode, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use super::{Names, Situation};
use crate::{Page, PageRequest, event, query};

words! {
    /// Where an override stands.
    "state of an override" OverrideState {
        /// It holds.
        Active = "active",
        /// Another took its place.
        Replaced = "replaced",
        /// A person ended it before its time.
        Ended = "ended",
        /// Its time is over.
        Expired = "expired",
    }
}

/// A level that a person set beside the computed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Which.
    pub id: OverrideId,
    /// Where.
    pub province: ProvinceCode,
    /// For which threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
    /// The level that was set.
    pub level: Level,
    /// The computed level when it was set.
    pub computed: Level,
    /// Why; never empty.
    pub reason: String,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Where it stands.
    pub state: OverrideState,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who ended it; `analysis` where its time was over.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ended_by: String,
    /// Why it was ended before its time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub end_reason: String,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// An override was set or is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverrideMoved {
    /// The override as it now stands.
    #[serde(rename = "override")]
    pub set: Override,
    /// The level that held before, set or computed.
    pub was: Level,
    /// The situation, with the override that now holds if one does.
    pub situation: Situation,
    /// What the province is called; `None` in what was said before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
}
event!(OverrideMoved, Analysis, "mirab.analysis.override.moved.v1", |e| e.set.id.to_string());

/// Sets a level beside the computed one; what was set before is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetOverride {
    /// Where.
    pub province: ProvinceCode,
    /// For which threat.
    pub threat: Threat,
    /// In the exercise instead of the real world.
    #[serde(default)]
    pub exercise: bool,
    /// The level.
    pub level: Level,
    /// Why.
    pub reason: String,
    /// When it ends; 30 days from now when `None`.
    #[serde(default)]
    pub until: Option<Timestamp>,
}
query!(SetOverride => Override, Analysis, "mirab.ask.analysis.override.set.v1");

/// Ends an override before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndOverride {
    /// Which.
    pub id: OverrideId,
    /// Why; never empty.
    pub reason: String,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(EndOverride => Override, Analysis, "mirab.ask.analysis.override.end.v1");

/// Overrides, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOverrides {
    /// Only of this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<OverrideState>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListOverrides => Page<Override>, Analysis, "mirab.ask.analysis.override.list.v1");
