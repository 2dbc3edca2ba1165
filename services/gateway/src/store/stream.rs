//! What the event stream tells, in order, bounded.

use kit::{Db, Tx, on_db, on_tx};

use crate::domain::told::{Kept, Told};

/// Keeps an event at the end of the stream.
///
/// # Errors
/// When the store cannot be written, or another event took the place at the same moment.
pub async fn append(tx: &mut Tx, told: &Told) -> Result<(), sqlx::Error> {
    let now = tx.now();
    let (partner, partner_told) = told.partner.as_ref().map(|(key, told)| (key, told.to_string())).unzip();
    on_tx!(tx, |c| sqlx::query(
        "insert into sse_event (seq, kind, staff, partner, partner_told, at, restricted)
         values ((select coalesce(max(seq), 0) + 1 from sse_event), $1, $2, $3, $4, $5, $6)"
    )
    .bind(told.kind)
    .bind(told.staff.to_string())
    .bind(partner)
    .bind(partner_told)
    .bind(now)
    .bind(told.restricted)
    .execute(c)
    .await
    .map(|_| ()))
}

/// The first and the last place that is kept; zeros without any.
///
/// # Errors
/// When the store cannot be read.
pub async fn bounds(db: &Db) -> Result<(i64, i64), sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select coalesce(min(seq), 0), coalesce(max(seq), 0) from sse_event")
        .fetch_one(p)
        .await)
}

/// Up to 200 events after this place.
///
/// # Errors
/// When the store cannot be read.
pub async fn after(db: &Db, seq: i64) -> Result<Vec<Kept>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as(
        "select seq, kind, staff, partner, partner_told, restricted from sse_event where seq > $1 order by seq limit 200"
    )
    .bind(seq)
    .fetch_all(p)
    .await
    })
}

/// Forgets all but the last so many events.
///
/// # Errors
/// When the store cannot be written.
pub async fn trim(tx: &mut Tx, keep: u32) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from sse_event where seq <= (select max(seq) from sse_event) - $1")
        .bind(i64::from(keep))
        .execute(c)
        .await
        .map(|_| ()))
}
