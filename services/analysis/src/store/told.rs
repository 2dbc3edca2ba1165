//! What a series is told from: what was counted and who reported, as it stands or as it was known.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::series::Unit;
use domain::{Country, Day, ProvinceCode, Threat, Timestamp};
use kit::{Db, on_db};
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{Reader, evidence};
use crate::domain::{
    Count, Month, Rules,
    series::{self, Counts, Seen},
    span::Window,
};

/// The place, the world and the spans that are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The country.
    pub country: Country,
    /// The province; `None` for the whole country.
    pub province: Option<&'a ProvinceCode>,
    /// The exercise or the real world.
    pub exercise: bool,
    /// The spans.
    pub window: Window,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    threat: Threat,
    /// A day, or a month where months are counted.
    at: String,
    events: i64,
    deaths: i64,
    reports: i64,
    peace: i64,
    unstated: i64,
}

/// What was counted, as it stands.
///
/// # Errors
/// When the store cannot be read.
pub async fn counts(db: &Db, asked: &Asked<'_>) -> Result<Counts, sqlx::Error> {
    let (unit, (first, last)) = (asked.window.first.unit, asked.window.days());
    let rows: Vec<CountRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select threat, ");
        select.push(if unit == Unit::Month { "month" } else { "first_day" });
        select.push(
            " as at, cast(sum(events) as bigint) as events, cast(sum(deaths) as bigint) as deaths,
              cast(sum(reports) as bigint) as reports, cast(sum(peace) as bigint) as peace,
              cast(sum(unstated) as bigint) as unstated from ",
        );
        select.push(if unit == Unit::Month { "series_cell" } else { "series_span" });
        select.push(" where country = ").push_bind(asked.country);
        if let Some(province) = asked.province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" and exercise = ").push_bind(asked.exercise);
        if unit == Unit::Month {
            select.push(" and month between ").push_bind(Month::of(first));
            select.push(" and ").push_bind(Month::of(last)).push(" group by threat, month");
        } else {
            select.push(" and unit = ").push_bind(unit).push(" and first_day between ").push_bind(first);
            select.push(" and ").push_bind(last).push(" group by threat, first_day");
        }
        select.build_query_as().fetch_all(p).await
    })?;
    let mut counts = Counts::new();
    for row in rows {
        let first = row.at.parse::<Day>().ok().or_else(|| row.at.parse::<Month>().ok()?.first_day());
        let first =
            first.ok_or_else(|| sqlx::Error::Decode(format!("a series holds {:?}", row.at).into()))?;
        let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let count = Count {
            events: number(row.events),
            deaths: number(row.deaths),
            reports: number(row.reports),
            peace: number(row.peace),
            unstated: number(row.unstated),
        };
        counts.entry(row.threat).or_default().insert(first, count);
    }
    Ok(counts)
}

#[derive(sqlx::FromRow)]
struct SeenRow {
    threat: Threat,
    occurred_from: Day,
    occurred_to: Day,
    owner: String,
    marking: String,
    reports: i64,
    /// How many of them are of a cluster.
    joined: i64,
}

/// Under which handling, by threat, reports are of one incident with others.
pub type Beside = BTreeSet<(Threat, String)>;

/// Who reported on what from the place, as it stands: everything that may have happened within the window. With the handling of what is
/// of one incident with it, wherever that lies.
///
/// # Errors
/// When the store cannot be read.
pub async fn seen(db: &Db, asked: &Asked<'_>) -> Result<(Vec<Seen>, Beside), sqlx::Error> {
    let rows: Vec<SeenRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select threat, occurred_from, occurred_to, owner, marking, count(*) as reports,
                    sum(case when cluster_id <> '' then 1 else 0 end) as joined from evidence
              where stands and exercise = ",
        );
        select.push_bind(asked.exercise);
        of_window(&mut select, asked);
        select.push(" group by threat, occurred_from, occurred_to, owner, marking");
        select.build_query_as().fetch_all(p).await
    })?;
    let seen = |row: SeenRow| Seen {
        threat: row.threat,
        from: row.occurred_from,
        to: row.occurred_to,
        owner: row.owner,
        marking: row.marking,
        reports: row.reports.unsigned_abs(),
    };
    let beside = if rows.iter().any(|row| row.joined > 0) { beside(db, asked).await? } else { Beside::new() };
    Ok((rows.into_iter().map(seen).collect(), beside))
}

