//! Made-up data for the tests of the pages.

use std::collections::BTreeSet;

use contracts::{
    Principal, Role,
    alerts::{Evidence, Warning},
    analysis::{Coverage, Incident, LevelChange, Situation},
    coordination::{
        Acknowledgement, Attempt, Delivery, DeliveryState, Dissemination, FocalPoint, Held, Organisation,
    },
    gateway::Format,
    intake::{ImportRun, ImportState},
};
use domain::{
    AcknowledgementId, Agreement, AgreementId, ClusterId, DecisionId, DeliveryId, Handling, Level, Licence,
    Mandate, MandateId, ObservationId, OrganisationId, Partner, Place, Precision, Redistribution, Threat,
    Timestamp, Tlp, Trend, UnClass, WarningId,
    release::{Item, decide},
    warning::{AckKind, CapSeverity, Certainty, Info, MessageType, State, Status, Urgency},
};

use super::{shell::Reader, situation, words::Lang};

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
pub(super) fn country_of(code: &str) -> domain::Country {
    geography::province(code).unwrap().country.parse().unwrap()
}
fn handling() -> Handling {
    let mut source = Handling::open(Licence::named("CC-BY-4.0", Redistribution::Derived, "UCDP"));
    source.consent = BTreeSet::from(["KGZ".parse().unwrap()]);
    let mut own = Handling::new(Tlp::Amber, UnClass::Unclassified);
    own.audience = domain::handling::Audience::Everyone;
    source.join(&own)
}

/// A reader of these roles.
pub(super) fn reader(lang: Lang, roles: &[Role]) -> Reader {
    let principal = Principal {
        subject: "pr_1".into(),
        name: "A. Duty".into(),
        roles: roles.iter().copied().collect(),
        organisation: None,
    };
    Reader {
        principal,
        lang,
        form_token: "a".repeat(64),
        here: "/?view=region".into(),
        now: at("2026-11-23T07:30:00Z"),
    }
}

