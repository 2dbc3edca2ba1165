//! What alerts does by itself.

mod expire;
mod forget;

pub use expire::expire;
pub use forget::forget;
