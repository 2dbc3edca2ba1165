//! What a service is to the chassis: a name, defaults, a schema, its parts as values, and how it starts.

use std::{future::Future, marker::PhantomData, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use contracts::{Event, Query, Service as Name, stream};
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;

use crate::{
    bus::{
        self, Bus, Consumer,
        handler::{AnswerFn, AnswerTyped, HearFn, HearTyped, JobFn},
        permissions::Extras,
        topology::DurableConsumer,
    },
    clock::Clock,
    config::{Layers, Settings},
    db::{Db, EngineSchema},
    http::{self, Health},
    jobs::{self, Job},
    lifecycle::Group,
    nudge::Nudges,
};

mod own;

/// What a service is given to work with.
#[derive(Clone, Debug)]
pub struct Context {
    /// Its store, migrated.
    pub db: Db,
    /// Its connection to the bus.
    pub bus: Bus,
    /// The time.
    pub clock: Clock,
}

/// A service: everything the chassis must know to run it.
pub trait Service: Sized + Send + Sync + 'static {
    /// Its name.
    const NAME: Name;
    /// Its `config.default.toml`.
    const DEFAULTS: &'static str;
    /// Its own keys.
    type Config: DeserializeOwned + Send;

    /// What belongs to its schema and is said to each database in its own words, after the migrations.
    const ENGINE_SCHEMA: EngineSchema = EngineSchema::NONE;

    /// Its schema.
    fn migrations() -> Migrator;
    /// What it hears, answers and does by itself, as values.
    fn parts() -> Parts<Self>;
    /// Makes it.
    fn start(context: Context, config: Self::Config) -> impl Future<Output = anyhow::Result<Self>> + Send;
    /// What it serves over HTTP besides health; nothing but for the gateway.
    fn routes(self: &Arc<Self>) -> Router {
        Router::new()
    }
    /// Told first when the service is to stop: what would go on for ever, as open event streams, ends now.
    fn stopping(&self) {}
}

/// What a service hears, answers and does by itself.
pub struct Parts<S> {
    consumers: Vec<(&'static str, Vec<bus::Hearing<S>>)>,
    endpoints: Vec<bus::Endpoint<S>>,
    jobs: Vec<Job<S>>,
    says: Vec<&'static str>,
    extras: Extras,
}

impl<S: Send + Sync + 'static> Default for Parts<S> {
    fn default() -> Self {
        Self {
            consumers: Vec::new(),
            endpoints: Vec::new(),
            jobs: Vec::new(),
            says: Vec::new(),
            extras: Extras::default(),
        }
    }
}

impl<S: Send + Sync + 'static> Parts<S> {
    /// Hears an event with this function.
    #[must_use]
    pub fn hears<E: Event>(mut self, hear: impl for<'a> HearFn<'a, S, E>) -> Self {
        let stream = stream::of(E::SERVICE);
        let hearing = bus::Hearing {
            filter: E::filter(),
            base: E::SUBJECT,
            hear: Arc::new(HearTyped(hear, PhantomData::<fn() -> E>)),
        };
        match self.consumers.iter_mut().find(|(name, _)| *name == stream) {
            Some((_, hearings)) => hearings.push(hearing),
            None => self.consumers.push((stream, vec![hearing])),
        }
        self
    }
    /// Says events of this type.
    #[must_use]
    pub fn says<E: Event>(mut self) -> Self {
        self.says.push(E::SUBJECT);
        self
    }
    /// Answers a query with this function.
    #[must_use]
    pub fn answers<Q: Query>(mut self, answer: impl for<'a> AnswerFn<'a, S, Q>) -> Self {
        self.endpoints.push(bus::Endpoint {
            subject: Q::SUBJECT.to_owned(),
            answer: Arc::new(AnswerTyped(answer, PhantomData::<fn() -> Q>)),
        });
        self
    }
    /// Runs a job at least this often, and whenever its name is nudged.
    #[must_use]
    pub fn job(mut self, name: &'static str, period: Duration, run: impl for<'a> JobFn<'a, S>) -> Self {
        self.jobs.push(Job { name, period, run: Arc::new(run) });
        self
    }
    /// Does more on the bus than say, hear and answer.
    #[must_use]
    pub fn with(mut self, extras: Extras) -> Self {
        self.extras = extras;
        self
    }
    /// What it does on the bus besides.
    pub fn extras(&self) -> Extras {
        self.extras
    }
    /// Its durable consumers.
    pub fn consumers(&self, of: Name) -> Vec<DurableConsumer> {
        let durable = |(stream, hearings): &(&'static str, Vec<bus::Hearing<S>>)| DurableConsumer {
            stream,
            service: of,
            filters: hearings.iter().map(|h| h.filter.clone()).collect(),
        };
        self.consumers.iter().map(durable).collect()
    }
    /// The subjects it hears, without countries.
    pub fn heard_subjects(&self) -> Vec<&'static str> {
        self.consumers.iter().flat_map(|(_, hearings)| hearings.iter().map(|h| h.base)).collect()
    }
    /// The subjects it answers.
    pub fn answered_subjects(&self) -> Vec<&str> {
        self.endpoints.iter().map(|e| e.subject.as_str()).collect()
    }
    /// The subjects it says, without countries.
    pub fn said_subjects(&self) -> &[&'static str] {
        &self.says
    }
    /// The names of its jobs.
    pub fn job_names(&self) -> Vec<&'static str> {
        self.jobs.iter().map(|job| job.name).collect()
    }
}

