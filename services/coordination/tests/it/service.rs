//! The service on a real bus: papers in, a warning heard, a webhook out, a partner's word recorded.

use contracts::{
    FailureKind, PageRequest, Principal, Role,
    alerts::WarningIssued,
    coordination::{
        AcknowledgementRecorded, AddAgreement, AddEndpoint, AddMandate, DeliveryMoved, DeliveryState,
        Endpoint, GetPartnerAlert, ListDisseminations, ListEndpoints, ListMandates, ListOrganisations,
        ListPartnerAlerts, PreviewRelease, PutOrganisation,
    },
    gateway::AcknowledgementReceived,
    liaison::ConsentMoved,
    operations::{DeadLetter, DeadLetters, dead_letters_subject},
};
use coordination::Coordination;
use domain::{AcknowledgementId, Precision, Tlp, mandate::ConsentState, release::Outcome, warning::AckKind};
use kit::{
    Ask, Running,
    webhook::{Headers, Secret, TOLERANCE, Verifier, verify},
};
use testkit::{Receiver, Rig, principal};

use crate::world::{self, LOCAL, consent, warning};

pub fn coordinator() -> Principal {
    principal("u-coordinator", &[Role::Coordinator])
}
pub fn analyst() -> Principal {
    principal("u-analyst", &[Role::Analyst])
}
pub fn partner(key: &str) -> Principal {
    Principal { organisation: Some(key.to_owned()), ..principal(&format!("p-{key}"), &[Role::Partner]) }
}

fn put(key: &str) -> PutOrganisation {
    PutOrganisation {
        key: key.into(),
        name: key.to_uppercase(),
        kind: "regional_organisation".into(),
        exercise: false,
        focal_point: None,
    }
}

/// Starts the service and waits until it answers: the server may learn a moment later what the service listens to.
pub async fn start(rig: &Rig, on_top: &str) -> Running {
    let running = rig.start::<Coordination>(on_top).await;
    while let Err(failure) = rig.ask(&analyst(), &ListOrganisations {}).await {
        assert!(failure.is_transient(), "{failure}");
        tokio::task::yield_now().await;
    }
    running
}

/// An organisation with a mandate and an agreement, as a coordinator records them.
pub async fn set_up(rig: &Rig, key: &str) {
    let who = coordinator();
    rig.ask(&who, &put(key)).await.unwrap();
    let (mandate, agreement) = (world::mandate(key), world::agreement(Tlp::AmberStrict, Precision::Exact));
    let add = AddMandate {
        organisation: key.into(),
        instrument: mandate.instrument,
        citation: mandate.citation,
        functions: mandate.functions,
        threats: mandate.threats,
        countries: mandate.countries,
        limits: mandate.limits,
        valid_from: mandate.valid_from,
        valid_until: mandate.valid_until,
    };
    rig.ask(&who, &add).await.unwrap();
    let add = AddAgreement {
        organisation: key.into(),
        title: agreement.title,
        tlp_ceiling: agreement.tlp_ceiling,
        un_class_ceiling: agreement.un_class_ceiling,
        kinds: agreement.kinds,
        precision_floor: agreement.precision_floor,
        redistribution: agreement.redistribution,
        purposes: agreement.purposes,
        valid_from: agreement.valid_from,
        valid_until: agreement.valid_until,
    };
    rig.ask(&who, &add).await.unwrap();
}

fn live(name: &str, rig: &Rig) -> contracts::alerts::Warning {
    let now = rig.clock.now();
    let mut warning = warning(name);
    (warning.sent, warning.drafted_at) = (Some(now), now);
    warning.expires = now.plus(chrono::Duration::days(1));
    warning
}

fn acknowledgement(warning: &domain::WarningId, partner: &str, rig: &Rig) -> AcknowledgementReceived {
    AcknowledgementReceived {
        acknowledgement: AcknowledgementId::derived(&[partner]),
        partner: partner.into(),
        warning: warning.clone(),
        kind: AckKind::Acting,
        by: "Duty officer".into(),
        note: "patrols doubled".into(),
        received_at: rig.clock.now(),
    }
}

