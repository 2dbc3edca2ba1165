//! Kinds of incident in words. Sources bring their own words; what no table knows is given as it came.

use contracts::analysis::products::ProductLanguage as Language;
use domain::kind;

/// The kind in words, within a sentence.
pub fn words(language: Language, of: &str) -> String {
    match language {
        Language::En => of.replace('_', " "),
        Language::Ru => {
            kind::russian(of).map_or_else(|| format!("инцидент («{}»)", of.replace('_', " ")), str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_no_table_knows_is_given_as_it_came() {
        assert_eq!(words(Language::En, "exchange_of_fire"), "exchange of fire");
        assert_eq!(words(Language::Ru, "exchange_of_fire"), "перестрелка");
        assert_eq!(words(Language::Ru, "kite_flying"), "инцидент («kite flying»)");
    }
}
