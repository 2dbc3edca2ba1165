//! Taking words out of free text: what was removed from the fields must not survive in the sentences.

/// Stands where a place or position was.
const LEFT_OUT: &str = "[left out]";
/// Fragments shorter than this are not looked for: they would hit half of every text.
const SHORTEST: usize = 3;
/// Decimals that make a number a position.
const POSITION_DECIMALS: usize = 3;

/// Replaces every occurrence of a fragment, whatever its case.
pub fn replace(text: &str, fragment: &str, with: &str) -> String {
    let fragment = fragment.trim();
    if fragment.chars().count() < SHORTEST {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = matched(rest, fragment) {
            out.push_str(with);
            rest = &rest[length..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// How many bytes of `text` the fragment takes at its beginning, whatever the case; runs of white space count as one.
fn matched(text: &str, fragment: &str) -> Option<usize> {
    let mut here = text.char_indices().peekable();
    let mut wanted = fragment.chars().peekable();
    while let Some(want) = wanted.next() {
        let (_, have) = here.next()?;
        if want.is_whitespace() && have.is_whitespace() {
            while wanted.next_if(|c| c.is_whitespace()).is_some() {}
            while here.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        } else if !want.to_lowercase().eq(have.to_lowercase()) {
            return None;
        }
    }
    Some(here.peek().map_or(text.len(), |(at, _)| *at))
}

/// Takes out a passage, and each of its sentences where they stand apart.
pub fn without_passage(text: &str, passage: &str) -> String {
    let whole = replace(text, passage, "");
    let sentences = passage.split_inclusive(['.', '!', '?', '\n', ';']).map(str::trim);
    tidy(&sentences.fold(whole, |text, sentence| replace(&text, sentence.trim_end_matches(['.', ';']), "")))
}

/// Takes out these fragments, leaving a mark where each was.
pub fn without_words<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().fold(text.to_owned(), |text, word| replace(&text, word, LEFT_OUT))
}

/// Takes out numbers that are written as finely as positions are.
pub fn without_positions(text: &str) -> String {
    by_word(text, |word| {
        word.split(|c: char| !c.is_ascii_digit() && c != '.').any(|number| {
            number.split_once('.').is_some_and(|(whole, decimals)| {
                !whole.is_empty()
                    && decimals.len() >= POSITION_DECIMALS
                    && decimals.bytes().all(|b| b.is_ascii_digit())
            })
        }) || word.contains('°')
    })
}

fn by_word(text: &str, out: impl Fn(&str) -> bool) -> String {
    let mark = |word: &str| {
        let end = word.len() - word.trim_end().len();
        if out(word) { format!("{LEFT_OUT}{}", &word[word.len() - end..]) } else { word.to_owned() }
    };
    text.split_inclusive(char::is_whitespace).map(mark).collect()
}

/// One blank where removal left several; no blank before a full stop, no stop without a sentence.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric) || word.len() > 1)
            .collect();
        words.join(" ").replace(" .", ".").replace("..", ".")
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_is_found_whatever_its_case_and_blanks() {
        assert_eq!(
            replace("Clash near VORUKH and Vorukh.", "vorukh", "[left out]"),
            "Clash near [left out] and [left out]."
        );
        assert_eq!(replace("в Ворухе", "ВОРУХ", "X"), "в Xе");
        assert_eq!(replace("Ak  Sai\nroad", "ak sai road", "X"), "X");
        assert_eq!(replace("to be", "to", "X"), "to be", "too short to look for");
    }

    #[test]
    fn a_passage_goes_whole_and_sentence_by_sentence() {
        let passage = "It is likely to spread. Trust is low.";
        assert_eq!(
            without_passage("Shots were heard. It is likely to spread. Trust is low.", passage),
            "Shots were heard."
        );
        assert_eq!(
            without_passage("Trust is low. Shots were heard. It is likely to spread.", passage),
            "Shots were heard."
        );
    }

    #[test]
    fn positions_go_and_shares_stay() {
        let clean = without_positions("At 39.9712,69.5123 with a share of 0.75 and 40°N.");
        assert!(!clean.contains("39.97") && !clean.contains("69.51") && !clean.contains("40°"), "{clean}");
        assert!(clean.contains("0.75"), "{clean}");
    }
}
