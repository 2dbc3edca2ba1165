//! Liaison has no keys of its own.

use serde::Deserialize;

/// Nothing besides what every service can be told.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Config {}
