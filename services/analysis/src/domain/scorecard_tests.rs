use contracts::analysis::forecasts::Chance;
use domain::{Day, ForecastId, Threat};

use super::*;

fn expected(chance: f64) -> Expected {
    let chances = [1, 25, 100].map(|at_least| Chance { at_least, chance });
    Expected {
        model: "m".into(),
        p05: 0,
        p25: 1,
        p50: 2,
        p75: 3,
        p95: 4,
        chances: chances.to_vec(),
        escalation: chance,
    }
}

fn forecast(id: &str, chance: f64, observed: Option<u64>) -> Forecast {
    let day = |month| Day::of(2026, month, 1).unwrap();
    let at = day(9).start();
    let mut told = Forecast {
        id: ForecastId::derived(&[id]),
        province: Some("AF-HEL".parse().unwrap()),
        country: "AFG".parse().unwrap(),
        threat: Threat::ArmedConflict,
        origin: day(8),
        months: 1,
        from: day(9),
        to: day(9).plus(29),
        counted: "deaths".into(),
        rehearsal: true,
        expected: expected(chance),
        naive: Expected { model: "naive".into(), ..expected(0.5) },
        escalation_from: 10,
        escalated_before: 3,
        reasons: Vec::new(),
        share: None,
        issued_at: at,
        outcome: None,
        handling: None,
    };
    let (sure, naive) = (vec![(2.0, 200)], vec![(0.0, 100), (10.0, 100)]);
    told.outcome = observed.map(|observed| resolve(&told, (&sure, &naive), (observed, at)));
    told
}

#[test]
fn one_forecast_is_scored_by_what_came() {
    let outcome = forecast("a", 0.1, Some(6)).outcome.unwrap();
    let expected = outcome.expected;
    assert!((expected.crps - 4.0).abs() < 1e-12, "a sure forecast misses by the distance");
    assert!((expected.crps_of_logs - (7.0_f64 / 3.0).ln()).abs() < 1e-12);
    assert!((expected.interval - (4.0 + 20.0 * 2.0)).abs() < 1e-12);
    assert!(!expected.within && (expected.place - 1.0).abs() < 1e-12);
    assert!((outcome.naive.crps - (5.0 - 2.5)).abs() < 1e-12, "half of 0, half of 10");
    assert!((outcome.naive.place - 0.5).abs() < 1e-12);
    assert!((forecast("b", 0.1, Some(2)).outcome.unwrap().expected.place - 0.5).abs() < 1e-12);
}

#[test]
fn every_model_is_scored_once() {
    let told = forecast("a", 0.1, Some(6));
    let outcome = told.outcome.clone().unwrap();
    let rival = |model: &str| Rival {
        expected: Expected { model: model.into(), ..expected(0.3) },
        atoms: vec![(6.0, 200)],
    };
    let all = models(&told, &outcome, &[rival("other"), rival("m"), rival("naive")]);
    let seen: Vec<(&str, bool)> = all.iter().map(|one| (one.expected.model.as_str(), one.told)).collect();
    assert_eq!(seen, [("m", true), ("naive", false), ("other", false)]);
    assert!(all[2].score.crps.abs() < 1e-12, "it said what came");
}

#[test]
fn chances_that_tell_nothing_apart_have_half_the_area() {
    let ranks = |all, came, sum| Ranks { all, came, sum }.area_under_curve();
    assert_eq!(ranks(4.0, 1.0, 3.5), Some(2.5 / 3.0), "above two, tied with one");
    assert_eq!(ranks(4.0, 2.0, 5.0), Some(0.5), "all alike");
    assert_eq!((ranks(4.0, 0.0, 0.0), ranks(4.0, 4.0, 10.0)), (None, None));
}

#[test]
fn a_year_of_months_and_fifty_forecasts_are_needed_to_say_who_was_better() {
    assert!(too_few(49, 24) && too_few(500, 11) && !too_few(50, 12));
}
