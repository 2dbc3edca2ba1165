//! What a batch of drafts changes: what is new, what revises, what says nothing new. Nothing is overwritten.

use std::collections::BTreeMap;

use domain::{Handling, ImportId, Observation, ObservationId};

use super::{
    bound::Bound,
    draft::{Arrival, Digested, Draft},
    wording::Wording,
};

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
    /// Which drafts, counted from 0, came with a wider handling than is known of their facts: the known one holds.
    pub wider: Vec<usize>,
    /// Which drafts, counted from 0, say otherwise than what is known and is settled, or was edited later: nothing of them is written.
    pub outranked: Vec<usize>,
    /// What is known and is to stand under a stricter handling, for such a draft came with that.
    pub narrowed: Vec<Narrowed>,
}

/// What stays as it is known, but for its handling, which a draft of an older edition narrows.
#[derive(Clone, Debug, PartialEq)]
pub struct Narrowed {
    /// Which draft, counted from 0.
    pub number: usize,
    /// The observation.
    pub id: ObservationId,
    /// The join of its handling with that of the draft.
    pub handling: Handling,
    /// What the draft tells of the words in which the place is named.
    pub wording: Option<Box<Wording>>,
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

/// Merges drafts, in order, into what is known of the observations they speak of, and under which handling.
///
/// The same content again is unchanged; other content is a revision. Where the records of one file say two things of one id, and
/// the source does not tell by when it edited or settled them which holds, the first holds. What is provisional never
/// revises what is settled, nor what the source edited earlier what it edited later. What was taken back stays so while the
/// source says what it had said before. Content that a run of the same file had brought already changes nothing; in a file
/// that was never seen it is a statement of its own, also where it returns to what an earlier revision said.
///
/// Whatever comes, handling is joined with the known one: it narrows and never widens. What only narrows it is a revision whenever
/// its source wrote it; what an older edition says otherwise under a stricter one narrows what is known, and is not said.
///
/// # Errors
/// When a draft cannot be written as JSON.
pub fn merge(
    drafts: Vec<Digested>,
    (known, handlings): (BTreeMap<ObservationId, Known>, &BTreeMap<ObservationId, Handling>),
    arrival: &Arrival,
) -> serde_json::Result<Merged> {
    let (written, narrowed) = (BTreeMap::new(), BTreeMap::new());
    let mut merging = Merging { known, arrival, merged: Merged::default(), written, narrowed };
    for (number, Digested { id, sha256, draft, line }) in drafts.into_iter().enumerate() {
        let bound = Bound::new(draft, sha256);
        let bound = match merging.known.get(&id).zip(merging.handling(&id, handlings)) {
            Some((known, handling)) => bound.to(known, handling)?,
            None => bound,
        };
        merging.take((number, line), id, bound);
    }
    Ok(merging.merged)
}

/// A batch that is being merged.
struct Merging<'a> {
    known: BTreeMap<ObservationId, Known>,
    arrival: &'a Arrival,
    merged: Merged,
    /// Which revision to be written is the newest of an observation.
    written: BTreeMap<ObservationId, usize>,
    /// Under which handling what is known of an observation will stand.
    narrowed: BTreeMap<ObservationId, Handling>,
}

