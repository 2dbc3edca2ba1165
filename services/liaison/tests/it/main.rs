//! Liaison, run for real: a store of each kind, a real nats-server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod service;
mod store;

use contracts::liaison::{ConsentAction, MoveConsent, RequestConsent};
use domain::{ConsentId, Threat};

/// A request that can be granted as it is.
pub(crate) fn request() -> RequestConsent {
    RequestConsent {
        grantor: "KGZ".parse().unwrap(),
        beneficiary: "osce".into(),
        purpose: "early warning at the border".into(),
        issues: [Threat::BorderTension].into(),
        instrument: "Note verbale 14/2026".into(),
        official: "Deputy Minister of Foreign Affairs".into(),
        valid_from: "2026-11-01".parse().unwrap(),
        valid_until: Some("2027-10-31".parse().unwrap()),
        exercise: false,
    }
}

/// Something that happens to a consent, with a note.
pub(crate) fn happens(id: &ConsentId, action: ConsentAction) -> MoveConsent {
    let note = "in the words of the note".into();
    MoveConsent { id: id.clone(), action, note, instrument: None, official: None, version: None }
}
