//! Made-up field reports for the tests of the pages.

use std::collections::BTreeMap;

use contracts::{
    gateway::{
        attachments::Attachment,
        situation::{Answer, SituationForm},
    },
    intake::{
        BorneOut, Report, ReportState, ReportStep,
        alike::Alike,
        questionnaires::{Questionnaire, QuestionnaireState},
        reporters::{OutcomeEntry, Record, ReliabilityDecision, ReportOutcome, Reporter},
        weekly::{Assignment, Due, DueState, Pause},
    },
};
use domain::{
    AssignmentId, AttachmentId, Extent, Handling, Place, QuestionnaireId, Reliability, ReportId, Tlp, UnClass,
};

use super::{sample::at, weekly_form::Sheet};

const SOURCE: &str = "src_7f3a0c1d2e4b5a69";

fn answered() -> SituationForm {
    let extent = |extent, text: &str| Answer { extent: Some(extent), text: text.into(), ..Answer::default() };
    SituationForm {
        questionnaire: QuestionnaireId::derived(&["q"]),
        province: "KG-B".parse().unwrap(),
        week: "2026-11-16".parse().unwrap(),
        answers: BTreeMap::from([
            ("price_spike".to_owned(), extent(Extent::Marked, "flour up by <b>half</b>")),
            ("dialogue".to_owned(), extent(Extent::None, "")),
            ("access".to_owned(), Answer { choice: Some("most".into()), ..Answer::default() }),
        ]),
        summary: "Prices rose; the canal is quiet.".into(),
        language: "en".into(),
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        exercise: false,
    }
}

/// A report that stands there; of a week, or of an incident.
pub(super) fn a_report(state: ReportState, weekly: bool) -> Report {
    let mut form = answered().report();
    if !weekly {
        (form.situation, form.kind, form.title) =
            (None, "standoff".into(), "Stand-off at a canal gate".into());
    }
    let step = |state, by: &str, note: &str| ReportStep {
        state,
        by: by.into(),
        at: at("2026-11-23T07:30:00Z"),
        note: note.into(),
        was: None,
        borne_out_by: None,
    };
    Report {
        id: ReportId::derived(&[state.as_str()]),
        state,
        form,
        place: Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap()),
        occurred_on: "2026-11-22".parse().ok(),
        source: SOURCE.into(),
        observation: None,
        history: vec![
            step(ReportState::Submitted, SOURCE, ""),
            ReportStep {
                borne_out_by: Some(BorneOut {
                    report: Some(ReportId::derived(&["other"])),
                    observation: None,
                }),
                ..step(ReportState::Verified, "A. Duty", "")
            },
            step(state, "A. Duty", "called the district <b>office</b>"),
        ],
        received_at: at("2026-11-23T07:30:00Z"),
        version: 3,
        reliability: weekly.then_some(Reliability::B),
        duplicate_of: None,
        attachments: vec![Attachment {
            id: AttachmentId::derived(&["a"]),
            media_type: "image/jpeg".into(),
            bytes: 812_345,
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            received_at: at("2026-11-23T07:31:00Z"),
            removed_at: None,
        }],
    }
}

/// What looks like it.
pub(super) fn likes() -> Vec<Alike> {
    vec![Alike {
        report: Some(ReportId::derived(&["other"])),
        observation: None,
        title: "Stand-off at the canal".into(),
        on: "2026-11-22".parse().unwrap(),
        kind: "standoff".into(),
        independent: true,
        state: Some(ReportState::Triage),
        received_at: at("2026-11-22T07:30:00Z"),
        words_shared: 50,
    }]
}

/// A form to be filled in.
pub(super) fn a_sheet() -> Sheet {
    let form = include_str!("../../../intake/assets/starter-questionnaire.json");
    let asked = Questionnaire {
        id: QuestionnaireId::derived(&["q"]),
        number: 1,
        form: serde_json::from_str(form).unwrap(),
        state: QuestionnaireState::InForce,
        by: "intake".into(),
        made_at: at("2026-11-01T00:00:00Z"),
        in_force_at: Some(at("2026-11-01T00:00:00Z")),
        retired_at: None,
        version: 1,
    };
    Sheet { province: "KG-B".parse().unwrap(), week: "2026-11-16".parse().unwrap(), asked }
}

/// What is owed for a week: one of each kind.
pub(super) fn dues() -> Vec<Due> {
    let one = |state: DueState| Due {
        assignment: AssignmentId::derived(&[state.as_str()]),
        source: SOURCE.into(),
        call_sign: "Batken 1".into(),
        country: "KGZ".parse().unwrap(),
        province: "KG-B".parse().unwrap(),
        week: "2026-11-16".parse().unwrap(),
        due_on: "2026-11-23".parse().unwrap(),
        state,
        report: matches!(state, DueState::Received | DueState::Late).then(|| ReportId::derived(&["r"])),
        received_at: matches!(state, DueState::Received | DueState::Late).then(|| at("2026-11-22T10:00:00Z")),
        why: if state == DueState::Excused { "on leave".into() } else { String::new() },
    };
    DueState::ALL.iter().map(|state| one(*state)).collect()
}

/// Who owes it.
pub(super) fn duties() -> Vec<Assignment> {
    vec![Assignment {
        id: AssignmentId::derived(&["1"]),
        source: SOURCE.into(),
        call_sign: "Batken 1".into(),
        province: "KG-B".parse().unwrap(),
        from: "2026-11-02".parse().unwrap(),
        until: None,
        pauses: vec![Pause { from: "2026-11-23".parse().unwrap(), until: None, why: "on leave".into() }],
        by: "A. Duty".into(),
        made_at: at("2026-11-02T08:00:00Z"),
        version: 2,
    }]
}

/// A source with its record.
pub(super) fn a_reporter() -> Reporter {
    Reporter {
        source: SOURCE.into(),
        known_on: at("2026-11-23T07:30:00Z"),
        reports: 9,
        record: Record { verified: 5, unverified: 1, rejected: 0, contradicted: 0 },
        expected: 0.83,
        proposed: Reliability::B,
        why: "5 verified, 1 not confirmed, 0 rejected, 0 contradicted: expected share that holds 0.83".into(),
        reliability: Some(Reliability::C),
        identity_removed_at: None,
        decisions: vec![ReliabilityDecision {
            reliability: Reliability::C,
            proposed: Reliability::B,
            by: "A. Duty".into(),
            note: "two reports were hearsay".into(),
            at: at("2026-11-20T07:30:00Z"),
        }],
        outcomes: vec![OutcomeEntry {
            report: ReportId::derived(&["r"]),
            outcome: ReportOutcome::Verified,
            by: "A. Duty".into(),
            at: at("2026-11-19T07:30:00Z"),
        }],
    }
}
