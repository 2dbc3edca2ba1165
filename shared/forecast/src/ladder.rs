//! A ladder of chances: P(sum >= 1), P(sum >= 2), … each by a logistic regression of its own.

use crate::{
    Feature, Features, Group, Panel, Settings, THRESHOLDS, Window,
    logistic::{Design, chance, dot},
};

/// What a ladder learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Mean of each figure over the rows it learnt from.
    pub mean: Vec<f64>,
    /// Their standard deviation; 1 where a figure never changes.
    pub spread: Vec<f64>,
    /// The thresholds that enough rows reached, ascending.
    pub thresholds: Vec<f64>,
    /// For each the intercept and a coefficient per figure.
    pub coefficients: Vec<Vec<f64>>,
    /// How heavy the tail beyond the last threshold is, in 0.05..=1: the mean of ln(sum / threshold).
    pub tail: f64,
}

impl Ladder {
    /// Learns from all units in the months before `origin` whose window is closed; `None` when too few sums reach even the
    /// first threshold.
    pub fn fit(
        panel: &Panel,
        features: &Features,
        window: Window,
        origin: usize,
        settings: &Settings,
    ) -> Option<Self> {
        let last = origin.checked_sub(window.ends())?;
        let first = settings.learns_after.max((last + 1).saturating_sub(settings.learns_from));
        if first > last {
            return None;
        }
        let sums: Vec<f64> = (first..=last)
            .flat_map(|month| (0..panel.units()).map(move |unit| (month, unit)))
            .map(|(month, unit)| panel.sum_to(month + window.ends(), window.months(), unit))
            .collect();
        let columns = features.columns(first..=last);
        let (mean, spread): (Vec<f64>, Vec<f64>) = columns.iter().map(|column| moments(column)).unzip();
        let design = standardised(&columns, &mean, &spread);
        let (mut thresholds, mut coefficients) = (Vec::new(), Vec::<Vec<f64>>::new());
        for threshold in THRESHOLDS {
            let reached: Vec<bool> = sums.iter().map(|sum| *sum >= threshold).collect();
            if reached.iter().filter(|reached| **reached).count() < settings.least_reached {
                break;
            }
            let next = design.fit(&reached, settings.ridge, coefficients.last().map(Vec::as_slice));
            coefficients.push(next);
            thresholds.push(threshold);
        }
        let tail = tail(&sums, *thresholds.last()?);
        Some(Self { mean, spread, thresholds, coefficients, tail })
    }

    /// A unit's chances by its figures.
    pub fn rungs(&self, figures: &[f64]) -> Rungs {
        let row = self.standard(figures);
        let mut least = 1.0_f64;
        let chances = self.coefficients.iter().map(|coefficients| {
            least = least.min(chance(dot(&row, coefficients)));
            least
        });
        let steps = self.thresholds.iter().copied().zip(chances).collect();
        Rungs { steps, tail: self.tail }
    }

    /// What moved the log-odds of reaching at least `count` away from the average unit and month, by group; empty when no
    /// threshold is that low.
    pub fn reasons(&self, figures: &[f64], names: &[Feature], count: f64) -> Vec<(Group, f64)> {
        let rung = self.thresholds.iter().rposition(|threshold| *threshold <= count);
        let Some(coefficients) = rung.map(|rung| &self.coefficients[rung]) else { return Vec::new() };
        let row = self.standard(figures);
        let mut groups = std::collections::BTreeMap::new();
        for ((feature, value), by) in names.iter().zip(&row[1..]).zip(&coefficients[1..]) {
            *groups.entry(feature.group).or_insert(0.0) += value * by;
        }
        groups.into_iter().collect()
    }

    fn standard(&self, figures: &[f64]) -> Vec<f64> {
        let scaled = figures.iter().zip(&self.mean).zip(&self.spread).map(|((x, mean), sd)| (x - mean) / sd);
        std::iter::once(1.0).chain(scaled).collect()
    }
}

/// Mean and standard deviation of a figure; 1 for the deviation where it never changes.
fn moments(column: &[f64]) -> (f64, f64) {
    let count = column.len() as f64;
    let mean = column.iter().sum::<f64>() / count;
    let squares: f64 = column.iter().map(|value| (value - mean) * (value - mean)).sum();
    let deviation = (squares / count).sqrt();
    (mean, if deviation < 1e-9 { 1.0 } else { deviation })
}

fn standardised(columns: &[&[f64]], mean: &[f64], spread: &[f64]) -> Design {
    let (width, count) = (columns.len() + 1, columns.first().map_or(0, |column| column.len()));
    let mut rows = Vec::with_capacity(count * width);
    for at in 0..count {
        rows.push(1.0);
        let scaled = columns.iter().zip(mean).zip(spread);
        rows.extend(scaled.map(|((column, mean), spread)| (column[at] - mean) / spread));
    }
    Design { width, rows }
}

fn tail(sums: &[f64], top: f64) -> f64 {
    let (mut count, mut logs) = (0.0, 0.0);
    for sum in sums.iter().filter(|sum| **sum >= top) {
        count += 1.0;
        logs += (sum / top).ln();
    }
    (logs / f64::max(count, 1.0)).clamp(0.05, 1.0)
}

/// The chances of one unit at each threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Rungs {
    steps: Vec<(f64, f64)>,
    tail: f64,
}

impl Rungs {
    /// P(sum >= count): straight in ln(count) between thresholds, Pareto beyond the last.
    pub fn chance_of(&self, count: f64) -> f64 {
        let above = self.steps.partition_point(|(threshold, _)| *threshold <= count);
        let here = above.checked_sub(1).and_then(|at| self.steps.get(at));
        match (here, self.steps.get(above)) {
            _ if count <= 0.0 => 1.0,
            (None, first) => first.map_or(0.0, |(_, chance)| *chance),
            (Some((from, chance)), None) => chance * (count / from).powf(-1.0 / self.tail),
            (Some((from, chance)), Some((to, next))) => {
                chance + (next - chance) * (count / from).ln() / (to / from).ln()
            }
        }
    }
}
