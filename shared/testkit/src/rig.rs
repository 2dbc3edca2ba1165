//! A rig for one service: a real nats-server, the service on a store of its own, and a hand on the bus as any other service.

use std::{path::PathBuf, time::Duration};

use async_nats::jetstream::{
    self,
    consumer::{DeliverPolicy, pull},
};
use contracts::{Envelope, Event, Failure, Principal, Query, Role, Service as Name};
use domain::EventId;
use futures::StreamExt;
use kit::{
    Ask, Bus, Clock, Running, Service,
    bus::{
        Identity,
        broker::{self, ADMIN, Broker, Keys, ServerConfig},
        connect_as,
        permissions::{self, Extras, Permissions},
        topology,
    },
    config::Layers,
};
use tempfile::TempDir;

/// How long anything is waited for before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A nats-server with the topology of one service, in a folder that goes with it.
pub struct Rig {
    folder: TempDir,
    keys: Keys,
    broker: Broker,
    admin: async_nats::Client,
    gateway: Bus,
    /// The clock the service runs by.
    pub clock: Clock,
}

/// A principal of the centre's staff with these roles.
pub fn principal(subject: &str, roles: &[Role]) -> Principal {
    Principal {
        subject: subject.to_owned(),
        name: subject.to_owned(),
        roles: roles.iter().copied().collect(),
        organisation: None,
    }
}

impl Rig {
    /// Starts the server and applies the topology that this service needs. The clock is the machine's.
    ///
    /// # Panics
    /// When nats-server is missing (run `deploy/get-nats-server`) or does not start.
    pub async fn of<S: Service>() -> Self {
        Self::with_clock::<S>(Clock::system()).await
    }

    /// The same by this clock.
    ///
    /// # Panics
    /// As [`Rig::of`].
    pub async fn with_clock<S: Service>(clock: Clock) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = Keys::ensure(&folder.path().join("keys")).expect("keys");
        let consumers = S::parts().consumers(S::NAME);
        let config = ServerConfig {
            listen: String::new(),
            monitor: None,
            store: folder.path().join("js"),
            max_store_bytes: 40 << 30,
            permissions: permissions_for::<S>(&consumers),
        };
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nats-server");
        let program = broker::find(Some(&root)).await.expect("nats-server");
        let broker = Broker::start(&program, folder.path(), config, &keys).await.expect("nats-server starts");
        let admin = connect_as(ADMIN, &broker.url(), &keys.seed_file(ADMIN)).await.expect("a connection");
        topology::apply(&admin, &consumers, 1).await.expect("the topology is applied");
        let layers = Layers::of(Name::Gateway, "", None)
            .with(&bus_section(&broker, &keys, Name::Gateway))
            .with("[bus]\nask_timeout_s = 30");
        let settings = layers.settings().expect("settings");
        let gateway = Bus::connect(Name::Gateway, &settings.bus, clock.clone()).await.expect("a connection");
        Self { folder, keys, broker, admin, gateway, clock }
    }

    /// Starts the service on an SQLite file of the rig, with these keys on top of its defaults (TOML). Starting it again
    /// after a stop finds what it left.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start<S: Service>(&self, on_top: &str) -> Running {
        let store = format!("[store]\nurl = \"{}\"\n", self.store_url::<S>());
        let layers = Layers::of(S::NAME, S::DEFAULTS, None)
            .with(&bus_section(&self.broker, &self.keys, S::NAME))
            .with(&store)
            .with(on_top);
        kit::service::start::<S>(&layers, self.clock.clone()).await.expect("the service starts")
    }

    /// Takes away the store of the stopped service, and has it hear from the beginning when it starts again.
    ///
    /// # Panics
    /// When the store cannot be taken away or NATS refuses.
    pub async fn start_over<S: Service>(&self) {
        for file in std::fs::read_dir(self.folder.path()).expect("the folder of the rig") {
            let path = file.expect("a file").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(&format!("{}.db", S::NAME)) {
                std::fs::remove_file(path).expect("the store is taken away");
            }
        }
        topology::rewind(&self.admin, &S::parts().consumers(S::NAME)).await.expect("NATS goes back");
    }

    /// The URL of the store of a service of the rig.
    pub fn store_url<S: Service>(&self) -> String {
        format!("sqlite:{}/{}.db", self.folder.path().display(), S::NAME)
    }

    /// The folder of the rig, for files a test needs.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
    /// The server, to kill and restart.
    pub fn broker(&mut self) -> &mut Broker {
        &mut self.broker
    }
    /// The bus as the gateway has it: to ask and to put objects.
    pub fn gateway(&self) -> &Bus {
        &self.gateway
    }

    /// Says an event as the service that owns it, signed; waits until the stream has it.
    ///
    /// # Panics
    /// When the stream does not take it.
    pub async fn say<E: Event>(&self, event: &E) -> EventId {
        let id = EventId::generate(self.clock.now());
        self.say_as(&id, event).await;
        id
    }

    /// The same under an id of its own, as a redelivery would.
    ///
    /// # Panics
    /// When the stream does not take it.
    pub async fn say_as<E: Event>(&self, id: &EventId, event: &E) {
        let body = serde_json::to_vec(event).expect("an event");
        let envelope = Envelope {
            id: id.clone(),
            subject: event.subject(),
            aggregate: event.aggregate(),
            time: self.clock.now(),
            traceparent: None,
            correlation: id.to_string(),
            causation: None,
        };
        let identity = Identity::read(&self.keys.seed_file(E::SERVICE.as_str())).expect("a seed");
        self.publish(&envelope, &body, &identity.sign(&envelope, &body).expect("a signature")).await;
    }

    /// Publishes any bytes under this envelope, as an attacker or a faulty service would.
    ///
    /// # Panics
    /// When the stream does not take it.
    pub async fn publish(&self, envelope: &Envelope, body: &[u8], signature: &str) {
        let mut headers = async_nats::HeaderMap::new();
        for (name, value) in envelope.headers(signature) {
            headers.insert(name, value.as_str());
        }
        let jetstream = jetstream::new(self.admin.clone());
        let message =
            jetstream::message::PublishMessage::build().payload(body.to_vec().into()).headers(headers);
        let sent = jetstream.send_publish(envelope.subject.clone(), message).await.expect("published");
        sent.await.expect("the stream acknowledges");
    }

    /// Listens to every event of one type from the beginning of its stream.
    ///
    /// # Panics
    /// When the stream cannot be read.
    pub async fn listen<E: Event>(&self) -> Listener<E> {
        let stream = contracts::stream::of(E::SERVICE);
        let config = pull::Config {
            filter_subject: E::filter(),
            deliver_policy: DeliverPolicy::All,
            ack_policy: jetstream::consumer::AckPolicy::None,
            // a test that waits for something else first finds it still there; the server's own five seconds are too short
            inactive_threshold: std::time::Duration::from_mins(5),
            ..Default::default()
        };
        let consumer = jetstream::new(self.admin.clone())
            .create_consumer_on_stream(config, stream)
            .await
            .expect("a consumer");
        // packs are large: what is under way has to stay far below what nats-server holds for one client (64 MiB)
        let messages = consumer.stream().max_messages_per_batch(32).messages().await.expect("messages");
        Listener { messages, of: std::marker::PhantomData }
    }

    /// Asks the service as this principal.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn ask<Q: Query>(&self, principal: &Principal, query: &Q) -> Result<Q::Reply, Failure> {
        self.gateway.ask(Ask { principal, key: None }, query).await
    }

    /// The answer as it is written, which is what the gateway passes on.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn ask_written<Q: Query>(&self, principal: &Principal, query: &Q) -> Result<String, Failure> {
        self.gateway.ask_written(Ask { principal, key: None }, query).await
    }

    /// The same under an idempotency key.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn ask_once<Q: Query>(
        &self,
        principal: &Principal,
        key: &str,
        query: &Q,
    ) -> Result<Q::Reply, Failure> {
        self.gateway.ask(Ask { principal, key: Some(key) }, query).await
    }
}

