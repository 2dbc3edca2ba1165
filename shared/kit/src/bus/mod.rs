//! The bus: NATS JetStream, one connection and one identity per service.

mod answer;
mod ask;
pub mod broker;
mod consume;
pub mod handler;
mod identity;
mod objects;
pub mod permissions;
mod relay;
pub mod topology;

use std::{path::Path, sync::Arc, time::Duration};

use async_nats::{Client, ConnectOptions, Event, jetstream};
use contracts::Service;
use rand::Rng;

pub use answer::Asked;
pub(crate) use answer::Endpoint;
pub use ask::{Ask, Reply};
pub use consume::Heard;
pub use handler::Written;
pub use identity::{Identity, Trust};
pub use objects::ObjectError;

pub(crate) use answer::answer;
pub(crate) use consume::{Consumer, Hearing, consume, replay_dead_letters};
pub(crate) use relay::{check_stream, say_again, send_unsent};

use crate::{clock::Clock, config::BusSettings};

/// One service's connection to the bus.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Client,
    jetstream: jetstream::Context,
    identity: Arc<Identity>,
    trust: Arc<Trust>,
    clock: Clock,
    ask_timeout: Duration,
}

impl Bus {
    /// Connects, or goes on trying in the background while NATS does not answer.
    ///
    /// # Errors
    /// When the seed or the keys of the others cannot be read, or the address is none.
    pub async fn connect(service: Service, settings: &BusSettings, clock: Clock) -> anyhow::Result<Self> {
        let identity = Identity::read(&settings.seed_file)?;
        let trust = Trust::read(&settings.trust_file)?;
        let client = connect_as(service.as_str(), &settings.url, &settings.seed_file).await?;
        let jetstream = jetstream::ContextBuilder::new()
            .timeout(Duration::from_secs(5))
            .ack_timeout(Duration::from_secs(10))
            .build(client.clone());
        Ok(Self {
            client,
            jetstream,
            identity: Arc::new(identity),
            trust: Arc::new(trust),
            clock,
            ask_timeout: Duration::from_secs(settings.ask_timeout_s),
        })
    }
    /// Whether the connection stands.
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }
    /// Waits until the server has taken everything sent so far, subscriptions included: an answer to a question that was sent
    /// after them proves it. Not long, as the server may be away.
    pub(crate) async fn settle(&self, of: Service) {
        let answer = self.jetstream.get_stream(contracts::stream::of(of));
        drop(tokio::time::timeout(Duration::from_secs(2), answer).await);
    }
    /// Lets what was sent go out and closes.
    pub async fn close(&self) {
        if let Err(error) = self.client.drain().await {
            tracing::debug!(%error, "the bus was closed already");
        }
    }
}

/// Connects as one NATS user with an inbox of its own.
///
/// # Errors
/// When the seed cannot be read or the address is none.
pub async fn connect_as(user: &str, url: &str, seed_file: &Path) -> anyhow::Result<Client> {
    let seed = crate::config::read_file(seed_file)?;
    let user = user.to_owned();
    let inbox = format!("_INBOX.{user}");
    let options = ConnectOptions::with_nkey(seed)
        .name(&user)
        .custom_inbox_prefix(inbox)
        .retry_on_initial_connect()
        .max_reconnects(None)
        .connection_timeout(Duration::from_secs(5))
        .reconnect_delay_callback(delay)
        .event_callback(move |event| {
            notice(&user, &event);
            std::future::ready(())
        });
    Ok(options.connect(url).await?)
}

/// Grows from a tenth of a second to two seconds, with jitter.
fn delay(attempt: usize) -> Duration {
    let step = 100_u64.saturating_mul(1 << attempt.min(5)).min(2000);
    Duration::from_millis(rand::rng().random_range(step / 2..=step))
}

fn notice(user: &str, event: &Event) {
    match event {
        Event::ServerError(error) if error.to_string().contains("ermissions") => {
            metrics::counter!("bus_permission_violations_total", "user" => user.to_owned()).increment(1);
            tracing::error!(user, %error, "the bus refuses what this service may not do");
        }
        Event::ServerError(_) | Event::ClientError(_) | Event::SlowConsumer(_) => {
            tracing::warn!(user, %event, "trouble on the bus");
        }
        _ => tracing::info!(user, %event, "bus"),
    }
}
