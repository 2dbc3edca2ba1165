//! Gateway: the one HTTP door.
//!
//! - **owns** identities (tokens, sessions), the audit, answers kept for repeated requests, what was accepted and not yet
//!   handed over (its outbox), under which pseudonyms accounts report, drafts and files of field reports, the event stream
//! - **hears** what analysis, alerts, intake and coordination say, as far as the event stream tells it
//! - **says** `ImportReceived`, `ReportReceived`, `AttachmentReceived`, `AttachmentRemoved`, `ReporterErased`, `AcknowledgementReceived`
//! - **answers** nothing on the bus; over HTTP what [`routes::TABLE`] lists

pub mod config;
pub mod console;
pub mod domain;
pub mod error;
pub mod http;
pub mod inbox;
pub mod jobs;
pub mod routes;
pub mod store;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use contracts::{
    Failure, Principal, Query,
    gateway::{
        AcknowledgementReceived, ImportReceived, ReportReceived,
        attachments::{AttachmentReceived, AttachmentRemoved},
        reporters::ReporterErased,
    },
};
use kit::{
    Ask, Bus, Clock, Context, Db, Parts, Service,
    bus::{
        broker::write_secret,
        permissions::{Attachments, Extras},
    },
    config::read_file,
    lifecycle::Group,
};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

pub use error::Error;

/// The service.
#[derive(Debug)]
pub struct Gateway {
    pub(crate) db: Db,
    pub(crate) bus: Bus,
    pub(crate) clock: Clock,
    pub(crate) settings: config::Section,
    pub(crate) shield: domain::source::Shield,
    /// How far the event stream goes.
    pub(crate) told: watch::Sender<i64>,
    pub(crate) requests: Arc<Semaphore>,
    pub(crate) streams: Arc<Semaphore>,
    /// Files of reports that are held whole while they are cleaned.
    pub(crate) cleaning: Arc<Semaphore>,
    /// Requests that go on when their client goes away.
    pub(crate) working: Group,
    pub(crate) stopping: CancellationToken,
}

impl Gateway {
    /// Asks a service on behalf of a call, under its key.
    ///
    /// # Errors
    /// The service's refusal, or that it does not answer.
    pub async fn ask<Q: Query>(&self, call: &http::Call, query: &Q) -> Result<Q::Reply, Error> {
        Ok(self.bus.ask(call.asker(), query).await?)
    }
    /// Asks a service on behalf of the caller, for an answer that is passed on as it is written.
    ///
    /// # Errors
    /// The service's refusal, or that it does not answer.
    pub async fn ask_written<Q: Query>(&self, call: &http::Call, query: &Q) -> Result<String, Error> {
        Ok(self.bus.ask_written(call.asker(), query).await?)
    }
    /// Asks a service on behalf of a principal: what the console's pages do.
    ///
    /// # Errors
    /// The service's refusal, or that it does not answer.
    pub async fn ask_as<Q: Query>(
        &self,
        principal: &Principal,
        key: Option<&str>,
        query: &Q,
    ) -> Result<Q::Reply, Failure> {
        self.bus.ask(Ask { principal, key }, query).await
    }
    /// Ends the open event streams, so that stopping need not wait for their clients.
    pub fn end_streams(&self) {
        self.stopping.cancel();
    }

    /// Makes the first token where there is none, and writes it where it is to be found; a token that stands there already,
    /// from a start that broke off or by the operator's hand, is the first.
    async fn first_token(&self) -> anyhow::Result<()> {
        let file = &self.settings.admin_token_file;
        let nowhere = file.as_os_str().is_empty();
        let there = if !nowhere && file.exists() { Some(key(file)?) } else { None };
        let given = there.as_deref().map(kit::auth::parse).transpose();
        let mut tx = self.db.begin().await?;
        let given = given.with_context(|| format!("{} holds something else", file.display()));
        let Some(token) = routes::tokens::first(
            &mut tx,
            self.settings.token_days,
            given.as_ref().ok().and_then(Option::as_ref),
        )
        .await?
        else {
            return Ok(());
        };
        if nowhere {
            tracing::warn!(
                "gateway.admin_token_file is not set and there is no token yet: nobody can sign in"
            );
            return Ok(());
        }
        // written before it counts: a token that counts and is nowhere would lock everyone out
        if given?.is_none() {
            write_secret(file, &token.shown()).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(tx.commit().await?)
    }
}

fn key(file: &Path) -> anyhow::Result<String> {
    Ok(read_file(file)?)
}

impl Service for Gateway {
    const NAME: contracts::Service = contracts::Service::Gateway;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = config::Config;

    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }

    fn parts() -> Parts<Self> {
        Parts::default()
            .hears(inbox::situation_changed)
            .hears(inbox::override_moved)
            .hears(inbox::alarm_moved)
            .hears(inbox::anomaly_moved)
            .hears(inbox::forecasts_issued)
            .hears(inbox::assessment_moved)
            .hears(inbox::question_moved)
            .hears(inbox::product_moved)
            .hears(inbox::warning_issued)
            .hears(inbox::warning_moved)
            .hears(inbox::import_progressed)
            .hears(inbox::report_moved)
            .hears(inbox::cluster_moved)
            .hears(inbox::lead_moved)
            .hears(inbox::source_moved)
            .hears(inbox::report_missing)
            .hears(inbox::delivery_moved)
            .hears(inbox::release_decided)
            .hears(inbox::acknowledgement_recorded)
            .says::<ImportReceived>()
            .says::<ReportReceived>()
            .says::<AttachmentReceived>()
            .says::<AttachmentRemoved>()
            .says::<ReporterErased>()
            .says::<AcknowledgementReceived>()
            .job(jobs::TELL, Duration::from_secs(1), jobs::tell)
            .job(jobs::FORGET, Duration::from_hours(1), jobs::forget)
            .job(jobs::SWEEP, Duration::from_hours(1), jobs::sweep)
            .job(jobs::FORGET_FILES, Duration::from_hours(1), jobs::forget_files)
            .with(Extras {
                asks: true,
                puts_imports: true,
                attachments: Attachments::Keeps,
                ..Extras::default()
            })
    }

    async fn start(context: Context, config: config::Config) -> anyhow::Result<Self> {
        let settings = config.gateway;
        settings.check()?;
        let shield =
            domain::source::Shield::new(&key(&settings.seal_key_file)?, &key(&settings.pseudonym_key_file)?)?;
        let gateway = Self {
            db: context.db,
            bus: context.bus,
            clock: context.clock,
            shield,
            told: watch::Sender::new(0),
            requests: Arc::new(Semaphore::new(settings.requests_at_once)),
            streams: Arc::new(Semaphore::new(settings.streams_at_once)),
            cleaning: Arc::new(Semaphore::new(settings.attachments_at_once)),
            working: Group::default(),
            stopping: CancellationToken::new(),
            settings,
        };
        store::accounts::take_up(&gateway.db, &gateway.shield).await?;
        gateway.first_token().await?;
        Ok(gateway)
    }

    fn stopping(&self) {
        self.end_streams();
    }

    fn routes(self: &Arc<Self>) -> axum::Router {
        console::routes(self).merge(http::door::router(self))
    }
}
