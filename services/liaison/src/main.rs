//! The executable of liaison.

fn main() -> std::process::ExitCode {
    kit::main::<liaison::Liaison>()
}
