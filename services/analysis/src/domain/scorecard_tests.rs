use contracts::analysis::forecasts::Chance;
use domain::{Day, ForecastId};

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
        naive: expected(0.5),
        escalation_from: 10,
        escalated_before: 3,
        reasons: Vec::new(),
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
fn a_scorecard_is_the_mean_of_its_forecasts_beside_the_naive_rule() {
    let told = [("a", 0.05, 2), ("b", 0.05, 0), ("c", 0.85, 30), ("d", 0.85, 6)];
    let all = told.map(|(id, chance, observed)| forecast(id, chance, Some(observed)));
    let mut country = forecast("e", 0.1, Some(2));
    country.province = None;
    let cards = cards(all.into_iter().chain([country]).collect());
    assert_eq!(
        cards.iter().map(|card| (card.scope, card.forecasts)).collect::<Vec<_>>(),
        [(Scope::Province, 4), (Scope::Country, 1)]
    );
    let card = &cards[0];
    assert!((card.expected.crps - (0.0 + 2.0 + 28.0 + 4.0) / 4.0).abs() < 1e-12);
    assert_eq!(card.escalations, 1);
    assert_eq!(card.expected.area_under_curve, Some(2.5 / 3.0), "above the two calm ones, tied with one");
    assert!(
        (card.expected.briers[0] - (0.95_f64.powi(2) + 0.05_f64.powi(2) + 2.0 * 0.15_f64.powi(2)) / 4.0)
            .abs()
            < 1e-12
    );
    assert!((card.expected.covered - 0.5).abs() < 1e-12);
    let told: Vec<u64> = card.reliability.iter().map(|tenth| tenth.told).collect();
    assert_eq!(told, [6, 0, 0, 0, 0, 0, 0, 0, 6, 0]);
    assert!((card.reliability[8].chance - 0.85).abs() < 1e-12);
    assert!((card.reliability[8].came - 0.5).abs() < 1e-12, "of six: twice one or more, once 25 or more");
    assert_eq!(card.places.iter().sum::<u64>(), 4);
    let missed: Vec<u64> = card.misses.iter().map(|miss| miss.observed).collect();
    assert_eq!(missed, [30, 6], "the worst first, none that lay within");
}

#[test]
fn what_is_not_resolved_has_no_card() {
    assert!(cards(vec![forecast("a", 0.1, None)]).is_empty());
}
