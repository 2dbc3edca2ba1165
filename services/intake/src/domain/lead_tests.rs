use domain::{Severity, Tlp, UnClass};

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn item(text: &str) -> Item {
    Item {
        source: "wire".into(),
        owner: "example.org".into(),
        external_id: "https://example.org/1".into(),
        title: "Shots at the border near Batken".into(),
        text: text.into(),
        link: "https://example.org/1".into(),
        language: Some("en".into()),
        countries: Vec::new(),
        published_on: "2026-11-22".parse().unwrap(),
        reliability: Reliability::F,
        credibility: Credibility::UNKNOWN,
        handling: Handling::new(Tlp::Green, UnClass::Unclassified),
        exercise: false,
    }
}

fn lead(text: &str) -> Lead {
    item(text).lead(("wire", at("2026-11-23T07:30:00Z")), None)
}

fn taken() -> LeadCoding {
    LeadCoding {
        threats: vec![Threat::BorderTension],
        kind: "border_incident".into(),
        severity: Severity::Serious,
        deaths: Some(1),
        occurred_on: "2026-11-21".parse().unwrap(),
        province: "KG-B".parse().ok(),
        country: None,
        place: String::new(),
        actors: vec!["Border guards".into()],
        title: String::new(),
        credibility: Some(Credibility::POSSIBLE),
        note: "two channels say so".into(),
    }
}

#[test]
fn an_item_said_again_is_the_same_lead_and_changes_nothing() {
    let known = lead("Border guards exchanged fire.");
    let later = ("wire", at("2026-11-23T08:30:00Z"));
    assert_eq!(again(&known, item("Border guards exchanged fire."), later, None), None);
    let changed = again(&known, item("Border guards exchanged fire, one died."), later, None).unwrap();
    assert_eq!((changed.id.clone(), changed.version, changed.history.len()), (known.id.clone(), 2, 2));
    assert_eq!((changed.received_at, changed.state), (known.received_at, LeadState::New));
}

#[test]
fn what_a_lead_tells_of_is_of_our_time() {
    let known = lead("Border guards exchanged fire.");
    let coding = LeadCoding { occurred_on: "1026-11-21".parse().unwrap(), ..taken() };
    let wrong = objections(&known, &coding, at("2026-11-23T07:30:00Z"));
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].0 == "/coding/occurred_on" && wrong[0].1.contains("check the year"), "{wrong:?}");
}

/// `bananas` was taken, and stood in every list as a kind of incident.
#[test]
fn a_kind_is_one_of_the_table_and_what_was_likely_meant_is_named() {
    for (kind, words) in
        [("bananas", "\"bananas\" is no kind"), ("armed_clashes", "is armed_clash"), ("", "is no kind")]
    {
        let wrong =
            objections(&lead("x"), &LeadCoding { kind: kind.into(), ..taken() }, at("2026-11-23T07:30:00Z"));
        assert!(
            wrong.len() == 1 && wrong[0].0 == "/coding/kind" && wrong[0].1.contains(words),
            "{kind}: {wrong:?}"
        );
    }
}

/// On 22 November 1996 in place of 2026 was taken without a word, and so was the next day.
#[test]
fn the_day_lies_neither_ahead_at_its_place_nor_long_before_the_text() {
    let told = |day: &str, note: &str, now: &str| {
        let coding = LeadCoding { occurred_on: day.parse().unwrap(), note: note.into(), ..taken() };
        objections(&lead("x"), &coding, at(now)).pop().map(|(place, why)| {
            assert_eq!(place, "/coding/occurred_on");
            why
        })
    };
    let morning = "2026-11-22T07:30:00Z";
    assert_eq!(told("2026-11-22", "", morning), None);
    assert_eq!(told("2026-11-23", "", "2026-11-22T19:00:00Z"), None, "in Batken the next day has begun");
    assert!(told("2026-11-23", "", morning).unwrap().contains("at the place it is 2026-11-22"));
    assert!(
        told("2026-11-24", "", "2026-11-25T07:30:00Z").unwrap().contains("after the day it was published")
    );
    assert_eq!(told("2025-11-22", "", morning), None);
    let old = told("1996-11-22", "as the reader says", morning).unwrap();
    assert!(old.contains("more than 366 days before") && old.contains("what of 1996"), "{old}");
    assert_eq!(told("1996-11-22", "the trial is of the fighting of 1996", morning), None);
}

/// An id of 2 000 Cyrillic letters is more than PostgreSQL holds in an index, and was refused as if the store were away.
#[test]
fn a_lead_with_an_overlong_id_becomes_a_fact_under_a_shorter_one_that_is_its_own() {
    let of = |id: &str| {
        let known = Lead { external_id: id.to_owned(), ..lead("Border guards exchanged fire.") };
        draft(&known, &taken(), "desk").unwrap()
    };
    let (long, other) = ("ш".repeat(2000), "ш".repeat(1999) + "щ");
    assert_eq!(of(&long).external_id.chars().count(), ID_CHARS);
    assert_eq!((of(&long).objection(), of(&long).id()), (None, of(&long).id()));
    assert_ne!(of(&long).id(), of(&other).id());
    assert_eq!(of(&"ш".repeat(ID_CHARS)).external_id, "ш".repeat(ID_CHARS));
}

