//! Days and weeks, kept counted for just the spans that a pack touched.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::series::Unit;
use domain::{Day, ObservationId, Threat};
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;
use tracing::instrument;

use super::{
    AT_ONCE, Reader,
    record::{self, Touched},
    series, standing,
};
use crate::domain::{Count, Report, Rules, Tally, recount::Place, span::Span};

/// One day or week of one cell of the series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanCell {
    /// The country.
    pub country: String,
    /// The province; empty where there is none with a level.
    pub province: String,
    /// The threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The day or week.
    pub span: Span,
}

impl SpanCell {
    /// The place and the threat.
    fn cell(&self) -> (Place, Threat) {
        let (country, province) = (self.country.clone(), self.province.clone());
        (Place { country, province, exercise: self.exercise }, self.threat)
    }
}

/// Days on which evidence of one cell may have happened.
#[derive(sqlx::FromRow)]
struct Dated {
    country: String,
    province: String,
    threat: Threat,
    exercise: bool,
    occurred_from: Day,
    occurred_to: Day,
}

impl Dated {
    /// The spans that count it: one day and one week at most.
    fn cells(&self) -> impl Iterator<Item = SpanCell> {
        let days = (self.occurred_from, self.occurred_to);
        [Unit::Day, Unit::Week].into_iter().filter_map(move |unit| Span::counting(unit, days)).map(|span| {
            SpanCell {
                country: self.country.clone(),
                province: self.province.clone(),
                threat: self.threat,
                exercise: self.exercise,
                span,
            }
        })
    }
}

/// Counts anew the days and weeks in which these observations stand, or stood before, and those in which what is of one incident with them
/// stands; gives how many these are.
///
/// # Errors
/// When the store cannot be read or written.
#[instrument(name = "analysis.spans.follow", skip_all)]
pub async fn follow(tx: &mut Tx, ids: &[&ObservationId], rules: &Rules) -> Result<usize, sqlx::Error> {
    let mut cells = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        cells.extend(dated(tx, ids, "").await?.iter().flat_map(Dated::cells));
        let beside = record::beside(tx, ids).await?;
        let beside: Vec<&ObservationId> = beside.iter().collect();
        for ids in beside.chunks(AT_ONCE) {
            cells.extend(dated(tx, ids, "stands and ").await?.iter().flat_map(Dated::cells));
        }
    }
    recount(tx, &cells, rules).await?;
    Ok(cells.len())
}

/// On which days the rows of these observations lie, of those of which this holds.
async fn dated(tx: &mut Tx, ids: &[&ObservationId], which: &'static str) -> Result<Vec<Dated>, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut select = QueryBuilder::new(
            "select distinct country, province, threat, exercise, occurred_from, occurred_to from evidence where ",
        );
        select.push(which).push("country <> '' and observation_id in (");
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        select.push(")");
        select.build_query_as().fetch_all(c).await
    })
}

/// Counts so many months that wait for it, with their days and weeks; gives which did.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn catch_up(tx: &mut Tx, months: i64, rules: &Rules) -> Result<BTreeSet<Touched>, sqlx::Error> {
    let due: Vec<Touched> = on_tx!(tx, |c| sqlx::query_as(
        "select country, province, threat, exercise, month from series_due
          order by country, province, threat, exercise, month limit $1"
    )
    .bind(months)
    .fetch_all(c)
    .await)?;
    let due: BTreeSet<Touched> = due.into_iter().collect();
    series::recount(tx, &due, rules).await?;
    for due in &due {
        let dated: Vec<Dated> = on_tx!(tx, |c| {
            sqlx::query_as(
            "select distinct country, province, threat, exercise, occurred_from, occurred_to from evidence
              where stands and country = $1 and province = $2 and threat = $3 and exercise = $4 and month = $5"
        )
        .bind(&due.country)
        .bind(&due.province)
        .bind(due.threat)
        .bind(due.exercise)
        .bind(due.month)
        .fetch_all(c)
        .await
        })?;
        recount(tx, &dated.iter().flat_map(Dated::cells).collect(), rules).await?;
        on_tx!(tx, |c| sqlx::query(
            "delete from series_due
              where country = $1 and province = $2 and threat = $3 and exercise = $4 and month = $5"
        )
        .bind(&due.country)
        .bind(&due.province)
        .bind(due.threat)
        .bind(due.exercise)
        .bind(due.month)
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(due)
}

/// Whether days and weeks of a country are still to be counted.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_behind(db: &kit::Db, country: &str) -> Result<bool, sqlx::Error> {
    let due: i64 =
        kit::on_db!(db, |p| sqlx::query_scalar("select count(*) from series_due where country = $1")
            .bind(country)
            .fetch_one(p)
            .await)?;
    Ok(due > 0)
}

/// Whether days and weeks of a threat are still to be counted.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_due(db: &kit::Db, threat: Threat) -> Result<bool, sqlx::Error> {
    let due: i64 =
        kit::on_db!(db, |p| sqlx::query_scalar("select count(*) from series_due where threat = $1")
            .bind(threat)
            .fetch_one(p)
            .await)?;
    Ok(due > 0)
}

/// Counts these spans anew from the evidence that stands; counting twice gives the same.
async fn recount(tx: &mut Tx, cells: &BTreeSet<SpanCell>, rules: &Rules) -> Result<(), sqlx::Error> {
    let cells: Vec<&SpanCell> = cells.iter().collect();
    for cells in cells.chunks(AT_ONCE) {
        let reports = standing::of_spans(&mut Reader::Tx(tx), cells).await?;
        let mut tallies = BTreeMap::new();
        for (cell, of) in &reports {
            for unit in [Unit::Day, Unit::Week] {
                let span = move |report: &Report| Span::counting(unit, (report.from, report.to));
                tallies.insert((cell, unit), Tally::of(of.values(), span));
            }
        }
        let count = |cell: &SpanCell| {
            let of = cell.cell();
            let tally = tallies.get(&(&of, cell.span.unit));
            tally.map_or_else(Count::default, |tally| tally.count(cell.span, rules))
        };
        let counts: Vec<(&SpanCell, Count)> = cells.iter().map(|cell| (*cell, count(cell))).collect();
        put(tx, &counts).await?;
    }
    Ok(())
}

/// Keeps these counts.
///
/// # Errors
/// When the store cannot be written.
pub(super) async fn put(tx: &mut Tx, counts: &[(&SpanCell, Count)]) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "insert into series_span (country, province, threat, exercise, unit, first_day, events, deaths, reports, peace, unstated) ",
        );
        insert.push_values(counts, |mut row, (cell, count)| {
            row.push_bind(&cell.country).push_bind(&cell.province).push_bind(cell.threat);
            row.push_bind(cell.exercise).push_bind(cell.span.unit).push_bind(cell.span.first);
            row.push_bind(i64::from(count.events)).push_bind(i64::from(count.deaths));
            row.push_bind(i64::from(count.reports)).push_bind(i64::from(count.peace));
            row.push_bind(i64::from(count.unstated));
        });
        insert.push(
            " on conflict (country, province, threat, exercise, unit, first_day) do update set
                 events = excluded.events, deaths = excluded.deaths, reports = excluded.reports, peace = excluded.peace,
                 unstated = excluded.unstated",
        );
        insert.build().execute(c).await.map(|_| ())
    })
}
