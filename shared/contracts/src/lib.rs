//! Everything that crosses the bus between Mirab's services, and nothing else: subjects, the envelope, events and queries by
//! the service that owns them, the streams as values, failures. No subject is written outside this crate.
//!
//! A payload that has shipped is frozen by its example in `golden/`; change means a `v2` beside the `v1`.

pub mod alerts;
pub mod analysis;
pub mod cap;
pub mod coordination;
pub mod envelope;
pub mod failure;
pub mod gateway;
pub mod intake;
pub mod liaison;
pub mod operations;
pub mod page;
pub mod principal;
pub mod reason;
pub mod stream;
pub mod subject;

pub use envelope::Envelope;
pub use failure::{Failure, FailureKind, FieldError};
pub use page::{Page, PageRequest};
pub use principal::{Principal, Role};
pub use subject::{Event, Query, Service};

/// Whether a field says what it says when it is left out.
pub(crate) fn is_default<T: Default + PartialEq>(of: &T) -> bool {
    *of == T::default()
}
