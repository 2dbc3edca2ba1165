//! Coordination, run for real: a store of each kind, a real nats-server.
