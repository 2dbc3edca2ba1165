//! What analysis can be told: see `config.default.toml`.

use serde::Deserialize;

use crate::domain::Rules;

/// The service's own keys.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The section `[analysis]`.
    pub analysis: Rules,
}
