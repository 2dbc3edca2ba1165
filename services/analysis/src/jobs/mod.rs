//! What analysis does by itself.

mod forecast;
mod settle;
mod spans;

pub use forecast::forecast;
pub use settle::settle;
pub use spans::count_spans;
