//! Forecasts: what is expected of a unit in the months to come, told as a distribution, never changed once issued, and
//! scored against a naive rule when the months are over (ANALYSIS 3 to 5).

use domain::{Country, Day, ForecastId, Handling, ProvinceCode, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, event, query};

words! {
    /// What a forecast is of.
    "scope of a forecast" Scope {
        /// One province.
        Province = "province",
        /// One whole country.
        Country = "country",
    }
}

words! {
    /// What moved a forecast away from the average's.
    "group of reasons" ReasonGroup {
        /// Here, the last three months.
        Recent = "recent",
        /// Here, longer memory.
        Longer = "longer",
        /// The neighbours.
        Neighbours = "neighbours",
        /// The country.
        Country = "country",
        /// The season.
        Season = "season",
        /// The time since the last incident.
        Since = "since",
    }
}

/// What is expected of one unit and threat in a window of months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Which forecast; one per unit, threat, origin and window.
    pub id: ForecastId,
    /// Of which province; `None`: of the whole country.
    pub province: Option<ProvinceCode>,
    /// The country.
    pub country: Country,
    /// Of which threat.
    pub threat: Threat,
    /// The first day of the last month that was counted when it was made.
    pub origin: Day,
    /// How many months it sums: 1, 3, 6 or 12.
    pub months: u32,
    /// The first day it speaks of.
    pub from: Day,
    /// The last day it speaks of.
    pub to: Day,
    /// What is counted: `deaths` where the threat is violence, else `incidents`.
    pub counted: String,
    /// Whether it was made after the fact, from what was counted up to its origin, so that there is a record from the first
    /// day. It uses counts as finally coded, not as they were known then.
    pub rehearsal: bool,
    /// What the method expects.
    pub expected: Expected,
    /// What the naive rule expects: the newest twelve sums of its own past, all alike.
    pub naive: Expected,
    /// From which count the window would be an escalation: twice its usual, ten at least.
    pub escalation_from: u64,
    /// Of the last 24 windows as long, how many came to that much.
    pub escalated_before: u32,
    /// What moved the chance of an escalation away from the average's, in log-odds, strongest first; empty where too little
    /// happened to learn from.
    pub reasons: Vec<Reason>,
    /// Why the ladder has the share it has; `None` where it was fixed beforehand, by what was measured on deaths by violence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// What came of it; `None` while its window is open.
    pub outcome: Option<Outcome>,
    /// The join of the handling of everything that it was counted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// The share that the regressions have beside the own past, and what it was chosen by: the service's own scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The share of the ladder, in 0..=1; 0: the own past alone.
    pub ladder: f64,
    /// From how many months the windows were that it was chosen by: the newest, 24 at most.
    pub origins: u64,
    /// How many windows were scored with every share.
    pub windows: u64,
    /// In how many of them anything came: 100 are needed, from 12 months, or the own past tells alone.
    pub reached: u64,
    /// How good each share was; empty where there are too few windows.
    pub tried: Vec<Tried>,
}

/// How good one share of the ladder was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The share.
    pub ladder: f64,
    /// Mean CRPS of ln(1 + count); less is better.
    pub crps_of_logs: f64,
}

/// A distribution, told by its quantiles and by the chance of some counts. Its mean is never told: it may be infinite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// As `own past + ladder`, `own past, discounted`, `discounted conflictology` or `conflictology 12`.
    pub model: String,
    /// The count that one in twenty windows stays at or below.
    pub p05: u64,
    /// Lower end of the middle half.
    pub p25: u64,
    /// The median.
    pub p50: u64,
    /// Upper end of the middle half.
    pub p75: u64,
    /// The count that one in twenty windows exceeds.
    pub p95: u64,
    /// Chance of 1, 25 and 100 or more.
    pub chances: Vec<Chance>,
    /// Chance of an escalation, in 0..=1.
    pub escalation: f64,
}

/// How likely so many are, or more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// So many.
    pub at_least: u64,
    /// Probability, in 0..=1.
    pub chance: f64,
}

/// What one group of figures adds to the log-odds of an escalation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Which figures.
    pub group: ReasonGroup,
    /// Above zero it raises the chance.
    pub log_odds: f64,
}

/// What came of a forecast. It stands by what was known when it was scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What was counted in the window when it was scored.
    pub observed: u64,
    /// What is counted in it now, where a source has revised it since and sources that list every event still cover it whole. It
    /// changes no score, and is not told of a past moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_now: Option<u64>,
    /// When that was known.
    pub resolved_at: Timestamp,
    /// How good the method was.
    pub expected: Score,
    /// How good the naive rule was.
    pub naive: Score,
}

/// How good one forecast was; less is better but for the last two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Continuous ranked probability score, in counts.
    pub crps: f64,
    /// The same of ln(1 + count), so that one war does not decide.
    pub crps_of_logs: f64,
    /// Interval score of the middle 90 %.
    pub interval: f64,
    /// Whether what came lay in the middle 90 %.
    pub within: bool,
    /// Where what came lay in the distribution, in 0..=1.
    pub place: f64,
}

/// Forecasts of one threat and window were issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastsIssued {
    /// Of which threat.
    pub threat: Threat,
    /// Of provinces or of countries.
    pub scope: Scope,
    /// The first day of the last month that was counted.
    pub origin: Day,
    /// How many months they sum.
    pub months: u32,
    /// The forecasts.
    pub forecasts: Vec<Forecast>,
}
event!(ForecastsIssued, Analysis, "mirab.analysis.forecasts.issued.v1", |e| format!(
    "{}/{}",
    e.threat, e.scope
));

