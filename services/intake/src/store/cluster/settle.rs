//! Bringing clusters up to date: from pairs and decisions to clusters, their versions and what is said of them, in one
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::clusters::{Cluster, ClusterMoved};
use domain::{ClusterId, EventId, ObservationId};
use kit::{Tx, on_tx};
use tracing::instrument;

use super::{decisions, pairs, versions, window};
use crate::domain::cluster::{
    Rules,
    group::{Decisions, Pair, group},
    reconcile::{Cause, Known, founded, reconcile},
    told,
};

/// From one observation to the next by pairs, so many steps are gone: no incident is told of in longer chains.
const STEPS: usize = 64;

/// Everything that hangs together with some observations.
#[derive(Debug, Default)]
struct Component {
    ids: BTreeSet<ObservationId>,
    pairs: Vec<Pair>,
    decisions: Decisions,
    clusters: BTreeMap<ClusterId, Cluster>,
}

/// Waits until no other transaction writes clusters, so that none groups without the other's pairs and decisions; the turn
/// ends with the transaction.
///
/// # Errors
/// When the store cannot be written.
pub async fn turn(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into cluster_turn (one, at) values (1, $1) on conflict (one) do update set at = excluded.at"
    )
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))?;
    tx.renew();
    Ok(())
}

/// Groups anew everything that hangs together with these observations, and says which clusters changed. Doing it twice changes
/// and says nothing more. The transaction has the turn.
///
/// # Errors
/// When the store cannot be read or written.
#[instrument(name = "intake.cluster.settle", skip_all, fields(observations = seeds.len()))]
pub async fn settle(
    tx: &mut Tx,
    seeds: BTreeSet<ObservationId>,
    rules: &Rules,
    cause: &Cause,
) -> Result<Vec<Cluster>, sqlx::Error> {
    let mut of = component(tx, seeds).await?;
    let standing = window::standing(tx, &of.ids).await?;
    let origins = standing
        .iter()
        .map(|(id, one)| {
            let (source, owner) = (one.seen.source.clone(), one.seen.owner.clone());
            (id.clone(), crate::domain::cluster::Origin { source, owner })
        })
        .collect();
    of.pairs.sort_by(|a, b| (&a.one, &a.other).cmp(&(&b.one, &b.other)));
    of.pairs.dedup_by(|a, b| (&a.one, &a.other) == (&b.one, &b.other));
    let groups = group(&origins, &of.pairs, &of.decisions, rules);
    let founded: Vec<ClusterId> = groups.iter().map(|one| founded(&one.members)).collect();
    let mut taken = BTreeSet::new();
    for before in versions::newest_of(tx, &founded).await? {
        if before.state.is_over() {
            of.clusters.entry(before.id.clone()).or_insert(before);
        } else {
            taken.insert(before.id); // of other members by now: it hangs together with none of these
        }
    }
    let known = Known { standing: &standing, decisions: &of.decisions, taken: &taken };
    let moved = reconcile(of.clusters.into_values().collect(), &groups, known, cause);
    for cluster in &moved {
        versions::put(tx, cluster).await?;
        let id = EventId::derived(&["cluster", cluster.id.as_str(), &cluster.version.to_string()]);
        tx.say_as(&id, &ClusterMoved { cluster: cluster.clone() }).await?;
        metrics::counter!("intake_clusters_moved_total", "to" => cluster.state.as_str()).increment(1);
    }
    Ok(moved)
}

/// What hangs together with these by pairs, by decisions and as members of clusters.
async fn component(tx: &mut Tx, seeds: BTreeSet<ObservationId>) -> Result<Component, sqlx::Error> {
    let mut of = Component::default();
    let mut next: Vec<ObservationId> = seeds.into_iter().collect();
    for _ in 0..STEPS {
        if next.is_empty() {
            return Ok(of);
        }
        of.ids.extend(next.iter().cloned());
        let pairs = pairs::of(tx, &next).await?;
        let decisions = decisions::of(tx, &next).await?;
        let clusters = versions::of_members(tx, &next).await?;
        let by_pair = pairs.iter().flat_map(|pair| [&pair.one, &pair.other]);
        let decided = decisions.together.keys().chain(decisions.apart.keys());
        let by_decision = decided.flat_map(|(one, other)| [one, other]);
        let members: BTreeSet<ObservationId> =
            clusters.values().flat_map(|cluster| told::ids(&cluster.members)).collect();
        let reached: BTreeSet<ObservationId> = by_pair.chain(by_decision).chain(&members).cloned().collect();
        next = reached.difference(&of.ids).cloned().collect();
        of.pairs.extend(pairs);
        of.decisions.together.extend(decisions.together);
        of.decisions.apart.extend(decisions.apart);
        of.clusters.extend(clusters);
    }
    tracing::warn!(
        observations = of.ids.len(),
        "more hangs together than is grouped at once; the rest waits"
    );
    Ok(of)
}
