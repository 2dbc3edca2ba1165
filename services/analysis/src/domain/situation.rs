//! The situation of one cell, told: level, trend and coverage, with the incidents that made it (ANALYSIS 7.6 to 7.8).

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Coverage, Incident, Situation};
use domain::{Day, Handling, Level, Timestamp, Tlp, Trend, UnClass};

use super::{Cell, Count, Month, Report, Rules, Standing, Weighed, anomaly, index::Weighted, weigh};

/// How many incidents are named.
const NAMED: usize = 5;
/// Reports of so many days count as recent.
pub const RECENT_DAYS: i64 = 90;
/// How many months the trend looks back: what is older would weigh one per cent.
pub const TREND_MONTHS: i32 = 120;

/// What is known of a cell besides its reports within the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// What the series counted, by month.
    pub counts: BTreeMap<Month, Count>,
    /// The months in which the province was reported on at all.
    pub reported: BTreeSet<Month>,
    /// The first and last day for which a source that lists every event has rows of this threat in the country.
    pub complete: Option<(Day, Day)>,
    /// Chance of an escalation by the newest forecast of three months, where there is one.
    pub outlook: Option<f64>,
}

impl Past {
    /// The series as the trend reads it: deaths where the threat is violence, else incidents; oldest first.
    ///
    /// It begins with the first report of the cell or of a source that lists every event. A month without a report is a
    /// zero where such a source covers it, where the province was reported on, or where it is running; otherwise it is no
    /// zero but missing, and is left out.
    pub fn series(&self, cell: &Cell, on: Day) -> Vec<(Month, f64)> {
        let running = Month::of(on);
        let complete = self.complete.map(|(first, last)| (Month::of(first), Month::of(last)));
        let begins = self.counts.iter().find(|(_, count)| count.reports > 0).map(|(month, _)| *month);
        let Some(first) = begins.into_iter().chain(complete.map(|(first, _)| first)).min() else {
            return Vec::new();
        };
        let known = |month: &Month| {
            complete.is_some_and(|(first, last)| (first..=last).contains(month))
                || self.reported.contains(month)
                || *month == running
        };
        let value = |month: Month| {
            let count = self.counts.get(&month).copied().unwrap_or_default();
            f64::from(if cell.threat.is_violence() { count.deaths } else { count.events })
        };
        first
            .max(running.plus(-TREND_MONTHS))
            .to(running)
            .filter(known)
            .map(|month| (month, value(month)))
            .collect()
    }
}

/// Everything a situation is told from.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Of which cell.
    pub cell: &'a Cell,
    /// Of which day.
    pub on: Day,
    /// The level that holds, and since when.
    pub level: (Level, Timestamp),
    /// The reports within the horizon.
    pub reports: &'a [Report],
    /// Handling by its key.
    pub markings: &'a BTreeMap<String, Handling>,
    /// What else is known.
    pub past: &'a Past,
    /// What the operator decided.
    pub rules: &'a Rules,
}

impl Picture<'_> {
    /// The situation, told. Without a forecast there is no statistical basis for an outlook, and none is told.
    pub fn situation(&self) -> Situation {
        let weighed = weigh(self.reports, self.cell.threat, self.on, self.rules);
        let (level, since) = self.level;
        let standing = Standing { level, changed: since.day() };
        let old = weighed.incidents.iter().filter(|w| self.on.since(w.day) > RECENT_DAYS);
        Situation {
            province: self.cell.province.clone(),
            country: self.cell.country,
            threat: self.cell.threat,
            on: self.on,
            level,
            index: weighed.index,
            since,
            falls_on: standing.falls_on(weighed.index, self.on, self.cell.threat.half_life_days()),
            trend: self.trend(),
            outlook: self.past.outlook,
            coverage: self.coverage(&weighed),
            incidents: weighed.incidents.iter().take(NAMED).map(|w| told(w, weighed.index)).collect(),
            older_share: share(old.map(|w| w.contribution).fold(0.0, |sum, part| sum + part), weighed.index),
            handling: self.handling(),
            exercise: self.cell.exercise,
        }
    }

    fn trend(&self) -> Option<Trend> {
        let counts: Vec<f64> =
            self.past.series(self.cell, self.on).into_iter().map(|(_, count)| count).collect();
        anomaly::trend(&counts)
    }

    /// How much it rests on. It is enough to speak of a level when something was reported within 90 days, peace included,
    /// or when a source that lists every event reached into these days in the country: then no row means no event.
    fn coverage(&self, weighed: &Weighed) -> Coverage {
        let recent = || self.reports.iter().filter(|report| self.on.since(report.to) <= RECENT_DAYS);
        let strong =
            weighed.incidents.iter().filter(|w| w.incident.reports.iter().any(|report| report.is_strong()));
        let complete = self.past.complete.is_some_and(|(_, last)| self.on.since(last) <= RECENT_DAYS);
        Coverage {
            reports: recent().count() as u64,
            owners: recent().map(|report| report.owner.as_str()).collect::<BTreeSet<_>>().len() as u64,
            strong_share: share(strong.map(|w| w.contribution).sum(), weighed.index),
            newest: self.reports.iter().map(|report| report.to.min(self.on)).max(),
            sufficient: complete || recent().next().is_some(),
        }
    }

    fn handling(&self) -> Handling {
        joined(self.reports.iter().map(|report| &report.marking), self.markings)
    }
}

/// The join of the handling that these keys stand for. Where there is none, nothing of anybody's is told, but it is for
/// nobody until somebody says for whom. A handling that is not kept counts as the strictest.
pub fn joined<'a>(
    keys: impl IntoIterator<Item = &'a String>,
    markings: &BTreeMap<String, Handling>,
) -> Handling {
    let strictest = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
    let keys: BTreeSet<&String> = keys.into_iter().collect();
    let parts = keys.into_iter().map(|key| markings.get(key).unwrap_or(&strictest));
    Handling::join_all(parts).unwrap_or_else(|| Handling::new(Tlp::Clear, UnClass::Unclassified))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn told(weighted: &Weighted, index: f64) -> Incident {
    let best = weighted.incident.best();
    Incident {
        observations: weighted.incident.observations(),
        cluster: weighted.incident.cluster.cloned(),
        owners: weighted.incident.owners() as u32,
        title: best.title.clone(),
        on: weighted.day,
        place: best.place.clone(),
        kind: weighted.incident.kind().to_owned(),
        grade: best.grade(),
        belief: weighted.belief,
        severity: weighted.severity,
        contribution: weighted.contribution,
        share: share(weighted.contribution, index),
    }
}

#[cfg(test)]
#[path = "situation_tests.rs"]
mod tests;
