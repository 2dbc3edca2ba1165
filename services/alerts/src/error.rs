//! What can go wrong in alerts, and what the asker is told of it.

use contracts::{Failure, FailureKind};
use domain::WarningId;

use crate::domain::refusal::Refusal;

/// What can go wrong in alerts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such warning.
    #[error("there is no warning {0}")]
    Absent(WarningId),
    /// A cursor that no page gave.
    #[error("{0:?} is not a cursor of this list; leave it out for the first page")]
    Cursor(String),
    /// A rule of the house refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The chassis refuses it.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Two changes of one warning met; the later one can be tried again.
    #[error("warning {0} was changed at the same moment; try again")]
    Raced(WarningId),
    /// A warning says a message is in force that is not kept.
    #[error("message {version} of warning {id} is in force and not kept")]
    Lost {
        /// Which warning.
        id: WarningId,
        /// Which of its messages.
        version: u32,
    },
    /// The store failed.
    #[error("warning store")]
    Store(#[from] sqlx::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Absent(_) => Self::not_found(error),
            Error::Cursor(_) => Self::invalid(&error).at("/page/cursor", error),
            Error::Refused(refusal) => refused(refusal),
            Error::Failure(failure) => failure,
            Error::Raced(_) => Self::unavailable(error),
            Error::Lost { .. } => Self::internal(),
            Error::Store(_) => Self::unavailable("the store of warnings does not answer; try again shortly"),
        }
    }
}

fn refused(refusal: Refusal) -> Failure {
    let detail = refusal.to_string();
    match refusal {
        Refusal::State { .. } => Failure::conflict(&detail).at("/action", detail),
        Refusal::Stale { .. } => Failure::new(FailureKind::Stale, &detail).at("/revision", detail),
        Refusal::Guards { two_person, errors, .. } => {
            let kind = if two_person { FailureKind::Conflict } else { FailureKind::Invalid };
            Failure { errors, ..Failure::new(kind, detail) }
        }
    }
}
