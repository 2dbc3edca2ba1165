//! Scoring: one forecast when its window is over, and all of a kind together, beside the naive rule.

use contracts::analysis::forecasts::{
    Expected, Forecast, Marks, Miss, Outcome, Reliability, Scope, Score, Scorecard,
};
use domain::{Threat, Timestamp};
use forecast::score;

use super::board::Atoms;

/// How many misses a scorecard names.
const MISSES: usize = 5;
/// Chances and places are counted by tenths.
const TENTHS: usize = 10;

/// What came of a forecast.
pub fn resolve(
    forecast: &Forecast,
    (expected, naive): (&Atoms, &Atoms),
    (observed, resolved_at): (u64, Timestamp),
) -> Outcome {
    Outcome {
        observed,
        resolved_at,
        expected: scored(&forecast.expected, expected, observed),
        naive: scored(&forecast.naive, naive, observed),
    }
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

/// The scorecards of resolved forecasts, one for each threat, scope and window; by threat, provinces first, shorter windows
/// first.
pub fn cards(mut resolved: Vec<Forecast>) -> Vec<Scorecard> {
    resolved.sort_by(|one, other| key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id)));
    resolved.chunk_by(|one, other| key(one) == key(other)).filter_map(card).collect()
}

fn key(forecast: &Forecast) -> (Threat, Scope, u32, bool) {
    let scope = if forecast.province.is_some() { Scope::Province } else { Scope::Country };
    (forecast.threat, scope, forecast.months, forecast.rehearsal)
}

fn card(all: &[Forecast]) -> Option<Scorecard> {
    let (threat, scope, months, rehearsal) = key(all.first()?);
    let came: Vec<(&Forecast, &Outcome)> =
        all.iter().filter_map(|forecast| Some((forecast, forecast.outcome.as_ref()?))).collect();
    let escalations = came.iter().filter(|(told, outcome)| outcome.observed >= told.escalation_from).count();
    Some(Scorecard {
        threat,
        scope,
        months,
        rehearsal,
        forecasts: came.len() as u64,
        first_origin: all.iter().map(|forecast| forecast.origin).min()?,
        last_origin: all.iter().map(|forecast| forecast.origin).max()?,
        expected: marks(&came, |told| &told.expected, |outcome| &outcome.expected)?,
        naive: marks(&came, |told| &told.naive, |outcome| &outcome.naive)?,
        escalations: escalations as u64,
        reliability: reliability(&came),
        places: places(&came),
        misses: misses(&came),
    })
}

type Came<'a> = [(&'a Forecast, &'a Outcome)];

fn marks(came: &Came<'_>, told: fn(&Forecast) -> &Expected, score: fn(&Outcome) -> &Score) -> Option<Marks> {
    let count = came.len() as f64;
    let mean =
        |value: fn(&Score) -> f64| came.iter().map(|(_, outcome)| value(score(outcome))).sum::<f64>() / count;
    let first = told(came.first()?.0);
    let of_chances = |rate: fn(f64, bool) -> f64| {
        let sums = (0..first.chances.len()).map(|at| {
            let rated = came.iter().filter_map(|(forecast, outcome)| {
                let chance = told(forecast).chances.get(at)?;
                Some(rate(chance.chance, outcome.observed >= chance.at_least))
            });
            rated.sum::<f64>() / count
        });
        sums.collect()
    };
    let escalations: Vec<(f64, bool)> = came
        .iter()
        .map(|(forecast, outcome)| (told(forecast).escalation, outcome.observed >= forecast.escalation_from))
        .collect();
    Some(Marks {
        model: first.model.clone(),
        crps: mean(|score| score.crps),
        crps_of_logs: mean(|score| score.crps_of_logs),
        interval: mean(|score| score.interval),
        briers: of_chances(score::brier),
        log_scores: of_chances(score::log_score),
        covered: mean(|score| f64::from(score.within)),
        area_under_curve: score::area_under_curve(&escalations),
        average_precision: score::average_precision(&escalations),
    })
}

fn tenth(share: f64) -> usize {
    ((share * TENTHS as f64) as usize).min(TENTHS - 1)
}

fn reliability(came: &Came<'_>) -> Vec<Reliability> {
    let mut tenths = [(0_u64, 0.0, 0.0); TENTHS];
    for (forecast, outcome) in came {
        for chance in &forecast.expected.chances {
            let (told, sum, happened) = &mut tenths[tenth(chance.chance)];
            *told += 1;
            *sum += chance.chance;
            *happened += f64::from(outcome.observed >= chance.at_least);
        }
    }
    let of = |(told, sum, happened): (u64, f64, f64)| {
        let count = told.max(1) as f64;
        Reliability { told, chance: sum / count, came: happened / count }
    };
    tenths.map(of).to_vec()
}

fn places(came: &Came<'_>) -> Vec<u64> {
    let mut tenths = vec![0; TENTHS];
    for (_, outcome) in came {
        tenths[tenth(outcome.expected.place)] += 1;
    }
    tenths
}

fn misses(came: &Came<'_>) -> Vec<Miss> {
    let mut worst: Vec<_> = came.iter().filter(|(_, outcome)| !outcome.expected.within).collect();
    worst.sort_by(|one, other| other.1.expected.crps.total_cmp(&one.1.expected.crps));
    let miss = |(forecast, outcome): &&(&Forecast, &Outcome)| Miss {
        id: forecast.id.clone(),
        province: forecast.province.clone(),
        country: forecast.country,
        from: forecast.from,
        to: forecast.to,
        p05: forecast.expected.p05,
        p50: forecast.expected.p50,
        p95: forecast.expected.p95,
        observed: outcome.observed,
        crps: outcome.expected.crps,
    };
    worst.iter().take(MISSES).map(miss).collect()
}

#[cfg(test)]
#[path = "scorecard_tests.rs"]
mod tests;
