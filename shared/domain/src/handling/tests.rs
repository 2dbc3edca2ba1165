use proptest::prelude::*;

use super::*;
use crate::arbitrary::{audience, handling, tlp, un_class};

fn is_narrower_audience(a: &Audience, b: &Audience) -> bool {
    match (a, b) {
        (_, Audience::Everyone) => true,
        (Audience::Everyone, Audience::Only(_)) => false,
        (Audience::Only(a), Audience::Only(b)) => a.is_subset(b),
    }
}

/// The fields in which `a` allows more than `b`.
fn wider_fields(a: &Handling, b: &Handling) -> Vec<&'static str> {
    [
        ("tlp", a.tlp() >= b.tlp()),
        ("un_class", a.un_class() >= b.un_class()),
        ("chatham_house", a.chatham_house >= b.chatham_house),
        ("originators", a.originators.is_superset(&b.originators)),
        ("orcon", a.orcon >= b.orcon),
        ("personal_data", a.personal_data >= b.personal_data),
        ("audience", is_narrower_audience(&a.audience, &b.audience)),
        ("exclude", a.exclude.is_superset(&b.exclude)),
        ("consent", a.consent.is_superset(&b.consent)),
        ("licence.ids", a.licence.ids.is_superset(&b.licence.ids)),
        ("licence.redistribution", a.licence.redistribution >= b.licence.redistribution),
        ("licence.attribution", a.licence.attribution.is_superset(&b.licence.attribution)),
        ("precision_floor", a.precision_floor.satisfies(b.precision_floor)),
    ]
    .into_iter()
    .filter_map(|(field, no_wider)| (!no_wider).then_some(field))
    .collect()
}

fn is_no_wider_than(a: &Handling, b: &Handling) -> bool {
    wider_fields(a, b).is_empty()
}

fn reread<T: Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[test]
fn every_label_is_written_as_its_standard_writes_it_widest_first() {
    let labels: Vec<&str> = Tlp::ALL.iter().map(|label| label.as_str()).collect();
    assert_eq!(labels, ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]);
    let classes: Vec<&str> = UnClass::ALL.iter().map(|class| class.as_str()).collect();
    assert_eq!(classes, ["unclassified", "confidential", "strictly_confidential"]);
    let redistributions: Vec<&str> = Redistribution::ALL.iter().map(|r| r.as_str()).collect();
    assert_eq!(redistributions, ["raw", "derived", "none"]);
}

