//! Warnings as they stand.

use contracts::alerts::Warning;
use domain::{
    Handling, ProvinceCode, Threat, Timestamp, WarningId,
    warning::{State, Status},
};
use kit::{After, Db, Tx, on_db, on_tx};
use sqlx::types::Json;
use tracing::instrument;

use crate::domain::record::{Hands, InForce, Record};

/// The columns that make a record.
macro_rules! columns {
    () => {
        "w.warning_id, w.created_at, w.warning, w.hands, w.evidence_handling, w.in_force, w.traceparent, w.last_key"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    created_at: Timestamp,
    warning: Json<Warning>,
    hands: Json<Hands>,
    evidence_handling: Option<Json<Handling>>,
    in_force: Option<Json<InForce>>,
    traceparent: Option<String>,
    last_key: Option<String>,
}

impl From<Row> for Record {
    fn from(row: Row) -> Self {
        Self {
            warning: row.warning.0,
            hands: row.hands.0,
            evidence_handling: row.evidence_handling.map(|json| json.0),
            in_force: row.in_force.map(|json| json.0),
            created_at: row.created_at,
            traceparent: row.traceparent,
            last_key: row.last_key,
        }
    }
}

/// Keeps a new warning; `false` when one of this id is there already.
#[instrument(skip_all, fields(warning.id = %record.warning.id))]
pub async fn insert(tx: &mut Tx, record: &Record) -> Result<bool, sqlx::Error> {
    let (warning, in_force) = (&record.warning, record.in_force.as_ref());
    let done = on_tx!(tx, |c| {
        sqlx::query(
        "insert into warning (warning_id, created_at, state, status, threat, province, revision, expires, warning, hands,
                              evidence_handling, in_force, in_force_version, in_force_until, traceparent, last_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict (warning_id) do nothing"
    )
    .bind(&warning.id)
    .bind(record.created_at)
    .bind(warning.state)
    .bind(warning.status)
    .bind(warning.threat)
    .bind(record.province())
    .bind(i64::from(warning.revision))
    .bind(warning.expires)
    .bind(Json(warning))
    .bind(Json(&record.hands))
    .bind(record.evidence_handling.as_ref().map(Json))
    .bind(in_force.map(Json))
    .bind(in_force.map(|message| i64::from(message.version)))
    .bind(in_force.map(|message| message.expires))
    .bind(&record.traceparent)
    .bind(&record.last_key)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Writes a warning that was read at revision `was`; `false` when somebody has changed it since.
#[instrument(skip_all, fields(warning.id = %record.warning.id))]
pub async fn save(tx: &mut Tx, record: &Record, was: u32) -> Result<bool, sqlx::Error> {
    let (warning, in_force) = (&record.warning, record.in_force.as_ref());
    let done = on_tx!(tx, |c| {
        sqlx::query(
        "update warning set state = $3, province = $4, revision = $5, expires = $6, warning = $7, hands = $8,
                evidence_handling = $9, in_force = $10, in_force_version = $11, in_force_until = $12, last_key = $13
          where warning_id = $1 and revision = $2"
    )
    .bind(&warning.id)
    .bind(i64::from(was))
    .bind(warning.state)
    .bind(record.province())
    .bind(i64::from(warning.revision))
    .bind(warning.expires)
    .bind(Json(warning))
    .bind(Json(&record.hands))
    .bind(record.evidence_handling.as_ref().map(Json))
    .bind(in_force.map(Json))
    .bind(in_force.map(|message| i64::from(message.version)))
    .bind(in_force.map(|message| message.expires))
    .bind(&record.last_key)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// One warning, within a change.
pub async fn find(tx: &mut Tx, id: &WarningId) -> Result<Option<Record>, sqlx::Error> {
    let row: Option<Row> = on_tx!(tx, |c| sqlx::query_as(concat!(
        "select ",
        columns!(),
        " from warning w where w.warning_id = $1"
    ))
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Record::from))
}

/// One warning, for reading.
pub async fn get(db: &Db, id: &WarningId) -> Result<Option<Record>, sqlx::Error> {
    let row: Option<Row> = on_db!(db, |p| sqlx::query_as(concat!(
        "select ",
        columns!(),
        " from warning w where w.warning_id = $1"
    ))
    .bind(id)
    .fetch_optional(p)
    .await)?;
    Ok(row.map(Record::from))
}

/// The warnings of a province, threat and status that are open or in force, newest first.
pub async fn live(
    tx: &mut Tx,
    province: &ProvinceCode,
    threat: Threat,
    status: Status,
) -> Result<Vec<Record>, sqlx::Error> {
    let rows: Vec<Row> = on_tx!(tx, |c| sqlx::query_as(concat!(
        "select ",
        columns!(),
        " from warning w where w.province = $1 and w.threat = $2 and w.status = $3
             and w.state in ('draft', 'pending', 'issued')
           order by w.created_at desc, w.warning_id desc"
    ))
    .bind(province)
    .bind(threat)
    .bind(status)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Record::from).collect())
}

/// Warnings on which time has something to do: ended, or a draft whose predecessor has ended. The longest due first.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Record>, sqlx::Error> {
    let rows: Vec<Row> = on_tx!(tx, |c| sqlx::query_as(concat!(
        "select ",
        columns!(),
        " from warning w
          where (w.state = 'issued' and w.expires <= $1)
             or (w.state in ('draft', 'pending') and w.in_force_until <= $1)
             or (w.state in ('draft', 'pending') and w.in_force_until is null and w.expires <= $1)
          order by w.expires, w.warning_id limit $2"
    ))
    .bind(now)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Record::from).collect())
}

/// Warnings as they stand, newest first, beginning after a page's end.
pub async fn list(
    db: &Db,
    state: Option<State>,
    after: &After,
    limit: i64,
) -> Result<Vec<Record>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| sqlx::query_as(concat!(
        "select ",
        columns!(),
        " from warning w
          where ($1 is null or w.state = $1)
            and ($2 is null or w.created_at < $2 or (w.created_at = $2 and w.warning_id < $3))
          order by w.created_at desc, w.warning_id desc limit $4"
    ))
    .bind(state)
    .bind(after.at)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(Record::from).collect())
}

/// The messages in force, newest warning first, each with when its warning was first drafted: also those of which a new version is
/// being written. As known at a moment, the newest message of each by then, also one that has ended.
pub async fn in_force(
    db: &Db,
    known_on: Option<Timestamp>,
    after: &After,
    limit: i64,
) -> Result<Vec<(Timestamp, Warning)>, sqlx::Error> {
    let rows: Vec<(Timestamp, Json<Warning>)> = on_db!(db, |p| {
        sqlx::query_as(
        "select w.created_at, m.message
           from warning w join warning_message m on m.warning_id = w.warning_id
          where m.version = case when $1 is null then w.in_force_version else
                    (select max(n.version) from warning_message n where n.warning_id = w.warning_id and n.sent <= $1) end
            and ($2 is null or w.created_at < $2 or (w.created_at = $2 and w.warning_id < $3))
          order by w.created_at desc, w.warning_id desc limit $4"
    )
    .bind(known_on)
    .bind(after.at)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(|(at, message)| (at, message.0)).collect())
}
