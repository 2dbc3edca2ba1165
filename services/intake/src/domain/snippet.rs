//! Where the words that were looked for stand in an observation.

use contracts::intake::search::{Piece, Snippet};
use domain::Observation;

use super::{query::TextQuery, words::words};

/// How many bytes of a text are shown around the first word, about.
const AROUND: usize = 240;
/// How many of them stand before it.
const BEFORE: usize = 60;

/// Where they stand in its title and its text.
pub fn of(seen: &Observation, query: &TextQuery) -> Snippet {
    let text = pieces(&seen.text, query);
    let stands = text.iter().any(|piece| piece.sought);
    Snippet { title: pieces(&seen.title, query), text: if stands { around(text) } else { Vec::new() } }
}

/// A text in pieces: what was looked for and what stands between.
fn pieces(text: &str, query: &TextQuery) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut behind = 0;
    for word in words(text).into_iter().filter(|word| query.is_sought(&word.stem)) {
        let between = text.get(behind..word.at.start).unwrap_or_default();
        if !between.is_empty() {
            pieces.push(Piece { text: between.to_owned(), sought: false });
        }
        behind = word.at.end;
        pieces.push(Piece { text: text.get(word.at).unwrap_or_default().to_owned(), sought: true });
    }
    let rest = text.get(behind..).unwrap_or_default();
    if !rest.is_empty() {
        pieces.push(Piece { text: rest.to_owned(), sought: false });
    }
    pieces
}

/// The part around the first word that was looked for.
fn around(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut shown: Vec<Piece> = Vec::new();
    let mut left = AROUND;
    for (at, mut piece) in pieces.into_iter().enumerate() {
        if at == 0 && !piece.sought {
            let from = near(&piece.text, piece.text.len().saturating_sub(BEFORE));
            if from > 0 {
                piece.text = format!("…{}", piece.text.get(from..).unwrap_or_default());
            }
        }
        if piece.text.len() > left {
            let to = near(&piece.text, left);
            piece.text = format!("{}…", piece.text.get(..to).unwrap_or_default());
            shown.push(piece);
            break;
        }
        left -= piece.text.len();
        shown.push(piece);
    }
    shown
}

/// The end of the word that this byte stands in, or the end of the text.
fn near(text: &str, byte: usize) -> usize {
    let mut ends = text.char_indices().filter(|(at, letter)| *at >= byte && letter.is_whitespace());
    if byte == 0 { 0 } else { ends.next().map_or(text.len(), |(at, _)| at) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::merge::tests::{arrival, draft};

    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|p| if p.sought { format!("[{}]", p.text) } else { p.text.clone() }).collect()
    }

    #[test]
    fn what_was_looked_for_is_marked_in_its_own_spelling() {
        let mut draft = draft("1");
        (draft.title, draft.text) = (
            "Стрельба на Границе".into(),
            format!("{} у границы, затем {}", "долго ".repeat(40), "тихо ".repeat(80)),
        );
        let seen = of(&draft.observation(1, &arrival()), &TextQuery::read("граница"));
        assert_eq!(shown(&seen.title), "Стрельба на [Границе]");
        let text = shown(&seen.text);
        assert!(
            text.starts_with('…') && text.ends_with('…') && text.contains("у [границы], затем"),
            "{text}"
        );
        assert!(text.len() < 400, "{}", text.len());
    }

    #[test]
    fn a_text_without_the_word_is_not_shown() {
        let mut draft = draft("1");
        draft.text = "Nothing of it".into();
        let seen = of(&draft.observation(1, &arrival()), &TextQuery::read("fire -it"));
        assert_eq!((shown(&seen.title), seen.text), ("Exchange of [fire]".to_owned(), vec![]));
    }

    proptest! {
        #[test]
        fn pieces_together_are_the_text(text in "\\PC{0,200}", sought in "\\PC{0,12}") {
            let query = TextQuery::read(&sought);
            let together: String = pieces(&text, &query).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(together, text.clone());
            let _ = around(pieces(&text, &query));
        }
    }
}
