//! The door: one table of routes, and the one way every request goes through it.

pub mod answer;
mod asked;
pub mod call;
mod cursor;
pub mod describe;
pub mod door;
pub mod identity;
pub mod once;
mod rest;
pub mod table;
pub(crate) mod unread;
pub(crate) mod veil;

pub use answer::Answer;
pub use call::Call;
pub use table::{Access, Handler, Route};
