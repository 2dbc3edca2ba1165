//! How each cell was told on each day: kept word for word, so that the map is one row a cell and a past day is told as it was.

use std::collections::BTreeSet;

use contracts::analysis::{GetSituation, Situation, levels::Evidence};
use domain::{Day, ProvinceCode, Threat};
use kit::{Tx, on_tx};
use serde::{Deserialize, Serialize};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

use super::{Reader, on_reader};

/// How many rows one statement writes.
const ROWS: usize = 200;

/// Which cells were told.
pub type Told = BTreeSet<(ProvinceCode, Threat)>;

/// One cell as it is told on a day.
#[derive(Debug)]
pub struct Page {
    /// The situation.
    pub situation: Situation,
    /// The incidents behind its own index in short.
    pub evidence: Vec<Evidence>,
    /// Whether there is anything to say of it.
    pub shown: bool,
}

/// JSON columns hold objects.
#[derive(Serialize, Deserialize)]
struct InShort {
    incidents: Vec<Evidence>,
}

/// What was told of the cells that are asked for on a day: those with something to say, and which were told at all.
///
/// # Errors
/// When the store cannot be read.
pub async fn of(
    reader: &mut Reader<'_>,
    wanted: &GetSituation,
    day: Day,
) -> Result<(Vec<Situation>, Told), sqlx::Error> {
    type Row = (ProvinceCode, Threat, Option<Json<Situation>>, Option<Json<InShort>>);
    let rows: Vec<Row> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select province, threat, case when shown then body end as body, case when shown and ",
        );
        select.push_bind(wanted.explained);
        select.push(" then evidence end as evidence from situation_day where day = ").push_bind(day);
        select.push(" and exercise = ").push_bind(wanted.exercise);
        of_cells(&mut select, wanted);
        select.build_query_as().fetch_all(c).await
    })?;
    let (mut shown, mut told) = (Vec::new(), Told::new());
    for (province, threat, body, evidence) in rows {
        told.insert((province, threat));
        if let Some(Json(mut situation)) = body {
            if let Some((components, Json(evidence))) = situation.components.as_mut().zip(evidence) {
                components.evidence = evidence.incidents;
            }
            shown.push(situation);
        }
    }
    Ok((shown, told))
}

/// Whether anything was told on a day, as far as days are kept: nobody looked where it was not.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_told(reader: &mut Reader<'_>, day: Day, exercise: bool) -> Result<bool, sqlx::Error> {
    let found: Option<Day> = on_reader!(reader, |c| {
        sqlx::query_scalar("select day from situation_day where day = $1 and exercise = $2 limit 1")
            .bind(day)
            .bind(exercise)
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// A cell as it is told, written; `None` where there is nothing to say of it.
pub type Body = ((Threat, ProvinceCode), Option<String>);

/// What was told of the cells that are asked for on a day, each as it is written, in no order.
///
/// # Errors
/// When the store cannot be read.
pub async fn bodies(
    reader: &mut Reader<'_>,
    wanted: &GetSituation,
    day: Day,
) -> Result<Vec<Body>, sqlx::Error> {
    let rows: Vec<(Threat, ProvinceCode, Option<String>)> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select threat, province, case when shown then cast(body as text) end from situation_day where day = ",
        );
        select.push_bind(day).push(" and exercise = ").push_bind(wanted.exercise);
        of_cells(&mut select, wanted);
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(threat, province, body)| ((threat, province), body)).collect())
}

/// What was told of the cells that are asked for on a day, as it is written, in one piece for each threat, in the order of threats and
/// provinces; `None` where a cell that has a level was not told, or there is nothing to say. The store puts a piece together: a row
/// costs more than what it holds.
///
/// # Errors
/// When the store cannot be read.
pub async fn written(
    reader: &mut Reader<'_>,
    wanted: &GetSituation,
    day: Day,
) -> Result<Option<Vec<String>>, sqlx::Error> {
    let mut rows: Vec<(Threat, String)> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select threat, string_agg(cast(body as text), ',' order by province) from situation_day where shown and day = ",
        );
        select.push_bind(day).push(" and exercise = ").push_bind(wanted.exercise);
        of_cells(&mut select, wanted);
        select.push(" and not exists (select 1 from level_state s where s.exercise = ");
        select.push_bind(wanted.exercise);
        of_cells(&mut select, wanted);
        select.push(" and not exists (select 1 from situation_day d where d.day = ").push_bind(day);
        select.push(" and d.exercise = s.exercise and d.province = s.province and d.threat = s.threat))");
        select.push(" group by threat").build_query_as().fetch_all(c).await
    })?;
    if rows.is_empty() {
        return Ok(None);
    }
    rows.sort_unstable_by_key(|(threat, _)| *threat);
    Ok(Some(rows.into_iter().map(|(_, bodies)| bodies).collect()))
}

fn of_cells<DB: Database>(select: &mut QueryBuilder<DB>, wanted: &GetSituation)
where
    for<'q> ProvinceCode: Encode<'q, DB> + Type<DB>,
    for<'q> Threat: Encode<'q, DB> + Type<DB>,
{
    if let Some(province) = &wanted.province {
        select.push(" and province = ").push_bind(province.clone());
    }
    if let Some(threat) = wanted.threat {
        select.push(" and threat = ").push_bind(threat);
    }
}

/// Keeps how these cells are told.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, pages: Vec<Page>) -> Result<(), sqlx::Error> {
    let mut pages = pages;
    while !pages.is_empty() {
        let rest = pages.split_off(pages.len().min(ROWS));
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into situation_day (day, exercise, province, threat, shown, body, evidence) ",
            );
            insert.push_values(pages, |mut row, Page { situation, evidence, shown }| {
                row.push_bind(situation.on).push_bind(situation.exercise);
                row.push_bind(situation.province.clone()).push_bind(situation.threat).push_bind(shown);
                row.push_bind(Json(situation)).push_bind(Json(InShort { incidents: evidence }));
            });
            insert.push(
                " on conflict (day, exercise, province, threat) do update set
                     shown = excluded.shown, body = excluded.body, evidence = excluded.evidence",
            );
            insert.build().execute(c).await.map(|_| ())
        })?;
        pages = rest;
    }
    Ok(())
}

/// Takes away what is told today of these provinces in one world; of all where `None`: it is no longer so.
///
/// # Errors
/// When the store cannot be written.
pub async fn take_back(
    tx: &mut Tx,
    provinces: Option<&BTreeSet<ProvinceCode>>,
    exercise: Option<bool>,
) -> Result<(), sqlx::Error> {
    if provinces.is_some_and(BTreeSet::is_empty) {
        return Ok(());
    }
    let today = tx.now().day();
    on_tx!(tx, |c| {
        let mut delete = QueryBuilder::new("delete from situation_day where day >= ");
        delete.push_bind(today);
        if let Some(exercise) = exercise {
            delete.push(" and exercise = ").push_bind(exercise);
        }
        if let Some(provinces) = provinces {
            delete.push(" and province in (");
            let mut list = delete.separated(", ");
            for province in provinces {
                list.push_bind(province);
            }
            delete.push(")");
        }
        delete.build().execute(c).await.map(|_| ())
    })
}

/// Forgets days before this one: they are told from the evidence, as it was known then.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, before: Day) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from situation_day where day < $1")
        .bind(before)
        .execute(c)
        .await
        .map(|_| ()))
}
