//! How grave, how urgent and how certain a change of level is, in the words of CAP 1.2 (FORMATS 4.1). Each answer comes with
//! its reason.

use domain::{
    Level,
    warning::{CapSeverity, Certainty, Urgency},
};

/// How grave a level is.
pub const fn severity(level: Level) -> CapSeverity {
    match level {
        Level::Critical => CapSeverity::Extreme,
        Level::High => CapSeverity::Severe,
        Level::Elevated => CapSeverity::Moderate,
        Level::Calm | Level::Low => CapSeverity::Minor,
    }
}

/// How soon to act on a level, by the horizon on which it is looked at again.
pub const fn urgency(level: Level) -> (Urgency, &'static str) {
    match level {
        Level::Critical => (Urgency::Immediate, "a critical level is acted on within 24 hours"),
        Level::High => (Urgency::Expected, "a high level is acted on within 7 days"),
        Level::Elevated | Level::Low => (Urgency::Future, "a level below high is followed over 90 days"),
        Level::Calm => (Urgency::Past, "at a calm level nothing is left to act on"),
    }
}

/// How certain a situation is: its level is read from what was reported, not forecast.
pub const fn certainty() -> (Certainty, &'static str) {
    (Certainty::Observed, "the level is read from incidents that were reported, not from a forecast")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_has_its_severity_and_urgency() {
        let words: Vec<String> = Level::ALL
            .iter()
            .map(|level| format!("{level} {} {}", severity(*level), urgency(*level).0))
            .collect();
        assert_eq!(
            words,
            [
                "calm Minor Past",
                "low Minor Future",
                "elevated Moderate Future",
                "high Severe Expected",
                "critical Extreme Immediate"
            ]
        );
    }

    #[test]
    fn a_situation_is_observed() {
        assert_eq!(certainty().0, Certainty::Observed);
    }
}
