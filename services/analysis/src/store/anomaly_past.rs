//! How anomalies stood at past moments: each time one moves, the whole of it is kept with the moment (decision 0039).

use contracts::analysis::anomalies::Anomaly;
use domain::{AnomalyId, Timestamp};
use kit::{Tx, on_tx};
use sqlx::types::Json;

use super::{Reader, on_reader};

/// Keeps how an anomaly stands from now on. Doing it twice keeps it once.
///
/// # Errors
/// When the store cannot be written.
pub async fn keep(tx: &mut Tx, anomaly: &Anomaly) -> Result<(), sqlx::Error> {
    let since = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
            "insert into anomaly_standing (anomaly_id, version, since, state, body) values ($1, $2, $3, $4, $5)
             on conflict (anomaly_id, version) do nothing",
        )
        .bind(&anomaly.id)
        .bind(i64::from(anomaly.version))
        .bind(since)
        .bind(anomaly.state)
        .bind(Json(anomaly))
        .execute(c)
        .await
        .map(|_| ())
    })
}

/// Takes up what a version of the program wrote that kept an anomaly only as it stands: known since it moved last, or since it was
/// opened where it never moved. Where it moved and nobody noted when, it is known from now on.
///
/// # Errors
/// When the store cannot be written.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
            "insert into anomaly_standing (anomaly_id, version, since, state, body)
             select one.anomaly_id, one.version,
                    coalesce(one.moved_at, case when one.version = 1 then one.opened_at else $1 end), one.state, one.body
               from anomaly as one
              where not exists (select 1 from anomaly_standing as kept
                                 where kept.anomaly_id = one.anomaly_id and kept.version = one.version)
             on conflict (anomaly_id, version) do nothing",
        )
        .bind(now)
        .execute(c)
        .await
        .map(|_| ())
    })
}

/// One anomaly as it stood at a moment; `None` where it was not known then.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(
    reader: &mut Reader<'_>,
    id: &AnomalyId,
    at: Timestamp,
) -> Result<Option<Anomaly>, sqlx::Error> {
    let row: Option<(Json<Anomaly>,)> = on_reader!(reader, |c| {
        sqlx::query_as(
        "select body from anomaly_standing where anomaly_id = $1 and since <= $2 order by version desc limit 1"
    )
    .bind(id)
    .bind(at)
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(|(Json(stood),)| stood))
}
