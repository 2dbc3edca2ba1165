//! Incidents, not messages: several reports of one thing are one incident (ANALYSIS 7, the line above 7.1).

use std::collections::BTreeMap;

use domain::{ClusterId, Day, ObservationId, owner};

use super::{Report, Rules, joint};

/// How far apart two reports of one incident may place it, in km.
pub const SAME_PLACE_KM: f64 = 25.0;
/// How far apart two reports of one incident may date it, in days.
pub const SAME_TIME_DAYS: i64 = 3;

/// One incident: everything in one cell that reports it, in order of day and id; never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident<'a> {
    /// The report that all others are held against: the earliest.
    anchor: &'a Report,
    /// Every report of it, the anchor included.
    pub reports: Vec<&'a Report>,
    /// The cluster that its reports are of, where they are of one.
    pub cluster: Option<&'a ClusterId>,
}

/// The incidents that these reports of one cell tell of, in order of their earliest reports.
///
/// The members of one cluster are one incident, whatever kind each calls it: intake compared them, or a person decided. What
/// is in no cluster belongs to an incident of its kind whose earliest report lies within three days and 25 km; where either
/// place is no point of its own, the same province will do. Every report is held against the earliest one, so that a long run
/// of daily events is never drawn into one; of several incidents that fit it joins the nearest in time, then in place. A
/// source that lists every event once is believed: two of its rows are two incidents. Two clusters are two incidents, and what
/// a person keeps apart never meets. The order given does not matter.
pub fn incidents<'a>(reports: impl IntoIterator<Item = &'a Report>, rules: &Rules) -> Vec<Incident<'a>> {
    let mut found: Vec<Incident> = Vec::new();
    let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for part in parts(reports) {
        let mut nearest: Option<(i64, f64, usize)> = None;
        for kind in part.kinds() {
            let open = open.entry(kind).or_default();
            open.retain(|at| part.anchor.from.since(found[*at].anchor.to) <= SAME_TIME_DAYS);
            for at in open.iter().copied() {
                let Some((days, km)) = found[at].distance(&part, rules) else { continue };
                let nearer = |(least, least_km, _): &(i64, f64, usize)| (days, km) < (*least, *least_km);
                if nearest.as_ref().is_none_or(nearer) {
                    nearest = Some((days, km, at));
                }
            }
        }
        let at = nearest.map_or(found.len(), |(.., at)| at);
        for kind in part.kinds() {
            let open = open.entry(kind).or_default();
            if !open.contains(&at) {
                open.push(at);
            }
        }
        match found.get_mut(at) {
            Some(incident) => incident.take(part),
            None => found.push(part),
        }
    }
    found
}

/// Reports as they are from the outset: those of a cluster together, every other by itself; in order of the earliest.
fn parts<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Vec<Incident<'a>> {
    let mut reports: Vec<&Report> = reports.into_iter().collect();
    reports.sort_by(|a, b| (a.from, a.to, &a.observation).cmp(&(b.from, b.to, &b.observation)));
    let mut parts: Vec<Incident> = Vec::with_capacity(reports.len());
    let mut clusters: BTreeMap<&ClusterId, usize> = BTreeMap::new();
    for report in reports {
        let cluster = report.cluster.as_ref();
        let before = cluster.and_then(|id| parts.get_mut(*clusters.get(id)?));
        if let Some(part) = before {
            part.reports.push(report);
            continue;
        }
        clusters.extend(cluster.map(|id| (id, parts.len())));
        parts.push(Incident { anchor: report, reports: vec![report], cluster });
    }
    parts
}

/// The one span in which a cluster of these members counts: that of the best-graded among those that lie in one span, as `span` tells. `None`
/// where none does.
pub fn home<'a, S>(
    members: impl IntoIterator<Item = &'a Report>,
    span: impl Fn(&Report) -> Option<S>,
) -> Option<S> {
    span(best_of(members.into_iter().filter(|report| span(report).is_some()))?)
}

/// The best-graded of these reports of one incident: the one that intake holds for it; else by belief, of equal ones the gravest, then the
/// first by id. `None` of none.
fn best_of<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Option<&'a Report> {
    reports.into_iter().reduce(|best, other| {
        let order = other.best_of_cluster.cmp(&best.best_of_cluster);
        let order = order.then(other.belief().total_cmp(&best.belief()));
        let order = order.then(other.severity.total_cmp(&best.severity));
        if order.then(best.observation.cmp(&other.observation)).is_gt() { other } else { best }
    })
}

