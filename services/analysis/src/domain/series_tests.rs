use contracts::analysis::series::Unit;
use domain::{Credibility, Indicator, ReadingId, Reliability};

use super::*;
use crate::domain::given::{deadly, report, rules};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn seen(threat: Threat, owner: &str, (from, to): (&str, &str)) -> Seen {
    Seen { threat, from: day(from), to: day(to), owner: owner.into(), marking: "open".into(), reports: 1 }
}

fn written(threat: Option<Threat>, on: &str, (articles, domains, tone): (u64, u64, f64)) -> Written {
    Written {
        threat,
        day: day(on),
        articles,
        domains,
        events: 1,
        tone: Some(tone),
        quads: Quads { material_conflict: 1, ..Quads::default() },
        marking: "gdelt".into(),
    }
}

fn window(unit: Unit, from: &str, to: &str) -> Window {
    Window::of(unit, (day(from), day(to)))
}

const UNREST: Threat = Threat::PoliticalUnrest;

#[test]
fn silence_is_not_calm_but_a_report_of_something_else_or_a_complete_source_makes_a_zero() {
    let known = Known {
        seen: vec![seen(Threat::WaterEnergy, "monitor", ("2026-11-17", "2026-11-17"))],
        complete: BTreeMap::from([(UNREST, (day("2026-11-18"), day("2026-11-18")))]),
        ..Known::default()
    };
    let points = known.points(window(Unit::Day, "2026-11-16", "2026-11-19"), UNREST);
    let events: Vec<Option<u64>> = points.iter().map(|point| point.events).collect();
    assert_eq!(events, [None, Some(0), Some(0), None]);
    let covered: Vec<(bool, u64, u64)> = points
        .iter()
        .map(|point| (point.coverage.complete, point.coverage.owners, point.coverage.reports))
        .collect();
    assert_eq!(covered, [(false, 0, 0), (false, 1, 0), (true, 0, 0), (false, 0, 0)]);
}

#[test]
fn a_span_is_complete_only_where_the_source_reaches_over_all_of_it() {
    let known = Known {
        complete: BTreeMap::from([(UNREST, (day("2026-11-02"), day("2026-11-18")))]),
        ..Known::default()
    };
    let points = known.points(window(Unit::Week, "2026-10-26", "2026-11-22"), UNREST);
    let complete: Vec<bool> = points.iter().map(|point| point.coverage.complete).collect();
    assert_eq!(complete, [false, true, true, false]);
}

#[test]
fn what_is_known_to_a_week_alone_stands_on_no_day_and_is_told_beside_each() {
    let known = Known { seen: vec![seen(UNREST, "a", ("2026-11-16", "2026-11-18"))], ..Known::default() };
    let days = known.points(window(Unit::Day, "2026-11-17", "2026-11-19"), UNREST);
    let undated: Vec<u64> = days.iter().map(|point| point.coverage.undated).collect();
    assert_eq!(undated, [1, 1, 0]);
    assert!(days.iter().all(|point| point.events.is_none() && point.coverage.reports == 0));
    let weeks = known.points(window(Unit::Week, "2026-11-16", "2026-11-16"), UNREST);
    assert_eq!((weeks[0].coverage.reports, weeks[0].coverage.undated), (1, 0));
}

#[test]
fn reports_of_one_incident_count_once_and_provinces_add_up() {
    let (one, other) = (deadly(report("a", "wire", "B2", 0), 3), report("b", "monitor", "B2", 0));
    let across = report("c", "monitor", "B2", 1);
    let cells = [("KG-B", UNREST, &one), ("KG-B", UNREST, &other), ("KG-O", UNREST, &across)];
    let days = count(cells, window(Unit::Day, "2026-11-23", "2026-11-24"), &rules());
    let of = |text: &str| days[&UNREST][&day(text)];
    assert_eq!((of("2026-11-23").events, of("2026-11-23").deaths, of("2026-11-23").reports), (1, 3, 2));
    assert_eq!(of("2026-11-24").events, 1);
    let weeks = count(cells, window(Unit::Week, "2026-11-23", "2026-11-23"), &rules());
    assert_eq!(weeks[&UNREST][&day("2026-11-23")].events, 2);
}

