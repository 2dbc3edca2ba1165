//! What intake keeps. Reads take `&Db`, writes take `&mut Tx`.

pub mod aggregates;
pub mod alike;
pub mod cluster;
pub mod cursor;
pub mod earlier;
pub mod find;
mod hearing;
pub mod ids;
pub mod leads;
pub mod mappings;
pub mod media;
pub mod messages;
mod narrowed;
pub mod now;
pub mod numbers;
pub mod observations;
pub mod origins;
pub mod past;
pub mod quarantine;
pub mod questionnaires;
pub mod readings;
pub mod recording;
pub mod remarks;
pub mod reporters;
pub mod reports;
pub mod retention;
pub mod roads;
pub mod run_states;
pub mod runs;
pub mod same_file;
pub mod source_states;
pub mod sources;
pub mod text;
pub mod weekly;

use kit::Origin;

/// Where work that is done later comes from: the trace and the event that brought it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Cause {
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The id that all events of the undertaking share.
    pub correlation: String,
    /// The event that brought it.
    pub causation: String,
}

impl Cause {
    /// The origin of a transaction that goes on with it, in the trace of the current span where there is one.
    pub fn origin(&self) -> Origin {
        Origin {
            traceparent: kit::telemetry::traceparent().or_else(|| self.traceparent.clone()),
            correlation: Some(self.correlation.clone()),
            causation: Some(self.causation.clone()),
        }
    }
}
