//! Reports for tests, short to write.

use std::collections::BTreeSet;

use domain::{Credibility, Day, ObservationId, Point, Precision, Reliability};

use super::{Report, Rules};

/// The day that tests count from.
pub(crate) fn day(number: i64) -> Day {
    Day::of(2026, 11, 23).unwrap().plus(number)
}

/// The rules that tests go by.
pub(crate) fn rules() -> Rules {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    Rules { event_datasets: set(&["ucdp"]), peace_kinds: set(&["talks"]), ..Rules::default() }
}

/// A report of shots by an owner, graded as `B2`, on a day, at the same place.
pub(crate) fn report(id: &str, owner: &str, grade: &str, number: i64) -> Report {
    let (reliability, digit) = grade.split_at(1);
    Report {
        observation: ObservationId::derived(&[id]),
        source: owner.to_owned(),
        owner: owner.to_owned(),
        kind: "shots_fired".into(),
        from: day(number),
        to: day(number),
        point: Point::new(40.0, 70.0).ok(),
        precision: Precision::Exact,
        reliability: reliability.parse::<Reliability>().unwrap(),
        credibility: Credibility::try_from(digit.parse::<u8>().unwrap()).unwrap(),
        severity: 4.0,
        deaths: None,
        place: "Batken".into(),
        title: id.to_owned(),
        marking: "open".into(),
        cluster: None,
        best_of_cluster: false,
        apart: BTreeSet::new(),
    }
}

/// The same with this many deaths.
pub(crate) fn deadly(report: Report, deaths: u32) -> Report {
    Report { severity: 1.0 + (1.0 + f64::from(deaths)).log2(), deaths: Some(deaths), ..report }
}

/// The same so many kilometres to the north.
pub(crate) fn moved(report: Report, km: f64) -> Report {
    Report { point: Point::new(40.0 + km / 111.195, 70.0).ok(), ..report }
}
