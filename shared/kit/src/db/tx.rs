//! A write transaction: rows and the events that announce them commit together or not at all.

use std::sync::{Arc, atomic::AtomicI64, atomic::Ordering};

use contracts::{Envelope, Event};
use domain::{EventId, Timestamp};
use sqlx::{Postgres, Sqlite, Transaction};

use super::{Db, packed::Kept};
use crate::{clock::Clock, nudge::Nudges, telemetry};

/// The name of the job that sends what was said.
pub const RELAY: &str = "outbox";

/// The largest body that is said: what a stream takes, less room for its headers.
pub const MAX_BODY_BYTES: usize = contracts::stream::MAX_MESSAGE_BYTES as usize - 8 * 1024;

/// How far a transaction goes after a moment that was written ahead of its clock. Clocks that are kept in time differ by less.
pub const FOLLOWED: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// The connection behind a transaction; reached through [`on_tx!`](crate::on_tx).
#[derive(Debug)]
pub enum Connection {
    /// SQLite, begun immediate.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// What a transaction comes from: the trace it belongs to and the event that caused it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// The id that all events of one undertaking share; a new one when `None`.
    pub correlation: Option<String>,
    /// The event that caused it.
    pub causation: Option<String>,
}

impl Origin {
    /// The trace of the current span; no cause.
    pub fn current() -> Self {
        Self { traceparent: telemetry::traceparent(), ..Self::default() }
    }
    /// A message that was heard; the trace of the current span, which hangs below the message's.
    pub fn heard(envelope: &Envelope) -> Self {
        Self {
            traceparent: telemetry::traceparent().or_else(|| envelope.traceparent.clone()),
            correlation: Some(envelope.correlation.clone()),
            causation: Some(envelope.id.to_string()),
        }
    }
}

/// A write transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    connection: Connection,
    now: Timestamp,
    clock: Clock,
    origin: Origin,
    nudges: Nudges,
    to_nudge: Vec<&'static str>,
    last_position: Arc<AtomicI64>,
}

impl Tx {
    pub(super) fn new(connection: Connection, db: &Db, origin: Origin) -> Self {
        Self {
            connection,
            now: db.clock.now(),
            clock: db.clock.clone(),
            origin,
            nudges: db.nudges.clone(),
            to_nudge: Vec::new(),
            last_position: Arc::clone(&db.last_position),
        }
    }
    /// The moment of this transaction: everything in it happens then.
    pub fn now(&self) -> Timestamp {
        self.now
    }
    /// Takes the moment anew, right after a lock was taken that another transaction may have held: whatever this one writes from
    /// now on lies behind what that one wrote. On SQLite a transaction begins with the lock, and its moment stays.
    pub fn renew(&mut self) {
        if matches!(self.connection, Connection::Postgres(_)) {
            self.now = self.now.max(self.clock.now());
        }
    }
    /// Takes a moment behind that of the transaction that held the lock before, where this one lies before it: the clock of another
    /// instance may run ahead, or this one was set back. By [`FOLLOWED`] at most: behind a clock that was plainly wrong everything would be
    /// dated as wrongly until that moment has come, so that the own moment stays.
    pub fn follow(&mut self, last: Timestamp) {
        if last <= self.now {
            return;
        }
        if last.since(self.now) > FOLLOWED {
            let (written, now) = (last.to_string(), self.now.to_string());
            tracing::error!(
                written,
                now,
                "what was written last lies far ahead: the clock of an instance was wrong, or this one is"
            );
            metrics::counter!("store_moments_ahead_total").increment(1);
            return;
        }
        self.now = last.plus(chrono::TimeDelta::microseconds(1));
    }
    /// The trace it belongs to, to be stored with work that is done later.
    pub fn traceparent(&self) -> Option<&str> {
        self.origin.traceparent.as_deref()
    }
    /// Continues the trace of work stored earlier, so that one undertaking is one trace.
    pub fn continue_trace(&mut self, traceparent: Option<String>) {
        if traceparent.is_some() {
            self.origin.traceparent = traceparent;
        }
    }
    /// The connection, for [`on_tx!`](crate::on_tx).
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Says an event once this transaction commits.
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub async fn say<E: Event>(&mut self, event: &E) -> Result<EventId, sqlx::Error> {
        let id = EventId::generate(self.now);
        self.say_as(&id, event).await?;
        Ok(id)
    }

