//! Deliveries against endpoints on this machine that answer well, badly or not at all.

use std::time::Duration;

use contracts::coordination::{Attempt, DeliveryState};
use coordination::store::{attempts, endpoints};
use domain::{
    Tlp, UnClass,
    handling::{Audience, Handling},
    warning::CapSeverity,
};
use kit::webhook::{Headers, TOLERANCE, Verifier, verify};
use testkit::{Received, Receiver};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::world::{Keys, World, now, patient_worlds, warning, worlds};

fn headers(received: &Received) -> Headers {
    let header = |name| received.header(name).to_owned();
    Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    }
}

fn assert_signed(received: &Received, keys: &Keys, at: i64) {
    let signed = headers(received);
    let public = keys.key.public();
    for verifier in [Verifier::Secret(&keys.secret), Verifier::Public(&public)] {
        verify(verifier, &signed, &received.body, at, TOLERANCE).unwrap();
    }
}

async fn tries(world: &World, name: &str) -> Vec<Attempt> {
    let deliveries = world.deliveries(&warning(name).id, "osce").await;
    attempts::of(world.db(), &deliveries[0].id).await.unwrap()
}

async fn state(world: &World, name: &str) -> DeliveryState {
    world.deliveries(&warning(name).id, "osce").await[0].state
}

/// A server that answers every request with this text, or never when it is empty.
#[expect(clippy::disallowed_methods, reason = "a test's own server")]
async fn server(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    drop(tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut read = [0; 4096];
            drop(socket.read(&mut read).await);
            if !answer.is_empty() {
                drop(socket.write_all(answer.as_bytes()).await);
            }
            open.push(socket);
        }
    }));
    url
}

#[tokio::test]
async fn a_delivery_arrives_signed_both_ways_with_warning_and_cap() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[]).await;
        let keys = world.endpoint("osce", &receiver.url).await;
        world.issue(&warning("fine")).await;
        world.send().await;
        let received = receiver.received();
        assert_eq!(received.len(), 1);
        assert_signed(&received[0], &keys, now().as_datetime().timestamp());
        assert!(received[0].header("webhook-id").starts_with("dl_"));
        assert_eq!(received[0].header("content-type"), "application/json");
        let body = received[0].json();
        assert_eq!(body["type"], "warning.issued");
        contracts::cap::check(body["data"]["cap"].as_str().unwrap()).unwrap();
        assert_eq!(body["data"]["warning"]["drafted_by"], "");
        assert_eq!(state(&world, "fine").await, DeliveryState::Transported);
        assert_eq!(world.states("osce").await, [DeliveryState::Pending, DeliveryState::Transported]);
        let tries = tries(&world, "fine").await;
        assert_eq!((tries.len(), tries[0].number, tries[0].status), (1, 1, Some(204)));
    }
}

#[tokio::test]
async fn amber_travels_as_a_pointer() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("osce", &receiver.url).await;
        let mut amber = warning("amber");
        amber.handling = Handling::new(Tlp::Amber, UnClass::Unclassified);
        amber.handling.audience = Audience::Everyone;
        world.issue(&amber).await;
        world.send().await;
        let received = receiver.received();
        let body = received[0].json();
        assert_eq!(body["data"]["tlp"], "AMBER");
        assert_eq!(body["data"]["url"], format!("/v1/partner/alerts/{}", amber.id));
        assert!(body["data"]["warning"].is_null() && body["data"]["cap"].is_null());
    }
}

#[tokio::test]
async fn a_failed_try_is_repeated_with_the_same_id_and_body() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[500]).await;
        let keys = world.endpoint("osce", &receiver.url).await;
        world.issue(&warning("again")).await;
        world.send().await;
        assert_eq!(state(&world, "again").await, DeliveryState::Pending);
        world.send().await;
        assert_eq!(receiver.received().len(), 1, "not before its time");
        world.clock.advance(Duration::from_secs(7));
        world.send().await;
        let received = receiver.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
        assert_eq!(received[0].body, received[1].body);
        assert_signed(&received[1], &keys, world.clock.now().as_datetime().timestamp());
        assert_eq!(state(&world, "again").await, DeliveryState::Transported);
        let statuses: Vec<_> = tries(&world, "again").await.iter().map(|t| (t.number, t.status)).collect();
        assert_eq!(statuses, [(1, Some(500)), (2, Some(204))]);
    }
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let elsewhere = Receiver::start(&[]).await;
        let answer =
            format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
        world.endpoint("osce", &server(answer).await).await;
        world.issue(&warning("moved")).await;
        world.send().await;
        assert!(elsewhere.received().is_empty());
        assert_eq!(state(&world, "moved").await, DeliveryState::Pending);
        assert_eq!(tries(&world, "moved").await[0].status, Some(302));
    }
}

