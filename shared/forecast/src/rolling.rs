//! The back-test: forecasts from one month after another, each knowing only what came before, scored by what came.

use std::ops::RangeInclusive;

pub use crate::rival::Model;
use crate::{Distribution, Fit, Panel, Settings, Window, rival::Rivals, score};

/// The counts whose chance is scored.
pub const EVENTS: [u64; 3] = [1, 25, 100];

/// Chances of one tenth: how many, what they add up to, and how often came what they were told of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tenth {
    /// How many chances.
    pub told: f64,
    /// Their sum.
    pub chance: f64,
    /// How often it came.
    pub came: f64,
}

/// What is scored of every forecast by itself, in the order of [`Single`].
pub const MEASURES: [&str; 4] = ["CRPS", "CRPS of logs", "IGN", "MIS"];

/// CRPS, CRPS of logs, ignorance and interval score of one forecast.
pub type Single = [f64; MEASURES.len()];

/// Mean scores over all units and origins; less is better but for the last of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// How many forecasts.
    pub forecasts: usize,
    /// Continuous ranked probability score, in counts.
    pub crps: f64,
    /// The same of ln(1 + count).
    pub crps_of_logs: f64,
    /// Ignorance, in bits.
    pub ignorance: f64,
    /// Interval score of the middle 90 %.
    pub interval: f64,
    /// Share of what came that lay within the middle 90 %.
    pub covered: f64,
    /// Log score of each of [`EVENTS`].
    pub log_scores: [f64; 3],
    /// Brier score of each of [`EVENTS`].
    pub briers: [f64; 3],
    /// Of all chances of [`EVENTS`] that were told, by tenths.
    pub reliability: [Tenth; score::TENTHS],
    /// The chance of an escalation, and whether it came: by origin, by unit.
    pub escalations: Vec<Vec<(f64, bool)>>,
    /// Of a unit by itself: the scores of each forecast, in the order of the origins.
    pub each: Vec<Single>,
}

impl Scores {
    /// Of one forecast.
    fn of(forecast: &Distribution, observed: f64) -> Self {
        let atoms = forecast.atoms(score::ATOMS);
        let (low, high) = (forecast.quantile(0.05) as f64, forecast.quantile(0.95) as f64);
        let mut scores = Self {
            forecasts: 1,
            crps: score::crps(&atoms, observed),
            crps_of_logs: score::crps_of_logs(&atoms, observed),
            ignorance: score::ignorance(forecast, observed),
            interval: score::interval((low, high), observed),
            covered: f64::from(low <= observed && observed <= high),
            ..Self::default()
        };
        scores.each = vec![[scores.crps, scores.crps_of_logs, scores.ignorance, scores.interval]];
        for (at, event) in EVENTS.into_iter().enumerate() {
            let (chance, happened) = (forecast.chance_of(event), observed >= event as f64);
            scores.log_scores[at] = score::log_score(chance, happened);
            scores.briers[at] = score::brier(chance, happened);
            let tenth = &mut scores.reliability[score::tenth(chance)];
            tenth.told += 1.0;
            tenth.chance += chance;
            tenth.came += f64::from(happened);
        }
        scores
    }
    fn join(mut self, other: Self) -> Self {
        self.forecasts += other.forecasts;
        self.crps += other.crps;
        self.crps_of_logs += other.crps_of_logs;
        self.ignorance += other.ignorance;
        self.interval += other.interval;
        self.covered += other.covered;
        for at in 0..EVENTS.len() {
            self.log_scores[at] += other.log_scores[at];
            self.briers[at] += other.briers[at];
        }
        for (tenth, other) in self.reliability.iter_mut().zip(other.reliability) {
            tenth.told += other.told;
            tenth.chance += other.chance;
            tenth.came += other.came;
        }
        self.escalations.extend(other.escalations);
        self.each.extend(other.each);
        self
    }
    fn mean(self) -> Self {
        let count = self.forecasts.max(1) as f64;
        self.times(1.0 / count)
    }
    fn times(mut self, factor: f64) -> Self {
        let sums = [
            &mut self.crps,
            &mut self.crps_of_logs,
            &mut self.ignorance,
            &mut self.interval,
            &mut self.covered,
        ];
        for sum in sums.into_iter().chain(&mut self.log_scores).chain(&mut self.briers) {
            *sum *= factor;
        }
        self
    }
}

