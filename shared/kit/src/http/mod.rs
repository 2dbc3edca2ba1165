//! HTTP: problem documents, extractors that refuse clearly, health and metrics.

mod extract;
mod health;
mod problem;
mod server;

pub use extract::{Json, Query};
pub use health::{Health, health_routes};
pub use problem::{Problem, status_of};
pub use server::serve;
