//! Runs that count everything anew, as they are kept.

use contracts::analysis::recompute::{Recomputation, RecomputeState};
use domain::{RecomputeId, Threat};
use kit::{Tx, on_tx};
use sqlx::types::Json;

use super::{Reader, on_reader};
use crate::domain::recount::{Next, Run};

/// How many runs a list tells of.
const LISTED: i64 = 20;

type Row = (Json<Recomputation>, Json<Next>, i64);

fn run((Json(told), Json(next), step): Row) -> (Run, i64) {
    (Run { told, next }, step)
}

/// Keeps a run that begins.
///
/// # Errors
/// When the store cannot be written.
pub async fn begin(tx: &mut Tx, run: &Run) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into recount (recount_id, state, body, next, started_at, step) values ($1, $2, $3, $4, $5, 0)"
    )
    .bind(&run.told.id)
    .bind(run.told.state)
    .bind(Json(&run.told))
    .bind(Json(&run.next))
    .bind(run.told.started_at)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Keeps a run as it stands after `step` of its steps and one more; `false` where another was taken meanwhile.
///
/// # Errors
/// When the store cannot be written.
pub async fn step(tx: &mut Tx, run: &Run, step: i64) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update recount set state = $1, body = $2, next = $3, step = step + 1 where recount_id = $4 and step = $5"
    )
    .bind(run.told.state)
    .bind(Json(&run.told))
    .bind(Json(&run.next))
    .bind(&run.told.id)
    .bind(step)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// The run that has not ended, with the number of its steps.
///
/// # Errors
/// When the store cannot be read.
pub async fn open(reader: &mut Reader<'_>) -> Result<Option<(Run, i64)>, sqlx::Error> {
    let row: Option<Row> = on_reader!(reader, |c| sqlx::query_as(
        "select body, next, step from recount where state in ($1, $2) order by started_at limit 1"
    )
    .bind(RecomputeState::Running)
    .bind(RecomputeState::Stopping)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(run))
}

/// One run, with the number of its steps.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(reader: &mut Reader<'_>, id: &RecomputeId) -> Result<Option<(Run, i64)>, sqlx::Error> {
    let row: Option<Row> =
        on_reader!(reader, |c| sqlx::query_as("select body, next, step from recount where recount_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(run))
}

/// The newest runs, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest(reader: &mut Reader<'_>) -> Result<Vec<Recomputation>, sqlx::Error> {
    let rows: Vec<(Json<Recomputation>,)> = on_reader!(reader, |c| sqlx::query_as(
        "select body from recount order by started_at desc, recount_id desc limit $1"
    )
    .bind(LISTED)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(Json(told),)| told).collect())
}

/// How many revisions there are of these threats.
///
/// # Errors
/// When the store cannot be read.
pub async fn revisions(reader: &mut Reader<'_>, threats: &[Threat]) -> Result<u64, sqlx::Error> {
    let rows: Vec<(Threat, i64)> =
        on_reader!(reader, |c| sqlx::query_as("select threat, count(*) from evidence group by threat")
            .fetch_all(c)
            .await)?;
    let counted = rows.iter().filter(|(threat, _)| threats.contains(threat));
    Ok(counted.map(|(_, count)| u64::try_from(*count).unwrap_or_default()).sum())
}
