//! Where a text speaks of: names of provinces and places, with every unit or place that each name may mean.

use contracts::intake::coding::{PlaceFound, PlaceMeant};
use geography::{Resolution, find_places, resolve_province};

/// A name is of so many words at most.
const MOST_WORDS: usize = 3;
/// A name of fewer letters is left alone: too much is called so.
const LEAST_LETTERS: usize = 4;
/// How many meanings of a name are told.
const MOST_MEANT: usize = 5;
/// How many names of a text are told.
const MOST_NAMES: usize = 10;

/// The names in a text, longest first where they overlap, in the order they stand in.
pub(super) fn places(letters: &[char], words: &[(usize, usize)]) -> Vec<PlaceFound> {
    let mut found: Vec<PlaceFound> = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < MOST_NAMES {
        let named = (1..=MOST_WORDS.min(words.len() - at)).rev().find_map(|count| {
            let (from, to) = (words[at].0, words[at + count - 1].1);
            let place = named(letters, (from, to))?;
            Some((place, count))
        });
        match named {
            Some((place, count)) => {
                if !found.iter().any(|known| known.means == place.means) {
                    found.push(place);
                }
                at += count;
            }
            None => at += 1,
        }
    }
    found
}

fn named(letters: &[char], (from, to): (usize, usize)) -> Option<PlaceFound> {
    let text: String = letters[from..to].iter().collect();
    if to - from < LEAST_LETTERS || is_small(letters[from]) {
        return None;
    }
    let spellings = std::iter::once(text.clone()).chain(nominative(&text));
    let means = spellings.map(|spelling| meanings(&spelling)).find(|means| !means.is_empty())?;
    Some(PlaceFound { text, from: from as u32, to: to as u32, means })
}

/// Endings of Russian cases, and what stands in their place where a name is only named; the longest first.
const CASES: &[(&str, &[&str])] = &[
    ("ской области", &["ская область"]),
    ("скую область", &["ская область"]),
    ("ому", &["ый", "ое"]),
    ("ой", &["ая", "а"]),
    ("ом", &["", "о"]),
    ("ем", &["", "ь", "й"]),
    ("ии", &["ия"]),
    ("ию", &["ия"]),
    ("ы", &["а"]),
    ("е", &["", "а"]),
    ("у", &["", "а"]),
    ("а", &[""]),
    ("и", &["ь", "а"]),
    ("я", &["ь", "й"]),
    ("ю", &["ь", "й"]),
];

/// How a name that stands in a case of Russian may be called.
fn nominative(text: &str) -> Vec<String> {
    let cyrillic = text.chars().all(|letter| !letter.is_ascii_alphabetic());
    let of_case = |(ending, instead): &(&str, &[&str])| {
        let stem = text.strip_suffix(ending).filter(|stem| stem.chars().count() >= LEAST_LETTERS - 2)?;
        Some(instead.iter().map(|end| format!("{stem}{end}")).collect::<Vec<_>>())
    };
    if cyrillic { CASES.iter().filter_map(of_case).flatten().collect() } else { Vec::new() }
}

/// Everything that a name may mean.
fn meanings(name: &str) -> Vec<PlaceMeant> {
    let mut means: Vec<PlaceMeant> = match resolve_province(name, None) {
        Resolution::Found(unit) => unit_meant(unit).into_iter().collect(),
        Resolution::Ambiguous(units) => units.into_iter().filter_map(unit_meant).collect(),
        Resolution::Unknown => Vec::new(),
    };
    for place in find_places(name, None) {
        let Ok(province) = place.province.id.parse() else { continue };
        let meant = PlaceMeant { province, name: place.name.to_owned(), is_province: false };
        if !means.contains(&meant) {
            means.push(meant);
        }
    }
    means.truncate(MOST_MEANT);
    means
}

fn unit_meant(unit: &geography::Province) -> Option<PlaceMeant> {
    Some(PlaceMeant { province: unit.id.parse().ok()?, name: unit.name_en.to_owned(), is_province: true })
}

/// A word in small letters is no name; scripts without capitals say nothing by it.
fn is_small(letter: char) -> bool {
    letter.is_lowercase()
}
