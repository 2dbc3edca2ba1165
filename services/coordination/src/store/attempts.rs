//! Tries to deliver.

use contracts::coordination::Attempt;
use domain::{DeliveryId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};

use super::count;

/// Keeps what came of a try.
pub async fn add(tx: &mut Tx, delivery: &DeliveryId, attempt: &Attempt) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into attempt (delivery_id, number, at, duration_ms, status, error) values ($1, $2, $3, $4, $5, $6)
         on conflict (delivery_id, number) do nothing"
    )
    .bind(delivery)
    .bind(i64::from(attempt.number))
    .bind(attempt.at)
    .bind(i64::try_from(attempt.duration_ms).unwrap_or(i64::MAX))
    .bind(attempt.status.map(i64::from))
    .bind(&attempt.error)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// The tries of a delivery, oldest first.
pub async fn of(db: &Db, delivery: &DeliveryId) -> Result<Vec<Attempt>, sqlx::Error> {
    let rows: Vec<(i64, Timestamp, i64, Option<i64>, String)> = on_db!(db, |p| {
        sqlx::query_as(
        "select number, at, duration_ms, status, error from attempt where delivery_id = $1 order by number"
    )
    .bind(delivery)
    .fetch_all(p)
    .await
    })?;
    let attempt =
        |(number, at, duration_ms, status, error): (i64, Timestamp, i64, Option<i64>, String)| Attempt {
            number: count(number),
            at,
            duration_ms: duration_ms.unsigned_abs(),
            status: status.and_then(|status| u16::try_from(status).ok()),
            error,
        };
    Ok(rows.into_iter().map(attempt).collect())
}
