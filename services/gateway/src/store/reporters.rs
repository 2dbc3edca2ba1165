//! Keys of reporters: what lies sealed to one of them can be opened as long as the row holds its wrapped half.

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};

use crate::domain::source::ReporterKey;

/// The public key to seal this reporter's identity to: the one that counts, or else this new one, as where the reporter is
/// new or was erased.
///
/// # Errors
/// When the store cannot be written.
pub async fn public_key(tx: &mut Tx, pseudonym: &str, new: &ReporterKey) -> Result<String, sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into reporter_key (pseudonym, public_key, wrapped, made_at) values ($1, $2, $3, $4)
         on conflict (pseudonym) do update
            set public_key = excluded.public_key, wrapped = excluded.wrapped, made_at = excluded.made_at, erased_at = null
          where reporter_key.wrapped is null"
    )
    .bind(pseudonym)
    .bind(&new.public_key)
    .bind(&new.wrapped)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    on_tx!(tx, |c| sqlx::query_scalar("select public_key from reporter_key where pseudonym = $1")
        .bind(pseudonym)
        .fetch_one(c)
        .await)
}

/// Whether an identity is sealed under this pseudonym and nothing tells whose: a named source of before its pseudonym was drawn by lot.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_untied(tx: &mut Tx, pseudonym: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = on_tx!(tx, |c| sqlx::query_scalar(
        "select count(*) from reporter_key k where k.pseudonym = $1 and k.wrapped is not null
            and not exists (select 1 from own_pseudonym o where o.pseudonym = k.pseudonym)"
    )
    .bind(pseudonym)
    .fetch_one(c)
    .await)?;
    Ok(found > 0)
}

/// Destroys the key of a reporter, for good. Gives when that was done, which is before now where it was done already; `None`
/// where nobody's identity was ever sealed under this pseudonym.
///
/// # Errors
/// When the store cannot be written.
pub async fn shred(tx: &mut Tx, pseudonym: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "update reporter_key set wrapped = null, erased_at = $2 where pseudonym = $1 and wrapped is not null"
    )
    .bind(pseudonym)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))?;
    let found: Option<(Option<Timestamp>,)> =
        on_tx!(tx, |c| sqlx::query_as("select erased_at from reporter_key where pseudonym = $1")
            .bind(pseudonym)
            .fetch_optional(c)
            .await)?;
    Ok(found.and_then(|(at,)| at))
}

/// When it was erased for good who this is; `None` where that was not done by then. Without a moment as it is, whichever clock dated it.
///
/// # Errors
/// When the store cannot be read.
pub async fn erased_at(
    db: &Db,
    pseudonym: &str,
    known_on: Option<Timestamp>,
) -> Result<Option<Timestamp>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_scalar(
        "select erased_at from reporter_key where pseudonym = $1 and wrapped is null and erased_at is not null
               and ($2 is null or erased_at <= $2)
         union select erased_at from own_pseudonym where pseudonym = $1 and account is null and erased_at is not null
               and ($2 is null or erased_at <= $2)
         order by erased_at limit 1"
    )
    .bind(pseudonym)
    .bind(known_on)
    .fetch_optional(p)
    .await
    })
}

/// Rids the store's files of what is left of destroyed keys.
///
/// # Errors
/// When the store does not answer.
pub async fn scrub(db: &Db) -> Result<(), sqlx::Error> {
    for table in
        ["reporter_key", "own_pseudonym", "report_draft", "upload_part", "part_upload", "idempotency"]
    {
        db.scrub(table).await?;
    }
    db.scrub("attachment").await
}
