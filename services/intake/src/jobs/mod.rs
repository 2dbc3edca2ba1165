//! What intake does by itself.

pub mod compare;
pub mod import;
pub mod index;
pub mod pull;
mod reading;
pub mod retention;
mod unpack;
pub mod weekly;
