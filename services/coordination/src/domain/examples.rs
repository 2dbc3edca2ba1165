//! A warning and decisions for tests.

use std::collections::BTreeSet;

use contracts::alerts::{Evidence, Warning};
use domain::{
    Handling, Level, Licence, ObservationId, Place, Point, Precision, Threat, WarningId,
    release::{Decision, Outcome, Transform},
    warning::{CapSeverity, Certainty, Info, MessageType, State, Status, Urgency},
};

pub(crate) fn exact_place() -> Place {
    Place {
        country: Some("TJK".parse().unwrap()),
        province: Some("TJ-SU".parse().unwrap()),
        district: Some("Isfara".into()),
        name: Some("Vorukh".into()),
        point: Some(Point::new(39.8512, 70.5934).unwrap()),
        precision: Precision::Exact,
        radius_km: Some(1.0),
    }
}

pub(crate) fn warning() -> Warning {
    let mut handling = Handling::open(Licence::own());
    handling.originators = BTreeSet::from(["KGZ MFA".to_owned()]);
    Warning {
        id: WarningId::derived(&["example"]),
        version: 1,
        state: State::Issued,
        status: Status::Actual,
        message_type: MessageType::Alert,
        threat: Threat::BorderTension,
        level: Level::High,
        urgency: Urgency::Expected,
        severity: CapSeverity::Severe,
        certainty: Certainty::Likely,
        places: vec![exact_place()],
        infos: vec![Info {
            language: "en".into(),
            event: "Border tension".into(),
            headline: "Shooting near Vorukh".into(),
            description: "Shots were heard at 39.8512,70.5934 in Isfara. It is likely to spread.".into(),
            assessment: "It is likely to spread.".into(),
            instruction: "Call +992 92 777 1234.".into(),
        }],
        evidence: vec![Evidence {
            observations: vec![ObservationId::derived(&["one"])],
            title: "Elder Karimov says shots fell".into(),
            on: "2026-11-22".parse().unwrap(),
            grade: "B2".into(),
            share: 0.5,
        }],
        handling,
        sent: Some("2026-11-23T07:30:00Z".parse().unwrap()),
        expires: "2026-11-26T07:30:00Z".parse().unwrap(),
        references: Vec::new(),
        drafted_by: "rule border".into(),
        submitted_by: Some("Duty Officer".into()),
        approved_by: Some("Head".into()),
        drafted_at: "2026-11-23T07:00:00Z".parse().unwrap(),
        note: "internal note".into(),
        revision: 7,
    }
}

pub(crate) fn whole() -> Decision {
    Decision {
        outcome: Outcome::Release,
        steps: Vec::new(),
        transforms: BTreeSet::new(),
        precision_floor: Precision::Exact,
    }
}

pub(crate) fn redacted(transforms: &[Transform], precision_floor: Precision) -> Decision {
    Decision {
        outcome: Outcome::ReleaseRedacted,
        steps: Vec::new(),
        transforms: transforms.iter().copied().collect(),
        precision_floor,
    }
}
