//! Gateway, run for real: a store of each kind, a real nats-server.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says where")]

mod console;
mod description;
mod door;
mod field_reports;
mod hooks;
mod keys;
mod policy;
mod reporters;
mod requests;
mod service;
mod shield;
mod store;
