use domain::{Credibility, Handling, Licence, Place, Redistribution, Reliability, Severity, Threat};

use super::*;
use crate::domain::draft::Draft;

fn merge(drafts: Vec<Draft>, known: BTreeMap<ObservationId, Known>) -> Merged {
    under(drafts, known, &[], &arrival())
}

/// Merges drafts into what is known under these handlings.
fn under(
    drafts: Vec<Draft>,
    known: BTreeMap<ObservationId, Known>,
    handlings: &[(ObservationId, Handling)],
    arrival: &Arrival,
) -> Merged {
    let drafts = drafts.into_iter().map(|draft| draft.digested().unwrap()).collect();
    super::merge(drafts, (known, &handlings.iter().cloned().collect()), arrival).unwrap()
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
        wording: None,
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
            line: None,
            said_here: false,
            earlier: Vec::new(),
        };
        BTreeMap::from([(draft("9").id(), known)])
    };
    let repeats = |known, arrival: &Arrival| {
        let drafts = [titled("1", "a"), titled("1", "a"), titled("1", "b"), titled("9", "z")];
        under(drafts.to_vec(), known, &[], arrival).repeats
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
            line: None,
            said_here: false,
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
            line: None,
            said_here: false,
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
            line: None,
            said_here: false,
            earlier: Vec::new(),
        };
        BTreeMap::from([(draft("1").id(), known)])
    };
    let same = merge(vec![draft("1")], taken_back(draft("1").sha256().unwrap()));
    assert_eq!((same.tally.unchanged, same.revisions.len()), (1, 0));
    let other = merge(vec![draft("1")], taken_back("x".into()));
    assert_eq!((other.tally.updated, other.revisions[0].observation.revision), (1, 3));
    assert!(other.ended.is_empty(), "it has ended already");
    assert_eq!((same.revived, other.revived), (vec![], vec![0]), "and that is said");
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
            line: None,
            said_here: false,
            earlier: vec![before],
        };
        BTreeMap::from([(draft("1").id(), newest)])
    };
    let brought = |stands, again: &[&ImportId], title| {
        let import = Some(ImportId::derived(&["now"]));
        let again = again.iter().map(|run| (*run).clone()).collect();
        let arrival = Arrival { import, again, ..arrival() };
        let merged = under(vec![titled("1", title)], known(stands), &[], &arrival);
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
            line: None,
            said_here: false,
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

/// What is known of the fact `1`, as this draft said it; of such an edition.
fn known_as(draft: &Draft, stands: bool) -> BTreeMap<ObservationId, Known> {
    let known = Known {
        revision: 1,
        sha256: draft_sha(draft.clone()),
        settled: draft.settled,
        stands,
        edited_at: draft.edited_at,
        import: None,
        line: None,
        said_here: false,
        earlier: Vec::new(),
    };
    BTreeMap::from([(draft.id(), known)])
}

/// Merges a draft over what is known as another has said it.
fn merge_over(known: &Draft, given: Draft) -> Merged {
    under(vec![given], known_as(known, true), &[(known.id(), known.handling.clone())], &arrival())
}

fn labelled(label: domain::Tlp, title: &str) -> Draft {
    let handling = Handling::new(label, domain::UnClass::Unclassified);
    Draft { handling, ..titled("1", title) }
}

#[test]
fn the_same_by_a_road_with_a_wider_handling_changes_nothing_and_is_remarked() {
    use domain::Tlp;
    let red = labelled(Tlp::Red, "a");
    let over = |stands, given: Draft| {
        let handlings = [(red.id(), red.handling.clone())];
        under(vec![given], known_as(&red, stands), &handlings, &arrival())
    };
    let open = Draft { handling: Handling::open(Licence::own()), ..titled("1", "a") };
    for wide in [labelled(Tlp::Clear, "a"), open] {
        let merged = over(true, wide.clone());
        assert_eq!((merged.tally.unchanged, merged.wider.len()), (1, 1), "{wide:?}");
        let taken_back = over(false, wide);
        assert_eq!(taken_back.tally.unchanged, 1, "what was taken back is not brought back by a wider label");
    }
    let other = over(true, labelled(Tlp::Green, "b"));
    assert_eq!((other.tally.updated, other.revisions[0].observation.handling.tlp()), (1, Tlp::Red));
    let same = over(true, red.clone());
    assert_eq!((same.tally.unchanged, same.wider.len()), (1, 0));
}

#[test]
fn a_stricter_arrival_narrows_and_does_so_from_an_older_edition_too() {
    use domain::Tlp;
    let clear = Draft { edited_at: Some(20), ..labelled(Tlp::Clear, "a") };
    let over = |stands, given: Draft| {
        let handlings = [(clear.id(), clear.handling.clone())];
        under(vec![given], known_as(&clear, stands), &handlings, &arrival())
    };
    for edited_at in [None, Some(10), Some(30)] {
        let merged = over(true, Draft { edited_at, settled: false, ..labelled(Tlp::Red, "a") });
        let revision = &merged.revisions[0];
        assert_eq!((revision.observation.revision, revision.observation.handling.tlp()), (2, Tlp::Red));
        assert_eq!((revision.settled, revision.edited_at), (true, edited_at.max(Some(20))));
        assert!(merged.outranked.is_empty() && merged.wider.is_empty());
    }
    let merged = over(false, labelled(Tlp::Red, "a"));
    assert_eq!(merged.tally.unchanged, 1, "a narrower label is no news of what was taken back");
}

#[test]
fn within_one_batch_the_stricter_handling_holds_too() {
    use domain::Tlp;
    let drafts = vec![
        labelled(Tlp::Amber, "a"),
        labelled(Tlp::Clear, "a"),
        labelled(Tlp::Clear, "b"),
        labelled(Tlp::Red, "b"),
    ];
    let merged = merge(drafts, BTreeMap::new());
    let labels: Vec<Tlp> = merged.revisions.iter().map(|one| one.observation.handling.tlp()).collect();
    assert_eq!(labels, [Tlp::Amber, Tlp::Amber, Tlp::Red]);
    assert_eq!((merged.tally.unchanged, merged.wider), (1, vec![1, 2]));
}

/// Row 1 was GREEN and row 2 said the same under RED: row 2 waited as a contradiction, and the fact stayed GREEN.
#[test]
fn a_row_that_says_the_same_under_a_stricter_label_narrows_within_its_file_and_contradicts_nothing() {
    use domain::Tlp;
    let run = Arrival { import: Some(ImportId::derived(&["run"])), one_each: true, ..arrival() };
    let rows = [labelled(Tlp::Green, "a"), labelled(Tlp::Red, "a"), labelled(Tlp::Clear, "a")];
    let provisional = Draft { settled: false, ..labelled(Tlp::Red, "a") };
    for rows in [rows.to_vec(), vec![rows[0].clone(), provisional, rows[2].clone()]] {
        let merged = under(rows, BTreeMap::new(), &[], &run);
        let labels: Vec<Tlp> = merged.revisions.iter().map(|one| one.observation.handling.tlp()).collect();
        assert_eq!(labels, [Tlp::Green, Tlp::Red]);
        assert_eq!((merged.tally.updated, merged.tally.unchanged), (1, 1));
        assert!(merged.contradictions.is_empty() && merged.outranked.is_empty(), "{merged:?}");
        assert_eq!((merged.repeats, merged.wider), (vec![(2, true)], vec![2]));
    }
    let otherwise = vec![labelled(Tlp::Green, "a"), labelled(Tlp::Red, "b")];
    let merged = under(otherwise, BTreeMap::new(), &[], &run);
    assert_eq!((merged.contradictions.len(), merged.revisions.len()), (1, 1), "other facts do");
}

/// It was passed over with its label.
#[test]
fn an_older_edition_that_says_otherwise_under_a_stricter_label_narrows_what_is_known() {
    use domain::Tlp;
    let known = Draft { edited_at: Some(20), ..labelled(Tlp::Green, "a") };
    let older = |label, title| Draft { edited_at: Some(10), ..labelled(label, title) };
    let merged = merge_over(&known, older(Tlp::Red, "b"));
    assert_eq!((merged.tally.updated, merged.revisions.len(), merged.outranked.len()), (1, 0, 0));
    let narrowed: Vec<_> = merged.narrowed.iter().map(|one| (one.number, one.handling.tlp())).collect();
    assert_eq!(narrowed, [(0, Tlp::Red)]);
    let merged = merge_over(&known, older(Tlp::Clear, "b"));
    assert_eq!((merged.narrowed.len(), merged.outranked, merged.wider), (0, vec![0], vec![0]));
    let handlings = [(known.id(), known.handling.clone())];
    let twice = vec![older(Tlp::Red, "b"), older(Tlp::Red, "c")];
    let merged = under(twice, known_as(&known, true), &handlings, &arrival());
    assert_eq!((merged.narrowed.len(), merged.outranked), (1, vec![1]), "the second narrows no more");
}

#[test]
fn an_older_edition_that_says_otherwise_is_told_of_and_one_that_says_the_same_is_not() {
    let newest = Draft { edited_at: Some(20), ..titled("1", "a") };
    let outranked = |given: Draft| merge(vec![given], known_as(&newest, true)).outranked;
    assert_eq!(outranked(Draft { edited_at: Some(10), ..titled("1", "b") }), [0], "edited before");
    assert_eq!(outranked(Draft { settled: false, ..titled("1", "b") }), [0], "a candidate after the final");
    assert_eq!(outranked(Draft { edited_at: Some(10), ..titled("1", "a") }), [0_usize; 0]);
    let again = merge_over(&newest, Draft { settled: false, ..titled("1", "a") });
    assert_eq!((again.tally.unchanged, again.outranked.len()), (1, 0), "a candidate that says the same");
    assert_eq!(outranked(Draft { edited_at: Some(30), ..titled("1", "b") }), [0_usize; 0]);
}
