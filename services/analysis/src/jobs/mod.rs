//! What analysis does by itself.

mod forecast;
mod settle;

pub use forecast::forecast;
pub use settle::settle;
