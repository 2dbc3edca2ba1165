//! Who gets what, decided when a warning is heard, when a paper changes and when a delivery is sent.

use contracts::{
    coordination::{AcknowledgementRecorded, DeliveryState, ReleaseDecided},
    gateway::AcknowledgementReceived,
};
use coordination::{Error, jobs};
use domain::{
    AcknowledgementId, Agreement, Precision, Tlp, UnClass, WarningId,
    handling::{Audience, Handling},
    mandate::ConsentState,
    release::Outcome,
    warning::{AckKind, MessageType, Status},
};
use testkit::Receiver;

use crate::world::{World, agreement, consent, mandate, next, warning, worlds};

fn acknowledgement(name: &str, partner: &str, warning: &WarningId) -> AcknowledgementReceived {
    AcknowledgementReceived {
        acknowledgement: AcknowledgementId::derived(&[name]),
        partner: partner.into(),
        warning: warning.clone(),
        kind: AckKind::Acting,
        by: "Duty officer".into(),
        note: String::new(),
        received_at: "2026-11-23T00:01:00Z".parse().unwrap(),
    }
}

async fn outcomes(world: &World) -> Vec<(String, Outcome)> {
    let said = world.said::<ReleaseDecided>().await;
    said.into_iter().map(|decided| (decided.partner, decided.decision.outcome)).collect()
}

#[tokio::test]
async fn misp_4200_empty_group_reaches_nobody() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        let mut nobody = warning("nobody");
        nobody.handling.audience = Audience::Only([].into());
        world.issue(&nobody).await;
        world.send().await;
        assert_eq!(outcomes(&world).await, [("osce".into(), Outcome::Withhold)]);
        assert!(world.deliveries(&nobody.id, "osce").await.is_empty());
        assert!(receiver.received().is_empty());
    }
}

#[tokio::test]
async fn an_exercise_reaches_exercise_organisations_and_a_real_warning_the_others() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.partner("drill", true).await;
        world.issue(&warning("real")).await;
        let mut exercise = warning("exercise");
        exercise.status = Status::Exercise;
        world.issue(&exercise).await;
        let mut test = warning("test");
        test.status = Status::Test;
        world.issue(&test).await;
        let said = world.said::<ReleaseDecided>().await;
        let said: Vec<_> = said.iter().map(|d| (&d.warning, d.partner.as_str())).collect();
        assert_eq!(said, [(&warning("real").id, "osce"), (&warning("exercise").id, "drill")]);
    }
}

#[tokio::test]
async fn without_papers_everything_is_withheld_with_all_steps() {
    for world in worlds().await {
        world.partner_at("osce", false, agreement(Tlp::Clear, Precision::Exact)).await;
        let mut amber = warning("amber");
        amber.handling = Handling::new(Tlp::Amber, UnClass::Unclassified);
        amber.handling.audience = Audience::Everyone;
        world.issue(&amber).await;
        let said = world.said::<ReleaseDecided>().await;
        assert_eq!(said[0].decision.outcome, Outcome::Withhold);
        assert_eq!(said[0].decision.steps.len(), 10);
        assert!(said[0].decision.reason().contains("TLP:AMBER"), "{}", said[0].decision.reason());
    }
}

#[tokio::test]
async fn a_consent_withdrawn_between_issue_and_send_keeps_the_receiver_untouched() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        world.consent(consent("osce", ConsentState::Granted), 1).await;
        let mut needs = warning("needs consent");
        needs.handling.consent = ["KGZ".parse().unwrap()].into();
        world.issue(&needs).await;
        world.consent(consent("osce", ConsentState::Withdrawn), 2).await;
        world.send().await;
        assert_eq!(world.states("osce").await, [DeliveryState::Pending, DeliveryState::Withdrawn]);
        assert!(receiver.received().is_empty());
        let last = world.said::<ReleaseDecided>().await.pop().unwrap();
        assert_eq!(last.decision.outcome, Outcome::Withhold);
        assert!(last.decision.reason().contains("note 12/2026 is withdrawn"), "{}", last.decision.reason());
    }
}

#[tokio::test]
async fn a_consent_of_the_exercise_opens_nothing_real_and_a_real_one_nothing_of_the_exercise() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.partner("drill", true).await;
        let of = |key: &str, exercise| domain::Consent { exercise, ..consent(key, ConsentState::Granted) };
        world.consent(of("osce", true), 1).await;
        world.consent(of("drill", false), 1).await;
        let mut real = warning("real");
        real.handling.consent = ["KGZ".parse().unwrap()].into();
        world.issue(&real).await;
        let mut drill = warning("exercise");
        drill.status = Status::Exercise;
        drill.handling.consent = ["KGZ".parse().unwrap()].into();
        world.issue(&drill).await;
        let withheld = [("osce".into(), Outcome::Withhold), ("drill".into(), Outcome::Withhold)];
        assert_eq!(outcomes(&world).await, withheld);
        world.consent(of("osce", false), 2).await;
        world.consent(of("drill", true), 2).await;
        let released = [("osce".into(), Outcome::Release), ("drill".into(), Outcome::Release)];
        assert_eq!(outcomes(&world).await[2..], released);
    }
}

