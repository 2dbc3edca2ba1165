//! Clusters: observations of one incident from several sources, found by rule and decided by people.

use domain::{
    ClusterId, Country, Day, Handling, ObservationId, Place, ProvinceCode, Threat, Timestamp,
    observation::Deaths, words,
};
use serde::{Deserialize, Serialize};

use super::search::Listed;
use crate::{PageRequest, event, query};

words! {
    /// Where a cluster stands.
    "state of a cluster" ClusterState {
        /// Its members may be of one incident; a person is asked.
        Proposed = "proposed",
        /// Its members are likely of one incident: they count as one until somebody says otherwise.
        Joined = "joined",
        /// A person said that its members are of one incident.
        Confirmed = "confirmed",
        /// A person said that they are not.
        Split = "split",
        /// What was known of its members changed, and nothing holds it together any more.
        Dissolved = "dissolved",
    }
}

impl ClusterState {
    /// Whether its members count as one incident.
    pub const fn is_one(self) -> bool {
        matches!(self, Self::Joined | Self::Confirmed)
    }
    /// Whether it is over.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Split | Self::Dissolved)
    }
}

words! {
    /// What a person can do with a cluster.
    "action on a cluster" ClusterAction {
        /// Its members are of one incident.
        Confirm = "confirm",
        /// They are not.
        Split = "split",
    }
}

/// How much speaks for two observations being of one incident; each part in 0..=1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterScore {
    /// All of it together, in 0..=1.
    pub total: f64,
    /// How near in time, and how finely the days are known.
    pub time: f64,
    /// How near in place, and how finely the places are known.
    pub place: f64,
    /// How alike what they are.
    pub kind: f64,
    /// How many of those who took part are the same; `None` where one of the two names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actors: Option<f64>,
    /// Days between them; 0 where the days overlap.
    pub days_apart: u32,
    /// Kilometres between them; `None` where a place is known no finer than its province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub km_apart: Option<f64>,
}

/// What a person decided of two observations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterDecision {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// What holds two members together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterLink {
    /// One of them.
    pub one: ObservationId,
    /// The other.
    pub other: ObservationId,
    /// How much speaks for it; `None` where the rule finds nothing that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ClusterScore>,
    /// The person's decision that they are of one incident, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<ClusterDecision>,
}

/// Two observations that a person keeps apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptApart {
    /// One of them.
    pub one: ObservationId,
    /// The other.
    pub other: ObservationId,
    /// The decision.
    pub decided: ClusterDecision,
}

/// One observation of a cluster, as far as it takes to compare it with the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterMember {
    /// Which observation.
    pub observation: ObservationId,
    /// The revision that was compared.
    pub revision: u32,
    /// The source's short name.
    pub source: String,
    /// Who owns the source.
    pub owner: String,
    /// The first day it may have happened.
    pub from: Day,
    /// The last day it may have happened.
    pub to: Day,
    /// Where.
    pub place: Place,
    /// What it bears on.
    pub threats: Vec<Threat>,
    /// What it is.
    pub kind: String,
    /// How many died; `None` where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deaths: Option<Deaths>,
    /// Who took part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// One line; at most 200 characters of it.
    pub title: String,
    /// Its grade: `B2`.
    pub grade: String,
    /// Whether the source has settled it.
    pub settled: bool,
}

/// One thing that happened to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterStep {
    /// Where it stood afterwards.
    pub state: ClusterState,
    /// How many members it had.
    pub members: u32,
    /// Who did it; `intake` where the rule did.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One incident, with every observation that is of it, or may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Which cluster.
    pub id: ClusterId,
    /// Where it stands.
    pub state: ClusterState,
    /// Its members, by id. Of one that is over: those it had last.
    pub members: Vec<ClusterMember>,
    /// What holds it together.
    pub links: Vec<ClusterLink>,
    /// Pairs among those who are or were its members that a person keeps apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<KeptApart>,
    /// The weakest of its links, or the one that is proposed; `None` where people alone hold it together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ClusterScore>,
    /// The independent owners of its sources, in order.
    pub owners: Vec<String>,
    /// The best-graded member: by belief, then settled before provisional, then the more precise place, then the first by id.
    pub best: ObservationId,
    /// How many died: the best estimate is that of the best-graded member that says so, low and high are the lowest and the
    /// highest that any member gives. Nothing is ever summed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deaths: Option<Deaths>,
    /// Where, by the member that knows it most precisely.
    pub place: Place,
    /// The first day it may have happened, by the best-graded member.
    pub from: Day,
    /// The last day it may have happened, by the best-graded member.
    pub to: Day,
    /// What it bears on.
    pub threats: Vec<Threat>,
    /// One line, by the best-graded member.
    pub title: String,
    /// The join of the handling of all members.
    pub handling: Handling,
    /// Whether it is part of an exercise; members of an exercise and real ones never meet.
    #[serde(default)]
    pub exercise: bool,
    /// What happened to it, in order; the newest hundred.
    pub history: Vec<ClusterStep>,
    /// Since when it stands so.
    pub moved_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// A cluster was proposed, joined, revised, confirmed, split or dissolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterMoved {
    /// The cluster as it now stands.
    pub cluster: Cluster,
}
event!(ClusterMoved, Intake, "mirab.intake.cluster.moved.v1", |e| e.cluster.id.to_string());

/// Clusters, newest incident first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListClusters {
    /// In this country.
    #[serde(default)]
    pub country: Option<Country>,
    /// In this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Bearing on this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Ended on this day or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Began on this day or earlier.
    #[serde(default)]
    pub to: Option<Day>,
    /// Only those that stand there; without it those that are not over.
    #[serde(default)]
    pub state: Option<ClusterState>,
    /// Only those with this member.
    #[serde(default)]
    pub observation: Option<ObservationId>,
    /// As they stood at this moment.
    #[serde(default)]
    pub known_on: Option<Timestamp>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListClusters => Listed<Cluster>, Intake, "mirab.ask.intake.cluster.list.v1");

/// One cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCluster {
    /// Which.
    pub id: ClusterId,
    /// As it stood at this moment.
    #[serde(default)]
    pub known_on: Option<Timestamp>,
}
query!(GetCluster => Cluster, Intake, "mirab.ask.intake.cluster.get.v1");

/// Says that observations are of one incident; whatever the rule thinks of it. Where far more time or way lies between two of them than any
/// incident takes, it is asked back unless it is said once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeObservations {
    /// Which; two at least.
    pub observations: Vec<ObservationId>,
    /// Why; never empty.
    pub note: String,
    /// Whether they are joined although days or places between them speak against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anyway: bool,
}
query!(MergeObservations => Cluster, Intake, "mirab.ask.intake.cluster.merge.v1");

/// Confirms a cluster, or splits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveCluster {
    /// Which.
    pub id: ClusterId,
    /// What to do.
    pub action: ClusterAction,
    /// To split: which members are of another incident than the rest; empty: each is of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<ObservationId>,
    /// Why; never empty.
    pub note: String,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveCluster => Cluster, Intake, "mirab.ask.intake.cluster.move.v1");
