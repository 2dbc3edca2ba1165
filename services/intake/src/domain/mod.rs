//! The rules of intake, pure: what makes an observation new, how a place is found, how a report moves on.

pub mod alike;
pub mod draft;
pub mod merge;
pub mod page;
pub mod place;
pub mod questionnaire;
pub mod readings;
pub mod reliability;
pub mod report;
pub mod severity;
pub mod weekly;
