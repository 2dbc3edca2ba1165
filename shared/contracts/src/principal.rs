//! Who asks: the principal that travels with every question.

use std::collections::BTreeSet;

use domain::{Handling, Tlp, UnClass, words};
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
    /// Those whose work needs what is restricted.
    pub const NEED_TO_KNOW: &[Self] = &[
        Self::Analyst,
        Self::SeniorAnalyst,
        Self::PoliticalOfficer,
        Self::Coordinator,
        Self::DutyOfficer,
        Self::Head,
        Self::Auditor,
    ];
}

/// Whether handling keeps a thing to those whose work needs it: TLP:RED, or strictly confidential.
pub fn is_restricted(handling: &Handling) -> bool {
    handling.tlp() == Tlp::Red || handling.un_class() == UnClass::StrictlyConfidential
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
    /// Whether its work needs what is restricted: everybody who analyses, decides or audits; not who runs the machines, nor who sends
    /// reports, nor partners.
    pub fn knows_restricted(&self) -> bool {
        self.has_any(Role::NEED_TO_KNOW)
    }
    /// Whether it may know what is handled so; what that is not known of is for those alone whose work needs what is restricted.
    pub fn may_know(&self, handling: Option<&Handling>) -> bool {
        self.knows_restricted() || handling.is_some_and(|handling| !is_restricted(handling))
    }
    /// Whether it has any of these roles.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}
