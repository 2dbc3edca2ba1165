//! Every issued version of every warning, whole; and what partners have looked at.

use contracts::alerts::Warning;
use domain::{Timestamp, WarningId};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

use super::{View, on_view};

/// One issued version, with the trace it came by.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The warning.
    pub warning: Warning,
    /// When it was issued.
    pub sent: Timestamp,
    /// W3C trace context of the message that brought it.
    pub traceparent: Option<String>,
}

type Row = (Json<Warning>, Timestamp, Option<String>);

fn issued((Json(warning), sent, traceparent): Row) -> Issued {
    Issued { warning, sent, traceparent }
}

/// Keeps a version; `false` when it is known already.
pub async fn add(tx: &mut Tx, issued: &Issued) -> Result<bool, sqlx::Error> {
    let warning = &issued.warning;
    let rows = on_tx!(tx, |c| sqlx::query(
        "insert into warning (warning_id, version, sent, expires, body, latest, traceparent)
         values ($1, $2, $3, $4, $5,
            not exists (select 1 from warning newer where newer.warning_id = $1 and newer.version > $2), $6)
         on conflict (warning_id, version) do nothing"
    )
    .bind(&warning.id)
    .bind(i64::from(warning.version))
    .bind(issued.sent)
    .bind(warning.expires)
    .bind(Json(warning))
    .bind(&issued.traceparent)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    on_tx!(tx, |c| sqlx::query("update warning set latest = $3 where warning_id = $1 and version < $2")
        .bind(&warning.id)
        .bind(i64::from(warning.version))
        .bind(false)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(rows == 1)
}

/// One version.
pub async fn version(tx: &mut Tx, id: &WarningId, version: u32) -> Result<Option<Issued>, sqlx::Error> {
    let row: Option<Row> = on_tx!(tx, |c| sqlx::query_as(
        "select body, sent, traceparent from warning where warning_id = $1 and version = $2"
    )
    .bind(id)
    .bind(i64::from(version))
    .fetch_optional(c)
    .await)?;
    Ok(row.map(issued))
}

/// The newest version.
pub async fn latest(view: impl Into<View<'_>>, id: &WarningId) -> Result<Option<Issued>, sqlx::Error> {
    let row: Option<Row> = on_view!(view.into(), |c| sqlx::query_as(
        "select body, sent, traceparent from warning where warning_id = $1 order by version desc limit 1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(issued))
}

/// The newest versions of warnings that have not ended.
pub async fn live(tx: &mut Tx) -> Result<Vec<Issued>, sqlx::Error> {
    let now = tx.now();
    let rows: Vec<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select body, sent, traceparent from warning where latest and expires > $1 order by sent, warning_id"
    )
    .bind(now)
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(issued).collect())
}

/// The newest versions, newest first, after this place in the order.
pub async fn newest_first(
    db: &Db,
    after: Option<(Timestamp, WarningId)>,
    limit: u32,
) -> Result<Vec<Issued>, sqlx::Error> {
    let (sent, id) = after.unzip();
    let rows: Vec<Row> = on_db!(db, |p| sqlx::query_as(
        "select body, sent, traceparent from warning
          where latest and ($1 is null or sent < $1 or (sent = $1 and warning_id < $2))
          order by sent desc, warning_id desc limit $3"
    )
    .bind(sent)
    .bind(id)
    .bind(i64::from(limit))
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(issued).collect())
}

/// Which of these versions the partner has not looked at before.
pub async fn unseen(
    db: &Db,
    partner: &str,
    looks: Vec<(WarningId, u32)>,
) -> Result<Vec<(WarningId, u32)>, sqlx::Error> {
    let mut unseen = Vec::new();
    for (id, version) in looks {
        let seen: Option<(i64,)> = on_db!(db, |p| sqlx::query_as(
            "select version from look where warning_id = $1 and version = $2 and partner = $3"
        )
        .bind(&id)
        .bind(i64::from(version))
        .bind(partner)
        .fetch_optional(p)
        .await)?;
        if seen.is_none() {
            unseen.push((id, version));
        }
    }
    Ok(unseen)
}

/// Notes that a partner has looked at a version.
pub async fn look(tx: &mut Tx, id: &WarningId, version: u32, partner: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into look (warning_id, version, partner, at) values ($1, $2, $3, $4)
         on conflict (warning_id, version, partner) do nothing"
    )
    .bind(id)
    .bind(i64::from(version))
    .bind(partner)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}
