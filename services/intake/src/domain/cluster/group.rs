//! Reading groups out of pairs: what is joined, what a person is asked about, what people decided before.

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::clusters::{ClusterDecision, ClusterLink, ClusterScore, ClusterState, KeptApart};
use domain::ObservationId;

use super::{Origin, Rules};

/// Two observations for whose being of one incident something speaks; the smaller id first.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// One of them.
    pub one: ObservationId,
    /// The other.
    pub other: ObservationId,
    /// How much.
    pub score: ClusterScore,
}

/// Two ids in their order.
pub type Ends = (ObservationId, ObservationId);

/// The two in their order, whichever was named first.
pub fn ends(one: ObservationId, other: ObservationId) -> Ends {
    if one <= other { (one, other) } else { (other, one) }
}

/// What people decided of pairs; of one pair the newest decision stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Of one incident.
    pub together: BTreeMap<Ends, ClusterDecision>,
    /// Of two.
    pub apart: BTreeMap<Ends, ClusterDecision>,
}

impl Decisions {
    /// The pairs kept apart that touch one of these.
    pub fn apart_of(&self, members: &BTreeSet<ObservationId>) -> Vec<KeptApart> {
        let touching =
            self.apart.iter().filter(|((one, other), _)| members.contains(one) || members.contains(other));
        touching
            .map(|((one, other), decided)| KeptApart {
                one: one.clone(),
                other: other.clone(),
                decided: decided.clone(),
            })
            .collect()
    }
}

/// Observations that are of one incident, or may be; two at least.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Proposed, joined or confirmed.
    pub state: ClusterState,
    /// Which.
    pub members: BTreeSet<ObservationId>,
    /// What holds them together.
    pub links: Vec<ClusterLink>,
    /// The weakest of the links that the rule found, or the one that is proposed.
    pub score: Option<ClusterScore>,
}

/// The groups that these pairs of these observations make.
///
/// Decisions go first: what a person joined is joined, what a person keeps apart never meets. What was joined by way of an observation
/// that no longer stands stays joined, unless a person keeps it apart since. Then pairs are joined from the
/// best down, from the score `join` on, unless that would put two observations of one source into one group (it lists an
/// incident once) or the choice is not clear: another of the same source fits nearly as well. Of what is left, each group is
/// proposed together with at most one other, the one that fits best, from the score `propose` on.
///
/// The order of observations, pairs and decisions does not matter.
pub fn group(
    origins: &BTreeMap<ObservationId, Origin>,
    pairs: &[Pair],
    decisions: &Decisions,
    rules: &Rules,
) -> Vec<Group> {
    let mut pairs: Vec<&Pair> =
        pairs.iter().filter(|p| origins.contains_key(&p.one) && origins.contains_key(&p.other)).collect();
    pairs.sort_by(|a, b| {
        b.score.total.total_cmp(&a.score.total).then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other)))
    });
    let mut sets = Sets::new(origins, decisions);
    let scores: BTreeMap<(&ObservationId, &ObservationId), &ClusterScore> =
        pairs.iter().map(|pair| ((&pair.one, &pair.other), &pair.score)).collect();
    for ((one, other), decided) in &decisions.together {
        let score = scores.get(&(one, other)).map(|score| (*score).clone());
        let link =
            ClusterLink { one: one.clone(), other: other.clone(), score, decided: Some(decided.clone()) };
        sets.join(link);
    }
    for (one, other, decided) in through_the_taken_back(origins, decisions) {
        if sets.are_decided(one, other) || sets.are_kept_apart(one, other) {
            continue;
        }
        let score = scores.get(&(one, other)).map(|score| (*score).clone());
        let decided = Some(decided.clone());
        sets.join(ClusterLink { one: one.clone(), other: other.clone(), score, decided });
    }
    let rivals = Rivals::new(&pairs, origins, decisions);
    for pair in pairs.iter().filter(|pair| pair.score.total >= rules.join) {
        if sets.may_join(pair) && rivals.is_clear(pair, origins, rules.margin) {
            sets.join(link(pair));
        }
    }
    let proposed = proposals(&sets, pairs.iter().filter(|pair| pair.score.total >= rules.propose));
    let mut groups = sets.groups();
    groups.extend(proposed);
    groups
}

