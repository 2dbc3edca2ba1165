//! Clusters: which observations are of one incident (PRODUCT, intake; FORMATS 3.8, rule 6).
//!
//! Two observations are compared by time, place, kind and who took part; nothing else is looked at, and neither their order
//! nor which came first. [`compare`] is symmetric. [`group()`] reads the same groups out of the same pairs, in whatever order
//! they came; so who is in a cluster depends on what is known now and on what people decided, never on the order in which it
//! became known. Only the id of a cluster remembers where it began.

pub mod actors;
pub mod group;
pub mod kinds;
pub mod nearness;
pub mod objection;
pub mod reconcile;
pub mod told;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use contracts::intake::clusters::ClusterScore;
use domain::{Day, Observation, ObservationId, Place};
use serde::Deserialize;

use actors::Actor;

/// What the operator decides about clusters.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// From this score on two observations are joined without asking, in 0..=1.
    pub join: f64,
    /// From this score on a person is asked, in 0..=1.
    pub propose: f64,
    /// A pair is joined without asking only where the next best of the same source is lower by so much.
    pub margin: f64,
}

impl Rules {
    /// Checks that the scores are in order.
    ///
    /// # Errors
    /// Which is not, and what it may be.
    pub fn check(&self) -> Result<(), OutOfOrder> {
        let good = 0.0 <= self.propose && self.propose <= self.join && self.join <= 1.0 && self.margin >= 0.0;
        if good { Ok(()) } else { Err(OutOfOrder(*self)) }
    }
}

/// Scores that are not in order.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("intake.clusters: 0 <= propose ({}) <= join ({}) <= 1 and margin ({}) >= 0 must hold", .0.propose, .0.join, .0.margin)]
pub struct OutOfOrder(Rules);

/// How much each part weighs: the score is their product, each to the power of its weight.
mod weight {
    pub const TIME: f64 = 0.25;
    pub const PLACE: f64 = 0.25;
    pub const KIND: f64 = 0.15;
    pub const ACTORS: f64 = 0.35;
}

/// What counts for the actors where one of the two names nobody: that says little either way.
const ACTORS_UNKNOWN: f64 = 0.65;
/// What counts where both name somebody and nobody is the same: names differ more than people do, so it is not nothing.
const ACTORS_DISJOINT: f64 = 0.05;
/// What is dated within no fewer days than this is never compared: it would fit everything.
pub const LONGEST_DAYS: i64 = 31;

/// Of which source and owner an observation is. A source lists an incident once; field reports all bear one name of a source,
/// and each reporter is an owner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The source's short name.
    pub source: String,
    /// Who owns the source.
    pub owner: String,
}

/// An observation as it is compared.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// Which observation.
    pub id: ObservationId,
    /// Of which source.
    pub origin: Origin,
    /// Whether it is of an exercise.
    pub exercise: bool,
    /// The first day it may have happened.
    pub from: Day,
    /// The last day it may have happened.
    pub to: Day,
    /// Where.
    pub place: Place,
    /// What it is.
    pub kind: String,
    /// Who took part, as they are compared.
    pub actors: BTreeSet<Actor>,
}

impl Sighting {
    /// What is compared of an observation.
    pub fn of(seen: &Observation) -> Self {
        Self {
            id: seen.id.clone(),
            origin: Origin { source: seen.source.clone(), owner: seen.owner.clone() },
            exercise: seen.exercise,
            from: seen.occurred_from,
            to: seen.occurred_to,
            actors: actors::read(&seen.actors, seen.place.country),
            place: seen.place.clone(),
            kind: seen.kind.clone(),
        }
    }
    /// Whether it is known finely enough to be compared with anything.
    pub fn is_comparable(&self) -> bool {
        self.place.country.is_some() && (0..LONGEST_DAYS).contains(&self.to.since(self.from))
    }
}

/// How much speaks for two observations being of one incident; `None` where they cannot be: another world or country, too far
/// apart for what is known of their days and places, or things that are never the same.
///
/// Two of one source are compared as any others: that they are never joined without asking is for [`group()`] to know.
pub fn compare(one: &Sighting, other: &Sighting) -> Option<ClusterScore> {
    if one.exercise != other.exercise || !one.is_comparable() || !other.is_comparable() {
        return None;
    }
    let (time, days_apart) = nearness::in_time((one.from, one.to), (other.from, other.to))?;
    let (place, km_apart) = nearness::in_place(&one.place, &other.place)?;
    let kind = kinds::likeness(&one.kind, &other.kind)?;
    let actors = actors::overlap(&one.actors, &other.actors);
    let counted = actors.map_or(ACTORS_UNKNOWN, |overlap| overlap.max(ACTORS_DISJOINT));
    let parts =
        [(time, weight::TIME), (place, weight::PLACE), (kind, weight::KIND), (counted, weight::ACTORS)];
    let total = parts.iter().map(|(part, weight)| part.powf(*weight)).product();
    Some(ClusterScore { total, time, place, kind, actors, days_apart, km_apart })
}
