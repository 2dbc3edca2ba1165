//! A forecast of one unit: the mixture of its own past and the ladder.

use std::sync::Arc;

use crate::{History, Rungs};

/// Half a past sum's worth of the whole region, where no ladder speaks: what never happened here may still happen.
const REGION_WEIGHT: f64 = 0.5;
/// No count above this is told apart.
const MOST: u64 = 1 << 40;

/// How likely each sum is.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    first: (History, f64),
    second: Option<Second>,
}

#[derive(Clone, Debug, PartialEq)]
enum Second {
    Ladder(Rungs, f64),
    Region(Arc<History>, f64),
}

impl Distribution {
    /// Its own past alone.
    pub fn of_history(history: History) -> Self {
        Self { first: (history, 1.0), second: None }
    }
    /// The own past and the ladder, which has this share, in 0..=1; the ladder alone where there is no past.
    pub fn mixed(history: History, rungs: Rungs, ladder_share: f64) -> Self {
        let share = if history.is_empty() { 1.0 } else { ladder_share };
        Self { first: (history, 1.0 - share), second: Some(Second::Ladder(rungs, share)) }
    }
    /// Its own past of this total weight, with a little of what the region's units saw.
    pub fn shrunk(history: History, weight: f64, region: Arc<History>) -> Self {
        let share = REGION_WEIGHT / (weight + REGION_WEIGHT);
        Self { first: (history, 1.0 - share), second: Some(Second::Region(region, share)) }
    }

    /// P(sum >= count), in 0..=1.
    pub fn chance_of(&self, count: u64) -> f64 {
        if count == 0 {
            return 1.0;
        }
        let count = count as f64;
        let (history, share) = &self.first;
        let own = if *share > 0.0 { share * history.chance_of(count) } else { 0.0 };
        own + match &self.second {
            None => 0.0,
            Some(Second::Ladder(rungs, share)) => share * rungs.chance_of(count),
            Some(Second::Region(region, share)) => share * region.chance_of(count),
        }
    }

    /// The smallest sum with P(sum <= it) >= q, for q in 0..1.
    pub fn quantile(&self, q: f64) -> u64 {
        self.quantile_from(q, 0)
    }

    /// The same where it is known to be no smaller than `least`.
    fn quantile_from(&self, q: f64, least: u64) -> u64 {
        let reached = |count: u64| 1.0 - self.chance_of(count + 1) >= q - 1e-12;
        if reached(least) {
            return least;
        }
        let (mut below, mut at) = (least, least + 1);
        while !reached(at) && at < MOST {
            (below, at) = (at, at * 2);
        }
        while at - below > 1 {
            let middle = u64::midpoint(below, at);
            if reached(middle) { at = middle } else { below = middle }
        }
        at
    }

    /// So many equally likely sums that stand for it, ascending.
    pub fn atoms(&self, count: usize) -> Vec<f64> {
        let mut last = 0;
        let quantiles = (0..count).map(|at| {
            last = self.quantile_from((at as f64 + 0.5) / count as f64, last);
            last as f64
        });
        quantiles.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_are_those_of_the_sums() {
        let four = Distribution::of_history(History::new([0.0, 2.0, 5.0, 9.0].map(|sum| (sum, 1.0)).into()));
        assert_eq!([0.25, 0.26, 0.5, 0.75, 0.99].map(|q| four.quantile(q)), [0, 2, 2, 5, 9]);
        assert_eq!(format!("{:?}", four.atoms(4)), "[0.0, 2.0, 5.0, 9.0]");
        let quarters = [0, 1, 3, 9, 10].map(|count| (four.chance_of(count) * 4.0).to_string());
        assert_eq!(quarters, ["4", "3", "2", "1", "0"]);
    }

    #[test]
    fn without_a_ladder_what_never_happened_keeps_a_chance() {
        let quiet = History::new(vec![(0.0, 1.0); 12]);
        let region = History::new([0.0, 0.0, 0.0, 4.0].map(|sum| (sum, 1.0)).into());
        let shrunk = Distribution::shrunk(quiet, 12.0, Arc::new(region));
        assert!((shrunk.chance_of(1) - 0.5 * 0.25 / 12.5).abs() < 1e-12);
        assert!(shrunk.chance_of(5) < 1e-12);
    }
}
