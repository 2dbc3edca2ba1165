//! Anomalies: months that are unusual for their place and threat, opened by the watch and closed by a person.

use domain::{
    AnomalyId, Country, Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp, Trend, words,
};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, event, query};

/// The score from which a month is worth a look: about two false alarms a month over 126 provinces (ANALYSIS 6).
pub const WATCH: f64 = 1.44;
/// The score from which somebody must look: about one.
pub const ALERT: f64 = 1.78;

words! {
    /// Where an anomaly stands.
    "state of an anomaly" AnomalyState {
        /// Nobody has judged it yet.
        Open = "open",
        /// It is what it looks like: something has changed.
        Confirmed = "confirmed",
        /// It has a cause that is no change of the situation: a late batch of reports, a yearly event.
        Explained = "explained",
        /// It is of no weight.
        Dismissed = "dismissed",
        /// The figures behind it were revised and are no longer unusual.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What a person makes of an anomaly.
    "verdict on an anomaly" AnomalyVerdict {
        /// Something has changed.
        Confirm = "confirm",
        /// There is a cause that is no change of the situation.
        Explain = "explain",
        /// It is of no weight.
        Dismiss = "dismiss",
    }
}

impl AnomalyVerdict {
    /// Where an anomaly stands by it.
    pub const fn state(self) -> AnomalyState {
        match self {
            Self::Confirm => AnomalyState::Confirmed,
            Self::Explain => AnomalyState::Explained,
            Self::Dismiss => AnomalyState::Dismissed,
        }
    }
}

/// One month of one province and threat that is unusual, with what makes it so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Anomaly {
    /// Which anomaly; one per province, threat and month.
    pub id: AnomalyId,
    /// Where.
    pub province: ProvinceCode,
    /// The country of the province.
    pub country: Country,
    /// For which threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The first day of the month.
    pub month: Day,
    /// How unusual: `watch` or `alert`.
    pub trend: Trend,
    /// What is counted: `deaths` where the threat is violence, else `incidents`.
    pub counted: String,
    /// How many there were in the month.
    pub observed: f64,
    /// What it is judged by.
    pub method: Method,
    /// Everything that was counted in the month, newest first; 50 at most.
    pub observations: Vec<ObservationId>,
    /// Where it stands.
    pub state: AnomalyState,
    /// What was done with it, in order.
    pub history: Vec<AnomalyStep>,
    /// When it was first seen.
    pub opened_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
    /// The join of the handling of everything that was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

impl Anomaly {
    /// Whether no more than usual was counted in the month, so that the month before alone carries it.
    pub fn is_by_memory_alone(&self) -> bool {
        self.method.surprise < WATCH && self.observed <= self.method.mean
    }
    /// Chance, in 0..=1, of as many or more as in the month before: half of its surprise is remembered; a millionth at least.
    pub fn chance_before(&self) -> f64 {
        10.0_f64.powf(-2.0 * (self.method.score - self.method.surprise).max(0.0))
    }
    /// The first day of the month before.
    pub fn month_before(&self) -> Day {
        self.month.plus(-1).month().0
    }
}

/// How a month is judged: its tail under a negative binomial with discounted mean and variance (ANALYSIS 6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// `discounted negative-binomial tail, two-month memory`.
    pub name: String,
    /// How many months before it are counted.
    pub window_months: u32,
    /// After so many months a month weighs half.
    pub half_life_months: f64,
    /// The baseline: the discounted mean of the months before.
    pub mean: f64,
    /// Their discounted variance.
    pub variance: f64,
    /// Probability, in 0..=1, of as many or more in a month, given the baseline.
    pub chance: f64,
    /// -log10 of the chance, 6 at most.
    pub surprise: f64,
    /// The surprise and half of the month's before; from [`WATCH`] a watch, from [`ALERT`] an alert.
    pub score: f64,
}

/// One thing done with an anomaly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnomalyStep {
    /// Where it stood afterwards.
    pub state: AnomalyState,
    /// Who did it; `analysis` where the figures did.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An anomaly was opened, revised, judged or withdrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnomalyMoved {
    /// The anomaly as it now stands.
    pub anomaly: Anomaly,
}
event!(AnomalyMoved, Analysis, "mirab.analysis.anomaly.moved.v1", |e| e.anomaly.id.to_string());

/// Anomalies, newest month first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAnomalies {
    /// Only in this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<AnomalyState>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Those that had been found by this moment, each as it stood then; as they stand now unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListAnomalies => Page<Anomaly>, Analysis, "mirab.ask.analysis.anomaly.list.v1");

/// One anomaly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetAnomaly {
    /// Which.
    pub id: AnomalyId,
    /// As it stood at this moment; as it stands now unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetAnomaly => Anomaly, Analysis, "mirab.ask.analysis.anomaly.get.v1");

/// Judges an anomaly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeAnomaly {
    /// Which.
    pub id: AnomalyId,
    /// What is made of it.
    pub verdict: AnomalyVerdict,
    /// Why; never empty.
    pub note: String,
    /// The version the verdict was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(JudgeAnomaly => Anomaly, Analysis, "mirab.ask.analysis.anomaly.judge.v1");
