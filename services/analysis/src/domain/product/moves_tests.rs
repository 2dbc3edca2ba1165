use contracts::{
    FailureKind,
    analysis::{
        drafting::{Addition, Change, Rewrite},
        products::{Ceiling, Part, ProductLanguage},
    },
};
use domain::{
    Tlp, UnClass,
    likelihood::{Confidence, Word},
};

use super::*;
use crate::domain::product::{compose::compose, edit, given};

fn begun(kind: ProductKind) -> Product {
    let form = given::form(kind, ProductLanguage::En);
    let composed = compose(&form, &given::material());
    let author = given::person("a.author");
    edit::begin(ProductId::derived(&["p"]), form, composed, &Actor { principal: &author, at: given::now() })
        .unwrap()
}

fn revised(before: Product, changes: &[Change]) -> Result<Product, Failure> {
    let author = given::person("b.second");
    edit::revise(before, changes, &edit::Found::new(), &Actor { principal: &author, at: given::now() })
}

/// The draft with every empty part struck out.
fn filled(kind: ProductKind) -> Product {
    let one = begun(kind);
    let empty = one.sections.iter().filter(|section| section.statements.is_empty());
    let strike = |section: &Section| Change::Strike { part: section.part, reason: "nothing to say".into() };
    let changes: Vec<Change> = empty.map(strike).collect();
    revised(one, &changes).unwrap()
}

fn by(who: &str, before: Product, action: ProductAction, known: Known<'_>) -> Result<Product, Failure> {
    let person = given::person(who);
    act(before, (action, "because"), known, &Actor { principal: &person, at: given::now() })
}

fn pointers(failure: &Failure) -> Vec<&str> {
    failure.errors.iter().map(|error| error.pointer.as_str()).collect()
}

#[test]
fn the_road_is_from_draft_to_published_and_never_around_the_reviewer() {
    let draft = filled(ProductKind::SituationReport);
    let review = by("a.author", draft, ProductAction::Submit, Known::default()).unwrap();
    for author in ["a.author", "b.second"] {
        let own = by(author, review.clone(), ProductAction::Approve, Known::default()).unwrap_err();
        assert_eq!(pointers(&own), ["/approve"]);
    }
    let approved = by("c.peer", review.clone(), ProductAction::Approve, Known::default()).unwrap();
    let published = by("c.peer", approved, ProductAction::Publish, Known::default()).unwrap();
    assert_eq!(published.digest, Some(digest(&published)));
    let again = by("c.peer", published.clone(), ProductAction::Publish, Known::default()).unwrap();
    assert_eq!(again, published, "twice is once");
    let changed = revised(published, &[Change::Retitle { title: "Other".into() }]).unwrap_err();
    assert_eq!(changed.kind, FailureKind::Conflict);
}

#[test]
fn every_move_begins_only_where_it_may() {
    use ProductState::{Approved, Draft, Published, Review, Superseded, Withdrawn};
    let table = [
        (ProductAction::Submit, vec![Draft]),
        (ProductAction::Return, vec![Review, Approved]),
        (ProductAction::Approve, vec![Review]),
        (ProductAction::Publish, vec![Approved]),
        (ProductAction::Withdraw, vec![Draft, Review, Approved, Published]),
    ];
    for (action, from) in table {
        for state in [Draft, Review, Approved, Published, Superseded, Withdrawn] {
            let mut one = filled(ProductKind::SituationReport);
            one.state = state;
            let moved = by("c.peer", one, action, Known::default());
            assert_eq!(moved.is_ok(), from.contains(&state), "{action} from {state}: {moved:?}");
        }
    }
}

#[test]
fn an_empty_part_keeps_a_draft_back_until_it_is_filled_or_struck_out() {
    let draft = begun(ProductKind::SituationReport);
    let refused = by("a.author", draft.clone(), ProductAction::Submit, Known::default()).unwrap_err();
    assert!(pointers(&refused).contains(&"/sections/recommended"), "{refused:?}");
    let bare = Change::Strike { part: Part::Recommended, reason: " ".into() };
    assert_eq!(pointers(&revised(draft.clone(), &[bare]).unwrap_err()), ["/changes/0/strike/reason"]);
    let full = Change::Strike { part: Part::Security, reason: "x".into() };
    assert_eq!(
        pointers(&revised(draft, &[full]).unwrap_err()),
        ["/changes/0/strike"],
        "what it says is not struck out"
    );
}

#[test]
fn a_statement_says_what_it_rests_on_or_is_not_let_on() {
    let add = |basis, likelihood: Option<Word>| {
        Change::Add(Box::new(Addition {
            part: Part::Outlook,
            text: "It stays tense.".into(),
            basis,
            likelihood: likelihood.map(Word::range),
            confidence: likelihood.map(|_| Confidence::Low),
            sources: vec![],
            handling: None,
        }))
    };
    let table = [
        (add(Basis::Sourced, None), Some("sources")),
        (add(Basis::Judgement, None), Some("basis")),
        (add(Basis::Judgement, Some(Word::Likely)), None),
        (add(Basis::Context, None), None),
    ];
    for (change, lacking) in table {
        let one = revised(filled(ProductKind::SituationReport), std::slice::from_ref(&change)).unwrap();
        let number = one.next - 1;
        match (lacking, by("a.author", one, ProductAction::Submit, Known::default())) {
            (None, moved) => assert!(moved.is_ok(), "{change:?}: {moved:?}"),
            (Some(field), moved) => {
                assert_eq!(pointers(&moved.unwrap_err()), [format!("/statements/{number}/{field}")]);
            }
        }
    }
}

