//! Everything on one machine: nats-server as a child, six services in one process with six identities, one file per store;
//! and the operator's and analyst's command line.

pub mod client;
pub mod command;
pub mod demo;
pub mod folder;
pub mod setup;
pub mod stack;
pub mod topology;

pub use stack::{Options, Stack};
