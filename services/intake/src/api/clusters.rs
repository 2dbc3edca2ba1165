//! Clusters, and what people decide of them.

use std::collections::BTreeSet;

use contracts::{
    Failure, FailureKind,
    intake::{
        clusters::{
            Cluster, ClusterAction, ClusterDecision, ClusterState, GetCluster, ListClusters,
            MergeObservations, MoveCluster,
        },
        search::Listed,
    },
};
use domain::{Observation, ObservationId};
use kit::{Asked, Filling, Tx};

use super::{
    NOTE_CHARS, OFFICERS, STAFF,
    reach::{filled, hidden, named, reaching, removed},
};
use crate::{
    Intake,
    domain::{
        cluster::{
            Rules,
            group::{Ends, ends},
            objection,
            reconcile::Cause,
            told,
        },
        retention::ListOf,
    },
    error::Error,
    store::{
        cluster::{decisions, settle, versions, window},
        now::Of,
    },
};

/// How many observations are joined at once at most.
const MOST: usize = 50;

/// What is said where far more time or way lies between observations than any incident takes.
const FAR_APART: &str = "these can hardly be of one incident: look at what speaks against it, and send anyway = true with the reason where they are";

/// Clusters, newest incident first.
pub async fn list_clusters(service: &Intake, asked: &Asked<ListClusters>) -> Result<Listed<Cluster>, Error> {
    asked.allow(STAFF)?;
    let keep = reaching(&asked.principal, |cluster: &Cluster| &cluster.handling);
    let mut filling = Filling::new(&asked.query.page);
    while let Some(page) = filling.to_read() {
        let rows = versions::list(&service.db, &ListClusters { page, ..asked.query.clone() }).await?;
        let ids = rows.iter().map(|cluster| cluster.id.to_string()).collect();
        let past = (Of::Cluster, asked.query.known_on.is_some(), ids);
        let hidden = hidden(service, &asked.principal, past).await?;
        let told = |cluster| keep(cluster).filter(|cluster| !hidden.contains(cluster.id.as_str()));
        filling.take(rows, (told, versions::cursor_of));
    }
    let page = filled(filling, versions::cursor_of);
    let page = named(service, (&asked.principal, &asked.query.page), ((&asked.query).into(), page)).await?;
    let removed = removed(service, (ListOf::Clusters, asked.query.known_on)).await?;
    Ok(Listed { page, removed })
}

/// One cluster, as it stands or stood.
pub async fn get_cluster(service: &Intake, asked: &Asked<GetCluster>) -> Result<Cluster, Error> {
    asked.allow(STAFF)?;
    let GetCluster { id, known_on } = &asked.query;
    let found = versions::get(&service.db, id, *known_on).await?;
    let keep = reaching(&asked.principal, |cluster: &Cluster| &cluster.handling);
    let past = (Of::Cluster, known_on.is_some(), vec![id.to_string()]);
    let hidden = hidden(service, &asked.principal, past).await?;
    if let Some(at) = known_on.filter(|_| found.is_none() && hidden.is_empty())
        && versions::is_removed(&service.db, id, at).await?
        && versions::get(&service.db, id, None).await?.and_then(&keep).is_some()
    {
        return Err(Failure::not_found(format!(
            "of cluster {id} nothing is kept of that moment any more: a member stood there in a revision that was removed by a rule of \
             retention; /v1/retention tells which, when and who confirmed it"
        ))
        .into());
    }
    found.and_then(keep).filter(|_| hidden.is_empty()).ok_or_else(|| Error::NoCluster(id.clone()))
}

