//! Clusters: every statement on both databases, and the whole over a real bus.

use std::collections::BTreeSet;

use contracts::{
    FailureKind, PageRequest, Role,
    gateway::Format,
    intake::{
        clusters::{
            Cluster, ClusterAction, ClusterDecision, ClusterMoved, ClusterState, GetCluster, ListClusters,
            MergeObservations, MoveCluster,
        },
        retraction::RetractObservation,
    },
};
use domain::{ObservationId, Timestamp};
use intake::{
    Intake,
    domain::{
        cluster::{
            Rules, Sighting, compare,
            group::{Pair, ends},
            reconcile::Cause,
        },
        draft::{Arrival, Draft},
    },
    store::{
        cluster::{decisions, due, pairs, settle, versions, window},
        recording::{self, Bringer},
    },
};
use kit::Tx;
use testkit::{Rig, databases, principal};

use crate::{analyst, upload};

const RULES: Rules = Rules { join: 0.8, propose: 0.6, margin: 0.03 };

pub fn draft(source: &str, id: &str) -> Draft {
    let draft = crate::draft(id, "2026-11-20", "Exchange of fire");
    let point = domain::Point::new(39.9, 70.6).ok();
    let place = domain::Place {
        point,
        precision: domain::Precision::Exact,
        radius_km: Some(5.0),
        ..draft.place.clone()
    };
    Draft { source: source.into(), owner: format!("owner of {source}"), place, ..draft }
}

pub async fn record(tx: &mut Tx, drafts: Vec<Draft>, part: &str) {
    let arrival = Arrival::at(tx.now());
    recording::record(tx, drafts, &Bringer { origin: "test", part, arrival }).await.unwrap();
}

