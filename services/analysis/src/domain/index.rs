//! The index: sum of belief times severity, halved every half-life (ANALYSIS 7.3), and the level replayed from it.

use domain::{Day, Threat};

use super::{Bands, Incident, Report, Rules, Standing, cell::horizon_days, incident::incidents, level};

/// How far back the hysteresis is replayed for a past day, in days.
///
/// A day's replay costs one pass over the incidents and 730 steps. Two years are enough to forget where it began: a level
/// falls every 28 days at the latest once its incidents are gone.
pub const REPLAY_DAYS: i64 = 730;

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
    let weights = weights(reports, *last, rules);
    let at = |on: &Day| {
        let by_then = weights.iter().take_while(|(day, _)| day <= on);
        by_then.map(|(day, weight)| weight * decay(threat, on.since(*day))).sum()
    };
    days.iter().map(at).collect()
}

/// Every incident that makes things worse: the day it counts from and its weight, oldest first.
fn weights(reports: &[Report], on: Day, rules: &Rules) -> Vec<(Day, f64)> {
    let mut weights: Vec<(Day, f64)> = incidents(reports, rules)
        .into_iter()
        .filter(|incident| !incident.is_peace(rules))
        .map(|incident| (incident.day(on), incident.belief() * incident.severity()))
        .collect();
    weights.sort_by_key(|(day, _)| *day);
    weights
}

fn weighted(incident: Incident<'_>, threat: Threat, on: Day) -> Weighted<'_> {
    let (day, belief, severity) = (incident.day(on), incident.belief(), incident.severity());
    let contribution = belief * severity * decay(threat, on.since(day));
    Weighted { incident, day, belief, severity, contribution }
}

/// What is left of a weight after so many days.
fn decay(threat: Threat, days: i64) -> f64 {
    0.5_f64.powf(days as f64 / threat.half_life_days())
}

/// Where a cell stood on a past day, by these reports alone: the hysteresis run day by day over the two years before.
pub fn replay(reports: &[Report], threat: Threat, (on, bands): (Day, &Bands), rules: &Rules) -> Standing {
    let start = on.plus(-REPLAY_DAYS);
    let mut coming = weights(reports, on, rules).into_iter().peekable();
    let (mut index, halved) = (0.0, decay(threat, 1));
    let days = (0..=REPLAY_DAYS).map(|number| {
        let today = start.plus(number);
        index *= halved;
        while let Some((day, weight)) = coming.next_if(|(day, _)| *day <= today) {
            index += weight * decay(threat, today.since(day));
        }
        (today, index)
    });
    level::walk(days, bands).unwrap_or_else(|| Standing::first(0.0, on, bands))
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
