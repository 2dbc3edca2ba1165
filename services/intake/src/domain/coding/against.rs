//! What speaks against an event: that it is denied, did not happen, is remembered, staged or played.
//!
//! Cues stand in a table (`against.tsv`), each with how it reaches: a denial takes in the next or the last few words of its own
//! part of the sentence, what is remembered or staged the whole sentence. Words that only look like a cue ("no group claimed
//! responsibility", «не менее десяти») are in the table too, and some words ("but", «но») end a denial's reach. The method is
//! that of NegEx (Chapman and others, 2001), with cues of the region's languages.

use super::{
    lexicon::{self, Entry, Reach, Says},
    tokens::Token,
};

/// So many words a denial takes in.
const REACH: usize = 5;

/// One cue of a text.
struct Cue {
    /// Its words, by their places among those of the text.
    at: (usize, usize),
    weight: f64,
    reach: Reach,
}

/// What the cues of a text leave of its other words.
pub(super) struct Against {
    cues: Vec<Cue>,
    /// The cues that reach each word.
    reached: Vec<Vec<usize>>,
    /// What only looks like something, by its places among the words.
    apparent: Vec<(usize, usize)>,
}

impl Against {
    /// Finds the cues among the words of a text.
    pub(super) fn of(tokens: &[Token], keys: &[&str]) -> Self {
        let (cues, apparent) = cues(keys);
        let ends: Vec<bool> = (0..keys.len()).map(|at| longest(keys, at, Reach::Ends).is_some()).collect();
        let mut reached: Vec<Vec<usize>> = tokens.iter().map(|_| Vec::new()).collect();
        let sentence = |at: usize| tokens.get(at).map(|token| token.sentence);
        for (which, cue) in cues.iter().enumerate() {
            let (from, to) = cue.at;
            let clause = tokens.get(from).map(|token| token.clause);
            let within = |at: &usize| tokens.get(*at).map(|token| token.clause) == clause && !ends[*at];
            let taken: Vec<usize> = match cue.reach {
                Reach::Next => (to..tokens.len().min(to + REACH)).take_while(within).collect(),
                Reach::Last => (from.saturating_sub(REACH)..from).rev().take_while(within).collect(),
                Reach::Sentence => Vec::new(),
                Reach::Nothing | Reach::Ends => continue,
            };
            for at in taken {
                reached[at].push(which);
            }
        }
        Self::staged(&cues, &mut reached, sentence);
        Self { cues, reached, apparent }
    }

    /// Notes what reaches whole sentences, with one way through the text.
    fn staged(cues: &[Cue], reached: &mut [Vec<usize>], sentence: impl Fn(usize) -> Option<u32>) {
        let mut of_sentence = std::collections::BTreeMap::<Option<u32>, Vec<usize>>::new();
        for (which, cue) in cues.iter().enumerate().filter(|(_, cue)| cue.reach == Reach::Sentence) {
            of_sentence.entry(sentence(cue.at.0)).or_default().push(which);
        }
        for (at, reached) in reached.iter_mut().enumerate() {
            reached.extend(of_sentence.get(&sentence(at)).into_iter().flatten().copied());
        }
    }

    /// The share of a weight that the cues leave of these words, and which cues those are.
    pub(super) fn left(&self, words: std::ops::Range<usize>) -> (f64, Vec<usize>) {
        let mut which: Vec<usize> =
            self.reached.get(words.clone()).unwrap_or_default().iter().flatten().copied().collect();
        which.retain(|cue| {
            let (from, to) = self.cues[*cue].at;
            to <= words.start || words.end <= from
        });
        which.sort_unstable();
        which.dedup();
        (which.iter().map(|cue| 1.0 - self.cues[*cue].weight).product(), which)
    }

    /// Whether these words are part of more words that mean something else: "attack" of a heart attack.
    pub(super) fn means_else(&self, words: std::ops::Range<usize>) -> bool {
        let of =
            |(from, to): &(usize, usize)| *from <= words.start && words.end <= *to && words.len() < to - from;
        self.apparent.iter().any(of)
    }

    /// Where a cue stands among the words, and its weight.
    pub(super) fn cue(&self, which: usize) -> ((usize, usize), f64) {
        (self.cues[which].at, self.cues[which].weight)
    }
}

/// The cues of a text, and what only looks like something: a cue within that is none, and of two at one place the longer holds.
fn cues(keys: &[&str]) -> (Vec<Cue>, Vec<(usize, usize)>) {
    let (mut cues, mut apparent) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < keys.len() {
        let found = longest(keys, at, Reach::Nothing).filter(|(count, _)| {
            [Reach::Next, Reach::Last, Reach::Sentence]
                .iter()
                .all(|reach| longest(keys, at, *reach).is_none_or(|(other, _)| other <= *count))
        });
        if let Some((count, _)) = found {
            apparent.push((at, at + count));
            at += count;
            continue;
        }
        let fitting: Vec<(usize, f64, Reach)> = [Reach::Next, Reach::Last, Reach::Sentence]
            .into_iter()
            .filter_map(|reach| longest(keys, at, reach).map(|(count, weight)| (count, weight, reach)))
            .collect();
        // a word that denies both ways, as «нет», stands in two lines
        let count = fitting.iter().map(|(count, ..)| *count).max().unwrap_or(0);
        let best = fitting.into_iter().filter(|(of, ..)| *of == count);
        cues.extend(best.map(|(_, weight, reach)| Cue { at: (at, at + count), weight, reach }));
        at += count.max(1);
    }
    (cues, apparent)
}

/// The longest cue of this reach that begins here: of how many words, and how strong.
fn longest(keys: &[&str], at: usize, reach: Reach) -> Option<(usize, f64)> {
    let of_reach = |entry: &&Entry| matches!(entry.says, Says::Against(of) if of == reach);
    lexicon::beginning(keys[at])
        .iter()
        .filter(of_reach)
        .filter_map(|entry| Some((entry.takes(&keys[at..])?, entry.weight)))
        .max_by_key(|(count, _)| *count)
}
