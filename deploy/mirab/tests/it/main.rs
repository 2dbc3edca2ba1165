//! The executable, run as an operator runs it: six processes, killed without warning; imports from the command line.

mod import;
mod kill;
mod processes;
