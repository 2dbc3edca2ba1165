//! A cell as a whole: its incidents, the indicators, what spills in, and the index they give together.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    anomalies::AnomalyState, indicators::Direction, levels::Reporting, overrides::Override,
};
use domain::{ClusterId, Day};

use super::{
    Across, Bands, Cell, Composed, Month, Parts, Reading, Report, Rules, Weighed,
    across::clusters,
    parts::FRESH_DAYS,
    reading::{self, Read},
    weigh,
};

/// What is known around a cell besides its own reports.
#[derive(Clone, Debug, Default)]
pub struct Around<'a> {
    /// Its neighbours across the border.
    pub across: Vec<Across<'a>>,
    /// The readings of its province.
    pub readings: &'a [Reading],
    /// The bands of its threat.
    pub bands: Bands,
    /// What comes from its province against what usually does.
    pub reporting: Option<Reporting>,
    /// The level that a person set and that holds.
    pub set: Option<&'a Override>,
    /// Unusual months that a person explained or dismissed.
    pub judged: BTreeMap<Month, AnomalyState>,
}

/// A neighbour with its own index.
#[derive(Clone, Debug)]
pub struct Spilled<'a> {
    /// The neighbour and its share.
    pub across: &'a Across<'a>,
    /// Its incidents and its own index.
    pub weighed: Weighed<'a>,
}

impl Spilled<'_> {
    /// What it adds before the limit.
    pub fn contribution(&self) -> f64 {
        self.across.share * self.weighed.index
    }
}

/// Everything that an index is put together from.
#[derive(Clone, Debug)]
pub struct Whole<'a> {
    /// The incidents of the cell itself.
    pub weighed: Weighed<'a>,
    /// The indicators that bear on its threat.
    pub read: Vec<Read<'a>>,
    /// What spills in, largest first; nothing of those that give nothing.
    pub spilled: Vec<Spilled<'a>>,
    /// The parts.
    pub parts: Parts,
    /// The index, with its limits kept.
    pub composed: Composed,
}

/// Which reports and readings count: all, or those of strong grade alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// All of them.
    All,
    /// Those of A or B and 1 or 2.
    Strong,
}

impl Evidence {
    fn takes(self, is_strong: bool) -> bool {
        self == Self::All || is_strong
    }
}

/// Puts a cell together from its reports and from what is around it.
pub fn whole<'a>(
    cell: &Cell,
    (reports, around): (&'a [Report], &'a Around<'a>),
    (on, evidence): (Day, Evidence),
    rules: &Rules,
) -> Whole<'a> {
    let taken = |reports: Vec<&'a Report>| -> Vec<&'a Report> {
        reports.into_iter().filter(|report| evidence.takes(report.is_strong())).collect()
    };
    let weighed_of = |reports: &[&'a Report]| weigh(reports.iter().copied(), cell.threat, on, rules);
    let own = taken(reports.iter().collect());
    let weighed = weighed_of(&own);
    let readings = around.readings.iter().filter(|reading| evidence.takes(reading.is_strong()));
    let read = reading::read(readings, Some(cell.threat), on, &rules.indicators);
    let mut counted: BTreeSet<&ClusterId> = clusters(own).collect();
    let neighbours = around.across.iter().map(|across| {
        let beside = taken(across.beside(&counted));
        let weighed = weighed_of(&beside);
        counted.extend(clusters(beside));
        Spilled { across, weighed }
    });
    let mut spilled: Vec<Spilled> = neighbours.filter(|spilled| spilled.weighed.index > 0.0).collect();
    spilled.sort_by(|a, b| b.contribution().total_cmp(&a.contribution()));
    let moved = |way: Direction| {
        read.iter().filter(move |read| read.direction() == way).map(|read| read.contribution)
    };
    let fresh = weighed.incidents.iter().filter(|w| on.since(w.day) <= FRESH_DAYS).map(|w| w.contribution);
    let parts = Parts {
        own: weighed.index,
        indicators: moved(Direction::Raises).fold(0.0, |sum, part| sum + part),
        spillover: spilled.iter().map(Spilled::contribution).fold(0.0, |sum, part| sum + part),
        peace: rules.peace_weight
            * weighed.peace.iter().map(|w| w.contribution).fold(0.0, |sum, part| sum + part),
        eased: moved(Direction::Lowers).fold(0.0, |sum, part| sum + part),
        gravest: fresh.fold(0.0, f64::max),
    };
    let composed = parts.compose(&around.bands);
    Whole { weighed, read, spilled, parts, composed }
}
