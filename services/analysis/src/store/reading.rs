//! Readings of indicators: kept as they were known, never overwritten.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use contracts::{envelope::digest, intake::indicators::IndicatorsRead};
use domain::{
    Credibility, Day, Extent, Handling, Indicator, ProvinceCode, ReadingId, Reliability, ReportId, Timestamp,
};
use kit::{Tx, on_tx};
use sqlx::{QueryBuilder, types::Json};
use tracing::instrument;

use super::{AT_ONCE, Reader, handling, of_provinces, on_reader};
use crate::domain::{Reading, Taken, taken::is_one};

/// A province in one of the two worlds.
pub type Where = (ProvinceCode, bool);
/// The readings of each province.
pub type ByProvince = BTreeMap<Where, Vec<Reading>>;

/// Keeps what was answered and what was taken back; says which provinces it touched, and the first and last day it speaks of. Twice changes nothing more.
///
/// # Errors
/// When the store cannot be written.
#[instrument(name = "analysis.reading.record", skip_all, fields(readings = event.readings.len(), withdrawn = event.withdrawn.len()))]
pub async fn record(
    tx: &mut Tx,
    event: &IndicatorsRead,
    said_at: Timestamp,
) -> Result<BTreeMap<Where, RangeInclusive<Day>>, sqlx::Error> {
    let heard_at = tx.now();
    for readings in event.readings.chunks(AT_ONCE) {
        let mut keys = Vec::with_capacity(readings.len());
        for reading in readings {
            keys.push(put_marking(tx, &reading.handling).await?);
        }
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into reading (reading_id, known_from, indicator, province, exercise, from_day, to_day, extent, note,
                     owner, reliability, credibility, marking, report_id, heard_at) ",
            );
            insert.push_values(readings.iter().zip(&keys), |mut row, (reading, marking)| {
                row.push_bind(&reading.id).push_bind(said_at).push_bind(reading.indicator);
                row.push_bind(&reading.province).push_bind(reading.exercise);
                row.push_bind(reading.from).push_bind(reading.to).push_bind(reading.extent);
                row.push_bind(&reading.note).push_bind(&reading.owner);
                row.push_bind(reading.grade.reliability);
                row.push_bind(i64::from(reading.grade.credibility.digit())).push_bind(marking);
                row.push_bind(reading.report.as_ref().map_or("", ReportId::as_str)).push_bind(heard_at);
            });
            insert.push(" on conflict (reading_id, known_from) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
        handling::note_readings(tx, readings.iter().zip(&keys)).await?;
    }
    for id in &event.withdrawn {
        on_tx!(tx, |c| {
            sqlx::query(
            "insert into reading_withdrawal (reading_id, at) values ($1, $2) on conflict (reading_id, at) do nothing"
        )
        .bind(id)
        .bind(said_at)
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    touched(tx, event).await
}

async fn put_marking(tx: &mut Tx, handling: &Handling) -> Result<String, sqlx::Error> {
    let body = serde_json::to_vec(handling).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let key = digest(&body);
    on_tx!(tx, |c| sqlx::query(
        "insert into marking (marking, body) values ($1, $2) on conflict (marking) do nothing"
    )
    .bind(&key)
    .bind(Json(handling))
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(key)
}

/// Where these readings count in any of their wordings.
async fn touched(
    tx: &mut Tx,
    event: &IndicatorsRead,
) -> Result<BTreeMap<Where, RangeInclusive<Day>>, sqlx::Error> {
    let ids: BTreeSet<&ReadingId> =
        event.readings.iter().map(|reading| &reading.id).chain(&event.withdrawn).collect();
    let ids: Vec<&ReadingId> = ids.into_iter().collect();
    let mut touched: BTreeMap<Where, RangeInclusive<Day>> = BTreeMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let rows: Vec<(ProvinceCode, bool, Day, Day)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select province, exercise, min(to_day), max(to_day) from reading where reading_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            select.push(") group by province, exercise");
            select.build_query_as().fetch_all(c).await
        })?;
        for (province, exercise, first, last) in rows {
            let days = touched.entry((province, exercise)).or_insert(first..=last);
            *days = first.min(*days.start())..=last.max(*days.end());
        }
    }
    Ok(touched)
}

/// What is read of a reading, which the statement calls `r`, besides its marking.
pub(super) const COLUMNS: &str = "select r.reading_id, r.known_from, r.indicator, r.province, r.exercise, r.from_day, r.to_day, \
     r.extent, r.note, r.owner, r.reliability, r.credibility, r.report_id";
/// How it is marked.
const MARKED: &str = ", r.marking";

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    reading_id: ReadingId,
    known_from: Timestamp,
    indicator: Indicator,
    pub(super) province: ProvinceCode,
    exercise: bool,
    from_day: Day,
    to_day: Day,
    extent: Extent,
    note: String,
    owner: String,
    reliability: Reliability,
    credibility: i64,
    marking: String,
    report_id: String,
}

