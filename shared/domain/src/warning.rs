//! The words of a warning, as CAP 1.2 writes them.

use serde::{Deserialize, Serialize};

use crate::words;

words! {
    /// Whether a warning is real.
    "CAP status" Status {
        /// Real: to be acted on.
        Actual = "Actual",
        /// For exercise recipients only.
        Exercise = "Exercise",
        /// For the machines that pass warnings on.
        System = "System",
        /// A technical test; recipients disregard it.
        Test = "Test",
        /// Not to be acted on as it stands.
        Draft = "Draft",
    }
}
words! {
    /// What a message of the chain does.
    "CAP message type" MessageType {
        /// Begins a chain.
        Alert = "Alert",
        /// Replaces the messages it refers to.
        Update = "Update",
        /// Takes back the messages it refers to.
        Cancel = "Cancel",
    }
}
words! {
    /// How soon to act.
    "CAP urgency" Urgency {
        /// At once.
        Immediate = "Immediate",
        /// Within the next hour.
        Expected = "Expected",
        /// In the near future.
        Future = "Future",
        /// No longer needed.
        Past = "Past",
        /// Not known.
        Unknown = "Unknown",
    }
}
words! {
    /// How grave the event.
    "CAP severity" CapSeverity {
        /// Extraordinary threat to life or property.
        Extreme = "Extreme",
        /// Significant threat to life or property.
        Severe = "Severe",
        /// Possible threat to life or property.
        Moderate = "Moderate",
        /// Little or no known threat to life or property.
        Minor = "Minor",
        /// Not known.
        Unknown = "Unknown",
    }
}
words! {
    /// How certain the event.
    "CAP certainty" Certainty {
        /// It has happened or is going on.
        Observed = "Observed",
        /// More likely than not.
        Likely = "Likely",
        /// Possible, but not more likely than not.
        Possible = "Possible",
        /// Not expected to happen.
        Unlikely = "Unlikely",
        /// Not known.
        Unknown = "Unknown",
    }
}
words! {
    /// Where a warning stands.
    "state of a warning" State {
        /// Being written.
        Draft = "draft",
        /// Waiting for a second person.
        Pending = "pending",
        /// Out.
        Issued = "issued",
        /// Taken back.
        Cancelled = "cancelled",
        /// Its time is over.
        Expired = "expired",
    }
}
words! {
    /// What a partner says of what it received.
    "kind of acknowledgement" AckKind {
        /// It arrived.
        Received = "received",
        /// A person has read and understood it.
        Understood = "understood",
        /// The organisation acts on it.
        Acting = "acting",
        /// It is outside what the organisation does.
        NotOurs = "not_ours",
        /// The organisation disputes it.
        Disputed = "disputed",
    }
}

/// What the warning says, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Info {
    /// RFC 5646 language: `en`, `ru`.
    pub language: String,
    /// The event in a few words, 35 characters or fewer where they suffice.
    pub event: String,
    /// One line, 160 characters at most.
    pub headline: String,
    /// What happened: facts only, each from the evidence.
    pub description: String,
    /// The assessment alone, which a mandate may not admit; empty when there is none.
    #[serde(default)]
    pub assessment: String,
    /// What recipients are asked to do.
    #[serde(default)]
    pub instruction: String,
}
