//! Made-up data for the tests of the pages. Set `MIRAB_PAGES` to a folder to have the pages written there and look at them.

use std::collections::BTreeSet;

use contracts::{
    Failure, Page as ListPage, Principal, Role, Service,
    alerts::{Evidence, Warning},
    analysis::{Coverage, Incident, LevelChange, Situation},
    coordination::{
        Acknowledgement, Attempt, Delivery, DeliveryState, Dissemination, FocalPoint, Held, Organisation,
    },
    gateway::Format,
    intake::{ImportRun, ImportState, Quarantined},
    operations::{DeadLetter, Vitals},
};
use domain::{
    AcknowledgementId, Agreement, AgreementId, DecisionId, DeliveryId, Handling, Level, Licence, Mandate,
    MandateId, ObservationId, OrganisationId, Partner, Place, Precision, Redistribution, Threat, Timestamp,
    Tlp, Trend, UnClass, WarningId,
    release::{Item, decide},
    warning::{AckKind, CapSeverity, Certainty, Info, MessageType, State, Status, Urgency},
};
use maud::Markup;

use super::{
    imports, operations, partners, province, session,
    shell::{Page, Reader},
    situation::{self, Wish},
    warning, warnings,
    words::Lang,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
fn country_of(code: &str) -> domain::Country {
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
        falls_on: Some(on.plus(18)),
        trend: Some(Trend::Watch),
        outlook: (index > 40.0).then_some(0.31),
        coverage: Coverage {
            reports: 14,
            owners: 4,
            strong_share: 0.62,
            newest: Some(on.plus(-1)),
            sufficient: true,
        },
        incidents: vec![
            incident("Exchange of fire at the Golovnoi water intake, two wounded", 3, 0.58),
            incident("Road to the exclave blocked for six hours <b>by residents</b>", 12, 0.27),
            incident("Detention of three surveyors", 104, 0.15),
        ],
        older_share: 0.15,
        handling: handling(),
        exercise: false,
    }
}

