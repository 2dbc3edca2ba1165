//! The chassis, run for real with a toy service: a real nats-server, a real store, every path a message can take.
#![expect(clippy::unwrap_used, reason = "what builds a test may stop at what should not happen")]

mod fuzz;
mod sqlite;
mod telemetry;
mod toy;

use contracts::{
    FailureKind, Role,
    liaison::{ConsentMoved, GetConsent},
    operations::{DeadLetter, DeadLetters, dead_letters_subject},
};
use domain::{Consent, ConsentId, EventId, mandate::ConsentState};
use kit::Ask;
use testkit::{Rig, databases, principal};
use toy::{Toy, ToyHeard};

fn consent(n: &str, purpose: &str) -> ConsentMoved {
    let consent = Consent {
        id: ConsentId::derived(&[n]),
        grantor: "KGZ".parse().unwrap(),
        beneficiary: "osce".into(),
        purpose: purpose.into(),
        issues: [].into(),
        instrument: "note".into(),
        state: ConsentState::Granted,
        valid_from: "2026-01-01".parse().unwrap(),
        valid_until: None,
        exercise: false,
    };
    ConsentMoved { consent, version: 1 }
}

#[tokio::test]
async fn the_same_message_twice_has_one_effect_and_is_answered_for() {
    let rig = Rig::of::<Toy>().await;
    let running = rig.start::<Toy>("").await;
    let mut heard = rig.listen::<ToyHeard>().await;
    let id = EventId::derived(&["once"]);
    rig.say_as(&id, &consent("a", "p")).await;
    rig.say_as(&id, &consent("a", "p")).await;
    rig.say(&consent("b", "p")).await;
    assert_eq!(heard.next().await.warning, toy::id_of("a"));
    assert_eq!(heard.next().await.warning, toy::id_of("b"));
    assert_eq!(toy::times(&running.context().db, "a").await, 1);
    assert!(running.missing().await.is_empty());
    assert!(running.stop().await);
}

#[tokio::test]
async fn what_cannot_be_handled_goes_to_the_dead_letters_and_can_be_replayed() {
    let rig = Rig::of::<Toy>().await;
    let running = rig.start::<Toy>("").await;
    let mut heard = rig.listen::<ToyHeard>().await;
    rig.say(&consent("bad", "refuse")).await;
    rig.say(&consent("good", "p")).await;
    assert_eq!(heard.next().await.warning, toy::id_of("good"));
    let operator = principal("op", &[Role::Operator]);
    let subject = dead_letters_subject(contracts::Service::Alerts);
    let ask = Ask { principal: &operator, key: None };
    let letters: Vec<DeadLetter> =
        rig.gateway().ask_at(ask, contracts::Service::Alerts, &subject, &DeadLetters::List).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].reason.contains("refuses"), "{}", letters[0].reason);
    toy::relent();
    let replay = DeadLetters::Replay { event: letters[0].event.clone() };
    let _: Vec<DeadLetter> =
        rig.gateway().ask_at(ask, contracts::Service::Alerts, &subject, &replay).await.unwrap();
    assert_eq!(heard.next().await.warning, toy::id_of("bad"));
    assert!(running.stop().await);
}

#[tokio::test]
async fn an_unsigned_or_forged_message_is_not_believed() {
    let rig = Rig::of::<Toy>().await;
    let running = rig.start::<Toy>("").await;
    let mut heard = rig.listen::<ToyHeard>().await;
    let body = serde_json::to_vec(&consent("forged", "p")).unwrap();
    let envelope = contracts::Envelope {
        id: EventId::derived(&["forged"]),
        subject: <ConsentMoved as contracts::Event>::SUBJECT.into(),
        aggregate: "x".into(),
        time: rig.clock.now(),
        traceparent: None,
        correlation: "c".into(),
        causation: None,
    };
    rig.publish(&envelope, &body, "bm90IGEgc2lnbmF0dXJl").await;
    rig.say(&consent("real", "p")).await;
    assert_eq!(heard.next().await.warning, toy::id_of("real"));
    let letters = kit::db::inbox::dead_letters(&running.context().db).await.unwrap();
    assert!(letters[0].reason.contains("security"), "{}", letters[0].reason);
    assert!(running.stop().await);
}

