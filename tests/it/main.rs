//! Scenarios through the whole stack, and what holds of the tree itself.

mod anomaly;
mod architecture;
mod assessment;
mod export;
mod level;
mod road;
mod shield;
mod trace;
