//! The whole stack, run for real.