#[tokio::test]
async fn an_older_version_of_a_consent_never_overwrites_a_newer_one() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.consent(consent("osce", ConsentState::Withdrawn), 3).await;
        world.consent(consent("osce", ConsentState::Granted), 2).await;
        world.consent(consent("osce", ConsentState::Granted), 3).await;
        let mut needs = warning("needs consent");
        needs.handling.consent = ["KGZ".parse().unwrap()].into();
        world.issue(&needs).await;
        assert_eq!(outcomes(&world).await, [("osce".into(), Outcome::Withhold)]);
        world.consent(consent("osce", ConsentState::Granted), 4).await;
        assert_eq!(outcomes(&world).await[1..], [("osce".into(), Outcome::Release)]);
    }
}

#[tokio::test]
async fn an_agreement_that_ends_before_the_send_withdraws_the_delivery() {
    for world in worlds().await {
        let mut short = agreement(Tlp::AmberStrict, Precision::Exact);
        short.valid_until = Some("2026-11-23".parse().unwrap());
        world.partner_at("osce", false, short).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        world.issue(&warning("short")).await;
        world.clock.advance(std::time::Duration::from_hours(24));
        world.send().await;
        assert_eq!(world.states("osce").await, [DeliveryState::Pending, DeliveryState::Withdrawn]);
        assert!(receiver.received().is_empty());
    }
}

#[tokio::test]
async fn a_newer_version_takes_the_place_of_one_that_was_not_sent() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        let first = warning("chain");
        world.issue(&first).await;
        world.issue(&next(&first, MessageType::Update)).await;
        world.send().await;
        let received = receiver.received();
        assert_eq!(received.len(), 1);
        assert_eq!(received[0].json()["data"]["version"], 2);
        let states = [
            DeliveryState::Pending,
            DeliveryState::Superseded,
            DeliveryState::Pending,
            DeliveryState::Transported,
        ];
        assert_eq!(world.states("osce").await, states);
    }
}

#[tokio::test]
async fn an_older_version_heard_late_is_kept_and_not_sent() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.endpoint("osce", "https://example.org/hook").await;
        let first = warning("chain");
        world.issue(&next(&first, MessageType::Update)).await;
        world.issue(&first).await;
        let versions: Vec<u32> =
            world.deliveries(&first.id, "osce").await.iter().map(|d| d.version).collect();
        assert_eq!(versions, [2]);
    }
}

#[tokio::test]
async fn a_cancellation_reaches_those_who_may_have_the_warning_and_nobody_else() {
    for world in worlds().await {
        for key in ["osce", "caricc", "unama"] {
            world.partner(key, false).await;
        }
        let receiver = Receiver::start(&[]).await;
        for key in ["osce", "caricc", "unama"] {
            world.endpoint(key, &format!("{}?{key}", receiver.url)).await;
        }
        world.consent(consent("osce", ConsentState::Granted), 1).await;
        world.consent(consent("caricc", ConsentState::Granted), 1).await;
        let mut first = warning("chain");
        first.handling.consent = ["KGZ".parse().unwrap()].into();
        world.issue(&first).await;
        world.send().await;
        assert_eq!(receiver.received().len(), 2, "unama has no consent");
        world.consent(consent("osce", ConsentState::Withdrawn), 2).await;
        world.consent(consent("unama", ConsentState::Granted), 1).await;
        world.send().await;
        assert_eq!(receiver.received().len(), 3, "a consent given later lets the live warning go");
        world.consent(consent("unama", ConsentState::Withdrawn), 2).await;
        world.issue(&next(&first, MessageType::Cancel)).await;
        world.send().await;
        let cancels = receiver.received().split_off(3);
        assert_eq!(cancels.len(), 3);
        let with_content = cancels.iter().filter(|r| r.json()["data"]["warning"].is_object()).count();
        assert_eq!(with_content, 1, "those whose consent is gone are told without content");
        assert!(cancels.iter().all(|r| r.json()["data"]["message_type"] == "Cancel"));
    }
}

#[tokio::test]
async fn a_cancellation_of_what_was_withheld_goes_nowhere() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.endpoint("osce", "https://example.org/hook").await;
        let mut first = warning("chain");
        first.handling.exclude = ["osce".to_owned()].into();
        world.issue(&first).await;
        let mut cancel = next(&first, MessageType::Cancel);
        cancel.handling.exclude.clear();
        world.issue(&cancel).await;
        assert!(world.deliveries(&first.id, "osce").await.is_empty());
    }
}

