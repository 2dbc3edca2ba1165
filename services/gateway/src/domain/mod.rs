//! The door's own rules, pure: the audit chain, the sealed source, exports that give away nothing, reports
//! in one line, files rid of what they tell.

pub mod audit;
pub(crate) mod brief;
pub mod draft;
pub mod export;
pub mod files;
pub mod film;
#[cfg(test)]
mod fuzz;
pub mod left_out;
pub mod line;
pub mod lockbox;
pub mod picture;
pub mod policy;
pub mod series;
pub mod sound;
pub mod source;
pub mod spoken;
pub mod told;
pub mod whereabouts;
