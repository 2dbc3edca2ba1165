//! What coordination answers. Staff read, coordinators and heads write, partners see what is theirs.

mod cursor;
mod dissemination;
mod endpoints;
mod organisations;
mod papers;
mod partner;
mod preview;
mod tear;

use contracts::{Failure, Principal, Role};
use domain::Day;
use kit::Asked;

pub(crate) use self::{
    dissemination::list_disseminations,
    endpoints::{add_endpoint, list_endpoints},
    organisations::{list_organisations, put_organisation},
    papers::{add_agreement, add_mandate, list_agreements, list_mandates},
    partner::{get_partner_alert, list_partner_alerts},
    preview::preview_release,
    tear::tear_product,
};
use crate::Error;

/// Those who read everything here.
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

/// Those who decide what is agreed with whom.
const WRITERS: &[Role] = &[Role::Coordinator, Role::Head];

/// Whether it asks for an organisation and not for the centre.
fn is_partner(principal: &Principal) -> bool {
    principal.roles.contains(&Role::Partner)
}

/// Refuses a partner that asks about another organisation, in words that do not say whether there is one; refuses everyone
/// who is neither a partner nor in these roles.
fn allow_for<Q>(asked: &Asked<Q>, key: &str, roles: &[Role]) -> Result<(), Error> {
    if !is_partner(&asked.principal) {
        return Ok(asked.allow(roles)?);
    }
    if asked.principal.organisation.as_deref() == Some(key) {
        return Ok(());
    }
    Err(Error::NoOrganisation(key.to_owned()))
}

/// Gathers everything wrong with what was sent.
#[derive(Debug, Default)]
struct Faults(Vec<(String, String)>);

impl Faults {
    fn unless(&mut self, right: bool, pointer: &str, detail: &str) {
        if !right {
            self.0.push((pointer.to_owned(), detail.to_owned()));
        }
    }
    fn unless_empty(&mut self, text: &str, pointer: &str) {
        self.unless(!text.trim().is_empty(), pointer, "must not be empty");
    }
    fn unless_in_order(&mut self, from: Day, until: Option<Day>) {
        self.unless(until.is_none_or(|until| from <= until), "/valid_until", "must not be before valid_from");
    }
    fn check(self, what: &str) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        let failure = Failure::invalid(format!("the {what} cannot be taken as it is"));
        Err(self.0.into_iter().fold(failure, |failure, (pointer, detail)| failure.at(pointer, detail)))
    }
}
