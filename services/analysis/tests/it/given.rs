//! Observations and a service for tests.

#![expect(clippy::unwrap_used, reason = "what tests are given may fail the test")]

use analysis::{Analysis, config::Config, inbox};
use contracts::{
    Envelope, Principal, Role,
    analysis::{GetSituation, Situation},
    intake::ObservationsRecorded,
};
use domain::{
    Credibility, Day, EventId, Grade, Handling, Licence, Observation, ObservationId, Place, ProvinceCode,
    Redistribution, Reliability, Severity, Threat, Timestamp, observation::Deaths,
};
use kit::{Asked, Db, Heard, Service, config::Layers};
use testkit::Database;

/// The day the clock of a test store stands at.
pub fn today() -> Day {
    Day::of(2026, 11, 23).unwrap()
}

/// One observation of a border incident in Batken, graded B2, so many days ago, known since.
pub fn observation(id: &str, days_ago: i64) -> Observation {
    let day = today().plus(-days_ago);
    Observation {
        id: ObservationId::derived(&[id]),
        revision: 1,
        source: "desk".into(),
        owner: "desk".into(),
        external_id: id.into(),
        occurred_from: day,
        occurred_to: day,
        known_from: day.start(),
        place: Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap()),
        threats: vec![Threat::BorderTension],
        kind: format!("kind_{id}"),
        severity: Severity::Grave,
        deaths: None,
        actors: Vec::new(),
        title: format!("Incident {id}"),
        text: String::new(),
        grade: graded("B2", day.start()),
        handling: Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "Desk")),
        import: None,
        report: None,
        exercise: false,
        retracted: None,
    }
}

/// A grade by its two characters.
pub fn graded(code: &str, at: Timestamp) -> Grade {
    let (reliability, digit) = code.split_at(1);
    Grade {
        reliability: reliability.parse::<Reliability>().unwrap(),
        credibility: Credibility::try_from(digit.parse::<u8>().unwrap()).unwrap(),
        by: "test".into(),
        at,
        why: String::new(),
    }
}

/// The same with this many deaths.
pub fn deadly(seen: Observation, best: u32) -> Observation {
    Observation { deaths: Some(Deaths { low: best, best, high: best }), ..seen }
}

/// The same in another province.
pub fn elsewhere(seen: Observation, province: &str) -> Observation {
    let province: ProvinceCode = province.parse().unwrap();
    let country = geography::province(province.as_str()).unwrap().country.parse().unwrap();
    Observation { place: Place::province(country, province), ..seen }
}

/// A pack of these.
pub fn pack(recorded: Vec<Observation>) -> ObservationsRecorded {
    ObservationsRecorded { origin: "test".into(), recorded, retracted: Vec::new() }
}

/// Analysis on a test store, by its own defaults but for fewer rehearsals.
pub fn service(database: &Database) -> Analysis {
    service_on(database.db.clone())
}

/// The same on a store that was opened otherwise.
pub fn service_on(db: Db) -> Analysis {
    Analysis::new(db, config())
}

/// How it is configured.
pub fn config() -> Config {
    let mut config: Config = Layers::of(Analysis::NAME, Analysis::DEFAULTS, None).extract().unwrap();
    config.forecast.rehearsals = 4;
    config
}

/// Hears a pack as of now.
pub async fn hear(service: &Analysis, database: &Database, event: ObservationsRecorded) {
    let heard = heard(database, event, "mirab.intake.observations.recorded.v1");
    let mut tx = database.db.begin().await.unwrap();
    inbox::observations_recorded(service, &mut tx, &heard).await.unwrap();
    tx.commit().await.unwrap();
}

/// An event as it is heard now.
pub fn heard<E>(database: &Database, event: E, subject: &str) -> Heard<E> {
    let now = database.clock.now();
    let id = EventId::generate(now);
    let envelope = Envelope {
        subject: subject.into(),
        aggregate: "test".into(),
        time: now,
        traceparent: None,
        correlation: id.to_string(),
        causation: None,
        id,
    };
    Heard { event, envelope }
}

/// An analyst who asks this.
pub fn asked<Q>(query: Q) -> Asked<Q> {
    Asked { query, principal: analyst(), key: None }
}

/// An analyst.
pub fn analyst() -> Principal {
    testkit::principal("a.analyst", &[Role::Analyst])
}

/// The situations as they stand.
pub async fn situations(service: &Analysis, query: GetSituation) -> Vec<Situation> {
    analysis::api::get_situation(service, &asked(query)).await.unwrap().read().unwrap()
}

/// The one situation there is.
pub async fn the_situation(service: &Analysis) -> Situation {
    let mut all = situations(service, GetSituation::default()).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// What is asked of one province and threat.
pub fn of(province: &str, threat: Threat) -> GetSituation {
    GetSituation { province: province.parse().ok(), threat: Some(threat), ..GetSituation::default() }
}

/// The one situation that answers this.
pub async fn one(service: &Analysis, query: GetSituation) -> Situation {
    let mut all = situations(service, query).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// A day's worth of time, so many times.
pub fn days(number: u64) -> std::time::Duration {
    std::time::Duration::from_secs(number * 86_400)
}
