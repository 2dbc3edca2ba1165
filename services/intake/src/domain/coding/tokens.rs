//! The words of a text as they are compared, each with the sentence and the part of a sentence that it stands in.

use super::lexicon;

/// One word of a text.
pub(super) struct Token {
    /// As it is compared: folded, without spaces.
    pub key: String,
    /// Where it begins, in characters from 0.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Which sentence it stands in, counted from 0.
    pub sentence: u32,
    /// Which part of a sentence, counted from 0 through the whole text: what a comma or a dash divides.
    pub clause: u32,
}

/// What stands between two words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Clause,
    Sentence,
}

/// The words of a text, in order.
pub(super) fn tokens(letters: &[char]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut sentence, mut clause, mut from) = (0, 0, None);
    for at in 0..=letters.len() {
        let inside = letters.get(at).is_some_and(|letter| letter.is_alphanumeric() || is_within(*letter));
        match (from, inside) {
            (None, true) => from = Some(at),
            (Some(begin), false) => {
                let key = lexicon::key(&letters[begin..at].iter().collect::<String>());
                if !key.is_empty() {
                    let behind = tokens.last().map_or(begin, |last| last.to);
                    let gap = gap(letters, (behind, begin));
                    sentence += u32::from(gap == Gap::Sentence);
                    clause += u32::from(gap >= Gap::Clause);
                    tokens.push(Token { key, from: begin, to: at, sentence, clause });
                }
                from = None;
            }
            _ => {}
        }
    }
    tokens
}

/// Signs within a word: apostrophes and marks above letters.
fn is_within(letter: char) -> bool {
    matches!(letter, '\'' | '`' | '’' | '‘' | 'ʻ' | 'ʼ' | '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{0652}' | '\u{200c}')
}

/// What the signs between two words divide: a point before a small letter, as in "5.4" or "U.S. forces", divides nothing.
fn gap(letters: &[char], (from, to): (usize, usize)) -> Gap {
    let spaced = to - from > 1;
    let goes_on = letters.get(to).is_some_and(|next| next.is_lowercase() || (!spaced && next.is_numeric()));
    let of = |sign: &char| match sign {
        '\n' | '!' | '?' | '…' | '؟' | '۔' | '。' => Gap::Sentence,
        '.' if spaced && !goes_on => Gap::Sentence,
        ',' | '،' | ';' | '؛' | ':' | '—' | '–' | '(' | ')' | '"' | '«' | '»' | '“' | '”' => {
            Gap::Clause
        }
        '-' if spaced => Gap::Clause,
        _ => Gap::None,
    };
    letters.get(from..to).unwrap_or_default().iter().map(of).max().unwrap_or(Gap::None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, u32, u32)> {
        let letters: Vec<char> = text.chars().collect();
        tokens(&letters).into_iter().map(|token| (token.key, token.sentence, token.clause)).collect()
    }

    #[test]
    fn sentences_end_at_their_signs_and_not_within_numbers_and_initials() {
        let ends = |text: &str| told(text).last().map(|(_, sentence, _)| *sentence);
        assert_eq!(ends("Quake of 5.4 felt"), Some(0));
        assert_eq!(ends("The U.S. forces left"), Some(0));
        assert_eq!(ends("One died. Two fled"), Some(1));
        assert_eq!(ends("Title\nText"), Some(1));
        assert_eq!(ends("آیا جنگ شد؟ نه"), Some(1));
        assert_eq!(ends(""), None);
    }

    #[test]
    fn commas_and_dashes_part_a_sentence_and_hyphens_do_not() {
        let clause = |text: &str| told(text).last().map(|(_, _, clause)| *clause);
        assert_eq!(clause("взрыв в Кабуле, жертв нет"), Some(1));
        assert_eq!(clause("взрыв - жертв нет"), Some(1));
        assert_eq!(clause("Кызыл-Кыя тынч"), Some(0));
    }
}
