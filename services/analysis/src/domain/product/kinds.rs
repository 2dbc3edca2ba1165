//! Kinds of incident in words. Sources bring their own words; what no table knows is given as it came.

use contracts::analysis::products::ProductLanguage as Language;
use domain::kind;

/// The kind in words, within a sentence.
pub fn words(language: Language, of: &str) -> String {
    match language {
        Language::En => english(of),
        Language::Ru => {
            kind::russian(of).map_or_else(|| format!("инцидент («{}»)", of.replace('_', " ")), str::to_owned)
        }
    }
}

/// A kind in English: its own words, with the hyphens that some of them have.
fn english(of: &str) -> String {
    const JOINED: [&str; 3] = ["state_based_", "non_state_", "one_sided_"];
    let joined = JOINED.iter().find_map(|joined| Some((joined, of.strip_prefix(joined)?)));
    let text = joined.map_or_else(
        || of.to_owned(),
        |(joined, rest)| format!("{} {rest}", joined.trim_end_matches('_').replace('_', "-")),
    );
    text.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_no_table_knows_is_given_as_it_came() {
        assert_eq!(words(Language::En, "exchange_of_fire"), "exchange of fire");
        assert_eq!(words(Language::En, "state_based_violence"), "state-based violence");
        assert_eq!(words(Language::Ru, "exchange_of_fire"), "перестрелка");
        assert_eq!(words(Language::Ru, "kite_flying"), "инцидент («kite flying»)");
    }
}
