//! Counting everything anew from the evidence: a proof that what was counted piece by piece is right, and the mend where not.

use domain::Threat;
use serde::{Deserialize, Serialize};

use crate::query;

/// Counts the series and levels of one threat anew from all its evidence, and writes what differs from what is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recompute {
    /// Which threat.
    pub threat: Threat,
    /// Only compare: nothing is written, and levels are not looked at.
    #[serde(default)]
    pub check: bool,
}
query!(Recompute => Recomputed, Analysis, "mirab.ask.analysis.series.recompute.v1");

/// What counting anew came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recomputed {
    /// Revisions of observations that were read.
    pub revisions: u64,
    /// Observations of which another revision stands, or another incident holds them, than was kept.
    pub unsettled: u64,
    /// Months of provinces.
    pub months: Compared,
    /// Days and weeks of provinces.
    pub spans: Compared,
    /// Levels that changed by it.
    pub levels_changed: u64,
}

/// Cells of a series, counted anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How many were counted.
    pub counted: u64,
    /// How many of them were kept otherwise, or not at all.
    pub differed: u64,
}
