use contracts::{
    FailureKind,
    analysis::{
        drafting::{Addition, Change, Rewrite},
        products::{Basis, Ceiling, Part, ProductLanguage, Section},
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
    let add = |part, basis, likelihood: Option<Word>| {
        Change::Add(Box::new(Addition {
            part,
            text: "It stays tense.".into(),
            basis,
            likelihood: likelihood.map(Word::range),
            confidence: likelihood.map(|_| Confidence::Low),
            sources: vec![],
            handling: None,
        }))
    };
    let (facts, own) = (Part::Outlook, Part::Recommended);
    let table = [
        (add(facts, Basis::Sourced, None), &["sources"][..]),
        (add(facts, Basis::Judgement, None), &["basis", "sources"]),
        (add(facts, Basis::Judgement, Some(Word::Likely)), &["sources"]),
        (add(facts, Basis::Context, None), &["sources"]),
        (add(own, Basis::Sourced, None), &["sources"]),
        (add(own, Basis::Judgement, Some(Word::Likely)), &["sources"]),
        (add(own, Basis::Context, None), &[]),
    ];
    for (change, lacking) in table {
        let one = revised(filled(ProductKind::SituationReport), std::slice::from_ref(&change)).unwrap();
        let number = one.next - 1;
        let submitted = by("a.author", one.clone(), ProductAction::Submit, Known::default());
        // what was let on before the rule was what it is comes no further
        let before = |state| Product { state, ..one.clone() };
        let approved = by("c.peer", before(ProductState::Review), ProductAction::Approve, Known::default());
        let published =
            by("c.peer", before(ProductState::Approved), ProductAction::Publish, Known::default());
        let expected: Vec<String> =
            lacking.iter().map(|field| format!("/statements/{number}/{field}")).collect();
        for moved in [submitted, approved, published] {
            let Err(why) = moved else {
                assert!(lacking.is_empty(), "{change:?}");
                continue;
            };
            assert_eq!(pointers(&why), expected, "{change:?}");
            let named = why.errors.iter().filter(|error| error.pointer.ends_with("/sources"));
            assert!(named.clone().all(|error| error.detail.contains("“It stays tense.”")), "{why:?}");
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
        handling: None,
    };
    for (since, lets) in [(Since::Gone, false), (Since::Remarked, false), (Since::Revised, true)] {
        let newer = [newer(since)];
        let known = Known { newer: &newer, length: None };
        assert_eq!(by("a.author", draft.clone(), ProductAction::Submit, known).is_ok(), lets, "{since}");
    }
}

fn rewritten(statement: u32, text: Option<&str>, tlp: Option<Tlp>) -> Change {
    let (text, handling) = (text.map(Into::into), tlp.map(given::marked));
    Change::Rewrite(Box::new(Rewrite { statement, text, handling, ..Rewrite::default() }))
}

#[test]
fn a_changed_text_is_no_draft_any_more_and_says_who_wrote_it_and_what_was_drafted() {
    let before = begun(ProductKind::SituationReport);
    let was = before.statements().next().unwrap().clone();
    assert!(was.drafted && !was.is_written());
    let now = revised(before, &[rewritten(was.number, Some("It got worse."), None)]).unwrap();
    let is = now.statements().next().unwrap().clone();
    assert_eq!((is.sources.clone(), is.bare.clone()), (was.sources, None));
    assert_eq!((is.drafted, is.was.as_deref()), (false, Some(was.text.as_str())));
    assert_eq!(is.edited.as_ref().unwrap().by.subject, "b.second");
    assert_eq!(now.history.last().unwrap().changes[0].was, was.text);
    let again = revised(now, &[rewritten(was.number, Some("It got much worse."), None)]).unwrap();
    let is = again.statements().next().unwrap();
    assert_eq!(
        is.was.as_deref(),
        Some(was.text.as_str()),
        "the drafted wording stays beside, whoever writes on"
    );
    let tightened = begun(ProductKind::SituationReport);
    let tightened = revised(tightened, &[rewritten(was.number, None, Some(Tlp::Red))]).unwrap();
    assert!(tightened.statements().next().unwrap().drafted, "a marking changes nothing of what is said");
}

#[test]
fn sources_that_a_person_takes_away_leave_no_draft_behind() {
    let before = begun(ProductKind::SituationReport);
    let number = before.statements().next().unwrap().number;
    let none = Rewrite { statement: number, sources: Some(Vec::new()), ..Rewrite::default() };
    let now = revised(before, &[Change::Rewrite(Box::new(none))]).unwrap();
    let is = now.statements().next().unwrap();
    assert_eq!((is.drafted, is.was.clone(), is.edited.is_some()), (false, None, true));
}

#[test]
fn a_statement_is_marked_more_strictly_and_never_less_and_the_refusal_says_what_binds_it() {
    let before = begun(ProductKind::SituationReport);
    let bound = before.statements().find(|said| said.handling.tlp() == Tlp::Amber).unwrap().clone();
    let low = revised(before.clone(), &[rewritten(bound.number, None, Some(Tlp::Green))]).unwrap_err();
    assert_eq!(pointers(&low), ["/changes/0/rewrite/handling"]);
    let why = &low.errors[0].detail;
    let label = &before.source(&bound.sources[0]).unwrap().label;
    assert!(why.contains("TLP:GREEN is below TLP:AMBER") && why.contains(label.as_str()), "{why}");
    let now = revised(before, &[rewritten(bound.number, None, Some(Tlp::Red))]).unwrap();
    assert_eq!(now.handling.tlp(), Tlp::Red);
    let back = revised(now.clone(), &[rewritten(bound.number, None, Some(Tlp::Amber))]).unwrap_err();
    assert!(back.errors[0].detail.contains("marked TLP:RED by hand"), "{back:?}");
    let kept = revised(now.clone(), &[rewritten(bound.number, None, Some(Tlp::Red))]).unwrap();
    assert_eq!(kept, now, "saying the same again is no lowering");
    let add = Addition {
        part: Part::Outlook,
        text: "It stays tense.".into(),
        basis: Basis::Context,
        likelihood: None,
        confidence: None,
        sources: vec![],
        handling: Some(given::marked(Tlp::Clear)),
    };
    let low = revised(now, &[Change::Add(Box::new(add))]).unwrap_err();
    assert!(low.errors[0].detail.contains("the centre says by itself is TLP:GREEN"), "{low:?}");
}

#[test]
fn the_whole_is_never_marked_below_its_parts_or_what_its_authors_chose() {
    let one = begun(ProductKind::SituationReport);
    let mark = |tlp| Change::Mark { handling: Box::new(given::marked(tlp)) };
    let low = revised(one.clone(), &[mark(Tlp::Green)]).unwrap_err();
    assert_eq!(pointers(&low), ["/changes/0/mark/handling"]);
    let amber = one.statements().find(|said| said.handling.tlp() == Tlp::Amber).unwrap().number;
    assert!(low.errors[0].detail.contains(&format!("statement {amber} is TLP:AMBER")), "{low:?}");
    let red = revised(one, &[mark(Tlp::Red)]).unwrap();
    assert_eq!((red.handling.tlp(), red.form.handling.tlp()), (Tlp::Red, Tlp::Red));
    let back = revised(red.clone(), &[mark(Tlp::AmberStrict)]).unwrap_err();
    assert!(back.errors[0].detail.contains("its authors chose TLP:RED"), "{back:?}");
    let ceiling = Some(Ceiling { tlp: Tlp::Amber, un_class: UnClass::Unclassified });
    let under = Change::Mean { ceiling, tear_line: false };
    let low = revised(red, &[under]).unwrap_err();
    assert_eq!(pointers(&low), ["/changes/0/mean/ceiling"]);
    let mut form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    form.ceiling = Some(Ceiling { tlp: Tlp::Clear, un_class: UnClass::Unclassified });
    assert_eq!(pointers(&edit::check(&form, given::day(23)).unwrap_err()), ["/ceiling"]);
}

#[test]
fn a_draft_is_the_join_of_its_statements_and_of_its_authors_choice_and_lets_go_of_what_nothing_rests_on() {
    let one = begun(ProductKind::SituationReport);
    let parts = std::iter::once(&one.form.handling).chain(one.statements().map(|said| &said.handling));
    let joined = domain::Handling::join_all(parts).unwrap();
    assert_eq!((&one.handling, one.handling.tlp()), (&joined, Tlp::Amber));
    let mut form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    form.handling = given::marked(Tlp::Red);
    let composed = compose(&form, &given::material());
    let author = given::person("a.author");
    let actor = Actor { principal: &author, at: given::now() };
    let red = edit::begin(ProductId::derived(&["r"]), form, composed, &actor).unwrap();
    assert!(red.statements().any(|said| said.handling.tlp() < Tlp::Red));
    assert_eq!(red.handling.tlp(), Tlp::Red, "open sources do not lower what its author chose");
    let all: Vec<Change> = one.statements().map(|said| Change::Remove { statement: said.number }).collect();
    let none = revised(one, &all).unwrap();
    assert_eq!((none.sources.len(), none.handling.tlp()), (0, Tlp::Green));
    let absent = revised(none, &[Change::Remove { statement: 99 }]).unwrap_err();
    assert_eq!(pointers(&absent), ["/changes/0/remove"]);
}
