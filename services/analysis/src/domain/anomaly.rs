//! The trend: how surprising what just happened is, given the last year and a half (ANALYSIS 6).

use contracts::analysis::anomalies::{ALERT, WATCH};
use domain::Trend;
pub use forecast::counting::{lower_tail, upper_tail};

/// Half-life of the memory, in months.
pub const HALF_LIFE_MONTHS: f64 = 18.0;
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
/// On so many provinces the two were set.
const SET_ON: f64 = 126.0;
/// Months before the first that is scored: 26 weeks.
pub const WARM_MONTHS: usize = 6;
/// How many of the newest months are watched: the one that runs and the one before it.
pub const NEWEST: usize = 2;
/// So far back a month that changes late opens an anomaly: lists come by the year, up to a year behind.
pub const LATE_MONTHS: i32 = 24;
/// What the method is called.
pub const METHOD: &str = "discounted negative-binomial tail, two-month memory";

/// What a score is called.
pub fn named(score: f64) -> Trend {
    match score {
        score if score >= ALERT => Trend::Alert,
        score if score >= WATCH => Trend::Watch,
        _ => Trend::Normal,
    }
}

/// How many of so many provinces chance alone marks so, or as more unusual, in a month: by what was measured where the scores were
/// set.
pub fn marked_by_chance(trend: Trend, tested: usize) -> f64 {
    let measured = match trend {
        Trend::Alert => 1.0,
        Trend::Watch => 2.0,
        Trend::Normal => return 0.0,
    };
    measured * tested as f64 / SET_ON
}

/// Chance, in 0..=1, that at least one of so many tested at once shows what one alone shows with this chance: who looks at many
/// sees something rare sooner.
pub fn in_any(chance: f64, tested: usize) -> f64 {
    let none = tested as f64 * (-chance.clamp(0.0, 1.0)).ln_1p();
    -none.exp_m1()
}

/// How unusual one month is, and by what.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scored {
    /// Discounted mean of the months before; 0 while there are too few.
    pub mean: f64,
    /// Their discounted variance, never below 1.05 of the mean.
    pub variance: f64,
    /// Probability of as many or more; 1 while there are too few months before.
    pub chance: f64,
    /// min(6, -log10 of the chance).
    pub surprise: f64,
    /// The surprise and half of last month's; 0 where fewer than five.
    pub score: f64,
}

impl Scored {
    /// The score of a month with so many, after a month that surprised so much.
    pub fn remembering(&self, count: f64, last: f64) -> f64 {
        if count < MATERIAL { 0.0 } else { self.surprise + MEMORY * last }
    }
}

/// Every month judged by those before it; the first `warm` of them surprise nobody. Of the months before `first` nothing but
/// their mean and variance is told.
pub fn scores(counts: &[f64], warm: usize, first: usize) -> Vec<Scored> {
    // the month before the first is remembered by it
    let first = first.saturating_sub(1);
    let keep = 0.5_f64.powf(1.0 / HALF_LIFE_MONTHS);
    let (mut sum, mut squares, mut weight, mut last) = (0.0, 0.0, 0.0, 0.0);
    let mut scores = Vec::with_capacity(counts.len());
    for (month, &count) in counts.iter().enumerate() {
        let mut scored = Scored { chance: 1.0, ..Scored::default() };
        if month >= warm && weight > 0.0 {
            let (mean, square): (f64, f64) = (sum / weight, squares / weight);
            scored.mean = mean.max(LEAST_MEAN);
            scored.variance = (square - mean * mean).max(scored.mean * LEAST_VARIANCE);
            if month >= first {
                scored.chance = upper_tail(count, scored.mean, scored.variance);
                scored.surprise = surprise(scored.chance);
            }
        }
        scored.score = scored.remembering(count, last);
        sum = keep * sum + count;
        squares = keep * squares + count * count;
        weight = keep * weight + 1.0;
        last = scored.surprise;
        scores.push(scored);
    }
    scores
}

fn surprise(chance: f64) -> f64 {
    (-chance.max(10.0_f64.powf(-MOST)).log10()).clamp(0.0, MOST)
}

#[cfg(test)]
#[path = "anomaly_tests.rs"]
mod tests;
