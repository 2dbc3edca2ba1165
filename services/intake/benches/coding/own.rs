//! The sentences written for Mirab itself, in every language of the region: how many are told as they are.

use std::collections::BTreeMap;

use intake::domain::coding;

use crate::{say, score::Count};

const SENTENCES: &str = include_str!("../../src/domain/coding/labelled.tsv");

/// Tells it language by language.
pub fn measure() {
    let mut languages: BTreeMap<&str, (u64, Count, Count)> = BTreeMap::new();
    for line in SENTENCES.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[language, kind, province, text] = columns.as_slice() else { continue };
        let coding = coding::code(text);
        let (of, kinds, places) = languages.entry(language).or_default();
        *of += 1;
        let said = coding.kinds.iter().any(|found| found.kind == kind);
        kinds.note(said || !coding.kinds.is_empty(), kind != "none");
        if kind != "none" && !said && !coding.kinds.is_empty() {
            (kinds.right, kinds.wrong, kinds.missed) = (kinds.right - 1, kinds.wrong + 1, kinds.missed + 1);
        }
        let named = coding.places.iter().flat_map(|place| &place.means);
        let named: Vec<&str> = named.map(|meant| meant.province.as_str()).collect();
        places.right += u64::from(named.contains(&province));
        places.missed += u64::from(province != "-" && !named.contains(&province));
        places.wrong += named.iter().filter(|code| **code != province).count() as u64;
    }
    say(format_args!(
        "\nsentences of our own, by language; no event is one too: with events that are denied, staged or remembered"
    ));
    say(format_args!("{:<10} {:>4} {:>20} {:>22}", "", "of", "kind: P      R     F1", "province: P R F1"));
    for (language, (of, kinds, places)) in languages {
        say(format_args!("{language:<10} {of:>4} {} | {}", kinds.told(), places.told()));
    }
}
