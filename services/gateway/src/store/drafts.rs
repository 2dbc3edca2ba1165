//! Reports that were begun and not sent: their reporter's own, who is known here by a pseudonym.

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};
use serde::Serialize;

/// One draft.
#[derive(Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Draft {
    /// What the reporter calls it.
    pub key: String,
    /// What was written, JSON.
    #[serde(skip)]
    pub form: String,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: i64,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The drafts of a reporter, the last written first. A hundred at most.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(db: &Db, reporter: &str) -> Result<Vec<Draft>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as(
        "select key, form, updated_at, version from report_draft where subject = $1 order by updated_at desc, key limit 100"
    )
    .bind(reporter)
    .fetch_all(p)
    .await
    })
}

/// One draft of a reporter.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db, (reporter, key): (&str, &str)) -> Result<Option<Draft>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select key, form, updated_at, version from report_draft where subject = $1 and key = $2"
    )
    .bind(reporter)
    .bind(key)
    .fetch_optional(p)
    .await)
}

/// How many drafts a reporter has.
///
/// # Errors
/// When the store cannot be read.
pub async fn count(tx: &mut Tx, reporter: &str) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar("select count(*) from report_draft where subject = $1")
        .bind(reporter)
        .fetch_one(c)
        .await)
}

/// Writes a draft in the place of the one before; gives its version.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, (reporter, key): (&str, &str), form: &str) -> Result<i64, sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query_scalar(
        "insert into report_draft (subject, key, form, updated_at, version) values ($1, $2, $3, $4, 1)
         on conflict (subject, key) do update
            set form = excluded.form, updated_at = excluded.updated_at, version = report_draft.version + 1
         returning version"
    )
    .bind(reporter)
    .bind(key)
    .bind(form)
    .bind(now)
    .fetch_one(c)
    .await)
}

/// Throws a draft away; none is no error.
///
/// # Errors
/// When the store cannot be written.
pub async fn discard(tx: &mut Tx, (reporter, key): (&str, &str)) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from report_draft where subject = $1 and key = $2")
        .bind(reporter)
        .bind(key)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Throws away every draft of a reporter.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_of(tx: &mut Tx, reporter: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from report_draft where subject = $1")
        .bind(reporter)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Has drafts kept under a name stand under a pseudonym; of two of one key the one that was kept under the name goes on.
///
/// # Errors
/// When the store cannot be written.
pub async fn rename(tx: &mut Tx, name: &str, pseudonym: &str) -> Result<(), sqlx::Error> {
    forget_doubles(tx, name, pseudonym).await?;
    on_tx!(tx, |c| sqlx::query("update report_draft set subject = $2 where subject = $1")
        .bind(name)
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|_| ()))
}

async fn forget_doubles(tx: &mut Tx, name: &str, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "delete from report_draft where subject = $2 and key in (select key from report_draft where subject = $1)"
    )
    .bind(name)
    .bind(pseudonym)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Throws away what was last written before this moment.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from report_draft where updated_at < $1")
        .bind(before)
        .execute(c)
        .await
        .map(|_| ()))
}
