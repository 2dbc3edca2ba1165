//! What a product is drafted from.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    LevelChange, Situation,
    anomalies::Anomaly,
    assessments::Assessment,
    drafting::Elsewhere,
    forecasts::{Forecast, Scorecard},
    overrides::Override,
};
use domain::{
    ClusterId, Country, Credibility, Day, Handling, ObservationId, Precision, ProvinceCode, Redistribution,
    Reliability, Threat, Timestamp,
};

use crate::domain::joint;

/// An observation as analysis keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Which.
    pub id: ObservationId,
    /// In which revision.
    pub revision: i64,
    /// Of which source.
    pub source: String,
    /// What it is, in a word of the field.
    pub kind: String,
    /// The first day it may have happened.
    pub from: Day,
    /// The last day it may have happened.
    pub to: Day,
    /// Where, in words, no finer than its handling allows.
    pub place: String,
    /// In which province of the region.
    pub province: Option<ProvinceCode>,
    /// In which country.
    pub country: Option<Country>,
    /// How precisely it is placed.
    pub precision: Precision,
    /// How reliable its source is.
    pub reliability: Reliability,
    /// How credible it is.
    pub credibility: Credibility,
    /// How many died; `None` where it does not say.
    pub deaths: Option<u32>,
    /// One line, in its source's words.
    pub title: String,
    /// The threats it bears on.
    pub threats: BTreeSet<Threat>,
    /// Its marking.
    pub handling: Handling,
    /// Whether it is of the exercise.
    pub exercise: bool,
}

impl Seen {
    /// The two characters analysts read: `B2`.
    pub fn grade(&self) -> String {
        format!("{}{}", self.reliability, self.credibility.digit())
    }
    /// How finely its place is told: never finer than its handling allows, and by its province where the licence lets only what
    /// is derived from the row be passed on.
    pub fn shown(&self) -> Precision {
        let floor = self.handling.precision_floor;
        self.precision.max(if self.is_open() { floor } else { floor.max(Precision::Province) })
    }
    /// Whether the licence lets the row itself be passed on.
    pub fn is_open(&self) -> bool {
        self.handling.licence.redistribution == Redistribution::Raw
    }
    /// Its source's own words, where the licence lets them be passed on. That it is of the exercise, a paper of the exercise says
    /// on every page and not in every sentence.
    pub fn words(&self) -> Option<&str> {
        let title = if self.exercise { unmarked(&self.title) } else { &self.title };
        Some(title.trim()).filter(|title| self.is_open() && !title.is_empty())
    }
}

/// A title without the words for the exercise that it begins with: `УЧЕНИЯ / EXERCISE – Fire` is `Fire`.
fn unmarked(title: &str) -> &str {
    let mut rest = title.trim_start();
    while let Some(behind) = ["EXERCISE", "УЧЕНИЯ"].iter().find_map(|word| rest.strip_prefix(word)) {
        rest = behind.trim_start_matches([' ', '/', '–', '—', '-', ':', '.']);
    }
    rest
}

/// One incident of the period, however many threats it bears on.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// The best-graded report of it.
    pub best: ObservationId,
    /// Everything that reported it, the best included.
    pub observations: Vec<ObservationId>,
    /// Where, by its best-graded report.
    pub province: ProvinceCode,
    /// Every province that a report of it names, that one included.
    pub provinces: BTreeSet<ProvinceCode>,
    /// Of which threat it weighs most.
    pub threat: Threat,
    /// Every threat of the scope that it bears on.
    pub threats: BTreeSet<Threat>,
    /// The cluster it is, where it is one.
    pub cluster: Option<ClusterId>,
    /// The first day it may have happened, by its best-graded report.
    pub from: Day,
    /// The last day it may have happened, by its best-graded report.
    pub to: Day,
    /// How many died, by the best-graded report that says so; `None` where none does.
    pub deaths: Option<u32>,
    /// The best grade of a report of it, wherever that places it: not always that of the report by which it is told.
    pub graded: (Reliability, Credibility),
    /// What each independent owner of a source that reported it is believed, in 0..=1, by its best report.
    pub believed: BTreeMap<String, f64>,
    /// Its gravity, 1 or more.
    pub severity: f64,
    /// Whether it eases the situation.
    pub peace: bool,
    /// The join of the markings of everything that reported it.
    pub handling: Handling,
}

