//! The Admiralty grade: how reliable the source, how credible the information.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, text::Invalid, words};

words! {
    /// Reliability of a source, A (completely reliable) to E (unreliable); F cannot be judged.
    "source reliability" Reliability {
        /// Completely reliable.
        A = "A",
        /// Usually reliable.
        B = "B",
        /// Fairly reliable.
        C = "C",
        /// Not usually reliable.
        D = "D",
        /// Unreliable.
        E = "E",
        /// Cannot be judged; last in order, though it weighs more than E.
        F = "F",
    }
}

impl Reliability {
    /// Weight of the source in 0..=1, as ANALYSIS 7.1 sets it. F weighs .35: unknown is not unreliable.
    pub const fn weight(self) -> f64 {
        match self {
            Self::A => 1.0,
            Self::B => 0.85,
            Self::C => 0.65,
            Self::D => 0.40,
            Self::E => 0.15,
            Self::F => 0.35,
        }
    }
}

/// Credibility of information: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Credibility(u8);

impl Credibility {
    /// What cannot be judged.
    pub const UNKNOWN: Self = Self(6);
    /// Confirmed by independent sources.
    pub const CONFIRMED: Self = Self(1);
    /// Probably true.
    pub const PROBABLE: Self = Self(2);
    /// Possibly true.
    pub const POSSIBLE: Self = Self(3);

    /// The digit, 1 to 6.
    pub const fn digit(self) -> u8 {
        self.0
    }
    /// Weight of the information in 0..=1, as ANALYSIS 7.1 sets it. 6 weighs as 4: unknown is not improbable.
    pub const fn weight(self) -> f64 {
        match self.0 {
            1 => 1.0,
            2 => 0.85,
            3 => 0.65,
            5 => 0.10,
            _ => 0.35,
        }
    }
}
impl TryFrom<u8> for Credibility {
    type Error = Invalid;
    fn try_from(digit: u8) -> Result<Self, Invalid> {
        if (1..=6).contains(&digit) {
            Ok(Self(digit))
        } else {
            Err(Invalid::new("information credibility", &digit.to_string(), "1 to 6"))
        }
    }
}
impl From<Credibility> for u8 {
    fn from(credibility: Credibility) -> Self {
        credibility.0
    }
}

/// What is believed of one piece of information, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// Who graded: a person's name in the system, or the connector whose default it is.
    pub by: String,
    /// When it was graded.
    pub at: Timestamp,
    /// Why this grade; empty for a default.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

impl Grade {
    /// Belief in 0..=1 that this one report gives: weight of the source times weight of the information.
    pub fn belief(&self) -> f64 {
        self.reliability.weight() * self.credibility.weight()
    }
    /// The two characters analysts read: `B2`.
    pub fn code(&self) -> String {
        format!("{}{}", self.reliability, self.credibility.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credibility(digit: u8) -> Credibility {
        digit.try_into().unwrap()
    }

    #[test]
    fn credibility_is_a_digit_from_one_to_six() {
        for digit in 0..=u8::MAX {
            let read = Credibility::try_from(digit);
            assert_eq!(read.is_ok(), (1..=6).contains(&digit), "{digit}");
            assert!(read.is_err() || read.unwrap().digit() == digit);
        }
        assert!(serde_json::from_str::<Credibility>("7").is_err());
        assert!(serde_json::from_str::<Credibility>("\"2\"").is_err());
        assert_eq!(serde_json::to_string(&Credibility::PROBABLE).unwrap(), "2");
    }

    #[test]
    fn the_named_credibilities_are_their_digits() {
        let named =
            [Credibility::CONFIRMED, Credibility::PROBABLE, Credibility::POSSIBLE, Credibility::UNKNOWN];
        assert_eq!(named.map(Credibility::digit), [1, 2, 3, 6]);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "constants are returned as they stand")]
    fn the_weights_are_those_of_the_analysis() {
        assert_eq!([1, 2, 3, 4, 5, 6].map(|d| credibility(d).weight()), [1.0, 0.85, 0.65, 0.35, 0.10, 0.35]);
        let reliabilities: Vec<f64> = Reliability::ALL.iter().map(|r| r.weight()).collect();
        assert_eq!(reliabilities, [1.0, 0.85, 0.65, 0.40, 0.15, 0.35]);
    }

    #[test]
    fn belief_is_the_product_and_stays_between_zero_and_one() {
        let at = "2026-11-23T07:30:00Z".parse().unwrap();
        for reliability in Reliability::ALL.iter().copied() {
            for digit in 1..=6 {
                let credibility = credibility(digit);
                let grade = Grade { reliability, credibility, by: "desk".into(), at, why: String::new() };
                assert!((0.0..=1.0).contains(&grade.belief()));
                assert_eq!(grade.code(), format!("{reliability}{digit}"));
            }
        }
        let b2 = Grade {
            reliability: Reliability::B,
            credibility: Credibility::PROBABLE,
            by: "ucdp-ged".into(),
            at,
            why: String::new(),
        };
        assert!((b2.belief() - 0.7225).abs() < 1e-12);
    }
}
