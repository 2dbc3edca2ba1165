//! Clusters of intake: what is one incident counts once, what a person keeps apart counts as two, and the past is as it was.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::{
    Analysis, inbox,
    store::{Reader, evidence},
};
use contracts::{
    analysis::{GetSituation, Situation},
    intake::clusters::{Cluster, ClusterDecision, ClusterMember, ClusterMoved, ClusterState, KeptApart},
};
use domain::{ClusterId, Observation};
use testkit::{Database, databases};

use crate::given::*;

/// A cluster of these, as intake says it.
pub fn cluster(of: &[&Observation], state: ClusterState, version: u32) -> Cluster {
    let member = |seen: &&Observation| ClusterMember {
        observation: seen.id.clone(),
        revision: seen.revision,
        source: seen.source.clone(),
        owner: seen.owner.clone(),
        from: seen.occurred_from,
        to: seen.occurred_to,
        place: seen.place.clone(),
        threats: seen.threats.clone(),
        kind: seen.kind.clone(),
        deaths: seen.deaths,
        actors: vec![],
        title: seen.title.clone(),
        grade: "B2".into(),
        settled: true,
    };
    let best = of[0];
    Cluster {
        id: ClusterId::derived(&["c"]),
        state,
        members: of.iter().map(member).collect(),
        links: vec![],
        apart: vec![],
        score: None,
        owners: vec![],
        best: best.id.clone(),
        deaths: None,
        place: best.place.clone(),
        from: best.occurred_from,
        to: best.occurred_to,
        threats: best.threats.clone(),
        title: best.title.clone(),
        handling: best.handling.clone(),
        exercise: false,
        history: vec![],
        moved_at: today().start(),
        version,
    }
}

fn apart(one: &Observation, other: &Observation) -> KeptApart {
    let decided = ClusterDecision { by: "a".into(), at: today().start(), why: "two villages".into() };
    KeptApart { one: one.id.clone(), other: other.id.clone(), decided }
}

pub async fn hear_cluster(service: &Analysis, base: &Database, cluster: Cluster) {
    let event = heard(base, ClusterMoved { cluster }, <ClusterMoved as contracts::Event>::SUBJECT);
    let mut tx = base.db.begin().await.unwrap();
    inbox::cluster_moved(service, &mut tx, &event).await.unwrap();
    tx.commit().await.unwrap();
}

async fn told(service: &Analysis) -> Situation {
    situations(service, GetSituation::default()).await.remove(0)
}

/// Three owners' reports of one thing, each in words of its own.
fn three() -> [Observation; 3] {
    let of = |id: &str, grade: &str, deaths: u32| {
        let mut seen = deadly(observation(id, 2), deaths);
        (seen.owner, seen.grade) = (id.into(), graded(grade, seen.known_from));
        seen
    };
    [of("a", "B2", 3), of("b", "C3", 60), of("c", "C3", 1)]
}

