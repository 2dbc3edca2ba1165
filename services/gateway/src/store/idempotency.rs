//! Answers kept for repeated requests: one for each key of each principal.

use domain::Timestamp;
use kit::{Tx, on_tx};

/// A request under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks, by a digest that is another for each key.
    pub principal: String,
    /// The key.
    pub key: String,
    /// Keyed digest over method, path, query and body.
    pub digest: String,
}

/// What is kept of a request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Keyed digest of the request.
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
    .bind(&request.digest)
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

/// Forgets the answers that name a report sent under this pseudonym, or of this source.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_reports(tx: &mut Tx, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "delete from idempotency where exists (select 1 from sent_report where (sent_by = $1 or source = $1)
            and idempotency.response like '%' || sent_report.report_id || '%')"
    )
    .bind(pseudonym)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Forgets the answers that name a file of such a report.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_files(tx: &mut Tx, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
            "delete from idempotency where exists (
                select 1 from attachment join sent_report on sent_report.report_id = attachment.report_id
                 where (sent_report.sent_by = $1 or sent_report.source = $1)
                   and idempotency.response like '%' || attachment.attachment_id || '%')",
        )
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|_| ())
    })
}

/// Forgets the answers that hold this pseudonym.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_naming(tx: &mut Tx, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from idempotency where response like '%' || $1 || '%'")
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Up to 500 requests whose asker does not stand there as this begins: an earlier program kept the name.
///
/// # Errors
/// When the store cannot be read.
pub async fn in_clear(tx: &mut Tx, veiled: &str) -> Result<Vec<Request>, sqlx::Error> {
    let rows: Vec<(String, String, String)> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select principal, key, request_sha256 from idempotency where substr(principal, 1, 4) <> $1 limit 500"
    )
    .bind(veiled)
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(|(principal, key, digest)| Request { principal, key, digest }).collect())
}

/// Forgets what is kept of a request, answered or not.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_one(tx: &mut Tx, request: &Request) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from idempotency where principal = $1 and key = $2")
        .bind(&request.principal)
        .bind(&request.key)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Keeps what is kept of a request under another asker and digest.
///
/// # Errors
/// When the store cannot be written.
pub async fn rename(tx: &mut Tx, from: &Request, to: &Request) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "update idempotency set principal = $3, request_sha256 = $4 where principal = $1 and key = $2"
    )
    .bind(&from.principal)
    .bind(&from.key)
    .bind(&to.principal)
    .bind(&to.digest)
    .execute(c)
    .await
    .map(|_| ()))
}
