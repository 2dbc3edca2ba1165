//! What analysis does by itself.

mod settle;

pub use settle::settle;
