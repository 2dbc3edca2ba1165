//! Files on their way into the object store. A row is gone once the file was accepted or forgotten.

use contracts::gateway::ImportReceived;
use domain::{ImportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

/// Notes that a file is on its way into this bucket under this name.
///
/// # Errors
/// When the store cannot be written.
pub async fn begin(tx: &mut Tx, (bucket, object): (&str, &str)) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("insert into upload (bucket, object, started_at) values ($1, $2, $3)")
        .bind(bucket)
        .bind(object)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Notes that a file is no longer on its way.
///
/// # Errors
/// When the store cannot be written.
pub async fn end(tx: &mut Tx, object: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from upload where object = $1")
        .bind(object)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Up to 100 files, each with its bucket, that began before this moment and neither arrived nor were forgotten.
///
/// # Errors
/// When the store cannot be read.
pub async fn broken_off(db: &Db, before: Timestamp) -> Result<Vec<(String, String)>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select bucket, object from upload where started_at < $1 order by started_at limit 100"
    )
    .bind(before)
    .fetch_all(p)
    .await)
}

/// Notes that a file was taken in.
///
/// # Errors
/// When the store cannot be written.
pub async fn accept(tx: &mut Tx, received: &ImportReceived) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into accepted_import (import_id, received_at, body) values ($1, $2, $3)
         on conflict (import_id) do nothing"
    )
    .bind(&received.import)
    .bind(received.received_at)
    .bind(Json(received))
    .execute(c)
    .await
    .map(|_| ()))
}

/// What was said of a file that was taken in; `None` where none was, or long ago.
///
/// # Errors
/// When the store cannot be read.
pub async fn accepted(db: &Db, import: &ImportId) -> Result<Option<ImportReceived>, sqlx::Error> {
    let row: Option<(Json<ImportReceived>,)> =
        on_db!(db, |p| sqlx::query_as("select body from accepted_import where import_id = $1")
            .bind(import)
            .fetch_optional(p)
            .await)?;
    Ok(row.map(|(Json(received),)| received))
}

/// Forgets what was said of files that were taken in before this moment: intake has known them since.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_accepted(tx: &mut Tx, before: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from accepted_import where received_at < $1")
        .bind(before)
        .execute(c)
        .await
        .map(|_| ()))
}
