//! What partners said.

use contracts::coordination::Acknowledgement;
use domain::WarningId;
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

/// Keeps what a partner said of a version; `false` when it is kept already.
pub async fn add(
    tx: &mut Tx,
    (warning, version): (&WarningId, u32),
    partner: &str,
    said: &Acknowledgement,
) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query(
        "insert into acknowledgement (acknowledgement_id, warning_id, version, partner, body, at)
         values ($1, $2, $3, $4, $5, $6) on conflict (acknowledgement_id) do nothing"
    )
    .bind(&said.id)
    .bind(warning)
    .bind(i64::from(version))
    .bind(partner)
    .bind(Json(said))
    .bind(said.at)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// What the partner said of a version, or of all versions, oldest first.
pub async fn of(
    db: &Db,
    warning: &WarningId,
    version: Option<u32>,
    partner: &str,
) -> Result<Vec<Acknowledgement>, sqlx::Error> {
    let rows: Vec<(Json<Acknowledgement>,)> = on_db!(db, |p| {
        sqlx::query_as(
        "select body from acknowledgement
          where warning_id = $1 and partner = $2 and ($3 is null or version = $3) order by at, acknowledgement_id"
    )
    .bind(warning)
    .bind(partner)
    .bind(version.map(i64::from))
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(|(Json(said),)| said).collect())
}
