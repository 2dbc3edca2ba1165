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
}

/// Merges drafts, in order, into what is known of the observations they speak of.
///
/// The same content again is unchanged; other content is a revision, also within one batch. What is provisional never
/// revises what is settled, nor what the source edited earlier what it edited later. What was taken back stays so while the
/// source says what it had said before. Content that a run of the same file had brought already changes nothing; in a file
/// that was never seen it is a statement of its own, also where it returns to what an earlier revision said.
pub fn merge(drafts: Vec<Digested>, mut known: BTreeMap<ObservationId, Known>, arrival: &Arrival) -> Merged {
    let mut merged = Merged::default();
    let mut written: BTreeMap<ObservationId, usize> = BTreeMap::new();
    for (number, Digested { id, sha256, draft }) in drafts.into_iter().enumerate() {
        let (settled, edited_at) = (draft.settled, draft.edited_at);
        let before = known.get(&id);
        if let Some(known) = before.filter(|known| arrival.import.is_some() && known.import == arrival.import)
        {
            merged.repeats.push((number, known.sha256 == sha256));
        }
        if before.is_some_and(|k| {
            k.sha256 == sha256 || k.outranks(settled, edited_at) || k.knows(&sha256, arrival)
        }) {
            merged.tally.unchanged += 1;
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
                }
                merged.tally.updated += 1;
            }
        }
        written.insert(id.clone(), merged.revisions.len());
        let observation = draft.observation_as(id.clone(), (revision, arrival));
        let (import, earlier) = (arrival.import.clone(), Vec::new());
        let newest =
            Known { revision, sha256: sha256.clone(), settled, stands: true, edited_at, import, earlier };
        let newest = match known.remove(&id) {
            Some(before) => before.followed_by(newest),
            None => newest,
        };
        known.insert(id, newest);
        merged.revisions.push(Revision { observation, sha256, settled, edited_at, superseded: false });
    }
    merged
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::{Credibility, Handling, Licence, Place, Redistribution, Reliability, Severity, Threat};

    use super::*;
    use crate::domain::draft::Draft;

    fn merge(drafts: Vec<Draft>, known: BTreeMap<ObservationId, Known>) -> Merged {
        super::merge(drafts.into_iter().map(|draft| draft.digested().unwrap()).collect(), known, &arrival())
    }

    pub(crate) fn arrival() -> Arrival {
        Arrival::at("2026-11-23T07:30:00Z".parse().unwrap())
    }

    pub(crate) fn draft(external_id: &str) -> Draft {
        let day = "2026-11-20".parse().unwrap();
        Draft {
            source: "ucdp".into(),
            owner: "UCDP".into(),
            external_id: external_id.into(),
            occurred_from: day,
            occurred_to: day,
            place: Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap()),
            threats: vec![Threat::ArmedConflict],
            kind: "state_based_violence".into(),
            severity: Severity::Minor,
            deaths: None,
            actors: vec![],
            title: "Exchange of fire".into(),
            text: String::new(),
            reliability: Reliability::B,
            credibility: Credibility::PROBABLE,
            graded_by: "ucdp default".into(),
            graded_why: String::new(),
            handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP")),
            exercise: false,
            settled: true,
            edited_at: None,
        }
    }

    fn titled(external_id: &str, title: &str) -> Draft {
        Draft { title: title.into(), ..draft(external_id) }
    }

    #[test]
    fn the_same_again_is_unchanged_and_other_content_revises() {
        let drafts =
            vec![titled("1", "a"), titled("1", "a"), titled("1", "b"), titled("2", "c"), titled("1", "a")];
        let merged = merge(drafts, BTreeMap::new());
        assert_eq!(merged.tally, Tally { accepted: 2, updated: 2, unchanged: 1, ..Tally::default() });
        let written: Vec<_> = merged
            .revisions
            .iter()
            .map(|r| (r.observation.title.as_str(), r.observation.revision, r.superseded))
            .collect();
        assert_eq!(written, [("a", 1, true), ("b", 2, true), ("c", 1, false), ("a", 3, false)]);
        assert!(merged.ended.is_empty());
    }

    #[test]
    fn what_one_run_brings_twice_is_noted_and_what_came_before_it_is_not() {
        let import = Some(ImportId::derived(&["run"]));
        let run = Arrival { import: import.clone(), ..arrival() };
        let earlier = |import| {
            let known = Known {
                revision: 1,
                sha256: "x".into(),
                settled: true,
                stands: true,
                edited_at: None,
                import,
                earlier: Vec::new(),
            };
            BTreeMap::from([(draft("9").id(), known)])
        };
        let repeats = |known, arrival: &Arrival| {
            let drafts = [titled("1", "a"), titled("1", "a"), titled("1", "b"), titled("9", "z")];
            super::merge(drafts.into_iter().map(|draft| draft.digested().unwrap()).collect(), known, arrival)
                .repeats
        };
        assert_eq!(repeats(earlier(None), &run), [(1, true), (2, false)]);
        assert_eq!(repeats(earlier(import), &run), [(1, true), (2, false), (3, false)]);
        assert!(repeats(earlier(None), &arrival()).is_empty(), "reports are not files");
    }

    #[test]
    fn what_is_in_the_store_is_ended_once() {
        let id = draft("1").id();
        let known = BTreeMap::from([(
            id.clone(),
            Known {
                revision: 4,
                sha256: "x".into(),
                settled: false,
                stands: true,
                edited_at: None,
                import: None,
                earlier: Vec::new(),
            },
        )]);
        let merged = merge(vec![titled("1", "a"), titled("1", "b")], known);
        assert_eq!(merged.ended, [id]);
        assert_eq!(merged.revisions.iter().map(|r| r.observation.revision).collect::<Vec<_>>(), [5, 6]);
        assert_eq!(merged.tally.updated, 2);
    }

    #[test]
    fn what_is_provisional_never_revises_what_is_settled() {
        let known = BTreeMap::from([(
            draft("1").id(),
            Known {
                revision: 1,
                sha256: "x".into(),
                settled: true,
                stands: true,
                edited_at: None,
                import: None,
                earlier: Vec::new(),
            },
        )]);
        let provisional = Draft { settled: false, ..titled("1", "z") };
        let merged = merge(vec![provisional], known);
        assert_eq!((merged.tally.unchanged, merged.revisions.len()), (1, 0));
    }

    #[test]
    fn what_was_taken_back_stands_again_only_when_its_source_says_something_else() {
        let taken_back = |sha256: String| {
            let known = Known {
                revision: 2,
                sha256,
                settled: true,
                stands: false,
                edited_at: None,
                import: None,
                earlier: Vec::new(),
            };
            BTreeMap::from([(draft("1").id(), known)])
        };
        let same = merge(vec![draft("1")], taken_back(draft("1").sha256().unwrap()));
        assert_eq!((same.tally.unchanged, same.revisions.len()), (1, 0));
        let other = merge(vec![draft("1")], taken_back("x".into()));
        assert_eq!((other.tally.updated, other.revisions[0].observation.revision), (1, 3));
        assert!(other.ended.is_empty(), "it has ended already");
    }

    #[test]
    fn what_was_said_before_is_news_only_in_a_file_that_was_never_seen() {
        let (old, new) = (ImportId::derived(&["old"]), ImportId::derived(&["new"]));
        let known = |stands| {
            let before = Before { sha256: draft_sha(titled("1", "a")), import: Some(old.clone()) };
            let newest = Known {
                revision: 2,
                sha256: draft_sha(titled("1", "b")),
                settled: true,
                stands,
                edited_at: None,
                import: Some(new.clone()),
                earlier: vec![before],
            };
            BTreeMap::from([(draft("1").id(), newest)])
        };
        let brought = |stands, again: &[&ImportId], title| {
            let import = Some(ImportId::derived(&["now"]));
            let again = again.iter().map(|run| (*run).clone()).collect();
            let arrival = Arrival { import, again, ..arrival() };
            let merged = super::merge(vec![titled("1", title).digested().unwrap()], known(stands), &arrival);
            (merged.tally.updated, merged.tally.unchanged, merged.returns.len())
        };
        assert_eq!(brought(true, &[&old], "a"), (0, 1, 0), "the file of the old run again");
        assert_eq!(brought(true, &[&new], "a"), (1, 0, 1), "another file returns to an earlier figure");
        assert_eq!(brought(true, &[], "c"), (1, 0, 0));
        assert_eq!(brought(false, &[], "a"), (0, 1, 0), "taken back: what was said before ends that no more");
        assert_eq!(brought(false, &[], "c"), (1, 0, 0), "taken back: what was never said before does");
    }

    #[test]
    fn what_the_source_edited_earlier_never_revises_what_it_edited_later() {
        let known = |edited_at| {
            let known = Known {
                revision: 1,
                sha256: "x".into(),
                settled: true,
                stands: true,
                edited_at,
                import: None,
                earlier: Vec::new(),
            };
            BTreeMap::from([(draft("1").id(), known)])
        };
        let updated = |known_at, given_at| {
            let given = Draft { edited_at: given_at, ..titled("1", "z") };
            merge(vec![given], known(known_at)).tally.updated
        };
        assert_eq!(updated(Some(20), Some(10)), 0);
        for (known_at, given_at) in
            [(Some(20), Some(20)), (Some(20), Some(30)), (Some(20), None), (None, Some(1))]
        {
            assert_eq!(updated(known_at, given_at), 1, "{known_at:?} {given_at:?}");
        }
        let dated = |edited_at| draft_sha(Draft { edited_at, ..draft("1") });
        assert_eq!(dated(Some(10)), dated(None), "when it was edited is no part of what is said");
    }

    fn draft_sha(draft: Draft) -> String {
        draft.sha256().unwrap()
    }

    #[test]
    fn a_settled_row_revises_a_provisional_one() {
        let provisional = Draft { settled: false, ..titled("1", "z") };
        let merged = merge(vec![provisional, titled("1", "z")], BTreeMap::new());
        assert_eq!((merged.tally.accepted, merged.tally.updated), (1, 1));
    }
}
