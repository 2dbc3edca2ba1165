//! Who is of one incident, as intake said and people decided.

use std::collections::BTreeSet;

use contracts::intake::clusters::Cluster;
use domain::{ClusterId, ObservationId, Timestamp};
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;
use tracing::instrument;

use super::{AT_ONCE, Reader, on_reader};

/// A member, and whether it is the best-graded.
type Member = (ObservationId, bool);
/// Two observations kept apart, in this direction.
type Apart = (ObservationId, ObservationId);

/// Who is of one incident now, and who of them is graded best; nobody where there is no such incident, or it is none any more.
///
/// # Errors
/// When the store cannot be read.
pub async fn standing(
    reader: &mut Reader<'_>,
    id: &ClusterId,
) -> Result<Vec<(ObservationId, bool)>, sqlx::Error> {
    on_reader!(reader, |c| {
        sqlx::query_as(
        "select observation_id, best from incident_member where cluster_id = $1 and known_to is null order by observation_id"
    )
    .bind(id)
    .fetch_all(c)
    .await
    })
}

/// Everybody who ever was of one incident.
///
/// # Errors
/// When the store cannot be read.
pub async fn ever(reader: &mut Reader<'_>, id: &ClusterId) -> Result<BTreeSet<ObservationId>, sqlx::Error> {
    let rows: Vec<(ObservationId,)> = on_reader!(reader, |c| sqlx::query_as(
        "select distinct observation_id from incident_member where cluster_id = $1"
    )
    .bind(id)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Keeps who is of one incident and gives those for whom that is another than before. The same cluster twice changes nothing,
/// nor does an older version.
///
/// # Errors
/// When the store cannot be written.
#[instrument(name = "analysis.cluster.keep", skip_all, fields(cluster.id = %cluster.id, version = cluster.version))]
pub async fn keep(tx: &mut Tx, cluster: &Cluster) -> Result<BTreeSet<ObservationId>, sqlx::Error> {
    if !is_news(tx, cluster).await? {
        return Ok(BTreeSet::new());
    }
    let all: BTreeSet<ObservationId> =
        cluster.members.iter().map(|member| member.observation.clone()).collect();
    let one = cluster.state.is_one();
    let members: BTreeSet<Member> =
        all.iter().filter(|_| one).map(|id| (id.clone(), *id == cluster.best)).collect();
    let were: BTreeSet<Member> = standing(&mut Reader::Tx(tx), &cluster.id).await?.into_iter().collect();
    let (gone, come): (Vec<_>, Vec<_>) =
        (were.difference(&members).cloned().collect(), members.difference(&were).cloned().collect());
    leave(tx, &gone, cluster).await?;
    enter(tx, &come, cluster).await?;
    let parted = part(tx, &all, cluster).await?;
    let moved = gone.into_iter().chain(come).map(|(id, _)| id);
    Ok(moved.chain(parted).collect())
}

async fn is_news(tx: &mut Tx, cluster: &Cluster) -> Result<bool, sqlx::Error> {
    let (id, version) = (&cluster.id, i64::from(cluster.version));
    let rows = on_tx!(tx, |c| sqlx::query(
        "insert into cluster_heard (cluster_id, version) values ($1, $2)
         on conflict (cluster_id) do update set version = excluded.version
          where excluded.version > cluster_heard.version"
    )
    .bind(id)
    .bind(version)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

async fn leave(tx: &mut Tx, gone: &[Member], cluster: &Cluster) -> Result<(), sqlx::Error> {
    for (id, _) in gone {
        on_tx!(tx, |c| {
            sqlx::query(
            "update incident_member set known_to = $3 where observation_id = $1 and cluster_id = $2 and known_to is null"
        )
        .bind(id)
        .bind(&cluster.id)
        .bind(cluster.moved_at)
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    Ok(())
}

/// Enters members; whoever was in another cluster has left it.
async fn enter(tx: &mut Tx, come: &[Member], cluster: &Cluster) -> Result<(), sqlx::Error> {
    for (id, best) in come {
        on_tx!(tx, |c| sqlx::query(
            "update incident_member set known_to = $2 where observation_id = $1 and known_to is null"
        )
        .bind(id)
        .bind(cluster.moved_at)
        .execute(c)
        .await
        .map(|_| ()))?;
        on_tx!(tx, |c| {
            sqlx::query(
            "insert into incident_member (observation_id, cluster_id, best, known_from) values ($1, $2, $3, $4)
             on conflict (observation_id, cluster_id, known_from) do update set best = excluded.best, known_to = null"
        )
        .bind(id)
        .bind(&cluster.id)
        .bind(*best)
        .bind(cluster.moved_at)
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    Ok(())
}

/// Puts what the cluster says of its members in the place of what was kept apart of them; gives whom that concerns.
async fn part(
    tx: &mut Tx,
    members: &BTreeSet<ObservationId>,
    cluster: &Cluster,
) -> Result<BTreeSet<ObservationId>, sqlx::Error> {
    let said = cluster
        .apart
        .iter()
        .flat_map(|kept| [(kept.one.clone(), kept.other.clone()), (kept.other.clone(), kept.one.clone())]);
    let said: BTreeSet<Apart> = said.collect();
    let were = apart_of(tx, members).await?;
    for (one, other) in were.difference(&said) {
        on_tx!(tx, |c| {
            sqlx::query(
            "update kept_apart set known_to = $3 where observation_id = $1 and other_id = $2 and known_to is null"
        )
        .bind(one)
        .bind(other)
        .bind(cluster.moved_at)
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    let new: Vec<&Apart> = said.difference(&were).collect();
    for new in new.chunks(AT_ONCE) {
        put_apart(tx, new, cluster.moved_at).await?;
    }
    Ok(were.symmetric_difference(&said).flat_map(|(one, other)| [one.clone(), other.clone()]).collect())
}

async fn put_apart(tx: &mut Tx, new: &[&Apart], at: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new("insert into kept_apart (observation_id, other_id, known_from) ");
        insert.push_values(new, |mut row, (one, other)| {
            row.push_bind(one).push_bind(other).push_bind(at);
        });
        insert.push(" on conflict (observation_id, other_id, known_from) do update set known_to = null");
        insert.build().execute(c).await.map(|_| ())
    })
}

/// The pairs that are kept apart and touch one of these, in both directions.
async fn apart_of(tx: &mut Tx, members: &BTreeSet<ObservationId>) -> Result<BTreeSet<Apart>, sqlx::Error> {
    let members: Vec<&ObservationId> = members.iter().collect();
    let mut found = BTreeSet::new();
    for members in members.chunks(AT_ONCE) {
        let rows: Vec<Apart> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select observation_id, other_id from kept_apart where known_to is null and observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in members {
                list.push_bind(*id);
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().flat_map(|(one, other)| [(one.clone(), other.clone()), (other, one)]));
    }
    Ok(found)
}
