//! What can go wrong in intake, and what the asker is told of it.

use contracts::Failure;
use domain::{
    AssignmentId, ClusterId, ImportId, LeadId, ObservationId, QuarantineId, QuestionnaireId, ReportId,
};

/// An error of intake.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused for a reason that the asker reads.
    #[error(transparent)]
    Refused(#[from] Failure),
    /// There is no such run.
    #[error("there is no import {0}")]
    NoImport(ImportId),
    /// There is no such mapping.
    #[error("there is no mapping {0:?}, or not in this version; GET /v1/mappings lists them")]
    NoMapping(String),
    /// There is no such report.
    #[error("there is no report {0}")]
    NoReport(ReportId),
    /// There is no such questionnaire.
    #[error("there is no questionnaire {0}")]
    NoQuestionnaire(QuestionnaireId),
    /// There is no such assignment.
    #[error("there is no assignment {0}")]
    NoAssignment(AssignmentId),
    /// There is no such observation.
    #[error("there is no observation {0}")]
    NoObservation(ObservationId),
    /// There is no such cluster.
    #[error("there is no cluster {0}")]
    NoCluster(ClusterId),
    /// There is no such lead.
    #[error("there is no lead {0}")]
    NoLead(LeadId),
    /// There is no such source.
    #[error("there is no source {0}")]
    NoSource(String),
    /// The record does not wait in this run.
    #[error("no record {record} waits in the quarantine of {import}")]
    NoRecord {
        /// The run.
        import: ImportId,
        /// The record.
        record: QuarantineId,
    },
    /// Something could not be written as JSON.
    #[error("observation cannot be written")]
    Json(#[from] serde_json::Error),
    /// Reading records was cut short.
    #[error("reading records was cut short")]
    Worker(#[from] tokio::task::JoinError),
    /// The store does not answer.
    #[error("intake store")]
    Store(#[from] sqlx::Error),
}

impl Error {
    /// Whether what failed is this piece of work, and not the store as a whole: then others can be worked on meanwhile.
    pub fn is_of_the_work(&self) -> bool {
        let of_the_work =
            |error: &sqlx::Error| matches!(error, sqlx::Error::Database(_) | sqlx::Error::Encode(_));
        match self {
            Self::Store(error) => of_the_work(error),
            Self::Json(_) | Self::Worker(_) => true,
            _ => false,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(failure) => failure,
            Error::NoImport(_)
            | Error::NoMapping(_)
            | Error::NoReport(_)
            | Error::NoObservation(_)
            | Error::NoCluster(_)
            | Error::NoLead(_)
            | Error::NoSource(_)
            | Error::NoQuestionnaire(_)
            | Error::NoAssignment(_)
            | Error::NoRecord { .. } => Self::not_found(error),
            Error::Store(_) => Self::unavailable("the store of intake does not answer; try again shortly"),
            Error::Json(_) | Error::Worker(_) => Self::internal(),
        }
    }
}
