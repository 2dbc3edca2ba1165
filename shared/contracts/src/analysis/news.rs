//! What changed since a moment, province by province: levels, unusual months, forecasts, what came in.

use domain::{Country, Day, ForecastId, Handling, Indicator, ObservationId, ProvinceCode, Threat, Timestamp};
use serde::{Deserialize, Serialize};

use super::{LevelChange, anomalies::Anomaly, indicators::ToldReading, overrides::Override};
use crate::{PageRequest, query};

/// What changed since a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetNews {
    /// Since when.
    pub since: Timestamp,
    /// Only in this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// In the exercise instead of the real world.
    #[serde(default)]
    pub exercise: bool,
    /// Up to this moment and as was known then: nothing that was heard, told or judged later. Up to now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page of the provinces; all pages of one list tell of the same moments.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub page: PageRequest,
}
query!(GetNews => News, Analysis, "mirab.ask.analysis.news.get.v1");

/// What changed from one moment to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct News {
    /// From when.
    pub since: Timestamp,
    /// Up to here, right behind the last that analysis had written, or up to the moment of which it was asked: whoever asks on since
    /// here is told everything once.
    pub until: Timestamp,
    /// The provinces where anything changed: those whose level rose first, then where most came in.
    pub provinces: Vec<ProvinceNews>,
    /// The cursor of the next page; `None` on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What changed in one province.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProvinceNews {
    /// Where.
    pub province: ProvinceCode,
    /// The country of the province.
    pub country: Country,
    /// The net change of level of each threat, from what held before to what holds now; newest first.
    pub levels: Vec<LevelChange>,
    /// Levels that a person set, or that ended, as they now stand; the newest first. What took the place of another tells of both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// Unusual months that were opened, judged or withdrawn, as they stand now; of months before the last one those alone that a
    /// person judged.
    pub anomalies: Vec<Anomaly>,
    /// Forecasts of an escalation that moved by five points or more, or past the alarm.
    pub outlooks: Vec<OutlookMoved>,
    /// Forecasts whose window ended and whose outcome became known.
    pub resolved: Vec<ForecastResolved>,
    /// What came in.
    pub heard: HeardOf,
}

/// The chance of an escalation, as the last forecast before the moment told it and as the newest does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutlookMoved {
    /// For which threat.
    pub threat: Threat,
    /// How many months it speaks of.
    pub months: u32,
    /// The chance told before; `None` where none was told.
    pub was: Option<f64>,
    /// The chance told now.
    pub now: f64,
    /// The forecast that tells it.
    pub forecast: ForecastId,
}

/// A forecast of which it became known what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastResolved {
    /// Which.
    pub forecast: ForecastId,
    /// For which threat.
    pub threat: Threat,
    /// How many months it summed.
    pub months: u32,
    /// What was counted: `deaths` or `incidents`.
    pub counted: String,
    /// The ends of its middle 90 %.
    pub range: (u64, u64),
    /// What came.
    pub observed: u64,
    /// Whether what came lay in the middle 90 %.
    pub within: bool,
}

/// What came in of a province.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeardOf {
    /// Facts that were new.
    pub new: u64,
    /// Facts that were revised.
    pub revised: u64,
    /// Facts that were taken back.
    pub retracted: u64,
    /// Independent owners of their sources.
    pub owners: u64,
    /// The gravest of those that stand, five at most; of what came in late those alone that `late` names.
    pub gravest: Vec<HeardFact>,
    /// How much of it came in late: it tells of what happened more than 30 days before the moment that is asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<HeardLate>,
    /// Answers about indicators that came in and stand, as situation reports bring them: new ones, and ones given anew.
    #[serde(default, skip_serializing_if = "is_none")]
    pub answers: u64,
    /// The newest of them, five at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<HeardReading>,
    /// The months whose figures became others by what came in late, the newest first: of which most came in, where they are many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recounted: Vec<Recounted>,
    /// Of how many more months of a threat something came in late: whether their figures became others was not looked at.
    #[serde(default, skip_serializing_if = "is_none")]
    pub recounted_more: u64,
}

/// A month whose figures became others by what came in late, as the series tell them as known then and now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recounted {
    /// Of which threat.
    pub threat: Threat,
    /// The first day of the month.
    pub month: Day,
    /// What was known to have been counted at the beginning of what is asked about.
    pub was: Figures,
    /// What is counted by its end.
    pub now: Figures,
    /// Since when: when the first of what came in late of this month was heard.
    pub since: Timestamp,
    /// How many reports first came in since, each once however often it was revised.
    pub new: u64,
    /// How many others were revised, in this month or out of it.
    pub revised: u64,
    /// How many were taken back.
    pub retracted: u64,
    /// Where the observations of the month are listed, as `/v1/observations?province=KG-B&…`.
    pub list: String,
    /// The join of the handling of what is and was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// What is counted of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Incidents.
    pub events: u64,
    /// Deaths.
    pub deaths: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_none(number: &u64) -> bool {
    *number == 0
}

/// One answer about an indicator that came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeardReading {
    /// The indicator.
    pub indicator: Indicator,
    /// The answer.
    #[serde(flatten)]
    pub reading: ToldReading,
}

/// What came in late: it is news to us, and not of what happened since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeardLate {
    /// How many of the new and the revised facts.
    pub facts: u64,
    /// The first day that one of them speaks of.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// The gravest of those that stand, five at most.
    pub gravest: Vec<HeardFact>,
}

/// One fact that came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeardFact {
    /// Which.
    pub observation: ObservationId,
    /// The threat it bears on.
    pub threat: Threat,
    /// One line.
    pub title: String,
    /// Where, in words.
    pub place: String,
    /// The last day it may have happened.
    pub on: Day,
    /// Its source.
    pub source: String,
    /// Its grade: `B2`.
    pub grade: String,
    /// Its handling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}
