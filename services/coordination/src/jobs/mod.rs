//! What coordination does by itself.

mod send;
mod take;

pub use send::send;

/// The job that sends deliveries.
pub const SEND: &str = "coordination.delivery.send";

/// How long a delivery is claimed for one try, in seconds; longer than a request may take.
pub const LEASE_S: i64 = 30;
