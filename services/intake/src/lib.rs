//! Intake: everything that comes in, graded, placed, never lost.
//!
//! *Owns* sources and where each stands, import runs, the quarantine, observations in all their revisions, clusters of those
//! that are of one incident, what the media wrote, field reports and the sealed identities of those who gave them.
//! *Hears* from the gateway: a file was received, a report was received.
//! *Says* observations recorded, media counted, import progressed, report moved, cluster moved, source moved.
//! *Answers* sources, which it sets up, changes, asks and switches; imports and quarantine, observations, clusters, reports;
//! reads a quarantined record again; moves a report on; takes an observation back; joins observations to one incident,
//! confirms and splits clusters.

pub mod api;
pub mod config;
pub mod connectors;
pub mod domain;
pub mod error;
pub mod inbox;
pub mod jobs;
pub mod sources;
pub mod store;

use std::time::Duration;

use contracts::intake::{
    ImportProgressed, ObservationsRecorded, ReportMoved, clusters::ClusterMoved, media::MediaCounted,
    sources::SourceMoved,
};
use kit::{Bus, Context, Db, Parts, bus::permissions::Extras, egress::Egress};

use crate::{
    config::{Config, ImportSettings, SourceSettings},
    connectors::{Means, Web},
    domain::cluster::Rules,
    store::recording::COMPARE,
};

/// The service.
#[derive(Debug)]
pub struct Intake {
    /// Its store.
    pub(crate) db: Db,
    /// Its bus, for the files.
    pub(crate) bus: Bus,
    /// How files are read.
    pub(crate) settings: ImportSettings,
    /// When observations are taken to be of one incident.
    pub(crate) clusters: Rules,
    /// How sources are asked.
    pub(crate) pulls: SourceSettings,
    /// What all pulls share.
    pub(crate) means: Means,
}

impl kit::Service for Intake {
    const NAME: contracts::Service = contracts::Service::Intake;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = Config;

    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }
    fn parts() -> Parts<Self> {
        Parts::default()
            .hears(inbox::import_received)
            .hears(inbox::report_received)
            .says::<ObservationsRecorded>()
            .says::<MediaCounted>()
            .says::<ImportProgressed>()
            .says::<ReportMoved>()
            .says::<ClusterMoved>()
            .says::<SourceMoved>()
            .answers(api::imports::get_import)
            .answers(api::imports::list_imports)
            .answers(api::imports::list_quarantine)
            .answers(api::replay::replay_quarantine)
            .answers(api::observations::find_observations)
            .answers(api::observations::get_observation)
            .answers(api::observations::retract_observation)
            .answers(api::clusters::list_clusters)
            .answers(api::clusters::get_cluster)
            .answers(api::clusters::merge_observations)
            .answers(api::clusters::move_cluster)
            .answers(api::reports::list_reports)
            .answers(api::reports::get_report)
            .answers(api::moves::move_report)
            .answers(api::sources::list_sources)
            .answers(api::sources::get_source)
            .answers(api::sources::create_source)
            .answers(api::sources::change_source)
            .answers(api::sources::move_source)
            .job(jobs::pull::SOURCE_PULL, Duration::from_secs(5), jobs::pull::run)
            .job(inbox::IMPORT_RUN, Duration::from_secs(5), jobs::import::run)
            .job(COMPARE, Duration::from_mins(1), jobs::compare::run)
            .with(Extras { reads_imports: true, puts_imports: true, ..Extras::default() })
    }
    async fn start(context: Context, config: Config) -> anyhow::Result<Self> {
        let config::Section { import, clusters, sources, secrets, egress } = config.intake;
        clusters.check()?;
        let web = Web::new(Egress::new(&egress)?, sources.max_bytes);
        let means = Means { web, secrets, tokens: std::sync::Mutex::default() };
        let service = Self {
            db: context.db,
            bus: context.bus,
            settings: import.within_bounds(),
            clusters,
            pulls: sources,
            means,
        };
        service.list_known().await?;
        Ok(service)
    }
}
