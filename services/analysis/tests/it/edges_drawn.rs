//! Whatever is heard in whatever order: what is counted piece by piece is what counting everything anew comes to, and what was known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::{
    analysis::series::{GetSeries, Point, Unit},
    intake::clusters::{Cluster, ClusterState},
};
use domain::{ClusterId, Observation, ProvinceCode, Threat};
use kit::on_tx;
use testkit::{Database, databases};

use crate::{
    clusters::{cluster, hear_cluster},
    given::*,
    recompute::{differing, recounted, rows},
};

/// Numbers that look drawn by lot, the same each time.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// How many observations there are; of how many clusters.
const OBSERVATIONS: u64 = 12;
const CLUSTERS: u64 = 4;

/// What was said so far.
struct World {
    seed: u64,
    lot: Lot,
    newest: Vec<Observation>,
    versions: [u32; CLUSTERS as usize],
}

impl World {
    /// An observation as it comes first, or as it is revised: around the end of October, of one day or of several.
    fn observation(&mut self) -> Observation {
        let lot = &mut self.lot;
        let name = format!("{} {}", self.seed, lot.below(OBSERVATIONS));
        let before = self.newest.iter().position(|seen| seen.external_id == name);
        let (day, length) = (18 + lot.below(9) as i64, lot.of(&[0, 0, 0, 1, 9]));
        let seen = observation(&name, day);
        let seen = Observation {
            revision: before.map_or(1, |at| self.newest[at].revision + 1),
            occurred_from: seen.occurred_from.plus(-length),
            kind: lot.of(&["shots_fired", "shots_fired", "ceasefire"]).into(),
            owner: lot.of(&["desk", "wire", "radio"]).into(),
            grade: graded(lot.of(&["A1", "B2", "C3"]), today().start()),
            threats: lot
                .of(&[&[Threat::BorderTension][..], &[Threat::BorderTension, Threat::WaterEnergy]])
                .to_vec(),
            known_from: today().start(),
            ..seen
        };
        let seen = elsewhere(seen, lot.of(&["KG-B", "KG-B", "KG-O"]));
        let seen = if lot.below(4) > 0 { deadly(seen, lot.below(9) as u32) } else { seen };
        match before {
            Some(at) => self.newest[at] = seen.clone(),
            None => self.newest.push(seen.clone()),
        }
        seen
    }

    /// A cluster as intake may say it.
    fn cluster(&mut self, base: &Database) -> Option<Cluster> {
        let at = self.lot.below(CLUSTERS) as usize;
        let mut of: Vec<&Observation> = Vec::new();
        for _ in 0..2 + self.lot.below(3) {
            let seen = &self.newest[self.lot.below(self.newest.len() as u64) as usize];
            if of.iter().all(|other| other.id != seen.id) {
                of.push(seen);
            }
        }
        self.versions[at] += 1;
        let one =
            [ClusterState::Joined, ClusterState::Joined, ClusterState::Confirmed, ClusterState::Dissolved];
        let said = cluster(&of, self.lot.of(&one), self.versions[at]);
        let (id, moved_at) =
            (ClusterId::derived(&[&self.seed.to_string(), &at.to_string()]), base.clock.now());
        (of.len() > 1).then_some(Cluster { id, moved_at, ..said })
    }
}

async fn step(service: &Analysis, base: &Database, world: &mut World) {
    base.clock.advance(std::time::Duration::from_mins(1));
    match world.lot.below(8) {
        0..4 => {
            let seen = Observation { known_from: base.clock.now(), ..world.observation() };
            hear(service, base, pack(vec![seen])).await;
        }
        4 if !world.newest.is_empty() => {
            let at = world.lot.below(world.newest.len() as u64) as usize;
            let mut gone = pack(vec![]);
            gone.retracted = vec![world.newest[at].id.clone()];
            hear(service, base, gone).await;
        }
        5.. if world.newest.len() > 1 => {
            if let Some(said) = world.cluster(base) {
                hear_cluster(service, base, said).await;
            }
        }
        _ => {}
    }
}

type Told = (Option<u64>, Option<u64>, Option<u64>, u64, u64);

/// What is told of a few spans about the end of the month, as it is kept and as it is known now.
async fn both(service: &Analysis, base: &Database, (place, unit): (&str, Unit)) -> [Vec<Vec<Told>>; 2] {
    let province: ProvinceCode = place.parse().unwrap();
    let told =
        |point: &Point| (point.events, point.deaths, point.peace, point.unstated, point.coverage.reports);
    let mut both = [Vec::new(), Vec::new()];
    let now = base.clock.now().plus(chrono::Duration::milliseconds(1));
    for (known_on, all) in [None, Some(now)].into_iter().zip(&mut both) {
        let wish = GetSeries {
            province: Some(province.clone()),
            country: None,
            threat: None,
            unit,
            from: Some("2026-11-01".parse().unwrap()),
            to: Some("2026-11-02".parse().unwrap()),
            known_on,
            exercise: false,
        };
        let series = api::get_series(service, &asked(wish)).await.unwrap();
        all.extend(series.iter().map(|one| one.points.iter().map(told).collect::<Vec<_>>()));
    }
    both
}

#[tokio::test]
async fn piece_by_piece_comes_to_what_counting_anew_and_what_was_known_come_to() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        for seed in 0..2 {
            let mut world = World { seed, lot: Lot(seed), newest: Vec::new(), versions: [0; 4] };
            for number in 0..60 {
                step(&service, &base, &mut world).await;
                if number % 6 != 5 {
                    continue;
                }
                for threat in [Threat::BorderTension, Threat::WaterEnergy] {
                    assert_eq!(
                        differing(&service, threat).await,
                        0,
                        "{} {seed} {number} {threat}",
                        base.engine
                    );
                }
                for of in
                    [("KG-B", Unit::Month), ("KG-B", Unit::Week), ("KG-O", Unit::Day), ("KG-B", Unit::Day)]
                {
                    let [kept, known] = both(&service, &base, of).await;
                    assert_eq!(kept, known, "{} {seed} {number} {of:?}", base.engine);
                }
            }
        }
        let kept = rows(&base.db).await;
        let mut tx = base.db.begin().await.unwrap();
        for table in ["delete from series_cell", "delete from series_span"] {
            on_tx!(tx, |c| sqlx::query(table).execute(c).await.map(|_| ())).unwrap();
        }
        tx.commit().await.unwrap();
        for threat in [Threat::BorderTension, Threat::WaterEnergy] {
            recounted(&service, threat).await;
        }
        let anew = rows(&base.db).await;
        for table in ["series_cell", "series_span"] {
            assert_eq!(anew[table], kept[table], "{table} {}", base.engine);
        }
    }
}
