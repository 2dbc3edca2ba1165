//! Under which pseudonym an account reports and a source is named: the one place where the two meet, the account or the name by a
//! keyed digest.

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};

use super::{drafts, idempotency, parts};
use crate::domain::source::{ASKER, PSEUDONYM, Shield};

/// The pseudonym of an account (its digest, see [`Shield::account`]); `None` where it has none yet.
///
/// # Errors
/// When the store cannot be read.
pub async fn known(db: &Db, account: &str) -> Result<Option<String>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_scalar("select pseudonym from own_pseudonym where account = $1")
        .bind(account)
        .fetch_optional(p)
        .await)
}

/// Whether an account had this pseudonym and nobody can tell any more which.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_erased(db: &Db, pseudonym: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = on_db!(db, |p| sqlx::query_scalar(
        "select count(*) from own_pseudonym where pseudonym = $1 and account is null"
    )
    .bind(pseudonym)
    .fetch_one(p)
    .await)?;
    Ok(found > 0)
}

/// The pseudonym of an account, or of a named source (its digest, see [`Shield::named`]): the one that it has, or else this new one,
/// which nobody may have had.
///
/// # Errors
/// When the store cannot be written.
pub async fn pseudonym(tx: &mut Tx, account: &str, new: &str) -> Result<String, sqlx::Error> {
    draw(tx, account, new).await?;
    on_tx!(tx, |c| sqlx::query_scalar("select pseudonym from own_pseudonym where account = $1")
        .bind(account)
        .fetch_one(c)
        .await)
}

/// Gives an account this pseudonym where it has none.
async fn draw(tx: &mut Tx, account: &str, new: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into own_pseudonym (pseudonym, account, made_at) values ($1, $2, $3) on conflict do nothing"
    )
    .bind(new)
    .bind(account)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Forgets for good whose pseudonym this is, with what its holder began and with the answers kept for repeated requests. Gives when
/// that was done, which is before now where it was done already; `None` where no account ever had it.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, pseudonym: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    drafts::forget_of(tx, pseudonym).await?;
    parts::forget_sent_by(tx, pseudonym).await?;
    idempotency::forget_reports(tx, pseudonym).await?;
    idempotency::forget_files(tx, pseudonym).await?;
    idempotency::forget_naming(tx, pseudonym).await?;
    untie(tx, pseudonym).await?;
    erased_at(tx, pseudonym).await
}

async fn untie(tx: &mut Tx, pseudonym: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "update own_pseudonym set account = null, erased_at = $2 where pseudonym = $1 and account is not null"
    )
    .bind(pseudonym)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

async fn erased_at(tx: &mut Tx, pseudonym: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    let found: Option<(Option<Timestamp>,)> =
        on_tx!(tx, |c| sqlx::query_as("select erased_at from own_pseudonym where pseudonym = $1")
            .bind(pseudonym)
            .fetch_optional(c)
            .await)?;
    Ok(found.and_then(|(at,)| at))
}

/// Puts pseudonyms in the place of the names that an earlier program wrote beside reports, and digests in the place of those beside
/// kept answers.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn take_up(db: &Db, shield: &Shield) -> Result<(), sqlx::Error> {
    let names = in_clear(db).await?;
    let mut erased = Vec::new();
    for name in &names {
        erased.push(is_erased(db, &shield.first_pseudonym(name)).await?);
    }
    let mut tx = db.begin().await?;
    for (name, erased) in names.iter().zip(erased) {
        let first = shield.first_pseudonym(name);
        // erased is for good: an earlier program that ran in between knew nothing of it, and went on under the same
        let new = if erased {
            leave_with(&mut tx, name, &first).await?;
            Shield::new_pseudonym()
        } else {
            first
        };
        let of = pseudonym(&mut tx, &shield.account(name), &new).await?;
        veil(&mut tx, name, &of).await?;
    }
    tx.commit().await?;
    let mut veiled = !names.is_empty();
    while veil_answers(db, shield).await? {
        veiled = true;
    }
    if veiled {
        for table in ["sent_report", "report_draft", "part_upload", "idempotency", "account_in_clear"] {
            db.scrub(table).await?;
        }
    }
    Ok(())
}

/// The names of accounts that stand in the clear where none should.
async fn in_clear(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_scalar(
            "select subject from account_in_clear
             union select sent_by from sent_report where substr(sent_by, 1, 4) <> $1
             union select sent_by from part_upload where substr(sent_by, 1, 4) <> $1
             union select subject from report_draft where substr(subject, 1, 4) <> $1",
        )
        .bind(PSEUDONYM)
        .fetch_all(p)
        .await
    })
}

/// Leaves reports of an account's own with the erased pseudonym that they bear: the account goes on under another.
async fn leave_with(tx: &mut Tx, name: &str, first: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update sent_report set sent_by = source where sent_by = $1 and source = $2")
        .bind(name)
        .bind(first)
        .execute(c)
        .await
        .map(|_| ()))
}

async fn veil(tx: &mut Tx, name: &str, pseudonym: &str) -> Result<(), sqlx::Error> {
    veil_reports(tx, name, pseudonym).await?;
    parts::rename(tx, name, pseudonym).await?;
    drafts::rename(tx, name, pseudonym).await?;
    let done = "delete from account_in_clear where subject = $1";
    on_tx!(tx, |c| sqlx::query(done).bind(name).execute(c).await.map(|_| ()))
}

async fn veil_reports(tx: &mut Tx, name: &str, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update sent_report set sent_by = $2 where sent_by = $1")
        .bind(name)
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Veils up to 500 kept answers; whether there were any.
async fn veil_answers(db: &Db, shield: &Shield) -> Result<bool, sqlx::Error> {
    let mut tx = db.begin().await?;
    let kept = idempotency::in_clear(&mut tx, ASKER).await?;
    for clear in &kept {
        let principal = shield.asker(&clear.principal, &clear.key);
        let digest = shield.request(&clear.digest);
        let veiled = idempotency::Request { principal, digest, key: clear.key.clone() };
        idempotency::forget_one(&mut tx, &veiled).await?;
        idempotency::rename(&mut tx, clear, &veiled).await?;
    }
    tx.commit().await?;
    Ok(!kept.is_empty())
}
