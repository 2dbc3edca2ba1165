//! Observations to compare with: those that stand, in one country, around some days.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, Observation, ObservationId};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{ROWS, due::Ground};
use crate::{
    domain::{
        cluster::{LONGEST_DAYS, told::Standing},
        order,
    },
    store::observations,
};

/// Of which source an observation is that stands, where, and on which days.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Whereabouts {
    /// Which observation.
    pub observation_id: ObservationId,
    /// The country, where it has one.
    pub country: Option<Country>,
    /// Whether it is of an exercise.
    pub exercise: bool,
    /// The source.
    pub source: String,
    /// Its owner.
    pub owner: String,
    /// The first day it may have happened.
    pub occurred_from: Day,
    /// The last day it may have happened.
    pub occurred_to: Day,
}

/// Where those of these observations are that stand.
pub async fn whereabouts(db: &Db, ids: &[ObservationId]) -> Result<Vec<Whereabouts>, sqlx::Error> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<Whereabouts> = on_db!(db, |p| {
            let mut select = QueryBuilder::new(
                "select observation_id, country, exercise, source, owner, occurred_from, occurred_to from observation
                  where known_to is null and ",
            );
            observations::of_these(&mut select, ids);
            select.build_query_as().fetch_all(p).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The observations of one country that stand and may have happened within these days, as far as they lasted no more than
/// [`LONGEST_DAYS`].
pub async fn around(
    db: &Db,
    ground: &Ground,
    (first, last): (Day, Day),
) -> Result<Vec<Observation>, sqlx::Error> {
    let earliest = first.plus(-LONGEST_DAYS);
    let rows: Vec<(Json<Observation>,)> = on_db!(db, |p| {
        sqlx::query_as(
            "select body from observation
          where known_to is null and country = $1 and exercise = $2 and rank >= $3 and rank <= $4
            and occurred_to >= $5",
        )
        .bind(ground.country)
        .bind(ground.exercise)
        .bind(order::first_of(earliest))
        .bind(order::last_of(last))
        .bind(first)
        .fetch_all(p)
        .await
    })?;
    Ok(rows.into_iter().map(|(body,)| body.0).collect())
}

/// Those of these observations that stand.
pub async fn standing(
    tx: &mut Tx,
    ids: &BTreeSet<ObservationId>,
) -> Result<BTreeMap<ObservationId, Standing>, sqlx::Error> {
    let ids: Vec<&ObservationId> = ids.iter().collect();
    let mut found = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(Json<Observation>, bool)> = on_tx!(tx, |c| {
            let mut select =
                QueryBuilder::new("select body, settled from observation where known_to is null and ");
            observations::of_these(&mut select, ids.iter().copied());
            select.build_query_as().fetch_all(c).await
        })?;
        found.extend(
            rows.into_iter().map(|(body, settled)| (body.0.id.clone(), Standing { seen: body.0, settled })),
        );
    }
    Ok(found)
}
