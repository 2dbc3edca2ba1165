//! What people decided of pairs.

use std::collections::BTreeSet;

use contracts::intake::clusters::ClusterDecision;
use domain::{EventId, ObservationId, Timestamp};
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;

use super::ROWS;
use crate::domain::cluster::group::{Decisions, Ends};

/// Decides of these pairs: one incident or two. What was decided of them before no longer stands, and is kept.
pub async fn decide(
    tx: &mut Tx,
    pairs: &BTreeSet<Ends>,
    together: bool,
    decided: &ClusterDecision,
) -> Result<(), sqlx::Error> {
    for (one, other) in pairs {
        on_tx!(tx, |c| sqlx::query(
            "update cluster_decision set until = $3 where one = $1 and other = $2 and until is null"
        )
        .bind(one)
        .bind(other)
        .bind(decided.at)
        .execute(c)
        .await
        .map(|_| ()))?;
        let id = EventId::generate(decided.at);
        on_tx!(tx, |c| sqlx::query(
            "insert into cluster_decision (decision_id, one, other, together, by_whom, at, why)
             values ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(id)
        .bind(one)
        .bind(other)
        .bind(together)
        .bind(decided.by.clone())
        .bind(decided.at)
        .bind(decided.why.clone())
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    one: ObservationId,
    other: ObservationId,
    together: bool,
    by_whom: String,
    at: Timestamp,
    why: String,
}

/// The decisions that stand on pairs of which one is among these.
pub async fn of(tx: &mut Tx, ids: &[ObservationId]) -> Result<Decisions, sqlx::Error> {
    let mut decisions = Decisions::default();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<Row> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select one, other, together, by_whom, at, why from cluster_decision where until is null and (one in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(") or other in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push("))");
            select.build_query_as().fetch_all(c).await
        })?;
        for row in rows {
            let decided = ClusterDecision { by: row.by_whom, at: row.at, why: row.why };
            let of = if row.together { &mut decisions.together } else { &mut decisions.apart };
            of.insert((row.one, row.other), decided);
        }
    }
    Ok(decisions)
}
