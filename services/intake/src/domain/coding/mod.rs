//! Coding of free text: what kind of event it tells of, for which threat, who takes part and where, each with the words that
//! say so. It proposes; a person confirms.
//!
//! Transparent on purpose: words found in a text are looked up in a table (`lexicon.tsv`), each with a weight; the chance of a
//! kind is that at least one of its distinct words means it, `1 - product(1 - weight)`. A word that is denied, or stands in a
//! sentence of what is remembered or staged, weighs less by what says so (`against.tsv`). No model is trained, every proposal
//! can be followed to the table's line.

mod against;
mod cases;
mod lexicon;
mod tokens;
mod whereabouts;

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::coding::{ActorFound, Coding, KindFound, ThreatFound, Word};
use domain::Threat;

use self::{
    against::Against,
    lexicon::{Entry, Says},
};

/// A kind less likely than this is not proposed.
pub const LEAST: f64 = 0.5;
/// A word that weighs less than this is told among those spoken against, and is no evidence.
const NOTHING_LEFT: f64 = 0.1;
/// So many letters of a text are read; what stands behind them is told by what stands before.
const MOST_CHARS: usize = 20_000;
/// How many kinds are proposed at most.
const MOST_KINDS: usize = 5;

/// What a text says, as far as its words tell.
pub fn code(text: &str) -> Coding {
    let letters: Vec<char> = text.chars().take(MOST_CHARS).collect();
    let tokens = tokens::tokens(&letters);
    let keys: Vec<&str> = tokens.iter().map(|token| token.key.as_str()).collect();
    let against = Against::of(&tokens, &keys);
    let word = |(first, behind): (usize, usize), weight: f64| {
        let (from, to) = (tokens[first].from, tokens[behind - 1].to);
        Word { text: letters[from..to].iter().collect(), from: from as u32, to: to as u32, weight }
    };
    let mut found = Found::default();
    // what is part of an actor's name says nothing of where: "Turkestan Islamic Party"
    let mut in_names = vec![false; tokens.len()];
    for (at, key) in keys.iter().enumerate() {
        for entry in lexicon::beginning(key) {
            let Some(count) = entry.takes(&keys[at..]) else { continue };
            if matches!(entry.says, Says::Kind(..)) && against.means_else(at..at + count) {
                continue;
            }
            if matches!(entry.says, Says::Actor(_)) {
                in_names.iter_mut().skip(at).take(count).for_each(|within| *within = true);
            }
            let (left, by) = against.left(at..at + count);
            found.note(entry, word((at, at + count), entry.weight), left);
            if matches!(entry.says, Says::Kind(..)) {
                found.against.extend(by);
            }
        }
    }
    let by = found.against.iter().map(|which| against.cue(*which));
    let by: Vec<Word> = by.map(|(at, weight)| word(at, weight)).collect();
    let spans: Vec<(usize, usize)> = tokens.iter().map(|token| (token.from, token.to)).collect();
    Coding { places: whereabouts::places(&letters, &spans, &in_names), against: by, ..found.coding() }
}

/// What was found, before it is weighed.
#[derive(Default)]
struct Found {
    kinds: BTreeMap<(&'static str, Threat), Vec<Word>>,
    actors: BTreeMap<&'static str, Vec<Word>>,
    lessened: Vec<Word>,
    against: BTreeSet<usize>,
}

impl Found {
    /// Notes a word of which so much is left by what speaks against it.
    fn note(&mut self, entry: &Entry, word: Word, left: f64) {
        match entry.says {
            Says::Kind(kind, threat) => {
                let word = Word { weight: word.weight * left, ..word };
                if left < 1.0 {
                    strongest(&mut self.lessened, word.clone());
                }
                if word.weight >= NOTHING_LEFT {
                    strongest(self.kinds.entry((kind, threat)).or_default(), word);
                }
            }
            Says::Actor(name) => strongest(self.actors.entry(name).or_default(), word),
            Says::Against(_) => {}
        }
    }

    fn coding(self) -> Coding {
        let mut kinds: Vec<KindFound> = self
            .kinds
            .into_iter()
            .map(|((kind, threat), words)| KindFound {
                kind: kind.to_owned(),
                threat,
                chance: at_least_one(&distinct(&words)),
                words,
            })
            .filter(|kind| kind.chance >= LEAST)
            .collect();
        kinds.sort_by(|one, other| {
            other.chance.total_cmp(&one.chance).then_with(|| one.kind.cmp(&other.kind))
        });
        let threats = threats(&kinds);
        kinds.truncate(MOST_KINDS);
        let actors = named(self.actors);
        Coding { threats, kinds, actors, lessened: self.lessened, ..Coding::default() }
    }
}

/// The actors that are named, each by the words that name no other at greater length: "Pakistani Taliban" is not the Taliban.
fn named(actors: BTreeMap<&'static str, Vec<Word>>) -> Vec<ActorFound> {
    let spans: Vec<(u32, u32)> = actors.values().flatten().map(|word| (word.from, word.to)).collect();
    let within = |word: &Word| {
        let holds =
            |(from, to): &(u32, u32)| *from <= word.from && word.to <= *to && word.to - word.from < to - from;
        spans.iter().any(holds)
    };
    let own = |words: Vec<Word>| words.into_iter().filter(|word| !within(word)).collect::<Vec<_>>();
    let found =
        actors.into_iter().map(|(name, words)| ActorFound { name: name.to_owned(), words: own(words) });
    found.filter(|actor| !actor.words.is_empty()).collect()
}

/// Adds a word; one place counts once, at its strongest and longest.
fn strongest(words: &mut Vec<Word>, word: Word) {
    match words.iter_mut().find(|known| known.from < word.to && word.from < known.to) {
        Some(known) if (word.weight, word.to - word.from) > (known.weight, known.to - known.from) => {
            *known = word;
        }
        Some(_) => {}
        None => words.push(word),
    }
}

/// Each spelling once, at its strongest: a text that says a word ten times is not ten times surer.
fn distinct(words: &[Word]) -> Vec<Word> {
    let mut seen: BTreeMap<String, Word> = BTreeMap::new();
    for word in words {
        let known = seen.entry(lexicon::key(&word.text)).or_insert_with(|| word.clone());
        if known.weight < word.weight {
            known.clone_from(word);
        }
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
mod labelled_tests;
#[cfg(test)]
mod tests;
