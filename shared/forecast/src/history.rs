//! A unit's own past as a forecast: what happened in windows of the same length, the newer the heavier.

use crate::{Panel, Settings, Window};

/// Past sums, ascending, each once with the weight of those as great or greater.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    steps: Vec<(f64, f64)>,
}

impl History {
    /// Sums with their weights, in any order; empty when no weight is above zero.
    pub fn new(mut weighted: Vec<(f64, f64)>) -> Self {
        weighted.retain(|(_, weight)| *weight > 0.0);
        weighted.sort_by(|one, other| one.0.total_cmp(&other.0));
        let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        let mut above = 0.0;
        for (_, weight) in weighted.iter_mut().rev() {
            above += *weight / total;
            *weight = above;
        }
        weighted.dedup_by(|later, first| later.0.total_cmp(&first.0).is_eq());
        Self { steps: weighted }
    }

    /// The unit's sums that ended by `origin`, halved in weight every `half_life` months.
    pub fn discounted(
        panel: &Panel,
        window: Window,
        (origin, unit): (usize, usize),
        settings: &Settings,
    ) -> Self {
        let past = Self::newest(panel, window, (origin, unit), settings.most_sums);
        let weigh = |(age, sum): (usize, f64)| (sum, 0.5_f64.powf(age as f64 / settings.half_life));
        Self::new(past.enumerate().map(weigh).collect())
    }

    /// Its newest twelve sums, all of the same weight: conflictology, the rule every forecast has to beat.
    pub fn conflictology(panel: &Panel, window: Window, (origin, unit): (usize, usize)) -> Self {
        Self::new(Self::newest(panel, window, (origin, unit), 12).map(|sum| (sum, 1.0)).collect())
    }

    /// The unit's sums that ended by `origin`, no more than so many, newest first.
    pub(crate) fn newest(
        panel: &Panel,
        window: Window,
        (origin, unit): (usize, usize),
        most: usize,
    ) -> impl Iterator<Item = f64> {
        let count = (origin + 2).saturating_sub(window.months()).min(most);
        (0..count).map(move |age| panel.sum_to(origin - age, window.months(), unit))
    }

    /// Whether there is no past.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// P(sum >= count).
    pub fn chance_of(&self, count: f64) -> f64 {
        if count <= 0.0 {
            return 1.0;
        }
        let first = self.steps.partition_point(|(sum, _)| *sum < count);
        self.steps.get(first).map_or(0.0, |(_, above)| *above)
    }
}
