//! Clusters in all their versions. Nothing is overwritten or deleted: a version ends, the next begins. Only what retention removed of
//! their members goes from them (`removed`).

use std::collections::BTreeMap;

use contracts::intake::clusters::{Cluster, ListClusters};
use domain::{ClusterId, Day, ObservationId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::ROWS;
use crate::{
    error::Error,
    store::{cursor, observations::words},
};

/// Writes the next version of a cluster, and ends the one that stands, and any whose end a wrong clock has dated ahead.
pub async fn put(tx: &mut Tx, cluster: &Cluster) -> Result<(), sqlx::Error> {
    let (id, version, now) = (&cluster.id, i64::from(cluster.version), tx.now());
    on_tx!(tx, |c| sqlx::query(
        "update cluster set known_to = $2 where cluster_id = $1 and (known_to is null or known_to > $2)"
    )
    .bind(id)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into cluster (cluster_id, version, state, known_from, exercise, country, province, threats, first_day,
            last_day, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    )
    .bind(id)
    .bind(version)
    .bind(cluster.state)
    .bind(now)
    .bind(cluster.exercise)
    .bind(cluster.place.country)
    .bind(cluster.place.province.clone())
    .bind(words(&cluster.threats))
    .bind(cluster.from)
    .bind(cluster.to)
    .bind(Json(cluster.clone()))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    on_tx!(tx, |c| {
        let mut insert =
            QueryBuilder::new("insert into cluster_member (observation_id, cluster_id, version) ");
        insert.push_values(&cluster.members, |mut row, member| {
            row.push_bind(member.observation.clone()).push_bind(id.clone()).push_bind(version);
        });
        insert.build().execute(c).await.map(|_| ())
    })
}

/// The clusters, as they stand, that are not over and have one of these as a member.
pub async fn of_members(
    tx: &mut Tx,
    ids: &[ObservationId],
) -> Result<BTreeMap<ClusterId, Cluster>, sqlx::Error> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(Json<Cluster>,)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select body from cluster where known_to is null and state in ('proposed', 'joined', 'confirmed')
                    and (cluster_id, version) in (select cluster_id, version from cluster_member where observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push("))");
            select.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(body,)| (body.0.id.clone(), body.0)));
    }
    Ok(found)
}

/// The newest version of a cluster, within a transaction.
pub async fn newest(tx: &mut Tx, id: &ClusterId) -> Result<Option<Cluster>, sqlx::Error> {
    Ok(newest_of(tx, std::slice::from_ref(id)).await?.pop())
}

/// The newest versions of those of these clusters that there are.
pub async fn newest_of(tx: &mut Tx, ids: &[ClusterId]) -> Result<Vec<Cluster>, sqlx::Error> {
    let mut found = Vec::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(Json<Cluster>,)> = on_tx!(tx, |c| {
            let mut select =
                QueryBuilder::new("select body from cluster where known_to is null and cluster_id in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(body,)| body.0));
    }
    Ok(found)
}

/// A cluster as it stands, or as it stood at a moment.
pub async fn get(
    db: &Db,
    id: &ClusterId,
    known_on: Option<Timestamp>,
) -> Result<Option<Cluster>, sqlx::Error> {
    let row: Option<(Json<Cluster>,)> = match known_on {
        None => on_db!(db, |p| sqlx::query_as(
            "select body from cluster where cluster_id = $1 and known_to is null"
        )
        .bind(id)
        .fetch_optional(p)
        .await)?,
        Some(at) => on_db!(db, |p| {
            sqlx::query_as(
            "select body from cluster where cluster_id = $1 and known_from <= $2 and (known_to is null or known_to > $2)
              order by version desc limit 1"
        )
        .bind(id)
        .bind(at)
        .fetch_optional(p)
        .await
        })?,
    };
    Ok(row.map(|(body,)| body.0))
}

/// Whether how a cluster stood at a moment was removed: nothing is kept of it, and something is of another time. A cluster that began
/// after that moment and of which the beginning is gone is told alike.
pub async fn is_removed(db: &Db, id: &ClusterId, at: Timestamp) -> Result<bool, sqlx::Error> {
    let (first, since): (Option<i64>, Option<Timestamp>) = on_db!(db, |p| sqlx::query_as(
        "select min(version), min(known_from) from cluster where cluster_id = $1"
    )
    .bind(id)
    .fetch_one(p)
    .await)?;
    Ok(first.is_some_and(|first| first > 1) || since.is_some_and(|since| since <= at))
}

/// Clusters, newest incident first: one more than the page holds.
pub async fn list(db: &Db, wanted: &ListClusters) -> Result<Vec<Cluster>, Error> {
    let after: Option<(Day, String)> = cursor::read(&wanted.page)?;
    let rows: Vec<(Json<Cluster>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from cluster where exercise = ");
        select.push_bind(wanted.exercise);
        match wanted.known_on {
            None => select.push(" and known_to is null"),
            Some(at) => {
                select.push(" and known_from <= ").push_bind(at);
                select.push(" and (known_to is null or known_to > ").push_bind(at).push(")")
            }
        };
        match wanted.state {
            Some(state) => select.push(" and state = ").push_bind(state),
            None => select.push(" and state in ('proposed', 'joined', 'confirmed')"),
        };
        if let Some(country) = wanted.country {
            select.push(" and country = ").push_bind(country);
        }
        if let Some(province) = &wanted.province {
            select.push(" and province = ").push_bind(province.clone());
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threats like ").push_bind(format!("%,{threat},%"));
        }
        if let Some(from) = wanted.from {
            select.push(" and last_day >= ").push_bind(from);
        }
        if let Some(to) = wanted.to {
            select.push(" and first_day <= ").push_bind(to);
        }
        if let Some(observation) = &wanted.observation {
            select.push(" and (cluster_id, version) in (select cluster_id, version from cluster_member where observation_id = ");
            select.push_bind(observation.clone()).push(")");
        }
        if let Some((day, id)) = after.clone() {
            select.push(" and (first_day < ").push_bind(day).push(" or (first_day = ").push_bind(day);
            select.push(" and cluster_id > ").push_bind(id).push("))");
        }
        select
            .push(" order by first_day desc, cluster_id limit ")
            .push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(body,)| body.0).collect())
}

/// The cursor behind a cluster.
pub fn cursor_of(last: &Cluster) -> String {
    cursor::write(last.from, &last.id)
}
