//! Alerts: few, clear, approved warnings.
//!
//! - **owns** warnings from draft to their end, every message as it was issued, alarms and what came of them, evaluations of the rules
//! - **hears** `SituationChanged`, `OverrideMoved`, `AnomalyMoved`, `ForecastsIssued` of analysis
//! - **says** `WarningIssued` (to partners, through coordination), `WarningMoved`, `AlarmMoved` (within the house)
//! - **answers** `ListWarnings`, `GetWarning`, `GetWarningCap`, `DraftWarning`, `UpdateWarning`, `MoveWarning`, `ListEvaluations`, `ListAlarms`,
//!   `GetRules`

pub mod api;
pub mod config;
pub mod domain;
pub mod error;
pub mod inbox;
pub mod jobs;
pub mod store;

use std::time::Duration;

use contracts::alerts::{WarningIssued, WarningMoved, alarms::AlarmMoved};
use kit::{Context, Db, Parts, Service};

/// The service.
#[derive(Debug)]
pub struct Alerts {
    pub(crate) db: Db,
    pub(crate) rule: domain::rule::Rule,
    pub(crate) alarms: domain::alarm::AlarmRule,
    pub(crate) sender: String,
    pub(crate) evaluations_kept: chrono::Duration,
}

impl Service for Alerts {
    const NAME: contracts::Service = contracts::Service::Alerts;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = config::Config;

    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }

    fn parts() -> Parts<Self> {
        Parts::default()
            .hears(inbox::situation_changed)
            .hears(inbox::override_moved)
            .hears(inbox::anomaly_moved)
            .hears(inbox::forecasts_issued)
            .says::<WarningIssued>()
            .says::<WarningMoved>()
            .says::<AlarmMoved>()
            .answers(api::list_warnings)
            .answers(api::get_warning)
            .answers(api::get_warning_cap)
            .answers(api::draft_warning)
            .answers(api::update_warning)
            .answers(api::move_warning)
            .answers(api::list_evaluations)
            .answers(api::list_alarms)
            .answers(api::get_rules)
            .job("alerts.warning.expire", Duration::from_secs(15), jobs::expire)
            .job("alerts.evaluation.forget", Duration::from_hours(1), jobs::forget)
    }

    async fn start(context: Context, config: config::Config) -> anyhow::Result<Self> {
        let section = config.alerts;
        Ok(Self {
            db: context.db,
            rule: section.rule()?,
            alarms: section.alarms()?,
            evaluations_kept: chrono::Duration::days(i64::from(section.evaluations_kept_days)),
            sender: section.sender,
        })
    }
}
