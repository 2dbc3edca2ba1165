//! Indicators as analysis weighs them: each with its weight, its direction, what was last read and what before.

use domain::{
    Day, Extent, Handling, Indicator, IndicatorKind, ProvinceCode, ReadingId, ReportId, Threat, Timestamp,
    words,
};
use serde::{Deserialize, Serialize};

use crate::query;

words! {
    /// Which way an indicator moves the index.
    "direction of an indicator" Direction {
        /// More of it adds to the index.
        Raises = "raises",
        /// More of it takes off the index.
        Lowers = "lowers",
        /// It is shown and counts nothing: it lies below the others and changes slowly.
        Context = "context",
    }
}

/// One indicator of one province as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorStanding {
    /// The indicator.
    pub indicator: Indicator,
    /// Where.
    pub province: ProvinceCode,
    /// Aggravating, mitigating, peace or structural.
    pub kind: IndicatorKind,
    /// Which way it moves the index.
    pub direction: Direction,
    /// Its weight, by configuration.
    pub weight: f64,
    /// After so many days a reading weighs half.
    pub half_life_days: f64,
    /// The threats it bears on.
    pub threats: Vec<Threat>,
    /// Belief in 0..=1 in what was read, by grade, independent owners and age; 0 where nothing was read.
    pub belief: f64,
    /// What it adds to the index of each of its threats, or takes off, before any limit; of context, how strong it is.
    pub contribution: f64,
    /// The newest reading; `None` where nothing was read.
    pub latest: Option<ToldReading>,
    /// The readings before it that stand, newest first; twenty at most.
    pub history: Vec<ToldReading>,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToldReading {
    /// Which.
    pub id: ReadingId,
    /// The first day it speaks of.
    pub from: Day,
    /// The last day it speaks of.
    pub to: Day,
    /// How much was seen.
    pub extent: Extent,
    /// In the words of whoever answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who owns the source.
    pub owner: String,
    /// `B2`.
    pub grade: String,
    /// Since when it is known.
    pub known_from: Timestamp,
    /// What may be done with it.
    pub handling: Handling,
    /// The field report it came with; `None` where it came otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
}

/// The indicators of a province: those that bear on a threat, or all, read or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListIndicators {
    /// Where.
    pub province: ProvinceCode,
    /// Only those that bear on this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// As they were known on this day; today when `None`.
    #[serde(default)]
    pub on: Option<Day>,
    /// As they were known at this moment, on its day; instead of `on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
}
query!(ListIndicators => Vec<IndicatorStanding>, Analysis, "mirab.ask.analysis.indicator.list.v1");
