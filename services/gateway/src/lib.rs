//! Gateway.

/// The service.
#[derive(Debug)]
pub struct Gateway {}

impl kit::Service for Gateway {
    const NAME: contracts::Service = contracts::Service::Gateway;
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
