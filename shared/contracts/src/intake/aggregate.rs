//! Counts of events that somebody else has made, by unit and month: to compare with, never to be counted as incidents.

use domain::{Country, Day, Handling, ImportId, ProvinceCode, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, query};

words! {
    /// What a count counts. They overlap and are not to be summed.
    "measure of a count" Measure {
        /// Political violence of every kind.
        PoliticalViolence = "political_violence",
        /// Violence that targets civilians: most of it is political violence as well.
        CivilianTargeting = "civilian_targeting",
        /// Demonstrations.
        Demonstration = "demonstration",
    }
}

/// One count, in one of its revisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Whence it comes: `hapi-conflict-events`.
    pub source: String,
    /// Who made the count.
    pub owner: String,
    /// The country.
    pub country: Country,
    /// The province; `None` where the count is of the whole country or its unit is not one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The system that the unit's code is of: `p-code` or `iso3166-1`.
    pub unit_system: String,
    /// The unit's code in that system.
    pub unit: String,
    /// What the source calls the unit.
    pub unit_name: String,
    /// What is counted.
    pub measure: Measure,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// How many events.
    pub events: u32,
    /// How many deaths; `None` where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deaths: Option<u32>,
    /// 1 for the first; a newer revision supersedes an older.
    pub revision: u32,
    /// When this revision became known here.
    pub known_from: Timestamp,
    /// The import run it came in.
    pub import: ImportId,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
}

/// Counts as they stand, newest month first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindAggregates {
    /// In this country.
    #[serde(default)]
    pub country: Option<Country>,
    /// In this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Of this measure.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// That ended on this day or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// That began on this day or earlier.
    #[serde(default)]
    pub to: Option<Day>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Those of the exercise instead of the real ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(FindAggregates => Page<Aggregate>, Intake, "mirab.ask.intake.aggregate.find.v1");