#[test]
fn what_was_confirmed_comes_back_with_new_words_and_what_was_dismissed_only_where_they_propose_something_else()
 {
    let known = lead("Border guards exchanged fire.");
    let decided = (("A. Analyst"), at("2026-11-23T08:00:00Z"), "seen");
    let later = ("wire", at("2026-11-23T08:30:00Z"));
    let counted = confirmed(known.clone(), ObservationId::derived(&["1"]), decided);
    let back = again(&counted, item("Border guards exchanged fire, one died."), later, None).unwrap();
    assert_eq!((back.state, back.observation), (LeadState::New, counted.observation.clone()));
    let gone = dismissed(known, decided);
    let same = again(&gone, item("The border guards exchanged fire!"), later, None).unwrap();
    assert_eq!(same.state, LeadState::Dismissed);
    let other = again(&gone, item("Border guards exchanged fire after an earthquake."), later, None).unwrap();
    assert_eq!(other.state, LeadState::New);
    assert_eq!(other.history.last().unwrap().note, "its source has changed it: look again");
}

#[test]
fn handling_is_joined_and_never_widens() {
    let known = lead("x");
    let narrower = Item { handling: Handling::new(Tlp::Amber, UnClass::Unclassified), ..item("x") };
    let later = ("wire", at("2026-11-23T08:30:00Z"));
    let joined = again(&known, narrower, later, None).unwrap();
    assert_eq!(joined.handling.tlp(), Tlp::Amber);
    assert_eq!(again(&joined, item("x"), later, None), None);
}

#[test]
fn the_observation_names_who_confirmed_it_and_keeps_source_and_handling() {
    let lead = lead("Border guards exchanged fire.");
    let draft = draft(&lead, &taken(), "A. Analyst").unwrap();
    assert_eq!((draft.source.as_str(), draft.owner.as_str()), ("wire", "example.org"));
    assert_eq!((draft.graded_by.as_str(), draft.credibility), ("A. Analyst", Credibility::POSSIBLE));
    assert!(draft.graded_why.contains("two channels say so") && draft.graded_why.contains(lead.id.as_str()));
    assert_eq!((draft.handling, draft.place.precision), (lead.handling, Precision::Province));
}

#[test]
fn a_place_of_the_gazetteer_has_its_point_and_another_name_only_its_province() {
    let near = draft(&lead("x"), &LeadCoding { place: "Isfana".into(), ..taken() }, "a").unwrap().place;
    let far = draft(&lead("x"), &LeadCoding { place: "the old mill".into(), ..taken() }, "a").unwrap().place;
    assert_eq!((far.precision, far.name.as_deref()), (Precision::Province, Some("the old mill")));
    assert_eq!((near.precision, near.point.is_some()), (Precision::Near, true));
}

#[test]
fn everything_that_is_wrong_with_a_coding_is_told_at_once() {
    let wrong = LeadCoding {
        threats: Vec::new(),
        kind: "Not a word".into(),
        deaths: Some(u32::MAX),
        occurred_on: "2026-12-24".parse().unwrap(),
        province: "KG-X".parse().or_else(|_| "PK-BA".parse()).ok(),
        place: "x".repeat(201),
        actors: vec![String::new()],
        title: "x".repeat(301),
        note: "x".repeat(2001),
        ..taken()
    };
    let now = at("2026-11-23T07:30:00Z");
    assert_eq!(objections(&lead("x"), &wrong, now).len(), 9);
    assert_eq!(objections(&lead("x"), &taken(), now), []);
}

#[test]
fn a_text_that_only_says_the_title_again_shows_each_word_once() {
    let words = |text: &str| lead(text).coding.kinds.into_iter().next().unwrap().words.len();
    assert_eq!(words(" Shots at the border near Batken\n"), words(""));
}

/// "Митинги по всему Казахстану" had no way in: every coding needed a province.
#[test]
fn what_is_told_of_a_whole_country_is_taken_for_it() {
    let now = at("2026-11-23T07:30:00Z");
    let whole = LeadCoding { province: None, country: "KAZ".parse().ok(), ..taken() };
    assert_eq!(objections(&lead("x"), &whole, now), Vec::new());
    let place = draft(&lead("x"), &whole, "a").unwrap().place;
    assert_eq!((place.country, place.province, place.point), ("KAZ".parse().ok(), None, None));
    assert_eq!(place.precision, Precision::Country);
    let named = LeadCoding { place: "Алматы".into(), ..whole.clone() };
    assert_eq!(
        draft(&lead("x"), &named, "a").unwrap().place.precision,
        Precision::Country,
        "no finer than said"
    );
    for (country, part) in
        [(None, "is missing: write"), ("KAZ".parse().ok(), "no province \"KG-B\" is known in KAZ")]
    {
        let province = taken().province.filter(|_| country.is_some());
        let wrong = objections(&lead("x"), &LeadCoding { country, province, ..taken() }, now);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].0 == "/coding/province" && wrong[0].1.contains(part), "{wrong:?}");
        assert!(contracts::reason::is_told(&wrong[0].1), "{wrong:?}");
    }
}
