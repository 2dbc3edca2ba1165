//! Deciding what of a warning goes to an organisation, and keeping its deliveries true to the decision. The one path, whether
//! a warning is heard, a paper changes or a delivery is about to be sent.

use contracts::{
    cap,
    coordination::{DeliveryMoved, DeliveryState, Endpoint, Organisation, ReleaseDecided},
};
use domain::{
    DecisionId, DeliveryId, Partner,
    release::{self, Decision},
    warning::MessageType,
};
use kit::Tx;

use crate::{
    Coordination, Error,
    domain::{item, payload, redact::Released, schedule::Rank},
    jobs,
    store::{decisions, deliveries, deliveries::Delivery, endpoints, papers, warnings, warnings::Issued},
};

/// An organisation with all that the release rule must know of it.
pub(crate) type Known = (Organisation, Partner);

/// What is to be delivered to an organisation.
struct Parcel {
    body: String,
    retraction: bool,
}

/// Decides on every live warning anew for one organisation: something that decisions rest on has changed.
pub(crate) async fn reconsider(service: &Coordination, tx: &mut Tx, key: &str) -> Result<(), Error> {
    let Some(known) = papers::partners_within(tx, Some(key)).await?.pop() else { return Ok(()) };
    for issued in warnings::live(tx).await? {
        disseminate(service, tx, &issued, &known).await?;
    }
    Ok(())
}

/// Decides what of a version goes to an organisation, says so where that is new, and makes, mends or withdraws deliveries.
pub(crate) async fn disseminate(
    service: &Coordination,
    tx: &mut Tx,
    issued: &Issued,
    (organisation, partner): &Known,
) -> Result<(), Error> {
    let warning = &issued.warning;
    if !item::concerns(warning.status, organisation.exercise) {
        return Ok(());
    }
    tx.continue_trace(issued.traceparent.clone());
    let decision = release::decide(&item::item(warning, &service.purpose), partner, tx.now().day());
    let key = organisation.key.as_str();
    let version = warning.version.to_string();
    let decided = ReleaseDecided {
        id: DecisionId::derived(&[warning.id.as_str(), &version, key]),
        warning: warning.id.clone(),
        version: warning.version,
        partner: key.to_owned(),
        decision,
        at: tx.now(),
    };
    record(tx, &decided).await?;
    match parcel(service, tx, issued, &decided).await? {
        Some(parcel) => deliver(tx, issued, &decided, &parcel).await,
        None => withdraw(tx, &decided).await,
    }
}

/// Keeps a decision unless the very same was made before, and says it where it comes to something else.
async fn record(tx: &mut Tx, decided: &ReleaseDecided) -> Result<(), Error> {
    let before = decisions::find(tx, &decided.id).await?.map(|before| before.said.decision);
    if before.as_ref() == Some(&decided.decision) {
        return Ok(());
    }
    decisions::put(tx, decided).await?;
    if before.is_some_and(|before| same(&before, &decided.decision)) {
        return Ok(()); // a later step found other facts: kept, but nothing changes for anybody
    }
    tx.say(decided).await?;
    tracing::info!(warning.id = %decided.warning, version = decided.version, partner = decided.partner,
        outcome = %decided.decision.outcome, reason = decided.decision.reason(), "release decided");
    metrics::counter!("coordination_decisions_total", "outcome" => decided.decision.outcome.as_str())
        .increment(1);
    Ok(())
}

fn same(a: &Decision, b: &Decision) -> bool {
    (a.outcome, &a.transforms, a.precision_floor, a.reason())
        == (b.outcome, &b.transforms, b.precision_floor, b.reason())
}

/// What is to be delivered; `None` when nothing is.
///
/// A cancellation goes to those who have or may have an earlier version, and to nobody else. Where such an organisation may
/// no longer be told of the content, it is told without content that what it holds is taken back.
async fn parcel(
    service: &Coordination,
    tx: &mut Tx,
    issued: &Issued,
    decided: &ReleaseDecided,
) -> Result<Option<Parcel>, Error> {
    let (warning, key) = (&issued.warning, decided.partner.as_str());
    let cancels = warning.message_type == MessageType::Cancel;
    if let Some(released) = Released::of(warning, &decided.decision) {
        if cancels && !decisions::may_have(tx, &warning.id, key, warning.version).await? {
            return Ok(None);
        }
        let cap = cap::render(released.warning(), &service.cap_sender);
        return Ok(Some(Parcel { body: payload::body(&released, issued.sent, &cap)?, retraction: false }));
    }
    if cancels && decisions::was_reached(tx, &warning.id, key, warning.version).await? {
        return Ok(Some(Parcel { body: payload::retraction(warning, issued.sent)?, retraction: true }));
    }
    Ok(None)
}

