//! The rules of coordination, without store or network.

pub mod item;
pub mod key;
pub mod payload;
pub mod redact;
pub mod schedule;
pub mod scrub;
pub mod settle;
pub mod tear;

#[cfg(test)]
pub(crate) mod examples;