impl Row {
    /// The key of its handling.
    pub(super) fn marking(&self) -> &String {
        &self.marking
    }
    pub(super) fn reading(self) -> Reading {
        let digit = u8::try_from(self.credibility).unwrap_or_default();
        // the running week is answered for as far as it has come
        let to = self.to_day.min(self.known_from.day());
        Reading {
            id: self.reading_id,
            indicator: self.indicator,
            from: self.from_day.min(to),
            to,
            extent: self.extent,
            note: self.note,
            owner: self.owner,
            reliability: self.reliability,
            credibility: Credibility::try_from(digit).unwrap_or(Credibility::UNKNOWN),
            marking: self.marking,
            known_from: self.known_from,
            report: self.report_id.parse().ok(),
        }
    }
}

/// The readings of these provinces as they were known before a moment: of each the newest wording, unless it was taken back
/// since; those that speak of no day before `since`. In the order of the days they speak of.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.reading.recall", skip_all, fields(provinces = provinces.len()))]
pub async fn as_known(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    (since, known_before): (Day, Timestamp),
) -> Result<ByProvince, sqlx::Error> {
    let (mut found, restricted) = (ByProvince::new(), handling::restricted(reader).await?);
    for provinces in provinces.chunks(AT_ONCE) {
        let rows: Vec<Row> = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(COLUMNS);
            marked_as_now(&mut select, &restricted);
            select.push(" from reading r where r.to_day >= ");
            select.push_bind(since).push(" and r.known_from < ").push_bind(known_before);
            select.push(
                " and not exists (select 1 from reading later where later.reading_id = r.reading_id
                        and later.known_from > r.known_from and later.known_from < ",
            );
            select.push_bind(known_before);
            select.push(
                ") and not exists (select 1 from reading_withdrawal w where w.reading_id = r.reading_id
                        and w.at >= r.known_from and w.at < ",
            );
            select.push_bind(known_before).push(") and r.province in (");
            let mut list = select.separated(", ");
            for province in provinces {
                list.push_bind(*province);
            }
            select.push(") order by r.to_day, r.known_from, r.reading_id");
            select.build_query_as().fetch_all(c).await
        })?;
        for row in rows {
            found.entry((row.province.clone(), row.exercise)).or_default().push(row.reading());
        }
    }
    Ok(found)
}

/// How a reading is marked: as it was known, but for what is restricted by its newest wording (decision 0043).
pub(super) fn marked_as_now<DB: sqlx::Database>(select: &mut QueryBuilder<DB>, restricted: &BTreeSet<String>)
where
    String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    if restricted.is_empty() {
        select.push(MARKED);
        return;
    }
    select.push(
        ", coalesce((select n.marking from reading n where n.reading_id = r.reading_id and not exists (select 1 from reading newer
              where newer.reading_id = n.reading_id and newer.known_from > n.known_from) and n.marking in (",
    );
    let mut list = select.separated(", ");
    for key in restricted {
        list.push_bind(key.clone());
    }
    select.push(")), r.marking) as marking");
}

/// The newest wording of a reading, and where it counts; `None` where there is none, or it was taken back since.
///
/// # Errors
/// When the store cannot be read.
pub async fn standing(
    reader: &mut Reader<'_>,
    id: &ReadingId,
) -> Result<Option<(Where, Reading)>, sqlx::Error> {
    let row: Option<Row> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(COLUMNS);
        select.push(MARKED).push(" from reading r where r.reading_id = ").push_bind(id);
        select.push(
            " and not exists (select 1 from reading_withdrawal w where w.reading_id = r.reading_id and w.at >= r.known_from)
              order by r.known_from desc limit 1",
        );
        select.build_query_as().fetch_optional(c).await
    })?;
    Ok(row.map(|row| ((row.province.clone(), row.exercise), row.reading())))
}

