use contracts::cap;
use domain::{Tlp, UnClass, release::Transform};
use proptest::{prelude::*, sample};

use super::*;
use crate::domain::examples::{exact_place, redacted, warning, whole};

const SENDER: &str = "mirab@example.org";

/// Everything that leaves, as text: JSON and CAP.
fn leaving(warning: &Warning, decision: &Decision) -> String {
    let released = Released::of(warning, decision).unwrap();
    let json = serde_json::to_string(released.warning()).unwrap();
    format!("{json}\n{}", cap::render(released.warning(), SENDER))
}

fn assert_absent(text: &str, canaries: &[&str]) {
    for canary in canaries {
        assert!(!text.to_lowercase().contains(&canary.to_lowercase()), "{canary} in {text}");
    }
}

#[test]
fn what_concerns_the_house_alone_never_leaves() {
    let mut warning = warning();
    warning.handling.exclude = ["csto".to_owned()].into();
    warning.handling.consent = ["KGZ".parse().unwrap()].into();
    warning.handling.audience =
        domain::handling::Audience::Only(["osce".to_owned(), "caricc".to_owned()].into());
    let text = leaving(&warning, &whole());
    assert_absent(
        &text,
        &["csto", "caricc", "osce", "KGZ", "Duty Officer", "rule border", "internal note", "\"Head\""],
    );
    assert!(text.contains("Vorukh") && text.contains("Karimov"), "a whole release keeps what it says");
}

#[test]
fn nothing_is_released_by_a_decision_that_withholds() {
    for outcome in [Outcome::Refer, Outcome::Withhold] {
        let decision = Decision { outcome, ..whole() };
        assert_eq!(Released::of(&warning(), &decision), None);
    }
}

#[test]
fn a_generalised_warning_names_the_place_nowhere() {
    let text = leaving(&warning(), &redacted(&[Transform::Generalise], Precision::Province));
    assert_absent(&text, &["Vorukh", "Isfara", "39.85", "70.59", "Karimov"]);
    assert!(text.contains("TJ-SU"));
}

#[test]
fn below_the_province_the_sentences_are_written_anew() {
    let text = leaving(&warning(), &redacted(&[Transform::Generalise], Precision::Country));
    assert_absent(&text, &["Vorukh", "Isfara", "TJ-SU", "Shots were heard"]);
    assert!(text.contains("TJK"));
}

#[test]
fn persons_and_speakers_are_left_out() {
    let mut warning = warning();
    warning.handling.personal_data = true;
    warning.infos[0].description =
        "elder karimov says shots fell. KGZ MFA confirms. Write to k@example.org.".into();
    let decision = redacted(&[Transform::RemovePersonalData, Transform::RemoveSpeakers], Precision::Exact);
    assert_absent(&leaving(&warning, &decision), &["Karimov", "992", "k@example.org", "KGZ MFA"]);
    assert!(!redact(&warning, &decision).handling.personal_data);
}

#[test]
fn without_the_assessment_the_facts_stay() {
    let text = leaving(&warning(), &redacted(&[Transform::DropAssessment], Precision::Exact));
    assert_absent(&text, &["likely to spread"]);
    assert!(text.contains("Shots were heard") && text.contains("Karimov"));
}

#[test]
fn a_redacted_release_names_no_observation() {
    let warning = warning();
    let text = leaving(&warning, &redacted(&[Transform::DropAssessment], Precision::Exact));
    assert_absent(&text, &[warning.evidence[0].observations[0].as_str()]);
}

fn decision() -> impl Strategy<Value = Decision> {
    let transforms = sample::subsequence(Transform::ALL.to_vec(), 0..=4);
    (transforms, sample::select(Precision::ALL)).prop_map(|(transforms, floor)| redacted(&transforms, floor))
}

proptest! {
    #[test]
    fn no_place_leaves_finer_than_the_floor(decision in decision(), precision in sample::select(Precision::ALL)) {
        let mut warning = warning();
        warning.places.push(Place { precision, ..exact_place() });
        let released = redact(&warning, &decision);
        prop_assert_eq!(released.places.len(), warning.places.len());
        for place in &released.places {
            prop_assert!(place.precision.satisfies(decision.precision_floor));
            prop_assert_eq!(place, &place.generalised(decision.precision_floor));
        }
        prop_assert_eq!(released.handling.precision_floor, decision.precision_floor);
    }

    #[test]
    fn redacting_twice_is_redacting_once(decision in decision()) {
        let once = redact(&warning(), &decision);
        prop_assert_eq!(&redact(&once, &decision), &once);
    }

    #[test]
    fn the_markings_never_widen(
        decision in decision(),
        tlp in sample::select(Tlp::ALL),
        class in sample::select(UnClass::ALL),
    ) {
        let mut warning = warning();
        warning.handling = Handling::new(tlp, class);
        let released = redact(&warning, &decision).handling;
        prop_assert_eq!((released.tlp(), released.un_class()), (warning.handling.tlp(), class));
        prop_assert!(released.exclude.is_empty() && released.consent.is_empty());
        prop_assert!(!released.audience.includes("osce"));
    }

    #[test]
    fn canaries_of_what_is_removed_appear_nowhere(decision in decision(), canary in "[A-Z][a-z]{5,9}QX") {
        let mut warning = warning();
        warning.note = canary.clone();
        let fine = decision.transforms.contains(&Transform::Generalise) && decision.precision_floor >= Precision::Near;
        if fine {
            warning.places[0].name = Some(canary.clone());
            warning.infos[0].description = format!("{canary} and {} again", canary.to_uppercase());
            warning.infos[0].headline = format!("Near {canary}");
        }
        if decision.transforms.contains(&Transform::DropAssessment) {
            warning.infos[0].assessment = format!("{canary} will follow.");
            warning.infos[0].instruction = format!("Mind: {canary} will follow.");
        }
        if decision.transforms.contains(&Transform::RemovePersonalData) {
            warning.evidence[0].title = format!("{canary} was seen");
            warning.infos[0].headline = format!("{canary} was seen");
        }
        let text = leaving(&warning, &decision).to_lowercase();
        prop_assert!(!text.contains(&canary.to_lowercase()), "{} in {}", canary, text);
    }
}
