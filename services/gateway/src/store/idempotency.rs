//! Answers kept for repeated requests: one for each key of each principal.

use domain::Timestamp;
use kit::{Tx, on_tx};

/// A request under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: String,
    /// The key.
    pub key: String,
    /// Digest over method, path, query and body.
    pub sha256: String,
}

/// What is kept of a request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Digest of the request.
    pub request_sha256: String,
    /// The status answered; 0 while it is worked on.
    pub status: i64,
    /// The JSON answered.
    pub response: String,
    /// The revision answered.
    pub etag: Option<String>,
    /// When it was begun or answered.
    pub at: Timestamp,
}

/// Begins a request, unless one under this key was begun since `stale`. Gives what is kept when it cannot begin.
///
/// # Errors
/// When the store cannot be written.
pub async fn claim(tx: &mut Tx, request: &Request, stale: Timestamp) -> Result<Option<Row>, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into idempotency (principal, key, request_sha256, status, response, at) values ($1, $2, $3, 0, '', $4)
         on conflict (principal, key) do update set at = excluded.at
          where idempotency.status = 0 and idempotency.at < $5 and idempotency.request_sha256 = excluded.request_sha256"
    )
    .bind(&request.principal)
    .bind(&request.key)
    .bind(&request.sha256)
    .bind(now)
    .bind(stale)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows == 1 {
        return Ok(None);
    }
    let row = on_tx!(tx, |c| {
        sqlx::query_as(
        "select request_sha256, status, response, etag, at from idempotency where principal = $1 and key = $2"
    )
    .bind(&request.principal)
    .bind(&request.key)
    .fetch_one(c)
    .await
    })?;
    Ok(Some(row))
}

/// Keeps the answer of a request that was begun.
///
/// # Errors
/// When the store cannot be written.
pub async fn settle(
    tx: &mut Tx,
    request: &Request,
    (status, response, etag): (u16, &str, Option<&str>),
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "update idempotency set status = $3, response = $4, etag = $5, at = $6 where principal = $1 and key = $2"
    )
    .bind(&request.principal)
    .bind(&request.key)
    .bind(i64::from(status))
    .bind(response)
    .bind(etag)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Forgets a request that came to nothing, so that it can be tried again.
///
/// # Errors
/// When the store cannot be written.
pub async fn release(tx: &mut Tx, request: &Request) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from idempotency where principal = $1 and key = $2 and status = 0")
        .bind(&request.principal)
        .bind(&request.key)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Forgets up to 500 answers from before this moment; gives how many.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "delete from idempotency where (principal, key) in
                (select principal, key from idempotency where at < $1 order by at limit 500)"
    )
    .bind(before)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))
}
