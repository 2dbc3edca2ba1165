//! An incident of several reports on both sides of the end of a month, a week or a day counts in one of them, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, jobs};
use contracts::{
    Role,
    analysis::{
        products::{Part, Product, ProductForm, ProductKind},
        series::{GetSeries, Point, Unit},
    },
    intake::clusters::{Cluster, ClusterState},
};
use domain::{Day, Handling, Observation, Threat, Timestamp, Tlp, UnClass};
use kit::{Asked, on_db, on_tx};
use testkit::{Database, databases};

use crate::{
    clusters::{cluster, hear_cluster},
    given::*,
    products::{drafted, form},
    recompute::differing,
};

/// A report of 30 November, a Monday, and a better one of the next day, known on 3 December.
fn two() -> [Observation; 2] {
    let first = deadly(observation("a", -7), 5);
    let second = deadly(observation("b", -8), 7);
    [first, Observation { grade: graded("A1", today().start()), owner: "wire".into(), ..second }]
}

/// As intake says that these are of one incident, or no longer; the best-graded first.
async fn say(
    service: &Analysis,
    base: &Database,
    of: &[&Observation],
    (state, version): (ClusterState, u32),
) {
    base.clock.advance(std::time::Duration::from_mins(1));
    let said = Cluster { moved_at: base.clock.now(), ..cluster(of, state, version) };
    hear_cluster(service, base, said).await;
}

/// What is counted of border tension in a place by span, as known at a moment where there is one: events, deaths, reports.
async fn counted(
    service: &Analysis,
    (place, unit): (&str, Unit),
    (from, to): (&str, &str),
    known_on: Option<Timestamp>,
) -> Vec<(Option<u64>, Option<u64>, u64)> {
    let wish = GetSeries {
        province: Some(place).filter(|place| place.contains('-')).map(|place| place.parse().unwrap()),
        country: Some(place).filter(|place| !place.contains('-')).map(|place| place.parse().unwrap()),
        threat: Some(Threat::BorderTension),
        unit,
        from: Some(from.parse().unwrap()),
        to: Some(to.parse().unwrap()),
        known_on,
        exercise: false,
    };
    let told = |point: &Point| (point.events, point.deaths, point.coverage.reports);
    api::get_series(service, &asked(wish)).await.unwrap().remove(0).points.iter().map(told).collect()
}

const MONTHS: (&str, &str) = ("2026-11-01", "2026-12-01");
const DAYS: (&str, &str) = ("2026-11-30", "2026-12-01");

#[tokio::test]
async fn a_cluster_counts_in_the_month_of_its_best_graded_report_until_it_is_split_or_that_is_taken_back() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(10));
        let [first, second] = two();
        hear(&service, &base, pack(vec![first.clone(), second.clone()])).await;
        let of = ("KG-B", Unit::Month);
        let apart = [(Some(1), Some(5), 1), (Some(1), Some(7), 1)];
        let once = [(Some(0), Some(0), 1), (Some(1), Some(7), 1)];
        assert_eq!(counted(&service, of, MONTHS, None).await, apart, "{}", base.engine);
        say(&service, &base, &[&second, &first], (ClusterState::Joined, 1)).await;
        assert_eq!(counted(&service, of, MONTHS, None).await, once, "{}", base.engine);
        assert_eq!(counted(&service, ("KG-B", Unit::Day), DAYS, None).await, once);
        let week = ("2026-11-30", "2026-11-30");
        assert_eq!(counted(&service, ("KG-B", Unit::Week), week, None).await, [(Some(1), Some(7), 2)]);
        base.clock.advance(days(1));
        let joined = Some(base.clock.now());
        assert_eq!(counted(&service, of, MONTHS, joined).await, once, "as known it is the same");
        let (november, december) = (("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31"));
        assert_eq!(counted(&service, of, november, joined).await, once[..1], "asked alone too");
        assert_eq!(counted(&service, of, december, joined).await, once[1..]);
        say(&service, &base, &[&second, &first], (ClusterState::Split, 2)).await;
        assert_eq!(counted(&service, of, MONTHS, None).await, apart);
        assert_eq!(counted(&service, of, MONTHS, joined).await, once, "it was not split then");
        say(&service, &base, &[&second, &first], (ClusterState::Confirmed, 3)).await;
        assert_eq!(counted(&service, of, MONTHS, None).await, once);
        let mut gone = pack(vec![]);
        gone.retracted = vec![second.id.clone()];
        hear(&service, &base, gone).await;
        let left = [(Some(1), Some(5), 1), (None, None, 0)];
        assert_eq!(counted(&service, of, MONTHS, None).await, left, "{}", base.engine);
        assert_eq!(differing(&service, Threat::BorderTension).await, 0);
    }
}

