//! What a situation needs to know besides its reports: the counts by month and how far complete sources reach.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, ProvinceCode, Reliability, Threat, Timestamp};
use sqlx::QueryBuilder;

use super::{
    AT_ONCE, Reader, configured, evidence, forecast, listed, marked, of_provinces, on_reader, provinces,
};
use crate::domain::{Cell, Count, Listing, Month, Past, Taken, listing::Spans, situation::TREND_MONTHS};

/// What the series counted of one cell. All its months come in one row: a row costs more than what it holds.
#[derive(sqlx::FromRow)]
struct CellRow {
    province: ProvinceCode,
    threat: Threat,
    exercise: bool,
    /// `2026-11:events:deaths:reports:peace:unstated`, behind each other with `;`.
    months: String,
}

impl CellRow {
    fn counts(&self) -> Result<BTreeMap<Month, Count>, sqlx::Error> {
        let wrong = || sqlx::Error::Decode(format!("series_cell holds {:?}", self.months).into());
        let one = |text: &str| {
            let (month, numbers) = text.split_once(':')?;
            let mut numbers = numbers.split(':').map(|number| number.parse::<i64>().ok());
            let mut next = || Some(u32::try_from(numbers.next()??).unwrap_or_default());
            let count = Count {
                events: next()?,
                deaths: next()?,
                reports: next()?,
                peace: next()?,
                unstated: next()?,
            };
            Some((month.parse().ok()?, count))
        };
        self.months.split(';').map(|text| one(text).ok_or_else(wrong)).collect()
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
    let spans = spans(reader, None).await?;
    let outlooks =
        forecast::outlooks(reader, Some(&provinces(cells.iter().copied())), (on, on.plus(1).start())).await?;
    let mut counts = counted(reader, cells, Month::of(on)).await?;
    let past = |cell: &&Cell| {
        let past = Past {
            counts: counts.remove(*cell).unwrap_or_default(),
            reported: BTreeSet::new(),
            listings: spans.get(&(cell.country, cell.threat, cell.exercise)).cloned().unwrap_or_default(),
            outlook: forecast::outlook(&outlooks, cell),
        };
        ((*cell).clone(), past)
    };
    let mut pasts: BTreeMap<Cell, Past> = cells.iter().map(past).collect();
    add_reported(reader, &mut pasts, Month::of(on)).await?;
    Ok(pasts)
}

/// What the series counted of these cells, up to a month.
async fn counted(
    reader: &mut Reader<'_>,
    cells: &[&Cell],
    last: Month,
) -> Result<BTreeMap<Cell, BTreeMap<Month, Count>>, sqlx::Error> {
    let mut counts = BTreeMap::new();
    for cells in cells.chunks(AT_ONCE) {
        for row in cell_rows(reader, cells, last).await? {
            if let Some(cell) = Cell::of(row.exercise, row.threat, &row.province) {
                counts.insert(cell, row.counts()?);
            }
        }
    }
    Ok(counts)
}

/// Adds in which months anything was reported from the provinces of these cells: those alone in which it matters.
async fn add_reported(
    reader: &mut Reader<'_>,
    pasts: &mut BTreeMap<Cell, Past>,
    last: Month,
) -> Result<(), sqlx::Error> {
    let mut open: Vec<(&Cell, Month)> = Vec::new();
    for (cell, past) in pasts.iter() {
        open.extend(past.asks_since(last).map(|since| (cell, since)));
    }
    let Some(since) = open.iter().map(|(_, since)| *since).min() else { return Ok(()) };
    let mut reported: BTreeMap<(ProvinceCode, bool), BTreeSet<Month>> = BTreeMap::new();
    for provinces in provinces(open.iter().map(|(cell, _)| *cell)).chunks(AT_ONCE) {
        for (province, exercise, months) in months_reported(reader, provinces, (since, last)).await? {
            let wrong = |_| sqlx::Error::Decode(format!("series_cell holds the months {months:?}").into());
            let months: Result<BTreeSet<Month>, _> = months.split(';').map(str::parse).collect();
            reported.insert((province, exercise), months.map_err(wrong)?);
        }
    }
    for (cell, past) in pasts {
        past.reported = reported.get(&(cell.province.clone(), cell.exercise)).cloned().unwrap_or_default();
    }
    Ok(())
}

/// The months between these two in which anything was reported from each of these provinces, behind each other with `;`.
async fn months_reported(
    reader: &mut Reader<'_>,
    provinces: &[&ProvinceCode],
    (first, last): (Month, Month),
) -> Result<Vec<(ProvinceCode, bool, String)>, sqlx::Error> {
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select province, exercise, string_agg(month, ';') from (
                 select distinct province, exercise, month from series_cell where reports > 0 and month >= ",
        );
        select.push_bind(first).push(" and month <= ").push_bind(last);
        of_provinces(&mut select, provinces);
        select.push(") months group by province, exercise");
        select.build_query_as().fetch_all(c).await
    })
}

