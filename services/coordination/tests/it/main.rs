//! Coordination on real stores, against real endpoints, over a real bus.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod deliver;
mod release;
mod service;
mod store;
mod tear;
mod world;