/// The mean scores of several windows together, each forecast counting alike.
pub fn over(windows: Vec<Scores>) -> Scores {
    let sums = windows.into_iter().map(|scores| {
        let count = scores.forecasts as f64;
        scores.times(count)
    });
    sums.fold(Scores::default(), Scores::join).mean()
}

/// Scores of all units together and of each by itself; of each model, in the order they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Of all units.
    pub all: Vec<Scores>,
    /// Of each unit, in the order of the panel.
    pub units: Vec<Vec<Scores>>,
}

impl Scored {
    fn new(units: usize, models: usize) -> Self {
        let none = vec![Scores::default(); models];
        Self { units: vec![none.clone(); units], all: none }
    }
    fn join(self, other: Self) -> Self {
        let both = |one: Vec<Scores>, other: Vec<Scores>| -> Vec<Scores> {
            one.into_iter().zip(other).map(|(one, other)| one.join(other)).collect()
        };
        let units = self.units.into_iter().zip(other.units).map(|(one, other)| both(one, other));
        Self { units: units.collect(), all: both(self.all, other.all) }
    }
    fn mean(self) -> Self {
        let mean = |of: Vec<Scores>| of.into_iter().map(Scores::mean).collect::<Vec<_>>();
        Self { units: self.units.into_iter().map(mean).collect(), all: mean(self.all) }
    }
}

/// Forecasts of these models from every month of `origins` whose window is closed, made anew each month and scored.
pub fn run(
    panel: &Panel,
    window: Window,
    origins: RangeInclusive<usize>,
    settings: &Settings,
    models: &[Model],
) -> Scored {
    let fit = Fit::new(panel, window, settings);
    let origins = closed(panel, window, origins);
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    let per_hand = origins.len().div_ceil(hands).max(1);
    let scored = |origin: &usize| scored(&fit, (panel, window), *origin, settings, models);
    let parts: Vec<Scored> = std::thread::scope(|scope| {
        let hands: Vec<_> = origins
            .chunks(per_hand)
            .map(|origins| scope.spawn(|| origins.iter().map(scored).collect::<Vec<_>>()))
            .collect();
        let scores = hands
            .into_iter()
            .map(|hand| hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        scores.flatten().collect()
    });
    parts.into_iter().fold(Scored::new(panel.units(), models.len()), Scored::join).mean()
}

/// Those of these months whose window is closed.
fn closed(panel: &Panel, window: Window, origins: RangeInclusive<usize>) -> Vec<usize> {
    origins.filter(|origin| origin + window.ends() < panel.months()).collect()
}

fn scored(
    fit: &Fit<'_>,
    (panel, window): (&Panel, Window),
    month: usize,
    settings: &Settings,
    models: &[Model],
) -> Scored {
    let origin = fit.at(month);
    let rivals = Rivals::new(&origin, (panel, window), month, settings);
    let mut scored = Scored::new(panel.units(), models.len());
    for (number, model) in models.iter().enumerate() {
        let mut escalations = Vec::with_capacity(panel.units());
        for unit in 0..panel.units() {
            let forecast = rivals.forecast(*model, unit);
            let Some(observed) = panel.outcome(month, window, unit) else { continue };
            let threshold = panel.escalation(month, window, unit);
            let told = (forecast.chance_of(threshold as u64), observed >= threshold);
            let of_one = Scores::of(&forecast, observed);
            let all = std::mem::take(&mut scored.all[number]);
            scored.all[number] = all.join(Scores { each: Vec::new(), ..of_one.clone() });
            scored.units[unit][number] = Scores { escalations: vec![vec![told]], ..of_one };
            escalations.push(told);
        }
        scored.all[number].escalations.push(escalations);
    }
    scored
}

/// The plain rule of what may escalate: the newest count by the mean of the last twelve, one added to both. By origin, by unit:
/// that ratio, which is no chance, and whether it came.
pub fn ratios(panel: &Panel, window: Window, origins: RangeInclusive<usize>) -> Vec<Vec<(f64, bool)>> {
    let of_unit = |month: usize, unit: usize| {
        let months = (month + 1).min(12);
        let mean = panel.sum_to(month, months, unit) / months as f64;
        let came = panel.outcome(month, window, unit)? >= panel.escalation(month, window, unit);
        Some(((panel.count(month, unit) + 1.0) / (mean + 1.0), came))
    };
    let of_month = |month: usize| (0..panel.units()).filter_map(|unit| of_unit(month, unit)).collect();
    closed(panel, window, origins).into_iter().map(of_month).collect()
}
