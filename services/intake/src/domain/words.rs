//! The words of a text as the search has them: folded, cut to their stems, the same for the index and for what is looked for.
//!
//! Letters are folded as names are (`geography::fold`): case, diacritics, ё and е, the national letters of Cyrillic, the
//! Arabic, Persian and Pashto forms of one letter. The script decides about the stem: Latin words get the English one of
//! Snowball, Cyrillic ones the Russian one; of words in Arabic script the Persian plural is cut. Snowball's Arabic stemmer
//! cuts first letters off Dari and Pashto words, and its Turkish one cannot be told apart from English by the script.

use std::{ops::Range, sync::LazyLock};

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// A longer word is cut: no language of the region has one, and a line without spaces would fill the index.
const LONGEST: usize = 48;
/// Endings of the Persian plural, the longest first.
const PERSIAN_PLURAL: [&str; 3] = ["هایی", "های", "ها"];

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Russian));

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As the index has it: letters and digits only.
    pub stem: String,
    /// The bytes of the text it stands in.
    pub at: Range<usize>,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut begun: Option<usize> = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (Sign::of(letter), begun) {
            (Sign::Letter, None) => begun = Some(at),
            (Sign::Gap, Some(from)) => {
                begun = None;
                let stem = stem(text.get(from..at).unwrap_or_default());
                if !stem.is_empty() {
                    found.push(Word { stem, at: from..at });
                }
            }
            _ => {}
        }
    }
    found
}

/// What a sign is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A part of it.
    Letter,
    /// Silent within it, and none by itself: an apostrophe, a joiner, a stress mark.
    Silent,
    /// Not of it.
    Gap,
}

impl Sign {
    fn of(letter: char) -> Self {
        match letter {
            '0'..='9' | 'a'..='z' | 'A'..='Z' => Self::Letter,
            '\'' | '`' => Self::Silent,
            '\0'..='\u{7f}' => Self::Gap,
            _ if letter < '\u{2000}' && letter.is_alphanumeric() => Self::Letter,
            _ => match geography::fold(&format!("a{letter}b")).as_str() {
                "ab" => Self::Silent,
                folded if folded.contains(' ') => Self::Gap,
                _ => Self::Letter,
            },
        }
    }
}

/// A word in small letters where that is all its folding: Latin without marks, Russian without ё and й.
fn plain(word: &str) -> Option<String> {
    let small = |letter: char| match letter {
        'A'..='Z' => Some(letter.to_ascii_lowercase()),
        'й' | 'Й' => None,
        '0'..='9' | 'a'..='z' | 'а'..='я' => Some(letter),
        'А'..='Я' => letter.to_lowercase().next(),
        _ => None,
    };
    word.chars().take(LONGEST).map(small).collect()
}

/// A word as the index has it; empty where nothing of it can be looked for.
fn stem(word: &str) -> String {
    if let Some(plain) = plain(word) {
        return cut(plain);
    }
    // й is a letter of its own to the stemmer and И to the fold: it passes as the Serbian letter of the same sound
    let kept: String = word
        .nfc()
        .map(|letter| if matches!(letter, 'й' | 'Й') { 'ј' } else { figure(letter).unwrap_or(letter) })
        .collect();
    let mut folded = geography::fold(&kept);
    folded.retain(|letter| letter != ' ');
    cut(folded.chars().take(LONGEST).collect())
}

/// The first of the figures that Persian, Dari and Pashto write, and the first of the Arabic ones.
pub(super) const FIGURES: [char; 2] = ['\u{6f0}', '\u{660}'];

/// The figure that an Arabic or Persian one is.
fn figure(letter: char) -> Option<char> {
    let of = |zero: char| (u32::from(letter).checked_sub(u32::from(zero))).filter(|value| *value < 10);
    char::from_digit(FIGURES.into_iter().find_map(of)?, 10)
}

/// The stem of a folded word.
fn cut(folded: String) -> String {
    if folded.chars().all(|letter| letter.is_ascii_alphabetic()) {
        return ENGLISH.stem(&folded).into_owned();
    }
    if folded.chars().all(|letter| matches!(letter, 'а'..='ј')) {
        let russian = folded.replace('ј', "й");
        return RUSSIAN.stem(&russian).replace('й', "и");
    }
    let singular = PERSIAN_PLURAL.iter().find_map(|ending| folded.strip_suffix(ending));
    match singular.filter(|rest| rest.chars().count() >= 3) {
        Some(rest) => rest.to_owned(),
        None => folded.replace('ј', "и"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn spellings_and_endings_of_one_word_are_one() {
        for (one, other) in [
            ("граница", "границе"),
            ("Границы", "ГРАНИЦАМИ"),
            ("ёлка", "елка"),
            ("Қызылорда", "Кызылорда"),
            ("Өзбекстан", "Озбекстан"),
            ("күрүч", "куруч"),
            ("вилояти Суғд", "вилояти Сугд"),
            ("borders", "Border"),
            ("shelling", "shelled"),
            ("Farg‘ona", "Fargona"),
            ("Türkmenabat", "Turkmenabat"),
            ("باميان", "بامیان"),
            ("كابل", "کابل"),
            ("کوه\u{200c}ها", "کوه"),
            ("روستاهای", "روستا"),
            ("и\u{306}од", "йод"),
            ("۱۴۰۳", "1403"),
            ("١٤٠٣", "1403"),
            ("۱۲کیلومتر", "12کیلومتر"),
        ] {
            assert_eq!(stems(one), stems(other), "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_folds_as_the_long_one_does(word in "[a-zA-Z0-9а-яА-Я]{1,12}") {
            let folded = geography::fold(&word.replace(['й', 'Й'], "ј"));
            prop_assert!(plain(&word).is_none_or(|plain| plain == folded));
        }
    }

    #[test]
    fn other_words_stay_others() {
        for (one, other) in [("граница", "гранит"), ("Osh", "Ash"), ("کابل", "قابل"), ("تنها", "تن")]
        {
            assert_ne!(stems(one), stems(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "Стрельба у села Ак-Сай, 12 ноября";
        let standing: Vec<&str> = words(text).iter().map(|word| &text[word.at.clone()]).collect();
        assert_eq!(standing, ["Стрельба", "у", "села", "Ак", "Сай", "12", "ноября"]);
    }

    proptest! {
        #[test]
        fn any_text_gives_words_of_letters_and_digits_that_stand_in_it(text in "\\PC{0,60}") {
            for word in words(&text) {
                prop_assert!(text.get(word.at.clone()).is_some());
                prop_assert!(!word.stem.is_empty() && word.stem.chars().all(char::is_alphanumeric), "{:?}", word);
                prop_assert!(word.stem.chars().count() <= LONGEST * 4);
            }
        }

        #[test]
        fn no_word_of_any_script_breaks_its_stemmer(word in "[a-z]{1,60}|[а-яё]{1,60}|[әғқңөұүһіҳҷӯӣ а-я]{1,60}|[\u{621}-\u{64a}\u{67e}-\u{6d2}]{1,40}") {
            let _ = stems(&word);
        }

        #[test]
        fn case_and_composition_do_not_count(word in "[a-zа-яёй]{1,20}|[àéîõüñ]{1,9}") {
            let upper = word.to_uppercase();
            prop_assert_eq!(stems(&word), stems(&upper));
            let decomposed: String = word.nfd().collect();
            prop_assert_eq!(stems(&word), stems(&decomposed));
        }
    }
}
