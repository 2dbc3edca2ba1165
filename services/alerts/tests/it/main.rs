//! Alerts, run for real: a store of each kind, a real nats-server.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says where")]

mod alarms;
mod service;
mod store;

use contracts::analysis::{Coverage, Incident, Names, Situation, SituationChanged};
use domain::{Day, Handling, Level, Licence, ObservationId, Redistribution, Threat, Timestamp};

/// A change of level in a province.
pub(crate) fn change(was: Level, level: Level) -> SituationChanged {
    let at: Timestamp = "2026-11-23T07:30:00Z".parse().unwrap();
    let incident = Incident {
        observations: vec![ObservationId::derived(&["o"])],
        cluster: None,
        owners: 1,
        title: "Exchange of fire".into(),
        on: "2026-11-20".parse().unwrap(),
        place: "Batken".into(),
        kind: "exchange_of_fire".into(),
        grade: "B2".into(),
        belief: 0.7,
        severity: 3.0,
        contribution: 20.0,
        share: 0.6,
    };
    let newest = Day::of(2026, 11, 20);
    SituationChanged {
        was,
        situation: Situation {
            province: "KG-B".parse().unwrap(),
            country: "KGZ".parse().unwrap(),
            threat: Threat::BorderTension,
            on: at.day(),
            level,
            index: level.band() + 1.0,
            since: at,
            since_at_least: false,
            falls_on: Day::of(2026, 12, 14),
            trend: None,
            outlook: None,
            outlook_pending: false,
            coverage: Coverage {
                reports: 4,
                owners: 2,
                strong_share: 0.5,
                newest,
                sufficient: true,
                complete: None,
            },
            incidents: vec![incident],
            counted: None,
            older_share: 0.0,
            exercise: false,
            components: None,
            bands: None,
            range: None,
            reporting: None,
            attention: None,
            set: None,
            partial: false,
            handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP")),
        },
        exercise: false,
        at,
        first: false,
        names: Some(Names { en: "Batken".into(), ru: "Баткенская область".into() }),
    }
}

fn days(number: u64) -> std::time::Duration {
    std::time::Duration::from_secs(number * 86_400)
}
