//! The rules of the situation level and of the trend, pure: no store, no clock (ANALYSIS 6 and 7).

pub mod across;
pub mod anomaly;
pub mod assessment;
pub mod bands;
pub mod board;
pub mod calibration;
pub mod cell;
pub mod deed;
pub mod incident;
pub mod index;
pub mod level;
pub mod listing;
pub mod month;
pub mod news;
pub mod overrides;
pub mod parts;
pub mod pass;
pub mod product;
pub mod question;
pub mod reach;
pub mod reading;
pub mod recount;
pub mod report;
pub mod reporting;
pub mod scorecard;
pub mod series;
pub mod share;
pub mod situation;
pub mod span;
pub mod taken;
pub mod tally;
pub mod told;
pub mod walk;
pub mod watch;
pub mod whole;

pub use across::Across;
pub use bands::Bands;
pub use board::Board;
pub use cell::Cell;
pub use incident::Incident;
pub use index::{Weighed, weigh};
pub use level::{Held, Standing};
pub use listing::Listing;
pub use month::{Count, Month};
pub use parts::{Composed, Parts};
pub use reading::Reading;
pub use report::{Report, Rules, joint};
pub use situation::{Past, Picture};
pub use taken::Taken;
pub use tally::Tally;
pub use walk::{Walked, walked};
pub use whole::{Around, Evidence, Whole, whole};

#[cfg(test)]
mod given;
