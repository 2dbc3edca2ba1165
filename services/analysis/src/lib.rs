//! Analysis.

/// The service.
#[derive(Debug)]
pub struct Analysis {}

impl kit::Service for Analysis {
    const NAME: contracts::Service = contracts::Service::Analysis;
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
