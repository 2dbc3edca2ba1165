//! What monitors answered when they were asked about indicators.

use domain::{Country, Day, Extent, Grade, Handling, Indicator, ProvinceCode, ReadingId, ReportId};
use serde::{Deserialize, Serialize};

use crate::event;

/// What one source said of one indicator, for one province and period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorReading {
    /// Which: the same source, indicator, province and period always give the same; a later answer replaces an earlier one.
    pub id: ReadingId,
    /// The indicator.
    pub indicator: Indicator,
    /// The country.
    pub country: Country,
    /// The province.
    pub province: ProvinceCode,
    /// The first day it speaks of.
    pub from: Day,
    /// The last day it speaks of.
    pub to: Day,
    /// How much of it was seen.
    pub extent: Extent,
    /// In the words of whoever answered; empty where nothing was added.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who owns the source: independence is counted by owner. A pseudonym where it is a person.
    pub owner: String,
    /// What is believed of it.
    pub grade: Grade,
    /// What may be done with it.
    pub handling: Handling,
    /// The field report it came with, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// Whether it is part of an exercise.
    #[serde(default)]
    pub exercise: bool,
}

/// Indicators were answered about: all answers of one questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorsRead {
    /// What brought them: a report.
    pub origin: String,
    /// The answers as they now stand.
    pub readings: Vec<IndicatorReading>,
    /// Answers that were taken back.
    #[serde(default)]
    pub withdrawn: Vec<ReadingId>,
}
event!(IndicatorsRead, Intake, "mirab.intake.indicators.read.v1", |e| e.origin.clone());
