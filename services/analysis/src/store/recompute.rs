//! Counting everything anew from the evidence, place by place, and mending what is kept otherwise.

use std::collections::BTreeMap;

use contracts::analysis::{
    recompute::{Compared, Recomputed},
    series::Unit,
};
use domain::Threat;
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;
use tracing::instrument;

use super::{
    AT_ONCE, Reader, on_reader,
    record::Touched,
    series,
    spans::{self, SpanCell},
    standing,
};
use crate::domain::{Count, Month, Report, Rules, Tally, recount::Place, span::Span};

/// Every place that has evidence of a threat, standing or not, or counts of it.
///
/// # Errors
/// When the store cannot be read.
pub async fn places(reader: &mut Reader<'_>, threat: Threat) -> Result<Vec<Place>, sqlx::Error> {
    let counted = "select country, province, exercise from cell_marking where threat = $1 and country <> ''
                   union select country, province, exercise from series_cell where threat = $1
                   union select country, province, exercise from series_span where threat = $1 order by 1, 2, 3";
    places_of(reader, threat, counted).await
}

/// Every place that has evidence of a threat, standing or not.
///
/// # Errors
/// When the store cannot be read.
pub async fn heard_of(reader: &mut Reader<'_>, threat: Threat) -> Result<Vec<Place>, sqlx::Error> {
    let heard_of = "select distinct country, province, exercise from cell_marking
                     where threat = $1 and country <> '' order by 1, 2, 3";
    places_of(reader, threat, heard_of).await
}

async fn places_of(
    reader: &mut Reader<'_>,
    threat: Threat,
    select: &'static str,
) -> Result<Vec<Place>, sqlx::Error> {
    let rows: Vec<(String, String, bool)> =
        on_reader!(reader, |c| sqlx::query_as(select).bind(threat).fetch_all(c).await)?;
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
        let month = |report: &Report| Some(Month::of(report.to));
        let mut counted = Self { months: counts(evidence, month, rules), spans: BTreeMap::new() };
        for unit in [Unit::Day, Unit::Week] {
            let span = |report: &Report| Span::counting(unit, (report.from, report.to));
            counted.spans.extend(counts(evidence, span, rules));
        }
        counted
    }
}

fn counts<S: Copy + Ord>(
    evidence: &[(Report, bool)],
    span: impl Fn(&Report) -> Option<S>,
    rules: &Rules,
) -> BTreeMap<S, Count> {
    let gone = evidence.iter().filter(|(_, stands)| !stands).filter_map(|(report, _)| span(report));
    let mut counts: BTreeMap<S, Count> = gone.map(|at| (at, Count::default())).collect();
    let standing = evidence.iter().filter(|(_, stands)| *stands).map(|(report, _)| report);
    counts.extend(Tally::of(standing, span).counts(rules));
    counts
}

/// How many of these counts the other has otherwise. A count of nothing is as good as none.
fn compared<K: Ord>(counted: &BTreeMap<K, Count>, kept: &BTreeMap<K, Count>) -> Compared {
    let none = Count::default();
    let otherwise = counted.iter().filter(|(at, count)| kept.get(at).unwrap_or(&none) != *count).count();
    let alone = kept.iter().filter(|(at, count)| **count != none && !counted.contains_key(at)).count();
    Compared { counted: counted.len() as u64, differed: (otherwise + alone) as u64 }
}

/// Counts some places anew and compares each with what is kept. Beside those who write, something may differ that came in
/// meanwhile.
///
/// # Errors
/// When the store cannot be read.
pub async fn look(
    reader: &mut Reader<'_>,
    (places, threat): (&[Place], Threat),
    rules: &Rules,
) -> Result<Vec<Recomputed>, sqlx::Error> {
    let places: Vec<&Place> = places.iter().collect();
    Ok(compare(reader, (&places, threat), rules).await?.into_iter().map(|(found, _)| found).collect())
}

/// One place in a turn, where nothing comes in meanwhile; keeps what was counted unless it is only to be compared.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn recount(
    tx: &mut Tx,
    of: (&Place, Threat),
    check: bool,
    rules: &Rules,
) -> Result<Recomputed, sqlx::Error> {
    let compared = compare(&mut Reader::Tx(tx), (&[of.0], of.1), rules).await?;
    let Some((found, counted)) = compared.into_iter().next() else { return Ok(Recomputed::default()) };
    if !check && found.counts_differed() > 0 {
        replace(tx, of, &counted).await?;
    }
    Ok(found)
}