    /// Says an event under an id of its own; saying it twice under the same id says it once.
    ///
    /// # Errors
    /// When the outbox cannot be written, or the event is larger than a stream takes.
    pub async fn say_as<E: Event>(&mut self, id: &EventId, event: &E) -> Result<(), sqlx::Error> {
        let body = serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        self.put(Said { id, aggregate: event.aggregate(), subject: event.subject(), body }).await
    }

    /// Says an event whose body is written already, under an id of its own: `body` is what `serde_json` makes of such an event.
    /// It spares writing again what was written for the store.
    ///
    /// # Errors
    /// As [`Tx::say_as`].
    pub async fn say_written<E: Event>(
        &mut self,
        id: &EventId,
        (aggregate, body): (&str, String),
    ) -> Result<(), sqlx::Error> {
        const { assert!(!E::BY_COUNTRY, "the subject of an event by country follows from the event") };
        self.put(Said { id, aggregate: aggregate.to_owned(), subject: E::SUBJECT.to_owned(), body }).await
    }

    pub(crate) async fn put(&mut self, said: Said<'_>) -> Result<(), sqlx::Error> {
        if said.body.len() > MAX_BODY_BYTES {
            // in the outbox it would hold up everything said after it
            let (bytes, subject) = (said.body.len(), said.subject);
            let why = format!("{subject} has {bytes} bytes and a stream takes {MAX_BODY_BYTES} at most");
            return Err(sqlx::Error::Encode(why.into()));
        }
        let kept = Kept::of(said.body)?;
        let position = next_position(&self.last_position, self.now);
        let correlation = self.origin.correlation.clone().unwrap_or_else(|| said.id.to_string());
        let (now, traceparent, causation) =
            (self.now, self.origin.traceparent.clone(), self.origin.causation.clone());
        let id = said.id;
        let new = crate::on_tx!(self, |c| {
            sqlx::query(
            "insert into outbox (event_id, position, aggregate, subject, body, packed, correlation, causation, traceparent, said_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (event_id) do nothing"
        )
        .bind(said.id)
        .bind(position)
        .bind(said.aggregate)
        .bind(said.subject)
        .bind(kept.body)
        .bind(kept.packed)
        .bind(correlation)
        .bind(causation)
        .bind(traceparent)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1)
        })?;
        if new {
            let waits = "insert into outbox_waiting (event_id, position) values ($1, $2)";
            crate::on_tx!(self, |c| sqlx::query(waits).bind(id).bind(position).execute(c).await.map(|_| ()))?;
        }
        self.nudge(RELAY);
        Ok(())
    }

    /// Wakes a job once this transaction commits.
    pub fn nudge(&mut self, job: &'static str) {
        if !self.to_nudge.contains(&job) {
            self.to_nudge.push(job);
        }
    }

    /// Makes everything durable, then wakes the jobs that have something to do.
    ///
    /// # Errors
    /// When the database refuses; then nothing of it happened.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self.connection {
            Connection::Sqlite(transaction) => transaction.commit().await?,
            Connection::Postgres(transaction) => transaction.commit().await?,
        }
        for job in self.to_nudge {
            self.nudges.nudge(job);
        }
        Ok(())
    }
}

/// One row for the outbox.
pub(crate) struct Said<'a> {
    pub id: &'a EventId,
    pub aggregate: String,
    pub subject: String,
    pub body: String,
}

/// Microseconds of now, or one more than the last: strictly rising.
fn next_position(last: &AtomicI64, now: Timestamp) -> i64 {
    let micros = now.as_datetime().timestamp_micros();
    let previous = last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |seen| Some(micros.max(seen + 1)));
    micros.max(previous.unwrap_or_default() + 1)
}
