//! Material for tests, short to write.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Principal, Role,
    analysis::{
        Coverage, Incident, LevelChange, Situation,
        anomalies::{Anomaly, AnomalyState, Method},
        drafting::Elsewhere,
        forecasts::{Forecast, Scorecard},
        products::{ProductForm, ProductKind, ProductLanguage},
    },
};
use domain::{
    AnomalyId, Credibility, Day, Handling, Level, Licence, ObservationId, Precision, ProvinceCode,
    Redistribution, Reliability, Threat, Timestamp, Tlp, Trend, UnClass, handling::Audience,
};

use super::material::{Covered, Foretold, Gap, Happened, Material, Seen};
use crate::domain::cell::country_of;

pub(crate) fn day(number: u32) -> Day {
    Day::of(2026, 11, number).unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

pub(crate) fn person(subject: &str) -> Principal {
    Principal {
        subject: subject.into(),
        name: subject.into(),
        roles: BTreeSet::from([Role::SeniorAnalyst]),
        organisation: None,
    }
}

pub(crate) fn marked(tlp: Tlp) -> Handling {
    let mut handling = Handling::new(tlp, UnClass::Unclassified);
    handling.audience = Audience::Everyone;
    handling
}

pub(crate) fn form(kind: ProductKind, language: ProductLanguage) -> ProductForm {
    ProductForm {
        kind,
        language,
        title: String::new(),
        from: day(17),
        to: day(23),
        countries: BTreeSet::new(),
        provinces: BTreeSet::from(["KG-B".parse().unwrap()]),
        threats: BTreeSet::from([Threat::BorderTension]),
        about: None,
        handling: marked(Tlp::Green),
        ceiling: None,
        tear_line: false,
        supersedes: None,
        exercise: false,
    }
}

/// An observation of fire at an intake, graded B2, under an open licence.
pub(crate) fn seen(id: &str) -> Seen {
    Seen {
        id: ObservationId::derived(&[id]),
        revision: 1,
        source: "desk".into(),
        kind: "exchange_of_fire".into(),
        from: day(20),
        to: day(20),
        place: "Ak-Sai".into(),
        province: "KG-B".parse().ok(),
        country: "KGZ".parse().ok(),
        precision: Precision::District,
        reliability: Reliability::B,
        credibility: Credibility::PROBABLE,
        deaths: Some(2),
        title: "Fire at the intake".into(),
        threats: BTreeSet::from([Threat::BorderTension]),
        handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "Desk")),
        exercise: false,
    }
}

pub(crate) fn happened(id: &str) -> Happened {
    Happened {
        best: ObservationId::derived(&[id]),
        observations: vec![ObservationId::derived(&[id])],
        province: "KG-B".parse().unwrap(),
        provinces: BTreeSet::from(["KG-B".parse().unwrap()]),
        threat: Threat::BorderTension,
        threats: BTreeSet::from([Threat::BorderTension]),
        cluster: None,
        from: day(20),
        to: day(20),
        deaths: Some(2),
        graded: (seen(id).reliability, seen(id).credibility),
        believed: BTreeMap::from([("desk".to_owned(), 0.72)]),
        severity: 2.0,
        peace: false,
        handling: seen(id).handling,
    }
}

pub(crate) fn situation(level: Level) -> Situation {
    Situation {
        province: "KG-B".parse().unwrap(),
        country: "KGZ".parse().unwrap(),
        threat: Threat::BorderTension,
        on: day(23),
        level,
        index: 34.0,
        since: now(),
        since_at_least: false,
        falls_on: None,
        trend: Some(Trend::Alert),
        outlook: None,
        outlook_pending: false,
        coverage: Coverage {
            reports: 3,
            owners: 2,
            strong_share: 0.8,
            newest: Some(day(20)),
            sufficient: true,
            complete: None,
        },
        incidents: vec![Incident {
            observations: vec![ObservationId::derived(&["a"])],
            cluster: None,
            owners: 1,
            title: "Fire at the intake".into(),
            on: day(20),
            place: "Ak-Sai".into(),
            kind: "exchange_of_fire".into(),
            grade: "B2".into(),
            belief: 0.72,
            severity: 4.0,
            contribution: 15.0,
            share: 0.45,
        }],
        counted: None,
        older_share: 0.0,
        handling: marked(Tlp::Amber),
        exercise: false,
        components: None,
        bands: None,
        range: None,
        reporting: None,
        attention: None,
        set: None,
        partial: false,
    }
}

pub(crate) fn change(was: Level, now_: Level) -> LevelChange {
    LevelChange {
        province: "KG-B".parse().unwrap(),
        threat: Threat::BorderTension,
        was,
        now: now_,
        index: 34.0,
        at: "2026-11-20T09:00:00Z".parse().unwrap(),
        exercise: false,
        steps: 1,
        peak: None,
        late: None,
        first: false,
        unreported: false,
        unknown_since: None,
        range: None,
        lifted: None,
        handling: None,
    }
}

/// An unusual month that nobody judged yet.
pub(crate) fn anomaly(
    (province, threat): (&str, Threat),
    month: Day,
    (observed, method): (f64, Method),
) -> Anomaly {
    let province: ProvinceCode = province.parse().unwrap();
    Anomaly {
        id: AnomalyId::derived(&["a"]),
        country: country_of(&province).unwrap(),
        province,
        threat,
        exercise: false,
        month,
        trend: Trend::Watch,
        counted: "incidents".into(),
        observed,
        method,
        observations: Vec::new(),
        state: AnomalyState::Open,
        history: Vec::new(),
        opened_at: now(),
        version: 1,
        handling: None,
    }
}

/// A forecast with the record of its kind, as both are told.
pub(crate) fn foretold() -> Foretold {
    const FORECASTS: &str =
        include_str!("../../../../../shared/contracts/golden/mirab.ask.analysis.forecast.list.v1.reply.json");
    const CARDS: &str = include_str!(
        "../../../../../shared/contracts/golden/mirab.ask.analysis.scorecard.list.v1.reply.json"
    );
    let forecasts: contracts::Page<Forecast> = serde_json::from_str(FORECASTS).unwrap();
    let cards: Vec<Scorecard> = serde_json::from_str(CARDS).unwrap();
    Foretold {
        forecast: forecasts.items.into_iter().next().unwrap(),
        so_far: None,
        record: cards.into_iter().next().unwrap(),
        handling: marked(Tlp::Clear),
    }
}

/// One incident, one change of level, and a province of which nothing is known.
pub(crate) fn material() -> Material {
    Material {
        at: now(),
        changes: vec![change(Level::Low, Level::High)],
        overrides: Vec::new(),
        situations: vec![situation(Level::High)],
        incidents: vec![happened("a")],
        beside: Vec::new(),
        late: Vec::new(),
        counted: seen("a").handling,
        ever: BTreeMap::new(),
        ever_from: BTreeMap::new(),
        anomalies: Vec::new(),
        watched: BTreeMap::new(),
        forecasts: Vec::new(),
        assessments: Vec::new(),
        gaps: vec![Gap {
            provinces: vec!["TJ-SU".parse().unwrap()],
            of: 5,
            ..Gap::none("TJK".parse().unwrap())
        }],
        seen: BTreeMap::from([(ObservationId::derived(&["a"]), seen("a"))]),
        covered: Covered::default(),
        elsewhere: Elsewhere::default(),
    }
}
