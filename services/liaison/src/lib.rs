//! Liaison: consents of governments, and what follows from them.
//!
//! - **owns** the ledger of consents: who was asked for what, what was answered, when and by which paper
//! - **hears** nothing yet
//! - **says** `ConsentMoved`
//! - **answers** `RequestConsent`, `MoveConsent`, `ListConsents`, `GetConsent`

pub mod api;
pub mod config;
pub mod domain;
pub mod error;
pub mod store;

use contracts::liaison::ConsentMoved;
use kit::{Context, Db, Parts, Service};

/// The service.
#[derive(Debug)]
pub struct Liaison {
    pub(crate) db: Db,
}

impl Service for Liaison {
    const NAME: contracts::Service = contracts::Service::Liaison;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = config::Config;

    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }

    fn parts() -> Parts<Self> {
        Parts::default()
            .says::<ConsentMoved>()
            .answers(api::request_consent)
            .answers(api::move_consent)
            .answers(api::list_consents)
            .answers(api::get_consent)
    }

    async fn start(context: Context, _: config::Config) -> anyhow::Result<Self> {
        Ok(Self { db: context.db })
    }
}
