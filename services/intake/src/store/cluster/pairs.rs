//! Pairs of observations that may be of one incident.

use std::collections::BTreeSet;

use contracts::intake::clusters::ClusterScore;
use domain::ObservationId;
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::ROWS;
use crate::domain::cluster::group::Pair;

/// Those of these observations that are part of a pair or were ever of a cluster.
pub async fn known(db: &Db, ids: &[ObservationId]) -> Result<BTreeSet<ObservationId>, sqlx::Error> {
    let mut found = BTreeSet::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(ObservationId,)> = on_db!(db, |p| {
            let mut select =
                QueryBuilder::new("select observation_id from cluster_pair where observation_id in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(") union select observation_id from cluster_member where observation_id in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(")");
            select.build_query_as().fetch_all(p).await
        })?;
        found.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(found)
}

/// Puts these pairs in the place of all that these observations had; gives whom they had pairs with before.
pub async fn replace(
    tx: &mut Tx,
    of: &BTreeSet<ObservationId>,
    pairs: &[Pair],
) -> Result<BTreeSet<ObservationId>, sqlx::Error> {
    let ids: Vec<&ObservationId> = of.iter().collect();
    let mut before = BTreeSet::new();
    for ids in ids.chunks(ROWS) {
        before.extend(partners(tx, ids).await?);
        // the other direction first, while it can be told by this one
        let mirrored = "delete from cluster_pair where (observation_id, other_id) in
                          (select other_id, observation_id from cluster_pair where observation_id in (";
        delete(tx, (mirrored, "))"), ids).await?;
        delete(tx, ("delete from cluster_pair where observation_id in (", ")"), ids).await?;
    }
    for pairs in pairs.chunks(ROWS) {
        insert(tx, pairs).await?;
    }
    Ok(before)
}

async fn delete(
    tx: &mut Tx,
    (opening, closing): (&'static str, &'static str),
    ids: &[&ObservationId],
) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut delete = QueryBuilder::new(opening);
        let mut list = delete.separated(", ");
        for id in ids {
            list.push_bind((*id).clone());
        }
        delete.push(closing);
        delete.build().execute(c).await.map(|_| ())
    })
}

async fn insert(tx: &mut Tx, pairs: &[Pair]) -> Result<(), sqlx::Error> {
    let both = pairs.iter().flat_map(|pair| [(&pair.one, &pair.other, pair), (&pair.other, &pair.one, pair)]);
    let both: Vec<_> = both.collect();
    on_tx!(tx, |c| {
        let mut insert =
            QueryBuilder::new("insert into cluster_pair (observation_id, other_id, score, body) ");
        insert.push_values(&both, |mut row, (one, other, pair)| {
            row.push_bind((*one).clone()).push_bind((*other).clone());
            row.push_bind(pair.score.total).push_bind(Json(pair.score.clone()));
        });
        insert.push(
            " on conflict (observation_id, other_id) do update set score = excluded.score, body = excluded.body",
        );
        insert.build().execute(c).await.map(|_| ())
    })
}

async fn partners(tx: &mut Tx, ids: &[&ObservationId]) -> Result<Vec<ObservationId>, sqlx::Error> {
    let rows: Vec<(ObservationId,)> = on_tx!(tx, |c| {
        let mut select =
            QueryBuilder::new("select distinct other_id from cluster_pair where observation_id in (");
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind((*id).clone());
        }
        select.push(")");
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The pairs of these observations, each once.
pub async fn of(tx: &mut Tx, ids: &[ObservationId]) -> Result<Vec<Pair>, sqlx::Error> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(ObservationId, ObservationId, Json<ClusterScore>)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select observation_id, other_id, body from cluster_pair where observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(one, other, score)| {
            let (one, other) = crate::domain::cluster::group::ends(one, other);
            Pair { one, other, score: score.0 }
        }));
    }
    Ok(found)
}
