//! What alerts keeps: warnings, their messages, evaluations of the rule.

pub mod alarm;
pub mod evaluation;
pub mod message;
pub mod warning;
