//! What an importer writes of a place, so that title and text name it no finer than it may be shown.

use domain::{Place, Precision};

use super::draft::Draft;

/// What stands for a name that may not be shown.
const LEFT_OUT: &str = "…";
/// Names shorter than this, in characters, are found within other words and are let stand in a text.
const LEAST: usize = 3;
/// What stands behind a name and is no part of it.
const OF_UNITS: &[&str] = &["village", "town", "city", "district", "municipality", "region", "province"];

/// A title in its parts, and what in title and text tells the place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wording {
    /// What happened, as the title begins.
    pub what: String,
    /// Names of the place from fine to coarse, each with how finely it tells it.
    pub names: Vec<(Precision, String)>,
    /// With what the title ends: how many died.
    pub toll: String,
    /// What else tells the place, in the text or in a title that was not put together.
    pub hints: Vec<(Precision, String)>,
    /// Whether the title was put together out of these parts; else its source wrote it.
    pub composed: bool,
    /// Title, text and name of the place as they were written, once any is shown otherwise.
    written: Option<(String, String, Option<String>)>,
}

impl Wording {
    /// A title that was put together; `toll` stands behind a colon, where it says anything.
    pub fn composed(what: &str, names: Vec<(Precision, String)>, toll: String) -> Self {
        Self { what: what.to_owned(), names, toll, composed: true, ..Self::default() }
    }
    /// Of a title and a text that others wrote: the names that a place has itself.
    pub fn of_place(place: &Place) -> Self {
        let name = place.name.clone().map(|name| (place.precision, name));
        let district = place.district.clone().map(|district| (Precision::District, district));
        Self::default().hinting([name, district].into_iter().flatten())
    }
    /// The same with what else tells the place.
    #[must_use]
    pub fn hinting(mut self, hints: impl IntoIterator<Item = (Precision, String)>) -> Self {
        self.hints.extend(hints);
        self
    }
    /// Title and text under a floor: those that were written, where nothing in them is finer.
    fn under(&self, floor: Precision, (title, text): (&str, &str)) -> (String, String) {
        let hidden = self.hidden(floor);
        if hidden.is_empty() {
            return (title.to_owned(), text.to_owned());
        }
        let title = if self.composed { self.title(floor) } else { without(title, &hidden) };
        (title, without(text, &hidden))
    }
    /// The name of a place under a floor that the place itself satisfies: of the names of its areas those that may be shown.
    fn name(&self, floor: Precision, name: &str) -> Option<String> {
        let hidden = self.hidden(floor);
        let shown: Vec<&str> = name.split("; ").filter(|part| without(part, &hidden) == *part).collect();
        (!shown.is_empty()).then(|| shown.join("; "))
    }
    /// The title by the finest two names that may be shown.
    fn title(&self, floor: Precision) -> String {
        let mut shown: Vec<&str> = Vec::new();
        for (_, name) in self.names.iter().filter(|(finely, _)| finely.satisfies(floor)) {
            if shown.len() < 2 && !shown.contains(&name.as_str()) {
                shown.push(name);
            }
        }
        let toll = if self.toll.is_empty() { String::new() } else { format!(": {}", self.toll) };
        match shown.as_slice() {
            [] => format!("{}{toll}", self.what),
            some => format!("{}, {}{toll}", self.what, some.join(", ")),
        }
    }
    /// What may not be shown under a floor, the longest first; a name that a coarser unit bears as well is none.
    fn hidden(&self, floor: Precision) -> Vec<String> {
        let all = || self.names.iter().chain(&self.hints);
        let shown: Vec<String> = all()
            .filter(|(finely, _)| finely.satisfies(floor))
            .map(|(_, name)| name.trim().to_lowercase())
            .collect();
        let finer = all().filter(|(finely, _)| !finely.satisfies(floor)).map(|(_, name)| name.trim());
        let mut hidden: Vec<String> = Vec::new();
        for name in finer.flat_map(|name| [name, bare(name)]) {
            let lower = name.to_lowercase();
            if name.chars().count() >= LEAST && !shown.contains(&lower) && !hidden.contains(&lower) {
                hidden.push(lower);
            }
        }
        hidden.sort_by_key(|name| std::cmp::Reverse(name.len()));
        hidden
    }
}

/// A name without the word for what it is the name of, nor what stands behind it in brackets.
fn bare(name: &str) -> &str {
    let name = name.split_once(" (").map_or(name, |(name, _)| name);
    match name.rsplit_once(' ') {
        Some((bare, unit)) if OF_UNITS.contains(&unit.to_lowercase().as_str()) => bare,
        _ => name,
    }
}

/// A text without these words, which are in small letters.
fn without(text: &str, words: &[String]) -> String {
    let mut left = text.to_owned();
    for word in words {
        left = without_one(&left, word);
    }
    left
}

