//! The rules of intake, pure: what makes an observation new, how a place is found, how a report moves on.

pub mod aggregate;
pub mod alike;
pub mod bearing;
pub mod cameo;
pub mod cameo_codes;
pub mod cluster;
pub mod codes;
pub mod coding;
pub mod contradiction;
pub mod correction;
pub mod draft;
#[cfg(test)]
mod fuzz;
pub mod harvest;
pub mod lead;
pub mod marks;
pub mod meant;
pub mod media;
pub mod merge;
pub mod message;
pub mod names;
pub mod one_each;
pub mod order;
pub mod page;
pub mod place;
pub mod query;
pub mod questionnaire;
pub mod readings;
pub mod reliability;
pub mod report;
pub mod retention;
pub mod severity;
pub mod snippet;
pub mod source;
pub mod waiting;
pub mod weekly;
pub mod words;
