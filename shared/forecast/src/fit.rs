//! Forecasts of every unit from one origin after another.

use std::sync::{Arc, OnceLock};

use crate::{Distribution, Features, Group, History, Ladder, Panel, Settings, Window, feature::Figures};

/// A panel made ready for one window: its figures are made once for all origins.
#[derive(Clone, Debug)]
pub struct Fit<'a> {
    panel: &'a Panel,
    window: Window,
    settings: Settings,
    features: Features,
}

impl<'a> Fit<'a> {
    /// Makes the panel ready.
    pub fn new(panel: &'a Panel, window: Window, settings: &Settings) -> Self {
        Self::reading(&Figures::new(panel), panel, window, settings)
    }
    /// Makes it ready for several windows: what they read alike is worked out once.
    pub fn each(panel: &'a Panel, windows: &[Window], settings: &Settings) -> Vec<Self> {
        let figures = Figures::new(panel);
        windows.iter().map(|window| Self::reading(&figures, panel, *window, settings)).collect()
    }
    fn reading(figures: &Figures, panel: &'a Panel, window: Window, settings: &Settings) -> Self {
        Self { panel, window, settings: *settings, features: Features::new(figures, panel, window) }
    }
    /// The months it forecasts.
    pub const fn window(&self) -> Window {
        self.window
    }
    /// The figures the ladder reads.
    pub fn features(&self) -> &Features {
        &self.features
    }
    /// Forecasts from this month, knowing it and those before, nothing after.
    pub fn at(&self, month: usize) -> Origin<'_> {
        let fit = || Ladder::fit(self.panel, &self.features, self.window, month, &self.settings);
        let ladder = (self.settings.ladder_share > 0.0).then(fit).flatten();
        let countries = self.panel.countries().and_then(|of| of.iter().max()).map_or(1, |most| most + 1);
        Origin { fit: self, month, ladder, regions: vec![OnceLock::new(); countries] }
    }
}

/// Forecasts of every unit from one month.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    fit: &'a Fit<'a>,
    month: usize,
    ladder: Option<Ladder>,
    /// By country what its units saw, once it was asked for.
    regions: Vec<OnceLock<Arc<History>>>,
}

impl Origin<'_> {
    /// What the ladder learnt; `None` where too little happened to learn from, or it has no share.
    pub fn ladder(&self) -> Option<&Ladder> {
        self.ladder.as_ref()
    }
    /// The forecast of one unit.
    pub fn unit(&self, unit: usize) -> Distribution {
        self.shared(unit, self.fit.settings.ladder_share)
    }
    /// The forecast of one unit, had the ladder this share; the own past alone where it has none.
    pub fn shared(&self, unit: usize, ladder_share: f64) -> Distribution {
        let Fit { panel, window, settings, features } = self.fit;
        let own = History::discounted(panel, *window, (self.month, unit), settings);
        match self.ladder.as_ref().filter(|_| ladder_share > 0.0) {
            Some(ladder) => {
                let rungs = ladder.rungs(&features.row(self.month, unit));
                Distribution::mixed(own, rungs, ladder_share)
            }
            None => Distribution::shrunk(own, self.weight(), self.region(unit)),
        }
    }
    /// What moved its chance of at least `count` away from the average's, in log-odds by group; empty without a ladder.
    pub fn reasons(&self, unit: usize, count: f64) -> Vec<(Group, f64)> {
        let features = &self.fit.features;
        let figures = features.row(self.month, unit);
        self.ladder.as_ref().map_or_else(Vec::new, |ladder| ladder.reasons(&figures, features.names(), count))
    }
    /// The rule every forecast has to beat.
    pub fn conflictology(&self, unit: usize) -> Distribution {
        let past = History::conflictology(self.fit.panel, self.fit.window, (self.month, unit));
        Distribution::of_history(past)
    }
    /// The own past alone.
    pub fn own_past(&self, unit: usize) -> Distribution {
        let Fit { panel, window, settings, .. } = self.fit;
        Distribution::of_history(History::discounted(panel, *window, (self.month, unit), settings))
    }

    /// How much all own sums weigh together.
    fn weight(&self) -> f64 {
        let Fit { window, settings, .. } = self.fit;
        let sums = (self.month + 2).saturating_sub(window.months()).min(settings.most_sums);
        (0..sums).map(|age| 0.5_f64.powf(age as f64 / settings.half_life)).sum()
    }
    /// What the units of the same country saw in as long a window, or all units where countries are not told.
    fn region(&self, unit: usize) -> Arc<History> {
        let country = self.fit.panel.countries().map_or(0, |of| of[unit]);
        Arc::clone(self.regions[country].get_or_init(|| Arc::new(self.seen_in(country))))
    }
    fn seen_in(&self, country: usize) -> History {
        let Fit { panel, window, .. } = self.fit;
        let is_of = |unit: &usize| panel.countries().is_none_or(|of| of[*unit] == country);
        let sums = (self.month + 2).saturating_sub(window.months());
        let all = (0..panel.units()).filter(is_of).flat_map(|unit| {
            (0..sums).map(move |age| (panel.sum_to(self.month - age, window.months(), unit), 1.0))
        });
        History::new(all.collect())
    }
}
