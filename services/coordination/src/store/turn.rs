//! Taking turns: a decision sees every paper and warning that was committed before it, and none is committed beside it.

use domain::Day;
use kit::{Tx, on_tx};

/// Waits until whoever else changes what decisions rest on has committed; holds the turn until this transaction ends.
pub async fn take(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into turn (one, at) values (1, $1) on conflict (one) do update set at = excluded.at"
    )
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// The last day for which every live warning was decided; `None` before the first.
pub async fn decided_on(tx: &mut Tx) -> Result<Option<Day>, sqlx::Error> {
    let row: Option<(Option<Day>,)> =
        on_tx!(tx, |c| sqlx::query_as("select decided_on from turn where one = 1").fetch_optional(c).await)?;
    Ok(row.and_then(|(day,)| day))
}

/// Notes that every live warning was decided for this day.
pub async fn decided(tx: &mut Tx, day: Day) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update turn set decided_on = $1 where one = 1")
        .bind(day)
        .execute(c)
        .await
        .map(|_| ()))
}
