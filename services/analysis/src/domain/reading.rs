//! Indicators: what was read last, how far it is believed, and what it adds to the index or takes off.
//!
//! An indicator is a state and no event: of each owner the newest reading counts, and earlier ones are history. Nothing here was
//! measured; the weights are the operator's, the rule is a judgement (decision 0015).

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use contracts::analysis::indicators::{Direction, ToldReading};
use domain::{
    Credibility, Day, Extent, Handling, Indicator, IndicatorKind, ReadingId, Reliability, ReportId, Threat,
    Timestamp, owner,
};
use serde::{Deserialize, Serialize};

/// What the operator decides about indicators.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorRules {
    /// After so many days a reading weighs half.
    pub half_life_days: f64,
    /// After so many days the reading of a structural indicator weighs half.
    pub structural_half_life_days: f64,
    /// The weight of an indicator that has none of its own.
    pub weight: f64,
    /// The weights of those that have.
    #[serde(default)]
    pub weights: BTreeMap<Indicator, f64>,
}

/// What is older than so many half-lives is history alone: it weighs a sixty-fourth.
const HALF_LIVES: f64 = 6.0;

impl IndicatorRules {
    /// The weight of an indicator.
    pub fn weight(&self, indicator: Indicator) -> f64 {
        self.weights.get(&indicator).copied().unwrap_or(self.weight)
    }
    /// After so many days a reading of it weighs half.
    pub fn half_life(&self, indicator: Indicator) -> f64 {
        if indicator.kind() == IndicatorKind::Structural {
            self.structural_half_life_days
        } else {
            self.half_life_days
        }
    }
    /// For how many days a reading of it counts.
    pub fn horizon_of(&self, indicator: Indicator) -> i64 {
        (self.half_life(indicator) * HALF_LIVES) as i64
    }
    /// For how many days a reading of any indicator counts.
    pub fn horizon_days(&self) -> i64 {
        (self.structural_half_life_days.max(self.half_life_days) * HALF_LIVES) as i64
    }
}

/// Which way an indicator moves the index.
pub fn direction(indicator: Indicator) -> Direction {
    match indicator.kind() {
        IndicatorKind::Structural => Direction::Context,
        IndicatorKind::Aggravating => Direction::Raises,
        IndicatorKind::Mitigating | IndicatorKind::Peace => Direction::Lowers,
    }
}

/// What one source said of one indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which.
    pub id: ReadingId,
    /// The indicator.
    pub indicator: Indicator,
    /// The first day it speaks of.
    pub from: Day,
    /// The last day it speaks of.
    pub to: Day,
    /// How much was seen.
    pub extent: Extent,
    /// In words.
    pub note: String,
    /// Who owns the source.
    pub owner: String,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// The key of its handling.
    pub marking: String,
    /// Since when it is known.
    pub known_from: Timestamp,
    /// The field report it came with; `None` where it came otherwise.
    pub report: Option<ReportId>,
}

impl Reading {
    /// The same as it is told, under this handling.
    pub fn told(&self, handling: Handling) -> ToldReading {
        ToldReading {
            id: self.id.clone(),
            from: self.from,
            to: self.to,
            extent: self.extent,
            note: self.note.clone(),
            owner: self.owner.clone(),
            grade: self.grade(),
            known_from: self.known_from,
            handling,
            report: self.report.clone(),
        }
    }
    /// Whether it says anything of this threat, though it be that nothing was seen.
    pub fn bears_on(&self, threat: Threat) -> bool {
        self.indicator.threats().contains(&threat)
    }
    /// Belief in 0..=1 that this one reading gives.
    pub fn belief(&self) -> f64 {
        self.reliability.weight() * self.credibility.weight()
    }
    /// Whether reliability is A or B and credibility 1 or 2.
    pub fn is_strong(&self) -> bool {
        matches!(self.reliability, Reliability::A | Reliability::B) && self.credibility.digit() <= 2
    }
    /// `B2`.
    pub fn grade(&self) -> String {
        format!("{}{}", self.reliability, self.credibility.digit())
    }
}

/// One indicator as it is read on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<'a> {
    /// The indicator.
    pub indicator: Indicator,
    /// The newest reading of all.
    pub newest: &'a Reading,
    /// The newest reading of each owner that counts on the day, newest first.
    pub readings: Vec<&'a Reading>,
    /// Belief in 0..=1: 1 - prod (1 - belief x freshness) over owners.
    pub belief: f64,
    /// Its weight.
    pub weight: f64,
    /// Weight x mean extent x belief, 0 or more. The mean is over owners by belief and freshness; an owner who looked and saw
    /// nothing counts as nothing seen.
    pub contribution: f64,
}

impl Read<'_> {
    /// Which way it moves the index.
    pub fn direction(&self) -> Direction {
        direction(self.indicator)
    }
}

/// The indicators read by these readings of one province on this day that bear on the threat, strongest first.
pub fn read<'a>(
    readings: impl IntoIterator<Item = &'a Reading>,
    threat: Option<Threat>,
    on: Day,
    rules: &IndicatorRules,
) -> Vec<Read<'a>> {
    let mut newest: BTreeMap<(Indicator, Cow<'_, str>), &Reading> = BTreeMap::new();
    for reading in readings {
        let bears = threat.is_none_or(|threat| reading.indicator.threats().contains(&threat));
        if !bears || on.since(reading.to) > rules.horizon_of(reading.indicator) {
            continue;
        }
        let kept = newest.entry((reading.indicator, owner::folded(&reading.owner))).or_insert(reading);
        if (reading.to, reading.known_from, &reading.id) > (kept.to, kept.known_from, &kept.id) {
            *kept = reading;
        }
    }
    let indicators: BTreeSet<Indicator> = newest.keys().map(|(indicator, _)| *indicator).collect();
    let of = |indicator: Indicator| {
        let own =
            newest.range((indicator, Cow::Borrowed(""))..).take_while(|((other, _), _)| *other == indicator);
        combined(indicator, own.map(|(_, reading)| *reading).collect(), on, rules)
    };
    let mut all: Vec<Read> = indicators.into_iter().filter_map(of).collect();
    all.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then(a.indicator.cmp(&b.indicator)));
    all
}

fn combined<'a>(
    indicator: Indicator,
    mut readings: Vec<&'a Reading>,
    on: Day,
    rules: &IndicatorRules,
) -> Option<Read<'a>> {
    let half_life = rules.half_life(indicator);
    let sure = |reading: &Reading| {
        let age = on.since(reading.to).max(0);
        reading.belief() * 0.5_f64.powf(age as f64 / half_life)
    };
    let (mut doubt, mut weights, mut seen) = (1.0, 0.0, 0.0);
    for reading in &readings {
        let sure = sure(reading);
        doubt *= 1.0 - sure;
        weights += sure;
        seen += sure * reading.extent.weight();
    }
    let (belief, weight) = (1.0 - doubt, rules.weight(indicator));
    let extent = if weights > 0.0 { seen / weights } else { 0.0 };
    readings.sort_by(|a, b| b.to.cmp(&a.to).then(a.id.cmp(&b.id)));
    let newest = *readings.first()?;
    Some(Read { indicator, newest, readings, belief, weight, contribution: weight * extent * belief })
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
