//! The accepted fact: something that happened, as one source reports it.

use serde::{Deserialize, Serialize};

use crate::{Day, Grade, Handling, ImportId, ObservationId, Place, ReportId, Threat, Timestamp, words};

words! {
    /// How grave an incident is where deaths do not measure it (ANALYSIS 7.2).
    "severity" Severity {
        /// Of no weight beyond the place.
        Minor = "minor",
        /// Worth a line in the daily report.
        Notable = "notable",
        /// Worth a line of its own to those responsible.
        Serious = "serious",
        /// Of weight beyond the country.
        Grave = "grave",
    }
}

impl Severity {
    /// Weight in the situation index: 1, 2, 4, 8.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Minor => 1.0,
            Self::Notable => 2.0,
            Self::Serious => 4.0,
            Self::Grave => 8.0,
        }
    }
}

/// Deaths as the source reports them; sources promise `low <= best <= high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deaths {
    /// The lowest figure reported.
    pub low: u32,
    /// The best estimate.
    pub best: u32,
    /// The highest figure reported.
    pub high: u32,
}

/// That a revision was taken back: it no longer stands, and past views still show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retraction {
    /// Since when it does not stand.
    pub at: Timestamp,
    /// The source, or the person who took it back.
    pub by: String,
    /// Why.
    pub why: String,
}

/// One fact as one source reports it, in one of its revisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The same through all revisions.
    pub id: ObservationId,
    /// 1 for the first; a newer revision supersedes an older.
    pub revision: u32,
    /// The source's short name: `ucdp-ged`, `field-report`, …
    pub source: String,
    /// Who owns the source: independence is counted by owner.
    pub owner: String,
    /// The source's own id of it, unique within the source.
    pub external_id: String,
    /// The first day it may have happened.
    pub occurred_from: Day,
    /// The last day it may have happened; the first one where the day is known.
    pub occurred_to: Day,
    /// When this revision became known here.
    pub known_from: Timestamp,
    /// Where.
    pub place: Place,
    /// What kinds of threat it bears on; never none.
    pub threats: Vec<Threat>,
    /// What it is, in a word of the field: `border_incident`, `seizure`, …
    pub kind: String,
    /// How grave.
    pub severity: Severity,
    /// How many died; `None` where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deaths: Option<Deaths>,
    /// Who took part, as the source names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// One line.
    pub title: String,
    /// What the source says; empty where it says no more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What is believed of it.
    pub grade: Grade,
    /// What may be done with it.
    pub handling: Handling,
    /// The import run it came in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// The field report it came from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// Whether it is part of an exercise.
    #[serde(default)]
    pub exercise: bool,
    /// That this revision was taken back; told where all revisions are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Retraction>,
}

impl Observation {
    /// Weight of its gravity in the situation index, 1 or more (ANALYSIS 7.2).
    ///
    /// For violence 1 + log2(1 + deaths), by the best estimate. For other threats the weight in the analysts' table, or what
    /// the deaths give where that is more: a grave incident is not made light by one death.
    pub fn severity_weight(&self) -> f64 {
        let by_deaths = self.deaths.map(|deaths| 1.0 + (1.0 + f64::from(deaths.best)).log2());
        match by_deaths {
            Some(weight) if self.threats.iter().all(|t| t.is_violence()) => weight,
            Some(weight) => weight.max(self.severity.weight()),
            None => self.severity.weight(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credibility, Licence, Redistribution, Reliability};

    fn observation(threats: &[Threat], severity: Severity, deaths: Option<u32>) -> Observation {
        let day = Day::of(2026, 11, 20).unwrap();
        let at = day.start();
        Observation {
            id: ObservationId::derived(&["ucdp-ged", "1"]),
            revision: 1,
            source: "ucdp-ged".into(),
            owner: "ucdp".into(),
            external_id: "1".into(),
            occurred_from: day,
            occurred_to: day,
            known_from: at,
            place: Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap()),
            threats: threats.to_vec(),
            kind: "border_incident".into(),
            severity,
            deaths: deaths.map(|best| Deaths { low: 0, best, high: u32::MAX }),
            actors: Vec::new(),
            title: "Exchange of fire".into(),
            text: String::new(),
            grade: Grade {
                reliability: Reliability::B,
                credibility: Credibility::PROBABLE,
                by: "ucdp-ged".into(),
                at,
                why: String::new(),
            },
            handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP")),
            import: None,
            report: None,
            exercise: false,
            retracted: None,
        }
    }

    #[test]
    fn violence_weighs_one_and_the_binary_logarithm_of_one_and_its_deaths() {
        for (deaths, weight) in [(0, 1.0), (1, 2.0), (3, 3.0), (7, 4.0), (1023, 11.0)] {
            for threat in [Threat::ArmedConflict, Threat::TerrorismExtremism] {
                let weighed = observation(&[threat], Severity::Grave, Some(deaths)).severity_weight();
                assert!((weighed - weight).abs() < 1e-12, "{deaths} deaths weigh {weighed}");
            }
        }
    }

    #[test]
    fn only_the_best_estimate_of_deaths_counts() {
        let mut seen = observation(&[Threat::ArmedConflict], Severity::Minor, Some(3));
        seen.deaths = Some(Deaths { low: 3, best: 3, high: 3 });
        assert!((seen.severity_weight() - 3.0).abs() < 1e-12);
    }

    #[test]
    fn where_deaths_do_not_measure_it_the_analysts_table_does() {
        for (severity, weight) in [
            (Severity::Minor, 1.0),
            (Severity::Notable, 2.0),
            (Severity::Serious, 4.0),
            (Severity::Grave, 8.0),
        ] {
            let silent = observation(&[Threat::ArmedConflict], severity, None);
            let seizure = observation(&[Threat::DrugTrafficking], severity, Some(0));
            let mixed = observation(&[Threat::ArmedConflict, Threat::BorderTension], severity, Some(0));
            for seen in [silent, seizure, mixed] {
                assert!((seen.severity_weight() - weight).abs() < 1e-12, "{severity}");
            }
        }
    }

    #[test]
    fn the_greatest_count_of_deaths_has_a_finite_weight() {
        let seen = observation(&[Threat::ArmedConflict], Severity::Minor, Some(u32::MAX));
        assert!((seen.severity_weight() - 33.0).abs() < 1e-9);
    }

    #[test]
    fn one_death_does_not_make_a_grave_seizure_light() {
        let seizure = observation(&[Threat::DrugTrafficking], Severity::Grave, Some(1));
        assert!((seizure.severity_weight() - 8.0).abs() < 1e-12);
    }
}
