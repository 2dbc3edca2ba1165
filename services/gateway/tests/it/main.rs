//! Gateway, run for real: a store of each kind, a real nats-server.

mod description;
mod door;
mod policy;
mod requests;
mod service;
mod store;
