//! How many lasting rises a detector sees in time, at a stated rate of false alarms (ANALYSIS 6).

use std::ops::Range;

/// Fewer than so many in a month never alarm.
const MATERIAL: f64 = 5.0;
/// An alarm rests: the same unit alarms again so many months after it at the earliest.
const REFRACTORY: usize = 3;
/// An alarm so many months before a rise begins still is of it.
const EARLY: usize = 1;
/// And so many after.
const LATE: usize = 2;
/// One so many months after came too late to be a help, but was not false: the rise it tells of is there.
const TOLERATED: usize = 5;

/// One unit: what was counted, how unusual each month is to the detector, and when it rose for good.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Counts by month.
    pub counts: Vec<f64>,
    /// The more unusual the greater.
    pub scores: Vec<f64>,
    /// First months of lasting rises.
    pub rises: Vec<usize>,
}

/// What a detector saw at one threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitivity {
    /// The score from which it alarms.
    pub threshold: f64,
    /// False alarms a month, over all units.
    pub false_a_month: f64,
    /// Rises within the period.
    pub rises: usize,
    /// Of them, those with an alarm from the month before to two months after they began.
    pub seen: usize,
    /// Mean months from the beginning of a rise to its first alarm, of those seen; negative: before it.
    pub delay: f64,
}

impl Sensitivity {
    /// The share of the rises that was seen, in 0..=1; `None` without rises.
    pub fn share(&self) -> Option<f64> {
        (self.rises > 0).then(|| self.seen as f64 / self.rises as f64)
    }
}

/// What a detector sees within these months at the least threshold that keeps to so many false alarms a month.
pub fn at_rate(units: &[Watched], period: Range<usize>, false_a_month: f64) -> Sensitivity {
    let mut thresholds: Vec<f64> = units
        .iter()
        .flat_map(|unit| period.clone().filter_map(|month| unit.scores.get(month).copied()))
        .filter(|score| score.is_finite() && *score > 0.0)
        .collect();
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    // nearly monotone: an alarm's rest can let a later one through, so what follows is looked at one by one
    let start = thresholds
        .partition_point(|threshold| at(units, period.clone(), *threshold).false_a_month > false_a_month);
    let kept = thresholds[start..]
        .iter()
        .find(|threshold| at(units, period.clone(), **threshold).false_a_month <= false_a_month);
    let threshold = kept.copied().unwrap_or(f64::INFINITY);
    at(units, period, threshold)
}

/// What a detector sees within these months at this threshold.
pub fn at(units: &[Watched], period: Range<usize>, threshold: f64) -> Sensitivity {
    let mut told = Sensitivity { threshold, false_a_month: 0.0, rises: 0, seen: 0, delay: 0.0 };
    let mut delays = 0.0;
    for unit in units {
        let alarms = alarms(unit, threshold);
        let rises = unit.rises.iter().copied().filter(|rise| period.contains(rise));
        for rise in rises {
            told.rises += 1;
            if let Some(alarm) = alarms.iter().find(|alarm| within(**alarm, rise, LATE)) {
                told.seen += 1;
                delays += *alarm as f64 - rise as f64;
            }
        }
        let scored = alarms.iter().filter(|alarm| period.contains(alarm));
        told.false_a_month += scored
            .filter(|alarm| !unit.rises.iter().any(|rise| within(**alarm, *rise, TOLERATED)))
            .count() as f64;
    }
    told.false_a_month /= period.len().max(1) as f64;
    told.delay = delays / told.seen.max(1) as f64;
    told
}

fn within(alarm: usize, rise: usize, after: usize) -> bool {
    (rise.saturating_sub(EARLY)..=rise + after).contains(&alarm)
}

fn alarms(unit: &Watched, threshold: f64) -> Vec<usize> {
    let mut alarms: Vec<usize> = Vec::new();
    for (month, (count, score)) in unit.counts.iter().zip(&unit.scores).enumerate() {
        let rested = alarms.last().is_none_or(|last| month >= last + REFRACTORY);
        if *count >= MATERIAL && *score >= threshold && rested {
            alarms.push(month);
        }
    }
    alarms
}

/// Score of the plainest rule: how many times the mean of the twelve months before, one added to both.
pub fn ratios(counts: &[f64]) -> Vec<f64> {
    against_year(counts, |count, year| (count + 1.0) / (mean(year) + 1.0))
}

/// Score of the usual rule: how many standard deviations above the mean of the twelve months before.
pub fn z_scores(counts: &[f64]) -> Vec<f64> {
    against_year(counts, |count, year| {
        let mean = mean(year);
        let variance = year.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / year.len() as f64;
        (count - mean) / variance.sqrt().max(0.5)
    })
}

fn against_year(counts: &[f64], score: impl Fn(f64, &[f64]) -> f64) -> Vec<f64> {
    let scored = counts.iter().enumerate().map(|(month, count)| match month.checked_sub(12) {
        Some(from) => score(*count, &counts[from..month]),
        None => 0.0,
    });
    scored.collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(scores: &[(usize, f64)], rises: &[usize]) -> Watched {
        let mut all = vec![0.0; 40];
        for (month, score) in scores {
            all[*month] = *score;
        }
        Watched { counts: vec![9.0; 40], scores: all, rises: rises.to_vec() }
    }

    #[test]
    fn an_alarm_counts_from_the_month_before_to_two_after() {
        for (alarm, seen, false_ones) in
            [(8, 0, 1), (9, 1, 0), (10, 1, 0), (12, 1, 0), (13, 0, 0), (15, 0, 0), (16, 0, 1)]
        {
            let told = at(&[unit(&[(alarm, 2.0)], &[10])], 0..40, 1.0);
            assert_eq!((told.rises, told.seen), (1, seen), "{alarm}");
            assert!((told.false_a_month - f64::from(false_ones) / 40.0).abs() < 1e-12, "{alarm}");
        }
    }

    #[test]
    fn an_alarm_rests_three_months_and_little_never_alarms() {
        let mut busy = unit(&[(5, 2.0), (6, 2.0), (7, 2.0), (8, 2.0)], &[]);
        assert_eq!(alarms(&busy, 1.0), [5, 8]);
        busy.counts[5] = 4.0;
        assert_eq!(alarms(&busy, 1.0), [6]);
    }

    #[test]
    fn the_least_threshold_that_keeps_to_the_rate_is_taken() {
        let units = [unit(&[(3, 1.0), (20, 2.0), (30, 3.0)], &[30])];
        assert!((at_rate(&units, 0..40, 1.0 / 40.0).threshold - 2.0).abs() < 1e-12);
        let strict = at_rate(&units, 0..40, 0.0);
        assert!((strict.threshold - 3.0).abs() < 1e-12);
        assert_eq!((strict.share(), strict.delay), (Some(1.0), 0.0));
        assert_eq!(at_rate(&[unit(&[], &[])], 0..40, 1.0).share(), None);
    }

    #[test]
    fn the_plain_rules_need_a_year_before() {
        let mut counts = vec![2.0; 12];
        counts.push(8.0);
        assert_eq!(ratios(&counts)[11..], [0.0, 3.0]);
        assert!((z_scores(&counts)[12] - 12.0).abs() < 1e-12);
    }
}
