//! The command line every service's executable has: run, migrate, config, health, dead-letters, say-again, version.

use std::{ffi::OsString, path::PathBuf};

use clap::{Parser, Subcommand};
use domain::EventId;

use crate::{
    bus::{self, Bus},
    clock::Clock,
    config::Layers,
    db::{Db, inbox},
    lifecycle,
    nudge::Nudges,
    service::{self, Service},
    telemetry,
};

#[derive(Parser)]
#[command(version, about = "One service of Mirab")]
struct Arguments {
    /// A TOML file whose keys win over the defaults; the environment wins over it.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service until SIGTERM or SIGINT (the default).
    Run,
    /// Brings the store to the newest schema and ends.
    Migrate,
    /// Shows the defaults with their comments, or checks what is set.
    Config {
        #[command(subcommand)]
        what: ConfigCommand,
    },
    /// Asks the running service at its address whether it is ready; ends with 0 when it is.
    Health {
        /// Where it answers; its configured address when not given.
        #[arg(long)]
        at: Option<String>,
    },
    /// Messages that could not be handled.
    DeadLetters {
        #[command(subcommand)]
        what: DeadCommand,
    },
    /// Says again what the stream has dropped for its age, for a service whose store is empty or old. Those who heard it pass
    /// it over.
    SayAgain,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Prints every key with its default and what it means.
    Print,
    /// Checks that everything set can be used.
    Check,
}

#[derive(Subcommand)]
enum DeadCommand {
    /// Lists those that wait, one JSON object a line.
    List,
    /// Asks the running service to handle one again.
    Replay {
        /// The event's id.
        event: EventId,
    },
}

/// Runs the executable of a service.
pub fn main<S: Service>() -> std::process::ExitCode {
    main_from::<S>(std::env::args_os())
}

/// The same with these arguments, the program's name first: for one executable that holds several services.
pub fn main_from<S: Service>(arguments: impl IntoIterator<Item = OsString>) -> std::process::ExitCode {
    let arguments = Arguments::parse_from(arguments);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed::<S>(&error.into()),
    };
    match runtime.block_on(command::<S>(arguments)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => failed::<S>(&error),
    }
}

fn failed<S: Service>(error: &anyhow::Error) -> std::process::ExitCode {
    use std::io::Write;
    drop(writeln!(std::io::stderr(), "{}: {error:#}", S::NAME));
    std::process::ExitCode::FAILURE
}

/// Writes one line to standard output; a closed pipe ends it quietly.
fn print(line: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stdout(), "{line}"));
}

async fn command<S: Service>(arguments: Arguments) -> anyhow::Result<()> {
    let layers = Layers::of(S::NAME, S::DEFAULTS, arguments.config.as_deref());
    match arguments.command.unwrap_or(Command::Run) {
        Command::Run => run::<S>(&layers).await,
        Command::Migrate => {
            let db = open(&layers).await?;
            db.migrate(&S::migrations()).await?;
            db.complete(S::ENGINE_SCHEMA).await?;
            print(&format!("{}: the store has the newest schema", S::NAME));
            Ok(())
        }
        Command::Config { what: ConfigCommand::Print } => {
            print(&format!("{}\n{}", crate::config::DEFAULTS, S::DEFAULTS));
            Ok(())
        }
        Command::Config { what: ConfigCommand::Check } => {
            layers.settings()?.store.resolved_url()?;
            drop(layers.extract::<S::Config>()?);
            print(&format!("{}: the configuration can be used", S::NAME));
            Ok(())
        }
        Command::Health { at } => health::<S>(&layers, at).await,
        Command::DeadLetters { what } => dead_letters(&layers, what).await,
        Command::SayAgain => say_again::<S>(&layers).await,
    }
}

async fn run<S: Service>(layers: &Layers) -> anyhow::Result<()> {
    crate::install_crypto();
    let _telemetry = telemetry::init(&layers.settings()?.telemetry)?;
    let running = service::start::<S>(layers, Clock::system()).await?;
    lifecycle::asked_to_stop().await;
    if running.stop().await {
        Ok(())
    } else {
        anyhow::bail!("some work was still running when patience ran out")
    }
}

async fn open(layers: &Layers) -> anyhow::Result<Db> {
    let url = layers.settings()?.store.resolved_url()?;
    Ok(Db::open(&url, Clock::system(), Nudges::default()).await?)
}

/// Speaks HTTP/1.0 by hand: a health check must not need what it checks.
async fn health<S: Service>(layers: &Layers, at: Option<String>) -> anyhow::Result<()> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let at = match at {
        Some(at) => at,
        None => layers.settings()?.service.listen.replace("0.0.0.0", "127.0.0.1"),
    };
    let mut stream = tokio::net::TcpStream::connect(&at).await?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").await?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).await?;
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or("").trim();
    anyhow::ensure!(answer.split(' ').nth(1) == Some("200"), "{} at {at} is not ready: {body}", S::NAME);
    print(body);
    Ok(())
}

async fn say_again<S: Service>(layers: &Layers) -> anyhow::Result<()> {
    crate::install_crypto();
    let bus = Bus::connect(S::NAME, &layers.settings()?.bus, Clock::system()).await?;
    let aged = bus::say_again(&bus, &open(layers).await?, S::NAME).await?;
    print(&format!(
        "{aged} events are no longer on the stream; the running service says them again within half a minute"
    ));
    Ok(())
}

async fn dead_letters(layers: &Layers, what: DeadCommand) -> anyhow::Result<()> {
    let db = open(layers).await?;
    match what {
        DeadCommand::List => {
            for letter in inbox::dead_letters(&db).await? {
                print(&serde_json::to_string(&letter)?);
            }
            Ok(())
        }
        DeadCommand::Replay { event } => {
            let mut tx = db.begin().await?;
            anyhow::ensure!(inbox::ask_replay(&mut tx, &event).await?, "no dead letter waits under {event}");
            tx.commit().await?;
            print("asked; the running service handles it within half a minute");
            Ok(())
        }
    }
}
