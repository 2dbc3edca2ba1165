//! Bayesian online change point detection (Adams and MacKay 2007): how surely the rate of counts changed upwards of late.

use crate::counting::log_chance;

/// Counts come in bunches: so many deaths are taken for one happening.
const BUNCH: f64 = 6.0;
/// Chance of a change in a month.
const HAZARD: f64 = 1.0 / 36.0;
/// Shape and rate of the gamma distribution that rates after a change are drawn from.
const PRIOR: f64 = 0.1;
/// A change is of late when so many months, or fewer, have followed the first after it.
const LATE: usize = 2;
/// Runs longer than so many months are not told apart.
const LONGEST: usize = 240;

/// How long the rate has been the same, and how likely: by length a chance (of the logarithm) and the gamma distribution of the rate.
struct Run {
    log: f64,
    shape: f64,
    rate: f64,
}

impl Run {
    fn mean(&self) -> f64 {
        self.shape / self.rate
    }
}

/// -ln of the chance that the rate did not change within the last three months; 0 unless it then rose. Counts are Poisson at a
/// rate that is gamma-distributed, in sixths: a month's mean after a change says little alone.
pub fn scores(counts: &[f64]) -> Vec<f64> {
    let mut runs = vec![Run { log: 0.0, shape: PRIOR, rate: PRIOR }];
    let score = |count: &f64| {
        runs = after(std::mem::take(&mut runs), count / BUNCH);
        rose_of_late(&runs)
    };
    counts.iter().map(score).collect()
}

/// The runs after one more month: each goes on, or the rate has changed after it.
fn after(runs: Vec<Run>, value: f64) -> Vec<Run> {
    let seen = |run: &Run| run.log + log_chance(value, run.shape, run.rate / (run.rate + 1.0));
    let logs: Vec<f64> = runs.iter().map(seen).collect();
    let changed = Run { log: sum_of_logs(&logs) + HAZARD.ln(), shape: PRIOR, rate: PRIOR };
    let goes_on = |(run, log): (Run, f64)| Run {
        log: log + (1.0 - HAZARD).ln(),
        shape: run.shape + value,
        rate: run.rate + 1.0,
    };
    let mut next: Vec<Run> =
        std::iter::once(changed).chain(runs.into_iter().zip(logs).map(goes_on)).take(LONGEST).collect();
    let all = sum_of_logs(&next.iter().map(|run| run.log).collect::<Vec<_>>());
    for run in &mut next {
        run.log -= all;
    }
    next
}

fn rose_of_late(runs: &[Run]) -> f64 {
    let Some((late, old)) = runs.split_at_checked(LATE + 1) else { return 0.0 };
    let mean = |of: &[Run]| {
        let weights: f64 = of.iter().map(|run| run.log.exp()).sum();
        of.iter().map(|run| run.log.exp() * run.mean()).sum::<f64>() / weights.max(f64::MIN_POSITIVE)
    };
    // the run that only begins has seen nothing yet
    let rose = mean(&late[1..]) > mean(old);
    let unchanged: f64 = old.iter().map(|run| run.log.exp()).sum();
    if rose && !old.is_empty() { -unchanged.max(1e-300).ln() } else { 0.0 }
}

/// ln of the sum of what these are the logarithms of.
fn sum_of_logs(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most.is_finite() { most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln() } else { most }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_is_told_within_three_months_and_a_fall_is_not() {
        let rise = [vec![6.0; 40], vec![60.0; 6]].concat();
        let told = scores(&rise);
        assert!(told[39] < 0.5 && told[41] > 3.0, "{told:?}");
        assert!(told[45] < told[41], "later it is no longer new: {told:?}");
        let fall = [vec![60.0; 40], vec![6.0; 6]].concat();
        assert!(scores(&fall)[40..43].iter().all(|score| *score < 0.5), "{:?}", &scores(&fall)[40..]);
    }

    #[test]
    fn the_first_month_is_weighed_by_the_hazard_alone() {
        let runs = after(vec![Run { log: 0.0, shape: PRIOR, rate: PRIOR }], 2.0);
        let chances: Vec<f64> = runs.iter().map(|run| run.log.exp()).collect();
        assert!((chances[0] - HAZARD).abs() < 1e-12 && (chances[1] - (1.0 - HAZARD)).abs() < 1e-12);
        assert!((runs[1].mean() - (PRIOR + 2.0) / (PRIOR + 1.0)).abs() < 1e-12);
    }

    #[test]
    fn chances_of_all_runs_make_one_and_nothing_later_changes_a_score() {
        let counts: Vec<f64> = (0..300_u32).map(|month| f64::from((month * 37 + 11) % 29)).collect();
        let mut runs = vec![Run { log: 0.0, shape: PRIOR, rate: PRIOR }];
        for count in &counts {
            runs = after(runs, count / BUNCH);
            let all: f64 = runs.iter().map(|run| run.log.exp()).sum();
            assert!((all - 1.0).abs() < 1e-9, "{all}");
        }
        assert_eq!(runs.len(), LONGEST);
        assert_eq!(scores(&counts)[..100], scores(&counts[..100])[..]);
        assert!(scores(&[]).is_empty());
    }
}
