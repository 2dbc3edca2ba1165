//! What coordination can be told: see `config.default.toml`.

use kit::egress::EgressSettings;
use serde::Deserialize;

/// The service's own keys.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The section `[coordination]`.
    pub coordination: Section,
}

/// The section `[coordination]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Who CAP messages say they are from.
    pub cap_sender: String,
    /// What warnings and products are released for.
    pub purpose: String,
    /// How deliveries run.
    pub delivery: DeliverySettings,
    /// Where they may go.
    pub egress: EgressSettings,
}

/// How deliveries run.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliverySettings {
    /// How many are under way at once; at least 1.
    pub at_once: u32,
    /// How many of them to one endpoint; at least 1.
    pub per_endpoint: u32,
}
