//! What analysis can be told: see `config.default.toml`.

use serde::Deserialize;

use crate::domain::Rules;

/// The service's own keys.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The section `[analysis]`.
    pub analysis: Rules,
    /// The section `[levels]`.
    pub levels: Levels,
    /// The section `[forecast]`.
    pub forecast: Forecasting,
}

/// How levels are kept.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// How many days back a day is kept word for word, as it was told.
    pub days_kept: u32,
}

/// How forecasts are made.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forecasting {
    /// From so many months before the newest forecasts are made after the fact, so that there is a record to judge by.
    pub rehearsals: u32,
    /// Nothing is forecast before complete sources were silent for so many minutes: a file may still be coming in.
    pub quiet_minutes: u32,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kit::{Service, config::Layers};

    use super::*;
    use crate::Analysis;

    #[test]
    fn what_eases_unless_an_operator_says_otherwise_is_what_the_table_of_kinds_says() {
        let config: Config = Layers::of(Analysis::NAME, Analysis::DEFAULTS, None).extract().unwrap();
        let told: BTreeSet<String> = domain::kind::easing().map(str::to_owned).collect();
        assert_eq!(config.analysis.peace_kinds, told);
    }
}
