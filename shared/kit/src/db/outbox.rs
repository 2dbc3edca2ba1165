//! The outbox: what was said in committed transactions, until the stream has it, and long after.

use contracts::Envelope;
use domain::{EventId, Timestamp};

use super::{Db, Tx};
use crate::{on_db, on_tx};

/// One row to publish.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unsent {
    event_id: EventId,
    aggregate: String,
    subject: String,
    body: String,
    correlation: String,
    causation: Option<String>,
    traceparent: Option<String>,
    said_at: Timestamp,
}

impl Unsent {
    /// Its envelope.
    pub fn envelope(&self) -> Envelope {
        Envelope {
            id: self.event_id.clone(),
            subject: self.subject.clone(),
            aggregate: self.aggregate.clone(),
            time: self.said_at,
            traceparent: self.traceparent.clone(),
            correlation: self.correlation.clone(),
            causation: self.causation.clone(),
        }
    }
    /// Its body.
    pub fn body(&self) -> &str {
        &self.body
    }
}

/// The oldest rows not yet acknowledged by a stream, in the order they were said.
///
/// # Errors
/// When the store cannot be read.
pub async fn unsent(db: &Db, limit: i64) -> Result<Vec<Unsent>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select event_id, aggregate, subject, body, correlation, causation, traceparent, said_at
           from outbox where sent_at is null order by position limit $1"
    )
    .bind(limit)
    .fetch_all(p)
    .await)
}

/// Notes that a stream has acknowledged an event.
///
/// # Errors
/// When the store cannot be written.
pub async fn sent(tx: &mut Tx, id: &EventId, stream: &str, seq: i64) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "update outbox set sent_at = $2, stream = $3, stream_seq = $4 where event_id = $1"
    )
    .bind(id)
    .bind(now)
    .bind(stream)
    .bind(seq)
    .execute(c)
    .await
    .map(|_| ()))
}

/// How many rows wait, and when the oldest was said.
///
/// # Errors
/// When the store cannot be read.
pub async fn backlog(db: &Db) -> Result<(i64, Option<Timestamp>), sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select count(*), min(said_at) from outbox where sent_at is null")
        .fetch_one(p)
        .await)
}

/// Marks for sending again what a stream no longer has: everything beyond `last_seq`, or all when it was made anew.
///
/// Returns how many rows that are.
///
/// # Errors
/// When the store cannot be written.
pub async fn resend_lost(
    tx: &mut Tx,
    stream: &str,
    created: Timestamp,
    last_seq: i64,
) -> Result<u64, sqlx::Error> {
    let seen: Option<(Timestamp,)> =
        on_tx!(tx, |c| sqlx::query_as("select created from stream_seen where stream = $1")
            .bind(stream)
            .fetch_optional(c)
            .await)?;
    let made_anew = seen.is_some_and(|(before,)| before != created);
    let beyond = if made_anew { -1 } else { last_seq };
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into stream_seen (stream, created) values ($1, $2) on conflict (stream) do update set created = excluded.created"
    )
    .bind(stream)
    .bind(created)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    on_tx!(tx, |c| {
        sqlx::query(
        "update outbox set sent_at = null, stream_seq = null where stream = $1 and sent_at is not null and stream_seq > $2"
    )
    .bind(stream)
    .bind(beyond)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })
}
