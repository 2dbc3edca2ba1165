//! The level and its hysteresis: it rises at once and falls late, one level at a time (ANALYSIS 7.4 and 7.5).

use domain::{Day, Level};

/// A level falls when the index is below this share of the lower border of its band.
pub const FALL_BELOW: f64 = 0.7;
/// A level falls no sooner than so many days after the last change.
pub const DWELL_DAYS: i64 = 28;

/// A level and the day of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The level.
    pub level: Level,
    /// The day it last changed; a rise counts, and a fall.
    pub changed: Day,
}

impl Standing {
    /// Where a cell begins that was never assessed before.
    pub fn first(index: f64, on: Day) -> Self {
        Self { level: Level::of_index(index), changed: on }
    }

    /// Where it stands with this index on this day: it rises at once to the band of the index; it falls one level when the
    /// index is below 0.7 of the lower border of its band and the last change is at least 28 days ago.
    #[must_use]
    pub fn step(self, index: f64, on: Day) -> Self {
        let up = Level::of_index(index);
        if up > self.level {
            return Self { level: up, changed: on };
        }
        let low = index < FALL_BELOW * self.level.band();
        if low && on.since(self.changed) >= DWELL_DAYS {
            return Self { level: self.level.below(), changed: on };
        }
        self
    }

    /// The day on which it falls if nothing new happens; `None` when it is calm already (7.7).
    ///
    /// The index halves every `half_life_days`: it is below 0.7 of the border after H log2(I / 0.7 border) days.
    pub fn falls_on(self, index: f64, on: Day, half_life_days: f64) -> Option<Day> {
        if self.level == Level::Calm {
            return None;
        }
        let below = FALL_BELOW * self.level.band();
        let days =
            if index < below { 0 } else { (half_life_days * (index / below).log2()).floor() as i64 + 1 };
        Some(on.plus(days).max(self.changed.plus(DWELL_DAYS)))
    }
}

/// Where a cell stands after these days, each with its index; `None` without any.
pub fn walk(days: impl IntoIterator<Item = (Day, f64)>) -> Option<Standing> {
    days.into_iter().fold(None, |standing, (on, index)| match standing {
        None => Some(Standing::first(index, on)),
        Some(before) => Some(Standing::step(before, index, on)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i64) -> Day {
        Day::of(2026, 1, 1).unwrap().plus(number)
    }

    fn weekly(indices: &[f64]) -> Vec<u8> {
        let steps = (1..=indices.len()).map(|n| {
            let days = indices[..n].iter().enumerate().map(|(week, index)| (day(week as i64 * 7), *index));
            walk(days).unwrap().level.number()
        });
        steps.collect()
    }

    #[test]
    fn a_level_rises_at_once_and_falls_late() {
        let indices = [
            1.0, 1.9, 2.1, 9.0, 12.0, 11.0, 8.0, 6.9, 6.9, 6.9, 5.0, 5.0, 1.3, 1.3, 1.3, 1.3, 31.0, 85.0,
            50.0, 50.0, 50.0, 50.0, 55.9, 55.9,
        ];
        let levels = [0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 3, 4, 4, 4, 4, 3, 3, 3];
        assert_eq!(weekly(&indices), levels);
    }

    #[test]
    fn the_levels_are_those_of_the_oracle() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/tools/analysis/golden/levels.csv");
        let Ok(golden) = std::fs::read_to_string(path) else {
            eprintln!("skipped: the oracle's golden files are not beside the project");
            return;
        };
        let rows: Vec<Vec<f64>> = golden
            .lines()
            .skip(1)
            .map(|line| line.split(',').map(|cell| cell.trim().parse().unwrap()).collect())
            .collect();
        let levels: Vec<u8> = rows.iter().map(|row| row[2] as u8).collect();
        assert_eq!(weekly(&rows.iter().map(|row| row[1]).collect::<Vec<f64>>()), levels);
    }

    #[test]
    fn the_day_it_falls_is_the_first_on_which_a_step_lowers_it() {
        for (index, changed, half_life) in
            [(50.0, 0, 90.0), (31.0, 0, 45.0), (100.0, -40, 60.0), (21.5, -20, 30.0), (10.0, -90, 90.0)]
        {
            let standing = Standing { level: Level::of_index(index).max(Level::High), changed: day(changed) };
            let falls = standing.falls_on(index, day(0), half_life).unwrap();
            let at =
                |on: Day| standing.step(index * 0.5_f64.powf(on.since(day(0)) as f64 / half_life), on).level;
            assert!(at(falls) < standing.level, "{index} has not fallen on {falls}");
            assert!(falls == day(0) || at(falls.plus(-1)) == standing.level, "{index} fell before {falls}");
        }
        assert_eq!(Standing::first(0.5, day(0)).falls_on(0.5, day(0), 60.0), None);
    }

    proptest! {
        #[test]
        fn a_level_is_never_below_the_band_of_its_index(indices in proptest::collection::vec(0.0..200.0_f64, 1..60)) {
            let levels = weekly(&indices);
            for (level, index) in levels.iter().zip(&indices) {
                prop_assert!(*level >= Level::of_index(*index).number());
            }
        }
    }
}
