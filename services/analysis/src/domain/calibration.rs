//! How good judgements were: of everybody, and by first author, beside what could have been told without judging.

use std::collections::BTreeMap;

use contracts::analysis::assessments::{Assessment, Calibration, Resolution, Signature, WordRecord};
use domain::{Timestamp, likelihood::Word};
use forecast::score;

/// With fewer judgements nothing is said of who was better. A judgement: nothing was measured.
pub const LEAST_JUDGEMENTS: u64 = 20;
/// What the score to beat is of.
const REFERENCE: &str = "running base rate";

/// One judgement that can be told.
struct Told<'a> {
    author: &'a Signature,
    word: Word,
    came: bool,
    brier: f64,
    published_at: Timestamp,
    resolved_at: Timestamp,
}

/// The record of everybody first, then of each first author, those with most judgements first; nothing without a judgement
/// that can be told.
pub fn calibrations(assessments: &[Assessment]) -> Vec<Calibration> {
    let all: Vec<Told<'_>> = assessments.iter().flat_map(told).collect();
    let judged: Vec<(&Told<'_>, f64)> = all.iter().map(|one| (one, naive(one, &all))).collect();
    let mut by_author: BTreeMap<&str, Vec<(&Told<'_>, f64)>> = BTreeMap::new();
    for one in &judged {
        by_author.entry(&one.0.author.subject).or_default().push(*one);
    }
    let mut people: Vec<Calibration> = by_author
        .values()
        .filter_map(|told| record(told.first().map(|(one, _)| one.author.clone()), told))
        .collect();
    people.sort_by_key(|record| std::cmp::Reverse(record.judgements));
    let mut all: Vec<Calibration> = record(None, &judged).into_iter().chain(people).collect();
    for record in &mut all {
        (record.undecidable, record.corrected) = apart(assessments, record.author.as_ref());
    }
    all
}

/// How many judgements of somebody, or of everybody, are undecidable, and of how many what became of them was corrected.
fn apart(assessments: &[Assessment], author: Option<&Signature>) -> (u64, u64) {
    let by = |one: &&Assessment| {
        let first = one.authors.first().map(|first| &first.subject);
        one.published_at.is_some() && author.is_none_or(|author| first == Some(&author.subject))
    };
    let outcomes = || assessments.iter().filter(by).flat_map(|one| &one.outcomes).flatten();
    let undecidable = outcomes().filter(|one| one.resolution == Resolution::Undecidable).count();
    let corrected = outcomes().filter(|one| !one.corrected.is_empty()).count();
    (undecidable as u64, corrected as u64)
}

fn told(assessment: &Assessment) -> Vec<Told<'_>> {
    let Some((author, published_at)) = assessment.authors.first().zip(assessment.published_at) else {
        return Vec::new();
    };
    let judged = assessment.form.judgements.iter().zip(&assessment.outcomes);
    let told = judged.filter_map(|(judgement, outcome)| {
        let outcome = outcome.as_ref()?;
        Some(Told {
            author,
            word: judgement.likelihood.word(),
            came: outcome.resolution == Resolution::Came,
            brier: outcome.brier?,
            published_at,
            resolved_at: outcome.at,
        })
    });
    told.collect()
}

/// What the running base rate got on this judgement: of all that were resolved before it was published, and of nothing after.
fn naive(one: &Told<'_>, all: &[Told<'_>]) -> f64 {
    let before = all.iter().filter(|other| other.resolved_at < one.published_at);
    let (came, resolved) =
        before.fold((0.0, 0.0), |(came, resolved), other| (came + f64::from(other.came), resolved + 1.0));
    score::brier((came + 1.0) / (resolved + 2.0), one.came)
}

fn record(author: Option<Signature>, told: &[(&Told<'_>, f64)]) -> Option<Calibration> {
    if told.is_empty() {
        return None;
    }
    let count = told.len() as f64;
    let words = Word::ALL.iter().filter_map(|word| {
        let used = || told.iter().filter(|(one, _)| one.word == *word);
        let judgements = used().count() as u64;
        let share = used().filter(|(one, _)| one.came).count() as f64 / judgements.max(1) as f64;
        (judgements > 0).then_some(WordRecord { word: *word, judgements, came: share })
    });
    Some(Calibration {
        author,
        judgements: told.len() as u64,
        brier: told.iter().map(|(one, _)| one.brier).sum::<f64>() / count,
        naive: told.iter().map(|(_, naive)| naive).sum::<f64>() / count,
        reference: REFERENCE.to_owned(),
        too_few: (told.len() as u64) < LEAST_JUDGEMENTS,
        undecidable: 0,
        corrected: 0,
        words: words.collect(),
    })
}
