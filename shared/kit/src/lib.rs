//! The chassis every Mirab service runs on: lifecycle, configuration, telemetry, store, bus, HTTP, jobs. It holds no product
//! noun; what a service owns, hears, says and answers stands in the service.

pub mod auth;
pub mod bus;
pub mod clock;
pub mod command;
pub mod config;
pub mod db;
pub mod egress;
mod filling;
pub mod http;
pub mod jobs;
pub mod lifecycle;
pub mod nudge;
pub mod service;
pub mod telemetry;
pub mod webhook;

pub use bus::{Ask, Asked, Bus, Heard, Written};
pub use clock::Clock;
pub use command::main;
pub use config::Settings;
pub use db::{After, Db, EngineSchema, Origin, Tx};
pub use filling::Filling;
pub use nudge::Nudges;
pub use service::{Context, Parts, Running, Service};

/// Where every program of Mirab takes its memory from.
#[cfg(not(test))] // in its own tests it stands beside itself
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Makes ring the one provider of cryptography of this process; twice is once.
pub fn install_crypto() {
    drop(rustls::crypto::ring::default_provider().install_default());
}
