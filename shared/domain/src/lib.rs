//! The words of preventive diplomacy that all of Mirab shares, each with its rules: how handling markings join, what a
//! grade means, how precise a place is, what a mandate covers and what may be released to whom.
//!
//! Pure: no clock, no network, no database. Values are parsed once, at the edge, and trusted afterwards.

#[cfg(test)]
mod arbitrary;
mod civil;
pub mod grade;
pub mod handling;
pub mod ids;
pub mod indicator;
pub mod kind;
pub mod likelihood;
pub mod mandate;
pub mod observation;
pub mod owner;
pub mod place;
pub mod plural;
pub mod release;
pub mod situation;
pub mod text;
pub mod threat;
pub mod time;
pub mod title;
pub mod warning;

pub use grade::{Credibility, Grade, Reliability};
pub use handling::{Handling, Licence, Redistribution, Tlp, UnClass};
pub use ids::*;
pub use indicator::{Extent, Indicator, IndicatorKind};
pub use likelihood::{Confidence, Likelihood, Probability};
pub use mandate::{Agreement, Consent, Mandate, Partner};
pub use observation::{Observation, Severity};
pub use place::{Bounds, Country, Place, Point, Precision, ProvinceCode};
pub use plural::Plural;
pub use situation::{Level, Trend};
pub use text::Invalid;
pub use threat::Threat;
pub use time::{Day, Timestamp};

/// Named by the macros that give a type its column.
#[cfg(feature = "sqlx")]
#[doc(hidden)]
pub use sqlx;
