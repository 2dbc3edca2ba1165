//! A made-up cluster for the tests of the pages: the example that the contracts freeze.

use contracts::intake::clusters::{Cluster, ClusterMoved, ClusterState};

const EXAMPLE: &str = include_str!("../../../../shared/contracts/golden/mirab.intake.cluster.moved.v1.json");

/// A cluster that stands there, with a third member that a monitor called otherwise.
pub(super) fn a_cluster(state: ClusterState) -> Cluster {
    let ClusterMoved { mut cluster } = serde_json::from_str(EXAMPLE).unwrap();
    cluster.state = state;
    let mut third = cluster.members[1].clone();
    third.observation = domain::ObservationId::derived(&["third"]);
    (third.owner, third.title) = ("<radio>".into(), "Fire at the Ak-Sai gate".into());
    third.actors = vec!["пограничники Кыргызстана".into(), "жители".into()];
    if state == ClusterState::Proposed {
        cluster.links[0].decided = None;
    } else {
        let mut unscored = cluster.links[0].clone();
        (unscored.other, unscored.score) = (third.observation.clone(), None);
        cluster.links.push(unscored);
    }
    cluster.members.push(third);
    cluster
}
