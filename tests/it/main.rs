//! Scenarios through the whole stack, and what holds of the tree itself.

mod anomaly;
mod architecture;
mod assessment;
mod export;
mod product;
mod road;
mod shield;
mod trace;
