//! Levels that people set beside the computed ones.

use std::collections::BTreeMap;

use contracts::analysis::overrides::{ListOverrides, Override, OverrideState};
use domain::{OverrideId, ProvinceCode, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{Reader, on_reader};
use crate::domain::Cell;

type Row = (Json<Override>,);

fn all(rows: Vec<Row>) -> Vec<Override> {
    rows.into_iter().map(|(Json(set),)| set).collect()
}

/// Which cell an override is of, but for its country.
pub type Key = (ProvinceCode, Threat, bool);

/// The key of a cell.
pub fn key(cell: &Cell) -> Key {
    (cell.province.clone(), cell.threat, cell.exercise)
}

/// Keeps an override as it now stands.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, set: &Override) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into level_override (override_id, province, threat, exercise, state, set_at, until_at, ended_at, body, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (override_id) do update set state = excluded.state, ended_at = excluded.ended_at, body = excluded.body,
             version = excluded.version"
    )
    .bind(&set.id)
    .bind(&set.province)
    .bind(set.threat)
    .bind(set.exercise)
    .bind(set.state)
    .bind(set.at)
    .bind(set.until)
    .bind(set.ended_at)
    .bind(Json(set))
    .bind(i64::from(set.version))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// One override.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(reader: &mut Reader<'_>, id: &OverrideId) -> Result<Option<Override>, sqlx::Error> {
    let row: Option<Row> =
        on_reader!(reader, |c| sqlx::query_as("select body from level_override where override_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(|(Json(set),)| set))
}

/// The override that held of each cell at a moment, as it was then: not ended, its time not over.
///
/// # Errors
/// When the store cannot be read.
pub async fn holding(reader: &mut Reader<'_>, at: Timestamp) -> Result<BTreeMap<Key, Override>, sqlx::Error> {
    let rows: Vec<Row> = on_reader!(reader, |c| {
        sqlx::query_as(
        "select body from level_override
          where set_at <= $1 and until_at > $1 and (ended_at is null or ended_at > $1) order by set_at, override_id"
    )
    .bind(at)
    .fetch_all(c)
    .await
    })?;
    Ok(all(rows)
        .into_iter()
        .map(|set| ((set.province.clone(), set.threat, set.exercise), in_force(set)))
        .collect())
}

/// An override as it was before it ended.
fn in_force(set: Override) -> Override {
    Override {
        state: OverrideState::Active,
        version: 1,
        ended_at: None,
        ended_by: String::new(),
        end_reason: String::new(),
        ..set
    }
}

/// The overrides that were set or that ended from one moment until before another, as they then stood, newest first. One that
/// another took the place of is left out: the other tells of both.
///
/// # Errors
/// When the store cannot be read.
pub async fn moved(
    db: &Db,
    (since, until): (Timestamp, Timestamp),
    (exercise, province): (bool, Option<&ProvinceCode>),
) -> Result<Vec<Override>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from level_override where exercise = ");
        select.push_bind(exercise).push(" and set_at < ").push_bind(until);
        select.push(" and (set_at >= ").push_bind(since).push(" or ended_at >= ").push_bind(since).push(")");
        if let Some(province) = province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" order by set_at desc, override_id desc");
        select.build_query_as().fetch_all(p).await
    })?;
    let then = |set: Override| if set.ended_at.is_some_and(|at| at >= until) { in_force(set) } else { set };
    let told = all(rows).into_iter().map(then).filter(|set| {
        set.state != OverrideState::Replaced && (set.at >= since || set.state != OverrideState::Active)
    });
    Ok(told.collect())
}

/// The override of a cell that stands as active, whether or not its time is over.
///
/// # Errors
/// When the store cannot be read.
pub async fn active(tx: &mut Tx, cell: &Cell) -> Result<Option<Override>, sqlx::Error> {
    let row: Option<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select body from level_override where province = $1 and threat = $2 and exercise = $3 and state = 'active'"
    )
    .bind(&cell.province)
    .bind(cell.threat)
    .bind(cell.exercise)
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(|(Json(set),)| set))
}

/// Overrides whose time is over and that nobody ended.
///
/// # Errors
/// When the store cannot be read.
pub async fn over(tx: &mut Tx, now: Timestamp) -> Result<Vec<Override>, sqlx::Error> {
    let rows: Vec<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select body from level_override where state = 'active' and until_at <= $1 order by until_at, override_id limit 100"
    )
    .bind(now)
    .fetch_all(c)
    .await
    })?;
    Ok(all(rows))
}

/// Overrides, newest first: one more than the page holds.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    db: &Db,
    wanted: &ListOverrides,
    after: Option<(Timestamp, OverrideId)>,
) -> Result<Vec<Override>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from level_override where exercise = ");
        select.push_bind(wanted.exercise);
        if let Some(province) = &wanted.province {
            select.push(" and province = ").push_bind(province);
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threat = ").push_bind(threat);
        }
        if let Some(state) = wanted.state {
            select.push(" and state = ").push_bind(state);
        }
        if let Some((at, id)) = &after {
            select.push(" and (set_at, override_id) < (").push_bind(*at).push(", ").push_bind(id).push(")");
        }
        select.push(" order by set_at desc, override_id desc limit ");
        select.push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(all(rows))
}
