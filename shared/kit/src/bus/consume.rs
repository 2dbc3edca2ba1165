//! Hearing: durable pull consumers. The transaction is opened here, the inbox checked, the service's function called, the
//! message's id recorded and all committed; then the message is acknowledged. So every effect happens once.

use std::{ops::Deref, sync::Arc, time::Duration};

use async_nats::jetstream::{AckKind, Message, consumer::PullConsumer};
use contracts::{Envelope, Failure, Service, envelope::header};
use domain::EventId;
use futures::TryStreamExt;
use tracing::Instrument;

use super::{
    Bus,
    handler::{Failed, HearAny},
};
use crate::{
    db::{
        Db, Origin,
        inbox::{self, Undelivered},
    },
    lifecycle::Group,
    telemetry,
};

/// An event that was heard, with its envelope.
#[derive(Clone, Debug)]
pub struct Heard<E> {
    /// What happened.
    pub event: E,
    /// What is known of the message.
    pub envelope: Envelope,
}
impl<E> Deref for Heard<E> {
    type Target = E;
    fn deref(&self) -> &E {
        &self.event
    }
}

/// What one service does with one type of event.
pub(crate) struct Hearing<S> {
    pub filter: String,
    pub base: &'static str,
    pub hear: Arc<dyn HearAny<S>>,
}

impl<S> Clone for Hearing<S> {
    fn clone(&self) -> Self {
        Self { filter: self.filter.clone(), base: self.base, hear: Arc::clone(&self.hear) }
    }
}

/// One durable consumer: what a service hears of one stream.
pub(crate) struct Consumer<S> {
    pub of: Service,
    pub stream: &'static str,
    pub hearings: Vec<Hearing<S>>,
    pub max_tries: i64,
}

/// How a message ended.
enum End {
    Done,
    Again(Duration),
    Dead,
}

/// Hears until the group stops; connects anew whenever the stream of messages breaks.
pub(crate) async fn consume<S: Send + Sync + 'static>(
    bus: Bus,
    db: Db,
    service: Arc<S>,
    consumer: Consumer<S>,
    group: Group,
) {
    while !group.is_stopping() {
        if let Err(error) = consume_while_connected(&bus, &db, &*service, &consumer, &group).await {
            tracing::warn!(stream = consumer.stream, %error, "cannot hear just now");
        }
        tokio::select! {
            () = group.stopping() => {}
            () = bus.clock.sleep(Duration::from_millis(500)) => {}
        }
    }
}

async fn consume_while_connected<S: Send + Sync + 'static>(
    bus: &Bus,
    db: &Db,
    service: &S,
    consumer: &Consumer<S>,
    group: &Group,
) -> Result<(), async_nats::Error> {
    let stream = bus.jetstream.get_stream_no_info(consumer.stream).await?;
    let pull: PullConsumer = stream.get_consumer(consumer.of.as_str()).await?;
    let mut messages =
        pull.stream().max_messages_per_batch(64).heartbeat(Duration::from_secs(5)).messages().await?;
    loop {
        let message = tokio::select! {
            () = group.stopping() => return Ok(()),
            message = messages.try_next() => message?,
        };
        let Some(message) = message else { return Ok(()) };
        let end = hear(bus, db, service, consumer, &message).await;
        let ack = match end {
            End::Done => message.double_ack().await,
            End::Again(delay) => message.ack_with(AckKind::Nak(Some(delay))).await,
            End::Dead => message.ack_with(AckKind::Term).await,
        };
        if let Err(error) = ack {
            tracing::warn!(stream = consumer.stream, %error, "an acknowledgement was lost; the message will come again");
        }
    }
}

async fn hear<S: Send + Sync>(
    bus: &Bus,
    db: &Db,
    service: &S,
    consumer: &Consumer<S>,
    message: &Message,
) -> End {
    let (seq, tries) = message.info().map_or((0, 1), |info| (info.stream_sequence as i64, info.delivered));
    let headers = headers(message);
    let get = |name: &str| headers.get(name).and_then(serde_json::Value::as_str);
    let span = tracing::info_span!("bus.message.hear", otel.name = format!("{} hears {}", consumer.of, message.subject),
        service = %consumer.of, subject = %message.subject, event.id = get(header::ID), tries, outcome = tracing::field::Empty);
    telemetry::continue_from(&span, get(header::TRACEPARENT));
    let started = bus.clock.now();
    let end = async {
        let Err(failed) = hear_once(bus, db, service, consumer, (message, seq, &get)).await else {
            return End::Done;
        };
        if failed.failure.is_transient() && tries < consumer.max_tries {
            tracing::warn!(error = failed.log, tries, "will be tried again");
            return End::Again(Duration::from_secs((1_u64 << tries.clamp(1, 6).unsigned_abs()) / 2));
        }
        match bury(db, consumer, message, (&failed, tries), &headers).await {
            Ok(()) => End::Dead,
            Err(error) => {
                tracing::error!(%error, "a dead letter could not be kept; the message stays on the stream");
                End::Again(Duration::from_secs(30))
            }
        }
    }
    .instrument(span.clone())
    .await;
    let outcome = match end {
        End::Done => "done",
        End::Again(_) => "again",
        End::Dead => "dead",
    };
    span.record("outcome", outcome);
    let took = bus.clock.now().since(started).num_microseconds().unwrap_or(0) as f64 / 1e6;
    metrics::histogram!("bus_hear_seconds", "service" => consumer.of.as_str(), "outcome" => outcome)
        .record(took);
    span.in_scope(|| tracing::info!(service = %consumer.of, subject = %message.subject, outcome, ms = took * 1e3, "heard"));
    end
}

