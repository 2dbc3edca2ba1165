//! The fields of forms, and how what they send is read: one way for every form of the console.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use contracts::Failure;
use maud::{Markup, html};
use rand::Rng as _;

use super::shell::Reader;

/// What a form sends, by the names of its fields.
pub(super) type Fields = BTreeMap<String, String>;

/// Words to choose from, each with how it is shown.
pub(super) type Choices = Vec<(&'static str, String)>;

/// A key of this very form: pressing its button twice is pressing it once.
pub(super) fn form_key() -> String {
    let mut bytes = [0_u8; 12];
    rand::rng().fill(&mut bytes);
    format!("console-{}", hex::encode(bytes))
}

/// An address with these parameters, those that say nothing left out.
pub(super) fn addressed<'p>(
    path: &str,
    pairs: impl IntoIterator<Item = Option<(&'p str, String)>>,
) -> String {
    let pairs: Vec<String> =
        pairs.into_iter().flatten().map(|(name, value)| format!("{name}={value}")).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// What was written into a field; empty for nothing.
pub(super) fn text<'f>(sent: &'f Fields, name: &str) -> &'f str {
    sent.get(name).map_or("", |text| text.trim())
}

/// The lines of a field that are not empty.
pub(super) fn lines<'f>(sent: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    text(sent, name).lines().map(str::trim).filter(|line| !line.is_empty())
}

/// What of a family of boxes is ticked.
pub(super) fn ticks<'f>(sent: &'f Fields, family: &'static str) -> impl Iterator<Item = &'f str> {
    sent.keys().filter_map(move |name| name.strip_prefix(family)).filter(|name| !name.is_empty())
}

/// A field that must be filled in.
///
/// # Errors
/// When it cannot be read, by its name.
pub(super) fn field<T: FromStr<Err: Display>>(sent: &Fields, name: &str) -> Result<T, Failure> {
    if text(sent, name).is_empty() {
        return Err(wrong(name, &"is missing"));
    }
    text(sent, name).parse().map_err(|invalid| wrong(name, &invalid))
}

/// A field that may be left empty.
///
/// # Errors
/// When it is filled in and cannot be read, by its name.
pub(super) fn maybe<T: FromStr<Err: Display>>(sent: &Fields, name: &str) -> Result<Option<T>, Failure> {
    if text(sent, name).is_empty() { Ok(None) } else { field(sent, name).map(Some) }
}

/// Each of these, read, under the name of the field they are of.
///
/// # Errors
/// When one cannot be read.
pub(super) fn each<'f, T: FromStr<Err: Display>, A: FromIterator<T>>(
    name: &str,
    all: impl Iterator<Item = &'f str>,
) -> Result<A, Failure> {
    all.map(|one| one.parse().map_err(|invalid| wrong(name, &invalid))).collect()
}

/// That a field cannot be taken, and why.
pub(super) fn wrong(name: &str, why: &dyn Display) -> Failure {
    Failure::invalid("the form cannot be taken as it is filled in").at(name, why)
}

/// Choices that may be left open.
pub(super) fn with_none<W: Default>(choices: impl IntoIterator<Item = (W, String)>) -> Vec<(W, String)> {
    std::iter::once((W::default(), "—".to_owned())).chain(choices).collect()
}

/// What makes a form one of this session, and pressing its button twice pressing it once.
pub(super) fn sealed(reader: &Reader) -> Markup {
    html! {
        input type="hidden" name="token" value=(reader.form_token);
        input type="hidden" name="key" value=(form_key());
    }
}

/// One line, of text or of a day.
pub(super) fn line((label, name, kind): (&str, &str, &str), sent: &Fields) -> Markup {
    html! { label for=(name) { (label) } input id=(name) name=(name) type=(kind) value=(text(sent, name)) maxlength="1000"; }
}

/// Several lines; the name is the id as far as its first point.
pub(super) fn area((label, id): (&str, &str), held: &str) -> Markup {
    html! { label for=(id) { (label) } textarea id=(id) name=(name_of(id)) rows="3" maxlength="8000" { (held) } }
}

/// A box.
pub(super) fn tick((label, name): (&str, &str), sent: &Fields) -> Markup {
    html! { label.tick { input type="checkbox" name=(name) value="on" checked[sent.contains_key(name)]; " " (label) } }
}

/// A choice; the name is the id as far as its first point.
pub(super) fn choice(
    (label, id): (&str, &str),
    chosen: &str,
    choices: impl IntoIterator<Item = (impl AsRef<str>, String)>,
) -> Markup {
    html! {
        label for=(id) { (label) }
        select id=(id) name=(name_of(id)) {
            @for (word, shown) in choices {
                @let word = word.as_ref();
                option value=(word) selected[word == chosen] { (shown) }
            }
        }
    }
}

/// The name of a field whose id says more, so that it is the only one on its page.
fn name_of(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use domain::{Day, Tlp};

    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_by_its_field_and_what_is_empty_may_be_left_out() {
        let sent = Fields::from([("tlp".into(), " AMBER ".into()), ("from".into(), "soon".into())]);
        assert_eq!(field::<Tlp>(&sent, "tlp").unwrap(), Tlp::Amber);
        assert_eq!(maybe::<Day>(&sent, "to").unwrap(), None);
        assert_eq!(maybe::<Day>(&sent, "from").unwrap_err().errors[0].pointer, "from");
        assert_eq!(field::<Day>(&sent, "to").unwrap_err().errors[0].pointer, "to", "it is needed");
    }

    #[test]
    fn a_field_that_is_on_its_page_twice_has_an_id_of_its_own() {
        let shown = choice(("Label", "tlp.7"), "RED", [("GREEN", "g".to_owned()), ("RED", "r".to_owned())]);
        let shown = shown.into_string();
        assert!(
            shown.contains("id=\"tlp.7\" name=\"tlp\"") && shown.contains("value=\"RED\" selected"),
            "{shown}"
        );
        assert!(area(("Label", "text.x"), "a < b").into_string().contains("name=\"text\""));
    }
}
