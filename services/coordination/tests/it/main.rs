//! Coordination on real stores, against real endpoints, over a real bus.

mod deliver;
mod release;
mod service;
mod store;
mod world;
