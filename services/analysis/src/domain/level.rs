//! The level and its hysteresis: it rises at once and falls late, one level at a time (ANALYSIS 7.4 and 7.5).

use std::cmp::Ordering;

use domain::{Day, Level, Timestamp};

use super::{Bands, Walked};

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
    pub fn first(index: f64, on: Day, bands: &Bands) -> Self {
        Self { level: bands.of(index), changed: on }
    }

    /// Where it stands with this index on this day: it rises at once to the band of the index; it falls one level when the
    /// index is below 0.7 of the lower border of its band and the last change is at least 28 days ago.
    #[must_use]
    pub fn step(self, index: f64, on: Day, bands: &Bands) -> Self {
        let up = bands.of(index);
        if up > self.level {
            return Self { level: up, changed: on };
        }
        let low = index < FALL_BELOW * bands.border(self.level);
        if low && on.since(self.changed) >= DWELL_DAYS {
            return Self { level: self.level.below(), changed: on };
        }
        self
    }

    /// What was told, joined with what is walked over all that is known now: the higher level; of the same level the later change,
    /// so that nothing that was told falls faster for what became known since (decision 0032).
    #[must_use]
    pub fn joined(self, walked: Walked) -> Self {
        let later = walked.moved && walked.standing.changed > self.changed;
        match walked.standing.level.cmp(&self.level) {
            Ordering::Less => self,
            Ordering::Equal if !later => self,
            _ => walked.standing,
        }
    }

    /// The day on which it falls if nothing new happens; `None` when it is calm already (7.7).
    ///
    /// The index halves every `half_life_days`: it is below 0.7 of the border after H log2(I / 0.7 border) days.
    pub fn falls_on(self, index: f64, (on, half_life_days): (Day, f64), bands: &Bands) -> Option<Day> {
        if self.level == Level::Calm {
            return None;
        }
        let below = FALL_BELOW * bands.border(self.level);
        let days =
            if index < below { 0 } else { (half_life_days * (index / below).log2()).floor() as i64 + 1 };
        Some(on.plus(days).max(self.changed.plus(DWELL_DAYS)))
    }
}

/// A level that holds, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The level.
    pub level: Level,
    /// Since when.
    pub since: Timestamp,
    /// Whether it held already where the walk over past days begins: it holds since then at the latest, and maybe for longer.
    pub at_least: bool,
}

impl Held {
    /// The same, or what the index of a day lifts it to, since that day at the latest: a level rises at once, whether or not
    /// anybody had told it yet.
    #[must_use]
    pub fn at_least_by(self, index: f64, on: Day, bands: &Bands) -> Self {
        let lifted = bands.of(index);
        if lifted > self.level { Self { level: lifted, since: on.start(), at_least: true } } else { self }
    }
}

impl Held {
    /// The same as time lets it fall by a day with this index, where nobody looked meanwhile: one level after the other, each as soon as
    /// the index had halved often enough and 28 days had passed. On which day is reckoned back from the index of this one, so it holds
    /// since then at the latest.
    #[must_use]
    pub fn fallen_by(self, index: f64, (on, half_life_days): (Day, f64), bands: &Bands) -> Self {
        let mut held = self;
        loop {
            let (changed, below) = (held.since.day(), FALL_BELOW * bands.border(held.level));
            let most = on.since(changed) - DWELL_DAYS;
            if held.level == Level::Calm || index >= below || most < 0 {
                return held;
            }
            let ago = if index > 0.0 { (half_life_days * (below / index).log2()) as i64 } else { most };
            let fell = on.plus(-ago.clamp(0, most));
            held = Self { level: held.level.below(), since: fell.start(), at_least: true };
        }
    }
}

impl From<(Level, Timestamp)> for Held {
    fn from((level, since): (Level, Timestamp)) -> Self {
        Self { level, since, at_least: false }
    }
}

