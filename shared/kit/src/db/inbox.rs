//! The inbox: what was heard, so that hearing it twice has one effect; and the dead letters, what could not be handled.

use contracts::{Envelope, envelope, operations::DeadLetter};
use domain::{EventId, Timestamp};

use super::{Db, Tx};
use crate::{on_db, on_tx};

/// Whether a message is new to a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was not heard before; it is now, if the transaction commits.
    New,
    /// It was heard before, with the same body.
    Before,
    /// Its id was heard before with another body: somebody tampers, or a producer errs.
    OtherBody,
}

/// Notes that a consumer hears this message.
///
/// # Errors
/// When the store does not answer.
pub async fn hear(
    tx: &mut Tx,
    consumer: &str,
    envelope: &Envelope,
    seq: i64,
    body: &[u8],
) -> Result<Heard, sqlx::Error> {
    let digest = envelope::digest(body);
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into inbox (consumer, event_id, stream_seq, body_sha256, outcome, at) values ($1, $2, $3, $4, 'done', $5)
         on conflict (consumer, event_id) do nothing"
    )
    .bind(consumer)
    .bind(&envelope.id)
    .bind(seq)
    .bind(&digest)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows == 1 {
        return Ok(Heard::New);
    }
    let (before,): (String,) = on_tx!(tx, |c| sqlx::query_as(
        "select body_sha256 from inbox where consumer = $1 and event_id = $2"
    )
    .bind(consumer)
    .bind(&envelope.id)
    .fetch_one(c)
    .await)?;
    Ok(if before == digest { Heard::Before } else { Heard::OtherBody })
}

/// A message that could not be handled, as it came.
#[derive(Clone, Debug)]
pub struct Undelivered {
    /// Its event id; derived from its bytes when it has none.
    pub id: EventId,
    /// The consumer that gives it up.
    pub consumer: String,
    /// The subject it came under.
    pub subject: String,
    /// Its headers.
    pub headers: serde_json::Map<String, serde_json::Value>,
    /// Its body as text.
    pub body: String,
    /// Why it could not be handled.
    pub reason: String,
    /// How often it was tried.
    pub tries: i64,
}

/// Keeps a dead letter, says so on the bus, and notes in the inbox that it is dead.
///
/// # Errors
/// When the store cannot be written.
pub async fn bury(tx: &mut Tx, service: &str, dead: &Undelivered) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into inbox (consumer, event_id, stream_seq, body_sha256, outcome, at) values ($1, $2, 0, $3, 'dead', $4)
         on conflict (consumer, event_id) do update set outcome = 'dead'"
    )
    .bind(&dead.consumer)
    .bind(&dead.id)
    .bind(envelope::digest(dead.body.as_bytes()))
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into dead_letter (consumer, event_id, subject, headers, body, reason, tries, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (consumer, event_id) do update set reason = excluded.reason, tries = dead_letter.tries + excluded.tries,
                at = excluded.at, replay_at = null, resolved_at = null, resolution = ''"
    )
    .bind(&dead.consumer)
    .bind(&dead.id)
    .bind(&dead.subject)
    .bind(sqlx::types::Json(&dead.headers))
    .bind(&dead.body)
    .bind(&dead.reason)
    .bind(dead.tries)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    let copy = serde_json::json!({ "subject": dead.subject, "event": dead.id, "reason": dead.reason, "tries": dead.tries });
    let id = EventId::derived(&[service, &dead.consumer, dead.id.as_str(), &now.to_string()]);
    tx.put(super::tx::Said {
        id: &id,
        aggregate: dead.id.to_string(),
        subject: contracts::subject::dead_letter(service, &dead.consumer),
        body: copy.to_string(),
    })
    .await
}

#[derive(sqlx::FromRow)]
struct DeadRow {
    event_id: EventId,
    consumer: String,
    subject: String,
    headers: sqlx::types::Json<serde_json::Map<String, serde_json::Value>>,
    reason: String,
    tries: i64,
    body: String,
    at: Timestamp,
}

impl DeadRow {
    fn undelivered(self) -> Undelivered {
        Undelivered {
            id: self.event_id,
            consumer: self.consumer,
            subject: self.subject,
            headers: self.headers.0,
            body: self.body,
            reason: self.reason,
            tries: self.tries,
        }
    }
}

/// Dead letters that wait for someone, oldest first, 500 at most.
///
/// # Errors
/// When the store cannot be read.
pub async fn dead_letters(db: &Db) -> Result<Vec<DeadLetter>, sqlx::Error> {
    let rows: Vec<DeadRow> = on_db!(db, |p| sqlx::query_as(
        "select event_id, consumer, subject, headers, reason, tries, body, at from dead_letter
          where resolved_at is null order by at, event_id limit 500"
    )
    .fetch_all(p)
    .await)?;
    let letter = |row: DeadRow| DeadLetter {
        event: row.event_id,
        consumer: row.consumer,
        subject: row.subject,
        reason: row.reason,
        tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
        body: row.body,
        at: row.at,
        resolved_at: None,
        resolution: String::new(),
    };
    Ok(rows.into_iter().map(letter).collect())
}

/// How many dead letters wait.
///
/// # Errors
/// When the store cannot be read.
pub async fn count_dead(db: &Db) -> Result<i64, sqlx::Error> {
    let (count,): (i64,) =
        on_db!(db, |p| sqlx::query_as("select count(*) from dead_letter where resolved_at is null")
            .fetch_one(p)
            .await)?;
    Ok(count)
}

/// Asks for a waiting dead letter to be handled again; `false` when none waits under this id.
///
/// # Errors
/// When the store cannot be written.
pub async fn ask_replay(tx: &mut Tx, id: &EventId) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update dead_letter set replay_at = $2 where event_id = $1 and resolved_at is null"
    )
    .bind(id)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// Gives a waiting dead letter up for good; `false` when none waits under this id.
///
/// # Errors
/// When the store cannot be written.
pub async fn discard(tx: &mut Tx, id: &EventId, resolution: &str) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update dead_letter set resolved_at = $2, resolution = $3, replay_at = null where event_id = $1 and resolved_at is null"
    )
    .bind(id)
    .bind(now)
    .bind(resolution)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows > 0)
}

/// Dead letters someone asked to be handled again.
///
/// # Errors
/// When the store cannot be read.
pub async fn to_replay(db: &Db) -> Result<Vec<Undelivered>, sqlx::Error> {
    let rows: Vec<DeadRow> = on_db!(db, |p| sqlx::query_as(
        "select event_id, consumer, subject, headers, reason, tries, body, at from dead_letter
          where replay_at is not null and resolved_at is null order by at, event_id limit 100"
    )
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(DeadRow::undelivered).collect())
}

/// Notes that a dead letter was handled after all.
///
/// # Errors
/// When the store cannot be written.
pub async fn replayed(tx: &mut Tx, dead: &Undelivered) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("update inbox set outcome = 'done' where consumer = $1 and event_id = $2")
        .bind(&dead.consumer)
        .bind(&dead.id)
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, |c| {
        sqlx::query(
        "update dead_letter set resolved_at = $3, resolution = 'replayed', replay_at = null where consumer = $1 and event_id = $2"
    )
    .bind(&dead.consumer)
    .bind(&dead.id)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })
}
