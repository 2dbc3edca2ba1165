//! What liaison keeps: consents, and what was done with each.

pub mod consent;