fn permissions_for<S: Service>(consumers: &[topology::DurableConsumer]) -> Vec<(&'static str, Permissions)> {
    let everything = Permissions { publish: vec![">".into()], subscribe: vec![">".into()] };
    let of = |service: Name| {
        let gateway = Extras { asks: true, puts_imports: true, ..Extras::default() };
        let extras = if service == S::NAME {
            S::parts().extras()
        } else if service == Name::Gateway {
            gateway
        } else {
            Extras::default()
        };
        (service.as_str(), permissions::of(service, consumers, extras))
    };
    Name::ALL.iter().map(|service| of(*service)).chain([(ADMIN, everything)]).collect()
}

fn bus_section(broker: &Broker, keys: &Keys, service: Name) -> String {
    format!(
        "[bus]\nurl = \"{}\"\nseed_file = \"{}\"\ntrust_file = \"{}\"\n",
        broker.url(),
        keys.seed_file(service.as_str()).display(),
        keys.trust_file().display()
    )
}

/// Hears one type of event, one after the other.
pub struct Listener<E> {
    messages: pull::Stream,
    of: std::marker::PhantomData<E>,
}

impl<E: Event> Listener<E> {
    /// The next event.
    ///
    /// # Panics
    /// When none comes within a minute.
    pub async fn next(&mut self) -> E {
        serde_json::from_str(&self.next_body().await).expect("an event")
    }
    /// The body of the next event, unread.
    ///
    /// # Panics
    /// When none comes within a minute.
    pub async fn next_body(&mut self) -> String {
        let next = tokio::time::timeout(PATIENCE, self.messages.next()).await;
        let message = next.unwrap_or_else(|_| panic!("no {} came within a minute", E::SUBJECT));
        let message = message.expect("the stream goes on").expect("a message");
        String::from_utf8(message.payload.to_vec()).expect("text")
    }
    /// The next event that fits; what does not is passed over.
    ///
    /// # Panics
    /// When none comes within a minute.
    pub async fn find(&mut self, fits: impl Fn(&E) -> bool) -> E {
        loop {
            let event = self.next().await;
            if fits(&event) {
                return event;
            }
        }
    }
}