async fn cell_rows(
    reader: &mut Reader<'_>,
    cells: &[&Cell],
    last: Month,
) -> Result<Vec<CellRow>, sqlx::Error> {
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("with wanted (country, province, threat, exercise) as (");
        select.push_values(cells, |mut row, cell| {
            row.push_bind(cell.country).push_bind(&cell.province);
            row.push_bind(cell.threat).push_bind(cell.exercise);
        });
        select.push(
            ") select w.province, w.threat, w.exercise,
                      string_agg(month || ':' || events || ':' || deaths || ':' || reports || ':' || peace
                                 || ':' || unstated, ';') as months
                 from wanted w cross join series_cell s
                where s.country = w.country and s.province = w.province and s.threat = w.threat
                  and s.exercise = w.exercise and s.reports > 0 and s.month >= ",
        );
        select.push_bind(last.plus(-TREND_MONTHS)).push(" and s.month <= ").push_bind(last);
        select.push(" group by w.province, w.threat, w.exercise");
        select.build_query_as().fetch_all(c).await
    })
}

#[derive(sqlx::FromRow)]
struct SpanRow {
    source: String,
    country: Country,
    threat: Threat,
    exercise: bool,
    first_day: Day,
    last_day: Day,
    /// Keys of handling, behind each other with a blank.
    markings: String,
}

/// How far each source reaches, and under which handling its rows came.
const SPANS: &str = "select s.source, s.country, s.threat, s.exercise, s.first_day, s.last_day,
            coalesce((select string_agg(m.marking, ' ' order by m.marking) from source_marking m
                       where m.source = s.source and m.country = s.country and m.threat = s.threat
                         and m.exercise = s.exercise), '') as markings
       from ";

/// How far each source that lists every event reaches by its rows that stand: now, or as they were known before a moment.
///
/// # Errors
/// When the store cannot be read.
pub async fn spans(reader: &mut Reader<'_>, known_before: Option<Timestamp>) -> Result<Spans, sqlx::Error> {
    spans_of(reader, known_before, None).await
}

/// The same by those rows alone that do not lie above a reach.
async fn spans_of(
    reader: &mut Reader<'_>,
    known_before: Option<Timestamp>,
    above: Option<&BTreeSet<String>>,
) -> Result<Spans, sqlx::Error> {
    let rows: Vec<SpanRow> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(SPANS);
        if known_before.is_none() && above.is_none() {
            select.push("source_span s");
        } else {
            select.push("(select l.source, l.country, l.threat, l.exercise");
            for (day, order) in [("first_day", "asc"), ("last_day", "desc")] {
                select.push(", (select e.occurred_to from evidence e where ").push(listed::OF_LIST);
                match known_before {
                    Some(moment) => evidence::stood_before(&mut select, moment),
                    None => drop(select.push(" and e.stands")),
                }
                if let Some(keys) = above {
                    marked::none_of(&mut select, "e", keys);
                }
                select.push(" order by e.occurred_to ").push(order).push(" limit 1) as ").push(day);
            }
            select.push(
                " from (select distinct source, country, threat, exercise from source_marking) l where ",
            );
            configured::push_listed(&mut select, known_before);
            select.push(") s where s.first_day is not null");
        }
        select.push(" order by s.source");
        select.build_query_as().fetch_all(c).await
    })?;
    let mut spans = Spans::new();
    for row in rows {
        let markings = row.markings.split_ascii_whitespace().map(str::to_owned).collect();
        let listing = Listing { source: row.source, first: row.first_day, last: row.last_day, markings };
        spans.entry((row.country, row.threat, row.exercise)).or_default().push(listing);
    }
    Ok(spans)
}

/// The same for those alone that are left when this is taken away. A source of which nothing stands claims nothing.
///
/// # Errors
/// When the store cannot be read.
pub async fn spans_left(
    reader: &mut Reader<'_>,
    taken: Taken<'_>,
    known_before: Option<Timestamp>,
) -> Result<Spans, sqlx::Error> {
    let mut all = spans_of(reader, known_before, taken.above).await?;
    if taken.is_nothing() {
        return Ok(all);
    }
    all.retain(|(country, ..), _| country.in_region());
    if taken.source.is_some() || taken.grades.is_some() {
        retain_left(reader, &mut all, taken).await?;
    }
    for listing in all.values_mut().flatten() {
        listing.markings.retain(|marking| taken.reaches(marking));
    }
    Ok(all)
}

/// Leaves those sources alone that are left by their owner and their reliability.
async fn retain_left(reader: &mut Reader<'_>, all: &mut Spans, taken: Taken<'_>) -> Result<(), sqlx::Error> {
    let claims = all.iter().flat_map(|((country, ..), listings)| {
        listings.iter().map(|listing| (*country, listing.source.clone()))
    });
    let mut left = BTreeSet::new();
    for (country, source) in claims.collect::<BTreeSet<_>>() {
        let voice = voice(reader, (country, &source)).await?;
        if voice.is_some_and(|(owner, reliability)| taken.leaves((&source, &owner), reliability)) {
            left.insert((country, source));
        }
    }
    for ((country, ..), listings) in all {
        listings.retain(|listing| left.contains(&(*country, listing.source.clone())));
    }
    Ok(())
}

/// Who owns a source and how reliable it is, by any of its rows that stand.
async fn voice(
    reader: &mut Reader<'_>,
    (country, source): (Country, &str),
) -> Result<Option<(String, Reliability)>, sqlx::Error> {
    on_reader!(reader, |c| {
        sqlx::query_as(
            "select owner, reliability from evidence where stands and country = $1 and source = $2 limit 1",
        )
        .bind(country)
        .bind(source)
        .fetch_optional(c)
        .await
    })
}
