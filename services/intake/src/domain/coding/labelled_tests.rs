//! Sentences of our own in every language of the region: how many are told as they are, with a floor for each language.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// One sentence with what it is.
struct Sentence {
    language: &'static str,
    kind: Option<&'static str>,
    province: Option<&'static str>,
    text: &'static str,
}

fn sentences() -> Vec<Sentence> {
    let lines = include_str!("labelled.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let &[language, kind, province, text] = columns.as_slice() else {
                panic!("four columns: {line}")
            };
            let known = |column, none| Some(column).filter(|column| *column != none);
            Sentence { language, kind: known(kind, "none"), province: known(province, "-"), text }
        })
        .collect()
}

#[test]
fn every_language_has_events_and_texts_of_none_and_only_known_kinds_and_provinces() {
    let kinds: BTreeSet<&str> = lexicon::entries()
        .iter()
        .filter_map(|entry| match entry.says {
            Says::Kind(kind, _) => Some(kind),
            _ => None,
        })
        .collect();
    let mut languages: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in sentences() {
        let (all, none) = languages.entry(one.language).or_default();
        (*all, *none) = (*all + 1, *none + usize::from(one.kind.is_none()));
        assert!(one.kind.is_none_or(|kind| kinds.contains(kind)), "{}", one.text);
        assert!(one.province.is_none_or(|code| geography::province(code).is_some()), "{}", one.text);
    }
    let known = ["en", "kk", "ky", "prs", "ps", "ru", "tg", "tk", "uz-Cyrl", "uz-Latn"];
    assert_eq!(languages.keys().copied().collect::<Vec<_>>(), known);
    for (language, (all, none)) in languages {
        assert!(all >= 8 && none >= 4, "{language}: {all} sentences, {none} of no event");
    }
}

/// The least share of sentences of each language that are told as they are.
const FLOOR: f64 = 0.9;

#[test]
fn in_every_language_most_sentences_are_told_as_they_are() {
    let mut told: BTreeMap<&str, (f64, f64, Vec<&str>)> = BTreeMap::new();
    for one in sentences() {
        let coding = code(one.text);
        let named = coding.places.iter().flat_map(|place| &place.means);
        let right = match one.kind {
            Some(kind) => coding.kinds.iter().any(|found| found.kind == kind),
            None => coding.kinds.is_empty(),
        };
        let placed =
            one.province.is_none_or(|code| named.into_iter().any(|meant| meant.province.as_str() == code));
        let (of, good, wrong) = told.entry(one.language).or_default();
        *of += 1.0;
        if right && placed {
            *good += 1.0;
        } else {
            wrong.push(one.text);
        }
    }
    for (language, (of, good, wrong)) in told {
        assert!(good / of >= FLOOR, "{language}: {good} of {of}; not {wrong:#?}");
    }
}