/// The pairs that people joined by way of observations that do not stand any more, each with the decision about the first: whoever
/// said that three are of one incident said it of the two that remain. The smaller id first.
fn through_the_taken_back<'a>(
    origins: &BTreeMap<ObservationId, Origin>,
    decisions: &'a Decisions,
) -> Vec<(&'a ObservationId, &'a ObservationId, &'a ClusterDecision)> {
    let mut beside: BTreeMap<&ObservationId, BTreeMap<&ObservationId, &ClusterDecision>> = BTreeMap::new();
    for ((one, other), decided) in &decisions.together {
        beside.entry(one).or_default().insert(other, decided);
        beside.entry(other).or_default().insert(one, decided);
    }
    let mut gone: BTreeSet<&ObservationId> =
        beside.keys().copied().filter(|id| !origins.contains_key(*id)).collect();
    let mut found = Vec::new();
    while let Some(first) = gone.pop_first() {
        let (mut remaining, mut next) = (BTreeMap::new(), vec![first]);
        while let Some(id) = next.pop() {
            for (other, decided) in beside.get(id).into_iter().flatten() {
                if origins.contains_key(*other) {
                    remaining.entry(*other).or_insert(*decided);
                } else if gone.remove(other) {
                    next.push(other);
                }
            }
        }
        let remaining: Vec<_> = remaining.into_iter().collect();
        for (number, (one, decided)) in remaining.iter().enumerate() {
            found.extend(remaining[number + 1..].iter().map(|(other, _)| (*one, *other, *decided)));
        }
    }
    found
}

fn link(pair: &Pair) -> ClusterLink {
    ClusterLink {
        one: pair.one.clone(),
        other: pair.other.clone(),
        score: Some(pair.score.clone()),
        decided: None,
    }
}

/// Each set with the one that fits it best, where both are still free.
fn proposals<'a>(sets: &Sets<'_>, pairs: impl Iterator<Item = &'a &'a Pair>) -> Vec<Group> {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut proposed = Vec::new();
    for pair in pairs {
        let Some((one, other)) = sets.of(pair) else { continue };
        if taken.contains(&one) || taken.contains(&other) || !sets.may_join(pair) {
            continue;
        }
        taken.extend([one, other]);
        let (a, b) = (&sets.all[one], &sets.all[other]);
        let links = a.links.iter().chain(&b.links).cloned().chain([link(pair)]).collect();
        proposed.push(Group {
            state: ClusterState::Proposed,
            members: a.members.union(&b.members).cloned().collect(),
            links,
            score: Some(pair.score.clone()),
        });
    }
    proposed
}

/// For each observation and source, the two best scores: whether a choice is clear.
struct Rivals<'a>(BTreeMap<(&'a ObservationId, &'a Origin), Vec<(&'a ObservationId, f64)>>);

impl<'a> Rivals<'a> {
    fn new(pairs: &[&'a Pair], origins: &'a BTreeMap<ObservationId, Origin>, decisions: &Decisions) -> Self {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for Pair { one, other, score } in pairs {
            if decisions.apart.contains_key(&(one.clone(), other.clone())) {
                continue;
            }
            for (this, that) in [(one, other), (other, one)] {
                let Some(origin) = origins.get(that) else { continue };
                let best = all.entry((this, origin)).or_default();
                if best.len() < 2 {
                    best.push((that, score.total)); // the best come first
                }
            }
        }
        Self(all)
    }
    /// Whether no other observation of either source fits the partner nearly as well.
    fn is_clear(&self, pair: &Pair, origins: &BTreeMap<ObservationId, Origin>, margin: f64) -> bool {
        [(&pair.one, &pair.other), (&pair.other, &pair.one)].into_iter().all(|(this, that)| {
            let Some(best) = origins.get(that).and_then(|origin| self.0.get(&(this, origin))) else {
                return true;
            };
            best.iter().all(|(rival, score)| *rival == that || *score < pair.score.total - margin)
        })
    }
}

/// One set of observations that count as one incident.
#[derive(Debug, Default)]
struct Set<'a> {
    members: BTreeSet<ObservationId>,
    origins: BTreeSet<&'a Origin>,
    links: Vec<ClusterLink>,
    /// What people joined of it, in parts that nothing of theirs connects.
    decided: Vec<BTreeSet<ObservationId>>,
}

