//! The rules of consents: how one is asked for and what can happen to it. Pure.

pub mod ledger;
pub mod refusal;
