//! Forecasts of counts (deaths, incidents) by unit and month, as distributions that can be explained and scored.
//!
//! A forecast is the mixture of two (ANALYSIS 4): the unit's own past sums, the newer the heavier ([`History`]), and a
//! [`Ladder`] of logistic regressions, one for each of [`THRESHOLDS`], on [`Features`] of the unit, its neighbours, its
//! country and the season. It is pure: no store, no clock, no runtime; the same panel gives the same bits.
//!
//! ```
//! use forecast::{Fit, Panel, Settings, Window};
//!
//! let panel = Panel::new(2, [[3.0, 0.0], [5.0, 0.0]].concat().repeat(60), 0)?;
//! let fit = Fit::new(&panel, Window::next(3), &Settings::PROVINCES);
//! let at = fit.at(panel.months() - 1);
//! assert!(at.unit(0).chance_of(10) > at.unit(1).chance_of(10));
//! # Ok::<(), forecast::Malformed>(())
//! ```

pub mod alarm;
pub mod change;
pub mod chart;
pub mod counting;
pub mod detect;
pub mod difference;
mod distribution;
mod feature;
mod fit;
mod history;
mod ladder;
mod logistic;
mod panel;
mod rival;
pub mod rolling;
pub mod run_length;
pub mod score;

pub use distribution::Distribution;
pub use feature::{Feature, Features, Group};
pub use fit::{Fit, Origin};
pub use history::History;
pub use ladder::{Ladder, Rungs};
pub use panel::{Malformed, Panel, Window};

/// The counts whose chance a ladder tells, ascending.
pub const THRESHOLDS: [f64; 21] = [
    1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 18.0, 25.0, 40.0, 60.0, 100.0, 160.0, 250.0, 400.0, 650.0, 1000.0, 1600.0,
    2500.0, 4000.0, 6500.0, 10_000.0,
];

/// What a forecast is made by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// After so many months a sum of the unit's own past weighs half.
    pub half_life: f64,
    /// After so many months a sum weighs half in the moments of the negative binomial that the forecast is held against.
    pub moments_half_life: f64,
    /// The ladder's share of the mixture, in 0..=1.
    pub ladder_share: f64,
    /// No more than so many sums of the own past count.
    pub most_sums: usize,
    /// The ladder learns from so many months before the origin.
    pub learns_from: usize,
    /// The first month it may learn from, counted from the panel's first: before it the features know too little.
    pub learns_after: usize,
    /// Strength of the ridge that keeps the ladder's coefficients small.
    pub ridge: f64,
    /// A rung needs so many sums that reach it.
    pub least_reached: usize,
}

impl Settings {
    /// For first-level units, chosen on 2009 to 2016 (ANALYSIS 2).
    pub const PROVINCES: Self = Self {
        half_life: 6.0,
        moments_half_life: 6.0,
        ladder_share: 2.0 / 3.0,
        most_sums: 240,
        learns_from: 120,
        learns_after: 60,
        ridge: 20.0,
        least_reached: 8,
    };
    /// For whole countries, chosen on 2006 to 2017.
    pub const COUNTRIES: Self =
        Self { half_life: 4.0, moments_half_life: 3.0, ladder_share: 0.5, ..Self::PROVINCES };
}
