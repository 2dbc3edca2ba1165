//! The executable of intake.

fn main() -> std::process::ExitCode {
    kit::main::<intake::Intake>()
}
