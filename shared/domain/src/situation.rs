//! How things stand in one province for one threat.

use crate::words;

words! {
    /// The situation level: what happened, graded and decayed (ANALYSIS 7.4).
    "situation level" Level {
        /// Index below 2.
        Calm = "calm",
        /// Index from 2.
        Low = "low",
        /// Index from 10.
        Elevated = "elevated",
        /// Index from 30.
        High = "high",
        /// Index from 80.
        Critical = "critical",
    }
}

impl Level {
    /// 0 for calm to 4 for critical.
    pub const fn number(self) -> u8 {
        self as u8
    }
    /// The level whose band holds this index: bands begin at 2, 10, 30 and 80 (ANALYSIS 7.4).
    ///
    /// What is not a number is critical, so that a broken sum is looked at rather than taken for calm.
    pub fn of_index(index: f64) -> Self {
        if index.is_nan() {
            return Self::Critical;
        }
        let reached = Self::ALL.iter().copied().rev().find(|level| index >= level.band());
        reached.unwrap_or(Self::Calm)
    }
    /// The index at which its band begins.
    pub const fn band(self) -> f64 {
        match self {
            Self::Calm => 0.0,
            Self::Low => 2.0,
            Self::Elevated => 10.0,
            Self::High => 30.0,
            Self::Critical => 80.0,
        }
    }
    /// The level above; critical stays critical.
    #[must_use]
    pub const fn above(self) -> Self {
        match self {
            Self::Calm => Self::Low,
            Self::Low => Self::Elevated,
            Self::Elevated => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }
    /// The level below; calm stays calm.
    #[must_use]
    pub const fn below(self) -> Self {
        match self {
            Self::Calm | Self::Low => Self::Calm,
            Self::Elevated => Self::Low,
            Self::High => Self::Elevated,
            Self::Critical => Self::High,
        }
    }
}

words! {
    /// Whether what just happened is unusual for this place (ANALYSIS 6).
    "trend" Trend {
        /// As usual here.
        Normal = "normal",
        /// Unusual; worth a look.
        Watch = "watch",
        /// So unusual that somebody must look.
        Alert = "alert",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_band_begins_on_its_border() {
        let table = [
            (-1.0, Level::Calm),
            (0.0, Level::Calm),
            (1.999, Level::Calm),
            (2.0, Level::Low),
            (9.999, Level::Low),
            (10.0, Level::Elevated),
            (29.999, Level::Elevated),
            (30.0, Level::High),
            (79.999, Level::High),
            (80.0, Level::Critical),
            (f64::INFINITY, Level::Critical),
        ];
        for (index, level) in table {
            assert_eq!(Level::of_index(index), level, "{index}");
        }
    }

    #[test]
    fn every_level_is_the_level_of_its_own_border() {
        for (number, level) in Level::ALL.iter().copied().enumerate() {
            assert_eq!(Level::of_index(level.band()), level);
            assert_eq!(usize::from(level.number()), number);
        }
    }

    #[test]
    fn the_level_below_is_one_less_and_calm_stays_calm() {
        for level in Level::ALL.iter().copied() {
            assert_eq!(level.below().number(), level.number().saturating_sub(1));
            assert_eq!(level.above().number(), (level.number() + 1).min(4));
        }
    }

    #[test]
    fn an_index_that_is_not_a_number_is_never_calm() {
        assert_eq!(Level::of_index(f64::NAN), Level::Critical);
    }

    proptest! {
        #[test]
        fn a_higher_index_never_has_a_lower_level(a in 0.0..200.0_f64, b in 0.0..200.0_f64) {
            prop_assert!(Level::of_index(a.min(b)) <= Level::of_index(a.max(b)));
        }
    }
}