/// Says that observations are of one incident.
pub async fn merge_observations(
    service: &Intake,
    asked: &Asked<MergeObservations>,
) -> Result<Cluster, Error> {
    asked.allow(OFFICERS)?;
    let wanted: BTreeSet<ObservationId> = asked.query.observations.iter().cloned().collect();
    if !(2..=MOST).contains(&wanted.len()) {
        let detail = format!("name 2 to {MOST} observations, each once");
        return Err(Failure::invalid("nothing can be joined so").at("/observations", detail).into());
    }
    let why = reason(&asked.query.note)?;
    let mut tx = service.db.begin().await?;
    settle::turn(&mut tx).await?;
    let standing = window::standing(&mut tx, &wanted).await?;
    if let Some(absent) = wanted.iter().find(|id| !standing.contains_key(id)) {
        let detail = format!("there is no observation {absent} that stands");
        return Err(Failure::invalid("nothing can be joined so").at("/observations", detail).into());
    }
    if standing.values().any(|one| one.seen.exercise) && standing.values().any(|one| !one.seen.exercise) {
        let detail = "some are of an exercise and some are real: they never meet";
        return Err(Failure::invalid("nothing can be joined so").at("/observations", detail).into());
    }
    let seen: Vec<&Observation> = standing.values().map(|one| &one.seen).collect();
    let against = objection::of(&seen);
    if !against.is_empty() && !asked.query.anyway {
        let refused = Failure::conflict(FAR_APART);
        return Err(against
            .into_iter()
            .fold(refused, |refused, why| refused.at("/observations", why))
            .into());
    }
    let cluster = join(&mut tx, &wanted, (&asked.principal.name, why), &service.clusters).await?;
    tx.commit().await?;
    Ok(cluster)
}

/// Confirms or splits a cluster.
pub async fn move_cluster(service: &Intake, asked: &Asked<MoveCluster>) -> Result<Cluster, Error> {
    asked.allow(OFFICERS)?;
    let MoveCluster { id, action, observations, note, version } = &asked.query;
    let (why, by) = (reason(note)?, asked.principal.name.as_str());
    let mut tx = service.db.begin().await?;
    settle::turn(&mut tx).await?;
    let before = versions::newest(&mut tx, id).await?.ok_or_else(|| Error::NoCluster(id.clone()))?;
    let apart = match action {
        ClusterAction::Confirm => BTreeSet::new(),
        ClusterAction::Split => apart(&before, observations)?,
    };
    if is_done(&before, &apart, (by, why)) {
        return Ok(before);
    }
    if version.is_some_and(|version| version != before.version) {
        return Err(stale(&before).into());
    }
    if before.state.is_over() {
        let why = format!(
            "the cluster is {}: join its observations anew if they are of one incident",
            before.state
        );
        return Err(Failure::conflict(why).into());
    }
    let moved = match action {
        ClusterAction::Confirm => {
            join(&mut tx, &told::ids(&before.members), (by, why), &service.clusters).await?
        }
        ClusterAction::Split => split(&mut tx, &before, (apart, by, why), &service.clusters).await?,
    };
    tx.commit().await?;
    Ok(moved)
}

fn reason(note: &str) -> Result<&str, Failure> {
    let why = note.trim();
    if why.is_empty() || why.chars().count() > NOTE_CHARS {
        let detail = format!("say in 1 to {NOTE_CHARS} characters why");
        return Err(Failure::invalid("nothing is decided without a reason").at("/note", detail));
    }
    Ok(why)
}

/// Whether just this was decided already, by the same person for the same reason: asked twice, it is answered and not done twice.
fn is_done(cluster: &Cluster, apart: &BTreeSet<Ends>, (by, why): (&str, &str)) -> bool {
    let same = |decided: &ClusterDecision| decided.by == by && decided.why == why;
    if apart.is_empty() {
        let newest = cluster.history.last().is_some_and(|step| step.by == by && step.note == why);
        return newest && cluster.state == ClusterState::Confirmed;
    }
    let kept: BTreeSet<Ends> = cluster
        .apart
        .iter()
        .filter(|kept| same(&kept.decided))
        .map(|kept| (kept.one.clone(), kept.other.clone()))
        .collect();
    apart.is_subset(&kept)
}

fn stale(now: &Cluster) -> Failure {
    let detail = format!(
        "the cluster was changed since you read it; it is now {} in version {}: read it again",
        now.state, now.version
    );
    Failure::new(FailureKind::Stale, detail)
}

/// What stands before the reason of whoever joins observations, where it is told of one that was not named.
const ALONG: &str =
    "not named itself: it counted as one with a named one already, and of those named was said: ";

