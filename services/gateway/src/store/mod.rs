//! The gateway's tables.

pub mod accounts;
pub mod attachments;
pub mod audit;
pub mod drafts;
pub mod hooks;
pub mod idempotency;
pub mod parts;
pub mod reporters;
pub mod sessions;
pub mod stream;
pub mod tokens;
pub mod uploads;