fn region() -> Vec<Situation> {
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
    little.coverage = Coverage { reports: 1, owners: 1, strong_share: 0.0, newest: None, sufficient: false };
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

fn a_warning(state: State, severity: CapSeverity) -> Warning {
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

fn held() -> (Vec<Organisation>, Vec<Held<Mandate>>, Vec<Held<Agreement>>) {
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

fn disseminations(w: &Warning) -> Vec<Dissemination> {
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

fn changes() -> Vec<LevelChange> {
    let change = |code: &str, was, now, index| LevelChange {
        province: code.parse().unwrap(),
        threat: Threat::BorderTension,
        was,
        now,
        index,
        at: at("2026-11-22T05:40:00Z"),
        exercise: false,
    };
    vec![
        change("KG-B", Level::High, Level::Critical, 86.0),
        change("TJ-SU", Level::Low, Level::Elevated, 12.0),
        change("AF-HEL", Level::High, Level::Elevated, 28.0),
    ]
}

fn seen() -> situation::Seen {
    let open =
        vec![a_warning(State::Issued, CapSeverity::Severe), a_warning(State::Pending, CapSeverity::Moderate)];
    situation::Seen {
        situations: Ok(region()),
        warnings: Ok(open),
        changes: Ok(changes()),
        only_exercise: false,
    }
}

fn run(state: ImportState) -> ImportRun {
    ImportRun {
        id: domain::ImportId::derived(&[state.as_str()]),
        format: Format::UcdpCandidate,
        name: "GEDEvent_v26_0_10.csv".into(),
        sha256: "9f".repeat(32),
        bytes: 48_200_113,
        state,
        read: 12_402,
        accepted: 11_380,
        updated: 904,
        unchanged: 116,
        quarantined: 2,
        rate: Some(10_550.0),
        citation: "Hegre, Croicu, Eck, Högbladh (2020): Introducing the UCDP Candidate Events Dataset".into(),
        failure: String::new(),
        by: "G. Analyst".into(),
        received_at: at("2026-11-22T04:00:00Z"),
        started_at: None,
        finished_at: None,
    }
}

/// Every page with made-up data, by the name of a file.
fn pages(lang: Lang) -> Vec<(&'static str, Markup)> {
    let me = reader(lang, Role::ALL);
    let shown = |page: &Page<'_>| me.page(page);
    let wish = Wish::default();
    let on = |view| Wish { view, ..wish };
    let batken = geography::province("KG-B").unwrap();
    let of_batken: Vec<Situation> = region().into_iter().filter(|s| s.province.as_str() == "KG-B").collect();
    let province_seen =
        province::Seen { situations: Ok(of_batken), warnings: seen().warnings, changes: Ok(changes()) };
    let issued = a_warning(State::Issued, CapSeverity::Severe);
    let (organisations, mandates, agreements) = held();
    let warning_seen = warning::Seen {
        disseminations: Ok(disseminations(&issued)),
        warning: issued,
        organisations: organisations.clone(),
        refusal: None,
    };
    let refusal = Failure::conflict("the warning cannot be approved as it stands")
        .at("/approved_by", "A. Duty drafted it; another person must approve")
        .at("/expires", "lies in the past");
    let pending = warning::Seen {
        warning: a_warning(State::Pending, CapSeverity::Moderate),
        disseminations: Ok(vec![]),
        organisations: vec![],
        refusal: Some(refusal),
    };
    let dead = DeadLetter {
        event: domain::EventId::derived(&["x"]),
        consumer: "alerts".into(),
        subject: "mirab.analysis.situation.changed.v1".into(),
        reason: "the level is none of five".into(),
        tries: 5,
        body: "{\"level\":7}".into(),
        at: at("2026-11-22T04:00:00Z"),
        resolved_at: None,
        resolution: String::new(),
    };
    let vitals = |service: Service| operations::Seen {
        service,
        vitals: if service == Service::Liaison {
            Err(Failure::unavailable("liaison is not running just now; try again shortly"))
        } else {
            Ok(Vitals {
                service: service.to_string(),
                version: "0.1.0".into(),
                unsent: 3,
                oldest_unsent: None,
                dead_letters: 1,
            })
        },
        letters: if service == Service::Alerts { Ok(vec![dead.clone()]) } else { Ok(vec![]) },
    };
    let vitals: Vec<_> = Service::ALL.iter().map(|service| vitals(*service)).collect();
    let record = Quarantined {
        id: domain::QuarantineId::derived(&["1"]),
        import: run(ImportState::Done).id,
        line: 4711,
        reason: "column date_start holds \"31.02.2026\"; give a day as 2026-02-28".into(),
        original: "NTMzLDIwMjYsPHNjcmlwdD4=".into(),
        resolved_at: None,
    };
    let quarantine = Ok(ListPage { items: vec![record], next: Some("abc".into()) });
    let list = Ok(ListPage {
        items: State::ALL.iter().map(|state| a_warning(*state, CapSeverity::Severe)).collect(),
        next: None,
    });
    let nothing = situation::Seen {
        situations: Ok(vec![]),
        warnings: Err(Failure::unavailable("alerts is not running just now; try again shortly")),
        changes: Ok(vec![]),
        only_exercise: true,
    };
    vec![
        ("map", shown(&situation::page(&me, wish, &seen()))),
        (
            "map-kg",
            shown(&situation::page(
                &me,
                Wish { province: Some(batken), ..on(picture::View::Kyrgyzstan) },
                &seen(),
            )),
        ),
        ("map-af", shown(&situation::page(&me, on(picture::View::Afghanistan), &seen()))),
        (
            "map-fergana",
            shown(&situation::page(
                &me,
                Wish { province: Some(batken), ..on(picture::View::Fergana) },
                &seen(),
            )),
        ),
        (
            "map-exercise",
            shown(&situation::page(
                &me,
                Wish { exercise: true, threat: Some(Threat::BorderTension), ..wish },
                &seen(),
            )),
        ),
        ("map-empty", shown(&situation::page(&me, wish, &nothing))),
        ("province", shown(&province::page(&me, (batken, false), &province_seen))),
        ("warnings", shown(&warnings::page(&me, None, &list))),
        ("warning", shown(&warning::page(&me, &warning_seen))),
        ("warning-refused", shown(&warning::page(&me, &pending))),
        (
            "partners",
            shown(&partners::page(
                &me,
                &partners::Seen {
                    organisations: Ok(organisations),
                    mandates: Ok(mandates),
                    agreements: Ok(agreements),
                },
            )),
        ),
        (
            "imports",
            shown(&imports::page(
                &me,
                &Ok(ListPage { items: vec![run(ImportState::Running), run(ImportState::Done)], next: None }),
            )),
        ),
        ("quarantine", shown(&imports::run_page(&me, &run(ImportState::Done), &quarantine))),
        ("operations", shown(&operations::page(&me, &vitals))),
        (
            "login",
            session::page(
                lang,
                "/warnings",
                Some(&Failure::forbidden("neither a login code nor a token that counts")),
            ),
        ),
    ]
}

#[test]
fn every_page_is_whole_in_both_languages_and_holds_no_style_script_or_missing_word() {
    for (lang, _) in Lang::ALL {
        for (name, page) in pages(lang) {
            let text = page.into_string();
            assert!(text.contains(&format!("<html lang=\"{}\">", lang.tag())), "{name}");
            for wrong in ["style=", "onclick", "<style", "javascript:", ">?<", "<script>", "<b>by residents"]
            {
                assert!(!text.contains(wrong), "{name} holds {wrong}");
            }
            assert!(text.contains("id=\"main\"") && text.contains("<h1"), "{name}");
        }
    }
}

#[test]
fn a_page_is_light() {
    for (name, page) in pages(Lang::En) {
        let bytes = page.into_string().len();
        assert!(bytes < 420_000, "{name} has {bytes} bytes");
    }
}

#[test]
fn the_map_counts_every_unit_once_and_says_insufficient_where_little_is_known() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "map").unwrap();
    let text = page.into_string();
    assert_eq!(text.matches("<a class=\"unit ").count(), 88);
    assert!(text.contains("Batken, Kyrgyzstan: critical, border tension"));
    assert!(text.contains(": insufficient information\""));
}

#[test]
fn every_partner_is_named_with_all_ten_steps() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "warning").unwrap();
    let text = page.into_string();
    assert_eq!(text.matches("<li class=\"released-to ").count(), 4);
    assert_eq!(text.matches("10. Purpose").count(), 4);
    assert!(text.contains("Helsinki Document 1992"));
}

