//! What a series is told from: what was counted and who reported, as it stands or as it was known.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::series::Unit;
use domain::{Country, Day, ProvinceCode, Threat, Timestamp};
use kit::{Db, on_db};
use sqlx::QueryBuilder;

use super::{Reader, evidence};
use crate::domain::{
    Count, Month, Report, Rules,
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
}

/// Who reported on what from the place, as it stands: everything that may have happened within the window.
///
/// # Errors
/// When the store cannot be read.
pub async fn seen(db: &Db, asked: &Asked<'_>) -> Result<Vec<Seen>, sqlx::Error> {
    let (first, last) = asked.window.days();
    let rows: Vec<SeenRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select threat, occurred_from, occurred_to, owner, marking, count(*) as reports from evidence
              where stands and exercise = ",
        );
        select.push_bind(asked.exercise).push(" and country = ").push_bind(asked.country);
        if let Some(province) = asked.province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" and occurred_to >= ").push_bind(first);
        select.push(" and occurred_from <= ").push_bind(last);
        // a month counts by its last day and reads no further
        if asked.window.first.unit == Unit::Month {
            select.push(" and occurred_to <= ").push_bind(last);
        }
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
    Ok(rows.into_iter().map(seen).collect())
}

/// What would have been counted and who had reported, by what was known before a moment; nothing under handling with these keys.
///
/// # Errors
/// When the store cannot be read.
pub async fn as_known(
    db: &Db,
    asked: &Asked<'_>,
    (before, above): (Timestamp, &BTreeSet<String>),
    rules: &Rules,
) -> Result<(Counts, Vec<Seen>), sqlx::Error> {
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
    let known = evidence::known(&mut Reader::Db(db), &wanted).await?;
    let month = asked.window.first.unit == Unit::Month;
    let is_told = |report: &Report| (!month || report.to <= last) && !above.contains(&report.marking);
    let known: Vec<(String, Threat, Report)> =
        known.into_iter().filter(|(_, _, report)| is_told(report)).collect();
    let cells = known.iter().map(|(province, threat, report)| (province.as_str(), *threat, report));
    let counts = series::count(cells, asked.window.first.unit, rules);
    let mut seen: BTreeMap<(Threat, Day, Day, &str, &str), u64> = BTreeMap::new();
    for (_, threat, report) in &known {
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
    Ok((counts, seen.collect()))
}

/// The keys of all the handling in what was reported.
pub fn marking_keys<'a>(keys: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let keys: BTreeSet<&String> = keys.into_iter().collect();
    keys.into_iter().cloned().collect()
}
