//! Intake: everything that comes in, graded, placed, never lost.
//!
//! *Owns* import runs, the quarantine, observations in all their revisions, field reports and the sealed identities of
//! their sources, questionnaires and their answers, weekly duties, the record of sources under their pseudonyms.
//! *Hears* from the gateway: a file was received, a report was received, a file of a report was received or removed.
//! *Says* observations recorded, import progressed, report moved, indicators read, report missing.
//! *Answers* imports and quarantine, observations, reports and what looks like them, questionnaires, due reports, sources;
//! reads a quarantined record again; moves a report on; takes an observation back; writes questionnaires; assigns monitors;
//! grades sources.

pub mod api;
pub mod config;
pub mod domain;
pub mod error;
pub mod inbox;
pub mod jobs;
pub mod sources;
pub mod store;

use std::time::Duration;

use contracts::intake::{
    ImportProgressed, ObservationsRecorded, ReportMoved, indicators::IndicatorsRead, weekly::ReportMissing,
};
use kit::{Bus, Context, Db, Parts, bus::permissions::Extras};

use crate::config::{Config, ImportSettings, Section, WeeklySettings};

/// The service.
#[derive(Debug)]
pub struct Intake {
    /// Its store.
    pub(crate) db: Db,
    /// Its bus, for the files.
    pub(crate) bus: Bus,
    /// How files are read.
    pub(crate) settings: ImportSettings,
    /// When weekly reports are due.
    pub(crate) weekly: WeeklySettings,
}

/// The job that finds missing weekly reports.
pub const FIND_MISSING: &str = "intake.report.find_missing";

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
            .hears(inbox::attachment_received)
            .hears(inbox::attachment_removed)
            .says::<ObservationsRecorded>()
            .says::<ImportProgressed>()
            .says::<ReportMoved>()
            .says::<IndicatorsRead>()
            .says::<ReportMissing>()
            .answers(api::imports::get_import)
            .answers(api::imports::list_imports)
            .answers(api::imports::list_quarantine)
            .answers(api::replay::replay_quarantine)
            .answers(api::observations::find_observations)
            .answers(api::observations::get_observation)
            .answers(api::observations::retract_observation)
            .answers(api::reports::list_reports)
            .answers(api::reports::get_report)
            .answers(api::reports::list_alike)
            .answers(api::moves::move_report)
            .answers(api::questionnaires::list_questionnaires)
            .answers(api::questionnaires::get_questionnaire)
            .answers(api::questionnaires::draft_questionnaire)
            .answers(api::questionnaires::revise_questionnaire)
            .answers(api::questionnaires::move_questionnaire)
            .answers(api::questionnaires::check)
            .answers(api::weekly::list_due)
            .answers(api::weekly::list_assignments)
            .answers(api::weekly::assign)
            .answers(api::weekly::change_assignment)
            .answers(api::reporters::get_reporter)
            .answers(api::reporters::grade_reporter)
            .job(inbox::IMPORT_RUN, Duration::from_secs(5), jobs::import::run)
            .job(FIND_MISSING, Duration::from_mins(10), jobs::weekly::find_missing)
            .with(Extras { reads_imports: true, ..Extras::default() })
    }
    async fn start(context: Context, config: Config) -> anyhow::Result<Self> {
        api::questionnaires::ensure_starter(&context.db).await?;
        let Section { import, weekly } = config.intake;
        Ok(Self { db: context.db, bus: context.bus, settings: import.within_bounds(), weekly })
    }
}
