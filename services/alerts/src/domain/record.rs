//! A warning with what only alerts knows of it: who had a hand in it, what is in force, on what it rests.

use std::collections::BTreeSet;

use contracts::alerts::Warning;
use domain::{
    Handling, Level, ProvinceCode, Timestamp,
    warning::{MessageType, State},
};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// A warning as alerts keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The working state, as it is said and answered.
    pub warning: Warning,
    /// Who had a hand in the version at work.
    pub hands: Hands,
    /// The join of the handling of its evidence; `None` where a person drafted without evidence.
    pub evidence_handling: Option<Handling>,
    /// The message now in force; `None` where there is none.
    pub in_force: Option<InForce>,
    /// When the warning was first drafted.
    pub created_at: Timestamp,
    /// Trace of what gave rise to it.
    pub traceparent: Option<String>,
    /// Asker and key of the last change.
    pub last_key: Option<String>,
}

/// Who had a hand in the version at work, by subject: what the two-person rule compares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hands {
    /// Everyone who wrote any of it; empty where a rule did alone.
    pub authors: BTreeSet<String>,
    /// Who submitted it.
    pub submitter: Option<String>,
    /// Who approved it, in order.
    pub approvals: Vec<Approval>,
}

/// One approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who, as the two-person rule compares it.
    pub subject: String,
    /// Who, as people read it.
    pub name: String,
    /// Whether as head of the centre.
    pub head: bool,
    /// When.
    pub at: Timestamp,
    /// What was said with it.
    pub note: String,
}

/// The message that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// Its version.
    pub version: u32,
    /// The level it speaks of.
    pub level: Level,
    /// When it ends.
    pub expires: Timestamp,
    /// The messages of the chain up to it, itself included, as later ones refer to them.
    pub chain: Vec<String>,
}

/// The person who does something with a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// As the two-person rule compares it.
    pub subject: String,
    /// As people read it.
    pub name: String,
    /// Whether the person is head of the centre.
    pub head: bool,
}

impl Record {
    /// The province that gave rise to it; `None` where the first place is wider than one.
    pub fn province(&self) -> Option<&ProvinceCode> {
        self.warning.places.first()?.province.as_ref()
    }
    /// Whether a version is being written or waits for approval.
    pub fn is_open(&self) -> bool {
        matches!(self.warning.state, State::Draft | State::Pending)
    }
    /// Refuses a decision that was made on another revision.
    ///
    /// # Errors
    /// When a revision is given that is not this one.
    pub fn must_be(&self, revision: Option<u32>) -> Result<(), Refusal> {
        match revision {
            Some(given) if given != self.warning.revision => {
                Err(Refusal::Stale { now: self.warning.revision, given })
            }
            _ => Ok(()),
        }
    }
    /// The same at its next revision.
    #[must_use]
    pub fn changed(mut self) -> Self {
        self.warning.revision += 1;
        self
    }
    /// Begins the version after the one in force; nothing of who wrote that one is kept.
    pub fn begin_next(&mut self, drafted_by: &str, now: Timestamp) {
        let warning = &mut self.warning;
        if let Some(in_force) = &self.in_force {
            warning.version = in_force.version + 1;
            warning.message_type = MessageType::Update;
            warning.references.clone_from(&in_force.chain);
        }
        drafted_by.clone_into(&mut warning.drafted_by);
        warning.drafted_at = now;
        self.back_to_draft();
        self.hands = Hands::default();
    }
    /// Takes back that it was submitted, approved or sent.
    pub fn back_to_draft(&mut self) {
        self.warning.state = State::Draft;
        self.warning.submitted_by = None;
        self.warning.approved_by = None;
        self.warning.sent = None;
        self.hands.submitter = None;
        self.hands.approvals.clear();
    }
}
