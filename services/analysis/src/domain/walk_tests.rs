use domain::{Credibility, ReadingId, Reliability};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    Across, Evidence,
    given::{day, deadly, report, rules},
    weigh, whole,
};

const THREAT: Threat = Threat::BorderTension;

fn cell() -> Cell {
    Cell::of(false, THREAT, &"KG-B".parse().unwrap()).unwrap()
}

fn ruled() -> Rules {
    let mut rules = Rules { peace_weight: 1.0, ..rules() };
    rules.indicators.half_life_days = 30.0;
    rules.indicators.structural_half_life_days = 365.0;
    rules.indicators.weight = 2.0;
    rules
}

/// Where these reports alone have the cell stand on a day.
fn stands(reports: &[Report], on: i64) -> Walked {
    walked(&cell(), (reports, &Around::default()), day(on), &ruled())
}

fn apart(number: usize, on: i64) -> Report {
    Report { kind: number.to_string(), ..report(&number.to_string(), "desk", "B2", on) }
}

#[test]
fn a_walked_level_rises_at_once_and_falls_after_four_weeks() {
    let reports: Vec<Report> = (0..8).map(|n| apart(n, 0)).collect();
    let rose = stands(&reports, 0);
    assert_eq!((rose.standing, rose.moved), (Standing { level: Level::Elevated, changed: day(0) }, true));
    let index = weigh(&reports, THREAT, day(0), &ruled()).index;
    let falls = rose.standing.falls_on(index, (day(0), 90.0), &Bands::default()).unwrap();
    assert_eq!(stands(&reports, falls.since(day(0)) - 1), rose);
    let fell = stands(&reports, falls.since(day(0)));
    assert_eq!(fell.standing, Standing { level: Level::Low, changed: falls });
}

#[test]
fn what_happened_fifty_days_ago_has_a_level_stand_one_higher_than_its_index_of_today() {
    // eleven of them gave 31.8 then, high, and give 21.6 today: not below 21, by which high is left
    let reports: Vec<Report> = (0..11).map(|n| apart(n, -50)).collect();
    let index = weigh(&reports, THREAT, day(0), &ruled()).index;
    let walked = stands(&reports, 0);
    assert_eq!(Bands::default().of(index), Level::Elevated);
    assert_eq!(walked.standing, Standing { level: Level::High, changed: day(-50) });
}

#[test]
fn without_any_report_a_walked_level_is_calm_and_never_moved() {
    let walked = stands(&[], 0);
    assert_eq!((walked.standing.level, walked.moved), (Level::Calm, false));
}

#[test]
fn what_happened_before_the_walk_counts_in_its_index_and_is_forgotten_as_it_fades() {
    let long_ago = |on: i64| (0..30).map(|n| apart(n, on)).collect::<Vec<_>>();
    let (before, since) = (stands(&long_ago(-740), 0), stands(&long_ago(-720), 0));
    assert_eq!(before.standing.changed.plus(20), since.standing.changed, "the same, twenty days before");
    assert_eq!((before.standing.level, since.standing.level), (Level::Calm, Level::Calm));
}

#[test]
fn what_was_told_falls_no_faster_for_what_became_known_since() {
    let told = Standing { level: Level::High, changed: day(-5) };
    let walk = |level, changed, moved| Walked { standing: Standing { level, changed: day(changed) }, moved };
    let table = [
        (walk(Level::Elevated, -2, true), told),
        (walk(Level::High, -60, true), told),
        (walk(Level::High, -2, true), Standing { changed: day(-2), ..told }),
        (walk(Level::High, -2, false), told),
        (walk(Level::Critical, -90, true), Standing { level: Level::Critical, changed: day(-90) }),
        (walk(Level::Critical, -730, false), Standing { level: Level::Critical, changed: day(-730) }),
    ];
    for (walked, joined) in table {
        assert_eq!(told.joined(walked), joined, "{walked:?}");
    }
}

#[test]
fn what_is_heard_of_today_needs_no_walk_and_what_is_heard_of_last_year_does() {
    let reports = [apart(1, 0), apart(2, -300)];
    let around = Around::default();
    let all = whole(&cell(), (&reports, &around), (day(0), Evidence::All), &ruled());
    let above =
        |level, oldest: i64| may_end_above(level, &all, ((day(oldest), day(0)), THREAT), &around.bands);
    assert_eq!([above(Level::Low, 0), above(Level::Low, -1), above(Level::Low, -300)], [false, false, true]);
    assert!(!above(Level::Critical, -300));
}

/// The index of a day by what happened by then, as [`whole`] has it.
fn index((reports, across, readings): (&[Report], &[Report], &[Reading]), on: Day, rules: &Rules) -> f64 {
    let by_then = |all: &[Report]| all.iter().filter(|report| report.to <= on).cloned().collect::<Vec<_>>();
    let (own, there) = (by_then(reports), by_then(across));
    let readings: Vec<Reading> = readings.iter().filter(|reading| reading.to <= on).cloned().collect();
    let neighbour = Cell::of(false, THREAT, &"TJ-SU".parse().unwrap()).unwrap();
    let across = vec![Across { cell: neighbour, share: 0.2, reports: &there }];
    let around = Around { across, readings: &readings, ..Around::default() };
    whole(&cell(), (&own, &around), (on, Evidence::All), rules).composed.index
}

