//! Distributions of counts that a mean and a variance make: the Poisson and the negative binomial.

use crate::History;

/// What lies beyond is too unlikely to be told.
const NEGLIGIBLE: f64 = 1e-9;
/// No count above this is told apart.
const MOST: f64 = 4e6;

/// Counts at random with this mean; a mean of nothing is a certain 0.
pub fn poisson(mean: f64) -> History {
    history(-mean, mean, |count| (mean / (count + 1.0)).ln())
}

/// The negative binomial with this mean, above 0, and a greater variance.
pub fn negative_binomial(mean: f64, variance: f64) -> History {
    let (r, p) = shape(mean, variance);
    let rest = (-p).ln_1p();
    history(r * p.ln(), mean, |count| ((count + r) / (count + 1.0)).ln() + rest)
}

/// Its number of successes and their chance.
fn shape(mean: f64, variance: f64) -> (f64, f64) {
    let p = mean / variance;
    (mean * p / (1.0 - p), p)
}

/// Counts from 0 on, by the logarithm of the chance of 0 and what is added to it from one count to the next.
fn history(none: f64, mean: f64, step: impl Fn(f64) -> f64) -> History {
    if mean <= 0.0 {
        return History::new(vec![(0.0, 1.0)]);
    }
    let (mut count, mut log, mut total) = (0.0, none, 0.0);
    let mut weighted = Vec::new();
    loop {
        let chance = log.exp();
        total += chance;
        weighted.push((count, chance));
        if (count > mean && 1.0 - total < NEGLIGIBLE) || count >= MOST || (count > mean && chance < 1e-14) {
            return History::new(weighted);
        }
        log += step(count);
        count += 1.0;
    }
}

/// P(Y >= y) of a negative binomial with this mean and a greater variance, summed upwards in log space: 1 - cdf cancels.
pub fn upper_tail(y: f64, mean: f64, variance: f64) -> f64 {
    if y <= 0.0 {
        return 1.0;
    }
    let (r, p) = shape(mean, variance);
    let mut k = y;
    let mut term = log_chance(k, r, p).exp();
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

/// P(Y <= y) of a negative binomial with this mean and a greater variance, summed downwards from y.
pub fn lower_tail(y: f64, mean: f64, variance: f64) -> f64 {
    let (r, p) = shape(mean, variance);
    let mut k = y.max(0.0).floor();
    let mut term = log_chance(k, r, p).exp();
    let mut total = term;
    while k >= 1.0 && !(k < mean && term < 1e-13 * total) {
        term *= k / ((k - 1.0 + r) * (1.0 - p));
        k -= 1.0;
        total += term;
    }
    total.min(1.0)
}

/// The logarithm of the negative binomial's chance of k, which need not be whole.
pub(crate) fn log_chance(k: f64, r: f64, p: f64) -> f64 {
    ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0) + r * p.ln() + k * (1.0 - p).ln()
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
mod tests {
    use super::*;

    #[test]
    fn a_poisson_has_the_chances_of_its_mean() {
        let two = poisson(2.0);
        let none = (-2.0_f64).exp();
        for (count, below) in [(1.0, none), (2.0, 3.0 * none), (3.0, 5.0 * none)] {
            assert!((two.chance_of(count) - (1.0 - below)).abs() < 1e-7, "{count}");
        }
        assert!(poisson(0.0).chance_of(1.0) < 1e-12, "nothing seen is a certain nothing");
        assert!(
            poisson(3000.0).chance_of(3000.0) > 0.49,
            "also where the chance of 0 is too small to be told"
        );
    }

    #[test]
    fn a_negative_binomial_has_the_tail_of_its_mean_and_variance() {
        for (mean, variance) in
            [(0.05, 0.0525), (2.0, 5.0), (30.0, 900.0), (400.0, 90_000.0), (3000.0, 3150.0)]
        {
            let whole = negative_binomial(mean, variance);
            for count in [1.0, 5.0, 40.0, 500.0, 3000.0] {
                let (one, other) = (whole.chance_of(count), upper_tail(count, mean, variance));
                assert!((one - other).abs() < 1e-6, "{mean} {variance} {count}: {one} and not {other}");
            }
        }
    }
}
