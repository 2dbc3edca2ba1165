//! Saved mappings in all their versions. None is changed or deleted.

use contracts::{PageRequest, intake::mapping::Mapping};
use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

use super::cursor;
use crate::error::Error;

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    body: Json<Mapping>,
    by_whom: String,
    at: Timestamp,
}

impl From<Row> for Mapping {
    fn from(row: Row) -> Self {
        let version = u32::try_from(row.version).unwrap_or(u32::MAX);
        Self { version, by: row.by_whom, at: Some(row.at), ..row.body.0 }
    }
}

/// One mapping: this version of it, or the newest; as it was known at a moment, if one is given.
pub async fn get(
    db: &Db,
    (name, version): (&str, Option<u32>),
    known_on: Option<Timestamp>,
) -> Result<Option<Mapping>, sqlx::Error> {
    let row = on_db!(db, |p| {
        sqlx::query_as::<_, Row>(
        "select version, body, by_whom, at from mapping
          where name = $1 and ($2 is null or version = $2) and ($3 is null or at <= $3) order by version desc limit 1"
    )
    .bind(name)
    .bind(version.map(i64::from))
    .bind(known_on)
    .fetch_optional(p)
    .await
    })?;
    Ok(row.map(Mapping::from))
}

/// The newest version of a mapping within a transaction, and the request that wrote it.
pub async fn newest(tx: &mut Tx, name: &str) -> Result<Option<(u32, Option<String>)>, sqlx::Error> {
    let row: Option<(i64, Option<String>)> = on_tx!(tx, |c| sqlx::query_as(
        "select version, request from mapping where name = $1 order by version desc limit 1"
    )
    .bind(name)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(version, request)| (u32::try_from(version).unwrap_or(u32::MAX), request)))
}

/// Writes a version; `false` when another has written it meanwhile.
pub async fn insert(
    tx: &mut Tx,
    mapping: &Mapping,
    (by, request): (&str, Option<&str>),
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "insert into mapping (name, version, body, by_whom, at, request) values ($1, $2, $3, $4, $5, $6)
         on conflict (name, version) do nothing"
    )
    .bind(&mapping.name)
    .bind(i64::from(mapping.version))
    .bind(Json(mapping.clone()))
    .bind(by)
    .bind(now)
    .bind(request)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// The newest version of every mapping, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(db: &Db) -> Result<Vec<Mapping>, sqlx::Error> {
    let rows = on_db!(db, |p| sqlx::query_as::<_, Row>(
        "select version, body, by_whom, at from mapping newest
          where version = (select max(version) from mapping m where m.name = newest.name) order by name"
    )
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(Mapping::from).collect())
}

/// The same, now or at a moment, page by page: one more than the page holds.
pub async fn list(db: &Db, page: &PageRequest, known_on: Option<Timestamp>) -> Result<Vec<Mapping>, Error> {
    let after: Option<(String, String)> = cursor::read(page)?;
    let behind = after.map(|(name, _)| name).unwrap_or_default();
    let rows = on_db!(db, |p| sqlx::query_as::<_, Row>(
        "select version, body, by_whom, at from mapping newest
          where name > $1 and version = (select max(version) from mapping m
                                          where m.name = newest.name and ($3 is null or m.at <= $3))
          order by name limit $2"
    )
    .bind(behind)
    .bind(i64::from(page.size()) + 1)
    .bind(known_on)
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(Mapping::from).collect())
}
