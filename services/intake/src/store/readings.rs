//! Answers about indicators as they stand.

use contracts::intake::indicators::IndicatorReading;
use domain::{Day, ProvinceCode, ReadingId, ReportId};
use kit::{Tx, on_tx};
use sqlx::types::Json;

use super::reports::ReportRow;
use crate::domain::readings::acceptance;

/// Whose answers, of which province and week.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Pseudonym of the source.
    pub source: &'a str,
    /// The province.
    pub province: &'a ProvinceCode,
    /// The Monday of the week.
    pub week: Day,
    /// Whether it is part of an exercise.
    pub exercise: bool,
}

/// The ids of a sheet's answers that stand.
pub async fn standing(tx: &mut Tx, sheet: Sheet<'_>) -> Result<Vec<ReadingId>, sqlx::Error> {
    let rows: Vec<(ReadingId,)> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select reading_id from reading
          where source = $1 and province = $2 and week = $3 and exercise = $4 and withdrawn_at is null order by reading_id"
    )
    .bind(sheet.source)
    .bind(sheet.province)
    .bind(sheet.week)
    .bind(sheet.exercise)
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The ids of the answers that stand and came with this report.
pub async fn of_report(tx: &mut Tx, report: &ReportId) -> Result<Vec<ReadingId>, sqlx::Error> {
    let rows: Vec<(ReadingId,)> = on_tx!(tx, |c| sqlx::query_as(
        "select reading_id from reading where report_id = $1 and withdrawn_at is null order by reading_id"
    )
    .bind(report)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The report that holds again where this one is refused: of those of the same sheet that are still accepted, the one accepted last.
/// `None` where there is none, or where that one replaced this.
pub async fn replaced(
    tx: &mut Tx,
    (refused, sheet): (&ReportRow, Sheet<'_>),
) -> Result<Option<ReportRow>, sqlx::Error> {
    let rows: Vec<ReportRow> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select * from report
          where source = $1 and province = $2 and week = $3 and exercise = $4 and state = 'accepted' and report_id <> $5"
    )
    .bind(sheet.source)
    .bind(sheet.province)
    .bind(sheet.week)
    .bind(sheet.exercise)
    .bind(&refused.report_id)
    .fetch_all(c)
    .await
    })?;
    let accepted_at = |row: &ReportRow| acceptance(&row.history).map(|accepted| accepted.at);
    let last = rows.into_iter().max_by_key(|row| (accepted_at(row), row.received_at));
    Ok(last.filter(|last| accepted_at(last) <= accepted_at(refused)))
}

/// Writes an answer in the place of whatever stood under its id.
pub async fn put(
    tx: &mut Tx,
    (report, sheet): (&ReportId, Sheet<'_>),
    reading: &IndicatorReading,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into reading (reading_id, report_id, source, province, week, exercise, body, taken_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (reading_id) do update
            set report_id = excluded.report_id, body = excluded.body, taken_at = excluded.taken_at, withdrawn_at = null"
    )
    .bind(&reading.id)
    .bind(report)
    .bind(sheet.source)
    .bind(sheet.province)
    .bind(sheet.week)
    .bind(sheet.exercise)
    .bind(Json(reading))
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Takes an answer back.
pub async fn withdraw(tx: &mut Tx, id: &ReadingId) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "update reading set withdrawn_at = $2 where reading_id = $1 and withdrawn_at is null"
    )
    .bind(id)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}
