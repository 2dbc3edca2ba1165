//! What analysis does by itself.

mod anew;
mod band;
mod forecast;
mod recount;
mod settle;
mod spans;

pub use band::set_bands;
pub use forecast::forecast;
pub(crate) use forecast::standing;
pub use recount::recount;
pub use settle::{expire, settle};
pub use spans::count_spans;