/// What each of these places comes to, and how it compares with what is kept; in the order of the places.
#[instrument(name = "analysis.places.recount", skip_all, fields(places = places.len()))]
async fn compare(
    reader: &mut Reader<'_>,
    (places, threat): (&[&Place], Threat),
    rules: &Rules,
) -> Result<Vec<(Recomputed, Counted)>, sqlx::Error> {
    let evidence = standing::of_places(reader, places, threat).await?;
    let mut kept = kept(reader, places, threat).await?;
    let compare = |place: &&Place| {
        let evidence = evidence.get(*place).map_or(&[][..], Vec::as_slice);
        let counted = Counted::of(evidence, rules);
        let kept = kept.remove(*place).unwrap_or_default();
        let found = Recomputed {
            revisions: evidence.len() as u64,
            months: compared(&counted.months, &kept.months),
            spans: compared(&counted.spans, &kept.spans),
            ..Recomputed::default()
        };
        (found, counted)
    };
    Ok(places.iter().map(compare).collect())
}

/// What is kept of these places. All counts of a place come in one row: by the thousand a row costs more than what is in it.
async fn kept(
    reader: &mut Reader<'_>,
    places: &[&Place],
    threat: Threat,
) -> Result<BTreeMap<Place, Counted>, sqlx::Error> {
    let months = listed(reader, (places, threat), ("series_cell", "month")).await?;
    let spans = listed(reader, (places, threat), ("series_span", "unit || ' ' || first_day")).await?;
    let mut kept: BTreeMap<Place, Counted> = BTreeMap::new();
    for (place, list) in months {
        kept.entry(place).or_default().months = read(&list, |words| words.next()?.parse().ok())?;
    }
    for (place, list) in spans {
        let span = |words: &mut Words<'_>| {
            Some(Span { unit: words.next()?.parse().ok()?, first: words.next()?.parse().ok()? })
        };
        kept.entry(place).or_default().spans = read(&list, span)?;
    }
    Ok(kept)
}

/// The counts of a table by place, each place's written as a list.
async fn listed(
    reader: &mut Reader<'_>,
    (places, threat): (&[&Place], Threat),
    (table, key): (&'static str, &'static str),
) -> Result<Vec<(Place, String)>, sqlx::Error> {
    let rows: Vec<(String, String, bool, String)> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("with wanted (country, province, exercise) as (");
        select.push_values(places, |mut row, place| {
            row.push_bind(&place.country).push_bind(&place.province).push_bind(place.exercise);
        });
        select.push(") select w.country, w.province, w.exercise, string_agg(").push(key);
        select.push(" || ' ' || events || ' ' || deaths || ' ' || reports || ' ' || peace || ' ' || unstated, ',') from wanted w cross join ");
        select.push(table).push(
            " s where s.country = w.country and s.province = w.province and s.exercise = w.exercise and s.threat = ",
        );
        select.push_bind(threat).push(" group by w.country, w.province, w.exercise");
        select.build_query_as().fetch_all(c).await
    })?;
    let place = |(country, province, exercise, list)| (Place { country, province, exercise }, list);
    Ok(rows.into_iter().map(place).collect())
}

type Words<'a> = std::str::SplitAsciiWhitespace<'a>;

/// Reads a list of counts back, each after its key.
fn read<K: Ord>(
    list: &str,
    key: impl Fn(&mut Words<'_>) -> Option<K>,
) -> Result<BTreeMap<K, Count>, sqlx::Error> {
    let one = |text: &str| {
        let words = &mut text.split_ascii_whitespace();
        let key = key(words)?;
        let mut figure = || words.next()?.parse::<i64>().ok().map(|of| u32::try_from(of).unwrap_or(u32::MAX));
        let (events, deaths, reports, peace) = (figure()?, figure()?, figure()?, figure()?);
        Some((key, Count { events, deaths, reports, peace, unstated: figure()? }))
    };
    let unread = |text: &str| sqlx::Error::Decode(format!("no count of a span: {text:?}").into());
    list.split(',').map(|text| one(text).ok_or_else(|| unread(text))).collect()
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
