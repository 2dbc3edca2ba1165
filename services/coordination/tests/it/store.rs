//! The store's statements, on both engines.

use contracts::coordination::DeliveryState;
use coordination::store::{
    decisions, deliveries, due, due::Room, endpoints, organisations, papers, warnings,
};
use domain::{EndpointId, mandate::ConsentState};

use crate::world::{consent, next, now, warning, worlds};

const ROOM: Room = Room { in_all: 64, per_endpoint: 4 };

#[tokio::test]
async fn organisations_and_papers_read_back_as_they_were_written() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.partner("drill", true).await;
        let all = organisations::list(world.db(), None).await.unwrap();
        let keys: Vec<_> = all.iter().map(|o| (o.key.as_str(), o.exercise)).collect();
        assert_eq!(keys, [("drill", true), ("osce", false)]);
        assert!(organisations::find(world.db(), "nobody").await.unwrap().is_none());
        let partners = papers::partners(world.db(), Some("osce")).await.unwrap();
        assert_eq!((partners.len(), partners[0].1.mandates.len(), partners[0].1.agreements.len()), (1, 1, 1));
        assert_eq!(partners[0].1.mandates[0], crate::world::mandate("osce"));
    }
}

#[tokio::test]
async fn a_transaction_sees_the_consent_it_has_written() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let mut tx = world.db().begin().await.unwrap();
        assert!(papers::put_consent(&mut tx, &consent("osce", ConsentState::Granted), 2).await.unwrap());
        assert!(!papers::put_consent(&mut tx, &consent("osce", ConsentState::Withdrawn), 2).await.unwrap());
        assert!(!papers::put_consent(&mut tx, &consent("osce", ConsentState::Withdrawn), 1).await.unwrap());
        let within = papers::partners_within(&mut tx, Some("osce")).await.unwrap();
        assert_eq!(within[0].1.consents, [consent("osce", ConsentState::Granted)]);
        drop(tx);
        assert!(papers::partners(world.db(), Some("osce")).await.unwrap()[0].1.consents.is_empty());
    }
}

