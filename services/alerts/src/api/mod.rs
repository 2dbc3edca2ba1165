//! What alerts answers.

mod alarms;
mod ask;
mod change;

pub use alarms::{get_rules, list_alarms};
pub use ask::{get_warning, get_warning_cap, list_evaluations, list_warnings};
pub use change::{draft_warning, move_warning, update_warning};

use contracts::{Failure, Role};
use kit::Asked;

/// Who may read: the staff of the centre. What partners may see, coordination decides.
const STAFF: &[Role] = &[
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::Coordinator,
    Role::DutyOfficer,
    Role::Head,
    Role::Operator,
    Role::Auditor,
];
/// Who may write, submit and return.
const WRITERS: &[Role] = &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];
/// Who may issue and cancel.
const APPROVERS: &[Role] = &[Role::DutyOfficer, Role::Head];

/// Refuses everyone without one of these roles, and partners whatever their roles.
fn allow<Q>(asked: &Asked<Q>, roles: &[Role]) -> Result<(), Failure> {
    if asked.principal.organisation.is_some() {
        return Err(Failure::forbidden(
            "your token belongs to a partner; partners see what was released to them",
        ));
    }
    asked.allow(roles)
}
