//! Who asks: the principal that travels with every question.

use std::collections::BTreeSet;

use domain::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a principal may do.
    "role" Role {
        FieldMonitor = "field_monitor",
        Analyst = "analyst",
        SeniorAnalyst = "senior_analyst",
        PoliticalOfficer = "political_officer",
        Coordinator = "coordinator",
        DutyOfficer = "duty_officer",
        Head = "head",
        Operator = "operator",
        Auditor = "auditor",
        Partner = "partner",
    }
}

impl Role {
    /// Every role of the centre's own people and systems: all but partners.
    pub const STAFF: &[Self] = &[
        Self::FieldMonitor,
        Self::Analyst,
        Self::SeniorAnalyst,
        Self::PoliticalOfficer,
        Self::Coordinator,
        Self::DutyOfficer,
        Self::Head,
        Self::Operator,
        Self::Auditor,
    ];
}

/// The person or system on whose behalf something is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Stable id of the principal; two-person rules compare it.
    pub subject: String,
    /// The name shown to people.
    pub name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// The key of the organisation it belongs to; `Some` for partners only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
}

impl Principal {
    /// Whether it has any of these roles.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}
