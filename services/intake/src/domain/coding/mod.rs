//! Coding of free text: what kind of event it tells of, for which threat, who takes part and where, each with the words that
//! say so. It proposes; a person confirms.
//!
//! Transparent on purpose: words found in a text are looked up in a table (`lexicon.tsv`), each with a weight; the chance of a
//! kind is that at least one of its distinct words means it, `1 - product(1 - weight)`, lessened by words that speak of what is
//! remembered, staged or played. No model is trained, every proposal can be followed to the table's line.

mod lexicon;
mod whereabouts;

use std::collections::BTreeMap;

use contracts::intake::coding::{ActorFound, Coding, KindFound, ThreatFound, Word};
use domain::Threat;

use self::lexicon::{Entry, Says};

/// A kind less likely than this is not proposed.
pub const LEAST: f64 = 0.5;
/// So many letters of a text are read; what stands behind them is told by what stands before.
const MOST_CHARS: usize = 20_000;
/// How many kinds are proposed at most.
const MOST_KINDS: usize = 5;

/// One word of the text as it is compared, and where it stands, in characters.
struct Token {
    key: String,
    from: usize,
    to: usize,
}

/// What a text says, as far as its words tell.
pub fn code(text: &str) -> Coding {
    let letters: Vec<char> = text.chars().take(MOST_CHARS).collect();
    let tokens = tokens(&letters);
    let shown = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
    let mut found = Found::default();
    let keys: Vec<&str> = tokens.iter().map(|token| token.key.as_str()).collect();
    for (at, key) in keys.iter().enumerate() {
        for entry in lexicon::beginning(key) {
            let Some(words) = entry.takes(&keys[at..]) else { continue };
            let (from, to) = (tokens[at].from, tokens[at + words - 1].to);
            found.note(
                entry,
                Word { text: shown(from, to), from: from as u32, to: to as u32, weight: entry.weight },
            );
        }
    }
    let spans: Vec<(usize, usize)> = tokens.iter().map(|token| (token.from, token.to)).collect();
    Coding { places: whereabouts::places(&letters, &spans), ..found.coding() }
}

fn tokens(letters: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut from = None;
    for at in 0..=letters.len() {
        let inside = letters.get(at).is_some_and(|letter| letter.is_alphanumeric() || is_within(*letter));
        match (from, inside) {
            (None, true) => from = Some(at),
            (Some(begin), false) => {
                let key = lexicon::key(&letters[begin..at].iter().collect::<String>());
                if !key.is_empty() {
                    tokens.push(Token { key, from: begin, to: at });
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
    matches!(letter, '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{0652}' | '\u{200c}')
}

/// What was found, before it is weighed.
#[derive(Default)]
struct Found {
    kinds: BTreeMap<(&'static str, Threat), Vec<Word>>,
    actors: BTreeMap<&'static str, Vec<Word>>,
    damping: Vec<Word>,
}

impl Found {
    fn note(&mut self, entry: &Entry, word: Word) {
        let words = match entry.says {
            Says::Kind(kind, threat) => self.kinds.entry((kind, threat)).or_default(),
            Says::Actor(name) => self.actors.entry(name).or_default(),
            Says::Damps => &mut self.damping,
        };
        // a word counts once, at its strongest and longest
        match words.iter_mut().find(|known| known.from < word.to && word.from < known.to) {
            Some(known) if (word.weight, word.to - word.from) > (known.weight, known.to - known.from) => {
                *known = word;
            }
            Some(_) => {}
            None => words.push(word),
        }
    }

    fn coding(self) -> Coding {
        let damped = 1.0 - at_least_one(&self.damping);
        let mut kinds: Vec<KindFound> = self
            .kinds
            .into_iter()
            .map(|((kind, threat), words)| KindFound {
                kind: kind.to_owned(),
                threat,
                chance: at_least_one(&distinct(&words)) * damped,
                words,
            })
            .filter(|kind| kind.chance >= LEAST)
            .collect();
        kinds.sort_by(|one, other| {
            other.chance.total_cmp(&one.chance).then_with(|| one.kind.cmp(&other.kind))
        });
        let threats = threats(&kinds);
        kinds.truncate(MOST_KINDS);
        let actors = self
            .actors
            .into_iter()
            .map(|(name, words)| ActorFound { name: name.to_owned(), words })
            .collect();
        Coding { threats, kinds, actors, places: Vec::new(), against: self.damping }
    }
}

/// Each spelling once: a text that says a word ten times is not ten times surer.
fn distinct(words: &[Word]) -> Vec<Word> {
    let mut seen: BTreeMap<String, Word> = BTreeMap::new();
    for word in words {
        seen.entry(lexicon::key(&word.text)).or_insert_with(|| word.clone());
    }
    seen.into_values().collect()
}

fn at_least_one(words: &[Word]) -> f64 {
    1.0 - words.iter().map(|word| 1.0 - word.weight).product::<f64>()
}

/// A threat is as likely as the likeliest of its kinds.
fn threats(kinds: &[KindFound]) -> Vec<ThreatFound> {
    let mut threats: Vec<ThreatFound> = Vec::new();
    for kind in kinds {
        if !threats.iter().any(|known| known.threat == kind.threat) {
            threats.push(ThreatFound { threat: kind.threat, chance: kind.chance });
        }
    }
    threats
}

#[cfg(test)]
mod tests;
