//! The outbox: what was said in committed transactions, until the stream has it, and long after.

use std::borrow::Cow;

use contracts::Envelope;
use domain::{EventId, Timestamp};

use super::{Db, Tx, packed::Kept};
use crate::{on_db, on_tx};

/// One row to publish.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unsent {
    event_id: EventId,
    aggregate: String,
    subject: String,
    #[sqlx(flatten)]
    kept: Kept,
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
    ///
    /// # Errors
    /// When what the store keeps of it is damaged.
    pub fn body(&self) -> Result<Cow<'_, str>, sqlx::Error> {
        self.kept.body()
    }
}

/// The oldest rows not yet acknowledged by a stream, in the order they were said.
///
/// # Errors
/// When the store cannot be read.
pub async fn unsent(db: &Db, limit: i64) -> Result<Vec<Unsent>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as(
        "select o.event_id, o.aggregate, o.subject, o.body, o.packed, o.correlation, o.causation, o.traceparent, o.said_at
           from outbox_waiting w join outbox o on o.event_id = w.event_id order by w.position limit $1"
    )
    .bind(limit)
    .fetch_all(p)
    .await
    })
}

/// Notes that a stream has acknowledged an event.
///
/// # Errors
/// When the store cannot be written.
pub async fn sent(tx: &mut Tx, id: &EventId, stream: &str, seq: i64) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("delete from outbox_waiting where event_id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query(
        "insert into outbox_sent_as (event_id, stream, stream_seq, sent_at) values ($1, $2, $3, $4)
         on conflict (event_id) do update set
            stream = excluded.stream, stream_seq = excluded.stream_seq, sent_at = excluded.sent_at"
    )
    .bind(id)
    .bind(stream)
    .bind(seq)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// How many rows wait, and when the oldest was said.
///
/// # Errors
/// When the store cannot be read.
pub async fn backlog(db: &Db) -> Result<(i64, Option<Timestamp>), sqlx::Error> {
    let (waiting, oldest): (i64, Option<i64>) =
        on_db!(db, |p| sqlx::query_as("select count(*), min(position) from outbox_waiting")
            .fetch_one(p)
            .await)?;
    // a position is the microseconds of its moment
    let said_at = oldest.and_then(chrono::DateTime::from_timestamp_micros).map(Timestamp::from);
    Ok((waiting, said_at))
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
    wait_again(tx, stream, (beyond + 1, i64::MAX)).await
}

/// Marks for sending again what a stream has dropped for its age: everything before `first_seq`.
///
/// Returns how many rows that are.
///
/// # Errors
/// When the store cannot be written.
pub async fn resend_aged(tx: &mut Tx, stream: &str, first_seq: i64) -> Result<u64, sqlx::Error> {
    wait_again(tx, stream, (0, first_seq - 1)).await
}

/// Lets everything wait again that a stream had from one message to another, both included.
async fn wait_again(tx: &mut Tx, stream: &str, (from, to): (i64, i64)) -> Result<u64, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into outbox_waiting (event_id, position)
         select o.event_id, o.position from outbox_sent_as s join outbox o on o.event_id = s.event_id
          where s.stream = $1 and s.stream_seq between $2 and $3
         on conflict (event_id) do nothing"
    )
    .bind(stream)
    .bind(from)
    .bind(to)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query(
        "delete from outbox_sent_as where stream = $1 and stream_seq between $2 and $3"
    )
    .bind(stream)
    .bind(from)
    .bind(to)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))
}

/// Takes up what a program of before said into this store while this one was away: it noted nothing beside the outbox.
///
/// # Errors
/// When the store cannot be written.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into outbox_waiting (event_id, position)
         select o.event_id, o.position from outbox o
          where o.sent_at is null
            and not exists (select 1 from outbox_sent_as s where s.event_id = o.event_id)
            and not exists (select 1 from outbox_waiting w where w.event_id = o.event_id)"
    )
    .execute(c)
    .await
    .map(|_| ()))
}
