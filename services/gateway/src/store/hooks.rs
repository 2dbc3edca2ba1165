//! Sources that send by themselves, and the keys by which what they send is believed.

use contracts::{
    gateway::{Format, ReportGrade},
    intake::sources::{Connector, Source},
};
use domain::{Handling, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

/// One source that sends by itself.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Hook {
    /// Its key.
    pub source_key: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether all of it is part of an exercise.
    pub exercise: bool,
    /// What its body is, where it is a file.
    pub format: Option<Format>,
    /// What is joined to the handling of each report.
    pub handling: Option<Json<Handling>>,
    /// The grade of reports that state none.
    pub grade: Option<Json<ReportGrade>>,
}

/// Keeps a source as intake says it is, where it sends by itself. What is older than what is kept changes nothing.
///
/// # Errors
/// When the store cannot be written.
pub async fn keep(tx: &mut Tx, source: &Source) -> Result<(), sqlx::Error> {
    if source.connector != Connector::Webhook {
        return Ok(());
    }
    let form = &source.form;
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into hook (source_key, enabled, exercise, format, handling, grade, version) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (source_key) do update set enabled = excluded.enabled, exercise = excluded.exercise,
            format = excluded.format, handling = excluded.handling, grade = excluded.grade, version = excluded.version
          where hook.version <= excluded.version"
    )
    .bind(&source.key)
    .bind(source.enabled)
    .bind(form.exercise)
    .bind(source.format)
    .bind(form.handling.as_ref().map(Json))
    .bind(form.grade.as_ref().map(Json))
    .bind(i64::from(source.version))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// One source that sends by itself.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db, key: &str) -> Result<Option<Hook>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select source_key, enabled, exercise, format, handling, grade from hook where source_key = $1"
    )
    .bind(key)
    .fetch_optional(p)
    .await)
}

/// The keys that count at this moment, as they are shown.
///
/// # Errors
/// When the store cannot be read.
pub async fn keys(db: &Db, source: &str, now: Timestamp) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_scalar(
        "select secret from hook_key where source_key = $1 and (ends_at is null or ends_at > $2) order by made_at desc"
    )
    .bind(source)
    .bind(now)
    .fetch_all(p)
    .await
    })
}

/// Keeps a new key; those before it count until `until` and no longer. Those that have ended are forgotten.
///
/// # Errors
/// When the store cannot be written.
pub async fn replace_keys(
    tx: &mut Tx,
    (source, secret, by): (&str, &str, &str),
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("delete from hook_key where source_key = $1 and ends_at <= $2")
        .bind(source)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query(
        "update hook_key set ends_at = $2 where source_key = $1 and (ends_at is null or ends_at > $2)"
    )
    .bind(source)
    .bind(until)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query(
        "insert into hook_key (source_key, secret, made_by, made_at, ends_at) values ($1, $2, $3, $4, null)
         on conflict (source_key, secret) do update set ends_at = null"
    )
    .bind(source)
    .bind(secret)
    .bind(by)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}
