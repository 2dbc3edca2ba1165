//! Which form of a word goes with a number, by the cardinal rules of Unicode (CLDR).

use icu_locale_core::{Locale, locale};
use icu_plurals::{PluralCategory, PluralRules};

use crate::words;

words! {
    /// A form of counted words.
    "plural form" Plural {
        /// That of 1; in Russian of 21, 31 and so on too.
        One = "one",
        /// In Russian that of 2 to 4, 22 to 24 and so on.
        Few = "few",
        /// In Russian that of 0, 5 to 20, 25 to 30 and so on.
        Many = "many",
        /// Any other; in Russian that of fractions.
        Other = "other",
    }
}

/// Looked up in tables that are part of the program: no cheaper to keep than to make.
fn rules(locale: Locale) -> Option<PluralRules> {
    PluralRules::try_new_cardinal(locale.into()).ok()
}

impl Plural {
    /// The form that goes with a number in a language by its tag; that of other languages where it is none that Mirab speaks.
    pub fn of(tag: &str, number: u64) -> Self {
        let rules = match tag {
            "en" => rules(locale!("en")),
            "ru" => rules(locale!("ru")),
            _ => return Self::Other,
        };
        match rules.map(|rules| rules.category_for(number)) {
            Some(PluralCategory::One) => Self::One,
            Some(PluralCategory::Few) => Self::Few,
            Some(PluralCategory::Many) => Self::Many,
            _ => Self::Other,
        }
    }
    /// Of `[one] {n} day [other] {n} days` the variant of this form; where it has none of its own, the last.
    pub fn choose(self, text: &str) -> &str {
        let mark = format!("[{self}]");
        let from = text.find(&mark).map(|at| at + mark.len()).or_else(|| text.rfind(']').map(|at| at + 1));
        let rest = text.get(from.unwrap_or(0)..).unwrap_or(text);
        rest.split('[').next().unwrap_or(rest).trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_takes_the_form_of_its_language() {
        use Plural::{Few, Many, One, Other};
        for (number, english, russian) in [
            (0, Other, Many),
            (1, One, One),
            (2, Other, Few),
            (5, Other, Many),
            (11, Other, Many),
            (12, Other, Many),
            (21, Other, One),
            (34, Other, Few),
            (111, Other, Many),
            (1001, Other, One),
        ] {
            assert_eq!((Plural::of("en", number), Plural::of("ru", number)), (english, russian), "{number}");
        }
    }

    #[test]
    fn a_variant_is_chosen_by_its_mark_and_the_last_stands_for_those_that_are_missing() {
        let text = "[one] {n} день [few] {n} дня [many] {n} дней";
        assert_eq!((Plural::Few.choose(text), Plural::Many.choose(text)), ("{n} дня", "{n} дней"));
        assert_eq!(Plural::Other.choose(text), "{n} дней");
        assert_eq!(Plural::One.choose("no variants"), "no variants");
    }
}
