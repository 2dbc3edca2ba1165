//! Under which pseudonym an account reports: the one place where the two meet, the account by a keyed digest.

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};

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

/// The pseudonym of an account: the one that it has, or else this new one.
///
/// # Errors
/// When the store cannot be written.
pub async fn pseudonym(tx: &mut Tx, account: &str, new: &str) -> Result<String, sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into own_pseudonym (pseudonym, account, made_at) values ($1, $2, $3) on conflict do nothing"
    )
    .bind(new)
    .bind(account)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query_scalar("select pseudonym from own_pseudonym where account = $1")
        .bind(account)
        .fetch_one(c)
        .await)
}

/// Forgets for good whose pseudonym this is, with what its holder began and with the answers kept for repeated requests. Gives when
/// that was done, which is before now where it was done already; `None` where no account ever had it.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, pseudonym: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    let now = tx.now();
    for statement in [
        "delete from report_draft where subject = $1",
        "delete from upload_part where upload_id in (select upload_id from part_upload where sent_by = $1)",
        "delete from part_upload where sent_by = $1",
        "delete from idempotency where exists (select 1 from sent_report where sent_by = $1
            and idempotency.response like '%' || sent_report.report_id || '%')",
        "delete from idempotency where exists (select 1 from attachment where source = $1
            and idempotency.response like '%' || attachment.attachment_id || '%')",
    ] {
        on_tx!(tx, |c| sqlx::query(statement).bind(pseudonym).execute(c).await.map(|_| ()))?;
    }
    on_tx!(tx, |c| sqlx::query(
        "update own_pseudonym set account = null, erased_at = $2 where pseudonym = $1 and account is not null"
    )
    .bind(pseudonym)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))?;
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
    let mut tx = db.begin().await?;
    for name in &names {
        let of = pseudonym(&mut tx, &shield.account(name), &shield.first_pseudonym(name)).await?;
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

async fn veil(tx: &mut Tx, name: &str, pseudonym: &str) -> Result<(), sqlx::Error> {
    for statement in [
        "update sent_report set sent_by = $2 where sent_by = $1",
        "update part_upload set sent_by = $2 where sent_by = $1",
        // what the earlier program wrote last is the newer one
        "delete from report_draft where subject = $2 and key in (select key from report_draft where subject = $1)",
        "update report_draft set subject = $2 where subject = $1",
    ] {
        on_tx!(tx, |c| sqlx::query(statement).bind(name).bind(pseudonym).execute(c).await.map(|_| ()))?;
    }
    on_tx!(tx, |c| sqlx::query("delete from account_in_clear where subject = $1")
        .bind(name)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Veils up to 500 kept answers; whether there were any.
async fn veil_answers(db: &Db, shield: &Shield) -> Result<bool, sqlx::Error> {
    let mut tx = db.begin().await?;
    let kept: Vec<(String, String)> = on_tx!(tx, |c| sqlx::query_as(
        "select principal, key from idempotency where substr(principal, 1, 4) <> $1 limit 500"
    )
    .bind(ASKER)
    .fetch_all(c)
    .await)?;
    for (name, key) in &kept {
        let asker = shield.asker(name, key);
        for statement in [
            "delete from idempotency where principal = $3 and key = $2 and principal <> $1",
            "update idempotency set principal = $3 where principal = $1 and key = $2",
        ] {
            on_tx!(tx, |c| sqlx::query(statement)
                .bind(name)
                .bind(key)
                .bind(&asker)
                .execute(c)
                .await
                .map(|_| ()))?;
        }
    }
    tx.commit().await?;
    Ok(!kept.is_empty())
}
