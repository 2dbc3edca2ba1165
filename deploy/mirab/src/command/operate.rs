//! What operators do: status, dead letters, tokens, the set-up for containers, the bus.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use contracts::{Role, Service as Name};
use domain::{EventId, TokenId};
use kit::bus::{broker::ADMIN, connect_as, topology as bus_topology};
use serde_json::{Value, json};

use super::{Output, Server, print};
use crate::{setup::Containers, topology};

/// Shows the six services' vitals.
pub(super) async fn status(server: &Server) -> anyhow::Result<()> {
    let answer: Value = server.client()?.get("/v1/operations").await?;
    if server.output == Output::Json {
        print(&serde_json::to_string_pretty(&answer)?);
        return Ok(());
    }
    print(&format!("{:<14}{:<10}{:>8}{:>14}  since", "service", "state", "unsent", "dead letters"));
    for service in answer["services"].as_array().into_iter().flatten() {
        let (name, vitals) = (service["service"].as_str().unwrap_or("?"), &service["vitals"]);
        if vitals.is_null() {
            print(&format!(
                "{name:<14}{:<10}{:>8}{:>14}  {}",
                "silent",
                "-",
                "-",
                service["failure"].as_str().unwrap_or("")
            ));
        } else {
            let oldest = vitals["oldest_unsent"].as_str().unwrap_or("-");
            print(&format!(
                "{name:<14}{:<10}{:>8}{:>14}  {oldest}",
                "answers",
                vitals["unsent"].to_string(),
                vitals["dead_letters"].to_string()
            ));
        }
    }
    Ok(())
}

