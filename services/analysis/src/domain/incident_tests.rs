use domain::Precision;
use proptest::prelude::*;

use super::*;
use crate::domain::given::{day, deadly, moved, report, rules};

fn sizes(reports: &[Report]) -> Vec<usize> {
    incidents(reports, &rules()).iter().map(|incident| incident.reports.len()).collect()
}

#[test]
fn reports_of_one_thing_are_one_incident_and_others_are_not() {
    let first = || report("a", "desk", "B2", 0);
    let other = |number| report("b", "wire", "B2", number);
    let coarse = |report: Report| Report { precision: Precision::Province, ..report };
    let table = [
        ("same day and place", other(0), 1),
        ("three days later", other(3), 1),
        ("four days later", other(4), 2),
        ("24 km away", moved(other(0), 24.0), 1),
        ("26 km away", moved(other(0), 26.0), 2),
        ("26 km away, of which only the province is known", coarse(moved(other(0), 26.0)), 1),
        ("without a point", Report { point: None, ..other(1) }, 1),
        ("another kind", Report { kind: "arson".into(), ..other(0) }, 2),
        ("a second report of the same owner", report("b", "desk", "B2", 0), 1),
        ("a span of days that reaches within three", Report { to: day(9), ..other(3) }, 1),
    ];
    for (what, second, expected) in table {
        assert_eq!(sizes(&[first(), second]).len(), expected, "{what}");
    }
}

#[test]
fn two_rows_of_a_source_that_lists_every_event_once_are_two_incidents() {
    let rows = [report("a", "ucdp", "B2", 0), report("b", "ucdp", "B2", 0), report("c", "wire", "C3", 1)];
    assert_eq!(sizes(&rows), [2, 1]);
}

#[test]
fn a_long_run_of_daily_events_is_not_drawn_into_one() {
    let daily: Vec<Report> = (0..12).map(|n| report(&n.to_string(), &n.to_string(), "B2", n)).collect();
    assert_eq!(sizes(&daily), [4, 4, 4]);
}

#[test]
fn belief_grows_with_independent_owners_only() {
    let belief = |reports: &[Report]| incidents(reports, &rules())[0].belief();
    let table: [(&[Report], f64); 5] = [
        (&[report("a", "desk", "B2", 0)], 0.7225),
        (&[report("a", "desk", "C3", 0), report("b", "wire", "C3", 0)], 1.0 - 0.5775 * 0.5775),
        (&[report("a", "desk", "C3", 0), report("b", "desk", "C3", 0)], 0.4225),
        (&[report("a", "Owner One", "C3", 0), report("b", " owner  one", "C3", 0)], 0.4225),
        (&[report("a", "desk", "E5", 0), report("b", "desk", "A1", 0)], 1.0),
    ];
    for (reports, expected) in table {
        assert!((belief(reports) - expected).abs() < 1e-12, "{}", belief(reports));
    }
}

#[test]
fn deaths_are_those_of_the_best_graded_source_and_never_the_sum() {
    let reports = [
        deadly(report("a", "desk", "C3", 0), 20),
        deadly(report("b", "wire", "B2", 1), 3),
        deadly(report("c", "x", "E5", 1), 90),
    ];
    let found = incidents(&reports, &rules());
    assert_eq!((found.len(), found[0].deaths()), (1, Some(3)));
    assert!((found[0].severity() - 3.0).abs() < 1e-12);
    assert_eq!(found[0].day(day(5)), day(1));
    assert_eq!(found[0].best().grade(), "B2");
}

#[test]
fn a_better_graded_report_that_is_silent_on_deaths_makes_nothing_less_grave() {
    let forty = of_cluster(deadly(report("a", "ucdp", "B2", 0), 40), "x");
    let alone = incidents(std::slice::from_ref(&forty), &rules())[0].severity();
    let field = of_cluster(report("b", "field-report", "B1", 0), "x");
    let silent = Report { severity: 2.0, best_of_cluster: true, ..field.clone() };
    let both = [forty.clone(), silent];
    let told = &incidents(&both, &rules())[0];
    assert_eq!((told.best().grade(), told.deaths()), ("B1".to_owned(), Some(40)));
    assert!((told.severity() - alone).abs() < 1e-12, "{} < {alone}", told.severity());
    let graver = [forty.clone(), Report { severity: 8.0, best_of_cluster: true, ..field.clone() }];
    assert!((incidents(&graver, &rules())[0].severity() - 8.0).abs() < 1e-12, "nor less than it says itself");
    let fewer = [forty, Report { best_of_cluster: true, ..deadly(field, 3) }];
    assert!((incidents(&fewer, &rules())[0].severity() - 3.0).abs() < 1e-12, "what it says of them holds");
}

