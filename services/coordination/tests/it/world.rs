//! Organisations, papers and warnings for tests, and a hand on the service without a bus.

use std::collections::BTreeSet;

use contracts::{
    Envelope, Event, Service,
    alerts::{Evidence, Warning, WarningIssued},
    coordination::{DeliveryMoved, DeliveryState, Endpoint, Held, PutOrganisation},
    liaison::ConsentMoved,
};
use coordination::{Config, Coordination, Error, inbox, jobs, store};
use domain::{
    Agreement, AgreementId, Consent, ConsentId, EndpointId, EventId, Handling, Level, Licence, Mandate,
    MandateId, ObservationId, OrganisationId, Place, Precision, Redistribution, Threat, Tlp, UnClass,
    WarningId,
    mandate::ConsentState,
    warning::{CapSeverity, Certainty, Info, MessageType, State, Status, Urgency},
};
use kit::{
    Clock, Db, Heard, Service as _,
    config::Layers,
    db::outbox,
    webhook::{Secret, SigningKey},
};
use testkit::{Database, databases};

/// Lets deliveries go to this machine, and gives up after a second.
pub const LOCAL: &str =
    "[coordination.egress]\nallow = [\"127.0.0.0/8\"]\nallow_http = true\nports = [0]\ntimeout_s = 1\n";

/// The service on one store.
pub struct World {
    pub service: Coordination,
    pub clock: Clock,
    _database: Database,
}

/// The keys of an endpoint, as its owner and a test know them.
pub struct Keys {
    pub id: EndpointId,
    pub secret: Secret,
    pub key: SigningKey,
}

/// The service on a store of each kind.
pub async fn worlds() -> Vec<World> {
    databases::<Coordination>().await.into_iter().map(|database| World::on(database, LOCAL)).collect()
}

/// The same, where an endpoint that does not answer is waited for longer than anything in a test takes.
pub async fn patient_worlds() -> Vec<World> {
    let patient = LOCAL.replace("timeout_s = 1", "timeout_s = 25");
    databases::<Coordination>().await.into_iter().map(|database| World::on(database, &patient)).collect()
}

/// Makes an event heard, as from this other service.
pub fn heard<E: Event>(event: E, id: &str) -> Heard<E> {
    let envelope = Envelope {
        id: EventId::derived(&[id]),
        subject: event.subject(),
        aggregate: event.aggregate(),
        time: now(),
        traceparent: None,
        correlation: id.to_owned(),
        causation: None,
    };
    Heard { event, envelope }
}

/// When the clocks of these tests stand at first.
pub fn now() -> domain::Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

