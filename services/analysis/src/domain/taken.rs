//! What is taken away before it is told: the "what if", and what lies above the reach of whoever asks.

use std::collections::BTreeSet;

use contracts::analysis::GradeRange;
use domain::{Reliability, owner};

use super::{Listing, Reading, Report};

/// What is taken away; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken<'a> {
    /// Everything of this source, or of this owner of sources, however it is written.
    pub source: Option<&'a str>,
    /// Everything of sources that are not of these reliabilities.
    pub grades: Option<GradeRange>,
    /// Everything under handling with one of these keys, of which there is one at least: it lies above the reach of whoever asks.
    pub above: Option<&'a BTreeSet<String>>,
}

impl Taken<'_> {
    /// Whether nothing is taken away.
    pub fn is_nothing(self) -> bool {
        self == Taken::default()
    }
    /// Whether what a source of this name, this owner and this reliability says is left.
    pub fn leaves(self, (source, owner): (&str, &str), reliability: Reliability) -> bool {
        self.source.is_none_or(|taken| !is_one(source, taken) && !is_one(owner, taken))
            && self.grades.is_none_or(|grades| grades.includes(reliability))
    }
    /// Whether handling of this key lies within the reach.
    pub fn reaches(self, marking: &String) -> bool {
        self.above.is_none_or(|keys| !keys.contains(marking))
    }
    /// Whether a report is left.
    pub fn leaves_report(self, report: &Report) -> bool {
        self.reaches(&report.marking) && self.leaves((&report.source, &report.owner), report.reliability)
    }
    /// Whether a reading is left: it is of its owner alone.
    pub fn leaves_reading(self, reading: &Reading) -> bool {
        self.reaches(&reading.marking) && self.leaves((&reading.owner, &reading.owner), reading.reliability)
    }
    /// Whether any row on which the claim of a source rests lies within the reach.
    pub fn leaves_claim(self, listing: &Listing) -> bool {
        self.above.is_none() || listing.markings.iter().any(|marking| self.reaches(marking))
    }
}

/// Whether these name one source or owner, however they are written.
pub fn is_one(one: &str, other: &str) -> bool {
    owner::folded(one) == owner::folded(other)
}