#[tokio::test]
async fn secrets_are_neither_listed_nor_shown() {
    for world in worlds().await {
        world.partner("osce", false).await;
        let keys = world.endpoint("osce", "https://example.org/hook").await;
        let listed = endpoints::list(world.db(), None).await.unwrap();
        assert_eq!((listed.len(), &listed[0].secret), (1, &None));
        let mut tx = world.db().begin().await.unwrap();
        let secrets = endpoints::secrets(&mut tx, &keys.id).await.unwrap().unwrap();
        assert_eq!(secrets.secret, keys.secret.reveal());
        assert_eq!(format!("{secrets:?}"), "Secrets(…)");
        let nobody = EndpointId::derived(&["nobody"]);
        assert!(endpoints::secrets(&mut tx, &nobody).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn every_version_is_kept_whole_and_the_newest_is_known() {
    for world in worlds().await {
        let first = warning("chain");
        let second = next(&first, domain::warning::MessageType::Update);
        world.issue(&second).await;
        world.issue(&first).await;
        world.issue(&first).await;
        let latest = warnings::latest(world.db(), &first.id).await.unwrap().unwrap();
        assert_eq!(latest.warning, second);
        let page = warnings::newest_first(world.db(), None, 10).await.unwrap();
        assert_eq!(page.len(), 1);
        let after = Some((page[0].sent, first.id.clone()));
        assert!(warnings::newest_first(world.db(), after, 10).await.unwrap().is_empty());
        let mut tx = world.db().begin().await.unwrap();
        assert_eq!(warnings::version(&mut tx, &first.id, 1).await.unwrap().unwrap().warning, first);
        assert_eq!(warnings::live(&mut tx).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn looks_are_noted_once() {
    for world in worlds().await {
        let id = warning("seen").id;
        let looks = vec![(id.clone(), 1)];
        assert_eq!(warnings::unseen(world.db(), "osce", looks.clone()).await.unwrap(), looks);
        let mut tx = world.db().begin().await.unwrap();
        warnings::look(&mut tx, &id, 1, "osce").await.unwrap();
        warnings::look(&mut tx, &id, 1, "osce").await.unwrap();
        assert!(decisions::was_reached(&mut tx, &id, "osce", 2).await.unwrap());
        tx.commit().await.unwrap();
        assert!(warnings::unseen(world.db(), "osce", looks).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn decisions_come_newest_first_in_pages() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.partner("unama", false).await;
        world.issue(&warning("one")).await;
        world.clock.advance(std::time::Duration::from_secs(1));
        world.issue(&warning("two")).await;
        let all = decisions::newest_first(world.db(), (None, None), None, 10).await.unwrap();
        assert_eq!(all.len(), 4);
        assert_eq!(all[0].said.warning, warning("two").id);
        let after = Some((all[1].said.at, all[1].said.id.clone()));
        assert_eq!(decisions::newest_first(world.db(), (None, None), after, 10).await.unwrap(), all[2..]);
        let id = warning("one").id;
        let one = decisions::newest_first(world.db(), (Some(&id), Some("osce")), None, 10).await.unwrap();
        assert_eq!(one.len(), 1);
        assert_eq!((one[0].said.partner.as_str(), one[0].ever_released), ("osce", true));
    }
}

#[tokio::test]
async fn a_claim_holds_until_it_runs_out() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.endpoint("osce", "https://example.org/hook").await;
        world.issue(&warning("one")).await;
        let mut tx = world.db().begin().await.unwrap();
        let waiting = due::due(&mut tx, ROOM).await.unwrap().remove(0);
        let until = now().plus(chrono::Duration::seconds(30));
        assert!(due::claim(&mut tx, &waiting.id, until).await.unwrap());
        assert!(!due::claim(&mut tx, &waiting.id, until).await.unwrap());
        assert!(due::due(&mut tx, ROOM).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        assert!(!due::any(world.db(), world.clock.now()).await.unwrap());
        world.clock.advance(std::time::Duration::from_secs(30));
        assert!(due::any(world.db(), world.clock.now()).await.unwrap());
        let mut tx = world.db().begin().await.unwrap();
        let again = due::due(&mut tx, ROOM).await.unwrap().remove(0);
        assert_eq!((again.id, again.attempts), (waiting.id, 1));
    }
}

#[tokio::test]
async fn what_is_due_is_taken_in_turn_and_bounded() {
    for world in worlds().await {
        for key in ["osce", "unama"] {
            world.partner(key, false).await;
            world.endpoint(key, "https://example.org/hook").await;
        }
        for n in 0..6 {
            world.issue(&warning(&n.to_string())).await;
        }
        let mut tx = world.db().begin().await.unwrap();
        let few = due::due(&mut tx, Room { in_all: 2, per_endpoint: 4 }).await.unwrap();
        let partners: std::collections::BTreeSet<_> = few.iter().map(|d| d.partner.as_str()).collect();
        assert_eq!(partners.len(), 2, "each in turn");
        let all = due::due(&mut tx, ROOM).await.unwrap();
        assert_eq!(all.len(), 8, "four to each endpoint");
        let until = now().plus(chrono::Duration::seconds(30));
        for delivery in all.iter().filter(|d| d.partner == "osce") {
            assert!(due::claim(&mut tx, &delivery.id, until).await.unwrap());
        }
        let rest = due::due(&mut tx, ROOM).await.unwrap();
        assert!(rest.len() == 4 && rest.iter().all(|d| d.partner == "unama"), "osce has its four under way");
    }
}

#[tokio::test]
async fn retry_not_starved_by_new() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.endpoint("osce", "https://example.org/hook").await;
        world.issue(&warning("retried")).await;
        let retried = world.deliveries(&warning("retried").id, "osce").await.remove(0);
        let mut tx = world.db().begin().await.unwrap();
        let until = now().plus(chrono::Duration::seconds(5));
        deliveries::wait(&mut tx, &retried.id, Some(until)).await.unwrap();
        tx.commit().await.unwrap();
        world.clock.advance(std::time::Duration::from_secs(6));
        for n in 0..100 {
            world.issue(&warning(&n.to_string())).await;
        }
        let mut tx = world.db().begin().await.unwrap();
        let first = due::due(&mut tx, Room { in_all: 4, per_endpoint: 4 }).await.unwrap();
        assert_eq!(first[0].id, retried.id, "what has waited longest goes first");
    }
}

#[tokio::test]
async fn a_later_version_waits_while_an_earlier_one_is_under_way() {
    for world in worlds().await {
        world.partner("osce", false).await;
        world.endpoint("osce", "https://example.org/hook").await;
        let first = warning("chain");
        world.issue(&first).await;
        let earlier = world.deliveries(&first.id, "osce").await.remove(0);
        let mut tx = world.db().begin().await.unwrap();
        let until = now().plus(chrono::Duration::seconds(30));
        assert!(due::claim(&mut tx, &earlier.id, until).await.unwrap());
        tx.commit().await.unwrap();
        world.issue(&next(&first, domain::warning::MessageType::Update)).await;
        let mut tx = world.db().begin().await.unwrap();
        assert!(due::due(&mut tx, ROOM).await.unwrap().is_empty());
        due::release(&mut tx, &earlier.id, until).await.unwrap();
        assert_eq!(due::due(&mut tx, ROOM).await.unwrap()[0].version, 2);
        let superseded = deliveries::find(&mut tx, &earlier.id).await.unwrap().unwrap();
        assert_eq!(superseded.state, DeliveryState::Superseded);
    }
}