#[tokio::test]
async fn between_sunday_and_monday_it_counts_in_one_week_and_a_revision_moves_it() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(10));
        let [first, second] = two().map(|seen| Observation {
            occurred_from: seen.occurred_from.plus(-1),
            occurred_to: seen.occurred_to.plus(-1),
            ..seen
        });
        hear(&service, &base, pack(vec![first.clone(), second.clone()])).await;
        say(&service, &base, &[&second, &first], (ClusterState::Joined, 1)).await;
        let (weeks, of) = (("2026-11-29", "2026-11-30"), ("KG-B", Unit::Week));
        let monday = [(Some(0), Some(0), 1), (Some(1), Some(7), 1)];
        assert_eq!(counted(&service, of, weeks, None).await, monday, "{}", base.engine);
        let day = first.occurred_from.plus(-1);
        let moved = Observation { revision: 2, occurred_from: day, occurred_to: day, ..second.clone() };
        hear(&service, &base, pack(vec![moved])).await;
        let sunday = [(Some(1), Some(7), 2), (None, None, 0)];
        assert_eq!(counted(&service, of, weeks, None).await, sunday, "its best-graded report is of Saturday");
        let on = ("2026-11-28", "2026-11-29");
        let saturday = [(Some(1), Some(7), 1), (Some(0), Some(0), 1)];
        assert_eq!(counted(&service, ("KG-B", Unit::Day), on, None).await, saturday);
        say(&service, &base, &[&first, &second], (ClusterState::Joined, 2)).await;
        let graded = [(Some(0), Some(0), 1), (Some(1), Some(5), 1)];
        assert_eq!(counted(&service, ("KG-B", Unit::Day), on, None).await, graded, "intake says who is best");
        assert_eq!(differing(&service, Threat::BorderTension).await, 0, "{}", base.engine);
    }
}

#[tokio::test]
async fn over_two_provinces_each_counts_it_by_its_own_reports() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(10));
        let [first, second] = two();
        let second = elsewhere(second, "KG-O");
        let third = Observation { grade: graded("C3", today().start()), ..deadly(observation("c", -8), 2) };
        hear(&service, &base, pack(vec![first.clone(), second.clone(), third.clone()])).await;
        say(&service, &base, &[&second, &first, &third], (ClusterState::Joined, 1)).await;
        let own = [(Some(1), Some(5), 1), (Some(0), Some(0), 1)];
        let other = [(None, None, 0), (Some(1), Some(7), 1)];
        for known_on in [None, Some(base.clock.now().plus(chrono::Duration::seconds(1)))] {
            assert_eq!(
                counted(&service, ("KG-B", Unit::Month), MONTHS, known_on).await,
                own,
                "{}",
                base.engine
            );
            assert_eq!(counted(&service, ("KG-O", Unit::Month), MONTHS, known_on).await, other);
            let all = [(Some(1), Some(5), 1), (Some(1), Some(7), 2)];
            assert_eq!(counted(&service, ("KGZ", Unit::Month), MONTHS, known_on).await, all);
        }
        // whoever leaves it leaves the others to count without it
        let alone =
            Cluster { id: domain::ClusterId::derived(&["d"]), ..cluster(&[&first], ClusterState::Joined, 1) };
        base.clock.advance(days(1));
        hear_cluster(&service, &base, Cluster { moved_at: base.clock.now(), ..alone }).await;
        let apart = [(Some(1), Some(5), 1), (Some(1), Some(2), 1)];
        assert_eq!(counted(&service, ("KG-B", Unit::Month), MONTHS, None).await, apart, "{}", base.engine);
        assert_eq!(differing(&service, Threat::BorderTension).await, 0);
    }
}

#[tokio::test]
async fn what_is_restricted_beyond_the_edge_moves_nothing_for_whoever_has_no_need_to_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(10));
        let [first, second] = two();
        let handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let first = Observation { handling, ..first };
        hear(&service, &base, pack(vec![first.clone(), second.clone()])).await;
        say(&service, &base, &[&first, &second], (ClusterState::Joined, 1)).await;
        for (role, count, partial) in [(Role::Analyst, (0, 0), false), (Role::Operator, (1, 7), true)] {
            let query = GetSeries {
                province: "KG-B".parse().ok(),
                country: None,
                threat: Some(Threat::BorderTension),
                unit: Unit::Month,
                from: Some("2026-12-01".parse().unwrap()),
                to: Some("2026-12-01".parse().unwrap()),
                known_on: None,
                exercise: false,
            };
            let asked = Asked { query, principal: testkit::principal("somebody", &[role]), key: None };
            let december = api::get_series(&service, &asked).await.unwrap().remove(0);
            let point = &december.points[0];
            assert_eq!((point.events.unwrap(), point.deaths.unwrap()), count, "{} {role}", base.engine);
            assert_eq!(
                (december.partial, december.handling.tlp() == Tlp::Red),
                (partial, !partial),
                "{role}"
            );
        }
    }
}

