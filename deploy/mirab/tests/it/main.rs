//! The executable, run as an operator runs it: six processes, killed without warning; imports from the command line.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what builds a test may stop at what should not happen"
)]

mod import;
mod kill;
mod names;
mod processes;
