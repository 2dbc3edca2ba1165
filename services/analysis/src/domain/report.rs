//! A report: what one observation says to one cell.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use domain::{ClusterId, Credibility, Day, Observation, ObservationId, Point, Precision, Reliability, owner};
use serde::{Deserialize, Serialize};

use super::{across::SpillRules, reading::IndicatorRules};

/// What the operator decides about sources, kinds, indicators and borders.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Sources that list every event of their kind exactly once.
    pub event_datasets: BTreeSet<String>,
    /// Kinds that ease a situation: they add nothing to the index and relieve it.
    pub peace_kinds: BTreeSet<String>,
    /// What an event of peace takes off, as a share of what an incident of its gravity would add.
    ///
    /// ANALYSIS 7 has no negative term: nothing was measured that would say how much a talk takes off. This is a judgement, and
    /// what it may do is bounded (see [`super::parts`]).
    pub peace_weight: f64,
    /// How indicators count.
    pub indicators: IndicatorRules,
    /// What spills across borders.
    pub spillover: SpillRules,
}

/// Belief in 0..=1 that these give together, each by its owner: what one owner says twice counts once, by its best (7.1).
pub fn joint<'a>(believed: impl IntoIterator<Item = (&'a str, f64)>) -> f64 {
    let mut owners: BTreeMap<Cow<'_, str>, f64> = BTreeMap::new();
    for (owner, belief) in believed {
        let best = owners.entry(owner::folded(owner)).or_default();
        *best = best.max(belief);
    }
    1.0 - owners.values().map(|belief| 1.0 - belief).product::<f64>()
}

/// What one observation, in one revision, says to one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The observation.
    pub observation: ObservationId,
    /// The source's short name.
    pub source: String,
    /// Who owns the source: independence is counted by owner.
    pub owner: String,
    /// What it is, in a word of the field.
    pub kind: String,
    /// The first day it may have happened.
    pub from: Day,
    /// The last day it may have happened.
    pub to: Day,
    /// Where, if a point is known.
    pub point: Option<Point>,
    /// How precisely.
    pub precision: Precision,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// Weight of its gravity, 1 or more.
    pub severity: f64,
    /// How many died, by the best estimate; `None` where the source does not say.
    pub deaths: Option<u32>,
    /// Where, in words, no finer than its handling allows.
    pub place: String,
    /// One line.
    pub title: String,
    /// The key of its handling.
    pub marking: String,
    /// The cluster it is of, where it is of one that counts as one incident.
    pub cluster: Option<ClusterId>,
    /// Whether intake holds it for the best-graded of its cluster.
    pub best_of_cluster: bool,
    /// From which observations a person keeps it apart.
    pub apart: BTreeSet<ObservationId>,
}

impl Report {
    /// What this observation says, under the key its handling is kept by.
    pub fn of(observation: &Observation, marking: String) -> Self {
        let shown = observation.place.generalised(observation.handling.precision_floor);
        let words = [shown.name, shown.district, shown.province.map(|code| code.to_string())];
        Self {
            observation: observation.id.clone(),
            source: observation.source.clone(),
            owner: observation.owner.clone(),
            kind: observation.kind.clone(),
            from: observation.occurred_from,
            to: observation.occurred_to,
            point: observation.place.point,
            precision: observation.place.precision,
            reliability: observation.grade.reliability,
            credibility: observation.grade.credibility,
            severity: observation.severity_weight(),
            deaths: observation.deaths.map(|deaths| deaths.best),
            place: words.into_iter().flatten().next().unwrap_or_else(|| "place not stated".to_owned()),
            title: observation.title.clone(),
            marking,
            cluster: None,
            best_of_cluster: false,
            apart: BTreeSet::new(),
        }
    }
    /// Belief in 0..=1 that this one report gives.
    pub fn belief(&self) -> f64 {
        self.reliability.weight() * self.credibility.weight()
    }
    /// The two characters analysts read: `B2`.
    pub fn grade(&self) -> String {
        format!("{}{}", self.reliability, self.credibility.digit())
    }
    /// Whether reliability is A or B and credibility 1 or 2.
    pub fn is_strong(&self) -> bool {
        matches!(self.reliability, Reliability::A | Reliability::B) && self.credibility.digit() <= 2
    }
    /// The point, where it is the place itself and not the middle of a whole unit.
    pub fn own_point(&self) -> Option<Point> {
        self.point.filter(|_| self.precision < Precision::Province)
    }
}