#[tokio::test]
async fn a_warning_goes_to_a_partner_and_its_word_comes_back() {
    let rig = Rig::of::<Coordination>().await;
    let running = start(&rig, LOCAL).await;
    set_up(&rig, "osce").await;
    set_up(&rig, "caricc").await;
    let receiver = Receiver::start(&[]).await;
    let add = AddEndpoint { organisation: "osce".into(), url: receiver.url.clone() };
    let endpoint: Endpoint = rig.ask_once(&partner("osce"), "k1", &add).await.unwrap();
    let again: Endpoint = rig.ask_once(&partner("osce"), "k1", &add).await.unwrap();
    assert_eq!(endpoint, again, "asked again under the same key");
    let mut issued = live("over the bus", &rig);
    issued.handling.exclude = ["caricc".to_owned()].into();
    rig.say(&WarningIssued { warning: issued.clone() }).await;

    let received = receiver.wait_for(1).await.remove(0);
    let header = |name: &str| received.header(name).to_owned();
    let signed = Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let secret: Secret = endpoint.secret.clone().unwrap().parse().unwrap();
    let public = endpoint.public_key.parse().unwrap();
    let at = rig.clock.now().as_datetime().timestamp();
    verify(Verifier::Secret(&secret), &signed, &received.body, at, TOLERANCE).unwrap();
    verify(Verifier::Public(&public), &signed, &received.body, at, TOLERANCE).unwrap();

    let mut moves = rig.listen::<DeliveryMoved>().await;
    moves.find(|moved| moved.state == DeliveryState::Transported).await;
    rig.say(&acknowledgement(&issued.id, "osce", &rig)).await;
    let recorded = rig.listen::<AcknowledgementRecorded>().await.next().await;
    assert_eq!(
        (recorded.partner.as_str(), recorded.acknowledgement.note.as_str()),
        ("osce", "patrols doubled")
    );

    let page = rig.ask(&analyst(), &ListDisseminations::default()).await.unwrap();
    assert_eq!((page.items.len(), page.next), (2, None));
    let of = |key: &str| page.items.iter().find(|d| d.partner == key).unwrap();
    let delivery = of("osce").delivery.as_ref().unwrap();
    assert_eq!((delivery.state, delivery.attempts.len()), (DeliveryState::Acknowledged, 1));
    assert_eq!(of("osce").acknowledgements.len(), 1);
    assert_eq!(of("caricc").decision.outcome, Outcome::Withhold);
    assert!(of("caricc").reason.contains("excludes caricc"));
    assert!(of("caricc").delivery.is_none());
    assert!(running.stop().await);
}

