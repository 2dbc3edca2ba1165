//! The standing by what is known now of past days: the hysteresis walked day by day over the days on which things happened
//! (ANALYSIS 7.5; decision 0032).

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::Peekable,
    ops::RangeInclusive,
    vec::IntoIter,
};

use contracts::analysis::indicators::Direction;
use domain::{ClusterId, Day, Extent, Indicator, Level, Threat};

use super::{
    Around, Bands, Cell, Parts, Reading, Report, Rules, Standing, Whole,
    across::clusters,
    cell::horizon_days,
    index::{decay, weights},
    level::{self, FALL_BELOW},
    parts::FRESH_DAYS,
    reading,
};

/// How many days the walk goes back.
///
/// What stood before them is forgotten once the index rose through it, or lay below what holds it: a level falls every 28 days at
/// the latest, so that sixteen weeks without what holds one leave nothing of it. Only of an index that keeps between a border and
/// 0.7 of it for all of two years the start decides, and there the walk begins with the lower level.
pub const WALK_DAYS: i64 = 730;

/// Where a walk ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// The level and the day it last changed; the first day of the walk where it never did.
    pub standing: Standing,
    /// Whether it changed on any of the days.
    pub moved: bool,
}

/// Walks a cell day by day up to this one, by the index of each day: of what happened by then, as it is known now. Reports and
/// readings are those of the walk and of the horizon before it; the bands are those that serve now.
///
/// The incidents are put together once; between two days their sums only decay, so that a day costs no more than what came on it.
pub fn walked(cell: &Cell, (reports, around): (&[Report], &Around<'_>), on: Day, rules: &Rules) -> Walked {
    let start = on.plus(-WALK_DAYS);
    let mut known = Known::of(cell, (reports, around), (start, on), rules);
    let days = (0..=WALK_DAYS).map(|number| {
        let today = start.plus(number);
        (today, known.parts(today, rules).compose(&around.bands).index)
    });
    let standing =
        level::walk(days, &around.bands).unwrap_or(Standing { level: Level::Calm, changed: start });
    Walked { standing, moved: standing.changed > start }
}

/// Whether a walk may end above this level by what was heard of days since `oldest`: whether any of them may have lifted it.
pub fn may_end_above(
    level: Level,
    whole: &Whole<'_>,
    ((oldest, on), threat): ((Day, Day), Threat),
    bands: &Bands,
) -> bool {
    oldest < on
        && level.above() != level
        && most(whole, ((oldest, on), threat)) >= bands.border(level.above())
}

/// Whether what was heard of days since `oldest` may have held a level above this one, had one stood on any of them.
pub fn may_have_held(
    level: Level,
    whole: &Whole<'_>,
    ((oldest, on), threat): ((Day, Day), Threat),
    bands: &Bands,
) -> bool {
    level.above() != level
        && most(whole, ((oldest.min(on), on), threat)) >= FALL_BELOW * bands.border(level.above())
}

/// The most that the index can have been on any day since `oldest`: what makes today's, without relief and undecayed; every
/// indicator that bears on it may have been severe then.
fn most(whole: &Whole<'_>, ((oldest, on), threat): ((Day, Day), Threat)) -> f64 {
    let parts = &whole.parts;
    let most = Extent::ALL.iter().map(|extent| extent.weight()).fold(0.0, f64::max);
    let raises = whole.read.iter().filter(|read| read.direction() == Direction::Raises);
    let indicators = raises.map(|read| read.weight * most).fold(0.0, |sum, part| sum + part);
    (parts.own + parts.spillover) / decay(threat, on.since(oldest)) + indicators
}

/// A change of level as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The level before.
    pub was: Level,
    /// The level after it.
    pub now: Level,
    /// The day on which it changed.
    pub since: Day,
    /// The day on which that was told.
    pub told: Day,
}

/// Whether a level that stood above this one may have fallen on any day since `oldest`, by what was told of a cell that stands as
/// it does since a day. What a walk found has no steps of its own: behind a change told late there may be a fall.
pub fn may_have_fallen(steps: &[Step], (level, since): (Level, Day), oldest: Day) -> bool {
    let fell = |step: &Step| step.was > step.now && step.was > level;
    let within = |step: &&Step| step.since >= oldest;
    let known = steps.iter().any(|step| step.since == since);
    !known || steps.iter().filter(within).any(|step| step.since < step.told || fell(step))
}

/// The oldest day that what was heard of these days bears on: an incident counts on the day of its best report, and a later report
/// of it may have borne that one out.
pub fn oldest(whole: &Whole<'_>, days: &RangeInclusive<Day>) -> Day {
    let across = whole.spilled.iter().flat_map(|spilled| &spilled.weighed.incidents);
    let all = whole.weighed.incidents.iter().chain(across);
    let heard = all.filter(|one| one.incident.reports.iter().any(|report| days.contains(&report.to)));
    heard.map(|one| one.day).fold(*days.start(), Day::min)
}

