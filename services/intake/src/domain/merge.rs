//! What a batch of drafts changes: what is new, what revises, what says nothing new. Nothing is overwritten.

use std::collections::BTreeMap;

use domain::{ImportId, Observation, ObservationId};

use super::draft::{Arrival, Digested};

/// How the newest revision of an observation stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its revision.
    pub revision: u32,
    /// SHA-256 of what it says.
    pub sha256: String,
    /// Whether the source has settled it.
    pub settled: bool,
    /// Whether it stands; one that was taken back does not.
    pub stands: bool,
    /// When its source had last edited it, in Unix seconds, where it tells.
    pub edited_at: Option<i64>,
    /// The import run that brought it, if any.
    pub import: Option<ImportId>,
    /// The line of that run's file which says so, where it is known.
    pub line: Option<u64>,
    /// Whether the file that is being read says so as well.
    pub said_here: bool,
    /// What the revisions before it said, oldest first.
    pub earlier: Vec<Before>,
}

/// What a revision said that another has followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// SHA-256 of it.
    pub sha256: String,
    /// The import run that brought it, if any.
    pub import: Option<ImportId>,
}

impl Known {
    /// Whether the file that arrives says so.
    fn is_of(&self, arrival: &Arrival) -> bool {
        let of_it = |run: &ImportId| arrival.import.as_ref() == Some(run) || arrival.again.contains(run);
        self.said_here || self.import.as_ref().is_some_and(of_it)
    }
    /// Whether a record of the same file says otherwise, and the source does not tell which of the two holds.
    fn contradicts(
        &self,
        (sha256, settled, edited_at): (&str, bool, Option<i64>),
        arrival: &Arrival,
    ) -> bool {
        let later = self.edited_at.zip(edited_at).is_some_and(|(known, given)| given > known);
        let told = self.outranks(settled, edited_at) || (settled && !self.settled) || later;
        arrival.one_each
            && self.is_of(arrival)
            && self.sha256 != sha256
            && !told
            && !self.knows(sha256, arrival)
    }
    /// Whether it stays although a draft says something else.
    fn outranks(&self, settled: bool, edited_at: Option<i64>) -> bool {
        let older = self.edited_at.zip(edited_at).is_some_and(|(known, given)| given < known);
        (self.settled && !settled) || older
    }
    /// Whether an earlier revision said this.
    fn has_said(&self, sha256: &str) -> bool {
        self.earlier.iter().any(|before| before.sha256 == sha256)
    }
    /// Whether it stays although a draft says something else, for that is no news: it was taken back and the draft repeats
    /// what was said before, or a run of the same file had brought it already.
    fn knows(&self, sha256: &str, arrival: &Arrival) -> bool {
        let of_the_file = |before: &Before| {
            before.sha256 == sha256 && before.import.as_ref().is_some_and(|run| arrival.again.contains(run))
        };
        (!self.stands && self.has_said(sha256)) || self.earlier.iter().any(of_the_file)
    }
    /// The same behind a revision that follows it.
    #[must_use]
    pub fn followed_by(mut self, newest: Self) -> Self {
        self.earlier.push(Before { sha256: self.sha256, import: self.import });
        Self { earlier: self.earlier, ..newest }
    }
}

/// How many drafts brought what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New observations.
    pub accepted: u64,
    /// Revisions.
    pub updated: u64,
    /// Nothing new.
    pub unchanged: u64,
    /// Records that could not be read.
    pub quarantined: u64,
    /// Records left aside on purpose.
    pub passed_over: u64,
}

impl Tally {
    /// Adds what others brought.
    pub fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.quarantined += other.quarantined;
        self.passed_over += other.passed_over;
    }
    /// What one record brought that makes several facts: something new where all of it is, a revision where any of it changed.
    #[must_use]
    pub fn of_one(&self) -> Self {
        let (accepted, changed) =
            (self.updated == 0 && self.unchanged == 0, self.accepted + self.updated > 0);
        let one = |is: bool| u64::from(is);
        Self {
            accepted: one(accepted && changed),
            updated: one(!accepted && changed),
            unchanged: one(!changed),
            ..Self::default()
        }
    }
    /// All of them.
    pub fn read(&self) -> u64 {
        self.accepted + self.updated + self.unchanged + self.quarantined + self.passed_over
    }
}

/// One revision to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// What it says.
    pub observation: Observation,
    /// SHA-256 of what the source says.
    pub sha256: String,
    /// Whether the source has settled it.
    pub settled: bool,
    /// When the source had last edited it.
    pub edited_at: Option<i64>,
    /// The line of its file that says so.
    pub line: Option<u64>,
    /// Whether a later draft of the same batch revises it.
    pub superseded: bool,
}

