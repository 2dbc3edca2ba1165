//! What can go wrong in liaison, and what the asker is told of it.

use contracts::{Failure, FailureKind};
use domain::ConsentId;

use crate::domain::refusal::Refusal;

/// What can go wrong in liaison.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such consent.
    #[error("there is no consent {0}")]
    Absent(ConsentId),
    /// A cursor that no page gave.
    #[error("{0:?} is not a cursor of this list; leave it out for the first page")]
    Cursor(String),
    /// A rule of the house refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The chassis refuses it.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Two changes of one consent met; the later one can be tried again.
    #[error("consent {0} was changed at the same moment; try again")]
    Raced(ConsentId),
    /// The store failed.
    #[error("consent store")]
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
            Error::Store(_) => Self::unavailable("the store of consents does not answer; try again shortly"),
        }
    }
}

fn refused(refusal: Refusal) -> Failure {
    let detail = refusal.to_string();
    match refusal {
        Refusal::State { .. } => Failure::conflict(&detail).at("/action", detail),
        Refusal::Stale { .. } => Failure::new(FailureKind::Stale, &detail).at("/version", detail),
        Refusal::Guards { errors, .. } => Failure { errors, ..Failure::invalid(detail) },
    }
}
