//! What a situation needs to know besides its reports: the counts by month and how far complete sources reach.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, ProvinceCode, Threat};
use sqlx::QueryBuilder;

use super::{
    AT_ONCE, Reader,
    forecast::{self, Outlooks},
    on_reader,
};
use crate::domain::{Cell, Count, Month, Past, situation::TREND_MONTHS};

#[derive(sqlx::FromRow)]
struct CountRow {
    province: ProvinceCode,
    threat: Threat,
    exercise: bool,
    month: Month,
    events: i64,
    deaths: i64,
    reports: i64,
    peace: i64,
}

impl CountRow {
    fn count(&self) -> Count {
        let whole = |number: i64| u32::try_from(number).unwrap_or_default();
        Count {
            events: whole(self.events),
            deaths: whole(self.deaths),
            reports: whole(self.reports),
            peace: whole(self.peace),
        }
    }
}

/// The past of each of these cells, as it is known now, up to the month of `on`.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_cells(
    reader: &mut Reader<'_>,
    cells: &[&Cell],
    on: Day,
) -> Result<BTreeMap<Cell, Past>, sqlx::Error> {
    let spans = spans(reader).await?;
    let outlooks = forecast::outlooks(reader, on, on.plus(1).start()).await?;
    let mut counts: BTreeMap<(ProvinceCode, bool), Vec<CountRow>> = BTreeMap::new();
    let provinces: BTreeSet<&ProvinceCode> = cells.iter().map(|cell| &cell.province).collect();
    let provinces: Vec<&ProvinceCode> = provinces.into_iter().collect();
    for provinces in provinces.chunks(AT_ONCE) {
        for row in count_rows(reader, provinces, Month::of(on)).await? {
            counts.entry((row.province.clone(), row.exercise)).or_default().push(row);
        }
    }
    let mut pasts = BTreeMap::new();
    for cell in cells {
        let rows = counts.get(&(cell.province.clone(), cell.exercise)).map_or(&[][..], Vec::as_slice);
        pasts.insert((*cell).clone(), past(cell, rows, (&spans, &outlooks)));
    }
    Ok(pasts)
}

/// The past of a cell, from what the series counted in its province.
fn past(cell: &Cell, rows: &[CountRow], (spans, outlooks): (&Spans, &Outlooks)) -> Past {
    let own = rows.iter().filter(|row| row.threat == cell.threat);
    Past {
        counts: own.map(|row| (row.month, row.count())).collect(),
        reported: rows.iter().filter(|row| row.reports > 0).map(|row| row.month).collect(),
        complete: spans.get(&(cell.country, cell.threat, cell.exercise)).copied(),
        outlook: forecast::outlook(outlooks, cell),
    }
}

async fn count_rows(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    last: Month,
) -> Result<Vec<CountRow>, sqlx::Error> {
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select province, threat, exercise, month, events, deaths, reports, peace from series_cell where month >= ",
        );
        select
            .push_bind(last.plus(-TREND_MONTHS))
            .push(" and month <= ")
            .push_bind(last)
            .push(" and province in (");
        let mut list = select.separated(", ");
        for province in provinces {
            list.push_bind(*province);
        }
        select.push(")");
        select.build_query_as().fetch_all(c).await
    })
}

#[derive(sqlx::FromRow)]
struct SpanRow {
    country: Country,
    threat: Threat,
    exercise: bool,
    first_day: Day,
    last_day: Day,
}

/// From when to when sources that list every event reach, together, by country, threat and exercise.
pub type Spans = BTreeMap<(Country, Threat, bool), (Day, Day)>;

/// How far the sources that list every event reach.
///
/// # Errors
/// When the store cannot be read.
pub async fn spans(reader: &mut Reader<'_>) -> Result<Spans, sqlx::Error> {
    let rows: Vec<SpanRow> = on_reader!(reader, |c| sqlx::query_as(
        "select country, threat, exercise, min(first_day) as first_day, max(last_day) as last_day
           from source_span group by country, threat, exercise"
    )
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.country, row.threat, row.exercise), (row.first_day, row.last_day)))
        .collect())
}
