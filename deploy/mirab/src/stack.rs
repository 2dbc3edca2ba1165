//! The whole system in one process.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use contracts::Service as Name;
use futures::future::BoxFuture;
use kit::{
    Clock, Running, Service,
    bus::{
        broker::{self, ADMIN, Broker, Keys, ServerConfig},
        connect_as, topology as bus_topology,
    },
    config::Layers,
    lifecycle::Group,
};

use crate::{each_service, folder::Held, setup, topology};

/// How the system is to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everything is kept.
    pub data: PathBuf,
    /// Where the gateway answers.
    pub listen: String,
    /// Where nats-server is; searched for when `None`.
    pub nats_server: Option<PathBuf>,
    /// The time.
    pub clock: Clock,
    /// Keys on top of the defaults, as TOML, by service.
    pub on_top: BTreeMap<Name, String>,
}

impl Options {
    /// The usual: this folder, this address, the machine's clock.
    pub fn new(data: &Path, listen: &str) -> Self {
        Self {
            data: data.to_owned(),
            listen: listen.to_owned(),
            nats_server: None,
            clock: Clock::system(),
            on_top: BTreeMap::new(),
        }
    }
}

/// The whole system, running.
#[derive(Debug)]
pub struct Stack {
    services: Vec<Running>,
    watch: Group,
    data: PathBuf,
    _folder: Held,
}

impl Stack {
    /// Starts nats-server, applies the topology, then starts the six services beside each other.
    ///
    /// # Errors
    /// When the folder is in use, or any of it does not start; the error says which and why.
    pub async fn start(options: &Options) -> anyhow::Result<Self> {
        let data = &options.data;
        let folder = Held::of(data)?;
        let data = &data.canonicalize()?;
        let keys = Keys::ensure(&data.join("keys"))?;
        setup::ensure_gateway_secrets(&data.join("keys"))?;
        let program = broker::find(options.nats_server.as_deref()).await?;
        let config = ServerConfig {
            listen: String::new(),
            monitor: None,
            store: data.join("nats/js"),
            max_store_bytes: 32 << 30,
            permissions: topology::permissions(),
        };
        let broker = Broker::start(&program, &data.join("nats"), config, &keys).await?;
        let url = broker.url();
        let admin = connect_as(ADMIN, &url, &keys.seed_file(ADMIN)).await?;
        bus_topology::apply(&admin, &topology::consumers(), 1).await.context("the topology was refused")?;
        let starting: [BoxFuture<'_, anyhow::Result<Running>>; 6] = each_service!(|S| {
            let layers = layers::<S>(options, data, (&url, &keys));
            let clock = options.clock.clone();
            Box::pin(async move {
                kit::service::start::<S>(&layers, clock)
                    .await
                    .with_context(|| format!("{} does not start", S::NAME))
            })
        });
        let services = futures::future::try_join_all(starting).await?;
        let watch = Group::default();
        watch.spawn(keep_broker(broker, watch.clone()));
        Ok(Self { services, watch, data: data.clone(), _folder: folder })
    }

    /// Where the gateway answers: `http://…`.
    pub fn address(&self) -> String {
        format!(
            "http://{}",
            self.of(Name::Gateway).map_or(SocketAddr::from(([127, 0, 0, 1], 0)), Running::address)
        )
    }
    /// The file with the first token.
    pub fn admin_token_file(&self) -> PathBuf {
        self.data.join("admin.token")
    }
    /// One of the services.
    pub fn of(&self, name: Name) -> Option<&Running> {
        self.services.iter().find(|running| running.name() == name)
    }
    /// What keeps the system from being ready; empty when it is.
    pub async fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for running in &self.services {
            missing.extend(
                running.missing().await.into_iter().map(|what| format!("{}: {what}", running.name())),
            );
        }
        missing
    }
    /// Stops everything in order: the door first, the bus last. Returns whether all was finished in time.
    pub async fn stop(self) -> bool {
        let mut services = self.services;
        services.sort_by_key(|running| running.name() != Name::Gateway);
        let mut finished = true;
        let mut services = services.into_iter();
        if let Some(gateway) = services.next() {
            finished &= gateway.stop().await;
        }
        finished &= futures::future::join_all(services.map(Running::stop)).await.into_iter().all(|done| done);
        finished & self.watch.stop(std::time::Duration::from_secs(15)).await
    }
}

/// Restarts nats-server when it ends by itself; stops it when the group stops.
async fn keep_broker(mut broker: Broker, group: Group) {
    loop {
        tokio::select! {
            () = group.stopping() => return broker.stop().await,
            () = broker.ended() => {
                tracing::error!("nats-server ended by itself; it is started again");
                if let Err(error) = broker.restart().await {
                    tracing::error!(%error, "nats-server cannot be started again; services keep what they say until it is");
                }
            }
        }
    }
}

fn layers<S: Service>(options: &Options, data: &Path, (url, keys): (&str, &Keys)) -> Layers {
    let name = S::NAME;
    let listen = if name == Name::Gateway { options.listen.as_str() } else { "127.0.0.1:0" };
    let place = format!(
        "[service]\nlisten = \"{listen}\"\n[store]\nurl = \"sqlite:{data}/{name}.db\"\n[bus]\nurl = \"{url}\"\nseed_file = \"{seed}\"\ntrust_file = \"{trust}\"\n",
        data = data.display(),
        seed = keys.seed_file(name.as_str()).display(),
        trust = keys.trust_file().display(),
    );
    let own = if name == Name::Gateway { setup::gateway_section(data) } else { String::new() };
    let layers = Layers::of(name, S::DEFAULTS, None).with(&place).with(&own);
    match options.on_top.get(&name) {
        Some(on_top) => layers.with(on_top),
        None => layers,
    }
}
