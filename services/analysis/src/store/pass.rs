//! Of what forecasts were last worked out, and what they wait for.

use domain::{Day, Timestamp};
use kit::{Db, Tx, on_db, on_tx};

use super::{Reader, listed};
use crate::domain::{Month, pass::Pass};

/// How forecasts stand.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db) -> Result<Pass, sqlx::Error> {
    let row: Option<(String, Option<Timestamp>)> =
        on_db!(db, |p| sqlx::query_as("select done, noticed_at from forecast_pass where one = 1")
            .fetch_optional(p)
            .await)?;
    let (done, noticed_at) = row.unwrap_or_default();
    let mut reader = Reader::Db(db);
    let (heard, imports) = (listed::last_heard(&mut reader).await?, listed::importing(&mut reader).await?);
    Ok(Pass { done, noticed_at, heard, imports })
}

/// Keeps how they stand.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, pass: &Pass) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into forecast_pass (one, done, noticed_at) values (1, $1, $2)
         on conflict (one) do update set done = excluded.done, noticed_at = excluded.noticed_at"
    )
    .bind(&pass.done)
    .bind(pass.noticed_at)
    .execute(c)
    .await
    .map(|_| ()))
}

/// From which month the newest forecast that was issued is, and when that was.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest(db: &Db) -> Result<Option<(Day, Timestamp)>, sqlx::Error> {
    let row: Option<(Month, Timestamp)> = on_db!(db, |p| {
        sqlx::query_as(
        "select origin, issued_at from forecast where not rehearsal order by origin desc, issued_at desc limit 1"
    )
    .fetch_optional(p)
    .await
    })?;
    Ok(row.and_then(|(origin, at)| Some((origin.first_day()?, at))))
}
