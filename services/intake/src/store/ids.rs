//! Which rows an id has: in a small table at first, and in the large one with many others at a time (see the migration).

use domain::ObservationId;
use kit::{Tx, on_tx};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::domain::order;

/// How many ids the small table holds before they go into the large one.
const NEW: i64 = 50_000;
/// How many rows one statement inserts.
const ROWS: usize = 5000;

/// The rows of an id, as a part of a statement: `$1` is its key.
macro_rules! rows_of_key {
    () => {
        "ordinal in (select ordinal from observation_id where id_key = $1
                     union all select ordinal from observation_new_id where id_key = $1)"
    };
}
pub(super) use rows_of_key;

/// The condition that a row is of one of these ids, or of one that has the same key: whoever asks compares the ids.
pub(super) fn rows_of<'a, DB: Database>(
    select: &mut QueryBuilder<DB>,
    ids: impl IntoIterator<Item = &'a ObservationId> + Clone,
) where
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    select.push("ordinal in (select ordinal from observation_id where id_key in (");
    keys(select, ids.clone());
    select.push(") union all select ordinal from observation_new_id where id_key in (");
    keys(select, ids);
    select.push("))");
}

fn keys<'a, DB: Database>(select: &mut QueryBuilder<DB>, ids: impl IntoIterator<Item = &'a ObservationId>)
where
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    let mut list = select.separated(", ");
    for id in ids {
        list.push_bind(order::key(id));
    }
}

/// Notes which ids the rows of these ordinals have.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, rows: &[(i64, &ObservationId)]) -> Result<(), sqlx::Error> {
    for rows in rows.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new("insert into observation_new_id (id_key, ordinal) ");
            insert.push_values(rows, |mut row, (ordinal, id)| {
                row.push_bind(order::key(id)).push_bind(*ordinal);
            });
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    let new: i64 = on_tx!(tx, |c| sqlx::query_scalar(
        "update observation_count set new_ids = new_ids + $1 returning new_ids"
    )
    .bind(rows.len() as i64)
    .fetch_one(c)
    .await)?;
    if new < NEW { Ok(()) } else { settle(tx).await }
}

/// Puts all new ids into the large table.
///
/// # Errors
/// When the store cannot be written.
pub async fn settle(tx: &mut Tx) -> Result<(), sqlx::Error> {
    for statement in [
        "insert into observation_id (id_key, ordinal)
            select id_key, ordinal from observation_new_id order by id_key, ordinal",
        "delete from observation_new_id",
        "update observation_count set new_ids = 0",
    ] {
        on_tx!(tx, |c| sqlx::query(statement).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Forgets that this row has this id.
///
/// # Errors
/// When the store cannot be written.
pub async fn remove(tx: &mut Tx, (ordinal, id): (i64, &ObservationId)) -> Result<(), sqlx::Error> {
    for statement in [
        "delete from observation_id where id_key = $1 and ordinal = $2",
        "delete from observation_new_id where id_key = $1 and ordinal = $2",
    ] {
        on_tx!(tx, |c| sqlx::query(statement)
            .bind(order::key(id))
            .bind(ordinal)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}
