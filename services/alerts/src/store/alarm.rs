//! Alarms, what is known of each cell, the chances the budget is set by, and the rises alarms are held against.

use std::collections::BTreeSet;

use chrono::{Datelike, Months};
use contracts::alerts::alarms::{Alarm, ListAlarms};
use domain::{AlarmId, Day, Handling, Level, ProvinceCode, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use crate::domain::{
    alarm::{self, MONTHS, Threshold},
    score::Rise,
};

/// What is known of a province and threat.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Cell {
    /// The province.
    pub province: ProvinceCode,
    /// The threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The level that holds.
    pub level: Level,
    /// The index it is read from.
    pub level_index: f64,
    /// The newest chance of an escalation.
    pub chance: Option<f64>,
    /// The month it was made from: its first day.
    pub origin: Option<Day>,
    /// How many runs in a row it was below 0.7 of the threshold.
    pub low_runs: i64,
    /// Under which handling the level came; `None` where none was said, or not how it is handled.
    #[sqlx(json(nullable))]
    pub handling: Option<Handling>,
    /// The newest month that was so unusual that somebody had to look: its first day.
    pub trend_month: Option<Day>,
}

impl Cell {
    /// A cell that nothing was said of.
    pub const fn unknown(province: ProvinceCode, threat: Threat, exercise: bool) -> Self {
        Self {
            province,
            threat,
            exercise,
            level: Level::Calm,
            level_index: 0.0,
            chance: None,
            origin: None,
            low_runs: 0,
            handling: None,
            trend_month: None,
        }
    }
}

/// Waits until no other transaction judges alarms; the turn ends with the transaction.
pub async fn take_turn(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into turn (one, at) values (1, $1) on conflict (one) do update set at = excluded.at"
    )
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// What is known of a cell; that it is calm where nothing was said.
pub async fn cell(
    tx: &mut Tx,
    province: &ProvinceCode,
    threat: Threat,
    exercise: bool,
) -> Result<Cell, sqlx::Error> {
    let found: Option<Cell> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select province, threat, exercise, level, level_index, chance, origin, low_runs, handling, trend_month
           from alarm_cell where province = $1 and threat = $2 and exercise = $3"
    )
    .bind(province)
    .bind(threat)
    .bind(exercise)
    .fetch_optional(c)
    .await
    })?;
    Ok(found.unwrap_or_else(|| Cell::unknown(province.clone(), threat, exercise)))
}

/// Keeps what is known of a cell.
pub async fn put_cell(tx: &mut Tx, cell: &Cell) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into alarm_cell (province, threat, exercise, level, level_index, chance, origin, low_runs, handling, trend_month)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (province, threat, exercise) do update set level = excluded.level, level_index = excluded.level_index,
             chance = excluded.chance, origin = excluded.origin, low_runs = excluded.low_runs, handling = excluded.handling,
             trend_month = excluded.trend_month"
    )
    .bind(&cell.province)
    .bind(cell.threat)
    .bind(cell.exercise)
    .bind(cell.level)
    .bind(cell.level_index)
    .bind(cell.chance)
    .bind(cell.origin)
    .bind(cell.low_runs)
    .bind(cell.handling.as_ref().map(Json))
    .bind(cell.trend_month)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// The newest alarm of a cell.
pub async fn newest(
    tx: &mut Tx,
    province: &ProvinceCode,
    threat: Threat,
    exercise: bool,
) -> Result<Option<Alarm>, sqlx::Error> {
    let row: Option<(Json<Alarm>,)> = on_tx!(tx, |c| sqlx::query_as(
        "select body from alarm where province = $1 and threat = $2 and exercise = $3
          order by raised_at desc, alarm_id desc limit 1"
    )
    .bind(province)
    .bind(threat)
    .bind(exercise)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(Json(alarm),)| alarm))
}

/// Keeps an alarm as it now stands.
pub async fn put(tx: &mut Tx, alarm: &Alarm) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into alarm (alarm_id, province, threat, exercise, state, cause, raised_at, body, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (alarm_id) do update set state = excluded.state, body = excluded.body, version = excluded.version"
    )
    .bind(&alarm.id)
    .bind(&alarm.province)
    .bind(alarm.threat)
    .bind(alarm.exercise)
    .bind(alarm.state)
    .bind(alarm.cause)
    .bind(alarm.raised_at)
    .bind(Json(alarm))
    .bind(i64::from(alarm.version))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Alarms, newest first, so many after one.
