//! Everything on one machine.