/// A situation of this index.
pub(super) fn situation(code: &str, threat: Threat, index: f64) -> Situation {
    let on = at("2026-11-23T00:00:00Z").day();
    let incident = |title: &str, days: i64, share: f64| Incident {
        observations: vec![ObservationId::derived(&[title]), ObservationId::derived(&[title, "2"])],
        cluster: Some(ClusterId::derived(&[title])),
        owners: 2,
        title: title.into(),
        on: on.plus(-days),
        place: "Ak-Sai, Batken district".into(),
        kind: "border_incident".into(),
        grade: "B2".into(),
        belief: 0.7,
        severity: 4.0,
        contribution: index * share,
        share,
    };
    Situation {
        province: code.parse().unwrap(),
        country: country_of(code),
        threat,
        on,
        level: Level::of_index(index),
        index,
        since: at("2026-11-14T05:00:00Z"),
        since_at_least: false,
        falls_on: Some(on.plus(18)),
        trend: Some(Trend::Watch),
        outlook: (index > 40.0).then_some(0.31),
        outlook_pending: false,
        coverage: Coverage {
            reports: 14,
            owners: 4,
            strong_share: 0.62,
            newest: Some(on.plus(-1)),
            sufficient: true,
            complete: None,
        },
        incidents: vec![
            incident("Exchange of fire at the Golovnoi water intake, two wounded", 3, 0.58),
            incident("Road to the exclave blocked for six hours <b>by residents</b>", 12, 0.27),
            incident("Detention of three surveyors", 104, 0.15),
        ],
        counted: Some(contracts::analysis::Counted { incidents: 41, since: on.plus(-900) }),
        older_share: 0.15,
        handling: handling(),
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

pub(super) fn region() -> Vec<Situation> {
    let mut all: Vec<Situation> = Vec::new();
    for (number, unit) in geography::provinces().iter().enumerate() {
        let index = match unit.country {
            "AFG" => 6.0 + ((number * 37) % 60) as f64,
            "TJK" | "KGZ" => 3.0 + ((number * 23) % 30) as f64,
            _ => ((number * 13) % 14) as f64 * 0.6,
        };
        if number % 9 != 4 {
            all.push(situation(unit.id, Threat::ALL[number % 9], index));
        }
        if number % 4 == 0 {
            all.push(situation(unit.id, Threat::DrugTrafficking, index * 0.4));
        }
    }
    all.retain(|s| s.province.as_str() != "KG-B");
    all.push(situation("KG-B", Threat::BorderTension, 86.0));
    all.push(situation("KG-B", Threat::WaterEnergy, 17.5));
    let mut little = situation("KG-B", Threat::OrganisedCrime, 1.2);
    little.coverage = Coverage {
        reports: 1,
        owners: 1,
        strong_share: 0.0,
        newest: None,
        sufficient: false,
        complete: None,
    };
    (little.incidents, little.trend) = (Vec::new(), None);
    all.push(little);
    all
}

fn info(language: &str, headline: &str) -> Info {
    Info {
        language: language.into(),
        event: "Border tension".into(),
        headline: headline.into(),
        description: "Since 20 November four independent sources report fire across the line at the Golovnoi intake.\n\nThe road to Vorukh is closed.".into(),
        assessment: "Further exchanges are likely within days unless the joint commission meets.".into(),
        instruction: "Ask both sides for a joint visit; hold convoys on the Isfara road; report movements.".into(),
    }
}

pub(super) fn a_warning(state: State, severity: CapSeverity) -> Warning {
    let issued = matches!(state, State::Issued | State::Cancelled | State::Expired);
    Warning {
        id: WarningId::derived(&[state.as_str()]),
        version: 2,
        state,
        status: Status::Actual,
        message_type: MessageType::Update,
        threat: Threat::BorderTension,
        level: Level::Critical,
        urgency: Urgency::Expected,
        severity,
        certainty: Certainty::Likely,
        places: ["KG-B", "TJ-SU"]
            .map(|code| Place::province(country_of(code), code.parse().unwrap()))
            .to_vec(),
        infos: vec![
            info("en", "Batken: exchanges of fire at the water intake, further ones likely"),
            info("ru", "Баткен: перестрелки у водозабора, вероятны новые"),
        ],
        evidence: vec![Evidence {
            observations: vec![ObservationId::derived(&["1"]), ObservationId::derived(&["2"])],
            title: "Exchange of fire at the Golovnoi water intake".into(),
            on: at("2026-11-20T00:00:00Z").day(),
            grade: "B2".into(),
            share: 0.58,
        }],
        handling: handling(),
        sent: issued.then(|| at("2026-11-22T06:15:00Z")),
        expires: at("2026-11-29T06:15:00Z"),
        references: Vec::new(),
        drafted_by: "rule level-at-least-high".into(),
        submitted_by: Some("G. Analyst".into()),
        approved_by: issued.then(|| "A. Head".into()),
        drafted_at: at("2026-11-22T05:40:00Z"),
        note: "Level rose from high to critical.".into(),
        revision: 4,
    }
}

pub(super) fn held() -> (Vec<Organisation>, Vec<Held<Mandate>>, Vec<Held<Agreement>>) {
    let day = |text: &str| at(text).day();
    let names = [
        ("osce", "Organization for Security and Co-operation in Europe"),
        ("cis", "Commonwealth of Independent States"),
        ("caricc", "Central Asian Regional Information and Coordination Centre"),
        ("wb", "World Bank"),
    ];
    let organisations = names.map(|(key, name)| Organisation {
        id: OrganisationId::derived(&[key]),
        key: key.into(),
        name: name.into(),
        kind: "regional_organisation".into(),
        exercise: key == "wb",
        focal_point: Some(FocalPoint { post: "Duty officer".into(), address: "duty@example.org".into() }),
    });
    let mandate = |key: &str, threat| Held {
        organisation: key.to_owned(),
        what: Mandate {
            id: MandateId::derived(&[key]),
            instrument: "Helsinki Document 1992".into(),
            citation: "Chapter III, paras 1–16".into(),
            functions: vec!["early warning and conflict prevention".into()],
            threats: BTreeSet::from([threat]),
            countries: ["KGZ", "TJK"].map(|c| c.parse().unwrap()).into(),
            limits: vec![],
            valid_from: day("1992-07-10T00:00:00Z"),
            valid_until: None,
        },
    };
    let agreement = |key: &str, until| Held {
        organisation: key.to_owned(),
        what: Agreement {
            id: AgreementId::derived(&[key]),
            title: "Exchange of letters on information".into(),
            tlp_ceiling: Tlp::Amber,
            un_class_ceiling: UnClass::Unclassified,
            kinds: ["warning".to_owned()].into(),
            precision_floor: Precision::Province,
            redistribution: Redistribution::Derived,
            purposes: ["early_warning".to_owned()].into(),
            valid_from: day("2024-01-01T00:00:00Z"),
            valid_until: until,
        },
    };
    let mandates = vec![
        mandate("osce", Threat::BorderTension),
        mandate("cis", Threat::BorderTension),
        mandate("caricc", Threat::DrugTrafficking),
    ];
    let agreements = vec![
        agreement("osce", None),
        agreement("cis", Some(day("2025-12-31T00:00:00Z"))),
        agreement("caricc", None),
    ];
    (organisations.to_vec(), mandates, agreements)
}

pub(super) fn disseminations(w: &Warning) -> Vec<Dissemination> {
    let (organisations, mandates, agreements) = held();
    let mut released = w.handling.clone();
    released.consent.clear();
    let item = Item {
        kind: "warning".into(),
        derived: true,
        handling: released,
        threats: BTreeSet::from([w.threat]),
        countries: w.countries(),
        precision: Precision::District,
        purpose: "early_warning".into(),
    };
    let of = |one: &Organisation| {
        let partner = Partner {
            key: one.key.clone(),
            mandates: mandates
                .iter()
                .filter(|held| held.organisation == one.key)
                .map(|held| held.what.clone())
                .collect(),
            agreements: agreements
                .iter()
                .filter(|held| held.organisation == one.key)
                .map(|held| held.what.clone())
                .collect(),
            consents: Vec::new(),
        };
        let decision = decide(&item, &partner, at("2026-11-22T00:00:00Z").day());
        let sent = decision.releases();
        let attempt = |number, status, error: &str| Attempt {
            number,
            at: at("2026-11-22T06:15:02Z"),
            duration_ms: 312,
            status,
            error: error.into(),
        };
        Dissemination {
            id: DecisionId::derived(&[&one.key]),
            warning: w.id.clone(),
            version: w.version,
            partner: one.key.clone(),
            reason: decision.reason().to_owned(),
            decision,
            decided_at: at("2026-11-22T06:15:01Z"),
            delivery: sent.then(|| Delivery {
                id: DeliveryId::derived(&[&one.key]),
                state: DeliveryState::Acknowledged,
                attempts: vec![attempt(1, None, "connection refused"), attempt(2, Some(204), "")],
                next_at: None,
                transported_at: Some(at("2026-11-22T06:20:00Z")),
            }),
            further: Vec::new(),
            acknowledgements: if sent {
                vec![Acknowledgement {
                    id: AcknowledgementId::derived(&[&one.key]),
                    kind: AckKind::Acting,
                    by: "Duty desk".into(),
                    note: "Contacting both delegations".into(),
                    at: at("2026-11-22T07:02:00Z"),
                }]
            } else {
                vec![]
            },
        }
    };
    organisations.iter().map(of).collect()
}

pub(super) fn changes() -> Vec<LevelChange> {
    let change = |code: &str, was, now, index| LevelChange {
        province: code.parse().unwrap(),
        threat: Threat::BorderTension,
        was,
        now,
        index,
        at: at("2026-11-22T05:40:00Z"),
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
    };
    vec![
        change("KG-B", Level::High, Level::Critical, 86.0),
        change("TJ-SU", Level::Low, Level::Elevated, 12.0),
        change("AF-HEL", Level::High, Level::Elevated, 28.0),
    ]
}

pub(super) fn seen() -> situation::Seen {
    let open =
        vec![a_warning(State::Issued, CapSeverity::Severe), a_warning(State::Pending, CapSeverity::Moderate)];
    situation::Seen {
        situations: Ok(region()),
        warnings: Ok(open),
        changes: Ok(changes()),
        empty: None,
        only_exercise: false,
    }
}

pub(super) fn run(state: ImportState) -> ImportRun {
    ImportRun {
        id: domain::ImportId::derived(&[state.as_str()]),
        format: Format::UcdpCandidate,
        name: "GEDEvent_v26_0_10.csv".into(),
        sha256: "9f".repeat(32),
        bytes: 48_200_113,
        state,
        read: 12_442,
        accepted: 11_380,
        updated: 904,
        unchanged: 116,
        quarantined: 2,
        passed_over: 40,
        repeats: None,
        rate: Some(10_550.0),
        bytes_read: 12_050_028,
        remaining_s: (state == ImportState::Running).then_some(14),
        citation: "Hegre, Croicu, Eck, Högbladh (2020): Introducing the UCDP Candidate Events Dataset".into(),
        failure: String::new(),
        remarks: Vec::new(),
        mapping: None,
        by: "G. Analyst".into(),
        received_at: at("2026-11-22T04:00:00Z"),
        started_at: None,
        finished_at: None,
    }
}
