//! Counting everything anew from the evidence: a proof that what was counted piece by piece is right, and the mend where not.

use std::ops::AddAssign;

use domain::{RecomputeId, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::query;

words! {
    /// How a recomputation stands.
    "state of a recomputation" RecomputeState {
        /// It is at work, or goes on as soon as the service runs.
        Running = "running",
        /// Somebody has asked it to stop; it ends before its next step.
        Stopping = "stopping",
        /// It was stopped; what it had mended stays mended.
        Stopped = "stopped",
        /// It could not go on, for the reason it gives.
        Failed = "failed",
        /// Everything was counted.
        Done = "done",
    }
}

words! {
    /// What is done for each threat, in this order.
    "step of a recomputation" RecomputeStep {
        /// Which revisions stand, and of which incidents they are.
        Settle = "settle",
        /// Months, weeks and days, place by place.
        Count = "count",
        /// The levels, walked by all that is known now.
        Assess = "assess",
    }
}

/// Begins to count the series and levels anew from all their evidence, and to write what differs from what is kept.
///
/// One runs at a time: asked for what runs already, it is answered with that; asked for anything else meanwhile, it is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartRecompute {
    /// Only this threat; every threat when `None`.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only compare: nothing is written.
    #[serde(default)]
    pub check: bool,
}
query!(StartRecompute => Recomputation, Analysis, "mirab.ask.analysis.recompute.start.v1");

/// How a recomputation stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetRecompute {
    /// Which.
    pub id: RecomputeId,
}
query!(GetRecompute => Recomputation, Analysis, "mirab.ask.analysis.recompute.get.v1");

/// The newest recomputations, newest first; twenty at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRecomputes {}
query!(ListRecomputes => Vec<Recomputation>, Analysis, "mirab.ask.analysis.recompute.list.v1");

/// Stops one that runs, before its next step. One that has ended stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopRecompute {
    /// Which.
    pub id: RecomputeId,
}
query!(StopRecompute => Recomputation, Analysis, "mirab.ask.analysis.recompute.stop.v1");

/// Counting everything anew, as far as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recomputation {
    /// Which one.
    pub id: RecomputeId,
    /// Whether it only compares.
    pub check: bool,
    /// How it stands.
    pub state: RecomputeState,
    /// What it does now to the first threat that is not finished; `None` once it has ended.
    pub step: Option<RecomputeStep>,
    /// What each threat came to so far, in the order they are counted in.
    pub threats: Vec<ThreatRecomputed>,
    /// How many revisions were looked at: each twice, for whether it stands and for what it counts.
    pub looked_at: u64,
    /// How many will have been, by what was there when it began.
    pub of: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last came further.
    pub moved_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What keeps it from going on; of one that runs, what it tries again. Empty where nothing does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What counting one threat anew came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreatRecomputed {
    /// The threat.
    pub threat: Threat,
    /// Whether all of it was counted.
    pub finished: bool,
    /// What was found so far.
    #[serde(flatten)]
    pub found: Recomputed,
}

/// What counting anew came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recomputed {
    /// Revisions of observations that were counted.
    pub revisions: u64,
    /// Observations of which another revision stands, or another incident holds them, than was kept.
    pub unsettled: u64,
    /// Months of provinces.
    pub months: Compared,
    /// Days and weeks of provinces.
    pub spans: Compared,
    /// Levels that changed by it; where it is only compared, those that stand otherwise than they are walked.
    pub levels_changed: u64,
    /// Unusual months whose anomaly follows other figures by it, opens or is withdrawn; where it is only compared, those that stand
    /// otherwise than they are counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub anomalies_moved: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Cells of a series, counted anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How many were counted.
    pub counted: u64,
    /// How many of them were kept otherwise, or not at all.
    pub differed: u64,
}

impl Recomputed {
    /// How many counts were kept otherwise.
    pub const fn counts_differed(&self) -> u64 {
        self.months.differed + self.spans.differed
    }
}

impl AddAssign for Compared {
    fn add_assign(&mut self, other: Self) {
        self.counted += other.counted;
        self.differed += other.differed;
    }
}

impl AddAssign for Recomputed {
    fn add_assign(&mut self, other: Self) {
        self.revisions += other.revisions;
        self.unsettled += other.unsettled;
        self.months += other.months;
        self.spans += other.spans;
        self.levels_changed += other.levels_changed;
        self.anomalies_moved += other.anomalies_moved;
    }
}

impl Recomputation {
    /// Whether it has ended, in whichever way.
    pub const fn has_ended(&self) -> bool {
        !matches!(self.state, RecomputeState::Running | RecomputeState::Stopping)
    }
    /// How much was kept otherwise than it is counted, levels and unusual months included.
    pub fn differed(&self) -> u64 {
        let of = |found: &Recomputed| {
            found.unsettled + found.counts_differed() + found.levels_changed + found.anomalies_moved
        };
        self.threats.iter().map(|threat| of(&threat.found)).sum()
    }
}
