//! How likely, in numbers and in words; and how sure, which is another thing.

use serde::{Deserialize, Serialize};

use crate::{text::Invalid, words};

/// A chance, in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// The chance as a number in 0..=1.
    pub fn value(self) -> f64 {
        self.0
    }
}
impl TryFrom<f64> for Probability {
    type Error = Invalid;
    fn try_from(value: f64) -> Result<Self, Invalid> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid::new("probability", &value.to_string(), "0 to 1"))
        }
    }
}
impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

words! {
    /// How much the judgement rests on; never said in one sentence with a likelihood (ICD 203).
    "confidence" Confidence {
        /// Scant, fragmentary or poorly corroborated information.
        Low = "low",
        /// Credible and plausible information, not corroborated enough.
        Moderate = "moderate",
        /// Information of high quality, from independent sources.
        High = "high",
    }
}

words! {
    /// The seven ICD 203 words, each for a range of probability; a border belongs to the word above it.
    "likelihood word" Word {
        /// Below 5 per cent; ICD 203 says 1 to 5, for nothing is impossible.
        AlmostNoChance = "almost no chance",
        /// 5 to 20 per cent.
        VeryUnlikely = "very unlikely",
        /// 20 to 45 per cent.
        Unlikely = "unlikely",
        /// 45 to 55 per cent.
        RoughlyEven = "roughly even chance",
        /// 55 to 80 per cent.
        Likely = "likely",
        /// 80 to 95 per cent.
        VeryLikely = "very likely",
        /// 95 per cent and more; ICD 203 says 95 to 99, for nothing is certain.
        AlmostCertain = "almost certain",
    }
}

impl Word {
    /// The range that the directive gives the word.
    pub const fn range(self) -> Likelihood {
        let (low, high) = match self {
            Self::AlmostNoChance => (0.01, 0.05),
            Self::VeryUnlikely => (0.05, 0.2),
            Self::Unlikely => (0.2, 0.45),
            Self::RoughlyEven => (0.45, 0.55),
            Self::Likely => (0.55, 0.8),
            Self::VeryLikely => (0.8, 0.95),
            Self::AlmostCertain => (0.95, 0.99),
        };
        Likelihood { low: Probability(low), high: Probability(high) }
    }
}

/// A probability range with its word: `low <= high`, both in 0..=1.
///
/// In JSON the word is written beside the range; one that is not the range's own is refused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawLikelihood", into = "RawLikelihood")]
pub struct Likelihood {
    low: Probability,
    high: Probability,
}

#[derive(Serialize, Deserialize)]
struct RawLikelihood {
    low: Probability,
    high: Probability,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    word: Option<Word>,
}

