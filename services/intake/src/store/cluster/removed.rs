//! What clusters told of revisions that retention removed: it goes with them.

use std::collections::BTreeSet;

use contracts::intake::clusters::{Cluster, ClusterMember};
use domain::{ClusterId, ObservationId, Place, Precision};
use kit::{Tx, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::ROWS;
use crate::store::observations::{of_these, words};

/// What a title is of which nothing is kept.
const NOTHING: &str = "–";

/// A version that may have to go: its number, whether another followed it, and what it says.
type Told = (i64, bool, Json<Cluster>);

// one that stands tells of what stands, unless it is over
const TOLD: &str = "select version, known_to is not null, body from cluster
      where (known_to is not null or state in ('split', 'dissolved')) and (cluster_id, version) ";

/// Removes what past versions, and clusters that are over, told of these observations in revisions that are kept no longer.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn forget(tx: &mut Tx, gone: &BTreeSet<ObservationId>) -> Result<(), sqlx::Error> {
    let gone: Vec<&ObservationId> = gone.iter().collect();
    for ids in gone.chunks(ROWS) {
        let told: Vec<Told> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(TOLD);
            select.push("in (select cluster_id, version from cluster_member where observation_id in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind((*id).clone());
            }
            select.push("))");
            select.build_query_as().fetch_all(c).await
        })?;
        forget_of(tx, told).await?;
    }
    Ok(())
}

/// The same of the next versions of all clusters, once in a store: of what was removed before this was done with each removal. `false`
/// where there is nothing to look through any more.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn sweep(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    let from: Option<(String, i64)> =
        on_tx!(tx, |c| sqlx::query_as("select cluster_id, version from cluster_sweep where one = 1")
            .fetch_optional(c)
            .await)?;
    let Some((id, version)) = from else { return Ok(false) };
    let told: Vec<Told> = on_tx!(tx, |c| {
        let mut select = QueryBuilder::new(TOLD);
        select.push("> (").push_bind(id).push(", ").push_bind(version);
        select.push(") order by cluster_id, version limit ").push_bind(ROWS as i64);
        select.build_query_as().fetch_all(c).await
    })?;
    match told.last() {
        Some((version, _, Json(last))) => {
            on_tx!(tx, |c| sqlx::query("update cluster_sweep set cluster_id = $1, version = $2")
                .bind(&last.id)
                .bind(*version)
                .execute(c)
                .await
                .map(|_| ()))?;
        }
        None => {
            on_tx!(tx, |c| sqlx::query("delete from cluster_sweep").execute(c).await.map(|_| ()))?;
        }
    }
    forget_of(tx, told).await?;
    Ok(true)
}

/// Removes of these those that tell of what is kept no longer.
async fn forget_of(tx: &mut Tx, told: Vec<Told>) -> Result<(), sqlx::Error> {
    let kept = kept(tx, told.iter().flat_map(|(_, _, Json(cluster))| &cluster.members)).await?;
    for (version, past, Json(cluster)) in told {
        let is_gone = |member: &ClusterMember| !kept.contains(&(member.observation.clone(), member.revision));
        if cluster.members.iter().any(is_gone) {
            remove(tx, (cluster, version), past).await?;
        }
    }
    Ok(())
}

/// The revisions of these that are kept.
async fn kept(
    tx: &mut Tx,
    members: impl Iterator<Item = &ClusterMember>,
) -> Result<BTreeSet<(ObservationId, u32)>, sqlx::Error> {
    let ids: BTreeSet<&ObservationId> = members.map(|member| &member.observation).collect();
    let ids: Vec<&ObservationId> = ids.into_iter().collect();
    let mut kept = BTreeSet::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(ObservationId, i64)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new("select observation_id, revision from observation where ");
            of_these(&mut select, ids.iter().copied());
            select.build_query_as().fetch_all(c).await
        })?;
        kept.extend(rows.into_iter().map(|(id, revision)| (id, u32::try_from(revision).unwrap_or(u32::MAX))));
    }
    Ok(kept)
}

/// Removes a past version, and of one that is over and stands so what it tells of its members. Its row stays: a cluster that began
/// anew under this id as version 1 would be taken for what was said before.
async fn remove(tx: &mut Tx, (cluster, version): (Cluster, i64), past: bool) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from cluster_member where cluster_id = $1 and version = $2")
        .bind(&cluster.id)
        .bind(version)
        .execute(c)
        .await
        .map(|_| ()))?;
    if past {
        return on_tx!(tx, |c| sqlx::query("delete from cluster where cluster_id = $1 and version = $2")
            .bind(&cluster.id)
            .bind(version)
            .execute(c)
            .await
            .map(|_| ()));
    }
    let (id, emptied): (ClusterId, Cluster) = (cluster.id.clone(), emptied(cluster));
    on_tx!(tx, |c| {
        sqlx::query(
        "update cluster set country = null, province = null, threats = $3, body = $4 where cluster_id = $1 and version = $2"
    )
    .bind(id)
    .bind(version)
    .bind(words(&emptied.threats))
    .bind(Json(emptied))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// A cluster that is over without what its members said: that it was there, when, and who decided what.
fn emptied(cluster: Cluster) -> Cluster {
    Cluster {
        members: Vec::new(),
        links: Vec::new(),
        score: None,
        owners: Vec::new(),
        deaths: None,
        place: Place {
            country: None,
            province: None,
            district: None,
            name: None,
            point: None,
            precision: Precision::None,
            radius_km: None,
        },
        threats: Vec::new(),
        title: NOTHING.to_owned(),
        ..cluster
    }
}
