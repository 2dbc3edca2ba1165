//! Counting everything anew as a run: one step at a time, so that it can be followed and stopped, and goes on after a crash.

use contracts::analysis::recompute::{
    Recomputation, RecomputeState, RecomputeStep, Recomputed, ThreatRecomputed,
};
use domain::{ObservationId, RecomputeId, Threat, Timestamp};
use serde::{Deserialize, Serialize};

use super::Cell;

/// After so many failures of one step in a row a run fails.
const MOST_TRIES: u32 = 3;

/// One place of the series: a province of a country, or the country where there is none with a level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The country.
    pub country: String,
    /// The province; empty where there is none with a level.
    pub province: String,
    /// Whether it is of the exercise.
    pub exercise: bool,
}

impl Place {
    /// Its cell, where it has a level.
    pub fn cell(&self, threat: Threat) -> Option<Cell> {
        Cell::of(self.exercise, threat, &self.province.parse().ok()?)
    }
}

impl From<&Cell> for Place {
    fn from(cell: &Cell) -> Self {
        Self {
            country: cell.country.to_string(),
            province: cell.province.to_string(),
            exercise: cell.exercise,
        }
    }
}

/// Where a run goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// While revisions are settled: the last observation that was looked at.
    pub after: Option<ObservationId>,
    /// While places are counted or assessed: those that are left.
    pub places: Vec<Place>,
    /// How often the next step has failed.
    pub tries: u32,
}

/// A run with where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// As it is told.
    pub told: Recomputation,
    /// Where it goes on.
    pub next: Next,
}

impl Run {
    /// A run that begins, over so many revisions of these threats.
    pub fn begin(
        id: RecomputeId,
        (threats, check): (&[Threat], bool),
        (revisions, now): (u64, Timestamp),
    ) -> Self {
        let of = |threat: &Threat| ThreatRecomputed {
            threat: *threat,
            finished: false,
            found: Recomputed::default(),
        };
        let told = Recomputation {
            id,
            check,
            state: RecomputeState::Running,
            step: Some(RecomputeStep::Settle),
            threats: threats.iter().map(of).collect(),
            looked_at: 0,
            of: revisions * 2,
            started_at: now,
            moved_at: now,
            ended_at: None,
            reason: String::new(),
        };
        Self { told, next: Next::default() }
    }

    /// Whether it does what is wished for.
    pub fn is_of(&self, threats: &[Threat], check: bool) -> bool {
        self.told.check == check && self.told.threats.iter().map(|of| of.threat).eq(threats.iter().copied())
    }

    /// The threat it is at.
    pub fn threat(&self) -> Option<Threat> {
        self.told.threats.iter().find(|of| !of.finished).map(|of| of.threat)
    }

    /// A page of observations was settled: so many revisions, so many of their observations otherwise than kept. With the places
    /// that come next where it was the last page.
    #[must_use]
    pub fn settled(
        self,
        (looked_at, unsettled): (u64, u64),
        upto: Option<ObservationId>,
        places: Vec<Place>,
        now: Timestamp,
    ) -> Self {
        let is_last = upto.is_none();
        let mut run = self.came_further(now, |found| found.unsettled += unsettled);
        run.told.looked_at += looked_at;
        run.next = Next { after: upto, ..Next::default() };
        if is_last { run.begins(RecomputeStep::Count, places, now) } else { run }
    }

    /// The first places were counted. With the places whose levels come next where they were the last.
    #[must_use]
    pub fn counted(self, places: usize, found: Recomputed, next: Vec<Place>, now: Timestamp) -> Self {
        let mut run = self.came_further(now, |all| *all += found);
        run.told.looked_at += found.revisions;
        run.next.places.drain(..places.min(run.next.places.len()));
        if !run.next.places.is_empty() {
            return run;
        }
        run.begins(RecomputeStep::Assess, next, now)
    }

    /// The levels and the unusual months of the first places were looked at; so many of each changed, or would where it is only
    /// compared.
    #[must_use]
    pub fn assessed(self, places: usize, (changed, moved): (u64, u64), now: Timestamp) -> Self {
        let mut run = self.came_further(now, |all| {
            all.levels_changed += changed;
            all.anomalies_moved += moved;
        });
        run.next.places.drain(..places.min(run.next.places.len()));
        if run.next.places.is_empty() { run.finished(now) } else { run }
    }

    /// Somebody asks it to stop.
    #[must_use]
    pub fn stopping(mut self, now: Timestamp) -> Self {
        if self.told.state == RecomputeState::Running {
            self.told.state = RecomputeState::Stopping;
            self.told.moved_at = now;
        }
        self
    }

    /// It stops.
    #[must_use]
    pub fn stopped(self, now: Timestamp) -> Self {
        self.ended(RecomputeState::Stopped, now)
    }

    /// Its next step failed; it is tried again a few times.
    #[must_use]
    pub fn failing(mut self, why: &str, now: Timestamp) -> Self {
        self.next.tries += 1;
        let (step, threat) = (self.told.step, self.threat());
        let at = threat.zip(step).map(|(threat, step)| format!("{threat}, {step}: ")).unwrap_or_default();
        self.told.reason = format!("{at}{why}");
        self.told.moved_at = now;
        if self.next.tries < MOST_TRIES { self } else { self.ended(RecomputeState::Failed, now) }
    }

    fn came_further(mut self, now: Timestamp, note: impl FnOnce(&mut Recomputed)) -> Self {
        if let Some(of) = self.told.threats.iter_mut().find(|of| !of.finished) {
            note(&mut of.found);
        }
        self.told.moved_at = now;
        self.told.reason.clear();
        self.next.tries = 0;
        self
    }

    /// Goes on with a step for these places; with none there is nothing to do in it.
    fn begins(mut self, step: RecomputeStep, places: Vec<Place>, now: Timestamp) -> Self {
        self.told.step = Some(step);
        self.next = Next { places, ..Next::default() };
        if self.next.places.is_empty() { self.finished(now) } else { self }
    }

    /// The threat is finished; the next one begins, or the run is done.
    fn finished(mut self, now: Timestamp) -> Self {
        if let Some(of) = self.told.threats.iter_mut().find(|of| !of.finished) {
            of.finished = true;
        }
        self.next = Next::default();
        self.told.step = Some(RecomputeStep::Settle);
        if self.threat().is_some() {
            return self;
        }
        // what came in meanwhile was counted as it came
        self.told.of = self.told.looked_at;
        self.ended(RecomputeState::Done, now)
    }

    fn ended(mut self, state: RecomputeState, now: Timestamp) -> Self {
        self.told.state = state;
        self.told.step = None;
        self.told.ended_at = Some(now);
        self.told.moved_at = now;
        self.next = Next::default();
        self
    }
}

#[cfg(test)]
#[path = "recount_tests.rs"]
mod tests;
