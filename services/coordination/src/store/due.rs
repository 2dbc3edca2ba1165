//! Claiming what is due, so that one delivery is under way once at a time, in order and fairly.

use contracts::coordination::DeliveryState;
use domain::{DeliveryId, EndpointId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};

use super::deliveries::{Delivery, Row};

/// How many deliveries may be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// More, in all.
    pub in_all: u32,
    /// To one endpoint, those under way included.
    pub per_endpoint: u32,
}

/// Whether anything can be tried or has ended.
pub async fn any(db: &Db, now: Timestamp) -> Result<bool, sqlx::Error> {
    let row: Option<(DeliveryId,)> = on_db!(db, |p| sqlx::query_as(
        "select d.delivery_id from delivery d join endpoint e on e.endpoint_id = d.endpoint_id
          where d.state = 'pending' and ((e.active and d.next_at <= $1) or d.expires <= $1)
            and (d.lease_until is null or d.lease_until <= $1)
          limit 1"
    )
    .bind(now)
    .fetch_optional(p)
    .await)?;
    Ok(row.is_some())
}

/// Deliveries that are due at active endpoints: the gravest first, then those that have waited longest, endpoint by
/// endpoint in turn. One that follows another of the same warning to the same endpoint waits until that is over.
pub async fn due(tx: &mut Tx, room: Room) -> Result<Vec<Delivery>, sqlx::Error> {
    let now = tx.now();
    let rows: Vec<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select delivery_id, decision_id, warning_id, version, partner, endpoint_id, rank, state, made_under,
                retraction, attempts, next_at, expires, transported_at, traceparent
           from (select d.*,
                    row_number() over (partition by d.endpoint_id order by d.rank, d.next_at, d.delivery_id)
                    + (select count(*) from delivery l
                        where l.endpoint_id = d.endpoint_id and l.lease_until is not null and l.lease_until > $1)
                    as turn
               from delivery d join endpoint e on e.endpoint_id = d.endpoint_id
              where d.state = 'pending' and d.next_at <= $1 and d.expires > $1 and e.active
                and (d.lease_until is null or d.lease_until <= $1)
                and not exists (select 1 from delivery o
                     where o.warning_id = d.warning_id and o.endpoint_id = d.endpoint_id and o.version < d.version
                       and o.lease_until is not null and o.lease_until > $1)) waiting
          where turn <= $2 order by turn, rank, next_at, delivery_id limit $3"
    )
    .bind(now)
    .bind(i64::from(room.per_endpoint))
    .bind(i64::from(room.in_all))
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// Claims a delivery for one try until then, and counts the try; `false` when another was quicker.
pub async fn claim(tx: &mut Tx, id: &DeliveryId, until: Timestamp) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update delivery set lease_until = $2, attempts = attempts + 1
          where delivery_id = $1 and state = 'pending' and (lease_until is null or lease_until <= $3)"
    )
    .bind(id)
    .bind(until)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Gives a claim back.
pub async fn release(tx: &mut Tx, id: &DeliveryId, claimed_until: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "update delivery set lease_until = null where delivery_id = $1 and lease_until = $2"
    )
    .bind(id)
    .bind(claimed_until)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Deliveries whose warning ended before they arrived, and that are not under way.
pub async fn ended(tx: &mut Tx, limit: u32) -> Result<Vec<Delivery>, sqlx::Error> {
    let now = tx.now();
    let rows: Vec<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select delivery_id, decision_id, warning_id, version, partner, endpoint_id, rank, state, made_under,
                retraction, attempts, next_at, expires, transported_at, traceparent
           from delivery
          where state = $1 and expires <= $2 and (lease_until is null or lease_until <= $2)
          order by expires, delivery_id limit $3"
    )
    .bind(DeliveryState::Pending)
    .bind(now)
    .bind(i64::from(limit))
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// The address of an endpoint.
pub async fn address(tx: &mut Tx, id: &EndpointId) -> Result<String, sqlx::Error> {
    let (url,): (String,) =
        on_tx!(tx, |c| sqlx::query_as("select url from endpoint where endpoint_id = $1")
            .bind(id)
            .fetch_one(c)
            .await)?;
    Ok(url)
}