/// The join of the markings of every wording of a reading; `None` where there is none.
///
/// # Errors
/// When the store cannot be read.
pub async fn ever_marked(reader: &mut Reader<'_>, id: &ReadingId) -> Result<Option<Handling>, sqlx::Error> {
    let rows: Vec<(Json<Handling>,)> = on_reader!(reader, |c| sqlx::query_as(
        "select body from marking where marking in (select marking from reading where reading_id = $1)"
    )
    .bind(id)
    .fetch_all(c)
    .await)?;
    Ok(Handling::join_all(rows.iter().map(|(Json(handling),)| handling)))
}

/// How much came from each of these provinces, by the day it speaks of: reports of sources that do not list every event, and
/// readings, each once as it first came before a moment and whatever became of it since; without what is taken away.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.reporting.count", skip_all, fields(provinces = provinces.len()))]
pub async fn received(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    (since, known_before): (Day, Timestamp),
    taken: Taken<'_>,
    listing: &BTreeSet<String>,
) -> Result<BTreeMap<Where, crate::domain::reporting::Received>, sqlx::Error> {
    let mut found: BTreeMap<Where, crate::domain::reporting::Received> = BTreeMap::new();
    for provinces in provinces.chunks(AT_ONCE) {
        let out = match taken.source {
            Some(asked) => written_so(reader, provinces, asked).await?,
            None => Vec::new(),
        };
        let rows: Vec<(ProvinceCode, bool, Day, i64)> = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(
                "select province, exercise, occurred_to, count(distinct observation_id) from evidence came where occurred_to >= ",
            );
            select.push_bind(since).push(" and known_from < ").push_bind(known_before);
            for source in listing {
                select.push(" and source <> ").push_bind(source.clone());
            }
            select.push(" and revision = 1");
            left(&mut select, taken, (("evidence", "observation_id"), &["source", "owner"], &out));
            of_provinces(&mut select, provinces);
            select.push(
                " group by province, exercise, occurred_to union all
                select province, exercise, to_day, count(distinct reading_id) from reading came where to_day >= ",
            );
            select.push_bind(since).push(" and known_from < ").push_bind(known_before);
            select.push(
                " and not exists (select 1 from reading before where before.reading_id = came.reading_id
                        and before.known_from < came.known_from)",
            );
            left(&mut select, taken, (("reading", "reading_id"), &["owner"], &out));
            of_provinces(&mut select, provinces);
            select.push(" group by province, exercise, to_day");
            select.build_query_as().fetch_all(c).await
        })?;
        for (province, exercise, day, count) in rows {
            let count = u64::try_from(count).unwrap_or_default();
            found.entry((province, exercise)).or_default().push((day, count));
        }
    }
    Ok(found)
}

/// Every way in which what is reported from these provinces writes a source or an owner.
async fn written_so(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    asked: &str,
) -> Result<Vec<String>, sqlx::Error> {
    let all: Vec<String> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("select source from evidence where revision = 1");
        of_provinces(&mut select, provinces);
        for owners in
            [" union select owner from evidence where 1 = 1", " union select owner from reading where 1 = 1"]
        {
            select.push(owners);
            of_provinces(&mut select, provinces);
        }
        select.build_query_scalar().fetch_all(c).await
    })?;
    Ok(all.into_iter().filter(|name| is_one(name, asked)).collect())
}

/// Only what is left of a table when this is taken away: the names a source goes by stand in these columns, and are written in these
/// ways. What was ever marked so that it lies above a reach is taken away.
fn left<DB: sqlx::Database>(
    select: &mut QueryBuilder<DB>,
    taken: Taken<'_>,
    ((table, id), columns, written): ((&'static str, &'static str), &[&'static str], &[String]),
) where
    String: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    Reliability: for<'q> sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    for column in columns.iter().filter(|_| !written.is_empty()) {
        select.push(" and ").push(*column).push(" not in (");
        let mut list = select.separated(", ");
        for name in written {
            list.push_bind(name.clone());
        }
        select.push(")");
    }
    if let Some(above) = taken.above {
        select.push(" and not exists (select 1 from ").push(table).push(" marked where marked.").push(id);
        select.push(" = came.").push(id).push(" and marked.marking in (");
        let mut list = select.separated(", ");
        for key in above {
            list.push_bind(key.clone());
        }
        select.push("))");
    }
    if let Some(grades) = taken.grades {
        select.push(" and reliability in (");
        let mut list = select.separated(", ");
        for letter in Reliability::ALL.iter().filter(|letter| grades.includes(**letter)) {
            list.push_bind(*letter);
        }
        select.push(")");
    }
}