#[tokio::test]
async fn what_an_earlier_version_counted_in_two_months_is_counted_once_more() {
    const MIGRATION: &str = include_str!("../../migrations/00003330_one_span_each.sql");
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(10));
        let [first, second] = two();
        let others = (0..5).map(|n| observation(&n.to_string(), n)).collect();
        hear(&service, &base, pack(others)).await;
        hear(&service, &base, pack(vec![first.clone(), second.clone()])).await;
        say(&service, &base, &[&second, &first], (ClusterState::Joined, 1)).await;
        let (_, again) = MIGRATION.split_at(MIGRATION.find("insert into series_due").unwrap());
        let mut tx = base.db.begin().await.unwrap();
        for statement in [
            "update series_cell set events = 6, deaths = 5 where month = '2026-11'",
            "update series_span set events = 1, deaths = 5 where first_day = '2026-11-30' and unit = 'day'",
            "delete from counted_anew",
            again,
        ] {
            on_tx!(tx, |c| sqlx::query(statement).execute(c).await.map(|_| ())).unwrap();
        }
        tx.commit().await.unwrap();
        let due: i64 =
            on_db!(&base.db, |p| sqlx::query_scalar("select count(*) from series_due").fetch_one(p).await)
                .unwrap();
        assert_eq!(due, 2, "{}", base.engine);
        jobs::count_spans(&service).await.unwrap();
        let months = counted(&service, ("KG-B", Unit::Month), MONTHS, None).await;
        assert_eq!(months, [(Some(5), None, 6), (Some(1), Some(7), 1)], "{}", base.engine);
        assert_eq!(counted(&service, ("KG-B", Unit::Day), DAYS, None).await[0], (Some(0), Some(0), 1));
        let noted: i64 =
            on_db!(&base.db, |p| sqlx::query_scalar("select count(*) from counted_anew").fetch_one(p).await)
                .unwrap();
        assert_eq!(noted, 1, "its unusual months are looked at anew");
    }
}

fn told(one: &Product, part: Part) -> String {
    let section = one.sections.iter().find(|section| section.part == part).unwrap();
    section.statements.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// What is told as having become known late.
fn late(one: &Product) -> Vec<&str> {
    let all = one.sections.iter().flat_map(|section| &section.statements);
    all.map(|said| said.text.as_str()).filter(|text| text.contains("Became known")).collect()
}

#[tokio::test]
async fn of_papers_that_follow_each_other_one_tells_it_by_all_its_reports() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(10));
        let [first, second] = two();
        let mut second = elsewhere(second, "KG-O");
        second.known_from = today().plus(8).start();
        hear(&service, &base, pack(vec![first.clone(), second.clone()])).await;
        say(&service, &base, &[&second, &first], (ClusterState::Joined, 1)).await;
        let of = async |from: &str, to: &str| {
            let (from, to): (Day, Day) = (from.parse().unwrap(), to.parse().unwrap());
            drafted(&service, ProductForm { from, to, ..form(ProductKind::SituationReport) }).await
        };
        let before = of("2026-11-30", "2026-11-30").await;
        assert!(
            told(&before, Part::Summary).contains("0 incidents;"),
            "{}: {}",
            base.engine,
            told(&before, Part::Summary)
        );
        let security = told(&before, Part::Security);
        assert!(security.contains("on border tension is of incidents that"), "{security}");
        assert!(!security.contains("Incident a"), "{security}");
        let after = of("2026-12-01", "2026-12-01").await;
        assert!(
            told(&after, Part::Summary).contains("1 incident, 7 deaths"),
            "{}",
            told(&after, Part::Summary)
        );
        let security = told(&after, Part::Security);
        assert!(security.contains("Incident b") && security.contains("2 reports"), "{security}");
        assert_eq!(late(&after), Vec::<&str>::new(), "told once");
        for (from, to, count) in [
            ("2026-11-01", "2026-11-30", "0 incidents;"),
            ("2026-11-24", "2026-11-30", "0 incidents;"),
            ("2026-12-01", "2026-12-03", "1 incident, 7 deaths"),
            ("2026-11-27", "2026-12-03", "1 incident, 7 deaths"),
        ] {
            let summary = told(&of(from, to).await, Part::Summary);
            assert!(summary.contains(count), "{} {from} {to}: {summary}", base.engine);
        }
    }
}

#[tokio::test]
async fn the_paper_of_the_day_on_which_it_became_known_tells_it_late_where_its_best_report_lies_before() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("older", 9)])).await;
        base.clock.advance(days(10));
        let [first, second] = two();
        let known_from = today().plus(8).start();
        let all = [first, second].map(|seen| Observation { known_from, ..seen });
        hear(&service, &base, pack(all.to_vec())).await;
        say(&service, &base, &[&all[0], &all[1]], (ClusterState::Joined, 1)).await;
        let day = today().plus(8);
        let paper =
            drafted(&service, ProductForm { from: day, to: day, ..form(ProductKind::SituationReport) }).await;
        let summary = told(&paper, Part::Summary);
        assert!(summary.contains("0 incidents;"), "{}: {summary}", base.engine);
        let late = late(&paper);
        assert_eq!(late.len(), 1, "{}: {late:?}", base.engine);
        assert!(late[0].contains("5 deaths") && late[0].contains("2 reports"), "{}: {late:?}", base.engine);
    }
}
