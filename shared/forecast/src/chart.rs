//! Control charts and other detectors of a change in a series of counts, each known from the literature (ANALYSIS 6). They are
//! what the recommended detector is held against; each gives every month a score, the more unusual the greater.

use crate::counting::upper_tail;

/// Means and variances are taken from so many months before.
const BASE: usize = 24;
/// The mean that a rate is never below.
const LEAST_MEAN: f64 = 0.5;

/// The months before this one that it is judged by; `None` while there are fewer.
fn before(counts: &[f64], month: usize, base: usize) -> Option<&[f64]> {
    counts.get(month.checked_sub(base)?..month)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len().max(1) as f64
}

/// EWMA chart (Roberts 1959) of Anscombe's transform 2 sqrt(y + 3/8): the weighted mean, the newest month a quarter, of how many
/// standard deviations each month lies above the 24 before it. The deviation is at least 1: that of counts at random.
pub fn ewma(counts: &[f64]) -> Vec<f64> {
    const NEWEST: f64 = 0.25;
    let steadied: Vec<f64> = counts.iter().map(|count| 2.0 * (count + 0.375).sqrt()).collect();
    let mut smooth = 0.0;
    let score = |(month, value): (usize, &f64)| {
        let Some(base) = before(&steadied, month, BASE) else { return 0.0 };
        let above = (value - mean(base)) / variance(base).sqrt().max(1.0);
        smooth = NEWEST * above + (1.0 - NEWEST) * smooth;
        smooth
    };
    steadied.iter().enumerate().map(score).collect()
}

/// NB-CUSUM (Höhle and Paul 2008): the sum of the log likelihood ratios of twice the mean against the mean, never below 0, by
/// the mean and the variance of the sixty months before; the dispersion stays. It is not set back by an alarm.
pub fn cusum(counts: &[f64]) -> Vec<f64> {
    const MONTHS: usize = 60;
    const TIMES: f64 = 2.0;
    let mut sum = 0.0_f64;
    let score = |(month, count): (usize, &f64)| {
        let Some(base) = before(counts, month, MONTHS) else { return 0.0 };
        let usual = mean(base).max(0.05);
        let size = usual * usual / (variance(base).max(1.05 * usual) - usual);
        let shrunk = ((size + usual) / (size + TIMES * usual)).ln();
        sum = (sum + count * (TIMES.ln() + shrunk) + size * shrunk).max(0.0);
        sum
    };
    counts.iter().enumerate().map(score).collect()
}

/// Kleinberg's bursts (2002) of two states, told month by month: by how much the cheapest course that ends at twice the rate of
/// the 24 months before is cheaper than the cheapest that ends at that rate. Rising costs 2, falling nothing.
pub fn bursts(counts: &[f64]) -> Vec<f64> {
    const TIMES: f64 = 2.0;
    const RISE: f64 = 2.0;
    let (mut calm, mut burst) = (0.0_f64, RISE);
    let score = |(month, count): (usize, &f64)| {
        let Some(base) = before(counts, month, BASE) else { return 0.0 };
        let usual = mean(base).max(LEAST_MEAN);
        let cost = |rate: f64| rate - count * rate.ln();
        let to_calm = calm.min(burst) + cost(usual);
        let to_burst = burst.min(calm + RISE) + cost(TIMES * usual);
        let least = to_calm.min(to_burst);
        (calm, burst) = (to_calm - least, to_burst - least);
        to_calm - to_burst
    };
    counts.iter().enumerate().map(score).collect()
}

/// Farrington's rule (1996; Noufaily 2013): how unlikely as many are, -log10, by a negative binomial of the same season in the
/// four years before, a month on either side. Months that stood out then (Anscombe residual above 1) weigh less, so that a past
/// outbreak does not hide a new one.
pub fn farrington(counts: &[f64]) -> Vec<f64> {
    (0..counts.len())
        .map(|month| same_season(counts, month).map_or(0.0, |base| unlikely(&base, counts[month])))
        .collect()
}

/// Counts of the months around the same one in each of the four years before; `None` where they are not all there.
fn same_season(counts: &[f64], month: usize) -> Option<Vec<f64>> {
    const YEARS: usize = 4;
    month.checked_sub(12 * YEARS + 1)?;
    let of_year = |year: usize| counts[month - 12 * year - 1..=month - 12 * year + 1].iter().copied();
    Some((1..=YEARS).flat_map(of_year).collect())
}

