//! Clusters: observations of one incident, and what people decide of them.

use contracts::{
    PageRequest,
    intake::{
        clusters::{
            Cluster, ClusterAction, ClusterState, GetCluster, ListClusters, MergeObservations, MoveCluster,
        },
        search::Listed,
    },
};
use domain::{Country, Day, ObservationId, ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT, Moment, decides};
use crate::{
    Error, Gateway,
    domain::{
        export,
        policy::{READERS, VERIFIERS},
    },
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

const CLUSTER: &[(&str, &str)] = &[(JSON, "Cluster")];

/// What is done with clusters.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/clusters", READERS, handle!(list))
        .named(
            "listClusters",
            "Observations that are of one incident, or may be, newest first; without a state those that are not over.",
        )
        .with(&[
            param("country", "Country", "in this country"),
            param("province", "Province", "in this province"),
            param("threat", "Threat", "bearing on this threat"),
            param("from", "Day", "ended on this day or later"),
            param("to", "Day", "began on this day or earlier"),
            param("state", "ClusterState", "only those that stand there"),
            param("observation", "Id", "only those with this member"),
            param("known_on", "Time", "as they stood at this moment"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "ListedClusters")]),
    Route::get("/v1/clusters/{id}", READERS, handle!(get))
        .named("getCluster", "One cluster with its members, what holds them together and what people decided.")
        .with(&[param("known_on", "Time", "as it stood at this moment")])
        .answers(200, &[(JSON, "Cluster")])
        .tagged(),
    Route::post("/v1/clusters", VERIFIERS, Handler::Forward(handle!(merge)))
        .named(
            "mergeObservations",
            "Says, with the reason, that observations are of one incident; no rule parts them again. Where far more time or way lies \
             between two of them than any incident takes, it is asked back (409) with what speaks against it, unless `anyway` is true.",
        )
        .takes("ObservationMerge")
        .answers(200, &[(JSON, "Cluster")])
        .tagged(),
    decides("/v1/clusters/{id}/confirm", |g, c| Box::pin(confirm(g, c)), ("Note", CLUSTER))
        .named("confirmCluster", "Its members are of one incident; with the reason."),
    decides("/v1/clusters/{id}/split", |g, c| Box::pin(split(g, c)), ("ClusterSplit", CLUSTER)).named(
        "splitCluster",
        "The members named are of another incident than the rest, or each is of its own; with the reason. No rule joins \
         them again.",
    ),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    country: Option<Country>,
    province: Option<ProvinceCode>,
    threat: Option<Threat>,
    #[serde(default, deserialize_with = "super::when::day")]
    from: Option<Day>,
    #[serde(default, deserialize_with = "super::when::day")]
    to: Option<Day>,
    state: Option<ClusterState>,
    observation: Option<ObservationId>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    #[serde(default)]
    exercise: bool,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let f: Filter = call.query()?;
    let wish = ListClusters {
        country: f.country,
        province: f.province,
        threat: f.threat,
        from: f.from,
        to: f.to,
        state: f.state,
        observation: f.observation,
        known_on: f.known_on,
        exercise: f.exercise,
        page: PageRequest { cursor: f.cursor, limit: f.limit },
    };
    let Listed { page, removed } = gateway.ask(call, &wish).await?;
    Answer::listed(call, Listed { page: page.map(export::cluster_shown), removed })
}

fn answer(cluster: Cluster) -> Result<Answer, Error> {
    let version = cluster.version;
    Ok(Answer::ok(&export::cluster_shown(cluster))?.revised(version))
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    answer(gateway.ask(call, &GetCluster { id: call.param("id")?, known_on }).await?)
}

/// Body of a merge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    observations: Vec<ObservationId>,
    note: String,
    #[serde(default)]
    anyway: bool,
}

async fn merge(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Merge { observations, note, anyway } = call.json()?;
    answer(gateway.ask(call, &MergeObservations { observations, note, anyway }).await?)
}

/// Body of a decision: why, and to split, who is of another incident.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    #[serde(default)]
    observations: Vec<ObservationId>,
    note: String,
}

async fn confirm(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let super::Note { note } = call.json()?;
    decide(gateway, call, (ClusterAction::Confirm, Vec::new(), note)).await
}

async fn split(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Split { observations, note } = call.json()?;
    decide(gateway, call, (ClusterAction::Split, observations, note)).await
}

async fn decide(
    gateway: &Gateway,
    call: &Call,
    (action, observations, note): (ClusterAction, Vec<ObservationId>, String),
) -> Result<Answer, Error> {
    let wish = MoveCluster { id: call.param("id")?, action, observations, note, version: call.if_match()? };
    answer(gateway.ask(call, &wish).await?)
}