/// Only rows of the evidence of the place that may have happened within the window.
fn of_window<'a, DB: Database>(select: &mut QueryBuilder<DB>, asked: &Asked<'a>)
where
    Country: for<'q> Encode<'q, DB> + Type<DB>,
    Day: for<'q> Encode<'q, DB> + Type<DB>,
    ProvinceCode: Type<DB>,
    &'a ProvinceCode: Encode<'a, DB> + Type<DB>,
{
    let (first, last) = asked.window.days();
    select.push(" and country = ").push_bind(asked.country);
    if let Some(province) = asked.province {
        select.push(" and province = ").push_bind(province);
    }
    select.push(" and occurred_to >= ").push_bind(first);
    select.push(" and occurred_from <= ").push_bind(last);
    // a month counts by its last day and reads no further
    if asked.window.first.unit == Unit::Month {
        select.push(" and occurred_to <= ").push_bind(last);
    }
}

/// Under which handling, by threat, what stands is of one incident with what may have happened within the window.
async fn beside(db: &Db, asked: &Asked<'_>) -> Result<Beside, sqlx::Error> {
    let rows: Vec<(String, String, Threat, String)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select distinct e.country, e.province, e.threat, e.marking from
                 (select distinct cluster_id from evidence where stands and cluster_id <> '' and exercise = ",
        );
        select.push_bind(asked.exercise);
        of_window(&mut select, asked);
        // the order of a cross join is kept: the many rows of the evidence are found last, by their key and not by their place
        select.push(
            ") c cross join incident_member m cross join evidence e
              where m.cluster_id = c.cluster_id and m.known_to is null and e.observation_id = m.observation_id and e.stands",
        );
        select.build_query_as().fetch_all(p).await
    })?;
    let is_here = |country: &str, province: &str| {
        country == asked.country.as_str() && asked.province.is_none_or(|code| code.as_str() == province)
    };
    let here = rows.into_iter().filter(|(country, province, ..)| is_here(country, province));
    Ok(here.map(|(_, _, threat, marking)| (threat, marking)).collect())
}

/// What would have been counted and who had reported, by what was known before a moment, with the handling of what is of one incident with
/// it; nothing under handling with these keys.
///
/// # Errors
/// When the store cannot be read.
pub async fn as_known(
    db: &Db,
    asked: &Asked<'_>,
    (before, above): (Timestamp, &BTreeSet<String>),
    rules: &Rules,
) -> Result<(Counts, (Vec<Seen>, Beside)), sqlx::Error> {
    let (first, last) = asked.window.days();
    let wanted = evidence::Wanted {
        country: Some(asked.country),
        provinces: asked.province.map(std::slice::from_ref),
        threat: None,
        exercise: asked.exercise,
        known_before: before,
        begun_by: last,
        since: first,
    };
    let mut reader = Reader::Db(db);
    let mut known = evidence::known(&mut reader, &wanted).await?;
    known.retain(|(_, _, report)| !above.contains(&report.marking));
    let clusters = evidence::clusters(known.iter().map(|(_, _, report)| report));
    let mut companions = evidence::companions(&mut reader, &wanted, &clusters).await?;
    companions.retain(|(_, _, report)| !above.contains(&report.marking));
    let all = known.iter().chain(&companions);
    let all = all.map(|(province, threat, report)| (province.as_str(), *threat, report));
    let counts = series::count(all, asked.window, rules);
    let joined = known.iter().chain(&companions).filter(|(_, _, report)| report.cluster.is_some());
    let beside = joined.map(|(_, threat, report)| (*threat, report.marking.clone())).collect();
    let month = asked.window.first.unit == Unit::Month;
    let mut seen: BTreeMap<(Threat, Day, Day, &str, &str), u64> = BTreeMap::new();
    for (_, threat, report) in known.iter().filter(|(_, _, report)| !month || report.to <= last) {
        let key = (*threat, report.from, report.to, report.owner.as_str(), report.marking.as_str());
        *seen.entry(key).or_default() += 1;
    }
    let seen = seen.into_iter().map(|((threat, from, to, owner, marking), reports)| Seen {
        threat,
        from,
        to,
        owner: owner.to_owned(),
        marking: marking.to_owned(),
        reports,
    });
    Ok((counts, (seen.collect(), beside)))
}

/// The keys of all the handling in what was reported.
pub fn marking_keys<'a>(keys: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let keys: BTreeSet<&String> = keys.into_iter().collect();
    keys.into_iter().cloned().collect()
}
