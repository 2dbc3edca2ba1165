//! What can go wrong in coordination, and what the asker is told of it.

use contracts::Failure;
use domain::{OrganisationId, WarningId};

/// An error of coordination.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused for a reason that the asker reads.
    #[error(transparent)]
    Refused(#[from] Failure),
    /// No organisation has this key.
    #[error("there is no organisation with the key {0:?}; PUT or POST it first")]
    NoOrganisation(String),
    /// No warning with this id was issued, or none that the asker may see.
    #[error("there is no warning {0}")]
    NoWarning(WarningId),
    /// A partner said something of a warning that it was never given.
    #[error("{partner} acknowledges {warning}, which was never released to it")]
    NeverReleased {
        /// Key of the organisation.
        partner: String,
        /// The warning.
        warning: WarningId,
    },
    /// An issued warning lacks what every issued warning has.
    #[error("warning {warning} cannot be taken: {why}")]
    Unusable {
        /// The warning.
        warning: WarningId,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The endpoint is there already.
    #[error(
        "{organisation} has this endpoint already, and it is active; suspended ones can be registered anew"
    )]
    EndpointThere {
        /// Key of the organisation.
        organisation: String,
    },
    /// Keys for an endpoint could not be made or read.
    #[error("the keys of an endpoint of {0} cannot be used")]
    Keys(OrganisationId),
    /// Something could not be written as JSON.
    #[error("payload cannot be written")]
    Payload(#[from] serde_json::Error),
    /// The store does not answer.
    #[error("coordination store")]
    Store(#[from] sqlx::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(failure) => failure,
            Error::NoOrganisation(_) | Error::NoWarning(_) => Self::not_found(error),
            Error::NeverReleased { .. } | Error::Unusable { .. } => Self::invalid(error),
            Error::EndpointThere { .. } => Self::conflict(error),
            Error::Store(_) => {
                Self::unavailable("the store of coordination does not answer; try again shortly")
            }
            Error::Keys(_) | Error::Payload(_) => Self::internal(),
        }
    }
}