#[test]
fn a_briefing_note_goes_on_two_pages_and_is_told_by_how_much_it_is_too_long() {
    let note = filled(ProductKind::BriefingNote);
    let with = |pages| Known { length: Some(Length { pages, version: note.version }), newer: &[] };
    assert!(by("a.author", note.clone(), ProductAction::Submit, with(2)).is_ok());
    let long = by("a.author", note.clone(), ProductAction::Submit, with(3)).unwrap_err();
    assert_eq!(pointers(&long), ["/pages"]);
    assert!(
        long.errors[0].detail.contains("takes 3 pages") && long.errors[0].detail.contains("1 page too many"),
        "{long:?}"
    );
    let stale = Known { length: Some(Length { pages: 2, version: note.version - 1 }), newer: &[] };
    for known in [stale, Known::default()] {
        assert_eq!(
            pointers(&by("a.author", note.clone(), ProductAction::Submit, known).unwrap_err()),
            ["/pages"]
        );
    }
}

#[test]
fn what_stands_above_the_ceiling_needs_a_tear_line() {
    let review = |tear_line| {
        let ceiling = Some(Ceiling { tlp: Tlp::Green, un_class: UnClass::Unclassified });
        let one =
            revised(filled(ProductKind::SituationReport), &[Change::Mean { ceiling, tear_line }]).unwrap();
        by("a.author", one, ProductAction::Submit, Known::default()).unwrap()
    };
    let above = by("c.peer", review(false), ProductAction::Approve, Known::default()).unwrap_err();
    assert!(above.errors.iter().all(|error| error.pointer.ends_with("/handling")), "{above:?}");
    assert!(by("c.peer", review(true), ProductAction::Approve, Known::default()).is_ok());
}

#[test]
fn the_gravest_needs_two_persons_to_go_out() {
    let mut one = filled(ProductKind::SituationReport);
    one.handling = given::marked(Tlp::Red);
    let review = by("a.author", one, ProductAction::Submit, Known::default()).unwrap();
    let approved = by("c.peer", review, ProductAction::Approve, Known::default()).unwrap();
    let same = by("c.peer", approved.clone(), ProductAction::Publish, Known::default()).unwrap_err();
    assert_eq!(pointers(&same), ["/publish"]);
    assert!(by("d.other", approved, ProductAction::Publish, Known::default()).is_ok());
}

#[test]
fn what_was_taken_back_is_not_let_on_and_what_was_only_revised_is() {
    let draft = filled(ProductKind::SituationReport);
    let newer = |since| Newer {
        source: "observation:x".into(),
        label: "x".into(),
        since,
        detail: "gone".into(),
        statements: vec![1],
    };
    for (since, lets) in [(Since::Gone, false), (Since::Remarked, false), (Since::Revised, true)] {
        let newer = [newer(since)];
        let known = Known { newer: &newer, length: None };
        assert_eq!(by("a.author", draft.clone(), ProductAction::Submit, known).is_ok(), lets, "{since}");
    }
}

#[test]
fn a_changed_text_keeps_its_sources_says_who_wrote_it_and_can_only_be_tightened() {
    let before = begun(ProductKind::SituationReport);
    let was = before.statements().next().unwrap().clone();
    let wish = Rewrite {
        statement: was.number,
        text: Some("It got worse.".into()),
        handling: Some(given::marked(Tlp::Red)),
        ..Rewrite::default()
    };
    let now = revised(before, &[Change::Rewrite(Box::new(wish))]).unwrap();
    let is = now.statements().next().unwrap();
    assert_eq!((is.sources.clone(), is.bare.clone()), (was.sources, None));
    assert_eq!(is.edited.as_ref().unwrap().by.subject, "b.second");
    assert_eq!((is.handling.tlp(), now.handling.tlp()), (Tlp::Red, Tlp::Red));
    assert_eq!(now.history.last().unwrap().changes[0].was, was.text);
    let looser =
        Rewrite { statement: was.number, handling: Some(given::marked(Tlp::Clear)), ..Rewrite::default() };
    let now = revised(now, &[Change::Rewrite(Box::new(looser))]).unwrap();
    assert!(now.statements().next().unwrap().handling.tlp() >= was.handling.tlp(), "its sources still bind");
}

#[test]
fn a_draft_is_the_join_of_its_statements_and_lets_go_of_what_nothing_rests_on() {
    let one = begun(ProductKind::SituationReport);
    let joined = domain::Handling::join_all(one.statements().map(|said| &said.handling)).unwrap();
    assert_eq!((&one.handling, one.handling.tlp()), (&joined, Tlp::Amber));
    let all: Vec<Change> = one.statements().map(|said| Change::Remove { statement: said.number }).collect();
    let none = revised(one, &all).unwrap();
    assert_eq!((none.sources.len(), none.handling.tlp()), (0, Tlp::Green));
    let absent = revised(none, &[Change::Remove { statement: 99 }]).unwrap_err();
    assert_eq!(pointers(&absent), ["/changes/0/remove"]);
}