#[test]
fn of_equal_grades_the_gravest_counts() {
    let reports = [deadly(report("a", "desk", "B2", 0), 1), deadly(report("b", "wire", "B2", 0), 7)];
    assert!((incidents(&reports, &rules())[0].severity() - 4.0).abs() < 1e-12);
}

proptest! {
    #[test]
    fn the_order_of_reports_does_not_matter(
        drawn in proptest::collection::vec((0..20_i64, 0..4_u8, 0.0..80.0_f64, 0..3_usize), 1..30).prop_shuffle(),
        seed in any::<prop::sample::Index>(),
    ) {
        let owners = ["desk", "wire", "ucdp"];
        let mut reports: Vec<Report> = drawn.iter().enumerate().map(|(n, (number, kind, km, owner))| {
            Report { kind: kind.to_string(), ..moved(report(&n.to_string(), owners[*owner], "B2", *number), *km) }
        }).collect();
        let ids = |reports: &[Report]| -> Vec<Vec<_>> { incidents(reports, &rules()).iter().map(Incident::observations).collect() };
        let before = ids(&reports);
        let turn = seed.index(reports.len());
        reports.rotate_left(turn);
        prop_assert_eq!(&before, &ids(&reports));
        reports.reverse();
        prop_assert_eq!(&before, &ids(&reports));
    }
}

fn of_cluster(report: Report, cluster: &str) -> Report {
    Report { cluster: Some(domain::ClusterId::derived(&[cluster])), ..report }
}

#[test]
fn the_members_of_a_cluster_are_one_incident_whatever_each_calls_it() {
    let called = |kind: &str, report: Report| Report { kind: kind.into(), ..report };
    let one = of_cluster(report("a", "ucdp", "B2", 0), "x");
    let other = of_cluster(called("armed_clash", moved(report("b", "acled", "B2", 1), 60.0)), "x");
    let third = called("armed_clash", report("c", "wire", "C3", 2));
    assert_eq!(sizes(&[one.clone(), other.clone()]), [2]);
    let all = [third.clone(), other.clone(), one.clone()];
    assert_eq!(sizes(&all), [3], "what is in no cluster joins by what any member calls it");
    assert_eq!(incidents(&all, &rules())[0].owners(), 3);
    let another = of_cluster(report("d", "radio", "B2", 0), "y");
    assert_eq!(sizes(&[one.clone(), another]), [1, 1], "two clusters are two incidents");
    let apart = Report { apart: [one.observation.clone()].into(), ..report("e", "desk", "B2", 0) };
    assert_eq!(sizes(&[one, apart]), [1, 1], "what a person keeps apart never meets");
}

proptest! {
    #[test]
    fn clusters_are_never_torn_and_the_order_does_not_matter(
        days in proptest::collection::vec((-20_i64..0, 0..4_usize, 0..3_usize), 1..20),
        seed in any::<u64>(),
    ) {
        let mut all: Vec<Report> = days.iter().enumerate().map(|(n, (day, cluster, kind))| {
            let told = Report { kind: kind.to_string(), ..report(&n.to_string(), &n.to_string(), "B2", *day) };
            if *cluster == 0 { told } else { of_cluster(told, &cluster.to_string()) }
        }).collect();
        let straight: Vec<Vec<_>> = incidents(&all, &rules()).iter().map(Incident::observations).collect();
        let whole = incidents(&all, &rules());
        for id in all.iter().filter_map(|report| report.cluster.as_ref()) {
            let holding = whole.iter().filter(|i| i.reports.iter().any(|r| r.cluster.as_ref() == Some(id))).count();
            prop_assert_eq!(holding, 1);
        }
        drop(whole);
        all.sort_by_key(|report| domain::EventId::derived(&[report.observation.as_str(), &seed.to_string()]));
        let shuffled: Vec<Vec<_>> = incidents(&all, &rules()).iter().map(Incident::observations).collect();
        prop_assert_eq!(straight, shuffled);
    }
}
