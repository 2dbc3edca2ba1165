//! The audit's table: appended to, never changed.

use kit::{Db, Tx, on_db, on_tx};

use crate::domain::audit::{Act, Entry, Head};

/// Appends what somebody did; commits with the transaction. Whoever appends next waits until then.
///
/// # Errors
/// When the store cannot be written.
pub async fn append(tx: &mut Tx, act: Act) -> Result<(), sqlx::Error> {
    let taken: Head =
        on_tx!(tx, |c| sqlx::query_as("update audit_head set n = n + 1 where one = 1 returning n, hash")
            .fetch_one(c)
            .await)?;
    let entry = Entry::after(&Head { n: taken.n - 1, hash: taken.hash }, tx.now(), act);
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into audit (n, at, actor, action, object, detail, prev, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(entry.n)
    .bind(entry.at)
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.object)
    .bind(&entry.detail)
    .bind(&entry.prev)
    .bind(&entry.hash)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    on_tx!(tx, |c| sqlx::query("update audit_head set hash = $1 where one = 1")
        .bind(&entry.hash)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Entries before a place, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn before(db: &Db, n: i64, limit: u32) -> Result<Vec<Entry>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as(
        "select n, at, actor, action, object, detail, prev, hash from audit where n < $1 order by n desc limit $2"
    )
    .bind(n)
    .bind(i64::from(limit))
    .fetch_all(p)
    .await
    })
}

/// Entries after a place, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn after(db: &Db, n: i64, limit: u32) -> Result<Vec<Entry>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select n, at, actor, action, object, detail, prev, hash from audit where n > $1 order by n limit $2"
    )
    .bind(n)
    .bind(i64::from(limit))
    .fetch_all(p)
    .await)
}

/// Where the chain should end.
///
/// # Errors
/// When the store cannot be read.
pub async fn head(db: &Db) -> Result<Head, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select n, hash from audit_head where one = 1").fetch_one(p).await)
}
