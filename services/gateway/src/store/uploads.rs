//! Files on their way into the object store. A row is gone once the file was accepted or forgotten.

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};

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
