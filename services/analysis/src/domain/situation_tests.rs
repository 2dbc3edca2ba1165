use domain::{Licence, Redistribution, Threat};

use super::*;
use crate::domain::given::{day, report, rules};

fn cell(threat: Threat) -> Cell {
    Cell { exercise: false, threat, province: "KG-B".parse().unwrap(), country: "KGZ".parse().unwrap() }
}

fn tell(reports: &[Report], level: Level, past: &Past) -> Situation {
    let markings = BTreeMap::from([
        ("open".to_owned(), Handling::open(Licence::named("CC-BY-4.0", Redistribution::Raw, "UCDP"))),
        ("amber".to_owned(), Handling::new(Tlp::Amber, UnClass::Unclassified)),
    ]);
    let (cell, since) = (cell(Threat::BorderTension), day(-3).start());
    let rules = rules();
    Picture {
        cell: &cell,
        on: day(0),
        level: (level, since).into(),
        reports,
        markings: &markings,
        past,
        around: &Around::default(),
        rules: &rules,
    }
    .situation()
}

#[test]
fn the_largest_shares_are_named_first_and_five_at_most() {
    let reports: Vec<Report> = (0..7)
        .map(|n| Report { kind: n.to_string(), ..report(&n.to_string(), "desk", "B2", -20 * n) })
        .collect();
    let told = tell(&reports, Level::Low, &Past::default());
    assert_eq!(told.incidents.len(), 5);
    assert_eq!(told.counted, Some(Counted { incidents: 7, since: day(-900) }));
    assert!(told.incidents.is_sorted_by(|a, b| a.share >= b.share));
    let old = [-100, -120].map(|age| 2.89 * 0.5_f64.powf(f64::from(-age) / 90.0)).iter().sum::<f64>();
    assert!((told.older_share - old / told.index).abs() < 1e-12);
    assert!((told.coverage.strong_share - 1.0).abs() < 1e-12);
    assert_eq!((told.coverage.reports, told.coverage.owners, told.coverage.newest), (5, 1, Some(day(0))));
    assert_eq!(told.outlook, None);
}

/// "Akipress", "AKIPRESS" and " akipress " are one owner, and were counted as three.
#[test]
fn owners_are_counted_once_however_they_are_written() {
    let of = |id: &str, owner: &str| Report { owner: owner.into(), ..report(id, "desk", "B2", -1) };
    let spelt = ["Akipress", "AKIPRESS", " akipress ", "Радио Азаттык", "радио  азаттык"];
    let reports: Vec<Report> = spelt.iter().map(|owner| of(owner, owner)).collect();
    let told = tell(&reports, Level::Low, &Past::default());
    assert_eq!((told.coverage.reports, told.coverage.owners), (5, 2));
}

#[test]
fn the_strictest_report_decides_about_the_handling() {
    let both =
        [report("a", "desk", "B2", 0), Report { marking: "amber".into(), ..report("b", "wire", "C3", 0) }];
    assert_eq!(tell(&both[..1], Level::Low, &Past::default()).handling.tlp(), Tlp::Clear);
    assert_eq!(tell(&both, Level::Low, &Past::default()).handling.tlp(), Tlp::Amber);
    let lost = [Report { marking: "lost".into(), ..report("a", "desk", "B2", 0) }];
    assert_eq!(tell(&lost, Level::Low, &Past::default()).handling.tlp(), Tlp::Red);
    assert!(!tell(&[], Level::Low, &Past::default()).handling.audience.includes("osce"));
}

fn ucdp(first: Day, last: Day) -> Listing {
    Listing { source: "ucdp".into(), first, last, markings: BTreeSet::new() }
}

#[test]
fn silence_is_not_calm_unless_a_source_that_lists_every_event_reaches_here() {
    let complete = |until: i64| Past { listings: vec![ucdp(day(-900), day(until))], ..Past::default() };
    let old = [report("a", "desk", "B2", -91)];
    assert!(!tell(&old, Level::Low, &Past::default()).coverage.sufficient);
    assert!(!tell(&old, Level::Low, &complete(-91)).coverage.sufficient);
    assert!(tell(&old, Level::Low, &complete(-90)).coverage.sufficient);
    let rumour = |id: &str, owner: &str, grade: &str| report(id, owner, grade, -3);
    assert!(!tell(&[rumour("a", "desk", "E4")], Level::Calm, &Past::default()).coverage.sufficient);
    assert!(tell(&[rumour("a", "desk", "E4")], Level::Low, &Past::default()).coverage.sufficient);
    let twice = [rumour("a", "desk", "F3"), rumour("b", "desk", "F3")];
    assert!(!tell(&twice, Level::Calm, &Past::default()).coverage.sufficient, "one owner is one voice");
    let two = [rumour("a", "desk", "F3"), rumour("b", "wire", "C4")];
    assert!(tell(&two, Level::Calm, &Past::default()).coverage.sufficient);
    let talks = [Report { kind: "talks".into(), ..report("a", "desk", "B2", -3) }];
    assert!(tell(&talks, Level::Calm, &Past::default()).coverage.sufficient);
}

