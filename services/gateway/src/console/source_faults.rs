//! What is wrong with the form of a source: said beside the field, in the language of the page.

use contracts::{Failure, FailureKind};
use maud::{Markup, html};

use super::{shell, words::Lang};

/// The fields of the form by the place that a refusal names.
const FIELDS: &[(&str, &str)] = &[
    ("/key", "source"),
    ("/form/title", "title"),
    ("/form/address", "address"),
    ("/form/format", "format"),
    ("/form/mapping", "mapping"),
    ("/form/every_s", "every"),
    ("/form/parameters/countries", "countries"),
    ("/form/parameters/lookback_days", "lookback"),
    ("/form/parameters/least_magnitude", "magnitude"),
    ("/form/grade", "reliability"),
    // those that the form itself refuses, by their names
    ("every", "every"),
    ("lookback", "lookback"),
    ("magnitude", "magnitude"),
    ("tlp", "tlp"),
    ("licence", "licence"),
    ("reliability", "reliability"),
    ("credibility", "reliability"),
];

/// The words under which what is wrong is said.
#[cfg(test)]
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(_, field)| *field).chain(["taken"])
}

/// The fields that a refusal names, in the order of the form.
pub(super) struct Faults<'f> {
    failure: Option<&'f Failure>,
    fields: Vec<&'static str>,
}

impl<'f> Faults<'f> {
    /// Of this refusal; none where the form was not sent yet.
    pub(super) fn of(failure: Option<&'f Failure>) -> Self {
        let named = |pointer: &str| FIELDS.iter().find(|(at, _)| *at == pointer).map(|(_, field)| *field);
        let errors = failure.map_or(&[][..], |failure| &failure.errors);
        let mut fields: Vec<&'static str> = errors.iter().filter_map(|error| named(&error.pointer)).collect();
        if failure.is_some_and(|failure| failure.kind == FailureKind::Conflict && errors.is_empty()) {
            fields.push("taken");
        }
        fields.sort_by_key(|field| FIELDS.iter().position(|(_, one)| one == field));
        fields.dedup();
        Self { failure, fields }
    }
    /// What stands above the form: how many fields are to be mended, or the refusal where it is of none of them.
    pub(super) fn above(&self, t: Lang) -> Markup {
        let Some(failure) = self.failure else { return html! {} };
        if self.fields.is_empty() || self.fields.len() < self.named(failure) {
            return shell::refused(t, failure);
        }
        html! {
            div.refused role="alert" {
                p { strong { (t.say("refused.title")) } " " (t.say("source.mend")) }
                ul { @for field in &self.fields { li { a href={ "#" (at(field)) } { (t.word("source-fault", field)) } } } }
            }
        }
    }
    /// How many different places a refusal names, as far as they are fields of the form or not.
    fn named(&self, failure: &Failure) -> usize {
        let elsewhere = |pointer: &str| !FIELDS.iter().any(|(at, _)| *at == pointer);
        self.fields.len() + failure.errors.iter().filter(|error| elsewhere(&error.pointer)).count()
    }
    /// Whether any of these fields is to be mended.
    pub(super) fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.fields.contains(name))
    }
    /// What is said beside a field.
    pub(super) fn beside(&self, t: Lang, name: &str) -> Markup {
        let taken = name == "source" && self.fields.contains(&"taken");
        html! {
            @if self.fields.contains(&name) { p.fault { (t.word("source-fault", name)) } }
            @if taken { p.fault { (t.word("source-fault", "taken")) } }
        }
    }
}

/// Where a field stands.
fn at(field: &str) -> &str {
    match field {
        "taken" => "source",
        "countries" => "lookback",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_said_beside_its_fields_in_the_language_of_the_page() {
        let failure = Failure::invalid("the source cannot be set up like this")
            .at("/form/every_s", "must be 0 (never by itself) or from 60 seconds to 366 days")
            .at("/key", "must have 2 to 40 characters");
        let faults = Faults::of(Some(&failure));
        for (t, says) in [(Lang::En, "lower-case"), (Lang::Ru, "строчных")] {
            let above = faults.above(t).into_string();
            assert!(above.contains(says) && above.contains("#every") && !above.contains("/form"), "{above}");
            assert!(faults.beside(t, "source").into_string().contains(says));
            assert!(faults.beside(t, "title").into_string().is_empty());
        }
        let taken = Failure::conflict("there is a source wire already; change it, or take another key");
        assert!(Faults::of(Some(&taken)).beside(Lang::Ru, "source").into_string().contains("уже"));
        let elsewhere = Failure::invalid("no").at("/form/other", "is wrong");
        assert!(Faults::of(Some(&elsewhere)).above(Lang::Ru).into_string().contains("is wrong"));
        assert!(Faults::of(None).above(Lang::En).into_string().is_empty());
    }
}
