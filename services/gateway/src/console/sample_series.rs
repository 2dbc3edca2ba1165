//! A made-up series for the tests of the pages.

use contracts::{
    analysis::series::{MediaPoint, Point, Series, SpanCoverage, Unit},
    intake::media::Quads,
};
use domain::{Day, Handling, Threat, Tlp, UnClass};

/// Weeks or days of Batken: a quiet beginning that nobody reported from, then a rise; the media wrote of half of it.
pub(super) fn over_time(unit: Unit, spans: i64) -> Series {
    let (length, end) = (if unit == Unit::Day { 1 } else { 7 }, "2026-11-23".parse::<Day>().unwrap());
    let point = |at: i64| {
        let from = end.plus((at - spans + 1) * length);
        let known = at > spans / 4;
        let count = if known { (at * at / spans / 5).unsigned_abs() } else { 0 };
        let media = (at % 3 != 0).then(|| MediaPoint {
            articles: 40 + count * 9,
            domains: 3 + count * 2,
            events: 5 + count,
            tone: Some(-3.5),
            quads: Quads::default(),
            all_articles: 200,
            days: 1,
        });
        Point {
            from,
            to: from.plus(length - 1),
            events: known.then_some(count),
            deaths: known.then_some(count * count / 7),
            unstated: 0,
            peace: known.then_some(0),
            coverage: SpanCoverage {
                complete: false,
                owners: u64::from(known) * 3,
                reports: count,
                undated: u64::from(at % 11 == 0),
            },
            indicators: None,
            media,
        }
    };
    Series {
        country: "KGZ".parse().unwrap(),
        province: "KG-B".parse().ok(),
        threat: Threat::BorderTension,
        unit,
        exercise: false,
        points: (0..spans).map(point).collect(),
        handling: Handling::new(Tlp::Green, UnClass::Unclassified),
        partial: false,
    }
}
