//! What coordination says and answers: organisations, what they may see, what they got and what they said of it.

mod release;
mod tear;

use std::collections::BTreeSet;

use domain::{Agreement, EndpointId, Mandate, OrganisationId};
use serde::{Deserialize, Serialize};

use crate::query;

pub use release::*;
pub use tear::*;

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
