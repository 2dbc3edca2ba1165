use proptest::prelude::*;

use super::*;
use crate::domain::given::{day, report, rules};

fn index(reports: &[Report], on: i64) -> f64 {
    weigh(reports, Threat::BorderTension, day(on), &rules()).index
}

#[test]
fn an_incident_weighs_belief_times_severity_and_half_after_a_half_life() {
    let reports = [report("a", "desk", "B2", 0)];
    for (on, weight) in [(0, 2.89), (90, 1.445), (180, 0.7225), (901, 0.0)] {
        assert!((index(&reports, on) - weight).abs() < 1e-12, "{on}: {}", index(&reports, on));
    }
}

#[test]
fn peace_adds_nothing_and_is_counted_apart() {
    let reports =
        [report("a", "desk", "B2", 0), Report { kind: "talks".into(), ..report("b", "wire", "A1", 0) }];
    let weighed = weigh(&reports, Threat::BorderTension, day(0), &rules());
    assert!((weighed.index - 2.89).abs() < 1e-12);
    assert_eq!((weighed.incidents.len(), weighed.peace.len()), (1, 1));
}

#[test]
fn a_report_dated_ahead_counts_from_today() {
    assert!((index(&[report("a", "desk", "B2", 1)], 0) - 2.89).abs() < 1e-12);
}

proptest! {
    #[test]
    fn adding_an_incident_never_lowers_the_index(
        drawn in proptest::collection::vec((-200..1_i64, 0..3_u8, "[A-F][1-6]"), 0..25),
        added in (-300..1_i64, "[A-F][1-6]", 1.0..9.0_f64),
    ) {
        let mut reports: Vec<Report> = drawn.iter().enumerate().map(|(n, (number, kind, grade))| {
            Report { kind: kind.to_string(), ..report(&n.to_string(), &n.to_string(), grade, *number) }
        }).collect();
        let before = index(&reports, 0);
        reports.push(Report { kind: "new".into(), severity: added.2, ..report("new", "new", &added.1, added.0) });
        prop_assert!(index(&reports, 0) >= before - 1e-12);
    }

    #[test]
    fn a_second_owner_never_lowers_belief(grades in proptest::collection::vec("[A-F][1-6]", 1..6), more in "[A-F][1-6]") {
        let mut reports: Vec<Report> = grades.iter().enumerate().map(|(n, grade)| report(&n.to_string(), &n.to_string(), grade, 0)).collect();
        let belief = |reports: &[Report]| incidents(reports, &rules())[0].belief();
        let before = belief(&reports);
        reports.push(report("more", "more", &more, 0));
        prop_assert!(belief(&reports) >= before - 1e-12);
        prop_assert!((0.0..=1.0).contains(&belief(&reports)));
    }
}