/// Pairs all of these with each other, puts them in the place of what was and settles.
pub async fn settle_all(tx: &mut Tx, drafts: &[Draft], cause: &Cause) -> Vec<Cluster> {
    let ids: BTreeSet<ObservationId> = drafts.iter().map(Draft::id).collect();
    let standing = window::standing(tx, &ids).await.unwrap();
    let seen: Vec<Sighting> = standing.values().map(|one| Sighting::of(&one.seen)).collect();
    let mut found = Vec::new();
    for one in &seen {
        for other in seen.iter().filter(|other| other.origin != one.origin && one.id < other.id) {
            if let Some(score) = compare(one, other).filter(|score| score.total >= RULES.propose) {
                let (one, other) = ends(one.id.clone(), other.id.clone());
                found.push(Pair { one, other, score });
            }
        }
    }
    settle::turn(tx).await.unwrap();
    let mut seeds = pairs::replace(tx, &ids, &found).await.unwrap();
    seeds.extend(ids);
    settle::settle(tx, seeds, &RULES, cause).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_due_with_its_sources_and_is_forgotten_when_it_is_done() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, vec![draft("a", "1"), draft("b", "1")], "1").await;
        let revised = Draft { title: "Fire".into(), ..draft("a", "1") };
        record(&mut tx, vec![revised, draft("a", "2")], "2").await;
        tx.commit().await.unwrap();
        let due = due::oldest(&store.db, 10).await.unwrap();
        assert_eq!(due.len(), 2, "{}", store.engine);
        let (first, second) = (&due[0].1, &due[1].1);
        assert_eq!((first.fresh.len(), first.again.len()), (2, 0));
        assert_eq!(
            (second.fresh[0].ids.clone(), second.again.clone()),
            (vec![draft("a", "2").id()], vec![draft("a", "1").id()])
        );
        let mut tx = store.db.begin().await.unwrap();
        due::widen(&mut tx, &first.fresh).await.unwrap();
        due::widen(&mut tx, &first.fresh).await.unwrap();
        due::done(&mut tx, &[due[0].0.clone()]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(due::oldest(&store.db, 10).await.unwrap().len(), 1);
        let spans = due::spans(&store.db).await.unwrap();
        let of = spans.values().next().unwrap();
        assert_eq!((spans.len(), of.len()), (1, 2));
        let found =
            window::whereabouts(&store.db, &[draft("a", "1").id(), draft("c", "1").id()]).await.unwrap();
        assert_eq!((found.len(), found[0].source.as_str()), (1, "a"));
        let ground = spans.keys().next().unwrap();
        let day: domain::Day = "2026-11-20".parse().unwrap();
        assert_eq!(window::around(&store.db, ground, (day, day)).await.unwrap().len(), 3);
        assert_eq!(window::around(&store.db, ground, (day.plus(1), day.plus(2))).await.unwrap().len(), 0);
        assert_eq!(window::around(&store.db, ground, (day.plus(-9), day.plus(-1))).await.unwrap().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_kept_in_all_its_versions_and_the_past_can_be_asked_for() {
    for store in databases::<Intake>().await {
        let all = [draft("a", "1"), draft("b", "1"), draft("c", "1")];
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, all.to_vec(), "1").await;
        let cause = Cause::known(tx.now());
        let moved = settle_all(&mut tx, &all[..2], &cause).await;
        assert_eq!((moved.len(), moved[0].state), (1, ClusterState::Joined), "{}", store.engine);
        assert_eq!(settle_all(&mut tx, &all[..2], &cause).await, [], "twice is once");
        tx.commit().await.unwrap();
        let (id, then) = (moved[0].id.clone(), store.clock.now());
        store.clock.advance(std::time::Duration::from_mins(1));

        let mut tx = store.db.begin().await.unwrap();
        let cause = Cause::known(tx.now());
        settle_all(&mut tx, &all, &cause).await;
        tx.commit().await.unwrap();
        let before_split = store.clock.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        let person = Cause { by: "analyst".into(), note: "two incidents".into(), at: tx.now() };
        let decided = ClusterDecision { by: "analyst".into(), at: tx.now(), why: "two incidents".into() };
        let pair = BTreeSet::from([ends(all[0].id(), all[2].id()), ends(all[1].id(), all[2].id())]);
        decisions::decide(&mut tx, &pair, false, &decided).await.unwrap();
        let moved = settle_all(&mut tx, &all, &person).await;
        tx.commit().await.unwrap();
        assert_eq!((moved.len(), moved[0].members.len(), moved[0].apart.len()), (1, 2, 2));

        let size = async |known_on: Option<Timestamp>| {
            let found = versions::get(&store.db, &id, known_on).await.unwrap();
            found.map_or(0, |cluster| cluster.members.len())
        };
        assert_eq!((size(None).await, size(Some(then)).await, size(Some(before_split)).await), (2, 2, 3));
        assert_eq!(size(Some("2020-01-01T00:00:00Z".parse().unwrap())).await, 0);
        lists(&store.db, &id, (&all, before_split)).await;
    }
}

/// The list by every filter, now and then.
async fn lists(db: &kit::Db, id: &domain::ClusterId, (all, before_split): (&[Draft], Timestamp)) {
    let count = async |change: &dyn Fn(&mut ListClusters)| {
        let mut wanted = ListClusters::default();
        change(&mut wanted);
        let found = versions::list(db, &wanted).await.unwrap();
        assert!(found.iter().all(|cluster| cluster.id == *id));
        found.len()
    };
    assert_eq!(count(&|_| ()).await, 1);
    assert_eq!(count(&|w| w.country = "KGZ".parse().ok()).await, 1);
    assert_eq!(count(&|w| w.country = "TJK".parse().ok()).await, 0);
    assert_eq!(count(&|w| w.province = "KG-O".parse().ok()).await, 0);
    assert_eq!(count(&|w| w.threat = Some(domain::Threat::BorderTension)).await, 1);
    assert_eq!(count(&|w| w.threat = Some(domain::Threat::WaterEnergy)).await, 0);
    assert_eq!(count(&|w| w.from = "2026-11-21".parse().ok()).await, 0);
    assert_eq!(count(&|w| w.to = "2026-11-20".parse().ok()).await, 1);
    assert_eq!(count(&|w| w.state = Some(ClusterState::Proposed)).await, 0);
    assert_eq!(count(&|w| w.exercise = true).await, 0);
    assert_eq!(count(&|w| w.observation = Some(all[0].id())).await, 1);
    assert_eq!(count(&|w| w.observation = Some(all[2].id())).await, 0);
    let then = |w: &mut ListClusters| (w.observation, w.known_on) = (Some(all[2].id()), Some(before_split));
    assert_eq!(count(&then).await, 1);
    let page = PageRequest { cursor: Some("x".into()), limit: None };
    let wanted = ListClusters { page, ..ListClusters::default() };
    assert!(versions::list(db, &wanted).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_pair_the_newest_decision_stands_and_none_is_lost() {
    for store in databases::<Intake>().await {
        let (a, b) = (draft("a", "1").id(), draft("b", "1").id());
        let pair = BTreeSet::from([ends(a.clone(), b.clone())]);
        let mut tx = store.db.begin().await.unwrap();
        let decided = ClusterDecision { by: "x".into(), at: tx.now(), why: "y".into() };
        for together in [true, false, true] {
            decisions::decide(&mut tx, &pair, together, &decided).await.unwrap();
            let stands = decisions::of(&mut tx, std::slice::from_ref(&b)).await.unwrap();
            assert_eq!((stands.together.len(), stands.apart.len()), if together { (1, 0) } else { (0, 1) });
        }
        let all: (i64,) = kit::on_tx!(&mut tx, |c| {
            sqlx::query_as("select count(*) from cluster_decision").fetch_one(c).await
        })
        .unwrap();
        assert_eq!(all.0, 3, "{}", store.engine);
    }
}

/// A table of one incident by each of these sources, and of another far away by the first.
fn table(sources: &[&str]) -> String {
    let mut rows = "id,date,country,province,lat,lon,precision,threat,kind,severity,deaths,title,side_a,side_b,source,source_owner,reliability,credibility\n".to_owned();
    for (number, source) in sources.iter().enumerate() {
        let row = format!(
            "{number},2026-11-20,KGZ,KG-B,39.90{number},70.6,exact,border_tension,exchange_of_fire,serious,{number},Fire,Border guards of Kyrgyzstan,smugglers,{source},Owner of {source},B,2\n"
        );
        rows.push_str(&row);
    }
    rows + &format!(
        "far,2026-11-20,KGZ,KG-O,40.5,72.8,exact,border_tension,exchange_of_fire,serious,7,Elsewhere,,,{0},Owner of {0},B,2\n",
        sources[0]
    )
}

/// The next cluster that is said to stand so, with so many members.
pub async fn moved(
    listener: &mut testkit::Listener<ClusterMoved>,
    state: ClusterState,
    members: usize,
) -> Cluster {
    let fits = |said: &ClusterMoved| said.cluster.state == state && said.cluster.members.len() == members;
    listener.find(fits).await.cluster
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_of_one_incident_are_joined_after_their_import_and_a_person_has_the_last_word() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let mut said = rig.listen::<ClusterMoved>().await;
    upload(&rig, "two.csv", Format::Csv, table(&["Wire A", "Wire B"]).as_bytes()).await;
    let joined = moved(&mut said, ClusterState::Joined, 2).await;
    let deaths = joined.deaths.unwrap();
    assert_eq!((joined.owners.len(), deaths.low, deaths.high), (2, 0, 1));
    let two = analyst();
    let late = MoveCluster {
        id: joined.id.clone(),
        action: ClusterAction::Split,
        observations: vec![],
        note: "two villages".into(),
        version: Some(joined.version + 7),
    };
    assert_eq!(rig.ask(&two, &late).await.unwrap_err().kind, FailureKind::Stale);
    let silent = MoveCluster { note: " ".into(), version: None, ..late.clone() };
    assert_eq!(rig.ask(&two, &silent).await.unwrap_err().kind, FailureKind::Invalid);
    let stranger = MoveCluster { observations: vec![draft("x", "x").id()], version: None, ..late.clone() };
    assert!(rig.ask(&two, &stranger).await.unwrap_err().detail.contains("split"));
    let monitor = principal("monitor", &[Role::FieldMonitor]);
    let split = MoveCluster { version: Some(joined.version), ..late };
    assert_eq!(rig.ask(&monitor, &split).await.unwrap_err().kind, FailureKind::Forbidden);
    let apart = rig.ask(&two, &split).await.unwrap();
    assert_eq!((apart.state, apart.apart.len(), apart.history.len()), (ClusterState::Split, 1, 2));
    assert_eq!(rig.ask(&two, &split).await.unwrap(), apart, "asked twice it is done once");

    upload(&rig, "again.csv", Format::Csv, table(&["Wire A", "Wire B", "Wire C"]).as_bytes()).await;
    let ids: Vec<ObservationId> = joined.members.iter().map(|member| member.observation.clone()).collect();
    let merge = MergeObservations { observations: ids.clone(), note: "the same canal".into(), anyway: false };
    let alone = MergeObservations { observations: ids[..1].to_vec(), ..merge.clone() };
    assert_eq!(rig.ask(&two, &alone).await.unwrap_err().kind, FailureKind::Invalid);
    let confirmed = rig.ask(&two, &merge).await.unwrap();
    assert!(confirmed.apart.is_empty() && confirmed.state.is_one(), "{confirmed:?}");
    let known = GetCluster { id: joined.id.clone(), known_on: Some(joined.moved_at) };
    assert_eq!(rig.ask(&two, &known).await.unwrap().state, ClusterState::Joined);

    let retract = RetractObservation { id: ids[0].clone(), note: "a hoax".into(), revision: None };
    rig.ask(&two, &retract).await.unwrap();
    let gone = said.find(|said| {
        said.cluster.version > confirmed.version
            && (said.cluster.state.is_over() || !said.cluster.members.iter().any(|m| m.observation == ids[0]))
    });
    gone.await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_said_holds_for_those_that_remain() {
    for store in databases::<Intake>().await {
        let far = |source: &str, lat: f64| {
            let mut one = draft(source, "1");
            one.place.point = domain::Point::new(lat, 70.6).ok();
            one
        };
        let all = [far("a", 38.0), far("b", 39.5), far("c", 41.0)];
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, all.to_vec(), "1").await;
        let decided = |why: &str| ClusterDecision { by: "analyst".into(), at: tx.now(), why: why.into() };
        let hub = |other: &Draft| ends(all[0].id(), other.id());
        let joined = decided("one");
        let apart = decided("two after all");
        decisions::decide(&mut tx, &[hub(&all[1]), hub(&all[2])].into(), true, &joined).await.unwrap();
        let person = Cause { by: "analyst".into(), note: "one".into(), at: tx.now() };
        let moved = settle_all(&mut tx, &all, &person).await;
        assert_eq!(
            (moved[0].state, moved[0].members.len()),
            (ClusterState::Confirmed, 3),
            "{}",
            store.engine
        );

        assert!(recording::retract(&mut tx, (&all[0].id(), 1), ("desk", "a hoax")).await.unwrap());
        let cause = Cause::known(tx.now());
        let moved = settle_all(&mut tx, &all, &cause).await;
        assert_eq!((moved[0].state, moved[0].members.len()), (ClusterState::Confirmed, 2));
        assert_eq!(settle_all(&mut tx, &all, &cause).await, [], "twice is once");

        let pair = [ends(all[1].id(), all[2].id())].into();
        decisions::decide(&mut tx, &pair, false, &apart).await.unwrap();
        let moved = settle_all(&mut tx, &all, &person).await;
        assert_eq!((moved.len(), moved[0].state), (1, ClusterState::Split), "what was said last stands");
        tx.commit().await.unwrap();
    }
}
