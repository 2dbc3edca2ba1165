//! Endpoints and their keys. The keys leave this module only to sign, and once to the one who registers.

use contracts::coordination::Endpoint;
use domain::EndpointId;
use kit::{Tx, on_tx};

use super::{View, on_view};

/// The secret halves of an endpoint's keys; they do not show themselves in logs.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Secrets {
    /// `whsec_…`: signs `v1`.
    pub secret: String,
    /// `whsk_…`: signs `v1a`.
    pub signing_key: String,
}
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    endpoint_id: EndpointId,
    organisation: String,
    url: String,
    active: bool,
    suspended_because: String,
    public_key: String,
}
impl From<Row> for Endpoint {
    fn from(row: Row) -> Self {
        Self {
            id: row.endpoint_id,
            organisation: row.organisation,
            url: row.url,
            active: row.active,
            suspended_because: row.suspended_because,
            public_key: row.public_key,
            secret: None,
        }
    }
}

/// Keeps a new endpoint with its keys.
pub async fn add(tx: &mut Tx, endpoint: &Endpoint, secrets: &Secrets, by: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into endpoint (endpoint_id, organisation, url, active, secret, signing_key, public_key, added_by, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(&endpoint.id)
    .bind(&endpoint.organisation)
    .bind(&endpoint.url)
    .bind(endpoint.active)
    .bind(&secrets.secret)
    .bind(&secrets.signing_key)
    .bind(&endpoint.public_key)
    .bind(by)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Opens a suspended endpoint again, with new keys.
pub async fn reopen(tx: &mut Tx, endpoint: &Endpoint, secrets: &Secrets) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "update endpoint set active = $2, suspended_because = '', secret = $3, signing_key = $4, public_key = $5
          where endpoint_id = $1"
    )
    .bind(&endpoint.id)
    .bind(true)
    .bind(&secrets.secret)
    .bind(&secrets.signing_key)
    .bind(&endpoint.public_key)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Suspends an endpoint: it keeps its deliveries waiting.
pub async fn suspend(tx: &mut Tx, id: &EndpointId, because: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "update endpoint set active = $2, suspended_because = $3 where endpoint_id = $1"
    )
    .bind(id)
    .bind(false)
    .bind(because)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Endpoints without their secrets, of all organisations or one, by organisation and address.
pub async fn list(
    view: impl Into<View<'_>>,
    organisation: Option<&str>,
) -> Result<Vec<Endpoint>, sqlx::Error> {
    let rows: Vec<Row> = on_view!(view.into(), |c| sqlx::query_as(
        "select endpoint_id, organisation, url, active, suspended_because, public_key from endpoint
          where $1 is null or organisation = $1 order by organisation, url"
    )
    .bind(organisation)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Endpoint::from).collect())
}

/// The keys of an endpoint, to sign with or to show to the one who registers it.
pub async fn secrets(tx: &mut Tx, id: &EndpointId) -> Result<Option<Secrets>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as("select secret, signing_key from endpoint where endpoint_id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)
}
