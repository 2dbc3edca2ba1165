//! Analysis: how things stand in each province for each threat, with the reasons.
//!
//! *Owns* the evidence as it was known, the series by month, the level of each province and threat and every change of it,
//! the months that are unusual and what people made of them.
//!
//! *Hears* `intake.observations.recorded`.
//!
//! *Says* `analysis.situation.changed`, `analysis.anomaly.moved`.
//!
//! *Answers* `analysis.situation.get`, `analysis.change.list`, `analysis.anomaly.list`, `.get`, `.judge`.

pub mod api;
pub mod config;
pub mod domain;
pub mod error;
pub mod inbox;
pub mod jobs;
pub mod store;

use std::time::Duration;

use contracts::analysis::{SituationChanged, anomalies::AnomalyMoved};
pub use error::Error;
use kit::{Context, Db, Parts};

/// The job that lets levels fall with time.
pub const SETTLE: &str = "analysis.level.settle";

/// The service.
#[derive(Debug)]
pub struct Analysis {
    db: Db,
    rules: domain::Rules,
}

impl Analysis {
    /// The service on this store, by these rules.
    pub fn new(db: Db, rules: domain::Rules) -> Self {
        Self { db, rules }
    }
}

impl kit::Service for Analysis {
    const NAME: contracts::Service = contracts::Service::Analysis;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = config::Config;

    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }
    fn parts() -> Parts<Self> {
        Parts::default()
            .hears(inbox::observations_recorded)
            .says::<SituationChanged>()
            .says::<AnomalyMoved>()
            .answers(api::get_situation)
            .answers(api::list_changes)
            .answers(api::list_anomalies)
            .answers(api::get_anomaly)
            .answers(api::judge_anomaly)
            .job(SETTLE, Duration::from_hours(1), jobs::settle)
    }
    async fn start(context: Context, config: config::Config) -> anyhow::Result<Self> {
        Ok(Self::new(context.db, config.analysis))
    }
}
