//! The back-test: forecasts from one month after another, each knowing only what came before, scored by what came.

use std::ops::RangeInclusive;

use crate::{Distribution, Fit, Panel, Settings, Window, score};

/// The counts whose chance is scored.
pub const EVENTS: [u64; 3] = [1, 25, 100];

/// Which forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Own past and ladder.
    Mixture,
    /// The own past alone, the newer the heavier.
    OwnPast,
    /// The newest twelve sums, all alike.
    Conflictology,
}

impl Model {
    /// All, the recommended first.
    pub const ALL: [Self; 3] = [Self::Mixture, Self::OwnPast, Self::Conflictology];

    /// What it is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mixture => "own past + ladder",
            Self::OwnPast => "discounted conflictology",
            Self::Conflictology => "conflictology 12",
        }
    }
}

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

/// Mean scores over all units and origins; less is better but for the last two.
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
}

impl Scores {
    fn add(&mut self, forecast: &Distribution, observed: f64) {
        let atoms = forecast.atoms(score::ATOMS);
        self.forecasts += 1;
        self.crps += score::crps(&atoms, observed);
        self.crps_of_logs += score::crps_of_logs(&atoms, observed);
        self.ignorance += score::ignorance(forecast, observed);
        let (low, high) = (forecast.quantile(0.05) as f64, forecast.quantile(0.95) as f64);
        self.interval += score::interval((low, high), observed);
        let within = low <= observed && observed <= high;
        self.covered += f64::from(within);
        for (at, event) in EVENTS.into_iter().enumerate() {
            let (chance, happened) = (forecast.chance_of(event), observed >= event as f64);
            self.log_scores[at] += score::log_score(chance, happened);
            self.briers[at] += score::brier(chance, happened);
            let tenth = &mut self.reliability[score::tenth(chance)];
            tenth.told += 1.0;
            tenth.chance += chance;
            tenth.came += f64::from(happened);
        }
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

    /// How well the chance of an escalation tells those that came: area under the curve and average precision.
    pub fn told_apart(&self) -> (Option<f64>, Option<f64>) {
        let all = self.escalations.concat();
        (score::area_under_curve(&all), score::average_precision(&all))
    }
    /// Of the `most` likeliest escalations of each origin: the share that came, and the share of all that came.
    pub fn of_the_top(&self, most: usize) -> (f64, f64) {
        let (mut named, mut hits, mut all) = (0.0, 0.0, 0.0);
        for origin in &self.escalations {
            let mut sorted = origin.clone();
            sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
            named += sorted.len().min(most) as f64;
            hits += sorted.iter().take(most).filter(|(_, came)| *came).count() as f64;
            all += sorted.iter().filter(|(_, came)| *came).count() as f64;
        }
        (hits / f64::max(named, 1.0), hits / f64::max(all, 1.0))
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

/// Scores of all units together and of each by itself; of each model, in the order of [`Model::ALL`].
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Of all units.
    pub all: [Scores; 3],
    /// Of each unit, in the order of the panel.
    pub units: Vec<[Scores; 3]>,
}

impl Scored {
    fn new(units: usize) -> Self {
        Self { all: Default::default(), units: vec![Default::default(); units] }
    }
    fn join(self, other: Self) -> Self {
        let both = |one: [Scores; 3], other: [Scores; 3]| {
            let mut other = other.into_iter();
            one.map(|scores| scores.join(other.next().unwrap_or_default()))
        };
        let units = self.units.into_iter().zip(other.units).map(|(one, other)| both(one, other));
        Self { units: units.collect(), all: both(self.all, other.all) }
    }
    fn mean(self) -> Self {
        let units = self.units.into_iter().map(|scores| scores.map(Scores::mean));
        Self { all: self.all.map(Scores::mean), units: units.collect() }
    }
}

/// Forecasts from every month of `origins` whose window is closed, made anew each month and scored; in the order of
/// [`Model::ALL`].
pub fn run(
    panel: &Panel,
    window: Window,
    origins: RangeInclusive<usize>,
    settings: &Settings,
) -> [Scores; 3] {
    run_each(panel, window, origins, settings).all
}

/// The same, and the scores of each unit beside those of all.
pub fn run_each(
    panel: &Panel,
    window: Window,
    origins: RangeInclusive<usize>,
    settings: &Settings,
) -> Scored {
    let fit = Fit::new(panel, window, settings);
    let origins: Vec<usize> = origins.filter(|origin| origin + window.ends() < panel.months()).collect();
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    let per_hand = origins.len().div_ceil(hands).max(1);
    let parts: Vec<Scored> = std::thread::scope(|scope| {
        let hands: Vec<_> = origins
            .chunks(per_hand)
            .map(|origins| {
                scope.spawn(|| {
                    origins.iter().map(|origin| scored(&fit, panel, window, *origin)).collect::<Vec<_>>()
                })
            })
            .collect();
        let scores = hands
            .into_iter()
            .map(|hand| hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        scores.flatten().collect()
    });
    parts.into_iter().fold(Scored::new(panel.units()), Scored::join).mean()
}

fn scored(fit: &Fit<'_>, panel: &Panel, window: Window, month: usize) -> Scored {
    let origin = fit.at(month);
    let mut scored = Scored::new(panel.units());
    for (number, model) in Model::ALL.into_iter().enumerate() {
        let mut escalations = Vec::with_capacity(panel.units());
        for unit in 0..panel.units() {
            let forecast = match model {
                Model::Mixture => origin.unit(unit),
                Model::OwnPast => origin.own_past(unit),
                Model::Conflictology => origin.conflictology(unit),
            };
            let Some(observed) = panel.outcome(month, window, unit) else { continue };
            let threshold = panel.escalation(month, window, unit);
            let told = (forecast.chance_of(threshold as u64), observed >= threshold);
            for scores in [&mut scored.all[number], &mut scored.units[unit][number]] {
                scores.add(&forecast, observed);
            }
            scored.units[unit][number].escalations.push(vec![told]);
            escalations.push(told);
        }
        scored.all[number].escalations.push(escalations);
    }
    scored
}
