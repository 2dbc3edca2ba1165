//! Import runs: their counters, and the cursor from which a run goes on after whatever stopped it.

use contracts::{
    PageRequest,
    gateway::{Format, ImportReceived},
    intake::{ImportRun, ImportState, mapping::MappingRef},
};
use domain::{Day, Handling, ImportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;
use tracing::instrument;

use super::{Cause, cursor};
use crate::{domain::merge::Tally, error::Error};

/// One run as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunRow {
    /// Which run.
    pub import_id: ImportId,
    /// Format of the file.
    pub format: Format,
    /// The name the sender gave the file.
    pub name: String,
    /// Its name in the object store.
    pub object: String,
    /// Its size.
    pub bytes: i64,
    /// Its SHA-256.
    pub sha256: String,
    /// Whether it is part of an exercise.
    pub exercise: bool,
    /// Where it stands.
    pub state: ImportState,
    /// Records read.
    pub records: i64,
    /// New observations.
    pub accepted: i64,
    /// Revisions.
    pub updated: i64,
    /// Nothing new.
    pub unchanged: i64,
    /// Could not be read.
    pub quarantined: i64,
    /// Left aside on purpose; not among the records.
    pub passed_over: i64,
    /// Where the next record begins.
    pub cursor_bytes: i64,
    /// The line it begins in.
    pub cursor_line: i64,
    /// How much of the file was read, packed as it is.
    pub file_bytes: i64,
    /// Batches recorded.
    pub batches: i64,
    /// The header line.
    pub header: Option<String>,
    /// Microseconds spent reading.
    pub worked_us: i64,
    /// How to cite the data.
    pub citation: String,
    /// Why it failed.
    pub failure: String,
    /// Who sent it.
    pub sent_by: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How often in a row the file could not be fetched.
    pub tries: i64,
    /// The source that sent it by itself.
    pub source_key: Option<String>,
    /// What that source adds to the terms of the format.
    pub handling: Option<Json<Handling>>,
    /// The mapping it is read by.
    pub mapping_name: Option<String>,
    /// Its version.
    pub mapping_version: Option<i64>,
    /// The run that read this file before.
    pub repeats: Option<ImportId>,
    /// Whence it comes.
    #[sqlx(flatten)]
    pub cause: Cause,
}

impl RunRow {
    /// The run as the others see it.
    pub fn run(&self) -> ImportRun {
        let seconds = self.worked_us as f64 / 1e6;
        ImportRun {
            id: self.import_id.clone(),
            format: self.format,
            name: self.name.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes.unsigned_abs(),
            state: self.state,
            read: self.read(),
            accepted: self.accepted.unsigned_abs(),
            updated: self.updated.unsigned_abs(),
            unchanged: self.unchanged.unsigned_abs(),
            quarantined: self.quarantined.unsigned_abs(),
            passed_over: self.passed_over.unsigned_abs(),
            rate: (self.worked_us > 0).then(|| self.read() as f64 / seconds),
            bytes_read: self.file_bytes.unsigned_abs(),
            remaining_s: self.remaining_s(),
            repeats: self.repeats.clone(),
            mapping: self.mapping(),
            citation: self.citation.clone(),
            failure: self.failure.clone(),
            remarks: Vec::new(),
            by: self.sent_by.clone(),
            received_at: self.received_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
        }
    }
    /// All rows that were read, those left aside included.
    fn read(&self) -> u64 {
        (self.records + self.passed_over).unsigned_abs()
    }
    /// How long it still takes at the pace it had, in seconds; `None` unless it runs and has read something.
    fn remaining_s(&self) -> Option<u64> {
        let (read, left) = (self.file_bytes, self.bytes - self.file_bytes);
        let runs = self.state == ImportState::Running && read > 0 && left >= 0;
        runs.then(|| (self.worked_us as f64 / 1e6 * left as f64 / read as f64).ceil() as u64)
    }
    /// Handling that is joined to what the format says.
    pub fn besides(&self) -> Option<Handling> {
        self.handling.as_ref().map(|Json(handling)| handling.clone())
    }
    /// The mapping it is read by, if by one.
    pub fn mapping(&self) -> Option<MappingRef> {
        let version = u32::try_from(self.mapping_version?).ok()?;
        Some(MappingRef { name: self.mapping_name.clone()?, version })
    }
    /// The day its file was received.
    pub fn received_on(&self) -> Day {
        self.received_at.day()
    }
}