impl Happened {
    /// Independent owners of the sources that reported it.
    pub fn owners(&self) -> u64 {
        self.believed.len() as u64
    }
    /// Belief that it happened, in 0..=1: over all its independent owners, in whichever provinces they place it (ANALYSIS 7.1).
    pub fn belief(&self) -> f64 {
        joint(self.believed.iter().map(|(owner, belief)| (owner.as_str(), *belief)))
    }
    /// The best grade, in the two characters analysts read: `B2`.
    pub fn grade(&self) -> String {
        format!("{}{}", self.graded.0, self.graded.1.digit())
    }
    /// Takes up how another report of it is graded: of two grades the one that is believed more is the best.
    pub fn grade_at_least(&mut self, other: (Reliability, Credibility)) {
        let belief = |(reliability, credibility): (Reliability, Credibility)| {
            reliability.weight() * credibility.weight()
        };
        if belief(self.graded) < belief(other) {
            self.graded = other;
        }
    }
    /// Belief times gravity: what it is ordered by.
    pub fn weight(&self) -> f64 {
        self.belief() * self.severity
    }
}

/// A forecast with the record of its kind: it is never told without.
#[derive(Clone, Debug, PartialEq)]
pub struct Foretold {
    /// The forecast.
    pub forecast: Forecast,
    /// How much of its window is counted already, and to which day of it sources that list every event reach; `None` where none
    /// reaches into it, or what was counted since is not told.
    pub so_far: Option<(u64, Day)>,
    /// How good such forecasts were.
    pub record: Scorecard,
    /// The join of the markings of everything that was ever counted for it.
    pub handling: Handling,
}

/// The provinces of one country that too little is reported from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The country.
    pub country: Country,
    /// Those provinces.
    pub provinces: Vec<ProvinceCode>,
    /// Of how many that were looked at.
    pub of: usize,
    /// What binds who may read of them beyond the product itself: whoever reads from where nothing comes reads from where something
    /// does, be it of one province by what few may know alone.
    pub handling: Option<Handling>,
    /// By what that is: the level that is least restricted of each province of which one is known, and those that are calm by a claim.
    pub levels: BTreeSet<(ProvinceCode, Threat)>,
    /// And the provinces of which reports of the period tell, or may.
    pub reported: BTreeSet<ProvinceCode>,
}

impl Gap {
    /// None of a country yet.
    pub const fn none(country: Country) -> Self {
        Self {
            country,
            provinces: Vec::new(),
            of: 0,
            handling: None,
            levels: BTreeSet::new(),
            reported: BTreeSet::new(),
        }
    }
    /// What it is bound by now is looked up by: cells of levels, and provinces of reports.
    pub fn stamp(&self) -> String {
        let levels = self.levels.iter().map(|(province, threat)| format!("{province}/{threat}"));
        levels.chain(self.reported.iter().map(ToString::to_string)).collect::<Vec<_>>().join(" ")
    }
    /// How it is handled in a product that is handled so.
    pub fn within(&self, product: &Handling) -> Handling {
        self.handling.as_ref().map_or_else(|| product.clone(), |handling| product.join(handling))
    }
}

/// A source that claims to list every event, with how far its rows reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its key.
    pub source: String,
    /// The day of its newest row in each country that is looked at, for each threat of the scope that it lists.
    pub newest: BTreeMap<(Country, Threat), Day>,
    /// The join of the markings of its rows there.
    pub handling: Handling,
}

impl Listed {
    /// How far it reaches: the day of its newest row in any of them.
    pub fn reach(&self) -> Option<Day> {
        self.newest.values().max().copied()
    }
    /// What it covers of a period in each of these countries and of those it has rows of: for which threats, where that is not the
    /// same for all it lists, and to which day of the period; `None` where it covers no day of it.
    pub fn parts(
        &self,
        (from, to): (Day, Day),
        countries: &BTreeSet<Country>,
    ) -> Vec<(Country, Vec<Threat>, Option<Day>)> {
        let listed = self.threats();
        let rows = self.newest.keys().map(|(country, _)| *country);
        let all: BTreeSet<Country> = countries.iter().copied().chain(rows).collect();
        let mut parts = Vec::new();
        for country in all {
            let mut by_day: BTreeMap<Option<Day>, Vec<Threat>> = BTreeMap::new();
            for threat in &listed {
                let day = self.newest.get(&(country, *threat)).filter(|day| **day >= from);
                by_day.entry(day.map(|day| (*day).min(to))).or_default().push(*threat);
            }
            let same = by_day.len() == 1;
            let of = |(day, threats)| (country, if same { Vec::new() } else { threats }, day);
            parts.extend(by_day.into_iter().map(of));
        }
        parts
    }
    /// The threats it lists.
    pub fn threats(&self) -> BTreeSet<Threat> {
        self.newest.keys().map(|(_, threat)| *threat).collect()
    }
    /// The day of its newest row in each country, whatever the threat.
    pub fn by_country(&self) -> BTreeMap<Country, Day> {
        let mut newest: BTreeMap<Country, Day> = BTreeMap::new();
        for ((country, _), day) in &self.newest {
            let known = newest.entry(*country).or_insert(*day);
            *known = (*known).max(*day);
        }
        newest
    }
}

