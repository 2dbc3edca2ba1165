//! What intake does by itself.

mod aside;
pub mod bearing;
pub mod compare;
mod empty;
pub mod import;
pub mod index;
mod older;
pub mod pull;
pub(crate) mod reading;
mod renumbered;
pub mod retention;
pub(crate) mod unpack;
pub mod weekly;