/// What is known of a cell, as the days are walked.
struct Known<'a> {
    threat: Threat,
    own: Sum,
    peace: Sum,
    spilling: Sum,
    signs: Signs<'a>,
}

impl<'a> Known<'a> {
    fn of(
        cell: &Cell,
        (reports, around): (&[Report], &Around<'a>),
        (start, on): (Day, Day),
        rules: &Rules,
    ) -> Self {
        let own = weights(reports, on, rules);
        // what is known by now to be of one incident with the cell's own never spilled
        let mut counted: BTreeSet<&ClusterId> = clusters(reports).collect();
        let across = around.across.iter().flat_map(|across| {
            let beside = across.beside(&counted);
            let there = weights(beside.iter().copied(), on, rules).worse.into_iter();
            counted.extend(clusters(beside));
            there.map(|(day, weight)| (day, across.share * weight))
        });
        let sum = |weights: Vec<(Day, f64)>| Sum::of(weights, cell.threat, start);
        Self {
            threat: cell.threat,
            spilling: sum(across.collect()),
            own: sum(own.worse),
            peace: sum(own.peace),
            signs: Signs::of(around.readings, cell.threat, on),
        }
    }

    fn parts(&mut self, today: Day, rules: &Rules) -> Parts {
        let peace = rules.peace_weight * self.peace.on(today);
        let (own, spillover) = (self.own.on(today), self.spilling.on(today));
        let (indicators, eased) = self.signs.on(today, self.threat, rules);
        // it bounds what relieves, and nothing else
        let gravest = if peace + eased > 0.0 { self.own.gravest(today) } else { 0.0 };
        Parts { own, indicators, spillover, peace, eased, gravest }
    }
}

/// Weights that come on their days, decay, and leave after ten half-lives. It is asked of one day after the other.
struct Sum {
    threat: Threat,
    weights: Vec<(Day, f64)>,
    came: usize,
    left: usize,
    total: f64,
}

impl Sum {
    fn of(mut weights: Vec<(Day, f64)>, threat: Threat, start: Day) -> Self {
        weights.retain(|(day, _)| start.since(*day) <= horizon_days(threat));
        weights.sort_by_key(|(day, _)| *day);
        Self { threat, weights, came: 0, left: 0, total: 0.0 }
    }

    fn on(&mut self, today: Day) -> f64 {
        if self.left == self.weights.len() {
            return 0.0;
        }
        self.total *= decay(self.threat, 1);
        while let Some((day, weight)) = self.weights.get(self.came).filter(|(day, _)| *day <= today) {
            self.total += weight * decay(self.threat, today.since(*day));
            self.came += 1;
        }
        let horizon = horizon_days(self.threat);
        while let Some((day, weight)) =
            self.weights.get(self.left).filter(|(day, _)| today.since(*day) > horizon)
        {
            self.total -= weight * decay(self.threat, today.since(*day));
            self.left += 1;
        }
        // of nothing there is no rest by rounding
        self.total = if self.left == self.came { 0.0 } else { self.total.max(0.0) };
        self.total
    }

    /// What the gravest fresh one gives alone on the day that was asked of last.
    fn gravest(&self, today: Day) -> f64 {
        let came = self.weights.get(self.left..self.came).unwrap_or_default().iter().rev();
        let fresh = came.take_while(|(day, _)| today.since(*day) <= FRESH_DAYS);
        fresh.map(|(day, weight)| weight * decay(self.threat, today.since(*day))).fold(0.0, f64::max)
    }
}

/// Readings as they come: of each indicator and owner the newest counts.
struct Signs<'a> {
    coming: Peekable<IntoIter<(Day, &'a Reading)>>,
    newest: BTreeMap<(Indicator, &'a str), &'a Reading>,
}

impl<'a> Signs<'a> {
    fn of(readings: &'a [Reading], threat: Threat, on: Day) -> Self {
        let bears = readings.iter().filter(|reading| reading.bears_on(threat));
        let mut coming: Vec<(Day, &Reading)> = bears.map(|reading| (reading.to.min(on), reading)).collect();
        coming.sort_by(|(_, a), (_, b)| (a.to, a.known_from, &a.id).cmp(&(b.to, b.known_from, &b.id)));
        Self { coming: coming.into_iter().peekable(), newest: BTreeMap::new() }
    }

    /// What the indicators add on a day, and what they would take off.
    fn on(&mut self, today: Day, threat: Threat, rules: &Rules) -> (f64, f64) {
        while let Some((_, reading)) = self.coming.next_if(|(day, _)| *day <= today) {
            self.newest.insert((reading.indicator, &reading.owner), reading);
        }
        if self.newest.is_empty() {
            return (0.0, 0.0);
        }
        let read = reading::read(self.newest.values().copied(), Some(threat), today, &rules.indicators);
        let moved = |way: Direction| {
            let of_way = read.iter().filter(|read| read.direction() == way);
            of_way.map(|read| read.contribution).fold(0.0, |sum, part| sum + part)
        };
        (moved(Direction::Raises), moved(Direction::Lowers))
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
