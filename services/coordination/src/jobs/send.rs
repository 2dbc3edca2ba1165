//! Sending: claims what is due, posts it, keeps what came of it. No request is made inside a transaction.

use std::{pin::pin, time::Duration};

use contracts::coordination::{Attempt, DeliveryState};
use domain::Timestamp;
use futures::{StreamExt, stream::FuturesUnordered};
use kit::{
    egress::Answer,
    telemetry,
    webhook::{self, Secret, Signers, SigningKey},
};
use rand::Rng;
use tracing::Instrument;
use url::Url;

use super::{
    SEND,
    take::{Shipment, take},
};
use crate::{
    Coordination, Error,
    dissemination::move_to,
    domain::{
        schedule,
        settle::{Answered, Next, Tried},
    },
    store::{attempts, deliveries, due, endpoints},
};

/// How often it is looked for more while something is under way.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Characters of an answer that are kept with a failed try.
const KEPT_CHARS: usize = 200;

/// Sends everything that is due, so many at once and so many to one endpoint as the settings allow.
///
/// # Errors
/// When the store does not answer; what was under way is tried again once its claim has run out.
pub async fn send(service: &Coordination) -> Result<(), Error> {
    let bell = service.db.nudges().of(SEND);
    let mut under_way = FuturesUnordered::new();
    loop {
        let room =
            service.delivery.at_once.saturating_sub(u32::try_from(under_way.len()).unwrap_or(u32::MAX));
        let mut taking = pin!(take(service, room));
        // what is under way goes on meanwhile: it may hold the very connection that taking waits for
        let taken = loop {
            tokio::select! {
                taken = &mut taking => break taken,
                Some(()) = under_way.next() => {}
            }
        };
        match taken {
            Ok(shipments) => under_way.extend(shipments.into_iter().map(|shipment| ship(service, shipment))),
            Err(error) if under_way.is_empty() => return Err(error),
            Err(error) => tracing::warn!(error = telemetry::chain(&error), "no more can be claimed just now"),
        }
        if under_way.is_empty() {
            return Ok(());
        }
        tokio::select! {
            _ = under_way.next() => {}
            () = bell.notified() => {}
            () = service.db.clock().sleep(LOOK_AGAIN) => {}
        }
    }
}

/// One try, in the trace of its undertaking.
async fn ship(service: &Coordination, shipment: Shipment) {
    let delivery = &shipment.delivery;
    let span = tracing::info_span!("coordination.delivery.send", otel.kind = "client", delivery.id = %delivery.id,
        warning.id = %delivery.warning, version = delivery.version, partner = delivery.partner,
        endpoint.id = %delivery.endpoint, attempt = delivery.attempts, status = tracing::field::Empty);
    telemetry::continue_from(&span, delivery.traceparent.as_deref());
    let work = async {
        let started = service.db.clock().now();
        let posted = post(service, &shipment, started).await;
        if let Ok(answer) = &posted {
            tracing::Span::current().record("status", answer.status);
        }
        if let Err(error) = finish(service, &shipment, started, posted).await {
            tracing::error!(
                error = telemetry::chain(&error),
                "what came of a try cannot be kept; it will be tried again"
            );
        }
    };
    work.instrument(span.clone()).await;
}

/// Signs and posts; the text of a failure is for the ledger.
async fn post(service: &Coordination, shipment: &Shipment, now: Timestamp) -> Result<Answer, String> {
    let text = |error: &dyn std::error::Error| telemetry::chain(error);
    let url = Url::parse(&shipment.url).map_err(|error| text(&error))?;
    let secret: Secret = shipment.secrets.secret.parse().map_err(|error: webhook::NotAKey| text(&error))?;
    let key: SigningKey =
        shipment.secrets.signing_key.parse().map_err(|error: webhook::NotAKey| text(&error))?;
    let signers = Signers { secrets: &[secret], keys: &[key] };
    let seconds = now.as_datetime().timestamp();
    let body = shipment.body.as_bytes();
    let signed =
        webhook::headers(signers, shipment.delivery.id.as_str(), seconds, body).map_err(|e| text(&e))?;
    let mut headers = signed.into_pairs();
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    if let Some(trace) = telemetry::traceparent().or_else(|| shipment.delivery.traceparent.clone()) {
        headers.push(("traceparent".to_owned(), trace));
    }
    let posted = service.egress.post(&url, headers, shipment.body.clone().into()).await;
    posted.map_err(|error| text(&error))
}

/// Keeps the try and moves the delivery on.
async fn finish(
    service: &Coordination,
    shipment: &Shipment,
    started: Timestamp,
    posted: Result<Answer, String>,
) -> Result<(), Error> {
    let id = &shipment.delivery.id;
    let mut tx = service.db.begin().await?;
    let (now, took) = (tx.now(), tx.now().since(started));
    let (answered, status, error) = read(posted, now);
    metrics::histogram!("coordination_delivery_seconds", "taken" => if error.is_empty() { "yes" } else { "no" })
        .record(took.as_seconds_f64());
    let duration_ms = took.num_milliseconds().unsigned_abs();
    let number = shipment.delivery.attempts;
    attempts::add(&mut tx, id, &Attempt { number, at: started, duration_ms, status, error: error.clone() })
        .await?;
    let Some(delivery) = deliveries::find(&mut tx, id).await? else { return Ok(()) };
    let tried =
        Tried { state: delivery.state, rank: delivery.rank, attempts: number, expires: delivery.expires };
    let chance = rand::rng().random();
    match tried.settle(&answered, now, chance) {
        Next::Becomes(to, suspends) => {
            move_to(&mut tx, &delivery, to).await?;
            if suspends {
                endpoints::suspend(&mut tx, &delivery.endpoint, &format!("{now}: it answered 410 Gone"))
                    .await?;
                tracing::error!(
                    "an endpoint wants nothing any more; it is suspended and its deliveries wait"
                );
            } else if to == DeliveryState::Exhausted {
                tracing::error!(error, "all tries of a delivery are used up");
            }
        }
        Next::Again(at) => {
            tracing::warn!(error, next_at = %at, "a delivery failed and will be tried again");
            deliveries::wait(&mut tx, id, Some(at)).await?;
        }
        Next::Ends => deliveries::wait(&mut tx, id, None).await?,
        Next::Stays => {}
    }
    due::release(&mut tx, id, shipment.claimed_until).await?;
    Ok(tx.commit().await?)
}

/// What an answer means, its status, and what went wrong.
fn read(posted: Result<Answer, String>, now: Timestamp) -> (Answered, Option<u16>, String) {
    match posted {
        Ok(answer) => {
            let asked = answer.retry_after.as_deref().and_then(|text| schedule::retry_after(text, now));
            let answered = Answered::of(answer.status, asked);
            let head: String = answer.head.chars().take(KEPT_CHARS).collect();
            let error = match (&answered, head.is_empty()) {
                (Answered::Taken, _) => String::new(),
                (_, true) => format!("answered {}", answer.status),
                (_, false) => format!("answered {}: {head}", answer.status),
            };
            (answered, Some(answer.status), error)
        }
        Err(error) => (Answered::Failed, None, error),
    }
}
