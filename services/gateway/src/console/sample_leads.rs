//! Made-up leads for the tests of the pages: the examples that the contracts freeze.

use contracts::intake::leads::{Lead, LeadMoved, LeadState};

const EXAMPLE: &str = include_str!("../../../../shared/contracts/golden/mirab.intake.lead.moved.v1.json");

/// A lead that stands there, whose place may be in two provinces.
pub(super) fn a_lead(state: LeadState) -> Lead {
    let LeadMoved { mut lead } = serde_json::from_str(EXAMPLE).unwrap();
    lead.state = state;
    if state == LeadState::New {
        lead.observation = None;
        lead.title.push_str(" <b>by residents");
        let mut other = lead.coding.places[0].means[0].clone();
        (other.province, other.name) = ("TJ-SU".parse().unwrap(), "Ak-Sai".into());
        lead.coding.places[0].means.push(other);
    }
    lead
}
