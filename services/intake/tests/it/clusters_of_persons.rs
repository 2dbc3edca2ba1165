//! Clusters that persons make: what they join stays one, and what can hardly be of one incident is asked back.

use contracts::{
    FailureKind,
    gateway::Format,
    intake::{
        FindObservations, ImportProgressed,
        clusters::{
            Cluster, ClusterAction, ClusterMoved, ClusterState, GetCluster, MergeObservations, MoveCluster,
        },
        retraction::RetractObservation,
    },
};
use domain::ObservationId;
use intake::Intake;
use testkit::Rig;

use crate::{analyst, clusters::moved, imports::ended, upload};

/// One mention by each of these sources, at these places.
fn mentions(of: &[(&str, f64, f64)]) -> String {
    let head = "id,date,country,province,lat,lon,precision,threat,kind,severity,deaths,title,side_a,side_b,source,source_owner,reliability,credibility\n";
    let row = |(source, lat, lon): &(&str, f64, f64)| {
        format!(
            "{source},2026-11-20,KGZ,KG-B,{lat},{lon},exact,border_tension,exchange_of_fire,serious,1,Fire,Border guards of Kyrgyzstan,smugglers,{source},Owner of {source},B,2\n"
        )
    };
    head.to_owned() + &of.iter().map(row).collect::<String>()
}

fn ids(cluster: &Cluster) -> Vec<ObservationId> {
    cluster.members.iter().map(|member| member.observation.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_joined_stays_one_when_the_first_of_it_is_taken_back() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let mut said = rig.listen::<ClusterMoved>().await;
    let two =
        [("Wire A", 39.9, 70.6), ("Wire B", 39.9, 70.6), ("Wire C", 40.0, 72.0), ("Wire D", 40.0, 72.0)];
    upload(&rig, "two.csv", Format::Csv, mentions(&two).as_bytes()).await;
    let (one, other) =
        (moved(&mut said, ClusterState::Joined, 2).await, moved(&mut said, ClusterState::Joined, 2).await);
    let named = vec![ids(&one).remove(0), ids(&other).remove(0)];
    let merge = MergeObservations {
        observations: named.clone(),
        note: "one fight along the road".into(),
        anyway: false,
    };
    let merged = rig.ask(&analyst(), &merge).await.unwrap();
    assert_eq!((merged.state, merged.members.len()), (ClusterState::Confirmed, 4));

    let told = |one: &ObservationId, other: &ObservationId| {
        let of = [one, other];
        let link = merged.links.iter().find(|link| of.contains(&&link.one) && of.contains(&&link.other));
        link.and_then(|link| link.decided.as_ref()).map(|decided| decided.why.clone())
    };
    assert_eq!(told(&named[0], &named[1]).as_deref(), Some("one fight along the road"));
    for beside in ids(&merged).iter().filter(|id| !named.contains(id)) {
        let why = named.iter().find_map(|named| told(named, beside)).unwrap();
        assert!(why.starts_with("not named itself") && contracts::reason::is_told(&why), "{why}");
    }

    // the one that everything was joined to goes first, then another of those named
    let mut left = 4;
    let first = named.iter().min().unwrap();
    for gone in [first, named.iter().find(|id| *id != first).unwrap()] {
        let retract = RetractObservation { id: gone.clone(), note: "a hoax".into(), revision: None };
        rig.ask(&analyst(), &retract).await.unwrap();
        left -= 1;
        let now = said.find(|said| !ids(&said.cluster).contains(gone) && !said.cluster.state.is_over()).await;
        let now = now.cluster;
        assert_eq!(
            (now.id.clone(), now.state, now.members.len()),
            (merged.id.clone(), ClusterState::Confirmed, left)
        );
        assert!(
            now.links.iter().all(|link| link.decided.as_ref().is_some_and(|told| told.by == "analyst-1"))
        );
    }

    let wish = GetCluster { id: merged.id.clone(), known_on: None };
    let two = rig.ask(&analyst(), &wish).await.unwrap();
    let split = MoveCluster {
        id: merged.id.clone(),
        action: ClusterAction::Split,
        observations: vec![],
        note: "two after all".into(),
        version: Some(two.version),
    };
    let apart = rig.ask(&analyst(), &split).await.unwrap();
    assert_eq!((apart.state, apart.apart.len()), (ClusterState::Split, 1), "the newest word stands");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_hardly_be_of_one_incident_is_asked_back_with_what_speaks_against_it() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let table = "id,date,country,province,lat,lon,precision,threat,kind,severity,title,source,source_owner,reliability,credibility\n\
        1,2022-03-01,AFG,AF-PKA,32.9,68.4,near,armed_conflict,armed_clash,serious,Attack in Paktika,A,A,B,2\n\
        2,2026-11-20,KGZ,KG-B,40.06,70.82,near,environmental_degradation,earthquake,notable,Quake,B,B,B,2\n";
    let mut progress = rig.listen::<ImportProgressed>().await;
    let import = upload(&rig, "far.csv", Format::Csv, table.as_bytes()).await.import;
    assert_eq!(ended(&mut progress, &import).await.accepted, 2);
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    let ids: Vec<ObservationId> = found.into_iter().map(|seen| seen.id).collect();
    let merge = MergeObservations { observations: ids, note: "the same".into(), anyway: false };
    let refused = rig.ask(&analyst(), &merge).await.unwrap_err();
    assert_eq!((refused.kind, refused.errors.len()), (FailureKind::Conflict, 1));
    let why = &refused.errors[0].detail;
    for part in ["days lie between them", "km lie between them", "never one thing"] {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert!(refused.detail.contains("anyway"), "{refused}");
    let merged = rig.ask(&analyst(), &MergeObservations { anyway: true, ..merge }).await.unwrap();
    assert_eq!(merged.members.len(), 2);
    assert!(running.stop().await);
}