#[tokio::test]
async fn a_question_is_answered_or_refused_in_words() {
    let rig = Rig::of::<Toy>().await;
    let running = rig.start::<Toy>("").await;
    let officer = principal("po", &[Role::PoliticalOfficer]);
    let missing = rig.ask(&officer, &GetConsent { id: ConsentId::derived(&["none"]) }).await.unwrap_err();
    assert_eq!(missing.kind, FailureKind::Unavailable, "liaison is not running: {missing}");
    let refused = rig.ask(&principal("x", &[]), &toy::question()).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
    assert_eq!(rig.ask(&officer, &toy::question()).await.unwrap().items.len(), 0);
    assert!(running.stop().await);
}

#[tokio::test]
async fn what_was_said_while_the_bus_was_away_is_sent_when_it_is_back() {
    let mut rig = Rig::of::<Toy>().await;
    let running = rig.start::<Toy>("").await;
    rig.broker().kill().await;
    let mut tx = running.context().db.begin().await.unwrap();
    tx.say(&ToyHeard::of("away")).await.unwrap();
    tx.commit().await.unwrap();
    rig.broker().restart().await.unwrap();
    let mut heard = rig.listen::<ToyHeard>().await;
    assert_eq!(heard.next().await.warning, toy::id_of("away"));
    assert!(running.stop().await);
}

#[tokio::test]
async fn a_stream_that_lost_its_tail_is_told_again() {
    for store in databases::<Toy>().await {
        let mut tx = store.db.begin().await.unwrap();
        let id = tx.say(&ToyHeard::of("x")).await.unwrap();
        kit::db::outbox::sent(&mut tx, &id, "ALERTS", 5).await.unwrap();
        tx.commit().await.unwrap();
        let made: domain::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(
            kit::db::outbox::resend_lost(&mut tx, "ALERTS", made, 5).await.unwrap(),
            0,
            "{}",
            store.engine
        );
        assert_eq!(
            kit::db::outbox::resend_lost(&mut tx, "ALERTS", made, 4).await.unwrap(),
            1,
            "{}",
            store.engine
        );
        kit::db::outbox::sent(&mut tx, &id, "ALERTS", 5).await.unwrap();
        let anew = made.plus(chrono::Duration::days(1));
        assert_eq!(
            kit::db::outbox::resend_lost(&mut tx, "ALERTS", anew, 9).await.unwrap(),
            1,
            "{}",
            store.engine
        );
        tx.commit().await.unwrap();
        assert_eq!(kit::db::outbox::backlog(&store.db).await.unwrap().0, 1, "{}", store.engine);
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_says_nothing() {
    for store in databases::<Toy>().await {
        let mut tx = store.db.begin().await.unwrap();
        tx.say(&ToyHeard::of("x")).await.unwrap();
        drop(tx);
        assert_eq!(kit::db::outbox::backlog(&store.db).await.unwrap().0, 0, "{}", store.engine);
    }
}

#[tokio::test]
async fn an_event_no_stream_would_take_is_refused_before_it_could_hold_up_others() {
    for store in databases::<Toy>().await {
        let mut tx = store.db.begin().await.unwrap();
        let refused = tx.say(&consent("large", &"p".repeat(512 * 1024))).await.unwrap_err();
        assert!(matches!(refused, sqlx::Error::Encode(_)), "{refused}");
        tx.say(&consent("small", "p")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kit::db::outbox::backlog(&store.db).await.unwrap().0, 1, "{}", store.engine);
    }
}

#[tokio::test]
async fn the_moment_of_a_transaction_is_taken_anew_behind_a_lock_where_one_may_have_waited_for_it() {
    for store in databases::<Toy>().await {
        let mut tx = store.db.begin().await.unwrap();
        let began = tx.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        assert_eq!(tx.now(), began, "{}", store.engine);
        tx.renew();
        let expected = if store.engine == "sqlite" { began } else { store.clock.now() };
        assert_eq!(tx.now(), expected, "{}", store.engine);
    }
}

/// A clock that was two hours ahead once, or stood in 2036, would date everything after it so.
#[tokio::test]
async fn a_transaction_follows_what_another_clock_wrote_by_minutes_and_not_by_a_day() {
    for store in databases::<Toy>().await {
        let mut tx = store.db.begin().await.unwrap();
        let began = tx.now();
        tx.follow(began.plus(chrono::TimeDelta::days(1)));
        assert_eq!(tx.now(), began, "{}", store.engine);
        let ahead = began.plus(kit::db::FOLLOWED);
        tx.follow(ahead.plus(chrono::TimeDelta::microseconds(1)));
        assert_eq!(tx.now(), began, "{}", store.engine);
        tx.follow(ahead);
        assert_eq!(tx.now(), ahead.plus(chrono::TimeDelta::microseconds(1)), "{}", store.engine);
        tx.follow(began);
        assert!(tx.now() > ahead, "{}", store.engine);
    }
}
