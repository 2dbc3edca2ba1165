//! A service small enough to be wholly understood: it hears consents, counts them, and says that it heard.

use std::sync::atomic::{AtomicBool, Ordering};

use contracts::{Failure, Page, Role, alerts::ListWarnings};
use domain::WarningId;
use kit::{Asked, Context, Db, Heard, Parts, Service, Tx, on_db, on_tx};
use serde::{Deserialize, Serialize};

/// Said for every consent that was heard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ToyHeard {
    pub warning: WarningId,
}
contracts::event!(ToyHeard, Alerts, "mirab.alerts.toy.heard.v1", |e| e.warning.to_string());

impl ToyHeard {
    pub fn of(n: &str) -> Self {
        Self { warning: id_of(n) }
    }
}
pub fn id_of(n: &str) -> WarningId {
    WarningId::derived(&[domain::ConsentId::derived(&[n]).as_str()])
}
pub fn question() -> ListWarnings {
    ListWarnings::default()
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("it refuses {0}")]
    Refused(String),
    #[error("the store")]
    Store(#[from] sqlx::Error),
    #[error(transparent)]
    Failure(#[from] Failure),
}
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(_) => Self::invalid(error),
            Error::Store(_) => Self::internal(),
            Error::Failure(failure) => failure,
        }
    }
}

static RELENTS: AtomicBool = AtomicBool::new(false);

/// From now on it takes what it refused.
pub fn relent() {
    RELENTS.store(true, Ordering::SeqCst);
}

pub struct Toy {}

impl Service for Toy {
    const NAME: contracts::Service = contracts::Service::Alerts;
    const DEFAULTS: &'static str = "";
    type Config = serde_json::Value;
    fn migrations() -> sqlx::migrate::Migrator {
        sqlx::migrate!("tests/it/migrations")
    }
    fn parts() -> Parts<Self> {
        Parts::default().hears(consent_moved).answers(list).says::<ToyHeard>()
    }
    async fn start(_: Context, _: serde_json::Value) -> anyhow::Result<Self> {
        Ok(Self {})
    }
}

async fn consent_moved(
    _: &Toy,
    tx: &mut Tx,
    heard: &Heard<contracts::liaison::ConsentMoved>,
) -> Result<(), Error> {
    if heard.consent.purpose == "refuse" && !RELENTS.load(Ordering::SeqCst) {
        return Err(Error::Refused(heard.consent.id.to_string()));
    }
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into heard (consent_id, times) values ($1, 1) on conflict (consent_id) do update set times = heard.times + 1"
    )
    .bind(&heard.consent.id)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    tx.say(&ToyHeard { warning: WarningId::derived(&[heard.consent.id.as_str()]) }).await?;
    Ok(())
}

async fn list(_: &Toy, asked: &Asked<ListWarnings>) -> Result<Page<contracts::alerts::Warning>, Error> {
    asked.allow(&[Role::PoliticalOfficer])?;
    Ok(Page { items: Vec::new(), next: None })
}

pub async fn times(db: &Db, n: &str) -> i64 {
    let id = domain::ConsentId::derived(&[n]);
    let (times,): (i64,) = on_db!(db, |p| sqlx::query_as("select times from heard where consent_id = $1")
        .bind(&id)
        .fetch_one(p)
        .await)
    .unwrap();
    times
}
