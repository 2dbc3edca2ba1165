use contracts::analysis::series::Unit;
use domain::{ClusterId, Day};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    Month,
    given::{deadly, report, rules},
    span::Span,
};

fn of_cluster(report: Report, best: bool) -> Report {
    Report { cluster: Some(ClusterId::derived(&["x"])), best_of_cluster: best, ..report }
}

fn on(report: Report, from: &str, to: &str) -> Report {
    Report { from: from.parse().unwrap(), to: to.parse().unwrap(), ..report }
}

fn counted(reports: &[Report], unit: Unit) -> Vec<(String, u32, u32, u32)> {
    let tally = Tally::of(reports, |report| Span::counting(unit, (report.from, report.to)));
    let told =
        |(span, count): (Span, Count)| (span.first.to_string(), count.events, count.deaths, count.reports);
    tally.counts(&rules()).into_iter().map(told).collect()
}

/// A report of Monday, 30 November, and a better one of 1 December, of one thing.
fn of_an_edge() -> [Report; 2] {
    let first = on(deadly(report("a", "desk", "B2", 0), 5), "2026-11-30", "2026-11-30");
    let second = on(deadly(report("b", "wire", "A1", 0), 7), "2026-12-01", "2026-12-01");
    [of_cluster(first, false), of_cluster(second, true)]
}

fn told(first: &str, events: u32, deaths: u32, reports: u32) -> (String, u32, u32, u32) {
    (first.to_owned(), events, deaths, reports)
}

#[test]
fn a_cluster_on_both_sides_of_an_edge_counts_where_its_best_graded_report_lies() {
    let [first, second] = of_an_edge();
    let both = [first.clone(), second.clone()];
    let (november, december) = ("2026-11-01", "2026-12-01");
    assert_eq!(counted(&both, Unit::Month), [told(november, 0, 0, 1), told(december, 1, 7, 1)]);
    assert_eq!(counted(&both, Unit::Day), [told("2026-11-30", 0, 0, 1), told(december, 1, 7, 1)]);
    assert_eq!(counted(&both, Unit::Week), [told("2026-11-30", 1, 7, 2)]);
    let split = both.clone().map(|one| Report { cluster: None, best_of_cluster: false, ..one });
    assert_eq!(counted(&split, Unit::Month), [told(november, 1, 5, 1), told(december, 1, 7, 1)]);
    assert_eq!(counted(&both[..1], Unit::Month), [told(november, 1, 5, 1)], "the other was taken back");
    // Sunday and Monday
    let sunday = [on(first, "2026-11-29", "2026-11-29"), on(second, "2026-11-30", "2026-11-30")];
    assert_eq!(counted(&sunday, Unit::Week), [told("2026-11-23", 0, 0, 1), told("2026-11-30", 1, 7, 1)]);
    assert_eq!(counted(&sunday, Unit::Month), [told(november, 1, 7, 2)]);
}

#[test]
fn deaths_are_by_the_best_graded_report_that_states_them_also_where_it_lies_in_another_span() {
    let [first, second] = of_an_edge();
    let silent = [first, Report { deaths: None, ..second }];
    let months = [told("2026-11-01", 0, 0, 1), told("2026-12-01", 1, 5, 1)];
    assert_eq!(counted(&silent, Unit::Month), months);
}

#[test]
fn where_the_best_graded_report_lies_in_no_day_the_best_of_those_that_do_tells_it() {
    let [first, second] = of_an_edge();
    let coarse = on(second, "2026-11-20", "2026-12-05");
    let third = on(of_cluster(deadly(report("c", "radio", "C3", 0), 1), false), "2026-11-28", "2026-11-28");
    let all = [first, coarse, third];
    assert_eq!(counted(&all, Unit::Day), [told("2026-11-28", 0, 0, 1), told("2026-11-30", 1, 7, 1)]);
    // a month counts it by the last day that it may have happened
    assert_eq!(counted(&all, Unit::Month), [told("2026-11-01", 0, 0, 2), told("2026-12-01", 1, 7, 1)]);
    let none = all.map(|one| on(one, "2026-11-20", "2026-12-05"));
    assert_eq!(counted(&none, Unit::Day), []);
}

#[test]
fn where_the_best_graded_report_is_of_another_cell_the_best_of_this_one_tells_it() {
    let [first, second] = of_an_edge();
    let here = [Report { best_of_cluster: false, ..first }, Report { best_of_cluster: false, ..second }];
    assert_eq!(counted(&here, Unit::Month), [told("2026-11-01", 0, 0, 1), told("2026-12-01", 1, 7, 1)]);
}

#[test]
fn what_joins_a_cluster_that_counts_elsewhere_is_no_incident_of_its_own() {
    let [first, second] = of_an_edge();
    let third = on(report("c", "radio", "B2", 0), "2026-11-29", "2026-11-29");
    assert_eq!(
        counted(&[first, second, third], Unit::Month),
        [told("2026-11-01", 0, 0, 2), told("2026-12-01", 1, 7, 1)]
    );
}

#[test]
fn without_a_cluster_reports_are_compared_within_their_span() {
    let loose = of_an_edge().map(|one| Report { cluster: None, ..one });
    assert_eq!(counted(&loose, Unit::Week), [told("2026-11-30", 1, 7, 2)]);
}

proptest! {
    /// All months, weeks and days together come to as many incidents as there are clusters with a day of their own; and what one
    /// span comes to needs no more than its own reports and those of their clusters.
    #[test]
    fn every_cluster_counts_once_and_one_span_needs_its_own_reports_and_their_clusters_alone(
        drawn in proptest::collection::vec((0..50_i64, 0..4_i64, 0..5_usize, 0..4_usize, proptest::option::of(0..9_u32)), 1..25),
    ) {
        let grades = ["A1", "B2", "C3", "B2"];
        let first = Day::of(2026, 11, 10).unwrap();
        let all: Vec<Report> = drawn.iter().enumerate().map(|(n, (day, length, cluster, grade, deaths))| {
            let told = Report { deaths: *deaths, ..report(&n.to_string(), &n.to_string(), grades[*grade], 0) };
            let (from, to) = (first.plus(*day), first.plus(day + length));
            Report { from, to, cluster: Some(ClusterId::derived(&[&cluster.to_string()])), ..told }
        }).collect();
        for unit in [Unit::Day, Unit::Week, Unit::Month] {
            let span = |report: &Report| Span::counting(unit, (report.from, report.to));
            let whole = Tally::of(&all, span);
            let counts = whole.counts(&rules());
            let placed = all.iter().filter(|report| span(report).is_some());
            let clusters: BTreeSet<_> = placed.clone().map(|report| &report.cluster).collect();
            prop_assert_eq!(counts.values().map(|count| count.events as usize).sum::<usize>(), clusters.len());
            prop_assert_eq!(counts.values().map(|count| count.reports as usize).sum::<usize>(), placed.count());
            for (at, count) in counts {
                let here: BTreeSet<_> =
                    all.iter().filter(|report| span(report) == Some(at)).map(|report| &report.cluster).collect();
                let part: Vec<Report> = all.iter().filter(|report| here.contains(&report.cluster)).cloned().collect();
                prop_assert_eq!(Tally::of(&part, span).count(at, &rules()), count);
            }
        }
        let months = Tally::of(&all, |report| Some(Month::of(report.to))).counts(&rules());
        let deaths: u32 = months.values().map(|count| count.deaths).sum();
        let told: u32 = incidents(&all, &rules()).iter().filter_map(Incident::deaths).sum();
        prop_assert_eq!(deaths, told, "never summed over reports");
    }
}
