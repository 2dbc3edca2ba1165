//! What a level rests on, beside its incidents: the parts of the index, the bands it is read by, how far the level may be off,
//! whether the reporting fell silent, and how much attention all of it calls for (ANALYSIS 7).

use domain::{
    Country, Day, Indicator, IndicatorKind, Level, ObservationId, ProvinceCode, ReadingId, ReportId, words,
};
use serde::{Deserialize, Serialize};

use super::anomalies::AnomalyState;

/// What the index is made of: `own + indicators + spillover - relief`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Components {
    /// From the incidents of the province itself (ANALYSIS 7.3).
    pub own: f64,
    /// From indicators that make things worse.
    pub indicators: f64,
    /// From the other side of a border: a share of the neighbours' own index, never of what spilled into them.
    pub spillover: f64,
    /// What peace and mitigation took off, 0 or more.
    pub relief: f64,
    /// What the spill-over would be if it were not held to one level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spillover_before_limit: Option<f64>,
    /// What the relief would be if it were not held to one level and to the gravest fresh incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relief_before_limit: Option<f64>,
    /// By which weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weights>,
    /// The incidents behind `own` in short, largest first; a hundred at most. Told where it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// How much is behind `own` in all and where all of it is found, where that is more than a hundred incidents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_whole: Option<EvidenceWhole>,
    /// The indicators behind `indicators`, largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raised_by: Vec<Sign>,
    /// The neighbours behind `spillover`, largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spilled_from: Vec<Spill>,
    /// The indicators and the events of peace behind `relief`, largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relieved_by: Vec<Sign>,
    /// Structural indicators: they lie below the others and add nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Sign>,
}

/// The weights an index was computed by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// After so many days an incident weighs half.
    pub half_life_days: f64,
    /// After so many days the reading of an indicator weighs half.
    pub indicator_half_life_days: f64,
    /// What an event of peace takes off, as a share of what an incident of its gravity would add.
    pub peace: f64,
}

/// How much is behind the own part of an index in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceWhole {
    /// How many incidents count.
    pub incidents: u64,
    /// How many observations report them.
    pub observations: u64,
    /// Where the list of every observation of the cell within the horizon begins, those that ease included: path and query.
    pub list: String,
}

/// One incident in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What reported it.
    pub observations: Vec<ObservationId>,
    /// Best grade among the reports: `B2`.
    pub grade: String,
    /// What it adds to the index.
    pub contribution: f64,
}

/// An indicator, or an event of peace, with what it adds or takes off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sign {
    /// The indicator; `None` for an event of peace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator: Option<Indicator>,
    /// Whether it is aggravating, mitigating, peace or structural.
    pub kind: IndicatorKind,
    /// One line: the title of the event, or the note of the newest reading.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The day of the newest of what it rests on.
    pub on: Day,
    /// Best grade of what it rests on: `B2`.
    pub grade: String,
    /// Belief in 0..=1 that it is so.
    pub belief: f64,
    /// Its weight in the configuration.
    pub weight: f64,
    /// What it adds to the index or takes off, 0 or more; of a structural one, how strong it is: that counts nothing.
    pub contribution: f64,
    /// The readings it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<ReadingId>,
    /// The field reports these readings came with, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ReportId>,
    /// The observations it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<ObservationId>,
}

/// What a neighbour across a border adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spill {
    /// The neighbour.
    pub province: ProvinceCode,
    /// Its country.
    pub country: Country,
    /// Its own index: of its incidents alone.
    pub index: f64,
    /// The share of it that spills over, in 0..=1.
    pub share: f64,
    /// What it adds before the limit.
    pub contribution: f64,
    /// Its gravest incidents, three at most.
    pub incidents: Vec<super::Incident>,
}

/// Where the levels begin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// The index from which the level is low.
    pub low: f64,
    /// From which it is elevated.
    pub elevated: f64,
    /// From which it is high.
    pub high: f64,
    /// From which it is critical.
    pub critical: f64,
    /// Since when these are the 50, 75, 90 and 97 % points of the threat's own five years; `None` for the default ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_since: Option<Day>,
}

/// Between which levels the evidence leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelRange {
    /// The level on evidence of A or B and 1 or 2 alone.
    pub lowest: Level,
    /// The level if all that was reported is believed; one more where the reporting fell silent, or nothing is known of the last
    /// days.
    pub highest: Level,
    /// From when on nothing at all is known, where that is longer than 30 days: neither a report nor a source that lists every event
    /// reaches there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<Day>,
    /// The level if all that was reported is believed, before one is added to it for what is not known; `None` where none is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<Level>,
}

/// Reports and readings that came from a province, against what is usual for it (ANALYSIS 6, the lower tail).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reporting {
    /// How many came within the last `days`.
    pub received: u64,
    /// How many usually come: the discounted mean of the spans before.
    pub usual: f64,
    /// Probability, in 0..=1, of as few or fewer.
    pub chance: f64,
    /// How long a span is.
    pub days: u32,
    /// Whether so few came that the silence itself must be looked at.
    pub silenced: bool,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
}

/// The claim of some sources to tell every event of a threat in a country: as far as they reach, no row means no event. Where
/// nothing else was reported, it is all that a level rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completeness {
    /// The sources that reach into the last 90 days.
    pub sources: Vec<String>,
    /// The last day with a row of theirs in the country.
    pub until: Day,
    /// How many reports of these 90 days are theirs, of the province and threat.
    pub told: u64,
}

words! {
    /// What decides how much attention a situation calls for.
    "rule of attention" AttentionRule {
        /// The level itself.
        Level = "level",
        /// The level that a senior analyst set.
        Override = "override",
        /// What just happened is so unusual that somebody must look: one level more.
        Trend = "trend",
        /// The forecast gives an escalation a chance of .265 or more: high at least.
        Outlook = "outlook",
    }
}

/// How much attention a situation calls for, and by which rule (ANALYSIS 7.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// As much as this level does.
    pub level: Level,
    /// The rule that fired: the first that gives as much.
    pub rule: AttentionRule,
    /// What a person made of the unusual month, where the trend alone would call for more: explained or dismissed, and so it calls
    /// for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<AnomalyState>,
}
