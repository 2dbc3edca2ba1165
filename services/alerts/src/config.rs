//! The keys that only alerts has.

use std::collections::BTreeSet;

use domain::{Level, Threat};
use serde::Deserialize;

use crate::domain::{alarm::AlarmRule, rule::Rule};

/// The file's sections.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The section of this service.
    pub alerts: Section,
}

/// What alerts can be told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The level from which the rule warns.
    pub rise_to: Level,
    /// The threats it watches; empty for all.
    pub threats: BTreeSet<Threat>,
    /// How many alarms a month forecasts may raise, over the whole region.
    pub alarms_per_month: f64,
    /// Hours for which a warning drafted by the rule is valid.
    pub validity_h: u32,
    /// The sender of every CAP message.
    pub sender: String,
    /// Days for which evaluations are kept.
    pub evaluations_kept_days: u32,
}

impl Section {
    /// The rule it sets.
    ///
    /// # Errors
    /// When a value can be read and not be used; the text names the key and how to mend it.
    pub fn rule(&self) -> anyhow::Result<Rule> {
        anyhow::ensure!(
            self.rise_to > Level::Calm,
            "alerts.rise_to is calm, to which nothing rises: set low or higher"
        );
        anyhow::ensure!(
            self.validity_h > 0,
            "alerts.validity_h is 0: a warning must be valid for an hour at least"
        );
        anyhow::ensure!(self.evaluations_kept_days > 0, "alerts.evaluations_kept_days is 0: set 1 or more");
        let unfit = |c: char| c.is_whitespace() || matches!(c, ',' | '<' | '&');
        anyhow::ensure!(
            !self.sender.is_empty() && !self.sender.contains(unfit),
            "alerts.sender is {:?}: CAP wants a name without spaces, commas, < and &, as a domain",
            self.sender
        );
        let validity = chrono::Duration::hours(i64::from(self.validity_h));
        Ok(Rule { rise_to: self.rise_to, threats: self.threats.clone(), validity })
    }

    /// The budget of alarms it sets.
    ///
    /// # Errors
    /// When the number of alarms is none; the text names the key and how to mend it.
    pub fn alarms(&self) -> anyhow::Result<AlarmRule> {
        let per_month = self.alarms_per_month;
        anyhow::ensure!(
            per_month.is_finite() && per_month >= 0.0,
            "alerts.alarms_per_month is {per_month}: set 0 for none, or as many as there are eyes for"
        );
        Ok(AlarmRule { per_month, rise_to: self.rise_to, threats: self.threats.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(sender: &str, rise_to: Level) -> Section {
        let sender = sender.to_owned();
        let threats = BTreeSet::new();
        Section { rise_to, threats, alarms_per_month: 5.0, validity_h: 72, sender, evaluations_kept_days: 1 }
    }

    #[test]
    fn a_sender_that_cap_cannot_write_is_refused_by_name() {
        assert!(section("centre.example", Level::High).rule().is_ok());
        for sender in ["", "a b", "a,b", "a<b", "a&b"] {
            let error = section(sender, Level::High).rule().unwrap_err().to_string();
            assert!(error.starts_with("alerts.sender"), "{error}");
        }
    }

    #[test]
    fn a_budget_that_is_no_number_of_alarms_is_refused_by_name() {
        let with = |alarms_per_month| Section { alarms_per_month, ..section("centre.example", Level::High) };
        assert!(with(0.0).alarms().is_ok());
        for wrong in [-1.0, f64::NAN, f64::INFINITY] {
            let error = with(wrong).alarms().unwrap_err().to_string();
            assert!(error.starts_with("alerts.alarms_per_month"), "{error}");
        }
    }

    #[test]
    fn nothing_rises_to_calm() {
        assert!(section("centre.example", Level::Calm).rule().is_err());
    }
}
