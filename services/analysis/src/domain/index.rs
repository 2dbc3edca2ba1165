//! The index: sum of belief times severity, halved every half-life (ANALYSIS 7.3).

use domain::{Day, Threat};

use super::{Incident, Report, Rules, cell::horizon_days, incident::incidents};

/// One incident with what it adds to the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted<'a> {
    /// The incident.
    pub incident: Incident<'a>,
    /// The day it counts from.
    pub day: Day,
    /// Belief in 0..=1 that it happened.
    pub belief: f64,
    /// Weight of its gravity.
    pub severity: f64,
    /// What it adds to the index.
    pub contribution: f64,
}

/// The index of one cell on one day, with what makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed<'a> {
    /// The incidents that make it, largest contribution first.
    pub incidents: Vec<Weighted<'a>>,
    /// Their sum.
    pub index: f64,
    /// The events that eased the situation, largest first: they add nothing to it, and what each would add were it an
    /// incident is what relief is measured by.
    pub peace: Vec<Weighted<'a>>,
}

/// The index that these reports of one cell give on this day.
///
/// A report dated after `on` counts from `on`: it is here, so the thing has happened and its date is ahead by a time zone.
/// What is older than ten half-lives is left out.
pub fn weigh<'a>(
    reports: impl IntoIterator<Item = &'a Report>,
    threat: Threat,
    on: Day,
    rules: &Rules,
) -> Weighed<'a> {
    let oldest = on.plus(-horizon_days(threat));
    let within = reports.into_iter().filter(|report| report.to >= oldest);
    let all = incidents(within, rules).into_iter().map(|incident| weighted(incident, threat, on));
    let (mut peace, mut incidents): (Vec<_>, Vec<_>) = all.partition(|w| w.incident.is_peace(rules));
    // summed in the incidents' own order, so that every run gives the same last bit
    let index = incidents.iter().map(|w| w.contribution).fold(0.0, |sum, part| sum + part);
    for all in [&mut incidents, &mut peace] {
        all.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then(b.day.cmp(&a.day)));
    }
    Weighed { incidents, index, peace }
}

/// The own index of a cell at the end of each of these days.
pub fn history(reports: &[Report], threat: Threat, days: &[Day], rules: &Rules) -> Vec<f64> {
    let Some(last) = days.iter().max() else { return Vec::new() };
    let weights = weights(reports, *last, rules).worse;
    let at = |on: &Day| {
        let by_then = weights.iter().take_while(|(day, _)| day <= on);
        by_then.map(|(day, weight)| weight * decay(threat, on.since(*day))).sum()
    };
    days.iter().map(at).collect()
}

/// What incidents weigh undecayed: the day each counts from and its weight, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// Of those that make things worse.
    pub worse: Vec<(Day, f64)>,
    /// Of those that ease the situation, as if they were incidents.
    pub peace: Vec<(Day, f64)>,
}

/// What the incidents that these reports of one cell tell of weigh undecayed, each counted from `on` at the latest.
pub fn weights<'a>(reports: impl IntoIterator<Item = &'a Report>, on: Day, rules: &Rules) -> Weights {
    let mut weights = Weights::default();
    for incident in incidents(reports, rules) {
        let weight = (incident.day(on), incident.belief() * incident.severity());
        if incident.is_peace(rules) { &mut weights.peace } else { &mut weights.worse }.push(weight);
    }
    weights.worse.sort_by_key(|(day, _)| *day);
    weights.peace.sort_by_key(|(day, _)| *day);
    weights
}

fn weighted(incident: Incident<'_>, threat: Threat, on: Day) -> Weighted<'_> {
    let (day, belief, severity) = (incident.day(on), incident.belief(), incident.severity());
    let contribution = belief * severity * decay(threat, on.since(day));
    Weighted { incident, day, belief, severity, contribution }
}

/// What is left of a weight after so many days.
pub fn decay(threat: Threat, days: i64) -> f64 {
    0.5_f64.powf(days as f64 / threat.half_life_days())
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