/// Forecasts, newest origin first, shorter windows before longer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListForecasts {
    /// Only of provinces or only of countries.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// Only of this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Only of this country and its provinces.
    #[serde(default)]
    pub country: Option<Country>,
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only of windows this long.
    #[serde(default)]
    pub months: Option<u32>,
    /// Only from this month: any day of it.
    #[serde(default)]
    pub origin: Option<Day>,
    /// Those made after the fact instead of those that were issued before.
    #[serde(default)]
    pub rehearsal: bool,
    /// Those that were made by this moment, with what had come of them by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListForecasts => Page<Forecast>, Analysis, "mirab.ask.analysis.forecast.list.v1");

/// How good the forecasts were, by model, threat, scope and window, and by country where asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetScorecards {
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only of this country.
    #[serde(default)]
    pub country: Option<Country>,
    /// Only of provinces or only of countries.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// Only of windows this long.
    #[serde(default)]
    pub months: Option<u32>,
    /// Only of this model, as `own past + ladder`, whether it told or was scored beside the one that did; of those that told when
    /// `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// One card for each country instead of one for all of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_country: bool,
    /// Those made after the fact instead of those that were issued before.
    #[serde(default)]
    pub rehearsal: bool,
    /// By those alone of which it was known at this moment what came; of those made after the fact, by those whose window was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetScorecards => Vec<Scorecard>, Analysis, "mirab.ask.analysis.scorecard.list.v1");

/// How good the forecasts of one model, threat, scope and window were, beside the naive rule and other benchmarks. Counts of
/// different threats are never added up: deaths and incidents are no one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Of which threat.
    pub threat: Threat,
    /// Of which country alone; `None`: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Of provinces or of countries.
    pub scope: Scope,
    /// How many months they sum.
    pub months: u32,
    /// Whether they were made after the fact.
    pub rehearsal: bool,
    /// How many forecasts are resolved.
    pub forecasts: u64,
    /// From how many months they were made: windows from one month have much in common.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub origins: u64,
    /// Whether these are too few to say which is better: fewer than 12 origins, or fewer than 50 forecasts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub too_few: bool,
    /// The oldest origin.
    pub first_origin: Day,
    /// The newest origin.
    pub last_origin: Day,
    /// The method.
    pub expected: Marks,
    /// The naive rule.
    pub naive: Marks,
    /// Other models that were scored on the same windows, though not told, or not always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<Benchmark>,
    /// How many escalations came.
    pub escalations: u64,
    /// How many were announced, and how many announcements came true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Announced>,
    /// Of all chances told, by tenths: what was told and how often it came.
    pub reliability: Vec<Reliability>,
    /// How often what came lay in each tenth of the distribution; even is good.
    pub places: Vec<u64>,
    /// The worst misses, worst first; five at most.
    pub misses: Vec<Miss>,
}

/// Escalations that were announced: whose chance was told to be so high that the outlook alone calls for attention.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announced {
    /// From which chance, in 0..=1.
    pub from_chance: f64,
    /// How many windows were told with it.
    pub told: u64,
    /// In how many of these an escalation came.
    pub came: u64,
}

/// Another model beside the one that told, over the windows for which both are scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// For how many forecasts.
    pub forecasts: u64,
    /// How good it was.
    #[serde(flatten)]
    pub marks: Marks,
    /// What the model that told got over the same windows: CRPS, in counts.
    pub told_crps: f64,
    /// The same of ln(1 + count).
    pub told_crps_of_logs: f64,
}

/// Mean scores of one model; less is better but for the last three.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Which model.
    pub model: String,
    /// Continuous ranked probability score, in counts.
    pub crps: f64,
    /// The same of ln(1 + count).
    pub crps_of_logs: f64,
    /// Interval score of the middle 90 %.
    pub interval: f64,
    /// Brier score of the chance of 1, 25 and 100 or more.
    pub briers: Vec<f64>,
    /// Log score of the same, in nats.
    pub log_scores: Vec<f64>,
    /// Share of what came that lay in the middle 90 %.
    pub covered: f64,
    /// How well the chance of an escalation tells those that came; `None` unless some came and some did not.
    pub area_under_curve: Option<f64>,
    /// Mean precision of the same; `None` when none came.
    pub average_precision: Option<f64>,
}

/// Chances of one tenth: what was told, and how often it came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// How many chances.
    pub told: u64,
    /// Their mean, in 0..=1.
    pub chance: f64,
    /// The share that came, in 0..=1.
    pub came: f64,
}

/// A forecast that was far off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Miss {
    /// Which forecast.
    pub id: ForecastId,
    /// Of which province; `None`: of the whole country.
    pub province: Option<ProvinceCode>,
    /// The country.
    pub country: Country,
    /// The first day it speaks of.
    pub from: Day,
    /// The last day it speaks of.
    pub to: Day,
    /// Lower end of the middle 90 %.
    pub p05: u64,
    /// The median.
    pub p50: u64,
    /// Upper end of the middle 90 %.
    pub p95: u64,
    /// What was counted when it was scored.
    pub observed: u64,
    /// What is counted now, where a source has revised it since and sources that list every event still cover the window whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_now: Option<u64>,
    /// Its score, in counts.
    pub crps: f64,
}
