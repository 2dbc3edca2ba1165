//! Sessions of the console and the codes that open them. Each belongs to a token and ends with it.

use domain::{Timestamp, TokenId};
use kit::{Db, Tx, on_db, on_tx};

/// The token of a session that counts until `expires_at`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// The token it belongs to.
    pub token_id: TokenId,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

/// Keeps a new session under the digest of its secret.
///
/// # Errors
/// When the store cannot be written.
pub async fn open(tx: &mut Tx, digest: &str, session: &Session) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into session (digest, token_id, created_at, expires_at) values ($1, $2, $3, $4)"
    )
    .bind(digest)
    .bind(&session.token_id)
    .bind(now)
    .bind(session.expires_at)
    .execute(c)
    .await
    .map(|_| ()))
}

/// The session under this digest that counts now.
///
/// # Errors
/// When the store cannot be read.
pub async fn find(db: &Db, digest: &str) -> Result<Option<Session>, sqlx::Error> {
    let now = db.clock().now();
    on_db!(db, |p| sqlx::query_as(
        "select token_id, expires_at from session where digest = $1 and expires_at > $2"
    )
    .bind(digest)
    .bind(now)
    .fetch_optional(p)
    .await)
}

/// Lets a session count longer.
///
/// # Errors
/// When the store cannot be written.
pub async fn extend(tx: &mut Tx, digest: &str, until: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update session set expires_at = $2 where digest = $1")
        .bind(digest)
        .bind(until)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Ends a session.
///
/// # Errors
/// When the store cannot be written.
pub async fn close(tx: &mut Tx, digest: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from session where digest = $1")
        .bind(digest)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Keeps a code under its digest.
///
/// # Errors
/// When the store cannot be written.
pub async fn add_code(tx: &mut Tx, digest: &str, code: &Session) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("insert into login_code (digest, token_id, expires_at) values ($1, $2, $3)")
        .bind(digest)
        .bind(&code.token_id)
        .bind(code.expires_at)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Uses a code up: gives the token it stands for, once, and only before its end.
///
/// # Errors
/// When the store cannot be written.
pub async fn use_code(tx: &mut Tx, digest: &str) -> Result<Option<TokenId>, sqlx::Error> {
    let now = tx.now();
    let found: Option<(TokenId, Timestamp)> = on_tx!(tx, |c| sqlx::query_as(
        "delete from login_code where digest = $1 returning token_id, expires_at"
    )
    .bind(digest)
    .fetch_optional(c)
    .await)?;
    Ok(found.filter(|(_, ends)| now < *ends).map(|(token, _)| token))
}

/// Forgets sessions and codes that are over.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("delete from session where expires_at <= $1")
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query("delete from login_code where expires_at <= $1")
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))
}