#[test]
fn an_incident_on_both_sides_of_a_border_counts_here_and_does_not_spill_besides() {
    let of_one = |report: &Report| Report {
        cluster: Some(ClusterId::derived(&["shelling at Panj"])),
        ..report.clone()
    };
    let spillover = |own: &[Report], across: &[&[Report]]| {
        let to = |(province, reports): (&str, _)| {
            let cell = Cell::of(false, THREAT, &province.parse().unwrap()).unwrap();
            Across { cell, share: 0.2, reports }
        };
        let across = ["AF-KDZ", "AF-TAK"].into_iter().zip(across.iter().copied()).map(to).collect();
        let around = Around { across, ..Around::default() };
        let all = whole(&cell(), (own, &around), (day(0), Evidence::All), &ruled());
        let walked = Known::of(&cell(), (own, &around), (day(-10), day(0)), &ruled()).spilling.on(day(0));
        assert!((all.parts.spillover - walked).abs() < 1e-9, "walked as put together");
        all.parts.spillover
    };
    let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
    let (here, there, other) =
        ([deadly(apart(1, 0), 9)], [deadly(apart(2, 0), 30)], [deadly(apart(3, 0), 30)]);
    let unjoined = spillover(&here, &[&there]);
    assert!(unjoined > 0.0);
    let (here, there) = (here.each_ref().map(of_one), there.each_ref().map(of_one));
    assert!(near(spillover(&here, &[&there]), 0.0), "TJ-KT 6.722 and 1.143 of itself");
    assert!(near(spillover(&[], &[&there, &there]), unjoined), "over two neighbours it spills once");
    assert!(near(spillover(&here, &[&there, &other]), unjoined), "what is no part of it spills");
}

fn signs(drawn: &[(i64, usize, usize)]) -> Vec<Reading> {
    let indicators = [Indicator::BorderIncidents, Indicator::CrossingClosures, Indicator::TechnicalTalks];
    let reading = |(number, (on, indicator, extent)): (usize, &(i64, usize, usize))| Reading {
        id: ReadingId::derived(&[&number.to_string()]),
        indicator: indicators[indicator % 3],
        from: day(*on - 6),
        to: day(*on),
        extent: [Extent::None, Extent::Slight, Extent::Severe][extent % 3],
        note: String::new(),
        owner: if extent % 2 == 0 { "one" } else { "other" }.to_owned(),
        reliability: Reliability::B,
        credibility: Credibility::try_from(2).unwrap(),
        marking: "open".into(),
        known_from: day(*on).start(),
        report: None,
    };
    drawn.iter().enumerate().map(reading).collect()
}

fn drawn_reports(drawn: &[(i64, u32, u8)]) -> Vec<Report> {
    let make = |(number, (on, deaths, kind)): (usize, &(i64, u32, u8))| {
        let one = deadly(apart(number, *on), *deaths);
        if kind % 5 == 0 {
            Report { kind: "talks".into(), point: None, source: "ucdp".into(), ..one }
        } else {
            one
        }
    };
    drawn.iter().enumerate().map(make).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_walk_is_the_rule_applied_day_by_day_to_the_index_of_each_day(
        own in proptest::collection::vec((-720..1_i64, 0..40_u32, 0..10_u8), 0..30),
        across in proptest::collection::vec((-720..1_i64, 0..400_u32, 1..5_u8), 0..12),
        read in proptest::collection::vec((-400..1_i64, 0..3_usize, 0..6_usize), 0..12),
    ) {
        let rules = ruled();
        let (own, across, readings) = (drawn_reports(&own), drawn_reports(&across), signs(&read));
        let of = (own.as_slice(), across.as_slice(), readings.as_slice());
        let days = (-1000..=0).map(|number| (day(number), index(of, day(number), &rules)));
        let naive = level::walk(days, &Bands::default()).unwrap();
        let neighbour = Cell::of(false, THREAT, &"TJ-SU".parse().unwrap()).unwrap();
        let beside = vec![Across { cell: neighbour, share: 0.2, reports: &across }];
        let around = Around { across: beside, readings: &readings, ..Around::default() };
        let lazy = walked(&cell(), (&own, &around), day(0), &rules);
        prop_assert_eq!(lazy.standing.level, naive.level);
        if lazy.moved {
            prop_assert_eq!(lazy.standing.changed, naive.changed);
        } else {
            prop_assert_eq!(naive.changed, day(-1000));
        }
    }
}

#[test]
fn a_level_may_have_fallen_where_it_was_told_so_or_where_a_walk_found_it() {
    let step = |(was, now), since, told| Step { was, now, since: day(since), told: day(told) };
    let (rose, fell) = ((Level::Calm, Level::Elevated), (Level::Elevated, Level::Low));
    let told = [step(rose, -60, -60), step(fell, -3, -3)];
    let may = |steps: &[Step], level, since, oldest| may_have_fallen(steps, (level, day(since)), day(oldest));
    assert!(may(&told, Level::Low, -3, -3));
    assert!(!may(&told, Level::Low, -3, -2), "what is heard of later days leaves that fall");
    assert!(!may(&told, Level::Elevated, -3, -3), "it stood no higher than that");
    assert!(!may(&told[..1], Level::Elevated, -60, -70), "a rise is no fall");
    assert!(may(&[step((Level::Calm, Level::Low), -3, 0)], Level::Low, -3, -9), "a walk has no steps");
    assert!(may(&told, Level::Low, -1, -9), "since then it stands by a walk");
}
