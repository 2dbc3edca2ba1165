//! The trend: how surprising what just happened is, given the last year and a half (ANALYSIS 6).

use domain::Trend;

/// Half-life of the memory, in months.
const HALF_LIFE_MONTHS: f64 = 18.0;
/// How much of last month's surprise counts this month.
const MEMORY: f64 = 0.5;
/// The greatest surprise there is.
const MOST: f64 = 6.0;
/// The least mean.
const LEAST_MEAN: f64 = 0.05;
/// The least variance, in means.
const LEAST_VARIANCE: f64 = 1.05;
/// Fewer than so many in a month are never an anomaly.
const MATERIAL: f64 = 5.0;
/// The score from which a month is worth a look: about two false alarms a month over 126 provinces.
pub const WATCH: f64 = 1.44;
/// The score from which somebody must look: about one.
pub const ALERT: f64 = 1.78;
/// Months before the first that is scored: 26 weeks.
pub const WARM_MONTHS: usize = 6;

/// Whether the newest months of a series are unusual; `None` with fewer than 26 weeks before the last month.
///
/// The last month may be running. The month before counts too, so that an alert does not vanish on the first of a month.
pub fn trend(counts: &[f64]) -> Option<Trend> {
    if counts.len() <= WARM_MONTHS {
        return None;
    }
    let scores = scores(counts, WARM_MONTHS);
    let newest = scores.iter().rev().take(2).map(|(_, score)| *score).fold(0.0, f64::max);
    Some(match newest {
        score if score >= ALERT => Trend::Alert,
        score if score >= WATCH => Trend::Watch,
        _ => Trend::Normal,
    })
}

/// Surprise and score of every month; 0 for the first `warm` of them.
///
/// Surprise: min(6, -log10 P(NB >= y)) with mean and variance discounted to the month before; score: surprise and half of
/// last month's, 0 where fewer than five.
pub fn scores(counts: &[f64], warm: usize) -> Vec<(f64, f64)> {
    let keep = 0.5_f64.powf(1.0 / HALF_LIFE_MONTHS);
    let (mut sum, mut squares, mut weight, mut last) = (0.0, 0.0, 0.0, 0.0);
    let mut scores = Vec::with_capacity(counts.len());
    for (month, &count) in counts.iter().enumerate() {
        let surprise = if month >= warm && weight > 0.0 {
            let (mean, square): (f64, f64) = (sum / weight, squares / weight);
            let least = mean.max(LEAST_MEAN);
            surprise(count, least, (square - mean * mean).max(least * LEAST_VARIANCE))
        } else {
            0.0
        };
        let score = if count < MATERIAL { 0.0 } else { surprise + MEMORY * last };
        scores.push((surprise, score));
        sum = keep * sum + count;
        squares = keep * squares + count * count;
        weight = keep * weight + 1.0;
        last = surprise;
    }
    scores
}

fn surprise(count: f64, mean: f64, variance: f64) -> f64 {
    let tail = upper_tail(count, mean, variance).max(10.0_f64.powf(-MOST));
    (-tail.log10()).clamp(0.0, MOST)
}

/// P(Y >= y) of a negative binomial with this mean and a greater variance, summed upwards in log space: 1 - cdf cancels.
pub fn upper_tail(y: f64, mean: f64, variance: f64) -> f64 {
    if y <= 0.0 {
        return 1.0;
    }
    let p = mean / variance;
    let r = mean * p / (1.0 - p);
    let mut k = y;
    let mut term =
        (ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0) + r * p.ln() + k * (1.0 - p).ln()).exp();
    let mut total = term;
    loop {
        term *= (k + r) / (k + 1.0) * (1.0 - p);
        k += 1.0;
        total += term;
        let negligible = k > mean && (term < 1e-13 * total || term == 0.0);
        if negligible || k > y + 2e6 {
            break;
        }
    }
    if total == 0.0 && y < mean { 1.0 } else { total.min(1.0) }
}

/// Natural logarithm of the gamma function for x > 0: Stirling's series from 15 on, the recurrence below.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 1.0);
    while x < 15.0 {
        shift *= x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0
        - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse * (1.0 / 1680.0 - inverse / 1188.0))))
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - f64::ln(shift)
}

#[cfg(test)]
#[path = "anomaly_tests.rs"]
mod tests;
