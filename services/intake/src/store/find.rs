//! Finding observations: every filter, any moment, page by page in an order that stands.

use std::collections::BTreeMap;

use chrono::Datelike;
use contracts::{Page, intake::FindObservations};
use domain::{Bounds, Day, Handling, Observation, ObservationId, Timestamp};
use kit::{Db, on_db};
use serde::Serialize;
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

use super::{
    cursor,
    observations::{last_recorded, of_these},
    text::{self, Engine, Sought},
};
use crate::{
    domain::{marks, order, page::page, query::TextQuery},
    error::Error,
};

/// How many are read at least once a page is being filled up.
const ROUND: usize = 200;

/// What a search looks through.
#[derive(Clone, Copy)]
enum Part {
    /// Everything: no first day bounds it.
    All,
    /// What began and ended in one year, from the first day of this year on.
    WithinYears(Day),
    /// What lasted over a turn of the year: little.
    AcrossYears,
}

/// An observation and its place among all.
#[derive(Serialize, sqlx::FromRow)]
struct Seen {
    #[serde(skip)]
    rank: i64,
    #[serde(flatten)]
    body: Json<Observation>,
}

/// Where a page goes on: below this place, as was known at this moment.
#[derive(Clone, Copy)]
struct From {
    below: Option<i64>,
    known_on: Option<Timestamp>,
    /// How many are read at most.
    rows: usize,
}

/// Observations, newest occurrence first, on one day the last recorded first; with words they are found by the index of texts.
///
/// The pages of one search are of one moment, that of what was recorded last before its first page: what is recorded or revised
/// meanwhile, also what is being written as it is asked for, neither shifts nor doubles nor hides anything. The index is in the order of the first day; where the last day has a bound, what cannot
/// reach it is not looked at. What few observations have is looked for in the index of texts as well, once that holds all.
/// What may not be told is left out, by its handling then and by its newest, and the page is filled with what follows.
pub async fn find(
    db: &Db,
    (wanted, text): (&FindObservations, Option<&TextQuery>),
    may_know: impl Fn(&Handling) -> bool,
) -> Result<Page<Observation>, Error> {
    let after: Option<(i64, Timestamp)> = cursor::read(&wanted.page)?;
    let (now, settled) = (db.clock().now(), last_recorded(db).await?);
    let (below, known_on) = (after.map(|(rank, _)| rank), wanted.known_on.or(after.map(|(_, at)| at)));
    let most = wanted.page.size() as usize + 1;
    let mut from = From { below, known_on, rows: most };
    let of = known_on.or(settled.map(|settled| settled.latest)).unwrap_or(now);
    let sought = sought(db, wanted, text).await?;
    let parts: &[Part] = match wanted.from.and_then(|from| Day::of(from.as_date().year(), 1, 1)) {
        Some(january) => &[Part::WithinYears(january), Part::AcrossYears],
        None => &[Part::All],
    };
    let mut found: Vec<Seen> = Vec::new();
    loop {
        let mut next: Vec<Seen> = Vec::new();
        for part in parts {
            next.extend(look(db, wanted, (*part, from, sought.as_ref())).await?);
        }
        if from.known_on.is_none() && settled.is_some() && last_recorded(db).await? != settled {
            // something was recorded just now: it is of a later moment than this page
            from.known_on = Some(of);
            continue;
        }
        next.sort_by_key(|seen| std::cmp::Reverse(seen.rank));
        next.truncate(from.rows);
        let goes_on = next.len() == from.rows;
        let below = next.last().map(|seen| seen.rank);
        next.retain(|seen| may_know(&seen.body.handling));
        if from.known_on.is_some() {
            let newest = newest_handling(db, next.iter().map(|seen| &seen.body.id).collect()).await?;
            next.retain(|seen| newest.get(&seen.body.id).is_none_or(&may_know));
        }
        found.extend(next);
        // all rounds are of one moment
        from = From { below, known_on: Some(of), rows: most.max(ROUND + 1) };
        if !goes_on || found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    Ok(page(found, wanted.page.size(), |last| cursor::write(last.rank, of)).map(|seen| seen.body.0))
}

/// The handling of the newest revisions of these.
pub(super) async fn newest_handling(
    db: &Db,
    ids: Vec<&ObservationId>,
) -> Result<BTreeMap<ObservationId, Handling>, sqlx::Error> {
    let mut newest = BTreeMap::new();
    for ids in ids.chunks(ROUND) {
        let rows: Vec<(Json<Observation>,)> = on_db!(db, |p| {
            let mut select = QueryBuilder::new("select body from observation where ");
            of_these(&mut select, ids.iter().copied());
            select.push(" order by revision");
            select.build_query_as().fetch_all(p).await
        })?;
        newest.extend(rows.into_iter().map(|(Json(seen),)| (seen.id, seen.handling)));
    }
    Ok(newest)
}

/// What is looked for in the index of texts; `None` where it is of no use.
async fn sought(
    db: &Db,
    wanted: &FindObservations,
    text: Option<&TextQuery>,
) -> Result<Option<Sought>, sqlx::Error> {
    let marks = marks::wanted(wanted);
    if let Some(text) = text.filter(|text| !text.terms.is_empty()) {
        return Ok(Some(Sought { text: text.clone(), marks }));
    }
    let rare = wanted.within.is_some()
        || wanted.reliability.is_some()
        || wanted.credibility.is_some()
        || wanted.source.is_some();
    let whole = rare && text::reach(db).await?.behind() == 0;
    Ok(whole.then(|| Sought { text: TextQuery::default(), marks }))
}

async fn look(
    db: &Db,
    wanted: &FindObservations,
    (part, from, sought): (Part, From, Option<&Sought>),
) -> Result<Vec<Seen>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new("select o.rank, o.body from ");
        let rank = within(&mut select, sought, part);
        known(&mut select, from.known_on);
        lasting(&mut select, part, rank);
        named(&mut select, wanted);
        between(&mut select, wanted, rank);
        graded_and_within(&mut select, wanted);
        if let Some(below) = from.below {
            select.push(" and ").push(rank).push(" < ").push_bind(below);
        }
        select.push(" order by ").push(rank).push(" desc limit ");
        select.push_bind(from.rows as i64);
        select.build_query_as().fetch_all(p).await
    })
}

