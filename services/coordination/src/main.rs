//! The executable of coordination.

fn main() -> std::process::ExitCode {
    kit::main::<coordination::Coordination>()
}