pub async fn list(
    db: &Db,
    wanted: &ListAlarms,
    after: Option<(Timestamp, AlarmId)>,
    limit: i64,
) -> Result<Vec<Alarm>, sqlx::Error> {
    let rows: Vec<(Json<Alarm>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from alarm where exercise = ");
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
            select.push(" and (raised_at, alarm_id) < (").push_bind(*at).push(", ").push_bind(id).push(")");
        }
        select.push(" order by raised_at desc, alarm_id desc limit ").push_bind(limit);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(alarm),)| alarm).collect())
}

/// Keeps the chances that a run of forecasts gave.
pub async fn put_chances(
    tx: &mut Tx,
    (threat, origin): (Threat, Day),
    chances: &[(ProvinceCode, f64)],
) -> Result<(), sqlx::Error> {
    for chances in chances.chunks(500) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new("insert into chance (threat, province, origin, chance) ");
            insert.push_values(chances, |mut row, (province, chance)| {
                row.push_bind(threat).push_bind(province).push_bind(origin).push_bind(*chance);
            });
            insert.push(" on conflict (threat, province, origin) do update set chance = excluded.chance");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// The chances of forecasts from months of a span.
const CHANCES: &str = "select origin, chance from chance where origin >= $1 and origin < $2";

/// The threshold for forecasts from this month: by those from the two years before it.
pub async fn threshold(db: &Db, origin: Day, per_month: f64) -> Result<Threshold, sqlx::Error> {
    let rows: Vec<(Day, f64)> = on_db!(db, |p| sqlx::query_as(CHANCES)
        .bind(two_years_before(origin))
        .bind(origin)
        .fetch_all(p)
        .await)?;
    Ok(set_by(rows, per_month))
}

/// The same as a transaction sees it, over the connection that it holds.
pub async fn threshold_in(tx: &mut Tx, origin: Day, per_month: f64) -> Result<Threshold, sqlx::Error> {
    let rows: Vec<(Day, f64)> = on_tx!(tx, |c| sqlx::query_as(CHANCES)
        .bind(two_years_before(origin))
        .bind(origin)
        .fetch_all(c)
        .await)?;
    Ok(set_by(rows, per_month))
}

fn two_years_before(origin: Day) -> Day {
    let date = origin.as_date().checked_sub_months(Months::new(MONTHS));
    date.and_then(|date| Day::of(date.year(), date.month(), 1)).unwrap_or(origin)
}

fn set_by(rows: Vec<(Day, f64)>, per_month: f64) -> Threshold {
    let months: BTreeSet<Day> = rows.iter().map(|(month, _)| *month).collect();
    alarm::threshold(rows.into_iter().map(|(_, chance)| chance).collect(), months.len(), per_month)
}

/// Keeps a rise of a level; twice is once.
pub async fn put_rise(tx: &mut Tx, rise: &Rise, was: Level) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into level_rise (province, threat, exercise, at, was, level) values ($1, $2, $3, $4, $5, $6)
         on conflict (province, threat, exercise, at) do nothing"
    )
    .bind(&rise.province)
    .bind(rise.threat)
    .bind(rise.exercise)
    .bind(rise.at)
    .bind(was)
    .bind(rise.level)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Every rise there was, of one world, to one of these levels.
pub async fn rises(db: &Db, exercise: bool, to: &[Level]) -> Result<Vec<Rise>, sqlx::Error> {
    let rows: Vec<(ProvinceCode, Threat, Timestamp, Level)> = on_db!(db, |p| {
        let mut select =
            QueryBuilder::new("select province, threat, at, level from level_rise where exercise = ");
        select.push_bind(exercise).push(" and level in (");
        let mut list = select.separated(", ");
        for level in to {
            list.push_bind(*level);
        }
        select.push(") order by at");
        select.build_query_as().fetch_all(p).await
    })?;
    let rise = |(province, threat, at, level)| Rise { province, threat, exercise, at, level };
    Ok(rows.into_iter().map(rise).collect())
}
