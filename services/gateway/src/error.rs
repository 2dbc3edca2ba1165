//! What can go wrong at the door, and what the asker is told of it.

use contracts::Failure;
use domain::Invalid;

/// What can go wrong at the door.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The door itself or the service behind it refuses.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// A text in the address that is not what stands there.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The source could not be sealed.
    #[error("sealing a source")]
    Seal(#[source] nkeys::error::Error),
    /// Something of our own cannot be written as JSON.
    #[error("writing JSON")]
    Json(#[from] serde_json::Error),
    /// A file could not be written as CSV.
    #[error("writing CSV")]
    Csv(#[from] csv::Error),
    /// A paper could not be printed.
    #[error("printing a paper")]
    Print(#[from] paper::Unprintable),
    /// Work beside the runtime was cut short.
    #[error("work was cut short")]
    Worker(#[from] tokio::task::JoinError),
    /// The uploads do not take the file.
    #[error("keeping an upload")]
    Object(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A part of a file cannot be read back from the store.
    #[error("reading a part of a file")]
    Part(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store failed.
    #[error("gateway store")]
    Store(#[from] sqlx::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Failure(failure) => failure,
            Error::Invalid(_) => Self::not_found(error),
            Error::Object(_) => Self::unavailable("the file could not be kept just now; try again shortly"),
            Error::Store(_) => Self::unavailable("the gateway's store does not answer; try again shortly"),
            Error::Seal(_)
            | Error::Json(_)
            | Error::Csv(_)
            | Error::Print(_)
            | Error::Worker(_)
            | Error::Part(_) => Self::internal(),
        }
    }
}