#[test]
fn a_refusal_shows_every_reason_and_the_form_again() {
    let (_, page) = pages(Lang::En).into_iter().find(|(name, _)| *name == "warning-refused").unwrap();
    let text = page.into_string();
    assert!(text.contains("another person must approve") && text.contains("lies in the past"));
    assert!(text.contains("formaction=\"/warnings/") && text.contains("name=\"token\""));
}

#[test]
fn those_who_may_not_act_see_no_button() {
    let seen = warning::Seen {
        warning: a_warning(State::Pending, CapSeverity::Minor),
        disseminations: Ok(vec![]),
        organisations: vec![],
        refusal: None,
    };
    let me = reader(Lang::En, &[Role::Auditor]);
    let text = me.page(&warning::page(&me, &seen)).into_string();
    assert!(!text.contains("formaction") && text.contains("another role"));
}

/// Writes the pages, for looking at them.
#[test]
fn the_pages_can_be_written_to_a_folder() {
    let Some(folder) = option_env!("MIRAB_PAGES") else { return };
    std::fs::create_dir_all(folder).unwrap();
    for (lang, _) in Lang::ALL {
        for (name, page) in pages(lang) {
            let text = page
                .into_string()
                .replace("href=\"/assets/console-", "href=\"console.css?")
                .replace("src=\"/assets/live-", "src=\"live.js?");
            std::fs::write(format!("{folder}/{name}-{}.html", lang.tag()), text).unwrap();
        }
    }
    std::fs::write(
        format!("{folder}/console.css"),
        format!("{}{}", picture::STYLE, include_str!("../../assets/console.css")),
    )
    .unwrap();
}
