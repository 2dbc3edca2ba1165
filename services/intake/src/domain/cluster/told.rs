//! What a cluster says: by its best-graded member, never by a sum.

use std::{cmp::Ordering, collections::BTreeSet};

use contracts::intake::clusters::ClusterMember;
use domain::{Handling, Observation, ObservationId, Place, Threat, observation::Deaths, owner};

/// How much of a title a member carries, in characters.
const TITLE_CHARS: usize = 200;

/// An observation as it stands, with whether its source has settled it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The revision that stands.
    pub seen: Observation,
    /// Whether the source has settled it.
    pub settled: bool,
}

/// What observations say together.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<'a> {
    /// The best-graded.
    pub best: &'a Standing,
    /// How many died, by the best-graded that says so.
    pub deaths: Option<Deaths>,
    /// Where, by the one that knows it most precisely.
    pub place: Place,
    /// The owners of the sources.
    pub owners: Vec<String>,
    /// What it bears on.
    pub threats: Vec<Threat>,
    /// The join of their handling.
    pub handling: Handling,
}

/// What these say together; `None` of nothing.
pub fn tell<'a>(all: &[&'a Standing]) -> Option<Told<'a>> {
    let best = all.iter().copied().min_by(|a, b| better(a, b))?;
    let precise = |a: &&&Standing, b: &&&Standing| {
        a.seen.place.precision.cmp(&b.seen.place.precision).then_with(|| better(a, b))
    };
    let place = all.iter().min_by(precise)?.seen.place.clone();
    let owners = owner::distinct(all.iter().map(|one| one.seen.owner.as_str()));
    let threats: BTreeSet<Threat> = all.iter().flat_map(|one| one.seen.threats.iter().copied()).collect();
    Some(Told {
        best,
        deaths: deaths(all),
        place,
        owners: owners.into_iter().map(str::to_owned).collect(),
        threats: threats.into_iter().collect(),
        handling: Handling::join_all(all.iter().map(|one| &one.seen.handling))?,
    })
}

/// The best first: by belief, then settled before provisional, then the more precise place, then by id.
fn better(a: &Standing, b: &Standing) -> Ordering {
    b.seen
        .grade
        .belief()
        .total_cmp(&a.seen.grade.belief())
        .then(b.settled.cmp(&a.settled))
        .then(a.seen.place.precision.cmp(&b.seen.place.precision))
        .then_with(|| a.seen.id.cmp(&b.seen.id))
}

/// The best estimate of the best-graded that gives one; the lowest and the highest that anybody gives. Never a sum.
fn deaths(all: &[&Standing]) -> Option<Deaths> {
    let stating: Vec<(&Standing, Deaths)> =
        all.iter().filter_map(|one| Some((*one, one.seen.deaths?))).collect();
    let (_, best) = stating.iter().min_by(|(a, _), (b, _)| better(a, b))?;
    let low = stating.iter().map(|(_, deaths)| deaths.low).min()?;
    let high = stating.iter().map(|(_, deaths)| deaths.high).max()?;
    Some(Deaths { low, best: best.best, high })
}

/// An observation as a cluster carries it.
pub fn member(of: &Standing) -> ClusterMember {
    let seen = &of.seen;
    ClusterMember {
        observation: seen.id.clone(),
        revision: seen.revision,
        source: seen.source.clone(),
        owner: seen.owner.clone(),
        from: seen.occurred_from,
        to: seen.occurred_to,
        place: seen.place.clone(),
        threats: seen.threats.clone(),
        kind: seen.kind.clone(),
        deaths: seen.deaths,
        actors: seen.actors.clone(),
        title: seen.title.chars().take(TITLE_CHARS).collect(),
        grade: seen.grade.code(),
        settled: of.settled,
    }
}

/// The ids of these members.
pub fn ids<'a>(members: impl IntoIterator<Item = &'a ClusterMember>) -> BTreeSet<ObservationId> {
    members.into_iter().map(|member| member.observation.clone()).collect()
}