impl From<Walked> for Held {
    fn from(walked: Walked) -> Self {
        let Walked { standing: Standing { level, changed }, moved } = walked;
        Self { level, since: changed.start(), at_least: !moved && level != Level::Calm }
    }
}

/// The level that would stand had the index been this one instead of that: what holds by the one, where it is another than what
/// holds by the other. The same index leaves the level as it stands.
pub fn what_if(standing: Level, (full, instead): (f64, f64), bands: &Bands) -> Level {
    let holds = |index: f64| bands.held(index).min(standing).max(bands.of(index));
    if holds(full) == holds(instead) { standing } else { holds(instead) }
}

/// Where a cell stands after these days, each with its index; `None` without any.
pub fn walk(days: impl IntoIterator<Item = (Day, f64)>, bands: &Bands) -> Option<Standing> {
    days.into_iter().fold(None, |standing, (on, index)| match standing {
        None => Some(Standing::first(index, on, bands)),
        Some(before) => Some(Standing::step(before, index, on, bands)),
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
            walk(days, &Bands::default()).unwrap().level.number()
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
            let bands = Bands::default();
            let standing = Standing { level: Level::of_index(index).max(Level::High), changed: day(changed) };
            let falls = standing.falls_on(index, (day(0), half_life), &bands).unwrap();
            let at = |on: Day| {
                standing.step(index * 0.5_f64.powf(on.since(day(0)) as f64 / half_life), on, &bands).level
            };
            assert!(at(falls) < standing.level, "{index} has not fallen on {falls}");
            assert!(falls == day(0) || at(falls.plus(-1)) == standing.level, "{index} fell before {falls}");
        }
        let bands = Bands::default();
        assert_eq!(Standing::first(0.5, day(0), &bands).falls_on(0.5, (day(0), 60.0), &bands), None);
    }

    #[test]
    fn a_level_at_which_nobody_looked_falls_with_time_as_one_that_was_looked_at_each_day() {
        let bands = Bands::default();
        let (first, half_life) = (95.0, 30.0);
        let index = |on: Day| first * 0.5_f64.powf(on.since(day(0)) as f64 / half_life);
        let begun = Standing::first(first, day(0), &bands);
        for last in 0..200 {
            let looked_at = (1..=last).fold(begun, |before, n| before.step(index(day(n)), day(n), &bands));
            let held = Held::from((begun.level, begun.changed.start()));
            let fallen = held.fallen_by(index(day(last)), (day(last), half_life), &bands);
            assert_eq!(fallen.level, looked_at.level, "day {last}");
            assert!(
                fallen.since.day().since(looked_at.changed).abs() <= 1,
                "day {last}: {fallen:?} {looked_at:?}"
            );
            assert_eq!(fallen.at_least, fallen.level != begun.level);
        }
    }

    #[test]
    fn without_half_of_it_a_level_is_what_the_rest_holds() {
        let what_if = |standing, full, instead| what_if(standing, (full, instead), &Bands::default());
        assert_eq!(what_if(Level::High, 35.0, 12.0), Level::Elevated);
        assert_eq!(what_if(Level::High, 35.0, 22.0), Level::High, "22 holds what was reached");
        assert_eq!(what_if(Level::High, 15.0, 15.0), Level::High, "it only waits to fall");
        assert_eq!(what_if(Level::Low, 5.0, 31.0), Level::High);
    }

    proptest! {
        #[test]
        fn with_nothing_taken_away_the_level_is_the_level(index in 0.0..200.0_f64, number in 0..5_usize) {
            let standing = Level::ALL[number];
            prop_assert_eq!(what_if(standing, (index, index), &Bands::default()), standing);
        }

        #[test]
        fn a_level_is_never_below_the_band_of_its_index(indices in proptest::collection::vec(0.0..200.0_f64, 1..60)) {
            let levels = weekly(&indices);
            for (level, index) in levels.iter().zip(&indices) {
                prop_assert!(*level >= Level::of_index(*index).number());
            }
        }
    }
}
