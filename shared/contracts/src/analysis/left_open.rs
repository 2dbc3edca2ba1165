//! What is left open of a level: between which levels it is, and since when nothing is known of its place.

use domain::Level;

use super::{LevelChange, Situation, levels::LevelRange};

impl LevelRange {
    /// Whether it says more than this level alone: it is wider, or nothing is known of the last days.
    pub fn says_more_than(&self, level: Level) -> bool {
        self.lowest < level || level < self.highest || self.unknown_since.is_some()
    }
}

impl Situation {
    /// Between which levels the evidence leaves it open, where that is wider than the computed level.
    pub fn left_open(&self) -> Option<LevelRange> {
        self.range.filter(|range| range.says_more_than(self.level))
    }
    /// Whether it is called calm by its age alone: nothing at all is known of the last days, and no person says so either.
    pub fn is_calm_by_silence(&self) -> bool {
        let unknown = self.range.is_some_and(|range| range.unknown_since.is_some());
        self.set.is_none() && self.level == Level::Calm && unknown
    }
    /// Whether enough is known to call a place calm or to count it among those whose level is known.
    pub fn is_known(&self) -> bool {
        self.is_spoken_of() && !self.is_calm_by_silence()
    }
}

impl LevelChange {
    /// Notes what the situation after it leaves open.
    pub fn leaves_open(&mut self, range: Option<LevelRange>) {
        self.unknown_since = range.and_then(|range| range.unknown_since);
        self.range = range.filter(|range| range.says_more_than(self.now));
    }
    /// Whether a level fell by its age alone where nothing is known of the last days, or nothing is reported at all: it is no fall
    /// that anybody knows of.
    pub fn is_counted_down(&self) -> bool {
        self.now < self.was && (self.unreported || self.unknown_since.is_some())
    }
}
