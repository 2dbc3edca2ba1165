//! Intake: everything that comes in, graded, placed, never lost.
//!
//! *Owns* import runs, the quarantine, observations in all their revisions, field reports and the sealed identities of
//! their sources.
//! *Hears* from the gateway: a file was received, a report was received.
//! *Says* observations recorded, import progressed, report moved, indicators read.
//! *Answers* imports and quarantine, observations, reports; reads a quarantined record again; moves a report on; takes an
//! observation back.

pub mod api;
pub mod config;
pub mod domain;
pub mod error;
pub mod inbox;
pub mod jobs;
pub mod sources;
pub mod store;

use std::time::Duration;

use contracts::intake::{ImportProgressed, ObservationsRecorded, ReportMoved, indicators::IndicatorsRead};
use kit::{Bus, Context, Db, Parts, bus::permissions::Extras};

use crate::config::{Config, ImportSettings};

/// The service.
#[derive(Debug)]
pub struct Intake {
    /// Its store.
    pub(crate) db: Db,
    /// Its bus, for the files.
    pub(crate) bus: Bus,
    /// How files are read.
    pub(crate) settings: ImportSettings,
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
            .says::<ImportProgressed>()
            .says::<ReportMoved>()
            .says::<IndicatorsRead>()
            .answers(api::imports::get_import)
            .answers(api::imports::list_imports)
            .answers(api::imports::list_quarantine)
            .answers(api::replay::replay_quarantine)
            .answers(api::observations::find_observations)
            .answers(api::observations::get_observation)
            .answers(api::observations::retract_observation)
            .answers(api::reports::list_reports)
            .answers(api::reports::get_report)
            .answers(api::moves::move_report)
            .job(inbox::IMPORT_RUN, Duration::from_secs(5), jobs::import::run)
            .with(Extras { reads_imports: true, ..Extras::default() })
    }
    async fn start(context: Context, config: Config) -> anyhow::Result<Self> {
        Ok(Self { db: context.db, bus: context.bus, settings: config.intake.import.within_bounds() })
    }
}
