//! Deliveries: made once, moved on, never lost.

use contracts::coordination::DeliveryState;
use domain::{DecisionId, DeliveryId, EndpointId, Timestamp, WarningId, release::Decision};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

use super::count;
use crate::domain::schedule::Rank;

/// One delivery, without its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Which; also the `webhook-id`.
    pub id: DeliveryId,
    /// The decision it rests on.
    pub decision: DecisionId,
    /// The warning.
    pub warning: WarningId,
    /// Its version.
    pub version: u32,
    /// Key of the organisation.
    pub partner: String,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// Its schedule.
    pub rank: Rank,
    /// Where it stands.
    pub state: DeliveryState,
    /// The decision that its body was made under.
    pub made_under: Decision,
    /// Whether it takes back without content.
    pub retraction: bool,
    /// Tries begun.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// When the warning ends.
    pub expires: Timestamp,
    /// When the endpoint took it.
    pub transported_at: Option<Timestamp>,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    delivery_id: DeliveryId,
    decision_id: DecisionId,
    warning_id: WarningId,
    version: i64,
    partner: String,
    endpoint_id: EndpointId,
    rank: i64,
    state: DeliveryState,
    made_under: Json<Decision>,
    retraction: bool,
    attempts: i64,
    next_at: Option<Timestamp>,
    expires: Timestamp,
    transported_at: Option<Timestamp>,
    traceparent: Option<String>,
}
impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            id: row.delivery_id,
            decision: row.decision_id,
            warning: row.warning_id,
            version: count(row.version),
            partner: row.partner,
            endpoint: row.endpoint_id,
            rank: Rank::from_number(row.rank),
            state: row.state,
            made_under: row.made_under.0,
            retraction: row.retraction,
            attempts: count(row.attempts),
            next_at: row.next_at,
            expires: row.expires,
            transported_at: row.transported_at,
            traceparent: row.traceparent,
        }
    }
}

/// Makes a delivery, due at once; `false` when it is there already.
pub async fn add(tx: &mut Tx, delivery: &Delivery, body: &str) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into delivery (delivery_id, decision_id, warning_id, version, partner, endpoint_id, rank, state, body,
            made_under, retraction, next_at, expires, traceparent, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12)
         on conflict (delivery_id) do nothing"
    )
    .bind(&delivery.id)
    .bind(&delivery.decision)
    .bind(&delivery.warning)
    .bind(i64::from(delivery.version))
    .bind(&delivery.partner)
    .bind(&delivery.endpoint)
    .bind(delivery.rank.number())
    .bind(DeliveryState::Pending)
    .bind(body)
    .bind(Json(&delivery.made_under))
    .bind(delivery.retraction)
    .bind(now)
    .bind(delivery.expires)
    .bind(&delivery.traceparent)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// The delivery with this id.
pub async fn find(tx: &mut Tx, id: &DeliveryId) -> Result<Option<Delivery>, sqlx::Error> {
    let row: Option<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select delivery_id, decision_id, warning_id, version, partner, endpoint_id, rank, state, made_under,
                retraction, attempts, next_at, expires, transported_at, traceparent
           from delivery where delivery_id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(Delivery::from))
}

/// Deliveries of a warning to one partner, as a transaction sees them, oldest version first.
pub async fn to_partner(
    tx: &mut Tx,
    warning: &WarningId,
    partner: &str,
) -> Result<Vec<Delivery>, sqlx::Error> {
    let rows: Vec<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select delivery_id, decision_id, warning_id, version, partner, endpoint_id, rank, state, made_under,
                retraction, attempts, next_at, expires, transported_at, traceparent
           from delivery where warning_id = $1 and partner = $2 order by version, delivery_id"
    )
    .bind(warning)
    .bind(partner)
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// Deliveries that rest on a decision, in the order of their ids.
pub async fn of_decision(db: &Db, decision: &DecisionId) -> Result<Vec<Delivery>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select delivery_id, decision_id, warning_id, version, partner, endpoint_id, rank, state, made_under,
                retraction, attempts, next_at, expires, transported_at, traceparent
           from delivery where decision_id = $1 order by delivery_id"
    )
    .bind(decision)
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// Moves a delivery from one state to another that ends its tries; `false` when it no longer stood there.
pub async fn end(
    tx: &mut Tx,
    id: &DeliveryId,
    from: DeliveryState,
    to: DeliveryState,
) -> Result<bool, sqlx::Error> {
    let transported = (to == DeliveryState::Transported).then(|| tx.now());
    let rows = on_tx!(tx, |c| sqlx::query(
        "update delivery set state = $3, next_at = null, transported_at = coalesce(transported_at, $4)
          where delivery_id = $1 and state = $2"
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .bind(transported)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Takes back what was given up at an endpoint of versions that are live: it may be sent anew where it may still go.
pub async fn take_back(tx: &mut Tx, endpoint: &EndpointId) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "update delivery set state = $2 where endpoint_id = $1 and state = $3
            and exists (select 1 from warning w where w.warning_id = delivery.warning_id
                          and w.version = delivery.version and w.latest and w.expires > $4)"
    )
    .bind(endpoint)
    .bind(DeliveryState::Withdrawn)
    .bind(DeliveryState::Exhausted)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Lets a withdrawn delivery wait again, with the body that is right now; `false` where another body was tried before.
pub async fn revive(tx: &mut Tx, delivery: &Delivery, body: &str) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update delivery set state = $2, next_at = $3, body = $4, made_under = $5
          where delivery_id = $1 and state = $6 and (attempts = 0 or body = $4)"
    )
    .bind(&delivery.id)
    .bind(DeliveryState::Pending)
    .bind(now)
    .bind(body)
    .bind(Json(&delivery.made_under))
    .bind(DeliveryState::Withdrawn)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Gives a delivery that was never tried another body.
pub async fn rewrite(
    tx: &mut Tx,
    id: &DeliveryId,
    body: &str,
    under: &Decision,
) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query(
        "update delivery set body = $2, made_under = $3 where delivery_id = $1 and attempts = 0"
    )
    .bind(id)
    .bind(body)
    .bind(Json(under))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Lets a delivery wait until then, or for its end.
pub async fn wait(tx: &mut Tx, id: &DeliveryId, until: Option<Timestamp>) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update delivery set next_at = $2 where delivery_id = $1")
        .bind(id)
        .bind(until)
        .execute(c)
        .await
        .map(|_| ()))
}

/// The bytes of a delivery.
pub async fn body(tx: &mut Tx, id: &DeliveryId) -> Result<String, sqlx::Error> {
    let (body,): (String,) =
        on_tx!(tx, |c| sqlx::query_as("select body from delivery where delivery_id = $1")
            .bind(id)
            .fetch_one(c)
            .await)?;
    Ok(body)
}
