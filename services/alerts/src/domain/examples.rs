//! Changes, warnings and people for the tests of the rules.

use std::collections::BTreeSet;

use contracts::{
    alerts::WarningForm,
    analysis::{Coverage, Incident, Names, Situation, SituationChanged},
};
use domain::{
    Day, Handling, Level, Licence, ObservationId, Redistribution, Threat, Timestamp, Trend, WarningId,
    warning::{Certainty, Status, Urgency},
};

use super::{
    draft,
    moves::{self, Approved},
    record::{Record, Who},
    refusal::Refusal,
    rule::Rule,
    wording,
};

pub(crate) const SENDER: &str = "centre.example";

pub(crate) fn now() -> Timestamp {
    "2026-11-23T07:30:00Z".parse().unwrap()
}

pub(crate) fn rule() -> Rule {
    Rule { rise_to: Level::High, threats: BTreeSet::new(), validity: chrono::Duration::hours(72) }
}

pub(crate) fn who(subject: &str) -> Who {
    Who { subject: subject.into(), name: subject.into(), head: false }
}

pub(crate) fn head(subject: &str) -> Who {
    Who { head: true, ..who(subject) }
}

fn incident(title: &str, place: &str, on: &str, grade: &str) -> Incident {
    Incident {
        observations: vec![ObservationId::derived(&[title])],
        cluster: None,
        owners: 1,
        title: title.into(),
        on: on.parse().unwrap(),
        place: place.into(),
        kind: "exchange_of_fire".into(),
        grade: grade.into(),
        belief: 0.7,
        severity: 3.0,
        contribution: 10.0,
        share: if grade == "B2" { 0.62 } else { 0.21 },
    }
}

pub(crate) fn change(was: Level, level: Level) -> SituationChanged {
    let licence = Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP");
    SituationChanged {
        was,
        situation: Situation {
            province: "KG-B".parse().unwrap(),
            country: "KGZ".parse().unwrap(),
            threat: Threat::BorderTension,
            on: Day::of(2026, 11, 23).unwrap(),
            level,
            index: 41.3,
            since: now(),
            since_at_least: false,
            falls_on: Day::of(2026, 12, 14),
            trend: Some(Trend::Watch),
            outlook: None,
            outlook_pending: false,
            coverage: Coverage {
                reports: 14,
                owners: 3,
                strong_share: 0.6,
                newest: Day::of(2026, 11, 21),
                sufficient: true,
                complete: None,
            },
            incidents: vec![
                incident("Exchange of fire at Kök-Tash", "Kök-Tash", "2026-11-20", "B2"),
                incident("Road blocked", "Samarkandek", "2026-11-21", "C3"),
            ],
            counted: None,
            older_share: 0.12,
            exercise: false,
            components: None,
            bands: None,
            range: None,
            reporting: None,
            attention: None,
            set: None,
            partial: false,
            handling: Handling::open(licence),
        },
        exercise: false,
        at: now(),
        first: false,
        names: Some(Names { en: "Batken".into(), ru: "Баткенская область".into() }),
    }
}

pub(crate) fn warning_draft(level: Level) -> Record {
    draft::new(WarningId::derived(&["example"]), &change(Level::Low, level), &rule(), now())
}

pub(crate) fn submitted(level: Level) -> Record {
    moves::submit(warning_draft(level), &who("submitter"), "").unwrap()
}

pub(crate) fn issued(level: Level) -> Record {
    let record = approve(submitted(level), &head("first")).unwrap();
    if record.is_open() { approve(record, &who("second")).unwrap() } else { record }
}

pub(crate) fn approve(record: Record, by: &Who) -> Result<Record, Refusal> {
    moves::approve(record, by, "", (now(), SENDER)).map(|approved| match approved {
        Approved::First(record) | Approved::Issued(record, _) => *record,
    })
}

pub(crate) fn form() -> WarningForm {
    let change = change(Level::Low, Level::High);
    let draft = warning_draft(Level::High).warning;
    WarningForm {
        status: Status::Actual,
        threat: Threat::BorderTension,
        level: Level::High,
        urgency: Urgency::Expected,
        certainty: Certainty::Observed,
        places: draft.places,
        infos: wording::infos(&change).into_iter().take(1).collect(),
        handling: draft.handling,
        expires: draft.expires,
    }
}
