//! Analysis: how things stand in each province for each threat, with the reasons.
//!
//! *Owns* the evidence, the readings of indicators and what the media wrote, as they were known; the series by day, week and
//! month; the level of each province and threat, how it was told day by day, every change of it, and levels that people set
//! beside it; the months that are unusual and what people made of them, forecasts as they were issued and what came of them,
//! what analysts judged and what became of it, the questions they keep open, products with every statement's sources.
//!
//! *Hears* `intake.observations.recorded`, `intake.cluster.moved`, `intake.media.counted`, `intake.import.progressed`,
//! `intake.indicators.read`.
//!
//! *Says* `analysis.situation.changed`, `analysis.override.moved`, `analysis.anomaly.moved`, `analysis.forecasts.issued`,
//! `analysis.assessment.moved`, `analysis.question.moved`, `analysis.product.moved`.
//!
//! *Answers* `analysis.situation.get`, `analysis.series.get`, `analysis.recompute.start`, `.get`, `.list`, `.stop`,
//! `analysis.change.list`, `analysis.indicator.list`,
//! `analysis.override.set`, `.end`, `.list`, `analysis.anomaly.list`, `.get`, `.judge`,
//! `analysis.forecast.list`, `.watch`, `analysis.scorecard.list`, `analysis.forecasting.get`, `analysis.assessment.draft`, `.revise`, `.move`, `.get`, `.list`,
//! `.sources`,
//! `analysis.judgement.resolve`, `analysis.calibration.list`, `analysis.question.ask`, `.revise`, `.move`, `.get`, `.list`,
//! `analysis.news.get`, `analysis.product.draft`, `.revise`, `.move`, `.get`, `.check`,
//! `.subject`, `.list`.

pub mod api;
pub mod config;
pub mod domain;
pub mod error;
pub mod inbox;
pub mod jobs;
pub mod store;

use std::time::Duration;

use contracts::analysis::{
    SituationChanged, anomalies::AnomalyMoved, assessments::AssessmentMoved, drafting::ProductMoved,
    forecasts::ForecastsIssued, overrides::OverrideMoved, questions::QuestionMoved,
};
pub use error::Error;
use kit::{Context, Db, Parts};

/// The job that lets levels fall with time and keeps how each cell is told.
pub const SETTLE: &str = "analysis.level.settle";

/// The job that counts days and weeks of what was recorded before they were counted.
pub const COUNT_SPANS: &str = "analysis.series.count";

/// The job that ends overrides whose time is over.
pub const EXPIRE: &str = "analysis.override.expire";

/// The job that sets the bands of threats that have five years of their own.
pub const BANDS: &str = "analysis.band.set";

/// The job that issues forecasts and scores those whose window is over.
pub const FORECAST: &str = "analysis.forecast.issue";

/// The job that counts everything anew, where somebody asked for it.
pub const RECOUNT: &str = "analysis.recompute.step";

/// The service.
#[derive(Debug)]
pub struct Analysis {
    db: Db,
    rules: domain::Rules,
    days_kept: u32,
    forecasting: config::Forecasting,
    maps: store::maps::Maps,
}

impl Analysis {
    /// The service on this store, as configured.
    pub fn new(db: Db, config: config::Config) -> Self {
        Self {
            db,
            rules: config.analysis,
            days_kept: config.levels.days_kept,
            forecasting: config.forecast,
            maps: store::maps::Maps::default(),
        }
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
        let parts = Parts::default()
            .hears(inbox::observations_recorded)
            .hears(inbox::media_counted)
            .hears(inbox::cluster_moved)
            .hears(inbox::import_progressed)
            .hears(inbox::indicators_read)
            .says::<SituationChanged>()
            .says::<OverrideMoved>()
            .says::<AnomalyMoved>()
            .says::<ForecastsIssued>()
            .says::<AssessmentMoved>()
            .says::<QuestionMoved>()
            .says::<ProductMoved>()
            .job(SETTLE, Duration::from_hours(1), jobs::settle)
            .job(COUNT_SPANS, Duration::from_mins(5), jobs::count_spans)
            .job(EXPIRE, Duration::from_mins(1), jobs::expire)
            .job(BANDS, Duration::from_hours(6), jobs::set_bands)
            .job(RECOUNT, Duration::from_mins(1), jobs::recount)
            .job(FORECAST, Duration::from_mins(1), jobs::forecast);
        written(told(parts))
    }
    async fn start(context: Context, config: config::Config) -> anyhow::Result<Self> {
        // what was told today was told by rules that may be others now
        let mut tx = store::turn(&context.db).await?;
        store::day::take_back(&mut tx, None, None).await?;
        let otherwise = store::configured::agree(&mut tx, &config.analysis).await?;
        inbox::tell_otherwise(&mut tx, &otherwise).await?;
        store::anomaly_past::take_up(&mut tx).await?;
        store::written_past::take_up(&mut tx).await?;
        store::scores::take_up(&mut tx).await?;
        store::handling::take_up(&mut tx).await?;
        tx.commit().await?;
        Ok(Self::new(context.db, config))
    }
}

/// What is answered of what was counted, and of what people said to it.
fn told(parts: Parts<Analysis>) -> Parts<Analysis> {
    parts
        .answers(api::get_situation)
        .answers(api::get_series)
        .answers(api::start_recompute)
        .answers(api::get_recompute)
        .answers(api::list_recomputes)
        .answers(api::stop_recompute)
        .answers(api::list_changes)
        .answers(api::get_news)
        .answers(api::list_indicators)
        .answers(api::set_override)
        .answers(api::end_override)
        .answers(api::list_overrides)
        .answers(api::list_anomalies)
        .answers(api::get_anomaly)
        .answers(api::judge_anomaly)
        .answers(api::list_forecasts)
        .answers(api::get_scorecards)
        .answers(api::get_forecasting)
        .answers(api::get_watch_list)
}

/// What is answered of what people write.
fn written(parts: Parts<Analysis>) -> Parts<Analysis> {
    parts
        .answers(api::draft_assessment)
        .answers(api::revise_assessment)
        .answers(api::move_assessment)
        .answers(api::resolve_judgement)
        .answers(api::get_assessment)
        .answers(api::list_assessments)
        .answers(api::tell_sources)
        .answers(api::get_calibration)
        .answers(api::ask_question)
        .answers(api::revise_question)
        .answers(api::move_question)
        .answers(api::get_question)
        .answers(api::list_questions)
        .answers(api::draft_product)
        .answers(api::find_subject)
        .answers(api::revise_product)
        .answers(api::move_product)
        .answers(api::get_product)
        .answers(api::check_product)
        .answers(api::read_product)
        .answers(api::list_products)
}
