//! Finding observations: every filter, any moment, page by page in an order that stands.

use chrono::Datelike;
use contracts::intake::FindObservations;
use domain::{Bounds, Day, Observation};
use kit::{Db, on_db};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

use super::cursor;
use crate::error::Error;

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

/// Observations, newest occurrence first: one more than the page holds.
///
/// The index is in the order of the first day. Where the last day has a bound, what cannot reach it is not looked at.
pub async fn find(db: &Db, wanted: &FindObservations) -> Result<Vec<Observation>, Error> {
    let parts: &[Part] = match wanted.from.and_then(|from| Day::of(from.as_date().year(), 1, 1)) {
        Some(january) => &[Part::WithinYears(january), Part::AcrossYears],
        None => &[Part::All],
    };
    let mut found = Vec::new();
    for part in parts {
        found.extend(look(db, wanted, *part).await?);
    }
    found.sort_by(|one, other| (other.occurred_from, &one.id).cmp(&(one.occurred_from, &other.id)));
    found.truncate(wanted.page.size() as usize + 1);
    Ok(found)
}

async fn look(db: &Db, wanted: &FindObservations, part: Part) -> Result<Vec<Observation>, Error> {
    let after: Option<(Day, String)> = cursor::read(&wanted.page)?;
    let rows: Vec<(Json<Observation>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from observation where ");
        match wanted.known_on {
            None => select.push("known_to is null"),
            Some(at) => {
                select.push("known_from <= ").push_bind(at);
                select.push(" and (known_to is null or known_to > ").push_bind(at).push(")")
            }
        };
        match part {
            Part::All => {}
            Part::WithinYears(january) => {
                select.push(
                    " and substr(occurred_from, 1, 4) = substr(occurred_to, 1, 4) and occurred_from >= ",
                );
                select.push_bind(january);
            }
            Part::AcrossYears => {
                select.push(" and substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4)");
            }
        }
        if let Some(country) = wanted.country {
            select.push(" and country = ").push_bind(country);
        }
        if let Some(province) = &wanted.province {
            select.push(" and province = ").push_bind(province.clone());
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threats like ").push_bind(format!("%,{threat},%"));
        }
        if let Some(kind) = &wanted.kind {
            select.push(" and kind = ").push_bind(kind.clone());
        }
        if let Some(from) = wanted.from {
            select.push(" and occurred_to >= ").push_bind(from);
        }
        if let Some(to) = wanted.to {
            select.push(" and occurred_from <= ").push_bind(to);
        }
        graded_and_within(&mut select, wanted);
        if let Some((day, id)) = after.clone() {
            select.push(" and (occurred_from < ").push_bind(day).push(" or (occurred_from = ").push_bind(day);
            select.push(" and observation_id > ").push_bind(id).push("))");
        }
        select
            .push(" order by occurred_from desc, observation_id limit ")
            .push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(body,)| body.0).collect())
}

/// Bounds by grade and by the map. Where a place may not be shown exactly, its point is no way to find it either.
fn graded_and_within<DB: Database>(select: &mut QueryBuilder<DB>, wanted: &FindObservations)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'q> f64: Encode<'q, DB> + Type<DB>,
{
    if let Some(least) = wanted.reliability {
        select.push(" and body->'grade'->>'reliability' <= ").push_bind(least.to_string());
    }
    if let Some(least) = wanted.credibility {
        select.push(" and cast(body->'grade'->>'credibility' as integer) <= ");
        select.push_bind(i64::from(least.digit()));
    }
    if let Some(Bounds { west, south, east, north }) = wanted.within {
        select.push(" and lat >= ").push_bind(south).push(" and lat <= ").push_bind(north);
        select.push(" and (lon >= ").push_bind(west);
        select.push(if west <= east { " and lon <= " } else { " or lon <= " }).push_bind(east);
        select.push(") and body->'handling'->>'precision_floor' = 'exact'");
    }
}

/// The cursor behind an observation.
pub fn cursor_of(last: &Observation) -> String {
    cursor::write(last.occurred_from, &last.id)
}
