//! Scoring: each model of one forecast when its window is over, and what the scores of many come to.

use contracts::analysis::forecasts::{Expected, Forecast, Outcome, Score};
use domain::Timestamp;
use forecast::score;

use super::board::{Atoms, Rival};

/// From fewer months nothing is said of who was better: windows from one month have much in common. A judgement.
pub const LEAST_ORIGINS: u64 = 12;
/// Nor over fewer forecasts.
pub const LEAST_FORECASTS: u64 = 50;

/// How good one model was on one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// What it expected.
    pub expected: Expected,
    /// How good that was.
    pub score: Score,
    /// Whether it is what was told; the others are benchmarks.
    pub told: bool,
}

/// What came of a forecast.
pub fn resolve(
    forecast: &Forecast,
    (expected, naive): (&Atoms, &Atoms),
    (observed, resolved_at): (u64, Timestamp),
) -> Outcome {
    Outcome {
        observed,
        counted_now: None,
        resolved_at,
        expected: scored(&forecast.expected, expected, observed),
        naive: scored(&forecast.naive, naive, observed),
    }
}

/// How good every model was: what was told, the naive rule, and the rivals, none twice.
pub fn models(forecast: &Forecast, outcome: &Outcome, rivals: &[Rival]) -> Vec<Scored> {
    let of = |expected: &Expected, score: Score, told| Scored { expected: expected.clone(), score, told };
    let mut all =
        vec![of(&forecast.expected, outcome.expected, true), of(&forecast.naive, outcome.naive, false)];
    for Rival { expected, atoms } in rivals {
        if all.iter().all(|known| known.expected.model != expected.model) {
            all.push(of(expected, scored(expected, atoms, outcome.observed), false));
        }
    }
    all
}

fn scored(told: &Expected, atoms: &Atoms, observed: u64) -> Score {
    let atoms: Vec<f64> =
        atoms.iter().flat_map(|(count, length)| std::iter::repeat_n(*count, *length as usize)).collect();
    let came = observed as f64;
    let below = atoms.iter().filter(|atom| **atom < came).count() as f64;
    let upto = atoms.iter().filter(|atom| **atom <= came).count() as f64;
    let (low, high) = (told.p05 as f64, told.p95 as f64);
    Score {
        crps: score::crps(&atoms, came),
        crps_of_logs: score::crps_of_logs(&atoms, came),
        interval: score::interval((low, high), came),
        within: (told.p05..=told.p95).contains(&observed),
        place: f64::midpoint(below, upto) / atoms.len().max(1) as f64,
    }
}

/// Whether so many forecasts from so many months are too few to say who was better.
pub const fn too_few(forecasts: u64, origins: u64) -> bool {
    forecasts < LEAST_FORECASTS || origins < LEAST_ORIGINS
}

/// Where those that came lie among all, by their chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranks {
    /// How many there are.
    pub all: f64,
    /// How many came.
    pub came: f64,
    /// Sum of the ranks of those that came, the least chance first, equal chances sharing theirs.
    pub sum: f64,
}

impl Ranks {
    /// How well the chance tells those that came from the others; `None` unless there are both.
    pub fn area_under_curve(self) -> Option<f64> {
        let Self { all, came, sum } = self;
        let others = all - came;
        (came > 0.0 && others > 0.0).then(|| (sum - came * (came + 1.0) / 2.0) / (came * others))
    }
}

#[cfg(test)]
#[path = "scorecard_tests.rs"]
mod tests;