#[tokio::test]
async fn a_cluster_counts_once_by_its_best_graded_source_and_a_proposal_counts_as_before() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let all = three();
        hear(&service, &base, pack(all.to_vec())).await;
        assert_eq!(told(&service).await.incidents.len(), 3, "{}", base.engine);
        let of: Vec<&Observation> = all.iter().collect();
        hear_cluster(&service, &base, cluster(&of, ClusterState::Proposed, 1)).await;
        assert_eq!(told(&service).await.incidents.len(), 3);
        hear_cluster(&service, &base, cluster(&of, ClusterState::Joined, 2)).await;
        let once = told(&service).await;
        let incident = &once.incidents[0];
        assert_eq!((once.incidents.len(), incident.owners, incident.observations.len()), (1, 3, 3));
        assert!((incident.severity - all[0].severity_weight()).abs() < 1e-9, "never the sum");
        let beliefs: f64 = all.iter().map(|seen| 1.0 - seen.grade.belief()).product();
        assert!((incident.belief - (1.0 - beliefs)).abs() < 1e-9);
        let graded = Cluster { best: all[2].id.clone(), ..cluster(&of, ClusterState::Joined, 3) };
        hear_cluster(&service, &base, graded).await;
        let severity = told(&service).await.incidents[0].severity;
        assert!((severity - all[2].severity_weight()).abs() < 1e-9, "intake says who is best graded");
        // an older version that comes late changes nothing
        hear_cluster(&service, &base, cluster(&of, ClusterState::Proposed, 1)).await;
        assert_eq!(told(&service).await.incidents.len(), 1);
        let revised = Observation { revision: 2, title: "Revised".into(), ..all[1].clone() };
        hear(&service, &base, pack(vec![revised])).await;
        assert_eq!(told(&service).await.incidents.len(), 1, "a revision stays in its cluster");
        hear_cluster(&service, &base, cluster(&of, ClusterState::Dissolved, 4)).await;
        assert_eq!(told(&service).await.incidents.len(), 3);
    }
}

#[tokio::test]
async fn what_is_heard_before_its_observations_counts_when_they_come() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let all = three();
        let of: Vec<&Observation> = all.iter().collect();
        hear_cluster(&service, &base, cluster(&of, ClusterState::Confirmed, 1)).await;
        hear(&service, &base, pack(all.to_vec())).await;
        assert_eq!(told(&service).await.incidents.len(), 1, "{}", base.engine);
    }
}

#[tokio::test]
async fn what_a_person_split_is_two_though_time_and_place_would_make_it_one() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut all = three();
        for seen in &mut all {
            "shots_fired".clone_into(&mut seen.kind);
        }
        hear(&service, &base, pack(all.to_vec())).await;
        assert_eq!(told(&service).await.incidents.len(), 1, "{}", base.engine);
        let before = base.clock.now().day();
        base.clock.advance(std::time::Duration::from_hours(48));
        let mut split = cluster(&[&all[0], &all[1]], ClusterState::Split, 2);
        split.apart = vec![apart(&all[0], &all[1])];
        split.moved_at = base.clock.now();
        hear_cluster(&service, &base, split.clone()).await;
        assert_eq!(told(&service).await.incidents.len(), 2);
        let then = GetSituation { on: Some(before), ..GetSituation::default() };
        assert_eq!(situations(&service, then).await[0].incidents.len(), 1, "it was not split then");
        let merged = Cluster { state: ClusterState::Confirmed, apart: vec![], version: 3, ..split };
        hear_cluster(&service, &base, merged).await;
        assert_eq!(told(&service).await.incidents.len(), 1, "a person may think better of it");
    }
}

#[tokio::test]
async fn whoever_left_a_cluster_since_was_of_it_at_a_moment_before() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let all = three();
        hear(&service, &base, pack(all.to_vec())).await;
        let of: Vec<&Observation> = all.iter().collect();
        hear_cluster(&service, &base, cluster(&of, ClusterState::Joined, 1)).await;
        base.clock.advance(days(2));
        let smaller = cluster(&of[..2], ClusterState::Joined, 2);
        let smaller = Cluster { moved_at: base.clock.now(), ..smaller };
        hear_cluster(&service, &base, smaller.clone()).await;
        let (then, now) = (today().plus(1).start(), base.clock.now().plus(chrono::Duration::seconds(1)));
        for (before, left) in [(then, 3), (now, 2)] {
            let mut reader = Reader::Db(&base.db);
            let clusters = BTreeSet::from([&smaller.id]);
            let members = evidence::of_clusters(&mut reader, &clusters, (false, before)).await.unwrap();
            let ids: BTreeSet<_> = members.into_iter().map(|(_, report)| report.observation).collect();
            let expected = all[..left].iter().map(|seen| seen.id.clone()).collect();
            assert_eq!(ids, expected, "{}: {before}", base.engine);
        }
    }
}
