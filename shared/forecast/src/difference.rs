//! How much better one forecast is than another, and within what the chance of the sample leaves it (ANALYSIS 2).

use crate::rolling::{MEASURES, Scores, Single};

/// So often the blocks are drawn anew.
const DRAWS: usize = 2000;
/// Share of the draws below the interval, and above it.
const OUTSIDE: f64 = 0.025;

/// A difference of two mean scores, as a share of the other's: below 0 where the one is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// As it was measured.
    pub measured: f64,
    /// The lower end of its 95 % bootstrap interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Sums of a measure over what is drawn together: of the one forecast, and of the other.
pub type Block = (f64, f64);

/// By measure the blocks of every unit, one after another: so many origins are drawn together, as what happens in them hangs
/// together; all of a unit where `origins` is `None`. `one` and `other` are places among the models.
pub fn blocks(
    units: &[Vec<Scores>],
    (one, other): (usize, usize),
    origins: Option<usize>,
) -> [Vec<Vec<Block>>; MEASURES.len()] {
    std::array::from_fn(|measure| {
        let sum = |of: &[Single]| of.iter().map(|single| single[measure]).sum::<f64>();
        let of_unit = |unit: &Vec<Scores>| {
            let (one, other) = (&unit[one].each, &unit[other].each);
            let together = origins.unwrap_or(one.len()).max(1);
            let pairs = one.chunks(together).zip(other.chunks(together));
            pairs.map(|(one, other)| (sum(one), sum(other))).collect()
        };
        units.iter().map(of_unit).collect()
    })
}

/// The difference over these blocks, of as many for every unit; `None` where the other's score is nothing. Units and blocks of
/// time are drawn anew, each by itself: a month that was hard everywhere leaves as much to chance as a unit that was hard always.
/// `pick` gives a place below the number it is given, each as likely.
pub fn difference(units: &[Vec<Block>], mut pick: impl FnMut(usize) -> usize) -> Option<Difference> {
    let relative = |(one, other): Block| (other > 0.0).then(|| one / other - 1.0);
    let add = |(one, other): Block, block: &Block| (one + block.0, other + block.1);
    let measured = relative(units.iter().flatten().fold((0.0, 0.0), add))?;
    let times = units.iter().map(Vec::len).min().unwrap_or(0);
    let mut drawn: Vec<f64> = (0..DRAWS)
        .filter_map(|_| {
            let chosen: Vec<usize> = (0..times).map(|_| pick(times)).collect();
            let of_units = (0..units.len()).map(|_| &units[pick(units.len())]);
            relative(of_units.flat_map(|unit| chosen.iter().map(|time| &unit[*time])).fold((0.0, 0.0), add))
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| drawn.get((share * drawn.len() as f64) as usize).or(drawn.last()).copied();
    Some(Difference { measured, low: at(OUTSIDE)?, high: at(1.0 - OUTSIDE)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places one after another, as far as they go, again and again: every block is drawn as often.
    fn in_turn() -> impl FnMut(usize) -> usize {
        let mut next = 0;
        move |below| {
            next += 1;
            next % below
        }
    }

    #[test]
    fn the_same_gain_everywhere_leaves_nothing_to_chance() {
        let told = difference(&[vec![(9.0, 10.0), (18.0, 20.0)], vec![(90.0, 100.0), (0.9, 1.0)]], in_turn())
            .unwrap();
        for share in [told.measured, told.low, told.high] {
            assert!((share + 0.1).abs() < 1e-12, "{told:?}");
        }
        assert_eq!(difference(&[vec![(1.0, 0.0)]], in_turn()), None);
        assert_eq!(difference(&[], in_turn()), None);
    }

    #[test]
    fn a_gain_in_one_place_alone_is_within_wide_bounds() {
        let mut state = 7_u64;
        let mut pick = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut blocks = vec![vec![(10.0, 10.0)]; 20];
        blocks[3][0] = (0.0, 20.0);
        let told = difference(&blocks, &mut pick).unwrap();
        assert!(told.low < told.measured && told.measured < told.high, "{told:?}");
        assert!(told.high.abs() < 1e-12, "drawn without that place there is no gain: {told:?}");
    }

    #[test]
    fn origins_of_a_unit_are_drawn_together() {
        let scores = |value: f64| Scores { each: vec![[value; 4]; 7], ..Scores::default() };
        let units = vec![vec![scores(1.0), scores(2.0)]; 2];
        assert_eq!(blocks(&units, (0, 1), Some(3))[0], vec![[(3.0, 6.0), (3.0, 6.0), (1.0, 2.0)]; 2]);
        assert_eq!(blocks(&units, (0, 1), None)[3], vec![[(7.0, 14.0)]; 2]);
    }
}
