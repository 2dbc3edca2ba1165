//! Messages as they were issued: rows are added and never changed.

use contracts::alerts::Warning;
use domain::WarningId;
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;
use tracing::instrument;

use crate::domain::message::Message;

/// Keeps a message as it is issued.
#[instrument(skip_all, fields(warning.id = %message.warning.id, warning.version = message.warning.version))]
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<(), sqlx::Error> {
    let warning = &message.warning;
    let sent = warning.sent.unwrap_or_else(|| tx.now());
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into warning_message (warning_id, version, sent, message, cap, reference) values ($1, $2, $3, $4, $5, $6)"
    )
    .bind(&warning.id)
    .bind(i64::from(warning.version))
    .bind(sent)
    .bind(Json(warning))
    .bind(&message.cap)
    .bind(&message.reference)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// One message, within a change.
pub async fn find(tx: &mut Tx, id: &WarningId, version: u32) -> Result<Option<Warning>, sqlx::Error> {
    let row: Option<(Json<Warning>,)> = on_tx!(tx, |c| sqlx::query_as(
        "select message from warning_message where warning_id = $1 and version = $2"
    )
    .bind(id)
    .bind(i64::from(version))
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(message,)| message.0))
}

/// The CAP document of the last message; `None` when none was issued.
pub async fn last_cap(db: &Db, id: &WarningId) -> Result<Option<String>, sqlx::Error> {
    let row: Option<(String,)> = on_db!(db, |p| sqlx::query_as(
        "select cap from warning_message where warning_id = $1 order by version desc limit 1"
    )
    .bind(id)
    .fetch_optional(p)
    .await)?;
    Ok(row.map(|(cap,)| cap))
}
