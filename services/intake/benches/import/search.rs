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
    ("as known at a moment", |n| FindObservations {
        province: ["KG-B", "KG-O", "TJ-SU", "TJ-KT"][n % 4].parse().ok(),
        known_on: "2100-01-01T00:00:00Z".parse().ok(),
        ..FindObservations::default()
    }),
];

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
            most = most.max(found.items.len());
        }
        times.sort_unstable();
        let at = |share: usize| millis(times[times.len() * share / 100]);
        say(format_args!("search {name:<24} p50 {:>7.1} ms  p95 {:>7.1} ms  page of {most}", at(50), at(95)));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
