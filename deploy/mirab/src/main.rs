//! The executable `mirab`.

fn main() -> std::process::ExitCode {
    mirab::command::main()
}
