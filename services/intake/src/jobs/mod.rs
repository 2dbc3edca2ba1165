//! What intake does by itself.

pub mod compare;
pub mod import;
mod reading;
mod unpack;
