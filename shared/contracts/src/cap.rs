//! CAP 1.2: how a warning is written for the world.
