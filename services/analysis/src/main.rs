//! The executable of analysis.

fn main() -> std::process::ExitCode {
    kit::main::<analysis::Analysis>()
}
