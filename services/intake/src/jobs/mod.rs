//! What intake does by itself.

pub mod compare;
pub mod import;
pub mod pull;
mod reading;
mod unpack;
pub mod weekly;