async fn join(
    tx: &mut Tx,
    wanted: &BTreeSet<ObservationId>,
    (by, why): (&str, &str),
    rules: &Rules,
) -> Result<Cluster, Error> {
    let ids: Vec<ObservationId> = wanted.iter().cloned().collect();
    let before = decisions::of(tx, &ids).await?;
    // what counted as one with those named, where it is not kept apart from them, is joined in the same word: it stays when one of
    // those named is taken back
    let beside = versions::of_members(tx, &ids).await?.into_values().filter(|cluster| cluster.state.is_one());
    let all: BTreeSet<ObservationId> =
        beside.flat_map(|cluster| told::ids(&cluster.members)).chain(ids.iter().cloned()).collect();
    let first = ids.first().cloned();
    let mut pairs: BTreeSet<Ends> = first
        .iter()
        .flat_map(|first| all.iter().filter(move |id| *id != first).map(|id| ends(first.clone(), id.clone())))
        .filter(|pair| !before.apart.contains_key(pair))
        .collect();
    // whoever says that all are one says it of those as well who were kept apart
    let within = |(one, other): &&Ends| wanted.contains(one) && wanted.contains(other);
    pairs.extend(before.apart.keys().filter(within).cloned());
    let (named, along): (BTreeSet<Ends>, BTreeSet<Ends>) = pairs.into_iter().partition(|pair| within(&pair));
    decide(tx, (&named, true), (by, why)).await?;
    // of what nobody named, nobody has given a reason: what was decided of it stands
    let along = along.into_iter().filter(|pair| !before.together.contains_key(pair)).collect();
    decide(tx, (&along, true), (by, &format!("{ALONG}{why}"))).await?;
    let cause = Cause { by: by.to_owned(), note: why.to_owned(), at: tx.now() };
    settle::settle(tx, wanted.clone(), rules, &cause).await?;
    let clusters = versions::of_members(tx, &ids).await?;
    let all = clusters
        .into_values()
        .find(|cluster| cluster.state.is_one() && wanted.is_subset(&told::ids(&cluster.members)));
    all.ok_or_else(|| Failure::internal().into())
}

/// The pairs that a split keeps apart: those named from the rest, or everybody from everybody.
fn apart(cluster: &Cluster, named: &[ObservationId]) -> Result<BTreeSet<Ends>, Failure> {
    let members = told::ids(&cluster.members);
    let named: BTreeSet<ObservationId> = named.iter().cloned().collect();
    if let Some(stranger) = named.iter().find(|id| !members.contains(*id)) {
        let detail = format!("{stranger} is no member of it");
        return Err(Failure::invalid("it cannot be split so").at("/observations", detail));
    }
    if named.len() == members.len() {
        let detail = "all members are named: name those that are of another incident than the rest, or none";
        return Err(Failure::invalid("it cannot be split so").at("/observations", detail));
    }
    let crosses = |one: &ObservationId, other: &ObservationId| {
        one < other && (named.is_empty() || named.contains(one) != named.contains(other))
    };
    let pairs = members.iter().flat_map(|one| members.iter().map(move |other| (one, other)));
    Ok(pairs
        .filter(|(one, other)| crosses(one, other))
        .map(|(one, other)| (one.clone(), other.clone()))
        .collect())
}

async fn split(
    tx: &mut Tx,
    before: &Cluster,
    (apart, by, why): (BTreeSet<Ends>, &str, &str),
    rules: &Rules,
) -> Result<Cluster, Error> {
    decide(tx, (&apart, false), (by, why)).await?;
    let cause = Cause { by: by.to_owned(), note: why.to_owned(), at: tx.now() };
    settle::settle(tx, told::ids(&before.members), rules, &cause).await?;
    versions::newest(tx, &before.id).await?.ok_or_else(|| Error::NoCluster(before.id.clone()))
}

async fn decide(
    tx: &mut Tx,
    (pairs, together): (&BTreeSet<Ends>, bool),
    (by, why): (&str, &str),
) -> Result<(), sqlx::Error> {
    let decided = ClusterDecision { by: by.to_owned(), at: tx.now(), why: why.to_owned() };
    decisions::decide(tx, pairs, together, &decided).await
}