/// What one source reported of the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Its key.
    pub source: String,
    /// How many reports.
    pub reports: u64,
    /// How many of them name a province: no other count holds the rest.
    pub placed: u64,
    /// The newest day that one of them is of.
    pub newest: Day,
}

/// Reports of the period that name a country and no province of it: they count for no level.
#[derive(Clone, Debug, PartialEq)]
pub struct Unplaced {
    /// How many, by country.
    pub reports: BTreeMap<Country, u64>,
    /// The join of their markings.
    pub handling: Handling,
}

/// Reports that may be of the period and may as well not be: they are dated no nearer, and count in no figure of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Undated {
    /// How many.
    pub reports: u64,
    /// The first day that any of them may be of.
    pub from: Day,
    /// The last day that any of them may be of.
    pub to: Day,
    /// In which countries.
    pub countries: BTreeSet<Country>,
    /// In which provinces, of those that name one.
    pub provinces: BTreeSet<ProvinceCode>,
    /// On which threats, each by itself.
    pub threats: BTreeMap<Threat, OfThreat>,
    /// The join of their markings.
    pub handling: Handling,
}

/// What of one threat is dated no nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfThreat {
    /// The first day that any of it may be of.
    pub from: Day,
    /// The last day that any of it may be of.
    pub to: Day,
    /// Whether nothing of the threat was reported that is of the period for certain.
    pub alone: bool,
}

/// By what the period is covered, and by what it is not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Covered {
    /// The sources that claim to list every event.
    pub listed: Vec<Listed>,
    /// What was reported of the period, the source that reported most first.
    pub heard: Vec<Heard>,
    /// The join of the markings of everything that was reported.
    pub heard_under: Option<Handling>,
    /// What was reported of it from no province.
    pub unplaced: Option<Unplaced>,
    /// What may be of it and is dated no nearer.
    pub undated: Option<Undated>,
}

/// Everything that analysis holds of a period and scope; of each kind the weightiest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// When it was gathered.
    pub at: Timestamp,
    /// Changes of level in the period, each with what binds it.
    pub changes: Vec<LevelChange>,
    /// Levels that a person set in the period, or that ended in it, each with what binds it.
    pub overrides: Vec<(Override, Handling)>,
    /// How things stood at the end of it.
    pub situations: Vec<Situation>,
    /// What happened in it.
    pub incidents: Vec<Happened>,
    /// What was reported in it and counts before or after it: of one incident of several reports the best-graded tells its day.
    pub beside: Vec<Happened>,
    /// What happened before it and became known in it.
    pub late: Vec<Happened>,
    /// The join of the markings of everything that was counted in it, and of what its changes of level rest on.
    pub counted: Handling,
    /// The join of the markings of everything that was ever counted of each province and threat: trends are judged by it.
    pub ever: BTreeMap<(ProvinceCode, Threat), Handling>,
    /// The join of the markings of everything that ever came from each province: whether it fell silent is judged by all of it.
    pub ever_from: BTreeMap<ProvinceCode, Handling>,
    /// What was unusual in its months, with what binds it.
    pub anomalies: Vec<(Anomaly, Handling)>,
    /// Of how many provinces of the region such a month is judged, by its threat and first day: those whose series reach there.
    pub watched: BTreeMap<(Threat, Day), usize>,
    /// What is foretold, where there is a record.
    pub forecasts: Vec<Foretold>,
    /// Published assessments.
    pub assessments: Vec<Assessment>,
    /// Of what too little is known.
    pub gaps: Vec<Gap>,
    /// By what the period is covered.
    pub covered: Covered,
    /// Every observation that is named above.
    pub seen: BTreeMap<ObservationId, Seen>,
    /// What other services hold.
    pub elsewhere: Elsewhere,
}

impl Material {
    /// How things stood in one province for one threat.
    pub fn situation(&self, province: &ProvinceCode, threat: Threat) -> Option<&Situation> {
        self.situations.iter().find(|one| one.province == *province && one.threat == threat)
    }
}
