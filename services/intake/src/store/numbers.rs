//! Facts whose source counts them by numbers, and that are kept under a number written otherwise.

use kit::{Tx, on_tx};

use crate::domain::draft::kept_under;

/// Under which ids a source has facts that stand, written with a point or with zeros in front, in their order behind this one; up to so many.
pub async fn otherwise(
    tx: &mut Tx,
    (source, after): (&str, &str),
    limit: i64,
) -> Result<Vec<String>, sqlx::Error> {
    let of_exercise = kept_under("0%", true);
    on_tx!(tx, |c| sqlx::query_scalar(
        "select external_id from observation
          where source = $1 and known_to is null and external_id > $2
            and (external_id like '%.%' or external_id like '0%' or external_id like $3)
          order by external_id limit $4"
    )
    .bind(source)
    .bind(after)
    .bind(&of_exercise)
    .bind(limit)
    .fetch_all(c)
    .await)
}
