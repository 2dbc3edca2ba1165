//! What intake answers.

pub mod accepting;
pub mod aggregates;
pub mod clusters;
pub mod formats;
pub mod imports;
pub mod leads;
pub mod mappings;
pub mod moves;
pub mod observations;
pub mod questionnaires;
mod reach;
pub mod replay;
pub mod reporters;
pub mod reports;
pub mod retention;
pub mod sources;
mod taking;
pub mod weekly;

use contracts::Role;

/// Who may read: everybody of the centre, nobody of a partner.
pub(crate) const STAFF: &[Role] = Role::STAFF;
/// Who may mend imports.
pub(crate) const IMPORTERS: &[Role] =
    &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head, Role::Operator];
/// Who may set sources up, change and switch them.
pub(crate) const SOURCERS: &[Role] = &[Role::SeniorAnalyst, Role::Head, Role::Operator];
/// Who may move reports.
pub(crate) const OFFICERS: &[Role] = &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];
/// The longest reason, in characters.
pub(crate) const NOTE_CHARS: usize = 2000;