#[tokio::test]
async fn a_partner_sees_its_own_alerts_only_and_only_while_it_may() {
    let rig = Rig::of::<Coordination>().await;
    let running = start(&rig, LOCAL).await;
    set_up(&rig, "osce").await;
    set_up(&rig, "caricc").await;
    rig.say(&ConsentMoved { consent: consent("osce", ConsentState::Granted), version: 1 }).await;
    let mut issued = live("consented", &rig);
    issued.handling.consent = ["KGZ".parse().unwrap()].into();
    rig.say(&WarningIssued { warning: issued.clone() }).await;
    let mut decided = rig.listen::<contracts::coordination::ReleaseDecided>().await;
    // liaison's and alerts' streams are heard side by side: the consent may come second and is decided on then
    decided.find(|d| d.partner == "osce" && d.decision.releases()).await;

    let get = |key: &str| GetPartnerAlert { partner: key.into(), id: issued.id.clone() };
    let alert = rig.ask(&partner("osce"), &get("osce")).await.unwrap();
    assert_eq!((alert.version, alert.warning.handling.consent.len()), (1, 0));
    contracts::cap::check(&alert.cap).unwrap();
    let list = |key: &str| ListPartnerAlerts { partner: key.into(), page: PageRequest::default() };
    assert_eq!(rig.ask(&partner("osce"), &list("osce")).await.unwrap().items.len(), 1);
    assert_eq!(rig.ask(&analyst(), &list("osce")).await.unwrap().items.len(), 1);
    assert!(rig.ask(&partner("caricc"), &list("caricc")).await.unwrap().items.is_empty());
    for (who, key) in [("caricc", "caricc"), ("caricc", "osce"), ("osce", "caricc"), ("osce", "nobody")] {
        let failure = rig.ask(&partner(who), &get(key)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotFound, "{who} asks for {key}: {failure}");
    }

    rig.say(&ConsentMoved { consent: consent("osce", ConsentState::Withdrawn), version: 2 }).await;
    decided.find(|d| d.partner == "osce" && d.decision.outcome == Outcome::Withhold).await;
    let failure = rig.ask(&partner("osce"), &get("osce")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(rig.ask(&partner("osce"), &list("osce")).await.unwrap().items.is_empty());
    assert!(running.stop().await);
}

#[tokio::test]
async fn an_acknowledgement_of_what_was_never_released_goes_to_the_dead_letters() {
    let rig = Rig::of::<Coordination>().await;
    let running = start(&rig, LOCAL).await;
    set_up(&rig, "osce").await;
    rig.say(&acknowledgement(&warning("unknown").id, "osce", &rig)).await;
    let operator = principal("u-operator", &[Role::Operator]);
    let subject = dead_letters_subject(contracts::Service::Coordination);
    let ask = Ask { principal: &operator, key: None };
    let dead = loop {
        let asked = rig.gateway().ask_at::<_, Vec<DeadLetter>>(
            ask,
            contracts::Service::Coordination,
            &subject,
            &DeadLetters::List,
        );
        let dead = asked.await.unwrap();
        if !dead.is_empty() {
            break dead;
        }
    };
    assert!(dead[0].reason.contains("never released"), "{}", dead[0].reason);
    assert_eq!(dead[0].tries, 1);
    assert!(running.stop().await);
}

#[tokio::test]
async fn each_may_do_what_is_theirs_and_is_told_what_is_wrong() {
    let rig = Rig::of::<Coordination>().await;
    let running = start(&rig, "").await;
    set_up(&rig, "osce").await;

    assert_eq!(rig.ask(&analyst(), &put("unama")).await.unwrap_err().kind, FailureKind::Forbidden);
    assert_eq!(
        rig.ask(&partner("osce"), &ListOrganisations {}).await.unwrap_err().kind,
        FailureKind::Forbidden
    );
    let failure =
        rig.ask(&coordinator(), &PutOrganisation { name: " ".into(), ..put("Not A Key") }).await.unwrap_err();
    let pointers: Vec<_> = failure.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!((failure.kind, pointers), (FailureKind::Invalid, vec!["/key", "/name"]));

    let all = rig.ask(&analyst(), &ListOrganisations {}).await.unwrap();
    let again =
        rig.ask(&coordinator(), &PutOrganisation { name: "OSCE CiO".into(), ..put("osce") }).await.unwrap();
    assert_eq!((all.len(), &all[0].id, again.name.as_str()), (1, &again.id, "OSCE CiO"));
    assert_eq!(rig.ask(&analyst(), &ListMandates::default()).await.unwrap().len(), 1);

    let add = |key: &str, url: &str| AddEndpoint { organisation: key.into(), url: url.into() };
    for url in ["http://127.0.0.1/hook", "https://10.0.0.1/hook", "https://u@example.org/hook", "hook"] {
        let failure = rig.ask(&coordinator(), &add("osce", url)).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.errors[0].pointer.as_str()),
            (FailureKind::Invalid, "/url"),
            "{url}"
        );
    }
    assert_eq!(
        rig.ask(&partner("osce"), &add("unama", "https://example.org/hook")).await.unwrap_err().kind,
        FailureKind::NotFound
    );
    let endpoint = rig.ask(&partner("osce"), &add("osce", "https://example.org/hook")).await.unwrap();
    assert!(endpoint.secret.is_some_and(|secret| secret.starts_with("whsec_")));
    assert!(endpoint.public_key.starts_with("whpk_"));
    let twice = rig.ask(&coordinator(), &add("osce", "https://example.org/hook")).await.unwrap_err();
    assert_eq!(twice.kind, FailureKind::Conflict);
    let listed = rig.ask(&partner("osce"), &ListEndpoints::default()).await.unwrap();
    assert_eq!((listed.len(), &listed[0].secret), (1, &None));

    let mut item = domain::release::Item {
        kind: "warning".into(),
        derived: true,
        handling: warning("any").handling,
        threats: [domain::Threat::BorderTension].into(),
        countries: ["KGZ".parse().unwrap()].into(),
        precision: Precision::Province,
        purpose: "early_warning".into(),
    };
    let preview = rig.ask(&analyst(), &PreviewRelease::Item(Box::new(item.clone()))).await.unwrap();
    assert_eq!((preview[0].decision.outcome, preview[0].decision.steps.len()), (Outcome::Release, 10));
    item.purpose = "research".into();
    let preview = rig.ask(&analyst(), &PreviewRelease::Item(Box::new(item))).await.unwrap();
    assert!(preview[0].reason.contains("not research"), "{}", preview[0].reason);
    let missing = PreviewRelease::Warning(warning("missing").id);
    assert_eq!(rig.ask(&analyst(), &missing).await.unwrap_err().kind, FailureKind::NotFound);
    assert!(running.stop().await);
}

#[tokio::test]
async fn what_was_given_up_at_an_endpoint_that_was_gone_is_sent_when_it_is_registered_anew() {
    let rig = Rig::of::<Coordination>().await;
    let running = start(&rig, LOCAL).await;
    set_up(&rig, "osce").await;
    let receiver = Receiver::start(&[410, 204]).await;
    let add = AddEndpoint { organisation: "osce".into(), url: receiver.url.clone() };
    let first: Endpoint = rig.ask_once(&partner("osce"), "k1", &add).await.unwrap();
    let mut moves = rig.listen::<DeliveryMoved>().await;
    rig.say(&WarningIssued { warning: live("gone", &rig) }).await;
    moves.find(|moved| moved.state == DeliveryState::Exhausted).await;
    let anew: Endpoint = rig.ask_once(&partner("osce"), "k2", &add).await.unwrap();
    assert_eq!((&anew.id, anew.active), (&first.id, true));
    assert_ne!(anew.secret, first.secret, "a new registration has new keys");
    moves.find(|moved| moved.state == DeliveryState::Transported).await;
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"), "the same delivery");
    assert!(running.stop().await);
}