impl<'a> Incident<'a> {
    /// Days and kilometres from the anchor to the earliest report of a part that could be of this incident.
    fn distance(&self, part: &Self, rules: &Rules) -> Option<(i64, f64)> {
        let days = part.anchor.from.since(self.anchor.to).max(0);
        let km = match (self.anchor.own_point(), part.anchor.own_point()) {
            (Some(a), Some(b)) => a.distance_km(b),
            _ => 0.0,
        };
        let pairs = || self.reports.iter().flat_map(|one| part.reports.iter().map(move |other| (one, other)));
        let listed_apart = |one: &Report, other: &Report| {
            one.source == other.source && rules.event_datasets.contains(&other.source)
        };
        let kept_apart = |one: &Report, other: &Report| one.apart.contains(&other.observation);
        let two = (self.cluster.is_some() && part.cluster.is_some())
            || pairs().any(|(one, other)| {
                listed_apart(one, other) || kept_apart(one, other) || kept_apart(other, one)
            });
        (days <= SAME_TIME_DAYS && km <= SAME_PLACE_KM && !two).then_some((days, km))
    }

    /// What its reports call it; a kind may come more than once.
    fn kinds(&self) -> impl Iterator<Item = &'a str> {
        self.reports.iter().map(|report| report.kind.as_str())
    }

    /// Takes up a part that is of this incident.
    fn take(&mut self, part: Self) {
        self.cluster = self.cluster.or(part.cluster);
        self.reports.extend(part.reports);
        self.reports.sort_by(|a, b| (a.from, a.to, &a.observation).cmp(&(b.from, b.to, &b.observation)));
    }

    /// How many independent owners reported it.
    pub fn owners(&self) -> usize {
        owner::distinct(self.reports.iter().map(|report| report.owner.as_str())).len()
    }

    /// Belief in 0..=1 that it happened: 1 - prod (1 - belief) over independent owners, each by its best report (7.1).
    pub fn belief(&self) -> f64 {
        joint(self.reports.iter().map(|report| (report.owner.as_str(), report.belief())))
    }

    /// The best-graded report: the one that intake holds for the best-graded of the cluster; else by belief, of equal ones the
    /// gravest, then the first by id.
    pub fn best(&self) -> &'a Report {
        best_of(self.reports.iter().copied()).unwrap_or(self.anchor)
    }

    /// The one span in which it counts, where intake or a person says that its reports are of one incident (see [`home`]); `None` of what is
    /// in no cluster, and where no member lies in one span.
    pub fn home<S>(&self, span: impl Fn(&Report) -> Option<S>) -> Option<S> {
        home(self.reports.iter().copied().filter(|report| report.cluster.is_some()), span)
    }

    /// Weight of its gravity: the best-graded report's, so that its deaths count and never the sum (7.2). Where that one says nothing of
    /// deaths, no less than that of the report by which they are told: silence on them is no word that nobody died.
    pub fn severity(&self) -> f64 {
        let best = self.best();
        let stating = best.deaths.is_none().then(|| self.stating()).flatten();
        stating.map_or(best.severity, |stating| best.severity.max(stating.severity))
    }

    /// How many died, by the best-graded report that says so; `None` where none does.
    pub fn deaths(&self) -> Option<u32> {
        self.stating()?.deaths
    }

    /// The best-graded report that says how many died.
    fn stating(&self) -> Option<&'a Report> {
        let all = self.reports.iter().copied().filter(|report| report.deaths.is_some());
        let best = all.max_by(|a, b| a.belief().total_cmp(&b.belief()).then(a.deaths.cmp(&b.deaths)));
        self.best_of_cluster().filter(|report| report.deaths.is_some()).or(best)
    }

    fn best_of_cluster(&self) -> Option<&'a Report> {
        self.reports.iter().copied().find(|report| report.best_of_cluster)
    }

    /// The day it counts from: the last on which the best-graded report says it may have happened, `on` at the latest.
    pub fn day(&self, on: Day) -> Day {
        self.best().to.min(on)
    }

    /// What reported it.
    pub fn observations(&self) -> Vec<ObservationId> {
        self.reports.iter().map(|report| report.observation.clone()).collect()
    }

    /// What kind of thing it is.
    pub fn kind(&self) -> &'a str {
        &self.anchor.kind
    }

    /// Whether it eases the situation.
    pub fn is_peace(&self, rules: &Rules) -> bool {
        rules.peace_kinds.contains(self.kind())
    }
}

#[cfg(test)]
#[path = "incident_tests.rs"]
mod tests;
