//! The parts of the index and how they are put together: what spills over lifts by one level at most, what relieves lowers by
//! one level at most and never below the gravest fresh incident. Both limits are judgements (decision 0015).

use domain::Level;

use super::Bands;

/// An incident of so many days is fresh: no talks take off what it alone gives.
pub const FRESH_DAYS: i64 = 30;
/// How near the border of the level after the next one spill-over alone may come.
const JUST_BELOW: f64 = 0.99;

/// What an index is put together from, each before any limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
    /// From the incidents of the cell itself.
    pub own: f64,
    /// From indicators that make things worse.
    pub indicators: f64,
    /// From across the border.
    pub spillover: f64,
    /// What events of peace would take off.
    pub peace: f64,
    /// What mitigating and peace indicators would take off.
    pub eased: f64,
    /// What the gravest fresh incident gives alone.
    pub gravest: f64,
}

/// The index with its limits kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Composed {
    /// What spilled over counts so much.
    pub spillover: f64,
    /// What relieved took off so much.
    pub relief: f64,
    /// The index.
    pub index: f64,
}

impl Parts {
    /// Puts the index together.
    ///
    /// Without spill-over, indicators and relief it is the own index to the last bit.
    pub fn compose(&self, bands: &Bands) -> Composed {
        let base = self.own + self.indicators;
        let spillover = self.spillover.min(room_above(base, bands));
        let raw = base + spillover;
        let index = (raw - self.peace - self.eased).max(floor(raw, self.gravest, bands));
        Composed { spillover, relief: raw - index, index }
    }

    /// The parts after so many days in which nothing new happens.
    #[must_use]
    pub fn aged(&self, days: i64, half_life_days: f64, reading_half_life_days: f64) -> Self {
        let kept = 0.5_f64.powf(days as f64 / half_life_days);
        let read = if reading_half_life_days > 0.0 {
            0.5_f64.powf(days as f64 / reading_half_life_days)
        } else {
            0.0
        };
        Self {
            own: self.own * kept,
            indicators: self.indicators * read,
            spillover: self.spillover * kept,
            peace: self.peace * kept,
            eased: self.eased * read,
            gravest: if days > FRESH_DAYS { 0.0 } else { self.gravest * kept },
        }
    }

    /// Whether the own index is all there is.
    pub fn is_own_alone(&self) -> bool {
        self.indicators == 0.0 && self.spillover == 0.0 && self.peace == 0.0 && self.eased == 0.0
    }
}

/// How much may spill into a cell that stands at this index by itself: it may reach the next level and not the one after.
fn room_above(base: f64, bands: &Bands) -> f64 {
    let after_next = usize::from(bands.of(base).number()) + 2;
    Level::ALL
        .get(after_next)
        .map_or(f64::INFINITY, |level| (bands.border(*level) * JUST_BELOW - base).max(0.0))
}

/// The index below which no relief takes it: the beginning of the level below the one that stands without relief, and what the
/// gravest fresh incident gives alone.
fn floor(raw: f64, gravest: f64, bands: &Bands) -> f64 {
    bands.border(bands.held(raw).below()).max(gravest).min(raw)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(own: f64) -> Parts {
        Parts { own, ..Parts::default() }
    }

    #[test]
    fn the_own_index_alone_is_the_index() {
        let composed = parts(12.345).compose(&Bands::default());
        assert_eq!(composed, Composed { spillover: 0.0, relief: 0.0, index: 12.345 });
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "what is told is told as it stands")]
    fn relief_stops_at_the_level_below_and_at_the_gravest_fresh_incident() {
        let bands = Bands::default();
        let eased = Parts { peace: 50.0, eased: 50.0, ..parts(35.0) };
        assert_eq!(eased.compose(&bands).index, 10.0, "high falls to elevated and no further");
        let fresh = Parts { gravest: 16.0, ..eased };
        assert_eq!((fresh.compose(&bands).index, fresh.compose(&bands).relief), (16.0, 19.0));
    }

    #[test]
    fn a_quiet_cell_beside_a_war_is_low_and_no_more() {
        let bands = Bands::default();
        let beside = Parts { spillover: 400.0, ..parts(0.0) };
        assert_eq!(bands.of(beside.compose(&bands).index), Level::Low);
        let high = Parts { spillover: 400.0, ..parts(40.0) };
        assert_eq!(bands.of(high.compose(&bands).index), Level::Critical);
    }

    proptest! {
        #[test]
        fn relief_lowers_by_one_level_at_most_and_never_below_the_gravest(
            own in 0.0..200.0_f64, indicators in 0.0..40.0_f64, spillover in 0.0..200.0_f64,
            peace in 0.0..200.0_f64, eased in 0.0..200.0_f64, part in 0.0..1.0_f64,
        ) {
            let bands = Bands::default();
            let all = Parts { own, indicators, spillover, peace, eased, gravest: own * part };
            let without = Parts { peace: 0.0, eased: 0.0, ..all };
            let (with, without) = (all.compose(&bands), without.compose(&bands));
            prop_assert!(with.relief >= 0.0 && with.index <= without.index);
            prop_assert!(with.index >= all.gravest);
            prop_assert!(bands.of(with.index) >= bands.held(without.index).below());
            prop_assert!((own + indicators + with.spillover - with.relief - with.index).abs() < 1e-9);
        }

        #[test]
        fn spill_over_lifts_by_one_level_at_most(own in 0.0..200.0_f64, spillover in 0.0..500.0_f64) {
            let bands = Bands::default();
            let with = Parts { spillover, ..parts(own) }.compose(&bands);
            prop_assert!(bands.of(with.index).number() <= bands.of(own).number() + 1);
            prop_assert!(with.index >= own);
        }
    }
}
