//! Taking a fact back.

use domain::{Observation, ObservationId};
use serde::{Deserialize, Serialize};

use crate::query;

/// Takes an observation back, by a person: it no longer stands from now on. Every past view still shows it, and a later
/// revision of its source that says something else stands again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetractObservation {
    /// Which.
    pub id: ObservationId,
    /// Why; never empty.
    pub note: String,
    /// The revision the decision was made on; `None` for whichever stands.
    #[serde(default)]
    pub revision: Option<u32>,
}
query!(RetractObservation => Vec<Observation>, Intake, "mirab.ask.intake.observation.retract.v1");
