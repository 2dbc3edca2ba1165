//! The rules of intake, pure: what makes an observation new, how a place is found, how a report moves on.

pub mod draft;
pub mod harvest;
pub mod merge;
pub mod message;
pub mod page;
pub mod place;
pub mod report;
pub mod severity;
