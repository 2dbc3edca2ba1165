//! Intake: everything that comes in, graded, placed, never lost.
//!
//! *Owns* sources and where each stands, import runs, the quarantine, saved mappings, counts of others, observations in all
//! their revisions, clusters of those that are of one incident, leads that people must look at, what the media wrote, field
//! reports and the sealed identities of those who gave them, questionnaires and their answers, weekly duties, the record of
//! reporters under their pseudonyms, the index of words.
//! *Hears* from the gateway: a file was received, a report was received, a file of a report was received or removed,
//! who a reporter is was erased.
//! *Says* observations recorded, media counted, import progressed, report moved, cluster moved, source moved, lead moved,
//! indicators read, report missing.
//! *Answers* what the words of a text propose, leads, sources, imports and quarantine, mappings, counts of others, observations,
//! clusters, reports and what looks like them, questionnaires, due reports, reporters, what would be kept no longer; and makes
//! every change of them that a person asks for.

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
    ImportProgressed, ObservationsRecorded, ReportMoved, clusters::ClusterMoved, indicators::IndicatorsRead,
    leads::LeadMoved, media::MediaCounted, sources::SourceMoved, weekly::ReportMissing,
};
use kit::{Bus, Context, Db, EngineSchema, Parts, bus::permissions::Extras, egress::Egress};

use crate::{
    config::{Config, ImportSettings, Section, SourceSettings, WeeklySettings},
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
    /// When weekly reports are due.
    pub(crate) weekly: WeeklySettings,
    /// How long things are kept; none: for ever.
    pub(crate) retention: Vec<domain::retention::Rule>,
}

/// The job that finds missing weekly reports.
pub const FIND_MISSING: &str = "intake.report.find_missing";

impl kit::Service for Intake {
    const NAME: contracts::Service = contracts::Service::Intake;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = Config;

    const ENGINE_SCHEMA: EngineSchema = store::text::SCHEMA;

    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }
    fn parts() -> Parts<Self> {
        working(answering_of_people(answering_of_files(talking(Parts::default()))))
    }
    async fn start(context: Context, config: Config) -> anyhow::Result<Self> {
        let Section { import, clusters, sources, secrets, egress, weekly, retention } = config.intake;
        clusters.check()?;
        if let Some(objection) = retention.iter().find_map(domain::retention::Rule::objection) {
            anyhow::bail!("[[intake.retention]]: {objection}");
        }
        take_up(&context.db).await?;
        api::questionnaires::ensure_starter(&context.db).await?;
        api::weekly::take_up(&context.db).await?;
        let web = Web::new(Egress::new(&egress)?, sources.max_bytes);
        let means = Means { web, secrets, tokens: std::sync::Mutex::default() };
        let service = Self {
            db: context.db,
            bus: context.bus,
            settings: import.within_bounds(),
            clusters,
            pulls: sources,
            means,
            weekly,
            retention,
        };
        service.list_known().await?;
        Ok(service)
    }
}

/// What it hears and says.
fn talking(parts: Parts<Intake>) -> Parts<Intake> {
    parts
        .hears(inbox::import_received)
        .hears(inbox::report_received)
        .hears(inbox::attachment_received)
        .hears(inbox::attachment_removed)
        .hears(inbox::reporter_erased)
        .says::<ObservationsRecorded>()
        .says::<MediaCounted>()
        .says::<ImportProgressed>()
        .says::<ReportMoved>()
        .says::<ClusterMoved>()
        .says::<SourceMoved>()
        .says::<LeadMoved>()
        .says::<IndicatorsRead>()
        .says::<ReportMissing>()
}

/// What it answers of files and of what they say.
fn answering_of_files(parts: Parts<Intake>) -> Parts<Intake> {
    parts
        .answers(api::imports::get_import)
        .answers(api::imports::list_imports)
        .answers(api::imports::list_quarantine)
        .answers(api::replay::replay_quarantine)
        .answers(api::formats::list_formats)
        .answers(api::formats::tell_format)
        .answers(api::mappings::list_mappings)
        .answers(api::mappings::get_mapping)
        .answers(api::mappings::save_mapping)
        .answers(api::mappings::try_mapping)
        .answers(api::aggregates::find_aggregates)
        .answers(api::observations::find_observations)
        .answers(api::observations::list_origins)
        .answers(api::observations::get_observation)
        .answers(api::observations::retract_observation)
        .answers(api::clusters::list_clusters)
        .answers(api::clusters::get_cluster)
        .answers(api::clusters::merge_observations)
        .answers(api::clusters::move_cluster)
}

/// What it answers of what people hand in, and of where all of it comes from.
fn answering_of_people(parts: Parts<Intake>) -> Parts<Intake> {
    parts
        .answers(api::leads::code_text)
        .answers(api::leads::list_leads)
        .answers(api::leads::get_lead)
        .answers(api::leads::create_lead)
        .answers(api::leads::confirm_lead)
        .answers(api::leads::dismiss_lead)
        .answers(api::retention::get_retention)
        .answers(api::retention::list_going)
        .answers(api::retention::confirm_retention)
        .answers(api::reports::list_reports)
        .answers(api::reports::get_report)
        .answers(api::reports::list_alike)
        .answers(api::reports::list_own_reports)
        .answers(api::moves::move_report)
        .answers(api::sources::list_sources)
        .answers(api::sources::get_source)
        .answers(api::sources::create_source)
        .answers(api::sources::change_source)
        .answers(api::sources::move_source)
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
}

/// What it does by itself, and what it may do on the bus.
fn working(parts: Parts<Intake>) -> Parts<Intake> {
    parts
        .job(jobs::pull::SOURCE_PULL, Duration::from_secs(5), jobs::pull::run)
        .job(inbox::IMPORT_RUN, Duration::from_secs(5), jobs::import::run)
        .job(COMPARE, Duration::from_mins(1), jobs::compare::run)
        .job(store::recording::TEXT_INDEX, Duration::from_secs(1), jobs::index::run)
        .job(api::retention::RETENTION_RUN, Duration::from_mins(1), jobs::retention::run)
        .job(api::accepting::BEARING, Duration::from_mins(10), jobs::bearing::run)
        .job(FIND_MISSING, Duration::from_mins(10), jobs::weekly::find_missing)
        .with(Extras { reads_imports: true, puts_imports: true, ..Extras::default() })
}

/// Takes up what an earlier program recorded without keys and order, so that it is found again.
async fn take_up(db: &Db) -> Result<(), sqlx::Error> {
    loop {
        let mut tx = db.begin().await?;
        let taken = store::observations::take_up(&mut tx, 500).await?;
        tx.commit().await?;
        if taken == 0 {
            return Ok(());
        }
        tracing::info!(taken, "observations of an earlier program are put in order");
    }
}
