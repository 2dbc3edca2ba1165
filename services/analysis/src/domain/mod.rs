//! The rules of the situation level and of the trend, pure: no store, no clock (ANALYSIS 6 and 7).

pub mod anomaly;
pub mod assessment;
pub mod board;
pub mod calibration;
pub mod cell;
pub mod deed;
pub mod incident;
pub mod index;
pub mod level;
pub mod month;
pub mod news;
pub mod product;
pub mod question;
pub mod reach;
pub mod report;
pub mod scorecard;
pub mod series;
pub mod situation;
pub mod span;
pub mod watch;

pub use board::Board;
pub use cell::Cell;
pub use incident::Incident;
pub use index::{Weighed, replay, weigh};
pub use level::Standing;
pub use month::{Count, Month};
pub use report::{Report, Rules};
pub use situation::{Past, Picture};

#[cfg(test)]
mod given;