/// The sets so far, and where each observation is.
struct Sets<'a> {
    all: Vec<Set<'a>>,
    at: BTreeMap<&'a ObservationId, usize>,
    apart: BTreeMap<&'a ObservationId, Vec<&'a ObservationId>>,
}

impl<'a> Sets<'a> {
    fn new(origins: &'a BTreeMap<ObservationId, Origin>, decisions: &'a Decisions) -> Self {
        let set = |(id, origin): (&ObservationId, &'a Origin)| Set {
            members: BTreeSet::from([id.clone()]),
            origins: BTreeSet::from([origin]),
            links: Vec::new(),
            decided: vec![BTreeSet::from([id.clone()])],
        };
        let mut apart: BTreeMap<&ObservationId, Vec<&ObservationId>> = BTreeMap::new();
        for (one, other) in decisions.apart.keys() {
            apart.entry(one).or_default().push(other);
            apart.entry(other).or_default().push(one);
        }
        Self { all: origins.iter().map(set).collect(), at: origins.keys().zip(0..).collect(), apart }
    }
    /// The two sets a pair would join; `None` where it is one already.
    fn of(&self, pair: &Pair) -> Option<(usize, usize)> {
        let (one, other) = (*self.at.get(&pair.one)?, *self.at.get(&pair.other)?);
        (one != other).then_some((one, other))
    }
    fn may_join(&self, pair: &Pair) -> bool {
        let Some((one, other)) = self.of(pair) else { return false };
        self.all[one].origins.is_disjoint(&self.all[other].origins)
            && !self.are_kept_apart(&pair.one, &pair.other)
    }
    /// Whether what people joined connects the two already.
    fn are_decided(&self, one: &ObservationId, other: &ObservationId) -> bool {
        let parts = self.at.get(one).map(|at| &self.all[*at].decided);
        parts.is_some_and(|parts| parts.iter().any(|part| part.contains(one) && part.contains(other)))
    }
    /// Whether a person keeps any of the one's set apart from any of the other's.
    fn are_kept_apart(&self, one: &ObservationId, other: &ObservationId) -> bool {
        let (Some(one), Some(other)) = (self.at.get(one), self.at.get(other)) else { return false };
        let (a, b) = (&self.all[*one], &self.all[*other]);
        let kept_apart = |id: &ObservationId| {
            self.apart.get(id).is_some_and(|others| others.iter().any(|other| b.members.contains(*other)))
        };
        a.members.iter().any(kept_apart)
    }
    fn join(&mut self, link: ClusterLink) {
        let (Some(one), Some(other)) = (self.at.get(&link.one).copied(), self.at.get(&link.other).copied())
        else {
            return;
        };
        if one != other {
            let moved = std::mem::take(&mut self.all[other]);
            for at in self.at.values_mut().filter(|at| **at == other) {
                *at = one;
            }
            let set = &mut self.all[one];
            set.members.extend(moved.members);
            set.origins.extend(moved.origins);
            set.links.extend(moved.links);
            set.decided.extend(moved.decided);
        }
        let set = &mut self.all[one];
        if link.decided.is_some() {
            let joins =
                |part: &BTreeSet<ObservationId>| part.contains(&link.one) || part.contains(&link.other);
            let (joined, rest): (Vec<_>, Vec<_>) = set.decided.drain(..).partition(joins);
            set.decided = rest;
            set.decided.push(joined.into_iter().flatten().collect());
        }
        set.links.push(link);
    }
    fn groups(self) -> Vec<Group> {
        let joined = self.all.into_iter().filter(|set| set.members.len() > 1);
        joined
            .map(|set| {
                let scores = set.links.iter().filter(|link| link.decided.is_none());
                let scores = scores.filter_map(|link| link.score.as_ref());
                Group {
                    state: if set.decided.len() == 1 {
                        ClusterState::Confirmed
                    } else {
                        ClusterState::Joined
                    },
                    score: scores.min_by(|a, b| a.total.total_cmp(&b.total)).cloned(),
                    members: set.members,
                    links: set.links,
                }
            })
            .collect()
    }
}
