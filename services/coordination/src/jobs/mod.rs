//! What coordination does by itself.

mod send;
mod take;
mod turn_day;

pub use send::send;
pub use turn_day::turn_day;

/// The job that sends deliveries.
pub const SEND: &str = "coordination.delivery.send";

/// The job that decides anew when the day changes.
pub const TURN_DAY: &str = "coordination.release.turn_day";

/// How long a delivery is claimed for one try, in seconds; longer than a request may take.
pub const LEASE_S: i64 = 30;
