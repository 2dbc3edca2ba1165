//! Where a series of counts rose for good, found afterwards with all of it in view: the truth that whoever watches for the
//! unusual month by month is held against (ANALYSIS 6). No detector has a part in it.

/// A segment is at least so long.
const LEAST_MONTHS: usize = 4;
/// The mean after must be so many times the mean before.
const LEAST_RATIO: f64 = 1.75;
/// And at least so much.
const LEAST_MEAN: f64 = 5.0;
/// What a further segment must win, in variances of the series.
const PENALTY: f64 = 3.0 * 5.298_317_366_548_036; // 3 ln 200

/// The first months of segments whose mean is at least 1.75 times that before them, and at least five.
///
/// The segments are the best by optimal partitioning: least squares of 2 sqrt(count + 3/8), a penalty of 3 ln 200 variances
/// for each further one. The variance is the series' own, by the median of its month-to-month differences, at least 1: that
/// of counts at random.
pub fn rises(counts: &[f64]) -> Vec<usize> {
    let bounds = segments(&steadied(counts));
    let mean = |from: usize, to: usize| counts[from..to].iter().sum::<f64>() / (to - from) as f64;
    bounds
        .windows(3)
        .filter(|around| {
            let (before, after) = (mean(around[0], around[1]), mean(around[1], around[2]));
            after >= LEAST_RATIO * before && after >= LEAST_MEAN
        })
        .map(|around| around[1])
        .collect()
}

/// Anscombe's transform: the variance of random counts becomes 1.
fn steadied(counts: &[f64]) -> Vec<f64> {
    counts.iter().map(|count| 2.0 * (count + 0.375).sqrt()).collect()
}

/// The variance of one value, from the differences of neighbours, robust against the changes themselves; at least 1.
fn variance(values: &[f64]) -> f64 {
    let mut steps: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    steps.sort_by(f64::total_cmp);
    let median = match steps.len() {
        0 => 0.0,
        len if len % 2 == 1 => steps[len / 2],
        len => f64::midpoint(steps[len / 2 - 1], steps[len / 2]),
    };
    ((median * 1.4826).powi(2) / 2.0).max(1.0)
}

/// Bounds of the best segments, first and last included; ascending.
fn segments(values: &[f64]) -> Vec<usize> {
    let penalty = PENALTY * variance(values);
    let sums = running(values.iter().copied());
    let squares = running(values.iter().map(|value| value * value));
    let cost = |from: usize, to: usize| {
        let sum = sums[to] - sums[from];
        squares[to] - squares[from] - sum * sum / (to - from) as f64
    };
    let mut best = vec![f64::INFINITY; values.len() + 1];
    let mut begins = vec![0; values.len() + 1];
    best[0] = -penalty;
    for to in LEAST_MONTHS..=values.len() {
        for from in 0..=to - LEAST_MONTHS {
            let total = best[from] + cost(from, to) + penalty;
            if total < best[to] {
                (best[to], begins[to]) = (total, from);
            }
        }
    }
    let mut bounds = vec![values.len()];
    while let Some(&to) = bounds.last().filter(|to| **to > 0) {
        bounds.push(begins[to]);
    }
    bounds.reverse();
    bounds
}

fn running(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let sums = values.scan(0.0, |sum, value| {
        *sum += value;
        Some(*sum)
    });
    std::iter::once(0.0).chain(sums).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lasting_rise_is_found_where_it_begins() {
        let counts = [[2.0, 3.0].repeat(12), [20.0, 23.0].repeat(12)].concat();
        assert_eq!(rises(&counts), [24]);
    }

    #[test]
    fn a_single_month_a_fall_and_a_rise_to_little_are_none() {
        let mut spike = [2.0, 3.0].repeat(20);
        spike[17] = 60.0;
        let fall = [[20.0, 23.0].repeat(12), [2.0, 3.0].repeat(12)].concat();
        let little = [vec![0.0; 30], [3.0, 4.0].repeat(15)].concat();
        for counts in [spike, fall, little, vec![], vec![7.0], vec![7.0; 40]] {
            assert!(rises(&counts).is_empty(), "{counts:?}");
        }
    }

    #[test]
    fn segments_cover_the_series_and_none_is_short() {
        let counts: Vec<f64> =
            (0..90_u32).map(|t| f64::from((t * t) % 37) + f64::from(t / 30) * 40.0).collect();
        let bounds = segments(&steadied(&counts));
        assert_eq!((bounds.first(), bounds.last()), (Some(&0), Some(&90)));
        assert!(bounds.windows(2).all(|pair| pair[1] - pair[0] >= LEAST_MONTHS), "{bounds:?}");
    }
}
