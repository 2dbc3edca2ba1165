//! Made-up forecasts for the tests of the pages.

use contracts::analysis::{
    forecasting::{ForecastWork, Forecasting},
    forecasts::{
        Announced, Benchmark, Chance, Expected, Forecast, Marks, Miss, Reason, ReasonGroup, Reliability,
        Scope, Scorecard, Share, Tried,
    },
};
use domain::{ForecastId, Threat};

use super::{expected::Foretold, forecasts::Seen, sample::at};

fn expected(model: &str, scale: u64) -> Expected {
    let chances = [(1, 0.99), (25, 0.62), (100, 0.14)].map(|(at_least, chance)| Chance { at_least, chance });
    Expected {
        model: model.into(),
        p05: scale / 4,
        p25: scale / 2,
        p50: scale,
        p75: 2 * scale,
        p95: 5 * scale,
        chances: chances.to_vec(),
        escalation: 0.02 + scale as f64 / 150.0,
    }
}

/// A forecast of a province, so many months long.
fn forecast(province: &str, months: u32, scale: u64) -> Forecast {
    Forecast {
        id: ForecastId::derived(&[province, &months.to_string()]),
        province: province.parse().ok(),
        country: geography::province(province).unwrap().country.parse().unwrap(),
        threat: Threat::ArmedConflict,
        origin: "2026-10-01".parse().unwrap(),
        months,
        from: "2026-11-01".parse().unwrap(),
        to: if months == 1 { "2026-11-30" } else { "2027-01-31" }.parse().unwrap(),
        counted: "deaths".into(),
        rehearsal: false,
        expected: expected("own past + ladder", scale),
        naive: expected("conflictology 12", scale / 2),
        escalation_from: 10 + scale,
        escalated_before: 5,
        reasons: vec![
            Reason { group: ReasonGroup::Recent, log_odds: 0.9 },
            Reason { group: ReasonGroup::Season, log_odds: -0.4 },
            Reason { group: ReasonGroup::Country, log_odds: 0.02 },
        ],
        share: None,
        issued_at: at("2026-11-03T04:00:00Z"),
        outcome: None,
        handling: None,
    }
}

/// The same with a share of the ladder that was chosen by the record.
fn shared(forecast: Forecast) -> Forecast {
    let tried = [(0.0, 0.21), (1.0 / 3.0, 0.19), (2.0 / 3.0, 0.2)];
    let tried = tried.map(|(ladder, crps_of_logs)| Tried { ladder, crps_of_logs }).to_vec();
    Forecast {
        share: Some(Share { ladder: 1.0 / 3.0, origins: 24, windows: 2112, reached: 240, tried }),
        ..forecast
    }
}

/// How forecasts stand while two files are read, or when they are ready.
fn work(state: ForecastWork) -> Forecasting {
    let is_waiting = state == ForecastWork::Waiting;
    Forecasting {
        state,
        since: is_waiting.then(|| at("2026-11-23T08:00:00Z")),
        imports: if is_waiting { 2 } else { 0 },
        begins_at: None,
        origin: is_waiting.then(|| "2026-10-01".parse().unwrap()),
        issued_at: is_waiting.then(|| at("2026-11-03T04:00:00Z")),
    }
}

/// How good forecasts of provinces were.
pub(super) fn card(months: u32) -> Scorecard {
    let marks = |model: &str, crps| Marks {
        model: model.into(),
        crps,
        crps_of_logs: 0.188,
        interval: 80.3,
        briers: vec![0.04, 0.0423, 0.03],
        log_scores: vec![0.109, 0.135, 0.118],
        covered: 0.883,
        area_under_curve: Some(0.897),
        average_precision: Some(0.294),
    };
    let tenth = |number: u8| Reliability {
        told: 2000 >> number,
        chance: 0.05 + 0.1 * f64::from(number),
        came: 0.03 + 0.098 * f64::from(number),
    };
    Scorecard {
        threat: Threat::ArmedConflict,
        country: None,
        scope: Scope::Province,
        months,
        rehearsal: true,
        forecasts: 2112,
        origins: 24,
        too_few: false,
        first_origin: "2024-08-01".parse().unwrap(),
        last_origin: "2026-07-01".parse().unwrap(),
        expected: marks("own past + ladder", 8.47),
        naive: marks("conflictology 12", 9.664),
        benchmarks: vec![Benchmark {
            forecasts: 1056,
            marks: marks("own past, discounted", 9.298),
            told_crps: 8.61,
            told_crps_of_logs: 0.19,
        }],
        escalations: 112,
        announced: Some(Announced { from_chance: 0.265, told: 90, came: 34 }),
        reliability: (0..10).map(tenth).collect(),
        places: vec![211; 10],
        misses: vec![Miss {
            id: ForecastId::derived(&["miss"]),
            province: "AF-KAN".parse().ok(),
            country: "AFG".parse().unwrap(),
            from: "2026-05-01".parse().unwrap(),
            to: "2026-07-31".parse().unwrap(),
            p05: 3,
            p50: 18,
            p95: 61,
            observed: 240,
            counted_now: Some(268),
            crps: 201.5,
        }],
    }
}

/// What the page of a province shows of Batken.
pub(super) fn foretold() -> Foretold {
    Foretold {
        forecasts: vec![forecast("KG-B", 1, 4), shared(forecast("KG-B", 3, 12))],
        record: vec![card(3)],
        work: Some(work(ForecastWork::Ready)),
    }
}

/// What the page of forecasts shows while two files are read.
pub(super) fn seen_waiting() -> Seen {
    Seen {
        cards: Ok(vec![card(1), card(3)]),
        rehearsal: true,
        watched: Ok(vec![forecast("AF-HEL", 3, 48), forecast("AF-KAB", 3, 9), forecast("KG-B", 3, 0)]),
        standing: Ok(work(ForecastWork::Waiting)),
    }
}

/// What it shows where none was issued, and too few of another time are scored.
pub(super) fn seen_none(state: ForecastWork) -> Seen {
    Seen {
        cards: Ok(vec![Scorecard { too_few: true, forecasts: 12, ..card(3) }]),
        rehearsal: false,
        watched: Ok(vec![]),
        standing: Ok(work(state)),
    }
}
