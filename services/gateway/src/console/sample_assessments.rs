//! A made-up assessment for the tests of the pages.

use std::collections::BTreeSet;

use contracts::analysis::assessments::{
    Assessment, AssessmentForm, AssessmentState, AssessmentStep, Calibration, EarlierOutcome, JudgementForm,
    JudgementOutcome, Resolution, Signature, WordRecord,
};
use domain::{
    AssessmentId, Handling, ObservationId, Threat, Tlp, UnClass,
    likelihood::{Confidence, Word},
};

use super::sample::at;

fn signature(name: &str) -> Signature {
    Signature { subject: name.to_lowercase(), name: name.into() }
}

/// An assessment that stands there, with two judgements; the first is resolved where it was published.
pub(super) fn an_assessment(state: AssessmentState) -> Assessment {
    let judgement = |word: Word, statement: &str| JudgementForm {
        statement: statement.into(),
        likelihood: word.range(),
        confidence: Confidence::Moderate,
        basis: "two independent owners agree; nobody has seen the orders".into(),
        evidence: vec![ObservationId::derived(&["a"]), ObservationId::derived(&["b"])],
        sources: vec![],
        alternatives: vec!["a quarrel over pasture <b>alone</b>".into(), "a drill".into()],
        would_change: vec!["a dated schedule of water release".into()],
        due: "2027-01-31".parse().unwrap(),
    };
    let handling = Handling::new(Tlp::Amber, UnClass::Unclassified);
    let published = state == AssessmentState::Published;
    let outcome = JudgementOutcome {
        resolution: Resolution::Came,
        note: "reported by two owners on 12 January".into(),
        by: signature("S. Senior"),
        at: at("2027-01-14T08:00:00Z"),
        brier: Some(0.1056),
        corrected: vec![EarlierOutcome {
            resolution: Resolution::Undecidable,
            note: "nobody was let in <yet>".into(),
            by: signature("P. Peer"),
            at: at("2027-01-13T08:00:00Z"),
        }],
    };
    let step = |state, name: &str, note: &str| AssessmentStep {
        state,
        by: signature(name),
        at: at("2026-11-21T08:00:00Z"),
        note: note.into(),
    };
    Assessment {
        id: AssessmentId::derived(&[state.as_str()]),
        form: AssessmentForm {
            title: "Water and the line in Batken this winter".into(),
            question: "Will the dispute at the Golovnoi intake escalate before spring?".into(),
            summary: "It will stay tense while the canal is not shared by schedule.".into(),
            provinces: BTreeSet::from(["KG-B".parse().unwrap(), "TJ-SU".parse().unwrap()]),
            threat: Some(Threat::BorderTension),
            judgements: vec![
                judgement(Word::Likely, "Fire is exchanged again at the intake by the end of January"),
                judgement(Word::VeryUnlikely, "Armour crosses the line by the end of January"),
            ],
            handling: handling.clone(),
            supersedes: None,
            answers: None,
            exercise: false,
        },
        handling,
        state,
        authors: vec![signature("A. Analyst")],
        reviewer: published.then(|| signature("S. Senior")),
        outcomes: vec![published.then_some(outcome), None],
        history: vec![step(AssessmentState::Draft, "A. Analyst", ""), step(state, "S. Senior", "agreed")],
        created_at: at("2026-11-20T08:00:00Z"),
        published_at: published.then(|| at("2026-11-21T08:00:00Z")),
        superseded_by: None,
        version: 4,
    }
}

/// The record of everybody and of one person.
pub(super) fn records() -> Vec<Calibration> {
    let words = vec![
        WordRecord { word: Word::Unlikely, judgements: 5, came: 0.2 },
        WordRecord { word: Word::Likely, judgements: 7, came: 0.714 },
    ];
    let record = |author: Option<&str>, judgements, brier| Calibration {
        author: author.map(signature),
        judgements,
        brier,
        naive: 0.243,
        reference: "running base rate".into(),
        too_few: judgements < 20,
        undecidable: u64::from(author.is_none()),
        corrected: 2 * u64::from(author.is_none()),
        words: words.clone(),
    };
    vec![record(None, 32, 0.181), record(Some("A. Analyst"), 29, 0.16), record(Some("B. Bold"), 3, 0.31)]
}
