//! Who may do what at the door, as sets of roles. The service behind the door checks again what is its own.

use contracts::{Failure, Principal, Role, gateway::ImportReceived};
use domain::Timestamp;

/// All of the centre: everyone but partners.
pub const STAFF: &[Role] = Role::STAFF;
/// Everyone who is signed in.
pub const EVERYONE: &[Role] = Role::ALL;
/// Those of the centre who read the picture.
pub const READERS: &[Role] = &[
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::Coordinator,
    Role::DutyOfficer,
    Role::Head,
    Role::Operator,
    Role::Auditor,
];
/// Readers and the partners, who each see their own.
pub const READERS_AND_PARTNERS: &[Role] = &[
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::Coordinator,
    Role::DutyOfficer,
    Role::Head,
    Role::Operator,
    Role::Auditor,
    Role::Partner,
];
/// Those who send field reports.
pub const REPORTERS: &[Role] = &[
    Role::FieldMonitor,
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::DutyOfficer,
    Role::Head,
];
/// Those who read field reports.
pub const REPORT_READERS: &[Role] = &[
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::DutyOfficer,
    Role::Head,
    Role::Auditor,
];
/// Those who see which weekly reports are owed: a monitor sees the own ones.
pub const DUE_READERS: &[Role] = &[
    Role::FieldMonitor,
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::DutyOfficer,
    Role::Head,
    Role::Auditor,
];
/// Those who check field reports.
pub const VERIFIERS: &[Role] = &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];
/// Those who erase who reported.
pub const ERASERS: &[Role] = &[Role::Head, Role::Operator];
/// Those who send files and mend what could not be read.
pub const IMPORTERS: &[Role] =
    &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head, Role::Operator];
/// Those who set sources up, change and switch them.
pub const SOURCERS: &[Role] = &[Role::SeniorAnalyst, Role::Head, Role::Operator];
/// Those who write warnings.
pub const WARNING_WRITERS: &[Role] = &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];
/// Those who write products.
pub const PRODUCT_WRITERS: &[Role] =
    &[Role::Analyst, Role::SeniorAnalyst, Role::PoliticalOfficer, Role::DutyOfficer, Role::Head];
/// Those who publish and withdraw assessments and products.
pub const PUBLISHERS: &[Role] = &[Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];
/// Those who set a level beside the computed one.
pub const OVERRIDERS: &[Role] = &[Role::SeniorAnalyst, Role::Head];
/// Those who issue and cancel warnings.
pub const APPROVERS: &[Role] = &[Role::DutyOfficer, Role::Head];
/// Those who decide what is agreed with whom.
pub const COORDINATORS: &[Role] = &[Role::Coordinator, Role::Head];
/// Those who keep the record of consents.
pub const LIAISON: &[Role] = &[Role::PoliticalOfficer, Role::Head];
/// Partners, and those who look with their eyes.
pub const PARTNER_AND_COORDINATORS: &[Role] = &[Role::Partner, Role::Coordinator, Role::Head];
/// Partners, and those who register endpoints for them.
pub const ENDPOINTS: &[Role] = &[Role::Partner, Role::Coordinator, Role::Operator, Role::Head];
/// Partners alone.
pub const PARTNER: &[Role] = &[Role::Partner];
/// Those who see how the system does.
pub const OVERSEERS: &[Role] = &[Role::Operator, Role::Auditor, Role::Head];
/// Those who read the audit.
pub const AUDITORS: &[Role] = &[Role::Auditor, Role::Head];
/// Those who run the system.
pub const OPERATOR: &[Role] = &[Role::Operator];
/// Those who confirm what is kept no longer.
pub const RETENTION_CONFIRMERS: &[Role] = &[Role::Operator, Role::Head];

/// Refuses a principal without any of these roles.
///
/// # Errors
/// `Forbidden`, naming the roles that may.
pub fn require(principal: &Principal, roles: &[Role]) -> Result<(), Failure> {
    if principal.has_any(roles) {
        return Ok(());
    }
    let may = roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    Err(Failure::forbidden(format!("this takes one of the roles {may}")))
}

/// Refuses roles that do not go together: a partner is of one organisation and of nothing else.
///
/// # Errors
/// `Invalid`, naming what is wrong and where.
pub fn check_roles(roles: &[Role], organisation: Option<&str>) -> Result<(), Failure> {
    let partner = roles.contains(&Role::Partner);
    let refused =
        |pointer: &str, detail: &str| Err(Failure::invalid("the token cannot be made").at(pointer, detail));
    if roles.is_empty() {
        return refused("/roles", "give one role at least");
    }
    if partner && roles.len() > 1 {
        return refused("/roles", "a partner has no other role");
    }
    match organisation.map(str::trim) {
        Some("") => refused("/organisation", "must not be empty; leave it out for the centre's own"),
        None if partner => refused("/organisation", "a partner belongs to an organisation: give its key"),
        Some(_) if !partner => refused("/organisation", "only partners belong to an organisation"),
        _ => Ok(()),
    }
}

/// Whether somebody is told by the door alone of a file that was taken in, as of a moment: its run may be hidden from them behind it.
pub fn is_told(received: &ImportReceived, (asker, known_on): (&Principal, Option<Timestamp>)) -> bool {
    let may_know = received.by == asker.subject || asker.knows_restricted();
    may_know && known_on.is_none_or(|at| received.received_at <= at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_is_of_one_organisation_and_of_nothing_else() {
        assert!(check_roles(&[Role::Partner], Some("osce")).is_ok());
        assert!(check_roles(&[Role::Head, Role::Analyst], None).is_ok());
        for (roles, organisation) in [
            (&[][..], None),
            (&[Role::Partner][..], None),
            (&[Role::Partner][..], Some(" ")),
            (&[Role::Partner, Role::Head][..], Some("osce")),
            (&[Role::Head][..], Some("osce")),
        ] {
            assert!(check_roles(roles, organisation).is_err(), "{roles:?} {organisation:?}");
        }
    }

    #[test]
    fn of_a_file_that_intake_does_not_tell_the_door_tells_its_sender_and_those_who_may_know_all() {
        let received =
            include_str!("../../../../shared/contracts/golden/mirab.gateway.import.received.v1.json");
        let received: ImportReceived = serde_json::from_str(received).unwrap();
        let asker = |subject: &str, role: Role| Principal {
            subject: subject.to_owned(),
            name: received.by.clone(),
            roles: [role].into(),
            organisation: None,
        };
        let told = |who: &Principal| is_told(&received, (who, None));
        assert!(told(&asker(&received.by, Role::Operator)));
        assert!(!told(&asker("somebody", Role::Operator)), "a name is no subject");
        assert!(told(&asker("somebody", Role::Analyst)));
        let before = received.received_at.minus(chrono::Duration::seconds(1));
        assert!(!is_told(&received, (&asker("somebody", Role::Analyst), Some(before))));
    }
}
