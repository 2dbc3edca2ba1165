//! What is released, delivered and acknowledged.

use domain::{
    AcknowledgementId, DecisionId, DeliveryId, Timestamp, WarningId,
    release::{Decision, Item},
    warning::AckKind,
    words,
};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, event, query};

/// What would be released to whom: one item and all organisations, or a warning that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewRelease {
    /// A warning that was issued.
    Warning(WarningId),
    /// Any item, as described.
    Item(Box<Item>),
}
query!(PreviewRelease => Vec<PartnerDecision>, Coordination, "mirab.ask.coordination.release.preview.v1");

/// The decision for one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerDecision {
    /// Key of the organisation.
    pub partner: String,
    /// Its name.
    pub name: String,
    /// What becomes of the item and why, step by step.
    pub decision: Decision,
    /// The reason in one sentence.
    pub reason: String,
}

words! {
    /// Where a delivery stands.
    "state of a delivery" DeliveryState {
        /// To be sent.
        Pending = "pending",
        /// The endpoint answered that it has it.
        Transported = "transported",
        /// A person or system of the partner said so.
        Acknowledged = "acknowledged",
        /// A newer version took its place before it was sent.
        Superseded = "superseded",
        /// Its ground fell away before it was sent.
        Withdrawn = "withdrawn",
        /// The warning ended before it was delivered.
        Expired = "expired",
        /// The endpoint is gone, or all tries are used up.
        Exhausted = "exhausted",
    }
}

/// What became of one version of a warning for one organisation: the decision, the delivery, what the partner said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dissemination {
    /// Which decision.
    pub id: DecisionId,
    /// The warning.
    pub warning: WarningId,
    /// Its version.
    pub version: u32,
    /// Key of the organisation.
    pub partner: String,
    /// The decision, step by step.
    pub decision: Decision,
    /// The reason in one sentence.
    pub reason: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The delivery that came furthest; `None` where nothing was released or there is no endpoint yet.
    pub delivery: Option<Delivery>,
    /// Deliveries to further endpoints of the organisation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Delivery>,
    /// What the partner said, oldest first.
    pub acknowledgements: Vec<Acknowledgement>,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which; also the `webhook-id`.
    pub id: DeliveryId,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far, oldest first.
    pub attempts: Vec<Attempt>,
    /// When it is tried next; `None` when it is not.
    pub next_at: Option<Timestamp>,
    /// When the endpoint took it.
    pub transported_at: Option<Timestamp>,
}

/// One try to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which try, from 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// How long it took.
    pub duration_ms: u64,
    /// What the endpoint answered; `None` when it did not.
    pub status: Option<u16>,
    /// What went wrong; empty when nothing did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
}

/// What a partner said of a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Which.
    pub id: AcknowledgementId,
    /// What it says.
    pub kind: AckKind,
    /// Who said it.
    pub by: String,
    /// What it adds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// What became of warnings, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDisseminations {
    /// Only of this warning.
    #[serde(default)]
    pub warning: Option<WarningId>,
    /// Only to the organisation with this key.
    #[serde(default)]
    pub partner: Option<String>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListDisseminations => Page<Dissemination>, Coordination, "mirab.ask.coordination.dissemination.list.v1");

/// A warning as one partner may see it, decided anew at this moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartnerAlert {
    /// Which warning.
    pub id: WarningId,
    /// Its version.
    pub version: u32,
    /// When it was issued.
    pub sent: Timestamp,
    /// One line.
    pub headline: String,
    /// The warning as released.
    pub warning: crate::alerts::Warning,
    /// The same as CAP 1.2.
    pub cap: String,
    /// What this partner said of it.
    pub acknowledgements: Vec<Acknowledgement>,
}

/// Warnings released to one partner, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPartnerAlerts {
    /// Key of the organisation.
    pub partner: String,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListPartnerAlerts => Page<PartnerAlert>, Coordination, "mirab.ask.coordination.partner-alert.list.v1");

/// One warning released to one partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetPartnerAlert {
    /// Key of the organisation.
    pub partner: String,
    /// Which warning.
    pub id: WarningId,
}
query!(GetPartnerAlert => PartnerAlert, Coordination, "mirab.ask.coordination.partner-alert.get.v1");

/// It was decided what of a warning goes to one partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseDecided {
    /// Which decision.
    pub id: DecisionId,
    /// The warning.
    pub warning: WarningId,
    /// Its version.
    pub version: u32,
    /// Key of the organisation.
    pub partner: String,
    /// What becomes of it and why.
    pub decision: Decision,
    /// When it was decided.
    pub at: Timestamp,
}
event!(ReleaseDecided, Coordination, "mirab.coordination.release.decided.v1", |e| e.warning.to_string());

/// A delivery moved on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryMoved {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// The warning.
    pub warning: WarningId,
    /// Its version.
    pub version: u32,
    /// Key of the organisation.
    pub partner: String,
    /// Where it now stands.
    pub state: DeliveryState,
    /// When.
    pub at: Timestamp,
}
event!(DeliveryMoved, Coordination, "mirab.coordination.delivery.moved.v1", |e| e.warning.to_string());

/// A partner's acknowledgement was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgementRecorded {
    /// The warning.
    pub warning: WarningId,
    /// Key of the organisation.
    pub partner: String,
    /// What it said.
    pub acknowledgement: Acknowledgement,
}
event!(AcknowledgementRecorded, Coordination, "mirab.coordination.acknowledgement.recorded.v1", |e| e
    .warning
    .to_string());