#[test]
fn whose_claim_of_completeness_calm_rests_on_is_named_with_what_it_told() {
    let stale = Listing { source: "acled".into(), ..ucdp(day(-900), day(-91)) };
    let past = Past { listings: vec![ucdp(day(-900), day(-40)), stale], ..Past::default() };
    let silent = tell(&[report("a", "desk", "B2", -91)], Level::Calm, &past).coverage;
    let claim = silent.complete.unwrap();
    assert_eq!((claim.sources, claim.until, claim.told), (vec!["ucdp".to_owned()], day(-40), 0));
    assert!(silent.sufficient && silent.reports == 0);
    let own = [report("a", "ucdp", "B2", -41), report("b", "desk", "B2", -1)];
    assert_eq!(tell(&own, Level::Calm, &past).coverage.complete.unwrap().told, 1);
}

#[test]
fn what_a_list_alone_makes_sufficient_is_handled_as_its_rows_are_though_something_weak_is_reported_beside_it()
{
    let listing = Listing { markings: ["amber".to_owned()].into(), ..ucdp(day(-900), day(-40)) };
    let past = Past { listings: vec![listing], ..Past::default() };
    let tlp = |grade: &str, level| tell(&[report("a", "desk", grade, -3)], level, &past).handling.tlp();
    assert_eq!(tlp("F6", Level::Calm), Tlp::Amber, "calm by the list");
    assert_eq!(tlp("C3", Level::Calm), Tlp::Clear, "calm by whoever reported it");
    assert_eq!(tlp("F6", Level::Low), Tlp::Clear, "a level that the report lifts");
}

#[test]
fn what_nothing_is_known_of_for_a_month_may_be_one_level_more() {
    let of =
        |days: i64, past: &Past| tell(&[report("a", "desk", "B2", -days)], Level::Low, past).range.unwrap();
    let fresh = of(30, &Past::default());
    assert_eq!(fresh.unknown_since, None);
    let stale = of(31, &Past::default());
    assert_eq!((stale.highest, stale.unknown_since), (fresh.highest.above(), Some(day(-30))));
    assert_eq!((fresh.reported, stale.reported), (None, Some(fresh.highest)), "each step has its own level");
    let listed = Past { listings: vec![ucdp(day(-900), day(-20))], ..Past::default() };
    assert_eq!(of(31, &listed).unknown_since, None, "a source that lists every event reaches there");
}

fn counts(past: &Past, cell: &Cell, on: Day) -> Vec<f64> {
    past.series(cell, on).into_iter().map(|(_, count)| count).collect()
}

#[test]
fn a_month_without_a_report_is_a_zero_only_where_somebody_looked() {
    let month = |back: i32| Month::of(day(0)).plus(-back);
    let counted = Count { events: 2, deaths: 9, reports: 2, ..Count::default() };
    let mut past = Past { counts: BTreeMap::from([(month(8), counted)]), ..Past::default() };
    assert_eq!(counts(&past, &cell(Threat::BorderTension), day(0)), [] as [f64; 0]);
    past.reported = BTreeSet::from([month(8), month(6)]);
    assert_eq!(
        counts(&past, &cell(Threat::BorderTension), day(0)),
        [2.0, 0.0],
        "of the running month nothing is known"
    );
    past.reported.insert(month(0));
    assert_eq!(counts(&past, &cell(Threat::BorderTension), day(0)), [2.0, 0.0, 0.0]);
    past.listings = vec![ucdp(month(9).first_day().unwrap(), day(0))];
    assert_eq!(
        counts(&past, &cell(Threat::ArmedConflict), day(0)),
        [0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    );
    assert_eq!(counts(&Past::default(), &cell(Threat::ArmedConflict), day(0)), [] as [f64; 0]);
}

#[test]
fn a_series_goes_back_to_its_first_report_however_long_ago_that_was() {
    let month = |back: i32| Month::of(day(0)).plus(-back);
    let counted = Count { events: 2, deaths: 9, reports: 2, ..Count::default() };
    let past = Past {
        counts: BTreeMap::from([(month(443), counted)]),
        listings: vec![ucdp(month(443).first_day().unwrap(), day(0))],
        ..Past::default()
    };
    let counts = counts(&past, &cell(Threat::ArmedConflict), day(0));
    assert_eq!((counts.len(), counts[0]), (444, 9.0));
}

proptest::proptest! {
    #[test]
    fn what_was_reported_before_it_matters_changes_no_series(
        counted in proptest::collection::btree_set(0..30, 0..4),
        reported in proptest::collection::btree_set(0..30, 0..12),
        listing in proptest::option::of((0..30, 0..30)),
    ) {
        let month = |back: i32| Month::of(day(0)).plus(-back);
        let one = Count { events: 1, reports: 1, ..Count::default() };
        let listed = |(first, last): (i32, i32)| {
            ucdp(month(first.max(last)).first_day().unwrap(), month(first.min(last)).first_day().unwrap())
        };
        let all = Past {
            counts: counted.iter().map(|back| (month(*back), one)).collect(),
            reported: reported.union(&counted).map(|back| month(*back)).collect(),
            listings: listing.into_iter().map(listed).collect(),
            ..Past::default()
        };
        let since = all.asks_since(month(0));
        let matters = all.reported.iter().copied().filter(|month| since.is_some_and(|since| since <= *month));
        let asked = Past { reported: matters.collect(), ..all.clone() };
        let of = cell(Threat::BorderTension);
        proptest::prop_assert_eq!(all.series(&of, day(0)), asked.series(&of, day(0)));
    }
}