#[tokio::test]
async fn gone_suspends_the_endpoint_and_other_deliveries_wait() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[410]).await;
        world.endpoint("osce", &receiver.url).await;
        world.issue(&warning("gone")).await;
        world.send().await;
        assert_eq!(state(&world, "gone").await, DeliveryState::Exhausted);
        let endpoint = endpoints::list(world.db(), Some("osce")).await.unwrap().remove(0);
        assert!(!endpoint.active && endpoint.suspended_because.contains("410"), "{endpoint:?}");
        world.issue(&warning("after")).await;
        world.send().await;
        assert_eq!(receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_and_tried_again() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.endpoint("osce", &server(String::new()).await).await;
        world.issue(&warning("silent")).await;
        world.send().await;
        assert_eq!(state(&world, "silent").await, DeliveryState::Pending);
        let tries = tries(&world, "silent").await;
        assert_eq!((tries.len(), tries[0].status), (1, None));
        assert!(tries[0].error.contains("did not finish its answer"), "{}", tries[0].error);
    }
}

#[tokio::test]
async fn an_endpoint_that_asks_for_patience_gets_it_within_bounds() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let answer = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 12\r\ncontent-length: 0\r\n\r\n";
        world.endpoint("osce", &server(answer.into()).await).await;
        world.issue(&warning("busy")).await;
        world.send().await;
        let delivery = world.deliveries(&warning("busy").id, "osce").await.remove(0);
        assert_eq!(delivery.next_at, Some(now().plus(chrono::Duration::seconds(12))));
    }
}

#[tokio::test]
async fn a_warning_that_ends_before_it_arrives_expires_its_delivery() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let receiver = Receiver::start(&[500]).await;
        world.endpoint("osce", &receiver.url).await;
        let mut short = warning("short");
        short.severity = CapSeverity::Extreme;
        short.expires = now().plus(chrono::Duration::seconds(3));
        world.issue(&short).await;
        world.send().await;
        let delivery = world.deliveries(&short.id, "osce").await.remove(0);
        assert_eq!((delivery.state, delivery.next_at), (DeliveryState::Pending, None));
        world.clock.advance(Duration::from_secs(3));
        world.send().await;
        assert_eq!(state(&world, "short").await, DeliveryState::Expired);
        assert_eq!(receiver.received().len(), 1);
        assert_eq!(world.states("osce").await, [DeliveryState::Pending, DeliveryState::Expired]);
    }
}

#[tokio::test]
async fn a_partner_whose_endpoint_is_dead_costs_others_nothing() {
    for world in patient_worlds().await {
        world.partner("osce", false).await;
        world.partner("caricc", false).await;
        world.endpoint("osce", &server(String::new()).await).await;
        let receiver = Receiver::start(&[]).await;
        world.endpoint("caricc", &receiver.url).await;
        for n in 0..10 {
            world.issue(&warning(&n.to_string())).await;
        }
        let received = tokio::select! {
            () = world.send() => panic!("it ended while the dead one was still waited for"),
            received = receiver.wait_for(10) => received,
        };
        assert_eq!(received.len(), 10);
        for n in 0..10 {
            assert_eq!(
                tries(&world, &n.to_string()).await.len(),
                0,
                "all were there before the dead one gave up"
            );
        }
        let ids: std::collections::BTreeSet<_> =
            received.iter().map(|r| r.header("webhook-id").to_owned()).collect();
        assert_eq!(ids.len(), 10, "each once");
    }
}
