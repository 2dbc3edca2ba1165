//! The executable of gateway.

fn main() -> std::process::ExitCode {
    kit::main::<gateway::Gateway>()
}
