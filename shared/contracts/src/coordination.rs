//! What coordination says and answers: organisations, what they may see, what they got and what they said of it.

use domain::{
    AcknowledgementId, Agreement, DecisionId, DeliveryId, EndpointId, Mandate, OrganisationId, Timestamp,
    WarningId,
    release::{Decision, Item},
    warning::AckKind,
    words,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::{Page, PageRequest, event, query};

/// An organisation that may receive something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Which.
    pub id: OrganisationId,
    /// The short key by which audiences and consents name it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is: `regional_organisation`, `country_team`, `development_bank`, …
    pub kind: String,
    /// Whether it takes part in exercises only, or in real exchange only.
    pub exercise: bool,
    /// The post and address that are written to.
    #[serde(default)]
    pub focal_point: Option<FocalPoint>,
}

/// Whom to turn to in an organisation: a post, not a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FocalPoint {
    /// The post.
    pub post: String,
    /// Its e-mail address.
    pub address: String,
}

/// Records an organisation; the key decides which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutOrganisation {
    /// The short key: lower-case letters, digits and hyphens.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Whether it takes part in exercises only.
    #[serde(default)]
    pub exercise: bool,
    /// Whom to turn to.
    #[serde(default)]
    pub focal_point: Option<FocalPoint>,
}
query!(PutOrganisation => Organisation, Coordination, "mirab.ask.coordination.organisation.put.v1");

/// Organisations, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOrganisations {}
query!(ListOrganisations => Vec<Organisation>, Coordination, "mirab.ask.coordination.organisation.list.v1");

/// What a person writes to record a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddMandate {
    /// Key of the organisation.
    pub organisation: String,
    /// The instrument that gives it.
    pub instrument: String,
    /// Where in the instrument.
    pub citation: String,
    /// Functions in its words.
    #[serde(default)]
    pub functions: Vec<String>,
    /// Threats it covers.
    pub threats: BTreeSet<domain::Threat>,
    /// Countries it covers.
    pub countries: BTreeSet<domain::Country>,
    /// Limits it sets.
    #[serde(default)]
    pub limits: Vec<domain::mandate::Limit>,
    /// The first day it holds.
    pub valid_from: domain::Day,
    /// The last day it holds.
    #[serde(default)]
    pub valid_until: Option<domain::Day>,
}
query!(AddMandate => Held<Mandate>, Coordination, "mirab.ask.coordination.mandate.add.v1");

/// Something held by an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held<T> {
    /// Key of the organisation.
    pub organisation: String,
    /// What it holds.
    #[serde(flatten)]
    pub what: T,
}

/// Mandates, of all organisations or one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMandates {
    /// Only of the organisation with this key.
    #[serde(default)]
    pub organisation: Option<String>,
}
query!(ListMandates => Vec<Held<Mandate>>, Coordination, "mirab.ask.coordination.mandate.list.v1");

/// What a person writes to record an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddAgreement {
    /// Key of the organisation.
    pub organisation: String,
    /// Its title.
    pub title: String,
    /// The strictest TLP label it covers.
    pub tlp_ceiling: domain::Tlp,
    /// The strictest UN classification it covers.
    pub un_class_ceiling: domain::UnClass,
    /// Kinds of item it covers.
    pub kinds: BTreeSet<String>,
    /// The finest precision of place it allows.
    pub precision_floor: domain::Precision,
    /// The widest redistribution it allows.
    pub redistribution: domain::Redistribution,
    /// Purposes it covers.
    pub purposes: BTreeSet<String>,
    /// The first day it holds.
    pub valid_from: domain::Day,
    /// The last day it holds.
    #[serde(default)]
    pub valid_until: Option<domain::Day>,
}
query!(AddAgreement => Held<Agreement>, Coordination, "mirab.ask.coordination.agreement.add.v1");

/// Agreements, of all organisations or one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAgreements {
    /// Only of the organisation with this key.
    #[serde(default)]
    pub organisation: Option<String>,
}
query!(ListAgreements => Vec<Held<Agreement>>, Coordination, "mirab.ask.coordination.agreement.list.v1");

/// Where an organisation takes webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Which.
    pub id: EndpointId,
    /// Key of the organisation.
    pub organisation: String,
    /// The address.
    pub url: String,
    /// Whether it takes deliveries; a suspended one keeps them waiting.
    pub active: bool,
    /// Why it is suspended; empty while active.
    #[serde(default)]
    pub suspended_because: String,
    /// The public key that checks `v1a` signatures: `whpk_…`.
    pub public_key: String,
    /// The secret of `v1` signatures: `whsec_…`; shown once, when the endpoint is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Registers an endpoint; the answer alone holds its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddEndpoint {
    /// Key of the organisation.
    pub organisation: String,
    /// The address.
    pub url: String,
}
query!(AddEndpoint => Endpoint, Coordination, "mirab.ask.coordination.endpoint.add.v1");

/// Endpoints, of all organisations or one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEndpoints {
    /// Only of the organisation with this key.
    #[serde(default)]
    pub organisation: Option<String>,
}
query!(ListEndpoints => Vec<Endpoint>, Coordination, "mirab.ask.coordination.endpoint.list.v1");

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