/// What a batch changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// Revisions to be written, in order.
    pub revisions: Vec<Revision>,
    /// Observations in the store whose newest revision ends now.
    pub ended: Vec<ObservationId>,
    /// What the drafts brought.
    pub tally: Tally,
    /// Which drafts, counted from 0, speak of what the same run had brought already, and whether they say the same of it.
    pub repeats: Vec<(usize, bool)>,
    /// Which drafts, counted from 0, revise to what an earlier revision had said.
    pub returns: Vec<usize>,
    /// Which drafts, counted from 0, let stand again what was taken back, for they say something else of it.
    pub revived: Vec<usize>,
    /// Which drafts say otherwise than an earlier record of the same file: nothing of them is written.
    pub contradictions: Vec<Contradiction>,
}

/// A draft that says otherwise than an earlier record of the same file.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// Which draft, counted from 0.
    pub number: usize,
    /// What it would say.
    pub says: Observation,
    /// The line of the earlier record, where it is known.
    pub line: Option<u64>,
    /// Which of the revisions to be written says what the earlier record does; `None` where the store holds it.
    pub first: Option<usize>,
}

/// Merges drafts, in order, into what is known of the observations they speak of.
///
/// The same content again is unchanged; other content is a revision. Where the records of one file say two things of one id, and
/// the source does not tell by when it edited or settled them which holds, the first holds. What is provisional never
/// revises what is settled, nor what the source edited earlier what it edited later. What was taken back stays so while the
/// source says what it had said before. Content that a run of the same file had brought already changes nothing; in a file
/// that was never seen it is a statement of its own, also where it returns to what an earlier revision said.
pub fn merge(drafts: Vec<Digested>, mut known: BTreeMap<ObservationId, Known>, arrival: &Arrival) -> Merged {
    let mut merged = Merged::default();
    let mut written: BTreeMap<ObservationId, usize> = BTreeMap::new();
    for (number, Digested { id, sha256, draft, line }) in drafts.into_iter().enumerate() {
        let (settled, edited_at) = (draft.settled, draft.edited_at);
        let before = known.get(&id);
        if let Some(known) = before.filter(|k| k.contradicts((&sha256, settled, edited_at), arrival)) {
            let (line, first) = (known.line, written.get(&id).copied());
            let says = draft.observation_as(id, (known.revision, arrival));
            merged.contradictions.push(Contradiction { number, says, line, first });
            continue;
        }
        if let Some(known) = before.filter(|known| arrival.import.is_some() && known.import == arrival.import)
        {
            merged.repeats.push((number, known.sha256 == sha256));
        }
        if before.is_some_and(|k| {
            k.sha256 == sha256 || k.outranks(settled, edited_at) || k.knows(&sha256, arrival)
        }) {
            merged.tally.unchanged += 1;
            if let Some(known) =
                known.get_mut(&id).filter(|known| !known.is_of(arrival) && known.sha256 == sha256)
            {
                (known.said_here, known.line) = (true, line);
            }
            continue;
        }
        if before.is_some_and(|k| k.has_said(&sha256)) {
            merged.returns.push(number);
        }
        let revision = before.map_or(1, |k| k.revision + 1);
        match (before, written.get(&id).and_then(|at| merged.revisions.get_mut(*at))) {
            (None, _) => merged.tally.accepted += 1,
            (Some(_), Some(earlier)) => {
                earlier.superseded = true;
                merged.tally.updated += 1;
            }
            (Some(before), None) => {
                if before.stands {
                    merged.ended.push(id.clone());
                } else {
                    merged.revived.push(number);
                }
                merged.tally.updated += 1;
            }
        }
        written.insert(id.clone(), merged.revisions.len());
        let observation = draft.observation_as(id.clone(), (revision, arrival));
        let (import, earlier) = (arrival.import.clone(), Vec::new());
        let (stands, said_here, sha) = (true, true, sha256.clone());
        let newest =
            Known { revision, sha256: sha, settled, stands, edited_at, import, line, said_here, earlier };
        let newest = match known.remove(&id) {
            Some(before) => before.followed_by(newest),
            None => newest,
        };
        known.insert(id, newest);
        merged.revisions.push(Revision { observation, sha256, settled, edited_at, line, superseded: false });
    }
    merged
}

#[cfg(test)]
#[path = "merge_tests.rs"]
pub(crate) mod tests;
