//! The executable of alerts.

fn main() -> std::process::ExitCode {
    kit::main::<alerts::Alerts>()
}