impl Likelihood {
    /// The range from `low` to `high`.
    ///
    /// # Errors
    /// When `low` is above `high`.
    pub fn between(low: Probability, high: Probability) -> Result<Self, Invalid> {
        if low.0 <= high.0 {
            Ok(Self { low, high })
        } else {
            Err(Invalid::new("likelihood", &format!("{} to {}", low.0, high.0), "low not above high"))
        }
    }
    /// Lower end of the range.
    pub fn low(&self) -> Probability {
        self.low
    }
    /// Upper end of the range.
    pub fn high(&self) -> Probability {
        self.high
    }
    /// The middle of the range, in 0..=1: the chance it is scored by.
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.low.0, self.high.0)
    }
    /// Whether one word can stand for it: it lies in 0.01..=0.99, for nothing is certain, and within the range of a word or across
    /// those of two that are next to each other. A border that it ends on belongs to the word below, one that it begins on to the
    /// word above.
    pub fn fits_its_word(&self) -> bool {
        let first = Word::ALL.iter().rposition(|word| self.low.0 >= word.range().low.0);
        let last = Word::ALL.iter().position(|word| self.high.0 <= word.range().high.0);
        first.zip(last).is_some_and(|(first, last)| first.abs_diff(last) <= 1)
    }
    /// The ICD 203 word of the middle of the range, however wide the range is.
    pub fn word(&self) -> Word {
        match self.middle() {
            p if p < 0.05 => Word::AlmostNoChance,
            p if p < 0.20 => Word::VeryUnlikely,
            p if p < 0.45 => Word::Unlikely,
            p if p < 0.55 => Word::RoughlyEven,
            p if p < 0.80 => Word::Likely,
            p if p < 0.95 => Word::VeryLikely,
            _ => Word::AlmostCertain,
        }
    }
}
impl TryFrom<RawLikelihood> for Likelihood {
    type Error = Invalid;
    fn try_from(raw: RawLikelihood) -> Result<Self, Invalid> {
        let likelihood = Self::between(raw.low, raw.high)?;
        match raw.word {
            Some(word) if word != likelihood.word() => {
                Err(Invalid::new("likelihood word for this range", word.as_str(), likelihood.word().as_str()))
            }
            _ => Ok(likelihood),
        }
    }
}
impl From<Likelihood> for RawLikelihood {
    fn from(likelihood: Likelihood) -> Self {
        Self { low: likelihood.low, high: likelihood.high, word: Some(likelihood.word()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn likelihood(low: f64, high: f64) -> Result<Likelihood, Invalid> {
        Likelihood::between(low.try_into().unwrap(), high.try_into().unwrap())
    }

    #[test]
    fn each_word_holds_its_range_and_a_border_belongs_to_the_word_above() {
        let table = [
            (0.0, Word::AlmostNoChance),
            (0.01, Word::AlmostNoChance),
            (0.049, Word::AlmostNoChance),
            (0.05, Word::VeryUnlikely),
            (0.199, Word::VeryUnlikely),
            (0.20, Word::Unlikely),
            (0.449, Word::Unlikely),
            (0.45, Word::RoughlyEven),
            (0.549, Word::RoughlyEven),
            (0.55, Word::Likely),
            (0.799, Word::Likely),
            (0.80, Word::VeryLikely),
            (0.949, Word::VeryLikely),
            (0.95, Word::AlmostCertain),
            (0.99, Word::AlmostCertain),
            (1.0, Word::AlmostCertain),
        ];
        for (chance, word) in table {
            assert_eq!(likelihood(chance, chance).unwrap().word(), word, "{chance}");
        }
    }

    #[test]
    fn a_range_fits_its_word_where_it_reaches_no_further_than_the_next_and_nothing_is_certain() {
        for word in Word::ALL {
            assert!(word.range().fits_its_word(), "{word}");
        }
        let fits = |low, high| likelihood(low, high).unwrap().fits_its_word();
        assert!(fits(0.5, 0.6) && fits(0.3, 0.5) && fits(0.6, 0.9));
        assert!(!fits(0.0, 1.0) && !fits(0.2, 0.9) && !fits(0.3, 0.6), "too wide");
        assert!(!fits(0.3, 0.9) && !fits(0.45, 0.9), "across three words, though one is in the middle");
        assert!(
            fits(0.45, 0.8) && fits(0.55, 0.95) && fits(0.55, 0.55),
            "a border that it ends on is within"
        );
        assert!(!fits(0.0, 0.0) && !fits(1.0, 1.0) && !fits(0.95, 1.0), "certain");
    }

    #[test]
    fn the_words_are_written_as_the_directive_writes_them() {
        let written: Vec<&str> = Word::ALL.iter().map(|word| word.as_str()).collect();
        assert_eq!(
            written,
            [
                "almost no chance",
                "very unlikely",
                "unlikely",
                "roughly even chance",
                "likely",
                "very likely",
                "almost certain"
            ]
        );
    }

    #[test]
    fn the_range_of_a_word_has_that_word() {
        for word in Word::ALL {
            assert_eq!(word.range().word(), *word);
        }
    }

    #[test]
    fn a_range_has_the_word_of_its_middle() {
        assert_eq!(likelihood(0.5, 0.75).unwrap().word(), Word::Likely);
        assert_eq!(likelihood(0.0, 1.0).unwrap().word(), Word::RoughlyEven);
    }

    #[test]
    fn a_range_upside_down_is_refused() {
        assert!(likelihood(0.6, 0.5).is_err());
        assert!(serde_json::from_str::<Likelihood>(r#"{"low":0.6,"high":0.5}"#).is_err());
    }

    #[test]
    fn a_word_that_is_not_the_ranges_own_is_refused() {
        assert!(serde_json::from_str::<Likelihood>(r#"{"low":0.6,"high":0.7}"#).is_ok());
        assert!(serde_json::from_str::<Likelihood>(r#"{"low":0.6,"high":0.7,"word":"likely"}"#).is_ok());
        assert!(serde_json::from_str::<Likelihood>(r#"{"low":0.6,"high":0.7,"word":"unlikely"}"#).is_err());
    }

    #[test]
    fn a_number_outside_zero_to_one_is_no_probability() {
        for number in [-0.001, 1.001, f64::NAN, f64::INFINITY] {
            assert!(Probability::try_from(number).is_err(), "{number}");
        }
    }

    proptest! {
        #[test]
        fn a_likelier_chance_never_has_an_unlikelier_word(a in 0.0..=1.0, b in 0.0..=1.0) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            prop_assert!(likelihood(low, low).unwrap().word() <= likelihood(high, high).unwrap().word());
        }

        #[test]
        fn a_likelihood_survives_being_written_and_read(a in 0.0..=1.0, b in 0.0..=1.0) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            let written = serde_json::to_string(&likelihood(low, high).unwrap()).unwrap();
            let read: Likelihood = serde_json::from_str(&written).unwrap();
            prop_assert!((read.low().value() - low).abs() < 1e-12);
            prop_assert!((read.high().value() - high).abs() < 1e-12);
        }
    }
}
