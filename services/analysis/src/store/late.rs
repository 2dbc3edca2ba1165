//! What became known later than the days it speaks of.

use std::collections::BTreeMap;

use domain::{Day, ObservationId, Timestamp};

use super::{Reader, on_reader};

/// Which days are spoken of, when they became known, and in which of the two worlds.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
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

/// The observations of provinces that stand and of which nothing was known before, each with the day it speaks of.
///
/// # Errors
/// When the store cannot be read.
pub async fn first_known(
    reader: &mut Reader<'_>,
    asked: &Asked,
) -> Result<BTreeMap<ObservationId, Day>, sqlx::Error> {
    let rows: Vec<(ObservationId, Day)> = on_reader!(reader, |c| {
        sqlx::query_as(
            "select e.observation_id, min(e.occurred_to) from evidence e
              where e.stands and e.province <> '' and e.exercise = $1 and e.occurred_to >= $2 and e.occurred_to < $3
                and e.known_from >= $4
                and not exists (select 1 from evidence f where f.observation_id = e.observation_id and f.known_from < $4)
                and exists (select 1 from evidence f where f.observation_id = e.observation_id and f.known_from < $5)
              group by e.observation_id",
        )
        .bind(asked.exercise)
        .bind(asked.since)
        .bind(asked.before)
        .bind(asked.from)
        .bind(asked.until)
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().collect())
}