#[test]
fn a_classification_raises_a_label_that_is_too_wide_and_leaves_a_stricter_one() {
    let table = [
        (Tlp::Clear, UnClass::Unclassified, Tlp::Clear),
        (Tlp::Clear, UnClass::Confidential, Tlp::AmberStrict),
        (Tlp::Red, UnClass::Confidential, Tlp::Red),
        (Tlp::Amber, UnClass::StrictlyConfidential, Tlp::Red),
    ];
    for (label, class, raised) in table {
        assert_eq!(Handling::new(label, class).tlp(), raised, "{label} {class}");
        let json = format!(r#"{{"tlp":"{label}","un_class":"{class}"}}"#);
        assert_eq!(serde_json::from_str::<Handling>(&json).unwrap().tlp(), raised, "{json}");
    }
}

#[test]
fn an_empty_audience_means_nobody() {
    for json in [r#"{"tlp":"CLEAR"}"#, r#"{"tlp":"CLEAR","audience":[]}"#] {
        let read: Handling = serde_json::from_str(json).unwrap();
        assert_eq!(read.audience, Audience::Only(BTreeSet::new()));
        assert!(["osce", "*", ""].iter().all(|key| !read.audience.includes(key)));
    }
}

#[test]
fn an_audience_of_everyone_is_a_star_before_and_after() {
    let read: Audience = serde_json::from_str(r#"["*"]"#).unwrap();
    assert_eq!(read, Audience::Everyone);
    assert_eq!(serde_json::to_string(&read).unwrap(), r#"["*"]"#);
    assert!(read.includes("osce"));
}

#[test]
fn a_star_among_named_keys_never_becomes_everyone_by_being_written() {
    let named = Audience::Only(BTreeSet::from(["*".to_owned(), "osce".to_owned()]));
    assert_eq!(reread(&named), Audience::Only(BTreeSet::from(["osce".to_owned()])));
}

#[test]
fn two_audiences_without_a_common_member_join_to_nobody() {
    let only = |key: &str| Handling {
        audience: Audience::Only(BTreeSet::from([key.to_owned()])),
        ..Handling::open(Licence::own())
    };
    assert_eq!(only("osce").join(&only("unama")).audience, Audience::Only(BTreeSet::new()));
}

#[test]
fn new_handling_is_for_nobody_and_open_handling_for_everyone() {
    assert!(!Handling::new(Tlp::Clear, UnClass::Unclassified).audience.includes("osce"));
    assert!(Handling::open(Licence::own()).audience.includes("osce"));
}

#[test]
fn handling_without_a_label_or_with_an_unknown_word_is_refused() {
    for json in [
        r"{}",
        r#"{"tlp":"WHITE"}"#,
        r#"{"tlp":"clear"}"#,
        r#"{"tlp":"CLEAR","un_class":"secret"}"#,
        r#"{"tlp":"CLEAR","audiance":["*"]}"#,
        r#"{"tlp":"CLEAR","licence":{"ids":["own"]}}"#,
    ] {
        assert!(serde_json::from_str::<Handling>(json).is_err(), "{json}");
    }
}

#[test]
fn the_join_of_none_is_none() {
    assert_eq!(Handling::join_all([]), None);
}

proptest! {
    #[test]
    fn the_join_is_commutative(a in handling(), b in handling()) {
        prop_assert_eq!(a.join(&b), b.join(&a));
    }

    #[test]
    fn the_join_is_associative(a in handling(), b in handling(), c in handling()) {
        prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
    }

    #[test]
    fn the_join_is_idempotent(a in handling(), b in handling()) {
        prop_assert_eq!(a.join(&a), a.clone());
        let joined = a.join(&b);
        prop_assert_eq!(joined.join(&a), joined.clone());
        prop_assert_eq!(joined.join(&b), joined);
    }

    #[test]
    fn the_join_widens_no_field_of_either(a in handling(), b in handling()) {
        let joined = a.join(&b);
        let none: Vec<&str> = Vec::new();
        prop_assert_eq!(wider_fields(&joined, &a), none.clone());
        prop_assert_eq!(wider_fields(&joined, &b), none);
    }

    #[test]
    fn the_join_is_the_widest_that_is_no_wider_than_both(a in handling(), b in handling(), c in handling()) {
        if is_no_wider_than(&c, &a) && is_no_wider_than(&c, &b) {
            prop_assert!(is_no_wider_than(&c, &a.join(&b)));
        }
        let below = c.join(&a).join(&b);
        prop_assert!(is_no_wider_than(&below, &a.join(&b)));
    }

    #[test]
    fn a_join_reaches_only_who_is_in_both_audiences(a in audience(), b in audience()) {
        let joined = a.join(&b);
        for key in ["osce", "caricc", "unama", "csto", "*"] {
            prop_assert_eq!(joined.includes(key), a.includes(key) && b.includes(key));
        }
    }

    #[test]
    fn the_join_of_them_all_is_the_join_in_any_order(mut parts in proptest::collection::vec(handling(), 1..5)) {
        let joined = Handling::join_all(&parts).unwrap();
        prop_assert!(parts.iter().all(|part| is_no_wider_than(&joined, part)));
        parts.reverse();
        prop_assert_eq!(Handling::join_all(&parts).unwrap(), joined);
    }

    #[test]
    fn the_label_is_never_wider_than_the_classification_allows(a in handling(), b in handling()) {
        for handling in [a.join(&b), a, b] {
            prop_assert!(handling.tlp() >= handling.un_class().tlp_floor());
            let read = reread(&handling);
            prop_assert!(read.tlp() >= read.un_class().tlp_floor());
        }
    }

    #[test]
    fn the_label_is_raised_whatever_label_is_read(tlp in tlp(), class in un_class()) {
        let json = format!(r#"{{"tlp":"{tlp}","un_class":"{class}"}}"#);
        let read: Handling = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read.tlp(), tlp.max(class.tlp_floor()));
        prop_assert_eq!(read, Handling::new(tlp, class));
    }

    #[test]
    fn handling_written_and_read_is_no_wider_and_stays_as_it_is(handling in handling()) {
        let read = reread(&handling);
        prop_assert!(is_no_wider_than(&read, &handling));
        prop_assert_eq!(reread(&read), read.clone());
        let star = matches!(&handling.audience, Audience::Only(keys) if keys.contains("*"));
        prop_assert!(star || read == handling);
    }
}
