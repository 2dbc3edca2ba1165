//! What analysis says and answers: the situation of each province and threat, explained.

pub mod anomalies;
pub mod assessments;
pub mod drafting;
pub mod forecasting;
pub mod forecasts;
pub mod indicators;
mod left_open;
pub mod levels;
pub mod news;
pub mod overrides;
pub mod products;
pub mod questions;
pub mod recompute;
pub mod series;

use domain::{
    ClusterId, Country, Day, Handling, Invalid, Level, ObservationId, ProvinceCode, Reliability, Threat,
    Timestamp, Trend,
};
use serde::{Deserialize, Serialize};

use self::{
    levels::{Attention, Bands, Completeness, Components, LevelRange, Reporting},
    overrides::Override,
};
use crate::{Service, query, subject::Event};

/// How things stand in one province for one threat, with what made it so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign by itself, and all can be seen together")]
pub struct Situation {
    /// Where.
    pub province: ProvinceCode,
    /// The country of the province.
    pub country: Country,
    /// For which threat.
    pub threat: Threat,
    /// The day it is of.
    pub on: Day,
    /// The level, after hysteresis.
    pub level: Level,
    /// The index the level is read from: sum of belief times severity, decayed (ANALYSIS 7.3).
    pub index: f64,
    /// Since when this level holds.
    pub since: Timestamp,
    /// Whether it holds since then at the latest: what was before is not walked, and the level may have held for longer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub since_at_least: bool,
    /// When the level falls if nothing new happens; `None` when it is calm already.
    pub falls_on: Option<Day>,
    /// Whether what just happened is unusual here; `None` with too little history to say.
    pub trend: Option<Trend>,
    /// Probability of escalation within three months; `None`: no statistical basis.
    pub outlook: Option<f64>,
    /// Whether there is no outlook only because forecasts are still being worked out of what has come in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outlook_pending: bool,
    /// How much this rests on.
    pub coverage: Coverage,
    /// The incidents that made it, largest share first; five at most.
    pub incidents: Vec<Incident>,
    /// How many incidents count, of which those are named; `None` where that was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// Share of the index, in 0..=1, from incidents older than 90 days.
    pub older_share: f64,
    /// The join of the handling of everything that made it.
    pub handling: Handling,
    /// Whether it is of the exercise: exercise and real material never meet in one situation.
    #[serde(default)]
    pub exercise: bool,
    /// What the index is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<Components>,
    /// The bands its level is read by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<Bands>,
    /// Between which levels the evidence leaves it open; `None` where there is too little to speak of a level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<LevelRange>,
    /// What came from the province against what is usual; `None` with too little history to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporting: Option<Reporting>,
    /// How much attention it calls for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<Attention>,
    /// The level that a person set beside the computed one and that holds.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "override")]
    pub set: Option<Override>,
    /// Whether more is known than whoever asks may know: it is told from the rest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

impl Situation {
    /// Whether a level can be spoken of: enough is reported, or a person set it.
    pub const fn is_spoken_of(&self) -> bool {
        self.coverage.sufficient || self.set.is_some()
    }
    /// The level that holds: the one a person set, or else the computed one.
    pub fn in_force(&self) -> Level {
        self.set.as_ref().map_or(self.level, |set| set.level)
    }
    /// The higher of the level that holds and the computed one: a level set lower hides nothing when the gravest are looked for.
    pub fn gravest(&self) -> Level {
        self.in_force().max(self.level)
    }
    /// How much attention it calls for; as much as its level where nobody said.
    pub fn attention(&self) -> Level {
        self.attention.map_or_else(|| self.in_force(), |attention| attention.level)
    }
}

/// How many incidents count for an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How many; events of peace are none of them.
    pub incidents: u32,
    /// Since which day an incident counts at all for this threat.
    pub since: Day,
}

/// How much a situation rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Reports within the last 90 days.
    pub reports: u64,
    /// Independent owners of their sources.
    pub owners: u64,
    /// Share of the index, in 0..=1, from evidence of reliability A or B and credibility 1 or 2.
    pub strong_share: f64,
    /// The day of the newest report; `None` without any.
    pub newest: Option<Day>,
    /// Whether there is enough to speak of a level at all; otherwise the screen says so.
    pub sufficient: bool,
    /// The claim of sources to tell every event of the threat in the country; `None` where none reaches into the last 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Completeness>,
}

/// One incident, with everything that reported it, and its share in the index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// What reported it.
    pub observations: Vec<ObservationId>,
    /// The cluster that these are of, where they are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterId>,
    /// How many independent owners reported it; 0 where that was not counted.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub owners: u32,
    /// One line.
    pub title: String,
    /// The day.
    pub on: Day,
    /// Where, in words.
    pub place: String,
    /// What it is.
    pub kind: String,
    /// Best grade among the reports: `B2`.
    pub grade: String,
    /// Belief that it happened, in 0..=1.
    pub belief: f64,
    /// Weight of its gravity.
    pub severity: f64,
    /// What it adds to the index today.
    pub contribution: f64,
    /// Its share of the index, in 0..=1.
    pub share: f64,
}