fn without_one(text: &str, word: &str) -> String {
    let (mut left, mut rest, mut before) = (String::with_capacity(text.len()), text, None);
    while let Some(first) = rest.chars().next() {
        let begins = !before.is_some_and(char::is_alphanumeric);
        if let Some(behind) = begins.then(|| behind(rest, word)).flatten() {
            left.push_str(LEFT_OUT);
            (before, rest) = (word.chars().next_back(), behind);
            continue;
        }
        left.push(first);
        (before, rest) = (Some(first), rest.get(first.len_utf8()..).unwrap_or_default());
    }
    left
}

/// What stands behind a word that a text begins with, whatever its letters' case.
fn behind<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (mut letters, mut wanted) = (text.char_indices(), word.chars());
    let mut end = 0;
    while !wanted.as_str().is_empty() {
        let (at, letter) = letters.next()?;
        if !letter.to_lowercase().all(|lower| wanted.next() == Some(lower)) {
            return None;
        }
        end = at + letter.len_utf8();
    }
    let rest = text.get(end..)?;
    (!rest.chars().next().is_some_and(char::is_alphanumeric)).then_some(rest)
}

impl Draft {
    /// The same under another handling. What an importer wrote of its place is told as finely as the handling allows.
    #[must_use]
    pub fn under(mut self, handling: domain::Handling) -> Self {
        let floor = handling.precision_floor;
        self.handling = handling;
        let Some(wording) = &mut self.wording else { return self };
        let taken =
            || (std::mem::take(&mut self.title), std::mem::take(&mut self.text), self.place.name.take());
        let (title, text, name) = wording.written.take().unwrap_or_else(taken);
        (self.title, self.text) = wording.under(floor, (&title, &text));
        // the name of a place that is finer than the floor goes with the place, where that is shown
        self.place.name = match &name {
            Some(name) if self.place.precision.satisfies(floor) => wording.name(floor, name),
            name => name.clone(),
        };
        let as_written = self.title == title && self.text == text && self.place.name == name;
        wording.written = (!as_written).then_some((title, text, name));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::merge::tests::draft;

    fn clash() -> Draft {
        let names = [
            (Precision::Exact, "Ak-Say"),
            (Precision::Province, "Batken"),
            (Precision::Country, "Kyrgyzstan"),
        ];
        let names = names.map(|(finely, name)| (finely, name.to_owned())).to_vec();
        let wording = Wording::composed("Armed clash", names, "3 deaths".into())
            .hinting([(Precision::District, "Jani Khel district".to_owned())]);
        Draft {
            title: "Armed clash, Ak-Say, Batken: 3 deaths".into(),
            text: "Shots near AK-SAY, at Ak-Sayan and in Jani Khel (Batken).".into(),
            wording: Some(Box::new(wording)),
            ..draft("1")
        }
    }

    fn under(draft: Draft, floor: Precision) -> Draft {
        let mut handling = draft.handling.clone();
        handling.precision_floor = floor;
        draft.under(handling)
    }

    #[test]
    fn a_title_that_was_put_together_names_no_place_finer_than_the_floor_and_neither_does_the_text() {
        let title = |floor| under(clash(), floor).title;
        assert_eq!(title(Precision::Exact), clash().title);
        assert_eq!(title(Precision::Near), "Armed clash, Batken, Kyrgyzstan: 3 deaths");
        assert_eq!(title(Precision::Province), "Armed clash, Batken, Kyrgyzstan: 3 deaths");
        assert_eq!(title(Precision::Country), "Armed clash, Kyrgyzstan: 3 deaths");
        assert_eq!(title(Precision::None), "Armed clash: 3 deaths");
        assert_eq!(under(clash(), Precision::Province).text, "Shots near …, at Ak-Sayan and in … (Batken).");
        assert!(under(clash(), Precision::Near).text.contains("Jani Khel"));
        assert!(under(clash(), Precision::Country).text.ends_with("in … (…)."));
    }

    #[test]
    fn what_was_written_comes_back_under_a_finer_floor_and_the_order_of_floors_is_all_the_same() {
        assert_eq!(
            under(under(clash(), Precision::Country), Precision::Province).title,
            under(clash(), Precision::Province).title
        );
        let back = under(under(clash(), Precision::Country), Precision::Exact);
        assert_eq!((back.title, back.text), (clash().title, clash().text));
    }

    #[test]
    fn a_title_that_its_source_wrote_loses_the_names_alone() {
        let wording = Wording::default().hinting([(Precision::Near, "Ош шаары".to_owned())]);
        let seen = Draft {
            title: "Сель: ОШ ШААРЫ".into(), wording: Some(Box::new(wording)), ..draft("1")
        };
        assert_eq!(under(seen, Precision::Province).title, "Сель: …");
    }
}
