//! API tokens: found by the characters they show, proven by their digest.

use std::collections::BTreeSet;

use contracts::{Principal, Role};
use domain::{Invalid, Timestamp, TokenId};
use kit::{Db, Tx, on_db, on_tx};
use serde::Serialize;

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenRecord {
    /// Which.
    pub id: TokenId,
    /// Whom or what it is for.
    pub name: String,
    /// Who it speaks for.
    pub subject: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Key of the organisation, for partners.
    pub organisation: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was ended; `None` while it counts.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to a few minutes.
    pub last_used: Option<Timestamp>,
}

impl TokenRecord {
    /// Whether it counts at this moment.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
    /// Who it speaks for.
    pub fn principal(&self) -> Principal {
        Principal {
            subject: self.subject.clone(),
            name: self.name.clone(),
            roles: self.roles.clone(),
            organisation: self.organisation.clone(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    token_id: TokenId,
    digest: String,
    name: String,
    subject: String,
    roles: String,
    organisation: Option<String>,
    created_by: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    last_used: Option<Timestamp>,
}

impl Row {
    fn record(self) -> Result<TokenRecord, sqlx::Error> {
        let roles = self.roles.split(',').map(str::parse).collect::<Result<_, Invalid>>();
        Ok(TokenRecord {
            id: self.token_id,
            name: self.name,
            subject: self.subject,
            roles: roles.map_err(|error| sqlx::Error::Decode(error.into()))?,
            organisation: self.organisation,
            created_by: self.created_by,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            last_used: self.last_used,
        })
    }
}

/// Keeps a new token under the characters by which it is found, with the digest of its secret.
///
/// # Errors
/// When the store cannot be written.
pub async fn add(
    tx: &mut Tx,
    record: &TokenRecord,
    (lookup, digest): (&str, &str),
) -> Result<(), sqlx::Error> {
    let roles = record.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",");
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into token (token_id, lookup, digest, name, subject, roles, organisation, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(&record.id)
    .bind(lookup)
    .bind(digest)
    .bind(&record.name)
    .bind(&record.subject)
    .bind(&roles)
    .bind(&record.organisation)
    .bind(&record.created_by)
    .bind(record.created_at)
    .bind(record.expires_at)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// The token that shows these characters, with the digest of its secret.
///
/// # Errors
/// When the store cannot be read.
pub async fn find(db: &Db, lookup: &str) -> Result<Option<(TokenRecord, String)>, sqlx::Error> {
    let row: Option<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select token_id, digest, name, subject, roles, organisation, created_by, created_at, expires_at, revoked_at, last_used
           from token where lookup = $1"
    )
    .bind(lookup)
    .fetch_optional(p)
    .await
    })?;
    row.map(|row| {
        let digest = row.digest.clone();
        Ok((row.record()?, digest))
    })
    .transpose()
}

/// One token.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db, id: &TokenId) -> Result<Option<TokenRecord>, sqlx::Error> {
    let row: Option<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select token_id, digest, name, subject, roles, organisation, created_by, created_at, expires_at, revoked_at, last_used
           from token where token_id = $1"
    )
    .bind(id)
    .fetch_optional(p)
    .await
    })?;
    row.map(Row::record).transpose()
}

/// Tokens before this one, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn before(db: &Db, id: Option<&TokenId>, limit: u32) -> Result<Vec<TokenRecord>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select token_id, digest, name, subject, roles, organisation, created_by, created_at, expires_at, revoked_at, last_used
           from token where token_id < $1 order by token_id desc limit $2"
    )
    .bind(id.map_or("to~", TokenId::as_str))
    .bind(i64::from(limit))
    .fetch_all(p)
    .await
    })?;
    rows.into_iter().map(Row::record).collect()
}

/// Whether there is any token at all.
///
/// # Errors
/// When the store does not answer.
pub async fn any(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    let (count,): (i64,) = on_tx!(tx, |c| sqlx::query_as("select count(*) from token").fetch_one(c).await)?;
    Ok(count > 0)
}

/// Ends a token now; `false` when there is none or it was ended before.
///
/// # Errors
/// When the store cannot be written.
pub async fn revoke(tx: &mut Tx, id: &TokenId) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update token set revoked_at = $2 where token_id = $1 and revoked_at is null"
    )
    .bind(id)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that a token was used now.
///
/// # Errors
/// When the store cannot be written.
pub async fn used(tx: &mut Tx, id: &TokenId) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("update token set last_used = $2 where token_id = $1")
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Whether a token that counts speaks for this subject as a field monitor.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_monitor(db: &Db, subject: &str) -> Result<bool, sqlx::Error> {
    let now = db.clock().now();
    let roles: Vec<(String,)> = on_db!(db, |p| sqlx::query_as(
        "select roles from token where subject = $1 and revoked_at is null and expires_at > $2"
    )
    .bind(subject)
    .bind(now)
    .fetch_all(p)
    .await)?;
    Ok(roles.iter().any(|(roles,)| roles.split(',').any(|role| role == Role::FieldMonitor.as_str())))
}