/// Keeps a run that waits. A run that is there stays as it is, but for one whose file was lost: sent once more, it runs.
#[instrument(skip_all, fields(import.id = %received.import))]
pub async fn receive(
    tx: &mut Tx,
    received: &ImportReceived,
    (citation, handling, cause): (&str, Option<&Handling>, &Cause),
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into import_run (import_id, format, name, object, bytes, sha256, exercise, state, citation, sent_by,
                                 received_at, next_at, traceparent, correlation, causation, source_key, handling,
                                 mapping_name, mapping_version)
         values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (import_id) do update set
            state = case when import_run.object_lost then 'waiting' else import_run.state end,
            failure = case when import_run.object_lost then '' else import_run.failure end,
            finished_at = case when import_run.object_lost then null else import_run.finished_at end,
            tries = 0, next_at = excluded.next_at, object_lost = false, object = excluded.object, forgotten_at = null"
    )
    .bind(&received.import)
    .bind(received.format)
    .bind(&received.name)
    .bind(&received.object)
    .bind(received.bytes as i64)
    .bind(&received.sha256)
    .bind(received.exercise)
    .bind(citation)
    .bind(&received.by)
    .bind(received.received_at)
    .bind(now)
    .bind(&cause.traceparent)
    .bind(&cause.correlation)
    .bind(&cause.causation)
    .bind(&received.via)
    .bind(handling.map(Json))
    .bind(received.mapping.as_ref().map(|mapping| mapping.name.clone()))
    .bind(received.mapping.as_ref().map(|mapping| i64::from(mapping.version)))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// The oldest run that is to be worked on now.
pub async fn due(db: &Db, now: Timestamp) -> Result<Option<RunRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, RunRow>(
        "select * from import_run where state in ('waiting', 'running') and next_at <= $1
          order by received_at, import_id limit 1"
    )
    .bind(now)
    .fetch_optional(p)
    .await)
}

/// Whether a file is being read.
pub async fn is_reading(db: &Db) -> Result<bool, sqlx::Error> {
    on_db!(db, |p| sqlx::query_scalar("select count(*) > 0 from import_run where state = 'running'")
        .fetch_one(p)
        .await)
}

/// One run.
pub async fn get(db: &Db, id: &ImportId) -> Result<Option<RunRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, RunRow>("select * from import_run where import_id = $1")
        .bind(id)
        .fetch_optional(p)
        .await)
}

/// One run within a transaction, as it stands there.
pub async fn get_in(tx: &mut Tx, id: &ImportId) -> Result<Option<RunRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, RunRow>("select * from import_run where import_id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// Runs, or those received by a moment, newest first: one more than the page holds.
pub async fn list(db: &Db, page: &PageRequest, by: Option<Timestamp>) -> Result<Vec<RunRow>, Error> {
    let after: Option<(Timestamp, String)> = cursor::read(page)?;
    let (at, id) = after.unzip();
    let rows = on_db!(db, |p| sqlx::query_as::<_, RunRow>(
        "select * from import_run
          where ($1 is null or received_at < $2 or (received_at = $2 and import_id < $1))
            and ($4 is null or received_at <= $4)
          order by received_at desc, import_id desc limit $3"
    )
    .bind(id.clone())
    .bind(at)
    .bind(i64::from(page.size()) + 1)
    .bind(by)
    .fetch_all(p)
    .await)?;
    Ok(rows)
}

/// Marks a waiting run as running; `false` when it does not wait.
pub async fn begin(tx: &mut Tx, id: &ImportId) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update import_run set state = 'running', started_at = coalesce(started_at, $2) where import_id = $1 and state = 'waiting'"
    )
    .bind(id)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// A step of a run: from where to where its cursor moves.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Which run.
    pub id: &'a ImportId,
    /// Where it stood, in bytes.
    pub from: i64,
    /// Where it then stands, in bytes.
    pub to: i64,
    /// The line it then stands in.
    pub line: i64,
    /// How much of the file was read by then, packed as it is.
    pub file_bytes: i64,
    /// The header of the file.
    pub header: &'a str,
}

