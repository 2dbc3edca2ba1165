//! Why something was refused or did not work, in words for the one who asked.

use domain::words;
use serde::{Deserialize, Serialize};

words! {
    /// The kind of failure; decides the HTTP status.
    "kind of failure" FailureKind {
        /// The request cannot be read (400).
        Malformed = "malformed",
        /// Nobody is signed in, or the token does not count (401).
        Unauthenticated = "unauthenticated",
        /// Not allowed for this principal (403).
        Forbidden = "forbidden",
        /// There is no such thing, or not for this principal (404).
        NotFound = "not_found",
        /// The thing stands where this cannot be done (409).
        Conflict = "conflict",
        /// Somebody changed it since it was read (412).
        Stale = "stale",
        /// It does not say on which version it was decided (428).
        Unconditional = "unconditional",
        /// More than is taken at once (413).
        TooLarge = "too_large",
        /// Read, and wrong in content (422).
        Invalid = "invalid",
        /// More requests than allowed (429).
        TooMany = "too_many",
        /// Something failed that is not the asker's fault (500).
        Internal = "internal",
        /// A part that is needed does not answer just now (503).
        Unavailable = "unavailable",
    }
}

/// One thing wrong with what was sent: where, what and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON Pointer to the place, or the name of a parameter.
    pub pointer: String,
    /// What is wrong there and what would be right.
    pub detail: String,
}

/// A failure as it crosses the bus and leaves the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// One or two sentences for the reader.
    pub detail: String,
    /// Every single thing wrong, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Failure {
    /// A failure of this kind, in the words of what failed.
    pub fn new(kind: FailureKind, detail: impl ToString) -> Self {
        Self { kind, detail: detail.to_string(), errors: Vec::new() }
    }
    /// There is no such thing.
    pub fn not_found(detail: impl ToString) -> Self {
        Self::new(FailureKind::NotFound, detail)
    }
    /// The thing stands where this cannot be done.
    pub fn conflict(detail: impl ToString) -> Self {
        Self::new(FailureKind::Conflict, detail)
    }
    /// Somebody changed it since it was read.
    pub fn stale(detail: impl ToString) -> Self {
        Self::new(FailureKind::Stale, detail)
    }
    /// Read, and wrong in content.
    pub fn invalid(detail: impl ToString) -> Self {
        Self::new(FailureKind::Invalid, detail)
    }
    /// Not allowed for this principal.
    pub fn forbidden(detail: impl ToString) -> Self {
        Self::new(FailureKind::Forbidden, detail)
    }
    /// A part that is needed does not answer.
    pub fn unavailable(detail: impl ToString) -> Self {
        Self::new(FailureKind::Unavailable, detail)
    }
    /// Something failed inside; the reader is told only that, the log has the rest.
    pub fn internal() -> Self {
        Self::new(FailureKind::Internal, "something failed inside; the operator's log has the reason")
    }
    /// Adds one thing wrong and where.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl ToString) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), detail: detail.to_string() });
        self
    }
    /// Whether trying the same again later can help.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, FailureKind::Unavailable | FailureKind::Internal | FailureKind::TooMany)
    }
}
