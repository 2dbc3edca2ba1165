//! What a source says of how much happened in a unit and month, before it is known whether that is new.

use contracts::intake::aggregate::{Aggregate, Measure};
use domain::{Country, Day, Handling, ImportId, ProvinceCode, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::draft::kept_under;

/// A count as its source gives it. Equal counts say the same, whenever and in whichever file they came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Count {
    /// The source's short name.
    pub source: String,
    /// Who made the count.
    pub owner: String,
    /// The country.
    pub country: Country,
    /// The province, where the unit is one of ours or within one.
    pub province: Option<ProvinceCode>,
    /// The system that the unit's code is of.
    pub unit_system: String,
    /// The unit's code in it.
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
    /// How many deaths.
    pub deaths: Option<u32>,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise: no part of what it says.
    #[serde(skip)]
    pub exercise: bool,
}

impl Count {
    /// By what it is told that another speaks of the same: source, unit, measure and first day, of the world or of the exercise.
    pub fn id(&self) -> String {
        let unit = kept_under(&self.unit, self.exercise);
        let parts = [&self.source, &self.unit_system, &unit, self.measure.as_str(), &self.from.to_string()];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(hash.finalize())
    }
    /// What was said when this was made of it.
    pub fn of(aggregate: Aggregate) -> Self {
        Self {
            source: aggregate.source,
            owner: aggregate.owner,
            country: aggregate.country,
            province: aggregate.province,
            unit_system: aggregate.unit_system,
            unit: aggregate.unit,
            unit_name: aggregate.unit_name,
            measure: aggregate.measure,
            from: aggregate.from,
            to: aggregate.to,
            events: aggregate.events,
            deaths: aggregate.deaths,
            handling: aggregate.handling,
            exercise: aggregate.exercise,
        }
    }
    /// SHA-256 of what it says, hexadecimal.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn sha256(&self) -> Result<String, serde_json::Error> {
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(self)?)))
    }
    /// The count it makes, in this revision.
    pub fn aggregate(self, revision: u32, (import, at): (&ImportId, Timestamp)) -> Aggregate {
        Aggregate {
            source: self.source,
            owner: self.owner,
            country: self.country,
            province: self.province,
            unit_system: self.unit_system,
            unit: self.unit,
            unit_name: self.unit_name,
            measure: self.measure,
            from: self.from,
            to: self.to,
            events: self.events,
            deaths: self.deaths,
            revision,
            known_from: at,
            import: import.clone(),
            handling: self.handling,
            exercise: self.exercise,
        }
    }
}
