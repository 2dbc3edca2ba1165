//! How much two titles share, to put likely repetitions first.

use std::collections::BTreeSet;

/// The words of a title that tell something: of four letters or more, in small letters.
fn words(title: &str) -> BTreeSet<String> {
    let split = title.split(|c: char| !c.is_alphanumeric());
    split.filter(|word| word.chars().count() > 3).map(str::to_lowercase).collect()
}

/// The share of words that both titles have, of all words that either has, in whole percent.
pub fn words_shared(one: &str, other: &str) -> u8 {
    let (one, other) = (words(one), words(other));
    let all = one.union(&other).count();
    if all == 0 {
        return 0;
    }
    u8::try_from(one.intersection(&other).count() * 100 / all).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_share_words_whatever_their_case_and_script() {
        assert_eq!(words_shared("Shots at the canal", "SHOTS AT THE CANAL!"), 100);
        assert_eq!(words_shared("Стрельба у канала", "стрельба на рынке"), 33);
        assert_eq!(words_shared("Shots", "Prices"), 0);
        assert_eq!(words_shared("", "at the"), 0);
    }
}
