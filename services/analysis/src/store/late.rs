//! What became known later than the days it speaks of.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Day, ObservationId, ProvinceCode, Threat, Timestamp};
use sqlx::QueryBuilder;

use super::{Reader, on_reader};

/// Where, which days are spoken of, when they became known, and in which of the two worlds.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Of these provinces.
    pub provinces: &'a BTreeSet<ProvinceCode>,
    /// Of these threats.
    pub threats: &'a [Threat],
    /// From this day on.
    pub since: Day,
    /// Before this day.
    pub before: Day,
    /// Known from this moment on.
    pub from: Timestamp,
    /// And before this one.
    pub until: Timestamp,
    /// The exercise or the real world.
    pub exercise: bool,
}

/// The observations that stand and of which nothing was known before, each with the day it speaks of.
///
/// # Errors
/// When the store cannot be read.
pub async fn first_known(
    reader: &mut Reader<'_>,
    asked: &Asked<'_>,
) -> Result<BTreeMap<ObservationId, Day>, sqlx::Error> {
    if asked.provinces.is_empty() || asked.threats.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(ObservationId, Day)> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("select e.observation_id, min(e.occurred_to) from (");
        select.push_values(asked.provinces, |mut row, province| {
            row.push_bind(province);
        });
        select.push(") p cross join (");
        select.push_values(asked.threats, |mut row, threat| {
            row.push_bind(*threat);
        });
        // the order of a cross join is kept: the many rows of the evidence are found last, by their index
        select.push(
            ") t cross join evidence e where e.province = p.column1 and e.threat = t.column1 and e.stands and e.exercise = ",
        );
        select.push_bind(asked.exercise);
        select.push(" and e.occurred_to >= ").push_bind(asked.since);
        select.push(" and e.occurred_to < ").push_bind(asked.before);
        select.push(" and e.known_from >= ").push_bind(asked.from);
        for (known, moment) in [("not exists", asked.from), ("exists", asked.until)] {
            select.push(" and ").push(known);
            select.push(
                " (select 1 from evidence f where f.observation_id = e.observation_id and f.known_from < ",
            );
            select.push_bind(moment).push(")");
        }
        select.push(" group by e.observation_id");
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}
