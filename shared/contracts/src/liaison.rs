//! What liaison says and answers: consents of governments.

use std::collections::BTreeSet;

use domain::{Consent, ConsentId, Country, Day, Threat, Timestamp, mandate::ConsentState, words};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, event, query};

/// A consent with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecord {
    /// The consent as it now stands.
    #[serde(flatten)]
    pub consent: Consent,
    /// The official who gave or refused it, by post.
    #[serde(default)]
    pub official: String,
    /// Conditions, in the words of the paper.
    #[serde(default)]
    pub conditions: String,
    /// What was done with it, oldest first.
    pub history: Vec<ConsentStep>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// One thing done with a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentStep {
    /// Where it stood afterwards.
    pub state: ConsentState,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A consent was requested, given, refused, paused or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentMoved {
    /// The consent as it now stands.
    pub consent: Consent,
    /// Counts its changes, from 1.
    pub version: u32,
}
event!(ConsentMoved, Liaison, "mirab.liaison.consent.moved.v1", |e| e.consent.id.to_string());

/// Records that a consent is requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestConsent {
    /// The government asked.
    pub grantor: Country,
    /// The key of the organisation that would be told.
    pub beneficiary: String,
    /// What for.
    pub purpose: String,
    /// The issues.
    pub issues: BTreeSet<Threat>,
    /// The paper, as one would cite it.
    #[serde(default)]
    pub instrument: String,
    /// The official, by post.
    #[serde(default)]
    pub official: String,
    /// The first day it would hold.
    pub valid_from: Day,
    /// The last day it would hold.
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// Whether it is part of an exercise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
}
query!(RequestConsent => ConsentRecord, Liaison, "mirab.ask.liaison.consent.request.v1");

words! {
    /// What can happen to a consent.
    "action on a consent" ConsentAction {
        /// The government consents; instrument, official and purpose must be there.
        Grant = "grant",
        /// The government consents under conditions.
        GrantConditionally = "grant_conditionally",
        /// The government refuses.
        Decline = "decline",
        /// Pauses it.
        Suspend = "suspend",
        /// Ends the pause.
        Resume = "resume",
        /// The government takes it back.
        Withdraw = "withdraw",
    }
}

/// Moves a consent on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveConsent {
    /// Which.
    pub id: ConsentId,
    /// What happened.
    pub action: ConsentAction,
    /// Why, or under which conditions.
    #[serde(default)]
    pub note: String,
    /// The paper that says so; kept as it was when `None`.
    #[serde(default)]
    pub instrument: Option<String>,
    /// The official, by post; kept as it was when `None`.
    #[serde(default)]
    pub official: Option<String>,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveConsent => ConsentRecord, Liaison, "mirab.ask.liaison.consent.move.v1");

/// Consents, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListConsents {
    /// Only of this government.
    #[serde(default)]
    pub grantor: Option<Country>,
    /// Only for the organisation with this key.
    #[serde(default)]
    pub beneficiary: Option<String>,
    /// Those of the exercise instead of the real ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListConsents => Page<ConsentRecord>, Liaison, "mirab.ask.liaison.consent.list.v1");

/// One consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetConsent {
    /// Which.
    pub id: ConsentId,
}
query!(GetConsent => ConsentRecord, Liaison, "mirab.ask.liaison.consent.get.v1");
