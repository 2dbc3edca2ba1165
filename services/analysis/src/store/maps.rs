//! The whole map as it was last told, kept ready in the process: it holds for as long as nothing was written that may change what is
//! told. Whether something was stands in the store, where the writer counted it in its own transaction, so that no replica tells
//! an old map after a write was answered.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use domain::Day;

use super::{Reader, on_reader};

/// Of which moment a map is, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    /// How often what is told had changed; `None` before anything was heard.
    pub told: Option<i64>,
    /// The day.
    pub day: Day,
    /// The exercise or the real world.
    pub exercise: bool,
    /// Whether outlooks are being worked out.
    pub waits: bool,
    /// The keys of the handling that lies above the reach of whoever asks.
    pub above: BTreeSet<String>,
}

/// The maps that are ready, all of the same moment, each in pieces of situations as they are written, in their order.
#[derive(Debug, Default)]
pub struct Maps(Mutex<Vec<(Of, Arc<[String]>)>>);

impl Maps {
    /// The map, where it is ready.
    pub fn ready(&self, of: &Of) -> Option<Arc<[String]>> {
        let maps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        maps.iter().find(|(kept, _)| kept == of).map(|(_, map)| Arc::clone(map))
    }
    /// Keeps a map ready, and no longer those of another moment.
    pub fn keep(&self, of: Of, map: &Arc<[String]>) {
        let mut maps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        maps.retain(|(kept, _)| (kept.told, kept.day) == (of.told, of.day) && *kept != of);
        maps.push((of, Arc::clone(map)));
    }
}

/// How often what is told may have changed; `None` before anything was heard.
///
/// # Errors
/// When the store cannot be read.
pub async fn changes(reader: &mut Reader<'_>) -> Result<Option<i64>, sqlx::Error> {
    on_reader!(reader, |c| sqlx::query_scalar("select told from turn").fetch_optional(c).await)
}
