//! What intake does by itself.

pub mod import;
mod reading;
mod unpack;
pub mod weekly;
