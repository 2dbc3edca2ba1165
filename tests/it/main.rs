//! Scenarios through the whole stack, and what holds of the tree itself.

mod anomaly;
mod architecture;
mod export;
mod road;
mod shield;
mod trace;
