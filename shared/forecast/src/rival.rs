//! Rules that a forecast is held against, each known by its name in the literature of conflict forecasts (ANALYSIS 1 and 3).

use crate::{Distribution, History, Origin, Panel, Settings, Window, counting};

/// The moments of a negative binomial are never less: the mean, and the variance in means.
const LEAST_MEAN: f64 = 0.01;
const LEAST_VARIANCE: f64 = 1.05;
/// The pooled rule looks back on so many months.
const POOLED: usize = 12;

/// Which forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Own past and ladder.
    Mixture,
    /// The ladder alone; the own past where there is none.
    Ladder,
    /// A negative binomial by the discounted mean and variance of the own past sums: after Bodentien and Rueter, whose plain
    /// one was hard to beat, with a memory that fades.
    NegativeBinomial,
    /// The own past alone, the newer the heavier.
    OwnPast,
    /// The newest twelve sums, all alike.
    Conflictology,
    /// The newest 24 sums, all alike.
    TwoYears,
    /// Counts at random around the newest sum: the benchmark *last observation* of the VIEWS challenge.
    LastSeen,
    /// The sums of all units in the last twelve months, the same for each: its benchmark *bootstrap*.
    Pooled,
    /// Nothing ever.
    Zero,
}

impl Model {
    /// All, the recommended first.
    pub const ALL: [Self; 9] = [
        Self::Mixture,
        Self::Ladder,
        Self::NegativeBinomial,
        Self::OwnPast,
        Self::Conflictology,
        Self::TwoYears,
        Self::LastSeen,
        Self::Pooled,
        Self::Zero,
    ];

    /// What it is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mixture => "own past + ladder",
            Self::Ladder => "ladder alone",
            Self::NegativeBinomial => "discounted neg. binomial",
            Self::OwnPast => "discounted conflictology",
            Self::Conflictology => "conflictology 12",
            Self::TwoYears => "conflictology 24",
            Self::LastSeen => "last observation Poisson",
            Self::Pooled => "global bootstrap",
            Self::Zero => "zero",
        }
    }
}

/// What every model says from one month.
pub(crate) struct Rivals<'a> {
    origin: &'a Origin<'a>,
    panel: &'a Panel,
    window: Window,
    month: usize,
    settings: &'a Settings,
    pooled: Distribution,
}

impl<'a> Rivals<'a> {
    /// Of the forecasts of this window from this month.
    pub(crate) fn new(
        origin: &'a Origin<'a>,
        (panel, window): (&'a Panel, Window),
        month: usize,
        settings: &'a Settings,
    ) -> Self {
        let of_all =
            (0..panel.units()).flat_map(|unit| History::newest(panel, window, (month, unit), POOLED));
        let pooled = Distribution::of_history(History::new(of_all.map(|sum| (sum, 1.0)).collect()));
        Self { origin, panel, window, month, settings, pooled }
    }

    /// What one says of a unit.
    pub(crate) fn forecast(&self, model: Model, unit: usize) -> Distribution {
        let newest = |most: usize| History::newest(self.panel, self.window, (self.month, unit), most);
        match model {
            Model::Mixture => self.origin.unit(unit),
            Model::Ladder => self.origin.shared(unit, 1.0),
            Model::OwnPast => self.origin.own_past(unit),
            Model::Conflictology => self.origin.conflictology(unit),
            Model::TwoYears => {
                Distribution::of_history(History::new(newest(24).map(|sum| (sum, 1.0)).collect()))
            }
            Model::LastSeen => Distribution::of_history(counting::poisson(newest(1).sum())),
            Model::NegativeBinomial => {
                let (mean, variance) = moments(newest(usize::MAX), self.settings.moments_half_life);
                Distribution::of_history(counting::negative_binomial(mean, variance))
            }
            Model::Pooled => self.pooled.clone(),
            Model::Zero => Distribution::of_history(History::new(vec![(0.0, 1.0)])),
        }
    }
}

/// Mean and variance of sums, newest first, halved in weight every `half_life` months.
fn moments(newest: impl Iterator<Item = f64>, half_life: f64) -> (f64, f64) {
    let (mut weight, mut sum, mut squares) = (0.0_f64, 0.0, 0.0);
    for (age, value) in newest.enumerate() {
        let weighs = 0.5_f64.powf(age as f64 / half_life);
        weight += weighs;
        sum += weighs * value;
        squares += weighs * value * value;
    }
    let all = weight.max(f64::MIN_POSITIVE);
    let mean = (sum / all).max(LEAST_MEAN);
    (mean, (squares / all - (sum / all).powi(2)).max(LEAST_VARIANCE * mean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fit;

    /// Two units of eighty months; the second is silent.
    fn panel() -> Panel {
        Panel::new(2, (0..80).flat_map(|month| [f64::from(month % 5), 0.0]).collect(), 0).unwrap()
    }

    #[test]
    fn each_rule_says_what_its_name_says() {
        let (panel, window) = (panel(), Window::next(1));
        let fit = Fit::new(&panel, window, &Settings::PROVINCES);
        let origin = fit.at(78); // the newest count is 3
        let rivals = Rivals::new(&origin, (&panel, window), 78, &Settings::PROVINCES);
        let chance = |model, unit, count| rivals.forecast(model, unit).chance_of(count);
        assert!((chance(Model::TwoYears, 0, 4) - 4.0 / 24.0).abs() < 1e-12);
        assert!((chance(Model::LastSeen, 0, 1) - (1.0 - (-3.0_f64).exp())).abs() < 1e-7);
        assert!((chance(Model::Pooled, 0, 4) - 2.0 / 24.0).abs() < 1e-12, "two fours in 24 sums of both");
        assert_eq!(rivals.forecast(Model::Pooled, 0), rivals.forecast(Model::Pooled, 1));
        assert!(chance(Model::Zero, 0, 1) < 1e-12 && chance(Model::LastSeen, 1, 1) < 1e-12);
        let none = chance(Model::NegativeBinomial, 1, 1);
        assert!(
            (0.005..0.01).contains(&none),
            "what never happened keeps a chance of its least mean: {none}"
        );
    }

    #[test]
    fn every_model_tells_chances_that_fall_from_one() {
        let (panel, window) = (panel(), Window::next(3));
        let fit = Fit::new(&panel, window, &Settings::PROVINCES);
        let origin = fit.at(76);
        let rivals = Rivals::new(&origin, (&panel, window), 76, &Settings::PROVINCES);
        for model in Model::ALL {
            for unit in 0..2 {
                let forecast = rivals.forecast(model, unit);
                let chances: Vec<f64> = (0..60).map(|count| forecast.chance_of(count)).collect();
                assert!((chances[0] - 1.0).abs() < 1e-12, "{model:?}");
                assert!(chances.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12), "{model:?}: {chances:?}");
            }
        }
    }

    #[test]
    fn moments_are_those_of_sums_that_fade() {
        let (mean, variance) = moments([4.0, 0.0].into_iter(), 1.0);
        assert!((mean - 8.0 / 3.0).abs() < 1e-12);
        assert!((variance - (32.0 / 3.0 - 64.0 / 9.0)).abs() < 1e-12);
        assert_eq!(moments(std::iter::empty(), 6.0), (LEAST_MEAN, LEAST_MEAN * LEAST_VARIANCE));
    }
}
