//! How grave an incident is, where only its deaths say so.

use domain::Severity;

/// Gravity by the best estimate of deaths: none, 1 to 4, 5 to 24, 25 and more (25 a year is UCDP's threshold of an
/// armed conflict).
pub const fn of_deaths(best: u32) -> Severity {
    match best {
        0 => Severity::Minor,
        1..=4 => Severity::Notable,
        5..=24 => Severity::Serious,
        _ => Severity::Grave,
    }
}

/// So many deaths, in words for a title.
pub fn deaths_in_words(deaths: u32) -> String {
    match deaths {
        0 => "no deaths".to_owned(),
        1 => "1 death".to_owned(),
        many => format!("{many} deaths"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_deaths_are_graver() {
        for (deaths, severity) in [
            (0, Severity::Minor),
            (1, Severity::Notable),
            (4, Severity::Notable),
            (5, Severity::Serious),
            (24, Severity::Serious),
            (25, Severity::Grave),
            (u32::MAX, Severity::Grave),
        ] {
            assert_eq!(of_deaths(deaths), severity, "{deaths}");
        }
    }
}
