//! Decisions: what goes to whom of which version, as last decided, and what was decided before.

use contracts::coordination::ReleaseDecided;
use domain::{DecisionId, Timestamp, WarningId, release::Decision};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

use super::count;

/// One decision as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What was decided and said.
    pub said: ReleaseDecided,
    /// Whether this or an earlier decision let anything go.
    pub ever_released: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    decision_id: DecisionId,
    warning_id: WarningId,
    version: i64,
    partner: String,
    body: Json<Decision>,
    decided_at: Timestamp,
    ever_released: bool,
}
impl From<Row> for Decided {
    fn from(row: Row) -> Self {
        let said = ReleaseDecided {
            id: row.decision_id,
            warning: row.warning_id,
            version: count(row.version),
            partner: row.partner,
            decision: row.body.0,
            at: row.decided_at,
        };
        Self { said, ever_released: row.ever_released }
    }
}

/// Keeps a decision; what was decided before is kept beside it.
pub async fn put(tx: &mut Tx, decided: &ReleaseDecided) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into former_decision (decision_id, body, decided_at)
         select decision_id, body, decided_at from decision where decision_id = $1
         on conflict (decision_id, decided_at) do nothing"
    )
    .bind(&decided.id)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query(
        "insert into decision (decision_id, warning_id, version, partner, body, decided_at, ever_released)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (decision_id) do update set body = excluded.body, decided_at = excluded.decided_at,
            ever_released = decision.ever_released or excluded.ever_released"
    )
    .bind(&decided.id)
    .bind(&decided.warning)
    .bind(i64::from(decided.version))
    .bind(&decided.partner)
    .bind(Json(&decided.decision))
    .bind(decided.at)
    .bind(decided.decision.releases())
    .execute(c)
    .await
    .map(|_| ()))
}

/// The decision with this id.
pub async fn find(tx: &mut Tx, id: &DecisionId) -> Result<Option<Decided>, sqlx::Error> {
    let row: Option<Row> = on_tx!(tx, |c| sqlx::query_as(
        "select decision_id, warning_id, version, partner, body, decided_at, ever_released
           from decision where decision_id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Decided::from))
}

/// The newest version of a warning that was ever released to the partner, and issued by then where there is one such.
pub async fn released_version(
    tx: &mut Tx,
    warning: &WarningId,
    partner: &str,
    by: Timestamp,
) -> Result<Option<u32>, sqlx::Error> {
    let row: Option<(i64,)> = on_tx!(tx, |c| sqlx::query_as(
        "select d.version from decision d
           join warning w on w.warning_id = d.warning_id and w.version = d.version
          where d.warning_id = $1 and d.partner = $2 and d.ever_released
          order by case when w.sent <= $3 then 0 else 1 end, d.version desc limit 1"
    )
    .bind(warning)
    .bind(partner)
    .bind(by)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(version,)| count(version)))
}

/// Whether a version of the chain before this one was released to the partner: it has it or may have it.
pub async fn may_have(
    tx: &mut Tx,
    warning: &WarningId,
    partner: &str,
    before: u32,
) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = on_tx!(tx, |c| sqlx::query_as(
        "select version from decision
          where warning_id = $1 and partner = $2 and version < $3 and ever_released limit 1"
    )
    .bind(warning)
    .bind(partner)
    .bind(i64::from(before))
    .fetch_optional(c)
    .await)?;
    Ok(row.is_some())
}

/// Whether a version of the chain before this one was sent to the partner, or looked at by it.
pub async fn was_reached(
    tx: &mut Tx,
    warning: &WarningId,
    partner: &str,
    before: u32,
) -> Result<bool, sqlx::Error> {
    let row: Option<(i64,)> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select version from delivery where warning_id = $1 and partner = $2 and version < $3 and attempts > 0
         union all
         select version from look where warning_id = $1 and partner = $2 and version < $3 limit 1"
    )
    .bind(warning)
    .bind(partner)
    .bind(i64::from(before))
    .fetch_optional(c)
    .await
    })?;
    Ok(row.is_some())
}

/// Decisions, newest first, after this place in the order.
pub async fn newest_first(
    db: &Db,
    (warning, partner): (Option<&WarningId>, Option<&str>),
    after: Option<(Timestamp, DecisionId)>,
    limit: u32,
) -> Result<Vec<Decided>, sqlx::Error> {
    let (at, id) = after.unzip();
    let rows: Vec<Row> = on_db!(db, |p| sqlx::query_as(
        "select decision_id, warning_id, version, partner, body, decided_at, ever_released from decision
          where ($1 is null or warning_id = $1) and ($2 is null or partner = $2)
            and ($3 is null or decided_at < $3 or (decided_at = $3 and decision_id < $4))
          order by decided_at desc, decision_id desc limit $5"
    )
    .bind(warning)
    .bind(partner)
    .bind(at)
    .bind(id)
    .bind(i64::from(limit))
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(Decided::from).collect())
}
