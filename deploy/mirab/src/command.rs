//! The command line: noun and verb, the same words as the API; tables for people, JSON where asked.

mod backtest;
mod import;
pub(crate) use import::follow;
mod operate;
mod recompute;
mod score;
mod up;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};
use contracts::Service as Name;

#[derive(Parser)]
#[command(
    name = "mirab",
    version,
    about = "The working system of a regional centre for preventive diplomacy"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs everything on this machine: nats-server, the six services, the console.
    Up(up::Up),
    /// Sends a file of observations and waits until its run is over.
    Import(import::Import),
    /// Shows how the six services do.
    Status(Server),
    /// Messages that could not be handled.
    DeadLetters {
        #[command(subcommand)]
        what: operate::DeadLetters,
        #[command(flatten)]
        server: Server,
    },
    /// Has series and levels counted anew from all the evidence, follows it, and says what was kept otherwise.
    Recompute(recompute::Recompute),
    /// Scores the forecasts on past counts, beside the rules they have to beat; needs no server.
    Backtest(backtest::Backtest),
    /// Scores draws of a forecast, as the country challenge of VIEWS has them; needs no server.
    Score(score::Score),
    /// Tokens of people, systems and partners.
    Token {
        #[command(subcommand)]
        what: operate::Token,
        #[command(flatten)]
        server: Server,
    },
    /// Runs one of the six services; `mirab service intake --help` shows what it can do.
    #[command(disable_help_flag = true)]
    Service {
        /// Which.
        name: Name,
        /// What it is to do.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<OsString>,
    },
    /// Makes keys, passwords and nats.conf for containers, where they are missing.
    Setup(operate::Setup),
    /// The bus itself.
    Bus {
        #[command(subcommand)]
        what: operate::Bus,
    },
    /// Asks an address once; ends with 0 when it answers 200.
    Probe {
        /// `http://host:port/path`
        url: url::Url,
    },
}

/// Which server, as whom.
#[derive(Args, Clone, Debug)]
pub struct Server {
    /// Where the gateway answers.
    #[arg(long = "server", env = "MIRAB_SERVER", default_value = "http://127.0.0.1:8080")]
    address: String,
    /// The file with your token.
    #[arg(long, env = "MIRAB_TOKEN_FILE", default_value = "./data/admin.token")]
    token_file: PathBuf,
    /// How to show the answer.
    #[arg(long, default_value = "table")]
    output: Output,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// For people.
    Table,
    /// As the API gives it.
    Json,
}

impl Server {
    fn client(&self) -> anyhow::Result<crate::client::Client> {
        crate::client::Client::with_token_file(&self.address, &self.token_file)
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::Service { name, rest } = arguments.command {
        return service(name, rest);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say_error(&error.into()),
    };
    match runtime.block_on(run(arguments.command)) {
        Ok(code) => code,
        Err(error) => say_error(&error),
    }
}

fn say_error(error: &anyhow::Error) -> ExitCode {
    use std::io::Write;
    drop(writeln!(std::io::stderr(), "mirab: {error:#}"));
    ExitCode::FAILURE
}

/// Writes a line to standard output; a closed pipe ends it quietly.
pub(crate) fn print(line: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stdout(), "{line}"));
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(up) => up.run().await.map(|()| ExitCode::SUCCESS),
        Command::Import(import) => import.run().await,
        Command::Status(server) => operate::status(&server).await.map(|()| ExitCode::SUCCESS),
        Command::DeadLetters { what, server } => what.run(&server).await.map(|()| ExitCode::SUCCESS),
        Command::Token { what, server } => what.run(&server).await.map(|()| ExitCode::SUCCESS),
        Command::Recompute(recompute) => recompute.run().await,
        Command::Backtest(backtest) => backtest.run().map(|()| ExitCode::SUCCESS),
        Command::Score(score) => score.run().map(|()| ExitCode::SUCCESS),
        Command::Setup(setup) => setup.run().map(|()| ExitCode::SUCCESS),
        Command::Bus { what } => what.run().await.map(|()| ExitCode::SUCCESS),
        Command::Probe { url } => operate::probe(&url).await.map(|()| ExitCode::SUCCESS),
        Command::Service { .. } => Ok(ExitCode::SUCCESS),
    }
}

fn service(name: Name, rest: Vec<OsString>) -> ExitCode {
    let arguments = std::iter::once(OsString::from(name.as_str())).chain(rest);
    match name {
        Name::Intake => kit::command::main_from::<intake::Intake>(arguments),
        Name::Analysis => kit::command::main_from::<analysis::Analysis>(arguments),
        Name::Liaison => kit::command::main_from::<liaison::Liaison>(arguments),
        Name::Coordination => kit::command::main_from::<coordination::Coordination>(arguments),
        Name::Alerts => kit::command::main_from::<alerts::Alerts>(arguments),
        Name::Gateway => kit::command::main_from::<gateway::Gateway>(arguments),
    }
}