/// Moves the cursor; `false` when the run does not stand where the step begins: another is ahead.
pub async fn advance(tx: &mut Tx, step: Step<'_>) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update import_run set cursor_bytes = $3, cursor_line = $4, header = $5, file_bytes = $6, batches = batches + 1, tries = 0
          where import_id = $1 and cursor_bytes = $2 and state = 'running'"
    )
    .bind(step.id)
    .bind(step.from)
    .bind(step.to)
    .bind(step.line)
    .bind(step.header)
    .bind(step.file_bytes)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Adds to the counters what a batch brought.
pub async fn count(tx: &mut Tx, id: &ImportId, (tally, worked_us): (Tally, i64)) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "update import_run set records = records + $2, accepted = accepted + $3, updated = updated + $4,
                unchanged = unchanged + $5, quarantined = quarantined + $6, worked_us = worked_us + $7,
                passed_over = passed_over + $8
          where import_id = $1"
    )
    .bind(id)
    .bind((tally.read() - tally.passed_over) as i64)
    .bind(tally.accepted as i64)
    .bind(tally.updated as i64)
    .bind(tally.unchanged as i64)
    .bind(tally.quarantined as i64)
    .bind(worked_us)
    .bind(tally.passed_over as i64)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Moves records out of the quarantine's counter into those of what they brought.
pub async fn count_replayed(tx: &mut Tx, id: &ImportId, tally: Tally) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "update import_run set quarantined = quarantined - $2, accepted = accepted + $3, updated = updated + $4,
                unchanged = unchanged + $5, records = records - $6, passed_over = passed_over + $6
          where import_id = $1"
    )
    .bind(id)
    .bind(tally.read() as i64)
    .bind(tally.accepted as i64)
    .bind(tally.updated as i64)
    .bind(tally.unchanged as i64)
    .bind(tally.passed_over as i64)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// How a run ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Why it failed; empty when it did not.
    pub failure: String,
    /// Whether it failed because the file could not be fetched.
    pub object_lost: bool,
}

/// Ends a run; `false` when it has ended already.
#[instrument(skip_all, fields(import.id = %id))]
pub async fn end(tx: &mut Tx, id: &ImportId, end: &End) -> Result<bool, sqlx::Error> {
    let state = if end.failure.is_empty() { ImportState::Done } else { ImportState::Failed };
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update import_run set state = $2, failure = $3, object_lost = $4, finished_at = $5
          where import_id = $1 and state in ('waiting', 'running')"
    )
    .bind(id)
    .bind(state)
    .bind(&end.failure)
    .bind(end.object_lost)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that the file could not be fetched, and when that is tried again.
pub async fn missed(tx: &mut Tx, id: &ImportId, next_at: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update import_run set tries = tries + 1, next_at = $2 where import_id = $1")
        .bind(id)
        .bind(next_at)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Files that no run needs any more and the object store may still hold.
pub async fn to_forget(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_scalar(
        "select distinct object from import_run ended
          where forgotten_at is null and state in ('done', 'failed')
            and not exists (select 1 from import_run open where open.object = ended.object and open.state in ('waiting', 'running'))"
    )
    .fetch_all(p)
    .await
    })
}

/// Notes that the object store holds a file no more.
pub async fn forgotten(tx: &mut Tx, object: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "update import_run set forgotten_at = $2 where object = $1 and state in ('done', 'failed')"
    )
    .bind(object)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}
