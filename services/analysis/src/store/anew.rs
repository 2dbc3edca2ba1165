//! The provinces whose counts changed since their unusual months were looked at last.

use std::collections::{BTreeMap, BTreeSet};

use domain::ProvinceCode;
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;

use super::{Reader, on_reader, record::Touched};
use crate::domain::{Month, cell::country_of, watch};

/// A province of one of the two worlds.
type Place = (ProvinceCode, bool);

/// Notes where something was counted anew: one report of a province makes its month known for every threat there.
///
/// # Errors
/// When the store cannot be written.
pub async fn note(tx: &mut Tx, touched: &BTreeSet<Touched>) -> Result<(), sqlx::Error> {
    let mut months: BTreeMap<Place, Month> = BTreeMap::new();
    for one in touched {
        let Some(province) = one.province.parse().ok().filter(|code| country_of(code).is_some()) else {
            continue;
        };
        let month = months.entry((province, one.exercise)).or_insert(one.month);
        *month = one.month.min(*month);
    }
    put(tx, &months).await
}

/// Notes that a source which lists every event reaches otherwise in these provinces: months without a row became known zeros, or
/// are none any more.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_reach(tx: &mut Tx, provinces: &BTreeSet<ProvinceCode>) -> Result<(), sqlx::Error> {
    let oldest = watch::late_from(tx.now().day());
    let months = provinces.iter().flat_map(|code| [false, true].map(|of| ((code.clone(), of), oldest)));
    put(tx, &months.collect()).await
}

async fn put(tx: &mut Tx, months: &BTreeMap<Place, Month>) -> Result<(), sqlx::Error> {
    if months.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new("insert into counted_anew (province, exercise, month) ");
        insert.push_values(months, |mut row, ((province, exercise), month)| {
            row.push_bind(province).push_bind(*exercise).push_bind(*month);
        });
        insert.push(
            " on conflict (province, exercise) do update set
                 month = case when excluded.month < counted_anew.month then excluded.month else counted_anew.month end",
        );
        insert.build().execute(c).await.map(|_| ())
    })
}

/// Whether any is noted.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_any(reader: &mut Reader<'_>) -> Result<bool, sqlx::Error> {
    let found: Option<(ProvinceCode,)> = on_reader!(reader, |c| {
        sqlx::query_as("select province from counted_anew limit 1").fetch_optional(c).await
    })?;
    Ok(found.is_some())
}

/// Takes so many that are noted; each is noted no more.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn take(tx: &mut Tx, most: i64) -> Result<BTreeMap<Place, Month>, sqlx::Error> {
    let rows: Vec<(ProvinceCode, bool, Month)> = on_tx!(tx, |c| {
        sqlx::query_as(
            "select province, exercise, month from counted_anew order by province, exercise limit $1",
        )
        .bind(most)
        .fetch_all(c)
        .await
    })?;
    for (province, exercise, _) in &rows {
        on_tx!(tx, |c| {
            sqlx::query("delete from counted_anew where province = $1 and exercise = $2")
                .bind(province)
                .bind(*exercise)
                .execute(c)
                .await
                .map(|_| ())
        })?;
    }
    Ok(rows.into_iter().map(|(province, exercise, month)| ((province, exercise), month)).collect())
}
