//! What intake does by itself.

pub mod compare;
pub mod import;
pub mod pull;
pub mod index;
mod reading;
pub mod retention;
mod unpack;
pub mod weekly;
