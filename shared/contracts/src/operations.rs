//! What every service answers about itself: dead letters and how it does. The subject's service is filled in by the asker.

use domain::{EventId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Service;

/// A message that could not be handled, kept with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The event.
    pub event: EventId,
    /// The consumer that gave it up.
    pub consumer: String,
    /// The subject it came under.
    pub subject: String,
    /// Why it could not be handled.
    pub reason: String,
    /// How often it was tried.
    pub tries: u32,
    /// Its body as text.
    pub body: String,
    /// When it was given up.
    pub at: Timestamp,
    /// When it was replayed or discarded; `None` while it waits.
    pub resolved_at: Option<Timestamp>,
    /// How it was resolved, and by whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub resolution: String,
}

/// What to do about dead letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetters {
    /// Those that wait, oldest first.
    List,
    /// Handles one again.
    Replay {
        /// Which event.
        event: EventId,
    },
    /// Gives one up for good.
    Discard {
        /// Which event.
        event: EventId,
        /// Why.
        reason: String,
    },
}

/// How a service does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vitals {
    /// Which service.
    pub service: String,
    /// Its version.
    pub version: String,
    /// Events said and not yet on the bus.
    pub unsent: u64,
    /// When the oldest of them was said.
    pub oldest_unsent: Option<Timestamp>,
    /// Dead letters that wait.
    pub dead_letters: u64,
}

/// The subject under which a service answers about its dead letters.
pub fn dead_letters_subject(service: Service) -> String {
    format!("mirab.ask.{service}.dead-letters.v1")
}

/// The subject under which a service says how it does.
pub fn vitals_subject(service: Service) -> String {
    format!("mirab.ask.{service}.vitals.v1")
}
