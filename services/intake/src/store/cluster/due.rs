//! What is due: batches of observations that were recorded and not yet compared with others.

use std::collections::BTreeMap;

use domain::{Country, Day, Observation, ObservationId};
use kit::{Db, Tx, on_db, on_tx};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;

use super::ROWS;
use crate::domain::cluster::Origin;

/// Where observations of one source are: they are compared with those of others there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ground {
    /// The country.
    pub country: Country,
    /// Whether it is an exercise.
    pub exercise: bool,
}

/// Observations of one source in one country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fresh {
    /// The country.
    pub country: Country,
    /// Whether they are of an exercise.
    pub exercise: bool,
    /// The source.
    pub source: String,
    /// Its owner.
    pub owner: String,
    /// The first day any of them may have happened.
    pub first: Day,
    /// The last day any of them may have happened.
    pub last: Day,
    /// Which.
    pub ids: Vec<ObservationId>,
}

/// One batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Observations that are new.
    pub fresh: Vec<Fresh>,
    /// Observations that were there before: revised, taken back, or recorded before clusters were.
    pub again: Vec<ObservationId>,
}

impl Due {
    /// What is due after these were recorded; what has no country is compared with nothing.
    pub fn recorded<'a>(recorded: impl IntoIterator<Item = &'a Observation>) -> Self {
        let mut fresh: BTreeMap<(Country, bool, &str, &str), Fresh> = BTreeMap::new();
        let mut again = Vec::new();
        for seen in recorded {
            let country = seen.place.country;
            if seen.revision > 1 {
                again.push(seen.id.clone());
            }
            let Some(country) = country else { continue };
            let (first, last) = (seen.occurred_from, seen.occurred_to);
            let of =
                fresh.entry((country, seen.exercise, &seen.source, &seen.owner)).or_insert_with(|| Fresh {
                    country,
                    exercise: seen.exercise,
                    source: seen.source.clone(),
                    owner: seen.owner.clone(),
                    first,
                    last,
                    ids: Vec::new(),
                });
            (of.first, of.last) = (of.first.min(first), of.last.max(last));
            if seen.revision == 1 {
                of.ids.push(seen.id.clone());
            }
        }
        Self { fresh: fresh.into_values().collect(), again }
    }
    fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.again.is_empty()
    }
}

/// Notes that a batch is due.
pub async fn put(tx: &mut Tx, id: &str, due: &Due) -> Result<(), sqlx::Error> {
    if due.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let body = serde_json::to_string(due).map_err(|error| sqlx::Error::Encode(error.into()))?;
    on_tx!(tx, |c| sqlx::query(
        "insert into cluster_due (due_id, body, at) values ($1, $2, $3) on conflict (due_id) do nothing"
    )
    .bind(id)
    .bind(body)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// The oldest batches, up to so many.
pub async fn oldest(db: &Db, limit: u32) -> Result<Vec<(String, Due)>, sqlx::Error> {
    let rows: Vec<(String, String)> =
        on_db!(db, |p| sqlx::query_as("select due_id, body from cluster_due order by at, due_id limit $1")
            .bind(i64::from(limit))
            .fetch_all(p)
            .await)?;
    let read = |(id, body): (String, String)| {
        serde_json::from_str(&body).map(|due| (id, due)).map_err(|error| sqlx::Error::Decode(error.into()))
    };
    rows.into_iter().map(read).collect()
}

/// Forgets batches that were compared; gives how many of them were there.
pub async fn done(tx: &mut Tx, ids: &[String]) -> Result<u64, sqlx::Error> {
    let mut done = 0;
    for ids in ids.chunks(ROWS) {
        done += on_tx!(tx, |c| {
            let mut delete = QueryBuilder::new("delete from cluster_due where due_id in (");
            let mut list = delete.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            delete.push(")");
            delete.build().execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(done)
}

/// From when to when each source has observations, by country.
pub type Spans = BTreeMap<Ground, BTreeMap<Origin, (Day, Day)>>;

/// From when to when each source has observations.
pub async fn spans(db: &Db) -> Result<Spans, sqlx::Error> {
    let rows: Vec<(Country, bool, String, String, Day, Day)> = on_db!(db, |p| sqlx::query_as(
        "select country, exercise, source, owner, first_day, last_day from cluster_span"
    )
    .fetch_all(p)
    .await)?;
    let mut spans = Spans::new();
    for (country, exercise, source, owner, first, last) in rows {
        let of = spans.entry(Ground { country, exercise }).or_default();
        of.insert(Origin { source, owner }, (first, last));
    }
    Ok(spans)
}

/// Widens the spans by what is new.
pub async fn widen(tx: &mut Tx, fresh: &[Fresh]) -> Result<(), sqlx::Error> {
    let mut merged: BTreeMap<(Country, bool, &str, &str), (Day, Day)> = BTreeMap::new();
    for of in fresh {
        let key = (of.country, of.exercise, of.source.as_str(), of.owner.as_str());
        let span = merged.entry(key).or_insert((of.first, of.last));
        *span = (span.0.min(of.first), span.1.max(of.last));
    }
    let rows: Vec<_> = merged.into_iter().collect();
    for rows in rows.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into cluster_span (country, exercise, source, owner, first_day, last_day) ",
            );
            insert.push_values(rows, |mut row, ((country, exercise, source, owner), (first, last))| {
                row.push_bind(*country).push_bind(*exercise).push_bind(*source).push_bind(*owner);
                row.push_bind(*first).push_bind(*last);
            });
            insert.push(
                " on conflict (country, exercise, source, owner) do update set
                   first_day = case when excluded.first_day < cluster_span.first_day then excluded.first_day else cluster_span.first_day end,
                   last_day = case when excluded.last_day > cluster_span.last_day then excluded.last_day else cluster_span.last_day end",
            );
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}