#[tokio::test]
async fn an_acknowledgement_is_recorded_once_and_moves_the_delivery() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        let first = warning("acknowledged");
        world.issue(&first).await;
        world.send().await;
        let acknowledgement = acknowledgement("one", "osce", &first.id);
        world.acknowledge(acknowledgement.clone()).await.unwrap();
        world.acknowledge(acknowledgement).await.unwrap();
        let recorded = world.said::<AcknowledgementRecorded>().await;
        assert_eq!(recorded.len(), 1);
        assert_eq!(recorded[0].acknowledgement.kind, AckKind::Acting);
        let states = [DeliveryState::Pending, DeliveryState::Transported, DeliveryState::Acknowledged];
        assert_eq!(world.states("osce").await, states);
    }
}

#[tokio::test]
async fn an_acknowledgement_of_what_was_never_released_is_a_permanent_failure() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let mut first = warning("withheld");
        first.handling.exclude = ["osce".to_owned()].into();
        world.issue(&first).await;
        let error = world.acknowledge(acknowledgement("one", "osce", &first.id)).await.unwrap_err();
        assert!(matches!(error, Error::NeverReleased { .. }), "{error}");
        assert!(!contracts::Failure::from(error).is_transient());
        assert!(world.said::<AcknowledgementRecorded>().await.is_empty());
    }
}

#[tokio::test]
async fn a_place_leaves_no_finer_than_the_agreement_allows() {
    for world in worlds().await {
        world.partner_at("osce", false, agreement(Tlp::AmberStrict, Precision::Country)).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        world.issue(&warning("fine")).await;
        world.send().await;
        let received = receiver.received();
        let body = String::from_utf8(received[0].body.clone()).unwrap();
        assert!(!body.contains("KG-B") && !body.contains("Batken"), "{body}");
        assert!(body.contains("KGZ"));
    }
}

#[tokio::test]
async fn a_mandate_for_something_else_withholds() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let mut elsewhere = warning("elsewhere");
        elsewhere.threat = domain::Threat::WaterEnergy;
        assert!(!mandate("osce").threats.contains(&elsewhere.threat));
        world.issue(&elsewhere).await;
        assert_eq!(outcomes(&world).await, [("osce".into(), Outcome::Withhold)]);
    }
}

#[tokio::test]
async fn what_a_paper_that_begins_tomorrow_lets_go_goes_tomorrow_and_not_after_its_last_day() {
    for world in worlds().await {
        let receiver = Receiver::start(&[]).await;
        let begins = Agreement {
            valid_from: "2026-11-24".parse().unwrap(),
            valid_until: Some("2026-11-24".parse().unwrap()),
            ..agreement(Tlp::AmberStrict, Precision::Exact)
        };
        world.partner_at("osce", false, begins).await;
        world.endpoint("osce", &receiver.url).await;
        jobs::turn_day(&world.service).await.unwrap();
        let mut long = warning("long");
        long.expires = "2026-12-01T00:00:00Z".parse().unwrap();
        world.issue(&long).await;
        let days = [Outcome::Withhold, Outcome::Release, Outcome::Withhold];
        for day in 1..=days.len() {
            jobs::turn_day(&world.service).await.unwrap();
            let decided: Vec<Outcome> =
                outcomes(&world).await.into_iter().map(|(_, outcome)| outcome).collect();
            assert_eq!(decided, days[..day]);
            world.clock.advance(std::time::Duration::from_hours(24));
        }
        assert_eq!(world.states("osce").await, [DeliveryState::Pending, DeliveryState::Withdrawn]);
    }
}

#[tokio::test]
async fn a_later_step_that_finds_other_facts_is_kept_and_nothing_is_said_of_it() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let begins = domain::Mandate {
            id: domain::MandateId::derived(&["later"]),
            threats: [domain::Threat::WaterEnergy].into(),
            valid_from: "2026-11-24".parse().unwrap(),
            ..mandate("osce")
        };
        world.mandate("osce", begins).await;
        let mut water = warning("water");
        water.expires = "2026-12-01T00:00:00Z".parse().unwrap();
        water.threat = domain::Threat::WaterEnergy;
        water.handling.consent = ["KGZ".parse().unwrap()].into();
        world.issue(&water).await;
        let step = async || {
            let id = world.said::<ReleaseDecided>().await[0].id.clone();
            let mut tx = world.db().begin().await.unwrap();
            let kept = coordination::store::decisions::find(&mut tx, &id).await.unwrap().unwrap();
            let steps = kept.said.decision.steps;
            steps.into_iter().find(|step| step.rule == domain::release::Rule::Mandate).unwrap()
        };
        let before = step().await;
        assert_eq!(before.outcome, Outcome::Withhold);
        world.clock.advance(std::time::Duration::from_hours(24));
        jobs::turn_day(&world.service).await.unwrap();
        assert_eq!(step().await.outcome, Outcome::Release, "{before:?}");
        assert_eq!(world.said::<ReleaseDecided>().await.len(), 1, "it is withheld for the same reason");
    }
}
