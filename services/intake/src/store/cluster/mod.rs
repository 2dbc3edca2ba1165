//! Clusters as they are kept: what is due to be compared, pairs, decisions, and clusters in all their versions.

pub mod decisions;
pub mod due;
pub mod pairs;
pub mod removed;
pub mod settle;
pub mod versions;
pub mod window;

/// How many rows one statement writes, or ids it asks for.
const ROWS: usize = 500;
