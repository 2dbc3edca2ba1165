//! The relay: sends what was said, in order, and notices when a stream has lost what it had.

use async_nats::{
    HeaderMap,
    jetstream::{message::PublishMessage, publish::PublishAck},
};
use contracts::{Service, stream};
use domain::EventId;
use futures::StreamExt;

use super::Bus;
use crate::db::{
    Db,
    outbox::{self, Unsent},
};

/// How many messages are under way at once.
const UNDER_WAY: usize = 32;

/// Why sending stopped.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The store does not answer.
    #[error("outbox")]
    Store(#[from] sqlx::Error),
    /// The stream did not acknowledge.
    #[error("event {id} was not acknowledged")]
    Publish {
        /// Which event.
        id: String,
        /// Why.
        #[source]
        source: async_nats::jetstream::context::PublishError,
    },
    /// The key cannot sign.
    #[error("event cannot be signed")]
    Sign(#[from] nkeys::error::Error),
}

/// Sends everything unsent, oldest first, until nothing is left.
pub(crate) async fn send_unsent(bus: &Bus, db: &Db) -> Result<(), SendError> {
    loop {
        let rows = outbox::unsent(db, UNDER_WAY as i64).await?;
        let last = rows.len() < UNDER_WAY;
        send(bus, db, rows).await?;
        if last {
            return Ok(());
        }
    }
}

/// Publishes all, then awaits the acknowledgements in order; stops noting at the first that fails, so that order is kept.
async fn send(bus: &Bus, db: &Db, rows: Vec<Unsent>) -> Result<(), SendError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut under_way = futures::stream::FuturesOrdered::new();
    for row in rows {
        let (envelope, body) = (row.envelope(), row.body()?);
        let signature = bus.identity.sign(&envelope, body.as_bytes())?;
        let mut headers = HeaderMap::new();
        for (name, value) in envelope.headers(&signature) {
            headers.insert(name, value.as_str());
        }
        let message = PublishMessage::build().payload(body.into_owned().into()).headers(headers);
        let sent = bus.jetstream.send_publish(envelope.subject.clone(), message).await;
        under_way.push_back(async move {
            let acknowledged = match sent {
                Ok(acknowledgement) => acknowledgement.await,
                Err(error) => Err(error),
            };
            (envelope.id, acknowledged)
        });
    }
    // nobody else can write while a transaction is open: it is begun when there is nothing left to wait for
    let (mut sent, mut failed) = (Vec::new(), None);
    while let Some((id, acknowledged)) = under_way.next().await {
        match acknowledged {
            Ok(ack) if failed.is_none() => sent.push((id, ack)),
            Ok(_) => {}
            Err(source) => failed = failed.or(Some(SendError::Publish { id: id.to_string(), source })),
        }
    }
    note(db, &sent).await?;
    failed.map_or(Ok(()), Err)
}

/// Notes what the stream has acknowledged.
async fn note(db: &Db, sent: &[(EventId, PublishAck)]) -> Result<(), SendError> {
    if sent.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (id, ack) in sent {
        outbox::sent(&mut tx, id, &ack.stream, ack.sequence as i64).await?;
    }
    Ok(tx.commit().await?)
}

/// Compares this service's stream with what it acknowledged, and sends again what it no longer has.
pub(crate) async fn check_stream(bus: &Bus, db: &Db, of: Service) -> anyhow::Result<()> {
    let name = stream::of(of);
    let info = bus.jetstream.get_stream(name).await?.cached_info().clone();
    let micros = i64::try_from(info.created.unix_timestamp_nanos() / 1000)?;
    let created = chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default().into();
    let mut tx = db.begin().await?;
    let lost = outbox::resend_lost(&mut tx, name, created, info.state.last_sequence as i64).await?;
    if lost > 0 {
        tracing::error!(stream = name, lost, "the stream went backwards; what it lost is sent again");
        metrics::counter!("bus_stream_regress_total", "stream" => name).increment(1);
        tx.nudge(crate::db::RELAY);
    }
    tx.commit().await?;
    Ok(())
}

/// Has sent again what this service said and its stream has dropped for its age, for a service that starts on an empty store or
/// an old one. Those who heard it before pass it over. Returns how many events that are.
pub(crate) async fn say_again(bus: &Bus, db: &Db, of: Service) -> anyhow::Result<u64> {
    let name = stream::of(of);
    let info = bus.jetstream.get_stream(name).await?.cached_info().clone();
    let mut tx = db.begin().await?;
    let aged = outbox::resend_aged(&mut tx, name, info.state.first_sequence as i64).await?;
    tx.nudge(crate::db::RELAY);
    tx.commit().await?;
    Ok(aged)
}
