//! How fast what was recorded is found.

use std::time::{Duration, Instant};

use contracts::{PageRequest, Role, intake::FindObservations};
use testkit::{Rig, principal};

use crate::say;

/// How often each search is asked.
const TIMES: usize = 60;

/// A search, by name.
pub type Wanted = (&'static str, fn(usize) -> FindObservations);

/// The searches of a desk: each time another one of its kind.
pub const WANTED: &[Wanted] = &[
    ("newest", |_| FindObservations::default()),
    ("province and threat", |n| FindObservations {
        province: ["KG-B", "KG-O", "TJ-SU", "TJ-KT", "UZ-SU", "AF-KDZ"][n % 6].parse().ok(),
        threat: "armed_conflict".parse().ok(),
        ..FindObservations::default()
    }),
    ("country and month", |n| FindObservations {
        country: ["KGZ", "TJK", "UZB", "AFG"][n % 4].parse().ok(),
        from: format!("{}-05-01", 1990 + n % 30).parse().ok(),
        to: format!("{}-05-31", 1990 + n % 30).parse().ok(),
        ..FindObservations::default()
    }),
    ("grade B2 at least", |n| FindObservations {
        reliability: "B".parse().ok(),
        credibility: 2.try_into().ok(),
        country: ["KGZ", "TJK", "UZB", "AFG"][n % 4].parse().ok(),
        ..FindObservations::default()
    }),
    ("grade A1, which none has", |_| FindObservations {
        reliability: "A".parse().ok(),
        credibility: 1.try_into().ok(),
        ..FindObservations::default()
    }),
    ("a part of the map", |n| FindObservations {
        within: ["70.7,39.9,70.9,40.1", "66.8,36.3,67.0,36.7", "60,35,75,45", "50,50,51,51"][n % 4]
            .parse()
            .ok(),
        ..FindObservations::default()
    }),
    ("a source, in a year", |n| FindObservations {
        source: Some("ucdp".into()),
        from: format!("{}-01-01", 1990 + n % 30).parse().ok(),
        ..FindObservations::default()
    }),
    ("a frequent word", |n| FindObservations {
        q: Some(["bridge", "bazaars", "ambush", "rivers"][n % 4].into()),
        snippets: true,
        ..FindObservations::default()
    }),
    ("two words in a province", |n| FindObservations {
        q: Some(["bridge water", "ambush -market", "patrol* convoy"][n % 3].into()),
        province: ["KG-B", "TJ-SU", "AF-KDZ"][n % 3].parse().ok(),
        ..FindObservations::default()
    }),
    ("a phrase", |n| FindObservations {
        q: Some(
            ["\"near the bridge and the water\"", "\"the village of ambush\"", "\"bridge bridge bridge\""]
                [n % 3]
                .into(),
        ),
        ..FindObservations::default()
    }),
    ("a word as known, in a year", |n| FindObservations {
        q: Some(["bridge", "ambush", "canal"][n % 3].into()),
        from: format!("{}-01-01", 1990 + n % 30).parse().ok(),
        to: format!("{}-12-31", 1990 + n % 30).parse().ok(),
        known_on: "2100-01-01T00:00:00Z".parse().ok(),
        ..FindObservations::default()
    }),
    ("as known at a moment", |n| FindObservations {
        province: ["KG-B", "KG-O", "TJ-SU", "TJ-KT"][n % 4].parse().ok(),
        known_on: "2100-01-01T00:00:00Z".parse().ok(),
        ..FindObservations::default()
    }),
];

/// Waits until the index of texts holds all, and reports how long that took and how many a second.
pub async fn indexed(rig: &Rig, rows: u64) {
    let analyst = principal("bench", &[Role::Analyst]);
    let page = PageRequest { cursor: None, limit: Some(1) };
    let asked = FindObservations { q: Some("bridge".into()), page, ..FindObservations::default() };
    let (started, mut left) = (Instant::now(), None);
    loop {
        let behind = rig.ask(&analyst, &asked).await.unwrap().search.unwrap().behind;
        let left = *left.get_or_insert(behind);
        if behind == 0 {
            let seconds = started.elapsed().as_secs_f64();
            let rate = left as f64 / seconds;
            say(format_args!(
                "index of texts: {left} of {rows} were left at the end of the import; {seconds:.1} s, {rate:.0} a second"
            ));
            return;
        }
        // every answer tells how far it is; asking without a pause would take from what is measured
        kit::Clock::system().sleep(Duration::from_millis(200)).await;
    }
}

/// Asks every search over the bus and reports the middle and the slow twentieth, each with how many it found at least once.
pub async fn measure(rig: &Rig, wanted: &[Wanted]) {
    let analyst = principal("bench", &[Role::Analyst]);
    for (name, of) in wanted {
        let (mut times, mut most) = (Vec::new(), 0);
        for n in 0..TIMES {
            let page = PageRequest { cursor: None, limit: Some(50) };
            let asked = FindObservations { page, ..of(n) };
            let started = Instant::now();
            let found = rig.ask(&analyst, &asked).await.unwrap();
            times.push(started.elapsed());
            most = most.max(found.page.items.len());
        }
        times.sort_unstable();
        let at = |share: usize| millis(times[times.len() * share / 100]);
        say(format_args!("search {name:<24} p50 {:>7.1} ms  p95 {:>7.1} ms  page of {most}", at(50), at(95)));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