impl World {
    fn on(database: Database, settings: &str) -> Self {
        let layers = Layers::of(Service::Coordination, Coordination::DEFAULTS, None).with(settings);
        let config: Config = layers.extract().unwrap();
        let service = Coordination::new(database.db.clone(), config.coordination).unwrap();
        Self { service, clock: database.clock.clone(), _database: database }
    }
    pub fn db(&self) -> &Db {
        self.service.db()
    }
    /// An organisation, with a mandate and an agreement that cover warnings of border tension in Kyrgyzstan.
    pub async fn partner(&self, key: &str, exercise: bool) {
        self.partner_at(key, exercise, agreement(Tlp::AmberStrict, Precision::Exact)).await;
    }
    pub async fn partner_at(&self, key: &str, exercise: bool, agreement: Agreement) {
        let mut tx = self.db().begin().await.unwrap();
        let put = PutOrganisation {
            key: key.into(),
            name: key.to_uppercase(),
            kind: "regional_organisation".into(),
            exercise,
            focal_point: None,
        };
        store::organisations::put(&mut tx, &OrganisationId::derived(&[key]), &put).await.unwrap();
        tx.commit().await.unwrap();
        self.mandate(key, mandate(key)).await;
        let mut tx = self.db().begin().await.unwrap();
        let what = Agreement { id: AgreementId::derived(&[key]), ..agreement };
        store::papers::add_agreement(&mut tx, &Held { organisation: key.to_owned(), what }, "test")
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    pub async fn mandate(&self, key: &str, what: Mandate) {
        let mut tx = self.db().begin().await.unwrap();
        let held = Held { organisation: key.to_owned(), what };
        store::papers::add_mandate(&mut tx, &held, "test").await.unwrap();
        tx.commit().await.unwrap();
    }
    pub async fn endpoint(&self, key: &str, url: &str) -> Keys {
        let mut rng = rand::rng();
        let (secret, signing) = (Secret::generate(&mut rng), SigningKey::generate(&mut rng));
        let endpoint = Endpoint {
            id: EndpointId::derived(&[key, url]),
            organisation: key.to_owned(),
            url: url.to_owned(),
            active: true,
            suspended_because: String::new(),
            public_key: signing.public().to_string(),
            secret: None,
        };
        let secrets = store::endpoints::Secrets { secret: secret.reveal(), signing_key: signing.reveal() };
        let mut tx = self.db().begin().await.unwrap();
        store::endpoints::add(&mut tx, &endpoint, &secrets, "test").await.unwrap();
        tx.commit().await.unwrap();
        Keys { id: endpoint.id, secret, key: signing }
    }
    pub async fn issue(&self, warning: &Warning) {
        let id = format!("{} {}", warning.id, warning.version);
        let heard = heard(WarningIssued { warning: warning.clone() }, &id);
        let mut tx = self.db().begin().await.unwrap();
        inbox::warning_issued(&self.service, &mut tx, &heard).await.unwrap();
        tx.commit().await.unwrap();
    }
    pub async fn consent(&self, consent: Consent, version: u32) {
        let heard = heard(ConsentMoved { consent, version }, "consent");
        let mut tx = self.db().begin().await.unwrap();
        inbox::consent_moved(&self.service, &mut tx, &heard).await.unwrap();
        tx.commit().await.unwrap();
    }
    pub async fn send(&self) {
        jobs::send(&self.service).await.unwrap();
    }
    pub async fn acknowledge(&self, event: contracts::gateway::AcknowledgementReceived) -> Result<(), Error> {
        let id = event.acknowledgement.to_string();
        let mut tx = self.db().begin().await.unwrap();
        inbox::acknowledgement_received(&self.service, &mut tx, &heard(event, &id)).await?;
        tx.commit().await.unwrap();
        Ok(())
    }
    /// Every event of this type said so far.
    pub async fn said<E: Event>(&self) -> Vec<E> {
        let all = outbox::unsent(self.db(), 1000).await.unwrap();
        let of = all.iter().filter(|unsent| unsent.envelope().subject == E::SUBJECT);
        of.map(|unsent| serde_json::from_str(&unsent.body().unwrap()).unwrap()).collect()
    }
    /// The states that deliveries to this partner went through, as said.
    pub async fn states(&self, partner: &str) -> Vec<DeliveryState> {
        let said = self.said::<DeliveryMoved>().await;
        said.into_iter().filter(|moved| moved.partner == partner).map(|moved| moved.state).collect()
    }
    /// The deliveries of a warning to this partner.
    pub async fn deliveries(&self, warning: &WarningId, partner: &str) -> Vec<store::deliveries::Delivery> {
        let mut tx = self.db().begin().await.unwrap();
        store::deliveries::to_partner(&mut tx, warning, partner).await.unwrap()
    }
}

pub fn mandate(key: &str) -> Mandate {
    Mandate {
        id: MandateId::derived(&[key]),
        instrument: "MC.DEC/3/11".into(),
        citation: "MC.DEC/3/11, para. 1".into(),
        functions: Vec::new(),
        threats: BTreeSet::from([Threat::BorderTension]),
        countries: BTreeSet::from(["KGZ".parse().unwrap()]),
        limits: Vec::new(),
        valid_from: "2020-01-01".parse().unwrap(),
        valid_until: None,
    }
}

pub fn agreement(tlp_ceiling: Tlp, precision_floor: Precision) -> Agreement {
    Agreement {
        id: AgreementId::derived(&["any"]),
        title: "Exchange of letters".into(),
        tlp_ceiling,
        un_class_ceiling: UnClass::Confidential,
        kinds: BTreeSet::from(["warning".to_owned()]),
        precision_floor,
        redistribution: Redistribution::Derived,
        purposes: BTreeSet::from(["early_warning".to_owned()]),
        valid_from: "2020-01-01".parse().unwrap(),
        valid_until: None,
    }
}

/// Kyrgyzstan's consent that the organisation may be warned of border tension.
pub fn consent(beneficiary: &str, state: ConsentState) -> Consent {
    Consent {
        id: ConsentId::derived(&[beneficiary]),
        grantor: "KGZ".parse().unwrap(),
        beneficiary: beneficiary.into(),
        purpose: "early_warning".into(),
        issues: BTreeSet::from([Threat::BorderTension]),
        instrument: "note 12/2026".into(),
        state,
        valid_from: "2020-01-01".parse().unwrap(),
        valid_until: None,
        exercise: false,
    }
}

/// A warning for everyone, TLP:CLEAR, of border tension in Batken; it lasts three days.
pub fn warning(name: &str) -> Warning {
    Warning {
        id: WarningId::derived(&[name]),
        version: 1,
        state: State::Issued,
        status: Status::Actual,
        message_type: MessageType::Alert,
        threat: Threat::BorderTension,
        level: Level::High,
        urgency: Urgency::Expected,
        severity: CapSeverity::Severe,
        certainty: Certainty::Likely,
        places: vec![Place::province("KGZ".parse().unwrap(), "KG-B".parse().unwrap())],
        infos: vec![Info {
            language: "en".into(),
            event: "Border tension".into(),
            headline: "Border tension in Batken".into(),
            description: "Shots were heard. It is likely to spread.".into(),
            assessment: "It is likely to spread.".into(),
            instruction: "Keep in touch.".into(),
        }],
        evidence: vec![Evidence {
            observations: vec![ObservationId::derived(&["one"])],
            title: "Shots at the canal".into(),
            on: "2026-11-22".parse().unwrap(),
            grade: "B2".into(),
            share: 0.5,
        }],
        handling: Handling::open(Licence::own()),
        sent: Some(now()),
        expires: "2026-11-26T00:00:00Z".parse().unwrap(),
        references: Vec::new(),
        drafted_by: "rule border".into(),
        submitted_by: Some("duty".into()),
        approved_by: Some("head".into()),
        drafted_at: now(),
        note: String::new(),
        revision: 3,
    }
}

/// The next version of a warning.
pub fn next(warning: &Warning, message_type: MessageType) -> Warning {
    let version = warning.version + 1;
    let state = if message_type == MessageType::Cancel { State::Cancelled } else { State::Issued };
    Warning { version, message_type, state, ..warning.clone() }
}
