//! The lexicon: stems with what they say, read once from tables that a person can read and mend.

use std::{collections::HashMap, sync::LazyLock};

use domain::Threat;
use geography::fold;

/// So many first letters of a stem lead to it.
const LEAD: usize = 2;

/// What a stem says.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// It tells of this kind of event, which bears on this threat.
    Kind(&'static str, Threat),
    /// It names somebody who takes part.
    Actor(&'static str),
    /// It speaks against the events of the words it reaches.
    Against(Reach),
}

/// Which words something that speaks against events reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The next few of its part of the sentence: "no casualties".
    Next,
    /// The last few: «жертв нет».
    Last,
    /// All of its sentence: an anniversary, a drill.
    Sentence,
    /// None: it only looks like a denial.
    Nothing,
    /// None, and a denial's reach ends there: "but".
    Ends,
}

impl Reach {
    fn named(name: &str) -> Option<Self> {
        match name {
            "next" => Some(Self::Next),
            "last" => Some(Self::Last),
            "sentence" => Some(Self::Sentence),
            "nothing" => Some(Self::Nothing),
            "ends" => Some(Self::Ends),
            _ => None,
        }
    }
}

/// One stem.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it says.
    pub says: Says,
    /// How strongly, in 0..1.
    pub weight: f64,
    words: Vec<Stem>,
}

/// One word of a stem, folded.
#[derive(Clone, Debug, PartialEq)]
enum Stem {
    /// This word.
    Whole(String),
    /// Words that begin so.
    Begins(String),
    /// Any one word.
    Any,
}

impl Stem {
    fn of(word: &str) -> Self {
        match word.strip_suffix('*') {
            Some("") => Self::Any,
            Some(stem) => Self::Begins(key(stem)),
            None => Self::Whole(key(word)),
        }
    }
    fn takes(&self, word: &str) -> bool {
        match self {
            Self::Whole(whole) => word == whole,
            Self::Begins(stem) => word.starts_with(stem.as_str()),
            Self::Any => true,
        }
    }
    fn lead(&self) -> String {
        match self {
            Self::Whole(text) | Self::Begins(text) => text.chars().take(LEAD).collect(),
            Self::Any => String::new(),
        }
    }
}

/// A word as it is compared: folded, without spaces.
pub(super) fn key(word: &str) -> String {
    let mut key = fold(word);
    key.retain(|letter| letter != ' ');
    key
}

impl Entry {
    /// How many words it takes at the beginning of these; `None` where it does not fit.
    pub(super) fn takes(&self, words: &[&str]) -> Option<usize> {
        let fits = words.len() >= self.words.len();
        let all = || self.words.iter().zip(words).all(|(stem, word)| stem.takes(word));
        (fits && all()).then_some(self.words.len())
    }
}

/// All stems, by the first letters of their first word.
static BY_LEAD: LazyLock<HashMap<String, Vec<Entry>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<Entry>> = HashMap::new();
    for entry in entries() {
        let lead = entry.words.first().map(Stem::lead).unwrap_or_default();
        index.entry(lead).or_default().push(entry);
    }
    index
});

/// Every stem of the three tables, in their order.
pub(super) fn entries() -> Vec<Entry> {
    let kinds = lines(include_str!("lexicon.tsv")).filter_map(|line| {
        let mut columns = line.split('\t');
        let (kind, threat, weight, stems) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        Some((Says::Kind(kind, threat.parse().ok()?), weight.parse().ok()?, stems))
    });
    let against = lines(include_str!("against.tsv")).filter_map(|line| {
        let mut columns = line.split('\t');
        let (reach, weight, stems) = (columns.next()?, columns.next()?, columns.next()?);
        Some((Says::Against(Reach::named(reach)?), weight.parse().ok()?, stems))
    });
    let actors = lines(include_str!("actors.tsv"))
        .filter_map(|line| line.split_once('\t').map(|(name, stems)| (Says::Actor(name), 1.0, stems)));
    kinds
        .chain(against)
        .chain(actors)
        .flat_map(|(says, weight, stems)| {
            stems.split('|').map(move |stem| Entry {
                says: says.clone(),
                weight,
                words: stem.split(' ').filter(|word| !word.is_empty()).map(Stem::of).collect(),
            })
        })
        .collect()
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The stems that may begin with this folded word.
pub(super) fn beginning(word: &str) -> &'static [Entry] {
    let lead: String = word.chars().take(LEAD).collect();
    BY_LEAD.get(&lead).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read_and_no_stem_is_too_short_to_mean_anything() {
        let written: usize = lines(include_str!("lexicon.tsv"))
            .chain(lines(include_str!("against.tsv")))
            .chain(lines(include_str!("actors.tsv")))
            .filter_map(|line| line.rsplit('\t').next())
            .map(|stems| stems.split('|').count())
            .sum();
        let read = entries();
        assert_eq!(read.len(), written);
        for entry in &read {
            assert!(entry.weight > 0.0 && entry.weight <= 1.0, "{entry:?}");
            assert!(!entry.words.is_empty() && entry.words[0] != Stem::Any, "{entry:?}");
            let letters: usize = entry
                .words
                .iter()
                .map(|stem| match stem {
                    Stem::Whole(text) | Stem::Begins(text) => text.chars().count(),
                    Stem::Any => 0,
                })
                .sum();
            // the words that deny are the shortest of any language
            let least = if matches!(entry.says, Says::Against(_)) { 2 } else { 3 };
            assert!(letters >= least, "{entry:?}");
        }
    }

    #[test]
    fn every_kind_that_words_can_tell_has_its_name_in_papers() {
        let kinds: Vec<&str> = entries()
            .iter()
            .filter_map(|entry| if let Says::Kind(kind, _) = entry.says { Some(kind) } else { None })
            .collect();
        assert!(!kinds.is_empty());
        for kind in kinds {
            assert!(domain::kind::is_known(kind), "{kind} is in no table of domain::kind");
        }
    }

    #[test]
    fn every_threat_has_a_kind_that_words_can_tell() {
        let read = entries();
        for threat in Threat::ALL {
            assert!(
                read.iter().any(|entry| matches!(entry.says, Says::Kind(_, of) if of == *threat)),
                "{threat}"
            );
        }
    }
}
