//! Taking what is due: ends what is over, decides anew, claims.

use chrono::Duration;
use contracts::coordination::DeliveryState;
use domain::Timestamp;
use kit::Tx;

use super::LEASE_S;
use crate::{
    Coordination, Error,
    dissemination::{disseminate, move_to},
    store::{
        deliveries, deliveries::Delivery, due, due::Room, endpoints, endpoints::Secrets, papers, warnings,
    },
};

/// How many ended deliveries are ended in one go.
const ENDED_AT_ONCE: u32 = 200;

/// A delivery claimed for one try.
pub(super) struct Shipment {
    /// The delivery, this try counted.
    pub delivery: Delivery,
    /// Where it goes.
    pub url: String,
    /// What it is signed with.
    pub secrets: Secrets,
    /// Its bytes.
    pub body: String,
    /// Until when it is claimed.
    pub claimed_until: Timestamp,
}

/// Claims what is due, as far as there is room.
pub(super) async fn take(service: &Coordination, in_all: u32) -> Result<Vec<Shipment>, Error> {
    let now = service.db.clock().now();
    if in_all == 0 || !due::any(&service.db, now).await? {
        return Ok(Vec::new());
    }
    let mut tx = service.db.begin().await?;
    for over in due::ended(&mut tx, ENDED_AT_ONCE).await? {
        tracing::error!(delivery.id = %over.id, warning.id = %over.warning, partner = over.partner,
            "a warning ended before it was delivered");
        move_to(&mut tx, &over, DeliveryState::Expired).await?;
    }
    let room = Room { in_all, per_endpoint: service.delivery.per_endpoint };
    let mut shipments = Vec::new();
    for delivery in due::due(&mut tx, room).await? {
        shipments.extend(claim(service, &mut tx, &delivery).await?);
    }
    tx.commit().await?;
    Ok(shipments)
}

/// Decides anew whether this delivery may go; claims it when it may.
async fn claim(service: &Coordination, tx: &mut Tx, waiting: &Delivery) -> Result<Option<Shipment>, Error> {
    let issued = warnings::version(tx, &waiting.warning, waiting.version).await?;
    let known = papers::partners_within(tx, Some(&waiting.partner)).await?.pop();
    let (Some(issued), Some(known)) = (issued, known) else {
        move_to(tx, waiting, DeliveryState::Withdrawn).await?;
        return Ok(None);
    };
    if crate::domain::item::concerns(issued.warning.status, known.0.exercise) {
        disseminate(service, tx, &issued, &known).await?;
    } else {
        move_to(tx, waiting, DeliveryState::Withdrawn).await?;
    }
    let claimed_until = tx.now().plus(Duration::seconds(LEASE_S));
    if !due::claim(tx, &waiting.id, claimed_until).await? {
        return Ok(None);
    }
    let Some(delivery) = deliveries::find(tx, &waiting.id).await? else { return Ok(None) };
    let Some(secrets) = endpoints::secrets(tx, &delivery.endpoint).await? else { return Ok(None) };
    let url = due::address(tx, &delivery.endpoint).await?;
    let body = deliveries::body(tx, &delivery.id).await?;
    Ok(Some(Shipment { delivery, url, secrets, body, claimed_until }))
}
