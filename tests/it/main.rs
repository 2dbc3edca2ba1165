//! Scenarios through the whole stack, and what holds of the tree itself.

mod anomaly;
mod architecture;
mod assessment;
mod clusters;
mod covered;
mod export;
mod forms;
mod leads;
mod level;
mod licence;
mod mapping;
mod past;
mod product;
mod recompute;
mod road;
mod search;
mod series;
mod shield;
mod source;
mod trace;
mod weekly;
