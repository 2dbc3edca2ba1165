//! What can go wrong in analysis, and what the asker is told of it.

use std::collections::BTreeSet;

use contracts::Failure;
use domain::{AnomalyId, Day, OverrideId, ProvinceCode, RecomputeId};

use crate::domain::overrides::Wrong;

/// An error of analysis.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused for a reason that the asker reads.
    #[error(transparent)]
    Refused(#[from] Failure),
    /// No first-level unit has this code.
    #[error("{0} is no province of the six countries; use a current ISO 3166-2 code, as KG-B")]
    NoProvince(ProvinceCode),
    /// The day has not come yet.
    #[error("{0} has not come yet; a situation is of today or of a day before")]
    Ahead(Day),
    /// The cursor is none that a page ended with.
    #[error(
        "{0:?} is no cursor of this list; give back `next` of the page before, or none for the first page"
    )]
    Cursor(String),
    /// There is no such anomaly.
    #[error("there is no anomaly {0}")]
    NoAnomaly(AnomalyId),
    /// Nothing of what is asked about was said by such a source.
    #[error("nothing of it was said by {asked:?}{}", told(sources))]
    NoSource {
        /// The source that was to be left out.
        asked: String,
        /// Who said it.
        sources: BTreeSet<String>,
    },
    /// There is no such override.
    #[error("there is no override {0}")]
    NoOverride(OverrideId),
    /// A level cannot be set or ended so.
    #[error("the level cannot be set so: {0}")]
    Override(Wrong),
    /// There is no such run.
    #[error("there is no recomputation {0}")]
    NoRecount(RecomputeId),
    /// Everything is counted anew one run at a time.
    #[error(
        "another recomputation runs: {0}; follow it, or stop it by POST /v1/operations/recompute/{0}/stop"
    )]
    Recounting(RecomputeId),
    /// It was changed since it was read.
    #[error("it is in version {now} by now and this was decided on version {seen}; read it again")]
    Stale {
        /// The version it is in.
        now: u32,
        /// The version the verdict was made on.
        seen: u32,
    },
    /// The store does not answer, or holds what cannot be read.
    #[error("analysis store")]
    Store(#[from] sqlx::Error),
}

/// Who said it, so that a slip of the pen is seen.
fn told(sources: &BTreeSet<String>) -> String {
    if sources.is_empty() {
        return "; nobody said anything of it".to_owned();
    }
    let all: Vec<&str> = sources.iter().map(String::as_str).collect();
    format!("; leave out one of {}", all.join(", "))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(failure) => failure,
            Error::NoProvince(_) => Self::invalid(&error).at("/province", &error),
            Error::Ahead(_) => Self::invalid(&error).at("/on", &error),
            Error::NoAnomaly(_) | Error::NoOverride(_) | Error::NoRecount(_) => Self::not_found(&error),
            Error::NoSource { .. } => Self::invalid(&error).at("/without", &error),
            Error::Override(ref wrong) => Self::invalid(&error).at(wrong.at, wrong),
            Error::Stale { .. } => Self::stale(&error),
            Error::Recounting(_) => Self::conflict(&error),
            Error::Cursor(_) => Self::invalid(&error).at("/page/cursor", &error),
            Error::Store(_) => Self::unavailable("the store of analysis does not answer; try again shortly"),
        }
    }
}
