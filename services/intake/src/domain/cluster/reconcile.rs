//! From the groups that are to the clusters that were: which goes on under its id, which begins, which is over.

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::clusters::{Cluster, ClusterState, ClusterStep};
use domain::{ClusterId, ObservationId, Timestamp};

use super::{
    group::{Decisions, Group},
    told::{self, Standing},
};

/// How many steps of its history a cluster carries.
const STEPS: usize = 100;
/// Who it was where no person was.
pub const BY_RULE: &str = "intake";

/// Why clusters are looked at anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Who: a person's name, or [`BY_RULE`].
    pub by: String,
    /// Why.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

impl Cause {
    /// What became known.
    pub fn known(at: Timestamp) -> Self {
        Self { by: BY_RULE.to_owned(), note: String::new(), at }
    }
    fn is_a_person(&self) -> bool {
        self.by != BY_RULE
    }
}

/// The id of a cluster that begins with these members, where no other is called so.
pub fn founded(members: &BTreeSet<ObservationId>) -> ClusterId {
    let ids: Vec<&str> = members.iter().map(ObservationId::as_str).collect();
    ClusterId::derived(&ids)
}

/// What is known: the observations that stand, and what people decided.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// By id.
    pub standing: &'a BTreeMap<ObservationId, Standing>,
    /// Decisions.
    pub decisions: &'a Decisions,
    /// Clusters that began with members of these groups, have others by now and are not over: their ids are not free.
    pub taken: &'a BTreeSet<ClusterId>,
}

impl Known<'_> {
    /// The id under which a cluster of these members begins.
    fn free(self, members: &BTreeSet<ObservationId>, cause: &Cause) -> ClusterId {
        let id = founded(members);
        if self.taken.contains(&id) { ClusterId::derived(&[id.as_str(), &cause.at.to_string()]) } else { id }
    }
}

/// The clusters that change: those whose state, members or words are others now, each in its next version.
///
/// `were` are the newest versions of all clusters of these observations, and of those that would begin under an id that was
/// used before. A group goes on as the cluster that had exactly its members, else as the one of its kind with which it shares
/// most; what no group goes on as is over.
pub fn reconcile(were: Vec<Cluster>, groups: &[Group], known: Known<'_>, cause: &Cause) -> Vec<Cluster> {
    let (mut over, mut open): (Vec<Cluster>, Vec<Cluster>) =
        were.into_iter().partition(|cluster| cluster.state.is_over());
    let taken = known.taken.iter().chain(open.iter().map(|cluster| &cluster.id)).cloned().collect();
    let known = Known { taken: &taken, ..known };
    let mut order: Vec<&Group> = groups.iter().collect();
    order.sort_by_key(|group| (!group.state.is_one(), group.members.first()));
    let mut matched: Vec<(&Group, Option<Cluster>)> = Vec::new();
    let mut unmatched = Vec::new();
    for group in order {
        match take(&mut open, |cluster| told::ids(&cluster.members) == group.members) {
            Some(same) => matched.push((group, Some(same))),
            None => unmatched.push(group),
        }
    }
    for group in unmatched {
        let before = most_shared(&mut open, group);
        let id = founded(&group.members);
        let before = before.or_else(|| take(&mut over, |cluster| cluster.id == id));
        matched.push((group, before));
    }
    let ended = open.into_iter().map(|cluster| {
        let together = groups
            .iter()
            .any(|group| group.state.is_one() && told::ids(&cluster.members).is_subset(&group.members));
        end(cluster, known.decisions, (cause, together))
    });
    let lasting = matched.into_iter().filter_map(|(group, before)| lasting(group, before, known, cause));
    // what is over is said first: nobody is in two at once
    ended.chain(lasting).collect()
}

fn take(from: &mut Vec<Cluster>, wanted: impl Fn(&Cluster) -> bool) -> Option<Cluster> {
    let at = from.iter().position(wanted)?;
    Some(from.swap_remove(at))
}

/// The open cluster of the same kind that shares most members, two at least; of equal ones the first by id.
fn most_shared(open: &mut Vec<Cluster>, group: &Group) -> Option<Cluster> {
    let shared = |cluster: &Cluster| told::ids(&cluster.members).intersection(&group.members).count();
    let alike = open.iter().filter(|cluster| cluster.state.is_one() == group.state.is_one());
    let best = alike.max_by(|a, b| shared(a).cmp(&shared(b)).then_with(|| b.id.cmp(&a.id)))?;
    if shared(best) < 2 {
        return None;
    }
    let id = best.id.clone();
    take(open, |cluster| cluster.id == id)
}

/// A cluster that is over: a person said that its members are not of one incident, unless they are still `together` in another.
fn end(mut cluster: Cluster, decisions: &Decisions, (cause, together): (&Cause, bool)) -> Cluster {
    let split = cause.is_a_person() && !together;
    cluster.state = if split { ClusterState::Split } else { ClusterState::Dissolved };
    cluster.links.clear();
    cluster.apart = decisions.apart_of(&told::ids(&cluster.members));
    step(&mut cluster, cause);
    cluster
}

fn step(cluster: &mut Cluster, cause: &Cause) {
    cluster.version += 1;
    cluster.moved_at = cause.at;
    cluster.history.push(ClusterStep {
        state: cluster.state,
        members: cluster.members.len() as u32,
        by: cause.by.clone(),
        at: cause.at,
        note: cause.note.clone(),
    });
    let older = cluster.history.len().saturating_sub(STEPS);
    cluster.history.drain(..older);
}

/// The cluster that a group is now; `None` where nothing of it changed.
fn lasting(group: &Group, before: Option<Cluster>, known: Known<'_>, cause: &Cause) -> Option<Cluster> {
    let members: Vec<&Standing> = group.members.iter().filter_map(|id| known.standing.get(id)).collect();
    let told = told::tell(&members)?;
    let were = before.iter().flat_map(|cluster| told::ids(&cluster.members));
    let all: BTreeSet<ObservationId> = group.members.iter().cloned().chain(were).collect();
    let best = &told.best.seen;
    let mut now = Cluster {
        id: before.as_ref().map_or_else(|| known.free(&group.members, cause), |cluster| cluster.id.clone()),
        state: group.state,
        members: members.iter().map(|one| told::member(one)).collect(),
        links: group.links.clone(),
        apart: known.decisions.apart_of(&all),
        score: group.score.clone(),
        owners: told.owners,
        best: best.id.clone(),
        deaths: told.deaths,
        place: told.place,
        from: best.occurred_from,
        to: best.occurred_to,
        threats: told.threats,
        title: told::member(told.best).title,
        handling: told.handling,
        exercise: best.exercise,
        history: Vec::new(),
        moved_at: cause.at,
        version: 0,
    };
    if let Some(before) = before {
        now.history.clone_from(&before.history);
        (now.moved_at, now.version) = (before.moved_at, before.version);
        if now == before {
            return None;
        }
    }
    step(&mut now, cause);
    Some(now)
}