/// A level changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SituationChanged {
    /// The level before.
    pub was: Level,
    /// The situation now.
    pub situation: Situation,
    /// Whether any exercise material is part of what made it.
    pub exercise: bool,
    /// When it changed.
    pub at: Timestamp,
    /// What the province is called; `None` in what was said before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
    /// Whether nobody had looked at it before: no level was assessed that it could have risen from, and `was` is calm for want of one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}
impl Event for SituationChanged {
    const SERVICE: Service = Service::Analysis;
    const SUBJECT: &'static str = "mirab.analysis.situation.changed.v1";
    const BY_COUNTRY: bool = true;
    fn aggregate(&self) -> String {
        format!("{}/{}", self.situation.province, self.situation.threat)
    }
    fn country(&self) -> Option<Country> {
        Some(self.situation.country)
    }
}

/// What a province is called, for those who do not hold the names themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

/// Situations: all provinces with anything to say, or one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSituation {
    /// Only this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Only this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// As it was known on this day; today when `None`.
    #[serde(default)]
    pub on: Option<Day>,
    /// The situation of the exercise instead of the real one.
    #[serde(default)]
    pub exercise: bool,
    /// With every incident behind the index in short.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explained: bool,
    /// What if: without what this source, or this owner of sources, said. Nothing is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// What if: by sources of these reliabilities alone, as `A-B`. Nothing is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grades: Option<GradeRange>,
}
query!(GetSituation => Vec<Situation>, Analysis, "mirab.ask.analysis.situation.get.v1");

/// Level changes, newest first: what changed since a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChanges {
    /// Only this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// The changes of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Only those before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: crate::PageRequest,
}
query!(ListChanges => crate::Page<LevelChange>, Analysis, "mirab.ask.analysis.change.list.v1");

/// One change of level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// Where.
    pub province: ProvinceCode,
    /// For which threat.
    pub threat: Threat,
    /// The level before.
    pub was: Level,
    /// The level after.
    pub now: Level,
    /// The index that changed it.
    pub index: f64,
    /// When; of several steps, the last.
    pub at: Timestamp,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
    /// In how many steps it went there.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub steps: u32,
    /// The highest level on the way, where that is above both ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak: Option<Level>,
    /// The newest day that what came in speaks of, where a level rose by what came in late alone: then it is known of later, and
    /// it did not happen since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Day>,
    /// Whether it was assessed for the first time, then or in the period that is asked about: nobody knows a level before, and `was`
    /// is calm for want of one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    /// Whether nothing is reported from there: no level can be spoken of, and what moved is the computed one alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreported: bool,
    /// From when on nothing at all was known of the place as it was told, where that was longer than 30 days: a level that fell then
    /// was counted down, and nobody knows that less happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<Day>,
    /// Between which levels the evidence left it open as it was told; `None` where no wider than the level itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<LevelRange>,
    /// The neighbour that lifts it most, where neighbours lift it more than what happens there itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lifted>,
    /// The join of the handling of what it may rest on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// A neighbour across the border that lifts a level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lifted {
    /// The neighbour.
    pub by: ProvinceCode,
    /// Its own index.
    pub index: f64,
    /// The share of it that spills over, in 0..=1.
    pub share: f64,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_one(number: &u32) -> bool {
    *number == 1
}

/// From which reliability to which; written `A-B`, or `A` for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GradeRange {
    best: Reliability,
    worst: Reliability,
}

impl GradeRange {
    /// Whether a source of this reliability is among them.
    pub fn includes(self, reliability: Reliability) -> bool {
        (self.best..=self.worst).contains(&reliability)
    }
}
impl std::str::FromStr for GradeRange {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong =
            || Invalid::new("range of grades", text, "two letters from A to F, the better first, as A-B");
        let (best, worst) = text.split_once('-').unwrap_or((text, text));
        let read = |letter: &str| letter.parse::<Reliability>().map_err(|_| wrong());
        let (best, worst) = (read(best)?, read(worst)?);
        if best <= worst { Ok(Self { best, worst }) } else { Err(wrong()) }
    }
}
impl std::fmt::Display for GradeRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.best, self.worst)
    }
}
impl TryFrom<String> for GradeRange {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}
impl From<GradeRange> for String {
    fn from(range: GradeRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_grades_is_read_as_it_is_written_and_nothing_else_is() {
        let range: GradeRange = "A-C".parse().unwrap();
        assert!(range.includes(Reliability::B) && !range.includes(Reliability::D));
        assert_eq!(range.to_string(), "A-C");
        assert_eq!("B".parse::<GradeRange>().unwrap().to_string(), "B-B");
        for wrong in ["", "G", "B-A", "A-B-C", "a-b"] {
            assert!(wrong.parse::<GradeRange>().is_err(), "{wrong}");
        }
    }
}
