//! Counting everything anew from the evidence, place by place, and mending what is kept otherwise.

use std::collections::BTreeMap;

use contracts::analysis::{
    recompute::{Compared, Recomputed},
    series::Unit,
};
use domain::{Day, Threat};
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;
use tracing::instrument;

use super::{
    AT_ONCE, Reader, evidence, on_reader,
    record::Touched,
    series,
    spans::{self, SpanCell},
};
use crate::domain::{Count, Month, Report, Rules, recount::Place, span::Span};

/// Every place that has evidence of a threat, standing or not, or counts of it.
///
/// # Errors
/// When the store cannot be read.
pub async fn places(reader: &mut Reader<'_>, threat: Threat) -> Result<Vec<Place>, sqlx::Error> {
    let rows: Vec<(String, String, bool)> = on_reader!(reader, |c| sqlx::query_as(
        "select country, province, exercise from evidence where threat = $1 and country <> ''
         union select country, province, exercise from series_cell where threat = $1
         union select country, province, exercise from series_span where threat = $1 order by 1, 2, 3"
    )
    .bind(threat)
    .fetch_all(c)
    .await)?;
    let place = |(country, province, exercise)| Place { country, province, exercise };
    Ok(rows.into_iter().map(place).collect())
}

/// The counts of one place.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    months: BTreeMap<Month, Count>,
    spans: BTreeMap<Span, Count>,
}

impl Counted {
    /// What all evidence of a place comes to. Where a revision no longer stands, a count of nothing is kept.
    fn of(evidence: &[(Report, bool)], rules: &Rules) -> Self {
        let mut months: BTreeMap<Month, Vec<&Report>> = BTreeMap::new();
        let mut spans: BTreeMap<Span, Vec<&Report>> = BTreeMap::new();
        for (report, stands) in evidence {
            let month = months.entry(Month::of(report.to)).or_default();
            month.extend(stands.then_some(report));
            for unit in [Unit::Day, Unit::Week] {
                let Some(span) = Span::counting(unit, (report.from, report.to)) else { continue };
                spans.entry(span).or_default().extend(stands.then_some(report));
            }
        }
        Self {
            months: months.into_iter().map(|(at, of)| (at, Count::of(of, rules))).collect(),
            spans: spans.into_iter().map(|(at, of)| (at, Count::of(of, rules))).collect(),
        }
    }
}

/// How many of these counts the other has otherwise. A count of nothing is as good as none.
fn compared<K: Ord>(counted: &BTreeMap<K, Count>, kept: &BTreeMap<K, Count>) -> Compared {
    let none = Count::default();
    let otherwise = counted.iter().filter(|(at, count)| kept.get(at).unwrap_or(&none) != *count).count();
    let alone = kept.iter().filter(|(at, count)| **count != none && !counted.contains_key(at)).count();
    Compared { counted: counted.len() as u64, differed: (otherwise + alone) as u64 }
}

/// Counts one place anew and compares it with what is kept. Beside those who write, something may differ that came in meanwhile.
///
/// # Errors
/// When the store cannot be read.
pub async fn look(
    reader: &mut Reader<'_>,
    of: (&Place, Threat),
    rules: &Rules,
) -> Result<Recomputed, sqlx::Error> {
    Ok(compare(reader, of, rules).await?.0)
}

/// The same in a turn, where nothing comes in meanwhile; keeps what was counted unless it is only to be compared.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn recount(
    tx: &mut Tx,
    of: (&Place, Threat),
    check: bool,
    rules: &Rules,
) -> Result<Recomputed, sqlx::Error> {
    let (found, counted) = compare(&mut Reader::Tx(tx), of, rules).await?;
    if !check && found.counts_differed() > 0 {
        replace(tx, of, &counted).await?;
    }
    Ok(found)
}

