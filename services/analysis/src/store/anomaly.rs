//! Anomalies as they are kept, and the watch that follows the figures of a cell.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::anomalies::{Anomaly, AnomalyMoved, AnomalyState, ListAnomalies, WATCH};
use domain::{AnomalyId, Day, EventId, ObservationId, ProvinceCode, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};
use tracing::instrument;

use super::{
    Reader, anomaly_past, handling::Markings, level, of_provinces, on_reader, overrides::Key, past, provinces,
};
use crate::domain::{Cell, Month, Rules, situation::TREND_MONTHS, watch};

/// How many observations of a month are named.
const NAMED: i64 = 50;

/// Judges the newest months of these cells and keeps and says what became of their anomalies. Doing it twice changes and
/// says nothing more.
///
/// # Errors
/// When the store cannot be read or written.
#[instrument(name = "analysis.anomaly.watch", skip_all, fields(cells = cells.len()))]
pub async fn watch(tx: &mut Tx, cells: &BTreeSet<Cell>, rules: &Rules) -> Result<(), sqlx::Error> {
    let oldest = watch::newest_from(tx.now().day());
    watch_since(tx, &cells.iter().map(|cell| (cell.clone(), oldest)).collect(), rules).await
}

/// The same of the months of these cells, each from one on: of what was counted anew, and of what comes after it, for it is judged by
/// what came before.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn watch_since(
    tx: &mut Tx,
    since: &BTreeMap<Cell, Month>,
    rules: &Rules,
) -> Result<(), sqlx::Error> {
    for now in moved(tx, since, rules).await? {
        put(tx, &now).await?;
    }
    Ok(())
}

/// What the figures make of the anomalies of these cells, from a month on: those that stand otherwise than they are kept. Nothing is
/// written.
///
/// # Errors
/// When the store cannot be read.
pub async fn moved(
    tx: &mut Tx,
    since: &BTreeMap<Cell, Month>,
    rules: &Rules,
) -> Result<Vec<Anomaly>, sqlx::Error> {
    let Some(oldest) = since.values().min() else { return Ok(Vec::new()) };
    let (now, on) = (tx.now(), tx.now().day());
    let wanted: Vec<&Cell> = since.keys().collect();
    let cells: BTreeSet<Cell> = since.keys().cloned().collect();
    let opens = opens(&mut Reader::Tx(tx), &cells, on).await?;
    let pasts = past::of_cells(&mut Reader::Tx(tx), &wanted, on).await?;
    let known = watched(&mut Reader::Tx(tx), &provinces(&cells), *oldest).await?.into_iter();
    let mut known: BTreeMap<AnomalyId, Anomaly> = known.map(|one| (one.id.clone(), one)).collect();
    let mut moved = Vec::new();
    for ((cell, oldest), opens) in since.iter().zip(opens.values()) {
        let series = pasts.get(cell).map(|past| past.series(cell, on)).unwrap_or_default();
        for judged in watch::since(&series, *oldest) {
            let before = known.remove(&watch::id_of(cell, judged.month));
            if before.is_none() && (judged.scored.score < WATCH || judged.month < *opens) {
                continue;
            }
            let seen = counted(tx, cell, judged.month, rules).await?;
            moved.extend(watch::follow(before, cell, &judged, (seen, now)));
        }
    }
    Ok(moved)
}

/// From which month on the anomalies of these cells follow their figures: the oldest that there is of each, or the oldest that may
/// open.
///
/// # Errors
/// When the store cannot be read.
pub async fn followed(
    reader: &mut Reader<'_>,
    cells: &BTreeSet<Cell>,
    on: Day,
) -> Result<BTreeMap<Cell, Month>, sqlx::Error> {
    let mut since = opens(reader, cells, on).await?;
    let first = Month::of(on).plus(-TREND_MONTHS);
    for one in watched(reader, &provinces(cells), first).await? {
        let cell = Cell::of(one.exercise, one.threat, &one.province);
        if let Some(month) = cell.and_then(|cell| since.get_mut(&cell)) {
            *month = Month::of(one.month).min(*month);
        }
    }
    Ok(since)
}

/// From which month on one of each of these cells that is counted anew opens an anomaly.
async fn opens(
    reader: &mut Reader<'_>,
    cells: &BTreeSet<Cell>,
    on: Day,
) -> Result<BTreeMap<Cell, Month>, sqlx::Error> {
    let states = level::around(reader, cells).await?;
    let from = |cell: &Cell| {
        let seen = states.get(cell).map_or(on, |state| state.first_seen.day());
        (cell.clone(), watch::opens_from(seen, on))
    };
    Ok(cells.iter().map(from).collect())
}

/// The anomalies of these provinces from a month on.
async fn watched(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    oldest: Month,
) -> Result<Vec<Anomaly>, sqlx::Error> {
    let rows: Vec<(Json<Anomaly>,)> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("select body from anomaly where month >= ");
        select.push_bind(oldest);
        of_provinces(&mut select, provinces);
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(Json(anomaly),)| anomaly).collect())
}

