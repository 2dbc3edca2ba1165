//! The bands that an index is read by: the measured ones, or a threat's own where its five years are known (ANALYSIS 7.4).

use domain::{Day, Level};

use super::level::FALL_BELOW;

/// Which points of a threat's own five years its bands are.
const POINTS: [f64; 4] = [0.50, 0.75, 0.90, 0.97];
/// How far back a threat's own years reach, in months.
pub const OWN_MONTHS: i32 = 60;
/// Fewer province-months than these are too few to set bands by (a judgement).
const LEAST_MONTHS: usize = 200;
/// An index below this is as good as none: such a month says nothing about what is much (a judgement).
const NOTHING: f64 = 0.1;
/// Own bands begin no lower: one minor incident that is certain must not be below them (a judgement).
const LEAST_LOW: f64 = 1.0;

/// The indices at which low, elevated, high and critical begin; each greater than the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    from: [f64; 4],
    own_since: Option<Day>,
}

impl Default for Bands {
    fn default() -> Self {
        let border = |level: Level| level.band();
        let from = [Level::Low, Level::Elevated, Level::High, Level::Critical].map(border);
        Self { from, own_since: None }
    }
}

impl Bands {
    /// Bands that were kept.
    pub const fn kept(from: [f64; 4], own_since: Day) -> Self {
        Self { from, own_since: Some(own_since) }
    }

    /// The 50, 75, 90 and 97 % points of these indices, each of one province at the end of one month; `None` with too few
    /// months in which there was anything, or where the points do not rise from 1 on: then the default bands serve.
    pub fn own(indices: impl IntoIterator<Item = f64>, since: Day) -> Option<Self> {
        let mut seen: Vec<f64> = indices.into_iter().filter(|index| *index >= NOTHING).collect();
        if seen.len() < LEAST_MONTHS {
            return None;
        }
        seen.sort_by(f64::total_cmp);
        let from = POINTS.map(|point| seen[(point * (seen.len() - 1) as f64).round() as usize]);
        let rises = from.is_sorted_by(|one, next| one * 1.05 < *next);
        (rises && from[0] >= LEAST_LOW).then_some(Self { from, own_since: Some(since) })
    }

    /// The level whose band holds this index; what is not a number is critical, so that it is looked at.
    pub fn of(&self, index: f64) -> Level {
        let above = self.from.iter().take_while(|border| index.is_nan() || index >= **border).count();
        Level::ALL.get(above).copied().unwrap_or(Level::Critical)
    }

    /// The highest level that an index holds once it was reached: it falls only below 0.7 of the border (ANALYSIS 7.5).
    pub fn held(&self, index: f64) -> Level {
        let holds = |border: &f64| index.is_nan() || index >= FALL_BELOW * border;
        let above = self.from.iter().take_while(|border| holds(border)).count();
        Level::ALL.get(above).copied().unwrap_or(Level::Critical)
    }

    /// The index at which a level begins; 0 for calm.
    pub fn border(&self, level: Level) -> f64 {
        usize::from(level.number()).checked_sub(1).map_or(0.0, |at| self.from[at])
    }

    /// The four borders.
    pub const fn borders(&self) -> [f64; 4] {
        self.from
    }

    /// As they are told.
    pub const fn told(&self) -> contracts::analysis::levels::Bands {
        let [low, elevated, high, critical] = self.from;
        contracts::analysis::levels::Bands { low, elevated, high, critical, own_since: self.own_since }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::given::day;

    #[test]
    fn the_default_bands_are_those_of_the_levels() {
        let bands = Bands::default();
        for (index, level) in
            [(1.99, Level::Calm), (2.0, Level::Low), (79.9, Level::High), (f64::NAN, Level::Critical)]
        {
            assert_eq!(bands.of(index), level, "{index}");
        }
        assert_eq!(
            Level::ALL.iter().map(|level| bands.border(*level)).collect::<Vec<_>>(),
            [0.0, 2.0, 10.0, 30.0, 80.0]
        );
        assert_eq!((bands.held(7.0), bands.held(6.99)), (Level::Elevated, Level::Low));
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "what is told is told as it stands")]
    fn own_bands_need_months_enough_and_points_that_rise_from_one() {
        let much = || (1..=400).map(|n| f64::from(n) / 10.0);
        let own = Bands::own(much(), day(0)).unwrap();
        assert_eq!(own.borders().map(f64::round), [20.0, 30.0, 36.0, 39.0]);
        assert_eq!(own.told().own_since, Some(day(0)));
        assert_eq!(Bands::own(much().take(100), day(0)), None, "too few");
        assert_eq!(Bands::own(std::iter::repeat_n(3.0, 900), day(0)), None, "all alike");
        assert_eq!(Bands::own(much().map(|index| index / 30.0), day(0)), None, "below one");
    }

    proptest! {
        #[test]
        fn a_level_is_held_by_its_own_index_and_a_higher_index_is_never_a_lower_level(a in 0.0..200.0_f64, b in 0.0..200.0_f64) {
            let bands = Bands::default();
            prop_assert_eq!(bands.of(a), Level::of_index(a));
            prop_assert!(bands.held(a) >= bands.of(a));
            prop_assert!(bands.of(a.min(b)) <= bands.of(a.max(b)));
        }
    }
}
