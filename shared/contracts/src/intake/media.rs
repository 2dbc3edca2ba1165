//! What the media wrote, counted: a signal per place, day and threat, never an incident. Nothing of it raises a level.

use domain::{Country, Credibility, Day, Handling, ProvinceCode, Reliability, Threat, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event;

/// How many of the events in a count are of which quad class, as the source writes it; never recomputed from their codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quads {
    /// Quad class 1.
    pub verbal_cooperation: u64,
    /// Quad class 2.
    pub material_cooperation: u64,
    /// Quad class 3.
    pub verbal_conflict: u64,
    /// Quad class 4.
    pub material_conflict: u64,
}

impl Quads {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            verbal_cooperation: self.verbal_cooperation + other.verbal_cooperation,
            material_cooperation: self.material_cooperation + other.material_cooperation,
            verbal_conflict: self.verbal_conflict + other.verbal_conflict,
            material_conflict: self.material_conflict + other.material_conflict,
        }
    }
}

/// What the media wrote of one place on one day, bearing on one threat or on none: the whole count as it now stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaCount {
    /// The country.
    pub country: Country,
    /// The province; `None` for the whole country, its provinces included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The day that is written of.
    pub day: Day,
    /// The threat; `None` for what bears on none of those watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threat: Option<Threat>,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
    /// Events as the source codes them, each once.
    pub events: u64,
    /// Articles that wrote of them.
    pub articles: u64,
    /// Distinct domains of their sources: the weight of the signal, since one domain may write any number of articles.
    pub domains: u64,
    /// Rows that say once more what another said within three hours, or on one day where only that is told; they add no event and no article.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub repeated: u64,
    /// Mean tone of the articles, -100 to 100; `None` where nothing is left to take a mean of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<f64>,
    /// Of which quad class the events are.
    pub quads: Quads,
    /// Reliability of the signal.
    pub reliability: Reliability,
    /// Its credibility.
    pub credibility: Credibility,
    /// Since when it is known: of two counts of one place, day and threat the later one stands.
    pub known_from: Timestamp,
}

/// Counts that a file changed: up to 500.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaCounted {
    /// The import run that changed them.
    pub origin: String,
    /// The source's short name.
    pub source: String,
    /// What may be done with them, with the source's citation.
    pub handling: Handling,
    /// The counts as they now stand.
    pub counted: Vec<MediaCount>,
}
event!(MediaCounted, Intake, "mirab.intake.media.counted.v1", |e| e.source.clone());
