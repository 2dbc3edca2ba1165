//! Series: what happened in a place by day, week or month, and beside it, never mixed in, what the media wrote.

use domain::{Country, Day, Handling, ProvinceCode, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{intake::media::Quads, query};

words! {
    /// How long the spans of a series are.
    "unit of a series" Unit {
        /// A day.
        Day = "day",
        /// A week, from Monday to Sunday (ISO 8601).
        Week = "week",
        /// A month of the calendar.
        Month = "month",
    }
}

/// How many spans one answer holds at most: fifty years of months. Of all threats these are some three megabytes, of the eight that
/// an answer may have.
pub const MOST_POINTS: usize = 600;

/// The series of one place: of one threat, or of every threat with anything to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSeries {
    /// Of this province; either it or a country is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// Of this country, its provinces included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Of this threat only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threat: Option<Threat>,
    /// By day, week or month.
    pub unit: Unit,
    /// From the span this day lies in; `None`: 90 days, 52 weeks or 36 months up to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// To the span this day lies in; today when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// As it was known at this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// That of the exercise instead of the real one.
    #[serde(default)]
    pub exercise: bool,
}
query!(GetSeries => Vec<Series>, Analysis, "mirab.ask.analysis.series.get.v1");

/// One place and threat over time, without gaps: what is not known of a span is told as not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The country.
    pub country: Country,
    /// The province; `None` for the whole country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The threat.
    pub threat: Threat,
    /// By what it is counted.
    pub unit: Unit,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
    /// Its spans, oldest first, each right behind the other.
    pub points: Vec<Point>,
    /// The join of the handling of everything that is counted in it.
    pub handling: Handling,
    /// Whether it is told from what the reader may know, and there is more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// One span of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// Incidents that make things worse; `None` where nobody could say: silence is not calm. One of several reports counts in one span
    /// alone, that of its best-graded report, so that spans add up.
    pub events: Option<u64>,
    /// Deaths in them, each incident's by its best-graded source that says so; `None` as with events, and where no source says so of
    /// any.
    pub deaths: Option<u64>,
    /// Of how many of them no source says how many died: the deaths are of the others.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub unstated: u64,
    /// Incidents that ease the situation; `None` as with events.
    pub peace: Option<u64>,
    /// How much these numbers rest on.
    pub coverage: SpanCoverage,
    /// What was answered about indicators of the threat; `None` where nobody answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicators: Option<IndicatorPoint>,
    /// What the media wrote; `None` where they wrote nothing of this place, or nothing of it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaPoint>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_nothing(number: &u64) -> bool {
    *number == 0
}

/// How much the numbers of one span rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanCoverage {
    /// Whether sources that list every event of the threat reach over the whole span: then no row means no event.
    pub complete: bool,
    /// Independent owners who reported from the place within the span or answered about it, on whatever threat.
    pub owners: u64,
    /// Reports on this threat that are counted in the span.
    pub reports: u64,
    /// Reports on this threat that may be of this span or of another, since their day is not known so finely; not counted.
    pub undated: u64,
}

/// What was answered about the indicators of a threat that speaks of days within one span alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorPoint {
    /// Answers, those that nothing was seen included.
    pub answers: u64,
    /// Independent owners of their sources.
    pub owners: u64,
    /// Answers that something was seen which raises the risk.
    pub aggravating: u64,
    /// Answers that something was seen which lowers it.
    pub easing: u64,
}

/// What the media wrote of a place within one span: a signal, never a count of incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaPoint {
    /// Articles on this threat; 0 where they wrote of the place and of something else.
    pub articles: u64,
    /// Distinct domains of their sources; of a week or month those of the day with most: at least so many.
    pub domains: u64,
    /// Events as the source codes them.
    pub events: u64,
    /// Mean tone of the articles, -100 to 100; `None` without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<f64>,
    /// Of which quad class the events are.
    pub quads: Quads,
    /// Articles on the place, whatever they bear on: how much it is written of at all.
    pub all_articles: u64,
    /// On how many days of the span they wrote of the place.
    pub days: u64,
}