fn unlikely(base: &[f64], count: f64) -> f64 {
    const LEAST: f64 = 0.05;
    const STANDS_OUT: f64 = 1.0;
    let number = base.len() as f64;
    let weighted = |weights: &[f64], of: &dyn Fn(f64) -> f64| -> f64 {
        base.iter().zip(weights).map(|(value, weight)| weight * of(*value)).sum()
    };
    let plain = vec![1.0; base.len()];
    let usual = (weighted(&plain, &|value| value) / number).max(LEAST);
    let spread = (weighted(&plain, &|value| (value - usual).powi(2) / usual) / (number - 1.0)).max(1.0);
    let scale = usual.powf(1.0 / 6.0) * spread.sqrt() * (1.0 - 1.0 / number).sqrt();
    let weigh = |value: &f64| {
        let stands_out = 1.5 * (value.powf(2.0 / 3.0) - usual.powf(2.0 / 3.0)) / scale;
        if stands_out > STANDS_OUT { stands_out.powi(-2) } else { 1.0 }
    };
    let mut weights: Vec<f64> = base.iter().map(weigh).collect();
    let all: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight *= number / all;
    }
    let usual = (weighted(&weights, &|value| value) / number).max(LEAST);
    let variance = weighted(&weights, &|value| (value - usual).powi(2)) / (number - 1.0);
    -upper_tail(count, usual, variance.max(1.05 * usual)).max(1e-300).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Detector = fn(&[f64]) -> Vec<f64>;

    const ALL: [Detector; 4] = [ewma, cusum, bursts, farrington];

    /// Eight years of two and four in turn, and then so many.
    fn then(last: f64) -> Vec<f64> {
        let mut counts = [2.0, 4.0].repeat(48);
        counts.push(last);
        counts
    }

    #[test]
    fn each_finds_a_leap_more_unusual_than_a_usual_month_and_a_greater_one_more_so() {
        for detector in ALL {
            let last = |count: f64| detector(&then(count)).last().copied().unwrap_or_default();
            assert!(
                last(40.0) > last(20.0) && last(20.0) > last(4.0),
                "{} {} {}",
                last(40.0),
                last(20.0),
                last(4.0)
            );
        }
    }

    #[test]
    fn what_comes_later_changes_nothing_before() {
        let mut longer = then(30.0);
        longer.extend([90.0, 0.0, 7.0]);
        for detector in ALL {
            assert_eq!(detector(&longer)[..97], detector(&then(30.0))[..], "a detector looks back only");
        }
    }

    #[test]
    fn a_series_too_short_and_a_silent_one_surprise_nobody() {
        for detector in ALL {
            assert!(detector(&[]).is_empty());
            assert!(detector(&[9.0; 20]).iter().all(|score| *score == 0.0));
            assert!(detector(&[0.0; 120]).iter().all(|score| score.is_finite() && *score <= 0.0));
        }
    }

    #[test]
    fn a_quarter_of_the_distance_is_smoothed_in() {
        let counts = [vec![1.0; 24], vec![9.0]].concat();
        let above = 2.0 * (9.375_f64.sqrt() - 1.375_f64.sqrt());
        assert!((ewma(&counts)[24] - 0.25 * above).abs() < 1e-12);
    }

    #[test]
    fn a_burst_is_as_much_cheaper_as_the_month_is_likelier_at_twice_the_rate() {
        let counts = [vec![3.0; 24], vec![12.0]].concat();
        // the state is calm: rising costs 2, and 12 of twice 3 are likelier by 12 ln 2 - 3
        assert!((bursts(&counts)[24] - (12.0 * 2.0_f64.ln() - 3.0 - 2.0)).abs() < 1e-12);
    }

    #[test]
    fn a_past_outbreak_does_not_hide_a_new_one() {
        let mut counts = then(30.0);
        let quiet = farrington(&counts)[96];
        counts[84] = 400.0;
        let told = farrington(&counts)[96];
        assert!(told > 1.0 && told < quiet, "{told} and {quiet}: weighed down, not left out");
    }
}