impl Merging<'_> {
    /// Under which handling an observation is known by now.
    fn handling<'h>(
        &'h self,
        id: &ObservationId,
        handlings: &'h BTreeMap<ObservationId, Handling>,
    ) -> Option<&'h Handling> {
        let here = || {
            let revision = self.merged.revisions.get(*self.written.get(id)?)?;
            Some(&revision.observation.handling)
        };
        self.narrowed.get(id).or_else(here).or_else(|| handlings.get(id))
    }
    /// Takes a draft: what it brings, if anything.
    fn take(&mut self, (number, line): (usize, Option<u64>), id: ObservationId, bound: Bound) {
        let arrival = self.arrival;
        let (same, sha256) = (bound.same, bound.sha256.as_str());
        let said = bound.said.as_deref().unwrap_or(sha256);
        let (settled, edited_at) = (bound.draft.settled, bound.draft.edited_at);
        self.merged.wider.extend(bound.wider.then_some(number));
        let Some(before) = self.known.get_mut(&id) else {
            self.merged.tally.accepted += 1;
            return self.write((1, line), id, bound);
        };
        // the same under another handling is no contradiction: of the two the stricter holds
        if !same && before.contradicts((sha256, settled, edited_at), arrival) {
            let first = self.written.get(&id).copied();
            let says = bound.draft.observation_as(id, (before.revision, arrival));
            self.merged.contradictions.push(Contradiction { number, says, line: before.line, first });
            return;
        }
        let says_the_same = before.sha256 == sha256;
        if arrival.import.is_some() && before.import == arrival.import && (says_the_same || !same) {
            self.merged.repeats.push((number, says_the_same));
        }
        let is_older = before.outranks(settled, edited_at);
        let is_known = before.knows(sha256, arrival) || before.knows(said, arrival);
        // what only narrows its handling is news from whatever edition
        let is_news = if same { before.stands } else { !is_older && !is_known };
        if before.sha256 == sha256 || !is_news {
            let is_held_back = is_older && before.stands && !same && before.sha256 != sha256;
            if is_held_back && bound.narrows {
                return self.narrow(number, id, bound.draft);
            }
            self.merged.tally.unchanged += 1;
            self.merged.outranked.extend(is_held_back.then_some(number));
            if !before.is_of(arrival) && before.sha256 == sha256 {
                (before.said_here, before.line) = (true, line);
            }
            return;
        }
        if !same && (before.has_said(sha256) || before.has_said(said)) {
            self.merged.returns.push(number);
        }
        let revision = before.revision + 1;
        let earlier = self.written.get(&id).and_then(|at| self.merged.revisions.get_mut(*at));
        match earlier {
            Some(earlier) => earlier.superseded = true,
            None if before.stands => self.merged.ended.push(id.clone()),
            None => self.merged.revived.push(number),
        }
        self.merged.tally.updated += 1;
        self.write((revision, line), id, bound);
    }
    /// Lets what is known stand under the handling of a draft of an older edition.
    fn narrow(&mut self, number: usize, id: ObservationId, draft: Draft) {
        self.merged.tally.updated += 1;
        let (handling, wording) = (draft.handling, draft.wording);
        self.narrowed.insert(id.clone(), handling.clone());
        self.merged.narrowed.push(Narrowed { number, id, handling, wording });
    }
    /// Writes a draft as this revision of its observation.
    fn write(&mut self, (revision, line): (u32, Option<u64>), id: ObservationId, bound: Bound) {
        let Bound { draft, sha256, same, .. } = bound;
        let (mut settled, mut edited_at) = (draft.settled, draft.edited_at);
        let before = self.known.remove(&id);
        self.narrowed.remove(&id);
        if let Some(before) = before.as_ref().filter(|_| same) {
            // its handling alone is new: what its source settled or edited later stays so
            (settled, edited_at) = (settled || before.settled, edited_at.max(before.edited_at));
        }
        let newest = Known {
            revision,
            sha256: sha256.clone(),
            settled,
            stands: true,
            edited_at,
            import: self.arrival.import.clone(),
            line,
            said_here: true,
            earlier: Vec::new(),
        };
        let newest = match before {
            Some(before) => before.followed_by(newest),
            None => newest,
        };
        self.written.insert(id.clone(), self.merged.revisions.len());
        self.known.insert(id.clone(), newest);
        let observation = draft.observation_as(id, (revision, self.arrival));
        let superseded = false;
        self.merged.revisions.push(Revision { observation, sha256, settled, edited_at, line, superseded });
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
pub(crate) mod tests;