#[instrument(name = "analysis.place.recount", skip_all, fields(country = place.country, province = place.province))]
async fn compare(
    reader: &mut Reader<'_>,
    (place, threat): (&Place, Threat),
    rules: &Rules,
) -> Result<(Recomputed, Counted), sqlx::Error> {
    let evidence = evidence::of_place(reader, place, threat).await?;
    let counted = Counted::of(&evidence, rules);
    let kept = kept(reader, place, threat).await?;
    let found = Recomputed {
        revisions: evidence.len() as u64,
        months: compared(&counted.months, &kept.months),
        spans: compared(&counted.spans, &kept.spans),
        ..Recomputed::default()
    };
    Ok((found, counted))
}

#[derive(sqlx::FromRow)]
struct Figures {
    events: i64,
    deaths: i64,
    reports: i64,
    peace: i64,
}

impl Figures {
    fn count(&self) -> Count {
        let figure = |of: i64| u32::try_from(of).unwrap_or(u32::MAX);
        Count {
            events: figure(self.events),
            deaths: figure(self.deaths),
            reports: figure(self.reports),
            peace: figure(self.peace),
        }
    }
}

#[derive(sqlx::FromRow)]
struct MonthRow {
    month: Month,
    #[sqlx(flatten)]
    figures: Figures,
}

#[derive(sqlx::FromRow)]
struct SpanRow {
    unit: Unit,
    first_day: Day,
    #[sqlx(flatten)]
    figures: Figures,
}

async fn kept(reader: &mut Reader<'_>, place: &Place, threat: Threat) -> Result<Counted, sqlx::Error> {
    let months: Vec<MonthRow> = on_reader!(reader, |c| sqlx::query_as(
        "select month, events, deaths, reports, peace from series_cell
          where country = $1 and province = $2 and threat = $3 and exercise = $4"
    )
    .bind(&place.country)
    .bind(&place.province)
    .bind(threat)
    .bind(place.exercise)
    .fetch_all(c)
    .await)?;
    let spans: Vec<SpanRow> = on_reader!(reader, |c| sqlx::query_as(
        "select unit, first_day, events, deaths, reports, peace from series_span
          where country = $1 and province = $2 and threat = $3 and exercise = $4"
    )
    .bind(&place.country)
    .bind(&place.province)
    .bind(threat)
    .bind(place.exercise)
    .fetch_all(c)
    .await)?;
    let span = |row: &SpanRow| (Span { unit: row.unit, first: row.first_day }, row.figures.count());
    Ok(Counted {
        months: months.iter().map(|row| (row.month, row.figures.count())).collect(),
        spans: spans.iter().map(span).collect(),
    })
}

async fn replace(
    tx: &mut Tx,
    (place, threat): (&Place, Threat),
    counted: &Counted,
) -> Result<(), sqlx::Error> {
    for table in ["series_cell", "series_span", "series_due"] {
        on_tx!(tx, |c| {
            let mut delete = QueryBuilder::new("delete from ");
            delete.push(table).push(" where country = ").push_bind(&place.country);
            delete.push(" and province = ").push_bind(&place.province);
            delete.push(" and threat = ").push_bind(threat);
            delete.push(" and exercise = ").push_bind(place.exercise);
            delete.build().execute(c).await.map(|_| ())
        })?;
    }
    let (country, province, exercise) = (&place.country, &place.province, place.exercise);
    let month = |month: &Month| Touched {
        country: country.clone(),
        province: province.clone(),
        threat,
        exercise,
        month: *month,
    };
    let months: Vec<(Touched, Count)> =
        counted.months.iter().map(|(at, count)| (month(at), *count)).collect();
    for months in months.chunks(AT_ONCE) {
        series::put(tx, &months.iter().map(|(at, count)| (at, *count)).collect::<Vec<_>>()).await?;
    }
    let span = |span: &Span| SpanCell {
        country: country.clone(),
        province: province.clone(),
        threat,
        exercise,
        span: *span,
    };
    let all: Vec<(SpanCell, Count)> = counted.spans.iter().map(|(at, count)| (span(at), *count)).collect();
    for all in all.chunks(AT_ONCE) {
        spans::put(tx, &all.iter().map(|(at, count)| (at, *count)).collect::<Vec<_>>()).await?;
    }
    Ok(())
}
