//! What a person writes, checked: every single thing wrong is named, with where and how to mend it.

use std::collections::BTreeSet;

use contracts::alerts::WarningForm;
use domain::{
    Handling, Timestamp,
    warning::{Info, Status},
};

use super::refusal::{Reasons, Refusal};

/// CAP's limit on a headline, in characters.
pub const HEADLINE: usize = 160;
/// The longest text of any other part, in characters.
const TEXT: usize = 20_000;

/// Checks a form.
///
/// # Errors
/// With everything that is wrong with it.
pub fn check(form: &WarningForm, evidence: Option<&Handling>, now: Timestamp) -> Result<(), Refusal> {
    let mut reasons = Reasons::default();
    if matches!(form.status, Status::System | Status::Draft) {
        reasons.add("/status", format!("{} is not for people: take Actual, Exercise or Test", form.status));
    }
    match form.places.first() {
        None => {
            reasons.add("/places", "there is no place: name the province or the country it speaks of first");
        }
        Some(place) if place.country.is_none() => {
            reasons
                .add("/places/0/country", "the first place has no country: it decides which mandates apply");
        }
        Some(_) => {}
    }
    if form.expires <= now {
        reasons.add("/expires", format!("{} is not ahead of now, {now}: set a later end", form.expires));
    }
    widening(&mut reasons, &form.handling, evidence);
    infos(&mut reasons, &form.infos);
    reasons.settle("the warning cannot be taken as it is written")
}

/// Names what makes a handling wider than the evidence allows.
pub fn widening(reasons: &mut Reasons, handling: &Handling, evidence: Option<&Handling>) {
    if evidence.is_some_and(|evidence| handling.join(evidence) != *handling) {
        reasons.add(
            "/handling",
            "the handling is wider than that of the evidence: make every field as strict as the evidence's, or stricter",
        );
    }
}

/// Names what is wrong with the texts.
pub fn infos(reasons: &mut Reasons, infos: &[Info]) {
    if infos.is_empty() {
        reasons.add("/infos", "there is no text: write one in English at least");
    }
    let mut languages = BTreeSet::new();
    for (n, info) in infos.iter().enumerate() {
        let at = |part: &str| format!("/infos/{n}/{part}");
        if !is_language(&info.language) {
            let detail =
                format!("{:?} is no language: write it as RFC 5646 does, as en or ru", info.language);
            reasons.add(at("language"), detail);
        } else if !languages.insert(info.language.to_lowercase()) {
            reasons.add(at("language"), format!("{} comes twice: one text per language", info.language));
        }
        for (part, text) in
            [("event", &info.event), ("headline", &info.headline), ("description", &info.description)]
        {
            if text.trim().is_empty() {
                reasons.add(at(part), format!("the {part} is empty"));
            }
        }
        let length = info.headline.chars().count();
        if length > HEADLINE {
            reasons.add(at("headline"), format!("the headline has {length} characters: {HEADLINE} at most"));
        }
        let long =
            [("event", &info.event), ("description", &info.description), ("assessment", &info.assessment)];
        for (part, text) in long.into_iter().chain([("instruction", &info.instruction)]) {
            if text.chars().count() > TEXT {
                reasons.add(at(part), format!("the {part} is longer than {TEXT} characters"));
            }
        }
    }
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts
        .next()
        .is_some_and(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    first && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use domain::{Tlp, UnClass};

    use super::*;
    use crate::domain::examples::{form, now};

    fn wrong(form: &WarningForm, evidence: Option<&Handling>) -> Vec<String> {
        match check(form, evidence, now()) {
            Err(Refusal::Guards { errors, .. }) => errors.into_iter().map(|error| error.pointer).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let mut form = form();
        assert_eq!(check(&form, None, now()), Ok(()));
        form.status = Status::Draft;
        form.expires = now();
        form.places.clear();
        form.infos[0].headline = "x".repeat(161);
        form.infos[0].description = " ".into();
        form.infos.push(form.infos[0].clone());
        let pointers = wrong(&form, None);
        for pointer in [
            "/status",
            "/expires",
            "/places",
            "/infos/0/headline",
            "/infos/0/description",
            "/infos/1/language",
        ] {
            assert!(pointers.iter().any(|p| p == pointer), "{pointer} not in {pointers:?}");
        }
    }

    #[test]
    fn a_handling_wider_than_the_evidence_is_refused_and_a_stricter_one_is_not() {
        let mut form = form();
        let marked = |tlp| Handling::new(tlp, UnClass::Unclassified);
        let evidence = marked(Tlp::Amber);
        form.handling = marked(Tlp::Green);
        assert_eq!(wrong(&form, Some(&evidence)), ["/handling"]);
        form.handling = marked(Tlp::Red);
        assert_eq!(check(&form, Some(&evidence), now()), Ok(()));
    }
}