/// The months watched on this day in these provinces that a person had explained or dismissed by a moment, by cell.
///
/// # Errors
/// When the store cannot be read.
pub async fn judged(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    (on, at): (Day, Timestamp),
) -> Result<BTreeMap<Key, BTreeMap<Month, AnomalyState>>, sqlx::Error> {
    let mut all: BTreeMap<Key, BTreeMap<Month, AnomalyState>> = BTreeMap::new();
    let found = watched(reader, provinces, watch::newest_from(on)).await?.into_iter();
    for one in found.filter(|one| Month::of(one.month) <= Month::of(on)) {
        let stood = one.history.iter().rev().find(|step| step.at <= at).map(|step| step.state);
        let done = |state: &AnomalyState| matches!(state, AnomalyState::Explained | AnomalyState::Dismissed);
        if let Some(state) = stood.filter(done) {
            let key = (one.province, one.threat, one.exercise);
            all.entry(key).or_default().insert(Month::of(one.month), state);
        }
    }
    Ok(all)
}

/// What was counted in a month of a cell, newest first.
async fn counted(
    tx: &mut Tx,
    cell: &Cell,
    month: Month,
    rules: &Rules,
) -> Result<Vec<ObservationId>, sqlx::Error> {
    let rows: Vec<(ObservationId,)> = on_tx!(tx, |c| {
        let mut select =
            QueryBuilder::new("select observation_id from evidence where stands and province = ");
        select.push_bind(&cell.province).push(" and threat = ").push_bind(cell.threat);
        select.push(" and exercise = ").push_bind(cell.exercise).push(" and month = ").push_bind(month);
        for kind in &rules.peace_kinds {
            select.push(" and kind <> ").push_bind(kind.clone());
        }
        select.push(" order by occurred_to desc, observation_id limit ").push_bind(NAMED);
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Keeps an anomaly as it now stands and says so, under the handling of all that it was counted from.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, anomaly: &Anomaly) -> Result<(), sqlx::Error> {
    let moved_at = tx.now();
    let markings = Markings::read(&mut Reader::Tx(tx), anomaly.exercise, Some(&anomaly.province)).await?;
    let anomaly = &Anomaly { handling: Some(markings.of_anomaly(anomaly)), ..anomaly.clone() };
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into anomaly (anomaly_id, province, threat, exercise, month, state, body, opened_at, version, moved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (anomaly_id) do update set state = excluded.state, body = excluded.body,
             version = excluded.version, moved_at = excluded.moved_at"
    )
    .bind(&anomaly.id)
    .bind(&anomaly.province)
    .bind(anomaly.threat)
    .bind(anomaly.exercise)
    .bind(Month::of(anomaly.month))
    .bind(anomaly.state)
    .bind(Json(anomaly))
    .bind(anomaly.opened_at)
    .bind(i64::from(anomaly.version))
    .bind(moved_at)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    anomaly_past::keep(tx, anomaly).await?;
    let id = EventId::generate(tx.now());
    tx.say_as(&id, &AnomalyMoved { anomaly: anomaly.clone() }).await
}

/// One anomaly.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(reader: &mut Reader<'_>, id: &AnomalyId) -> Result<Option<Anomaly>, sqlx::Error> {
    let row: Option<(Json<Anomaly>,)> =
        on_reader!(reader, |c| sqlx::query_as("select body from anomaly where anomaly_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(|(Json(found),)| found))
}

/// Anomalies, newest month first, each as it stands or as it stood at the moment asked of: one more than the page holds.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    db: &Db,
    wanted: &ListAnomalies,
    after: Option<(Month, AnomalyId)>,
) -> Result<Vec<Anomaly>, sqlx::Error> {
    let rows: Vec<(Json<Anomaly>,)> = on_db!(db, |p| {
        let told = if wanted.known_on.is_some() { "told" } else { "one" };
        let mut select = QueryBuilder::new("select ");
        select.push(told).push(".body from anomaly as one");
        if let Some(at) = wanted.known_on {
            select.push(
                " join anomaly_standing as told on told.anomaly_id = one.anomaly_id and told.since <= ",
            );
            select.push_bind(at).push(" and not exists (select 1 from anomaly_standing as later");
            select.push(" where later.anomaly_id = told.anomaly_id and later.version > told.version");
            select.push(" and later.since <= ").push_bind(at).push(")");
        }
        select.push(" where one.exercise = ").push_bind(wanted.exercise);
        if let Some(province) = &wanted.province {
            select.push(" and one.province = ").push_bind(province);
        }
        if let Some(threat) = wanted.threat {
            select.push(" and one.threat = ").push_bind(threat);
        }
        if let Some(state) = wanted.state {
            select.push(" and ").push(told).push(".state = ").push_bind(state);
        }
        if let Some((month, id)) = &after {
            select.push(" and (one.month < ").push_bind(*month);
            select.push(" or (one.month = ").push_bind(*month);
            select.push(" and one.anomaly_id > ").push_bind(id).push("))");
        }
        select.push(" order by one.month desc, one.anomaly_id limit ");
        select.push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(anomaly),)| anomaly).collect())
}
