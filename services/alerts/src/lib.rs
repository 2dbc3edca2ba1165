//! Alerts.

/// The service.
#[derive(Debug)]
pub struct Alerts {}

impl kit::Service for Alerts {
    const NAME: contracts::Service = contracts::Service::Alerts;
    const DEFAULTS: &'static str = include_str!("../config.default.toml");
    type Config = ();
    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!()
    }
    fn parts() -> kit::Parts<Self> {
        kit::Parts::default()
    }
    async fn start(_: kit::Context, (): ()) -> anyhow::Result<Self> {
        Ok(Self {})
    }
}