#[test]
fn deaths_that_no_report_states_are_no_zero() {
    let of = |counted: Count| {
        let day_of = day("2026-11-16");
        let known = Known {
            counts: Counts::from([(UNREST, BTreeMap::from([(day_of, counted)]))]),
            seen: vec![seen(UNREST, "a", ("2026-11-16", "2026-11-16"))],
            ..Known::default()
        };
        let point = known.points(window(Unit::Day, "2026-11-16", "2026-11-16"), UNREST).remove(0);
        (point.deaths, point.unstated)
    };
    let counted = |events, deaths, unstated| Count { events, deaths, unstated, ..Count::default() };
    assert_eq!(of(counted(2, 0, 2)), (None, 2));
    assert_eq!(of(counted(2, 0, 1)), (Some(0), 1));
    assert_eq!(of(counted(3, 7, 1)), (Some(7), 1));
    assert_eq!(of(counted(0, 0, 0)), (Some(0), 0), "no incident, and nobody died in any");
    let on = window(Unit::Day, "2026-11-23", "2026-11-23");
    let told = count([("KG-B", UNREST, &report("a", "wire", "B2", 0))], on, &rules());
    assert_eq!(told[&UNREST].values().next().unwrap().unstated, 1);
}

#[test]
fn the_media_stand_beside_the_counts_and_make_nothing_known() {
    let known = Known {
        written: vec![
            written(Some(UNREST), "2026-11-16", (30, 4, -6.0)),
            written(Some(UNREST), "2026-11-18", (10, 7, -2.0)),
            written(None, "2026-11-18", (60, 9, 1.0)),
            written(Some(Threat::ArmedConflict), "2026-11-24", (5, 1, 0.0)),
        ],
        ..Known::default()
    };
    let points = known.points(window(Unit::Week, "2026-11-09", "2026-11-24"), UNREST);
    assert!(points.iter().all(|point| point.events.is_none() && point.deaths.is_none()));
    assert_eq!(points[0].media, None, "nothing was written of the place, or none of it was read");
    let week = points[1].media.as_ref().unwrap();
    assert_eq!((week.articles, week.domains, week.events, week.all_articles, week.days), (40, 7, 2, 100, 2));
    assert_eq!((week.tone, week.quads.material_conflict), (Some(-5.0), 2));
    let other = points[2].media.as_ref().unwrap();
    assert_eq!((other.articles, other.all_articles, other.tone), (0, 5, None), "written of, but not of this");
}

#[test]
fn a_count_that_fell_to_nothing_is_as_if_it_had_never_been() {
    let gone = Written { events: 0, articles: 0, ..written(Some(UNREST), "2026-11-16", (0, 0, 0.0)) };
    let known = Known { written: vec![gone], ..Known::default() };
    assert_eq!(known.points(window(Unit::Day, "2026-11-16", "2026-11-16"), UNREST)[0].media, None);
}

fn answer(indicator: Indicator, owner: &str, extent: Extent, (from, to): (&str, &str)) -> Reading {
    Reading {
        id: ReadingId::derived(&[indicator.as_str(), owner, from]),
        indicator,
        from: day(from),
        to: day(to),
        extent,
        note: String::new(),
        owner: owner.into(),
        reliability: Reliability::B,
        credibility: Credibility::PROBABLE,
        marking: "staff".into(),
        known_from: day(to).start(),
        report: None,
    }
}

#[test]
fn an_answer_about_a_week_counts_in_it_and_on_no_day_and_is_no_silence() {
    let week = ("2026-11-16", "2026-11-22");
    let known = Known {
        readings: vec![
            answer(Indicator::ProtestForce, "a", Extent::Marked, week),
            answer(Indicator::Dialogue, "a", Extent::Slight, week),
            answer(Indicator::Dialogue, "b", Extent::None, week),
            answer(Indicator::CrossingClosures, "c", Extent::Severe, week),
        ],
        ..Known::default()
    };
    let weeks = known.points(window(Unit::Week, "2026-11-09", "2026-11-22"), UNREST);
    assert_eq!((weeks[0].events, weeks[0].indicators), (None, None), "nobody answered");
    let told = weeks[1].indicators.unwrap();
    assert_eq!((told.answers, told.owners, told.aggravating, told.easing), (3, 2, 1, 1));
    assert_eq!((weeks[1].events, weeks[1].coverage.owners), (Some(0), 3), "who answers is heard from");
    let days = known.points(window(Unit::Day, "2026-11-16", "2026-11-22"), UNREST);
    assert!(days.iter().all(|point| point.indicators.is_none() && point.events.is_none()));
    let shown: Vec<Threat> = known.threats().into_iter().collect();
    assert!(shown.contains(&UNREST) && shown.contains(&Threat::BorderTension), "{shown:?}");
    assert!(known.markings(UNREST).contains(&"staff".to_owned()));
}