async fn hear_once<'m, S: Send + Sync>(
    bus: &Bus,
    db: &Db,
    service: &S,
    consumer: &Consumer<S>,
    (message, seq, get): (&Message, i64, &impl Fn(&str) -> Option<&'m str>),
) -> Result<(), Failed> {
    let body: &[u8] = &message.payload;
    let envelope = Envelope::read(&message.subject, get)
        .map_err(|failure| Failed { log: failure.detail.clone(), failure })?;
    bus.trust.check(&envelope, body, get(header::SIGNATURE)).map_err(|distrust| {
        metrics::counter!("bus_distrusted_total", "service" => consumer.of.as_str()).increment(1);
        tracing::error!(subject = envelope.subject, %distrust, "a message is not believed");
        Failed { failure: Failure::invalid(format!("security: {distrust}")), log: distrust.to_string() }
    })?;
    let hearing = hearing(consumer, &envelope.subject)?;
    let mut tx = db.begin_from(Origin::heard(&envelope)).await.map_err(store)?;
    match inbox::hear(&mut tx, consumer.stream, &envelope, seq, body).await.map_err(store)? {
        inbox::Heard::Before => return Ok(()),
        inbox::Heard::OtherBody => {
            return Err(Failed {
                failure: Failure::invalid("security: this id was heard before with another body"),
                log: "this id was heard before with another body".into(),
            });
        }
        inbox::Heard::New => {}
    }
    hearing.hear.hear(service, &mut tx, (&envelope, body)).await?;
    tx.commit().await.map_err(store)
}

fn hearing<'a, S>(consumer: &'a Consumer<S>, subject: &str) -> Result<&'a Hearing<S>, Failed> {
    let fits = |hearing: &&Hearing<S>| {
        subject.strip_prefix(hearing.base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    consumer.hearings.iter().find(fits).ok_or_else(|| Failed {
        failure: Failure::invalid(format!("nothing here hears {subject}")),
        log: format!("nothing here hears {subject}"),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn store(error: sqlx::Error) -> Failed {
    Failed { failure: Failure::unavailable("the store does not answer"), log: telemetry::chain(&error) }
}

fn headers(message: &Message) -> serde_json::Map<String, serde_json::Value> {
    let all = message.headers.iter().flat_map(async_nats::HeaderMap::iter);
    all.filter_map(|(name, values)| Some((name.to_string(), values.first()?.as_str().into()))).collect()
}

async fn bury<S>(
    db: &Db,
    consumer: &Consumer<S>,
    message: &Message,
    (failed, tries): (&Failed, i64),
    headers: &serde_json::Map<String, serde_json::Value>,
) -> Result<(), sqlx::Error> {
    let body = String::from_utf8_lossy(&message.payload).into_owned();
    let id = headers.get(header::ID).and_then(|id| id.as_str()?.parse().ok());
    let dead = Undelivered {
        id: id.unwrap_or_else(|| EventId::derived(&[&message.subject, &body])),
        consumer: consumer.stream.to_owned(),
        subject: message.subject.to_string(),
        headers: headers.clone(),
        body,
        reason: if failed.log == failed.failure.detail {
            failed.log.clone()
        } else {
            format!("{} ({})", failed.failure.detail, failed.log)
        },
        tries,
    };
    tracing::error!(event.id = %dead.id, subject = dead.subject, reason = dead.reason, tries, "a message goes to the dead letters");
    metrics::counter!("bus_dead_letters_total", "service" => consumer.of.as_str()).increment(1);
    let mut tx = db.begin().await?;
    inbox::bury(&mut tx, consumer.of.as_str(), &dead).await?;
    tx.commit().await
}

/// Handles once more what someone asked to be replayed.
pub(crate) async fn replay_dead_letters<S: Send + Sync>(
    bus: &Bus,
    db: &Db,
    service: &S,
    consumers: &[Consumer<S>],
) -> Result<(), sqlx::Error> {
    for mut dead in inbox::to_replay(db).await? {
        let Some(consumer) = consumers.iter().find(|c| c.stream == dead.consumer) else { continue };
        let Err(failed) = replay_one(bus, db, service, consumer, &dead).await else {
            tracing::info!(event.id = %dead.id, "a dead letter was handled after all");
            continue;
        };
        tracing::warn!(event.id = %dead.id, error = failed.log, "a dead letter failed again");
        (dead.reason, dead.tries) = (failed.log, 1);
        let mut tx = db.begin().await?;
        inbox::bury(&mut tx, consumer.of.as_str(), &dead).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn replay_one<S: Send + Sync>(
    bus: &Bus,
    db: &Db,
    service: &S,
    consumer: &Consumer<S>,
    dead: &Undelivered,
) -> Result<(), Failed> {
    let get = |name: &str| dead.headers.get(name).and_then(serde_json::Value::as_str);
    let envelope = Envelope::read(&dead.subject, get)
        .map_err(|failure| Failed { log: failure.detail.clone(), failure })?;
    bus.trust.check(&envelope, dead.body.as_bytes(), get(header::SIGNATURE)).map_err(|distrust| Failed {
        failure: Failure::invalid(format!("security: {distrust}")),
        log: distrust.to_string(),
    })?;
    let mut tx = db.begin_from(Origin::heard(&envelope)).await.map_err(store)?;
    hearing(consumer, &envelope.subject)?
        .hear
        .hear(service, &mut tx, (&envelope, dead.body.as_bytes()))
        .await?;
    inbox::replayed(&mut tx, dead).await.map_err(store)?;
    tx.commit().await.map_err(store)
}