/// What a service does first when it is to stop.
struct Farewell(Box<dyn Fn() + Send + Sync>);

impl std::fmt::Debug for Farewell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Farewell")
    }
}

/// A service that runs.
#[derive(Debug)]
pub struct Running {
    farewell: Farewell,
    name: Name,
    address: SocketAddr,
    context: Context,
    health: Health,
    patience: Duration,
    // in the order in which they stop
    groups: [Group; 5],
}

/// Starts a service: store, bus, the service itself, sending, hearing, answering, jobs, HTTP.
///
/// # Errors
/// When configuration, store, bus or the service itself refuses; the error says which.
pub async fn start<S: Service>(layers: &Layers, clock: Clock) -> anyhow::Result<Running> {
    let settings = layers.settings()?;
    let config = layers.extract::<S::Config>()?;
    let context = open::<S>(&settings, clock).await?;
    let service = Arc::new(S::start(context.clone(), config).await?);
    let health = Health::new(context.db.clone(), context.bus.clone());
    let [http, hearing, answering, working, sending] = std::array::from_fn(|_| Group::default());
    let parts = S::parts();
    let consumers = |parts: &Parts<S>| consumers_of(parts, &settings);
    let routes = service.routes().merge(http::health_routes(health.clone()));
    let address = http::serve(&settings.service.listen, routes, &http).await?;
    own::keep_sending(&context, S::NAME, &sending);
    own::keep_replaying(&context, Arc::clone(&service), consumers(&parts), &working);
    own::keep_tidy(&context, S::NAME, &working);
    for consumer in consumers(&parts) {
        let (bus, db, service) = (context.bus.clone(), context.db.clone(), Arc::clone(&service));
        hearing.spawn(bus::consume(bus, db, service, consumer, hearing.clone()));
    }
    let at_once = settings.bus.answer_at_once;
    bus::answer(&context.bus, S::NAME, &service, &parts.endpoints, (&answering, at_once))
        .await
        .map_err(|e| anyhow::anyhow!(e))?;
    own::answer_about_itself::<S>(&context, &service, &answering).await?;
    for job in parts.jobs {
        let nudges = context.db.nudges().clone();
        working.spawn(jobs::run(job, Arc::clone(&service), context.clock.clone(), (nudges, working.clone())));
    }
    context.bus.settle(S::NAME).await;
    health.started();
    let farewell = Farewell(Box::new(move || service.stopping()));
    tracing::info!(service = %S::NAME, %address, version = env!("CARGO_PKG_VERSION"), "running");
    let patience = Duration::from_secs(settings.service.stop_patience_s);
    Ok(Running {
        farewell,
        name: S::NAME,
        address,
        context,
        health,
        patience,
        groups: [http, hearing, answering, working, sending],
    })
}

/// Opens and migrates the store and connects to the bus.
async fn open<S: Service>(settings: &Settings, clock: Clock) -> anyhow::Result<Context> {
    let db = Db::open(&settings.store.resolved_url()?, clock.clone(), Nudges::default()).await?;
    if settings.store.migrate {
        db.migrate(&S::migrations()).await?;
        db.complete(S::ENGINE_SCHEMA).await?;
    } else if !db.is_migrated(&S::migrations()).await? {
        anyhow::bail!(
            "the store of {} lacks migrations and store.migrate is off: run `{} migrate`",
            S::NAME,
            S::NAME
        );
    }
    let bus = Bus::connect(S::NAME, &settings.bus, clock.clone()).await?;
    Ok(Context { db, bus, clock })
}

fn consumers_of<S: Service>(parts: &Parts<S>, settings: &Settings) -> Vec<Consumer<S>> {
    let consumer = |(stream, hearings): &(&'static str, Vec<bus::Hearing<S>>)| Consumer {
        of: S::NAME,
        stream,
        hearings: hearings.clone(),
        max_tries: settings.bus.max_tries,
    };
    parts.consumers.iter().map(consumer).collect()
}

impl Running {
    /// Which service it is.
    pub fn name(&self) -> Name {
        self.name
    }
    /// Where its HTTP answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// Its store, bus and clock: what tests look into.
    pub fn context(&self) -> &Context {
        &self.context
    }
    /// What keeps it from being ready; empty when it is.
    pub async fn missing(&self) -> Vec<&'static str> {
        self.health.missing().await
    }
    /// Stops in order: nothing new is taken, what runs is finished, what was said is sent, all is closed.
    ///
    /// Returns whether everything was finished in time.
    pub async fn stop(self) -> bool {
        self.health.stopping();
        (self.farewell.0)();
        let mut finished = true;
        for group in &self.groups {
            finished &= group.stop(self.patience).await;
        }
        self.context.bus.close().await;
        self.context.db.close().await;
        tracing::info!(service = %self.name, finished, "stopped");
        finished
    }
}
