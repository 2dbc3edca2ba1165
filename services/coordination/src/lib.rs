//! Coordination: what each partner may see, gets and says of it.
//!
//! *Owns* organisations, their mandates, agreements and endpoints; decisions on what is released to whom; deliveries,
//! their tries and the partners' acknowledgements. Holds consents and issued warnings as they were said.
//!
//! *Hears* that a warning was issued (alerts), that a consent moved (liaison), that a partner acknowledged (gateway).
//!
//! *Says* that a release was decided, that a delivery moved, that an acknowledgement was recorded.
//!
//! *Answers* questions about organisations and their papers, previews of a release, what of a product one organisation
//! may have, what became of warnings, and what one partner may see. Nothing leaves but through [`domain::redact::Released`]
//! or [`domain::tear`], decided anew at every send and every read.

mod api;
mod config;
mod dissemination;
pub mod domain;
mod error;
pub mod inbox;
pub mod jobs;
pub mod store;

use std::time::Duration;

use contracts::coordination::{AcknowledgementRecorded, DeliveryMoved, ReleaseDecided};
use kit::{Context, Db, Parts, egress::Egress};
use sqlx::migrate::Migrator;

pub use crate::{
    config::{Config, DeliverySettings, Section},
    error::Error,
};

/// The service.
#[derive(Debug)]
pub struct Coordination {
    db: Db,
    egress: Egress,
    purpose: String,
    cap_sender: String,
    delivery: DeliverySettings,
}

impl Coordination {
    /// Makes it on this store.
    ///
    /// # Errors
    /// When a setting cannot be used; the error names it.
    pub fn new(db: Db, section: Section) -> anyhow::Result<Self> {
        let Section { cap_sender, purpose, delivery, egress } = section;
        if egress.timeout_s >= jobs::LEASE_S.unsigned_abs() {
            anyhow::bail!(
                "coordination.egress.timeout_s is {}: it must be below the {} s for which a delivery is claimed",
                egress.timeout_s,
                jobs::LEASE_S
            );
        }
        if delivery.at_once == 0 || delivery.per_endpoint == 0 {
            anyhow::bail!("coordination.delivery.at_once and per_endpoint must be at least 1");
        }
        Ok(Self { db, egress: Egress::new(&egress)?, purpose, cap_sender, delivery })
    }
    /// Its store.
    pub fn db(&self) -> &Db {
        &self.db
    }
}

impl kit::Service for Coordination {
    const NAME: contracts::Service = contracts::Service::Coordination;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = Config;
    fn migrations() -> Migrator {
        sqlx::migrate!()
    }
    fn parts() -> Parts<Self> {
        Parts::default()
            .hears(inbox::warning_issued)
            .hears(inbox::consent_moved)
            .hears(inbox::acknowledgement_received)
            .answers(api::put_organisation)
            .answers(api::list_organisations)
            .answers(api::add_mandate)
            .answers(api::list_mandates)
            .answers(api::add_agreement)
            .answers(api::list_agreements)
            .answers(api::add_endpoint)
            .answers(api::list_endpoints)
            .answers(api::preview_release)
            .answers(api::tear_product)
            .answers(api::list_disseminations)
            .answers(api::list_partner_alerts)
            .answers(api::get_partner_alert)
            .job(jobs::SEND, Duration::from_secs(1), jobs::send)
            .job(jobs::TURN_DAY, Duration::from_mins(1), jobs::turn_day)
            .says::<ReleaseDecided>()
            .says::<DeliveryMoved>()
            .says::<AcknowledgementRecorded>()
    }
    async fn start(context: Context, config: Config) -> anyhow::Result<Self> {
        Self::new(context.db, config.coordination)
    }
}