/// As is known now, or was at a moment.
fn known<DB: Database>(select: &mut QueryBuilder<DB>, on: Option<Timestamp>)
where
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    let Some(at) = on else {
        select.push("o.known_to is null");
        return;
    };
    select.push("o.known_from <= ").push_bind(at);
    select.push(" and (o.known_to is null or o.known_to > ").push_bind(at).push(")");
}

/// What lasted as the part says.
fn lasting<DB: Database>(select: &mut QueryBuilder<DB>, part: Part, rank: &'static str)
where
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    match part {
        Part::All => {}
        Part::WithinYears(january) => {
            select.push(" and substr(o.occurred_from, 1, 4) = substr(o.occurred_to, 1, 4) and ");
            select.push(rank).push(" >= ").push_bind(order::first_of(january));
        }
        Part::AcrossYears => {
            select.push(" and substr(o.occurred_from, 1, 4) <> substr(o.occurred_to, 1, 4)");
        }
    }
}

/// Where, of what, from whom, and whether of the exercise.
fn named<DB: Database>(select: &mut QueryBuilder<DB>, wanted: &FindObservations)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if let Some(country) = wanted.country {
        select.push(" and o.country = ").push_bind(country.to_string());
    }
    if let Some(province) = &wanted.province {
        select.push(" and o.province = ").push_bind(province.to_string());
    }
    if let Some(threat) = wanted.threat {
        select.push(" and o.threats like ").push_bind(format!("%,{threat},%"));
    }
    if let Some(kind) = &wanted.kind {
        select.push(" and o.kind = ").push_bind(kind.clone());
    }
    if let Some(source) = &wanted.source {
        select.push(" and o.source = ").push_bind(source.clone());
    }
    match wanted.exercise {
        Some(true) => select.push(" and o.exercise"),
        Some(false) => select.push(" and not o.exercise"),
        None => select,
    };
}

/// What reaches into these days.
fn between<DB: Database>(select: &mut QueryBuilder<DB>, wanted: &FindObservations, rank: &'static str)
where
    for<'q> Day: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    if let Some(day) = wanted.from {
        select.push(" and o.occurred_to >= ").push_bind(day);
    }
    if let Some(day) = wanted.to {
        select.push(" and ").push(rank).push(" <= ").push_bind(order::last_of(day));
    }
}

/// Says where is looked, up to the first condition on the observation `o`; gives the column of the order.
fn within<DB: Engine>(select: &mut QueryBuilder<DB>, sought: Option<&Sought>, part: Part) -> &'static str
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    let Some(sought) = sought else {
        select.push("observation o where ");
        return "o.rank";
    };
    let mut sought = sought.clone();
    if matches!(part, Part::AcrossYears) {
        sought.marks.push(vec![marks::ACROSS_YEARS.to_owned()]);
    }
    select.push(DB::FOUND).push_bind(DB::ask(&sought)).push(DB::BEHIND).push(" and ");
    DB::RANK
}

/// Bounds by grade and by the map. Where a place may not be shown exactly, its point is no way to find it either.
fn graded_and_within<DB: Database>(select: &mut QueryBuilder<DB>, wanted: &FindObservations)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'q> f64: Encode<'q, DB> + Type<DB>,
{
    if let Some(least) = wanted.reliability {
        select.push(" and o.reliability <= ").push_bind(least.to_string());
    }
    if let Some(least) = wanted.credibility {
        select.push(" and o.credibility <= ");
        select.push_bind(i64::from(least.digit()));
    }
    if let Some(Bounds { west, south, east, north }) = wanted.within {
        select.push(" and o.lat >= ").push_bind(south).push(" and o.lat <= ").push_bind(north);
        select.push(" and (o.lon >= ").push_bind(west);
        select.push(if west <= east { " and o.lon <= " } else { " or o.lon <= " }).push_bind(east);
        select.push(") and o.by_point");
    }
}
