//! The rules of warnings: when one is drafted, what it says, who may move it. Pure.

pub mod alarm;
pub mod draft;
pub mod form;
pub mod gravity;
pub mod message;
pub mod moves;
pub mod record;
pub mod refusal;
pub mod rule;
pub mod score;
pub mod wording;

#[cfg(test)]
pub(crate) mod examples;
