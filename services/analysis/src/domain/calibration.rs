//! How good judgements were: of everybody, and by first author.

use std::collections::BTreeMap;

use contracts::analysis::assessments::{Assessment, Calibration, Resolution, Signature, WordRecord};
use domain::likelihood::Word;

/// One judgement that can be told.
type Told<'a> = (&'a Signature, Word, bool, f64);

/// The record of everybody first, then of each first author, those with most judgements first; nothing without a judgement
/// that can be told.
pub fn calibrations(assessments: &[Assessment]) -> Vec<Calibration> {
    let all: Vec<Told<'_>> = assessments.iter().flat_map(told).collect();
    let mut by_author: BTreeMap<&str, Vec<Told<'_>>> = BTreeMap::new();
    for one in &all {
        by_author.entry(&one.0.subject).or_default().push(*one);
    }
    let mut people: Vec<Calibration> =
        by_author.values().filter_map(|told| record(told.first().map(|one| one.0.clone()), told)).collect();
    people.sort_by_key(|record| std::cmp::Reverse(record.judgements));
    record(None, &all).into_iter().chain(people).collect()
}

fn told(assessment: &Assessment) -> Vec<Told<'_>> {
    let Some(author) = assessment.authors.first() else { return Vec::new() };
    let judged = assessment.form.judgements.iter().zip(&assessment.outcomes);
    let told = judged.filter_map(|(judgement, outcome)| {
        let outcome = outcome.as_ref()?;
        Some((author, judgement.likelihood.word(), outcome.resolution == Resolution::Came, outcome.brier?))
    });
    told.collect()
}

fn record(author: Option<Signature>, told: &[Told<'_>]) -> Option<Calibration> {
    if told.is_empty() {
        return None;
    }
    let count = told.len() as f64;
    let came = told.iter().filter(|one| one.2).count() as f64 / count;
    let words = Word::ALL.iter().filter_map(|word| {
        let used: Vec<&Told<'_>> = told.iter().filter(|one| one.1 == *word).collect();
        let judgements = used.len() as u64;
        let share = used.iter().filter(|one| one.2).count() as f64 / used.len().max(1) as f64;
        (judgements > 0).then_some(WordRecord { word: *word, judgements, came: share })
    });
    Some(Calibration {
        author,
        judgements: told.len() as u64,
        brier: told.iter().map(|one| one.3).sum::<f64>() / count,
        naive: came * (1.0 - came),
        words: words.collect(),
    })
}
