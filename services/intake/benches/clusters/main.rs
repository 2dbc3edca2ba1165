//! Whether pairs of one incident are found again, and what that costs: pairs put with noise into a background that is as
//! crowded as the worst years of the worst provinces. `make bench`; numbers behind `cargo bench -p intake --bench clusters --`
//! say how many observations of the first source there are.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is wrong, as tests do")]

mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    time::Instant,
};

use contracts::{
    PageRequest,
    intake::clusters::{Cluster, ClusterState, ListClusters},
};
use domain::ObservationId;
use intake::{
    Intake,
    domain::{
        cluster::Rules,
        draft::{Arrival, Draft},
    },
    jobs::compare,
    store::{
        cluster::{due, versions},
        recording::{self, Bringer},
    },
};
use kit::Db;
use testkit::databases;
use world::World;

/// The rules that ship.
const RULES: Rules = Rules { join: 0.8, propose: 0.6, margin: 0.03 };
/// How many observations the first source has by default.
const SIZES: [usize; 2] = [2_000, 20_000];
/// Observations that are recorded at once.
const BATCH: usize = 500;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    say(format_args!("clusters on SQLite: pairs put in with noise, found again"));
    say(format_args!(
        "{:>12} {:>7} {:>14} {:>17} {:>16} {:>19} {:>12} {:>14}",
        "observations",
        "pairs",
        "recall joined",
        "precision joined",
        "recall proposed",
        "precision proposed",
        "compared/s",
        "alone: obs/s"
    ));
    for size in sizes {
        measure(size).await;
    }
}

async fn measure(size: usize) {
    let store = databases::<Intake>().await.remove(0);
    let world = World::new(size);
    record(&store.db, &world.first, "first").await;
    let started = Instant::now();
    compare(&store.db).await;
    let alone = world.first.len() as f64 / started.elapsed().as_secs_f64();
    record(&store.db, &world.second, "second").await;
    let started = Instant::now();
    compare(&store.db).await;
    let compared = world.second.len() as f64 / started.elapsed().as_secs_f64();
    let clusters = clusters(&store.db).await;
    let (joined, proposed): (Vec<_>, Vec<_>) = clusters.iter().partition(|cluster| cluster.state.is_one());
    assert!(proposed.iter().all(|cluster| cluster.state == ClusterState::Proposed));
    let (joined, proposed) = (found(&joined, &world.pairs), found(&proposed, &world.pairs));
    let pairs = world.pairs.len() as f64;
    say(format_args!(
        "{:>12} {:>7} {:>14.3} {:>17.3} {:>16.3} {:>19.3} {compared:>12.0} {alone:>14.0}",
        world.first.len() + world.second.len(),
        world.pairs.len(),
        joined.right as f64 / pairs,
        joined.precision(),
        (joined.right + proposed.right) as f64 / pairs,
        proposed.precision(),
    ));
    for (noise, (there, joined)) in by_noise(&world, &clusters) {
        say(format_args!("{noise:>40}: {joined} of {there} joined"));
    }
}

/// Pairs that were found, and how many of them are right.
struct Found {
    all: usize,
    right: usize,
}

impl Found {
    fn precision(&self) -> f64 {
        if self.all == 0 { f64::NAN } else { self.right as f64 / self.all as f64 }
    }
}

type Pairs = BTreeMap<(ObservationId, ObservationId), &'static str>;

fn found(clusters: &[&Cluster], pairs: &Pairs) -> Found {
    let told: BTreeSet<_> = clusters.iter().flat_map(|cluster| of(cluster)).collect();
    Found { all: told.len(), right: told.iter().filter(|pair| pairs.contains_key(*pair)).count() }
}

/// Every pair of members.
fn of(cluster: &Cluster) -> Vec<(ObservationId, ObservationId)> {
    let ids: Vec<&ObservationId> = cluster.members.iter().map(|member| &member.observation).collect();
    let pairs =
        ids.iter().enumerate().flat_map(|(n, one)| ids[n + 1..].iter().map(move |other| (*one, *other)));
    pairs
        .map(
            |(one, other)| {
                if one < other { (one.clone(), other.clone()) } else { (other.clone(), one.clone()) }
            },
        )
        .collect()
}

/// For each kind of noise, how many pairs bear it and how many of those were joined.
fn by_noise(world: &World, clusters: &[Cluster]) -> BTreeMap<&'static str, (usize, usize)> {
    let joined: BTreeSet<_> = clusters.iter().filter(|cluster| cluster.state.is_one()).flat_map(of).collect();
    let mut by = BTreeMap::new();
    for (pair, noise) in &world.pairs {
        let (there, right): &mut (usize, usize) = by.entry(*noise).or_default();
        *there += 1;
        *right += usize::from(joined.contains(pair));
    }
    by
}

async fn record(db: &Db, drafts: &[Draft], origin: &str) {
    for (part, drafts) in drafts.chunks(BATCH).enumerate() {
        let mut tx = db.begin().await.unwrap();
        let arrival = Arrival::at(tx.now());
        let bringer = Bringer { origin, part: &part.to_string(), arrival };
        recording::record(&mut tx, drafts.to_vec(), &bringer).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn compare(db: &Db) {
    compare::all_due(db, &RULES).await.unwrap();
    assert!(due::oldest(db, 1).await.unwrap().is_empty());
}

async fn clusters(db: &Db) -> Vec<Cluster> {
    let mut all: Vec<Cluster> = Vec::new();
    let mut wanted =
        ListClusters { page: PageRequest { cursor: None, limit: Some(1000) }, ..ListClusters::default() };
    loop {
        let mut page = versions::list(db, &wanted).await.unwrap();
        let more = page.len() > 1000;
        page.truncate(1000);
        wanted.page.cursor = page.last().map(versions::cursor_of);
        all.extend(page);
        if !more {
            return all;
        }
    }
}

/// Writes a line of the report.
fn say(line: std::fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}