/// What to do about dead letters.
#[derive(Subcommand, Debug)]
pub enum DeadLetters {
    /// Lists those that wait, of all services.
    List,
    /// Shows one whole.
    Show {
        /// The service that gave it up.
        service: Name,
        /// The event's id.
        event: EventId,
    },
    /// Handles one again.
    Replay {
        /// The service that gave it up.
        service: Name,
        /// The event's id.
        event: EventId,
    },
    /// Gives one up for good.
    Discard {
        /// The service that gave it up.
        service: Name,
        /// The event's id.
        event: EventId,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

impl DeadLetters {
    /// Does it.
    pub(super) async fn run(self, server: &Server) -> anyhow::Result<()> {
        let client = server.client()?;
        match self {
            Self::List => {
                let all: Value = client.get("/v1/dead-letters").await?;
                for letter in all["items"].as_array().into_iter().flatten() {
                    print(&format!(
                        "{:<14}{}  {}  {}",
                        letter["service"].as_str().unwrap_or(""),
                        letter["event"].as_str().unwrap_or(""),
                        letter["subject"].as_str().unwrap_or(""),
                        letter["reason"].as_str().unwrap_or("")
                    ));
                }
            }
            Self::Show { service, event } => {
                let all: Value = client.get("/v1/dead-letters").await?;
                let fits = |l: &&Value| l["event"] == event.as_str() && l["service"] == service.as_str();
                let letter = all["items"].as_array().into_iter().flatten().find(fits);
                print(&serde_json::to_string_pretty(letter.context("no dead letter waits under this id")?)?);
            }
            Self::Replay { service, event } => {
                let path = format!("/v1/dead-letters/{service}/{event}/replay");
                let _: Value = client.post(&path, &key(), &json!({})).await?;
                print("asked; it is handled again at once");
            }
            Self::Discard { service, event, reason } => {
                let path = format!("/v1/dead-letters/{service}/{event}/discard");
                let _: Value = client.post(&path, &key(), &json!({ "reason": reason })).await?;
                print("given up for good");
            }
        }
        Ok(())
    }
}

/// A key for one deliberate act on the command line.
pub(super) fn key() -> String {
    domain::ids::random_ulid(kit::Clock::system().now()).to_string()
}

/// What to do about tokens.
#[derive(Subcommand, Debug)]
pub enum Token {
    /// Makes a token and shows it, this once.
    Create {
        /// Whom or what it is for.
        name: String,
        /// What it may do; several times for several roles.
        #[arg(long = "role", required = true)]
        roles: Vec<Role>,
        /// The key of the organisation, for partners.
        #[arg(long)]
        organisation: Option<String>,
    },
    /// Ends a token at once.
    Revoke {
        /// Which.
        id: TokenId,
    },
}

impl Token {
    /// Does it.
    pub(super) async fn run(self, server: &Server) -> anyhow::Result<()> {
        let client = server.client()?;
        match self {
            Self::Create { name, roles, organisation } => {
                let wish = json!({ "name": name, "roles": roles, "organisation": organisation });
                let made: Value = client.post("/v1/tokens", &key(), &wish).await?;
                let secret = made["token"].as_str().context("the answer holds no token")?;
                if server.output == Output::Json {
                    print(&serde_json::to_string_pretty(&made)?);
                } else {
                    print(secret);
                }
            }
            Self::Revoke { id } => {
                let ended: Value =
                    client.post(&format!("/v1/tokens/{id}/revoke"), &key(), &json!({})).await?;
                if server.output == Output::Json {
                    print(&serde_json::to_string_pretty(&ended)?);
                } else {
                    print("it no longer counts");
                }
            }
        }
        Ok(())
    }
}

/// What a set-up for containers is made for.
#[derive(Args, Debug)]
pub struct Setup {
    /// The folder with one folder for each container.
    #[arg(long)]
    keys: PathBuf,
    /// The host name of PostgreSQL.
    #[arg(long)]
    postgres: String,
    /// Where NATS keeps its streams, inside its container.
    #[arg(long)]
    nats_store: PathBuf,
}

impl Setup {
    /// Makes what is missing.
    pub(super) fn run(self) -> anyhow::Result<()> {
        Containers { keys: self.keys, postgres: self.postgres, nats_store: self.nats_store }.ensure()?;
        print("keys, passwords and nats.conf are there");
        Ok(())
    }
}

/// What to do about the bus.
#[derive(Subcommand, Debug)]
pub enum Bus {
    /// Makes or updates every stream and consumer; nothing is deleted.
    Apply {
        /// Where NATS answers.
        #[arg(long)]
        url: String,
        /// The seed of the identity that may.
        #[arg(long)]
        seed: PathBuf,
        /// How many servers keep each stream: 1, or 3 in a cluster.
        #[arg(long, default_value_t = 1)]
        replicas: usize,
    },
    /// Has a stopped service hear everything again that the streams hold, after its store was lost or put back from a backup.
    Rewind {
        /// Which; stop it first.
        service: Name,
        /// Where NATS answers.
        #[arg(long)]
        url: String,
        /// The seed of the identity that may.
        #[arg(long)]
        seed: PathBuf,
    },
}

impl Bus {
    /// Does it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        kit::install_crypto();
        match self {
            Self::Apply { url, seed, replicas } => {
                let client = connect_as(ADMIN, &url, &seed).await?;
                bus_topology::apply(&client, &topology::consumers(), replicas).await?;
                print("streams and consumers are as declared");
            }
            Self::Rewind { service, url, seed } => {
                let client = connect_as(ADMIN, &url, &seed).await?;
                let its: Vec<_> = topology::consumers()
                    .into_iter()
                    .filter(|consumer| consumer.service == service)
                    .collect();
                bus_topology::rewind(&client, &its).await?;
                print(&format!("{service} hears everything again that the streams hold; start it"));
            }
        }
        Ok(())
    }
}

/// Asks an address once, in plain HTTP by hand: a probe must not need what it probes.
pub(super) async fn probe(url: &url::Url) -> anyhow::Result<()> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = url.host_str().context("the address names no host")?;
    let port = url.port_or_known_default().context("the address names no port")?;
    let mut stream = tokio::net::TcpStream::connect((host, port)).await?;
    stream.write_all(format!("GET {} HTTP/1.0\r\nhost: {host}\r\n\r\n", url.path()).as_bytes()).await?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).await?;
    anyhow::ensure!(
        answer.split(' ').nth(1) == Some("200"),
        "{url}: {}",
        answer.lines().next().unwrap_or("no answer")
    );
    Ok(())
}
