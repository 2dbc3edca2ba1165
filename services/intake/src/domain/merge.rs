//! What a batch of drafts changes: what is new, what revises, what says nothing new. Nothing is overwritten.

use std::collections::BTreeMap;

use domain::{Observation, ObservationId};

use super::draft::{Arrival, Draft};

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
}

impl Tally {
    /// Adds what others brought.
    pub fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.quarantined += other.quarantined;
    }
    /// All of them.
    pub fn read(&self) -> u64 {
        self.accepted + self.updated + self.unchanged + self.quarantined
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
}

impl Merged {
    /// The observations as they now stand, in order.
    pub fn standing(&self) -> Vec<Observation> {
        self.revisions.iter().filter(|r| !r.superseded).map(|r| r.observation.clone()).collect()
    }
}

/// Merges drafts, in order, into what is known of the observations they speak of.
///
/// The same content again is unchanged; other content is a revision, also within one batch. What is provisional never
/// revises what is settled. What was taken back stays so while the source says the same.
///
/// # Errors
/// When a draft cannot be written as JSON.
pub fn merge(
    drafts: Vec<Draft>,
    mut known: BTreeMap<ObservationId, Known>,
    arrival: &Arrival,
) -> Result<Merged, serde_json::Error> {
    let mut merged = Merged::default();
    let mut written: BTreeMap<ObservationId, usize> = BTreeMap::new();
    for draft in drafts {
        let (id, sha256, settled) = (draft.id(), draft.sha256()?, draft.settled);
        let before = known.get(&id);
        if before.is_some_and(|k| k.sha256 == sha256 || (k.settled && !settled)) {
            merged.tally.unchanged += 1;
            continue;
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
        known.insert(id, Known { revision, sha256: sha256.clone(), settled, stands: true });
        let observation = draft.observation(revision, arrival);
        merged.revisions.push(Revision { observation, sha256, settled, superseded: false });
    }
    Ok(merged)
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::{Credibility, Handling, Licence, Place, Redistribution, Reliability, Severity, Threat};

    use super::*;

    pub(crate) fn arrival() -> Arrival {
        Arrival { at: "2026-11-23T07:30:00Z".parse().unwrap(), import: None, report: None }
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
        }
    }

    fn titled(external_id: &str, title: &str) -> Draft {
        Draft { title: title.into(), ..draft(external_id) }
    }

    #[test]
    fn the_same_again_is_unchanged_and_other_content_revises() {
        let drafts =
            vec![titled("1", "a"), titled("1", "a"), titled("1", "b"), titled("2", "c"), titled("1", "a")];
        let merged = merge(drafts, BTreeMap::new(), &arrival()).unwrap();
        assert_eq!(merged.tally, Tally { accepted: 2, updated: 2, unchanged: 1, quarantined: 0 });
        let written: Vec<_> = merged
            .revisions
            .iter()
            .map(|r| (r.observation.title.as_str(), r.observation.revision, r.superseded))
            .collect();
        assert_eq!(written, [("a", 1, true), ("b", 2, true), ("c", 1, false), ("a", 3, false)]);
        assert!(merged.ended.is_empty());
        assert_eq!(merged.standing().len(), 2);
    }

    #[test]
    fn what_is_in_the_store_is_ended_once() {
        let id = draft("1").id();
        let known = BTreeMap::from([(
            id.clone(),
            Known { revision: 4, sha256: "x".into(), settled: false, stands: true },
        )]);
        let merged = merge(vec![titled("1", "a"), titled("1", "b")], known, &arrival()).unwrap();
        assert_eq!(merged.ended, [id]);
        assert_eq!(merged.revisions.iter().map(|r| r.observation.revision).collect::<Vec<_>>(), [5, 6]);
        assert_eq!(merged.tally.updated, 2);
    }

    #[test]
    fn what_is_provisional_never_revises_what_is_settled() {
        let known = BTreeMap::from([(
            draft("1").id(),
            Known { revision: 1, sha256: "x".into(), settled: true, stands: true },
        )]);
        let provisional = Draft { settled: false, ..titled("1", "z") };
        let merged = merge(vec![provisional], known, &arrival()).unwrap();
        assert_eq!((merged.tally.unchanged, merged.revisions.len()), (1, 0));
    }

    #[test]
    fn what_was_taken_back_stands_again_only_when_its_source_says_something_else() {
        let taken_back = |sha256: String| {
            BTreeMap::from([(draft("1").id(), Known { revision: 2, sha256, settled: true, stands: false })])
        };
        let same = merge(vec![draft("1")], taken_back(draft("1").sha256().unwrap()), &arrival()).unwrap();
        assert_eq!((same.tally.unchanged, same.revisions.len()), (1, 0));
        let other = merge(vec![draft("1")], taken_back("x".into()), &arrival()).unwrap();
        assert_eq!((other.tally.updated, other.revisions[0].observation.revision), (1, 3));
        assert!(other.ended.is_empty(), "it has ended already");
    }

    #[test]
    fn a_settled_row_revises_a_provisional_one() {
        let provisional = Draft { settled: false, ..titled("1", "z") };
        let merged = merge(vec![provisional, titled("1", "z")], BTreeMap::new(), &arrival()).unwrap();
        assert_eq!((merged.tally.accepted, merged.tally.updated), (1, 1));
    }
}