/// Makes a delivery to every active endpoint, or mends the one that is there; none where a newer version is known.
async fn deliver(
    tx: &mut Tx,
    issued: &Issued,
    decided: &ReleaseDecided,
    parcel: &Parcel,
) -> Result<(), Error> {
    let newest = warnings::latest(&mut *tx, &decided.warning).await?;
    if newest.is_some_and(|newest| newest.warning.version > decided.version) {
        return Ok(());
    }
    for endpoint in endpoints::list(&mut *tx, Some(&decided.partner)).await? {
        if !endpoint.active {
            continue;
        }
        let delivery = made(issued, decided, parcel, &endpoint);
        if deliveries::add(tx, &delivery, &parcel.body).await? {
            say_moved(tx, &delivery, DeliveryState::Pending).await?;
        } else if let Some(there) = deliveries::find(tx, &delivery.id).await? {
            mend(tx, &there, &delivery, &parcel.body).await?;
        }
        tx.nudge(jobs::SEND);
    }
    Ok(())
}

fn made(issued: &Issued, decided: &ReleaseDecided, parcel: &Parcel, endpoint: &Endpoint) -> Delivery {
    let version = decided.version.to_string();
    let parts = [decided.warning.as_str(), &version, &decided.partner, endpoint.id.as_str()];
    Delivery {
        id: DeliveryId::derived(&parts),
        decision: decided.id.clone(),
        warning: decided.warning.clone(),
        version: decided.version,
        partner: decided.partner.clone(),
        endpoint: endpoint.id.clone(),
        rank: Rank::of(issued.warning.severity),
        state: DeliveryState::Pending,
        made_under: decided.decision.clone(),
        retraction: parcel.retraction,
        attempts: 0,
        next_at: None,
        expires: issued.warning.expires,
        transported_at: None,
        traceparent: issued.traceparent.clone(),
    }
}

/// Brings a delivery that is there in line with what may go now. One body goes under one id: a body that was tried and may
/// no longer go is withdrawn, not changed.
async fn mend(tx: &mut Tx, there: &Delivery, now: &Delivery, body: &str) -> Result<(), Error> {
    if there.state == DeliveryState::Withdrawn && deliveries::revive(tx, now, body).await? {
        return say_moved(tx, now, DeliveryState::Pending).await;
    }
    if there.state != DeliveryState::Pending || deliveries::body(tx, &there.id).await? == body {
        return Ok(());
    }
    let written = deliveries::rewrite(tx, &there.id, body, &now.made_under).await?;
    if !written && !still_covered(&there.made_under, &now.made_under) {
        return move_to(tx, there, DeliveryState::Withdrawn).await;
    }
    Ok(())
}

/// Whether what was made under the old decision shows nothing that the new one leaves out.
fn still_covered(old: &Decision, new: &Decision) -> bool {
    new.releases() && new.transforms.is_subset(&old.transforms) && new.precision_floor <= old.precision_floor
}

/// Withdraws what waits of a version that may no longer go.
async fn withdraw(tx: &mut Tx, decided: &ReleaseDecided) -> Result<(), Error> {
    for delivery in deliveries::to_partner(tx, &decided.warning, &decided.partner).await? {
        if delivery.version == decided.version && delivery.state == DeliveryState::Pending {
            move_to(tx, &delivery, DeliveryState::Withdrawn).await?;
        }
    }
    Ok(())
}

/// Ends the wait of a delivery and says so.
pub(crate) async fn move_to(tx: &mut Tx, delivery: &Delivery, to: DeliveryState) -> Result<(), Error> {
    if deliveries::end(tx, &delivery.id, delivery.state, to).await? {
        say_moved(tx, delivery, to).await?;
    }
    Ok(())
}

/// Says where a delivery now stands, in the delivery's own trace.
pub(crate) async fn say_moved(tx: &mut Tx, delivery: &Delivery, state: DeliveryState) -> Result<(), Error> {
    let current = tx.traceparent().map(str::to_owned);
    tx.continue_trace(delivery.traceparent.clone());
    let moved = DeliveryMoved {
        delivery: delivery.id.clone(),
        warning: delivery.warning.clone(),
        version: delivery.version,
        partner: delivery.partner.clone(),
        state,
        at: tx.now(),
    };
    tx.say(&moved).await?;
    tx.continue_trace(current);
    metrics::counter!("coordination_deliveries_total", "state" => state.as_str()).increment(1);
    Ok(())
}
