//! Sources: what was set, where each stands, how it does.

use contracts::intake::sources::{Connector, SourceForm};
use domain::{ImportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use serde_json::Value;
use sqlx::types::Json;
use tracing::instrument;

/// One source as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SourceRow {
    /// Its short key.
    pub source_key: String,
    /// How it is reached.
    pub connector: Connector,
    /// What a person has set.
    pub form: Json<SourceForm>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Where the connector goes on.
    pub cursor: Json<Value>,
    /// Since when it should bring something.
    pub since: Timestamp,
    /// When it was last tried.
    pub last_tried: Option<Timestamp>,
    /// When it last answered as it should.
    pub last_good: Option<Timestamp>,
    /// How often in a row it failed since.
    pub failures: i64,
    /// Why it failed last.
    pub error: String,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// Since when nothing good came although it should.
    pub silent_since: Option<Timestamp>,
    /// Who works on it.
    pub claim: Option<String>,
    /// A file on its way into the object store.
    pub pending_object: Option<String>,
    /// How many files or reports it has brought.
    pub brought: i64,
    /// The last run it started.
    pub last_import: Option<ImportId>,
    /// Who set it up or changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
    /// Counts changes by people.
    pub version: i64,
}

/// Keeps a new source, switched off; `false` when there is one of this key.
pub async fn add(
    tx: &mut Tx,
    (key, connector): (&str, Connector),
    form: &SourceForm,
    by: &str,
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into source (source_key, connector, form, enabled, cursor, since, changed_by, changed_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $6, 1) on conflict (source_key) do nothing"
    )
    .bind(key)
    .bind(connector)
    .bind(Json(form))
    .bind(false)
    .bind(Json(Value::Object(serde_json::Map::new())))
    .bind(now)
    .bind(by)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// All sources, by key.
pub async fn all(db: &Db) -> Result<Vec<SourceRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, SourceRow>("select * from source order by source_key")
        .fetch_all(p)
        .await)
}

/// The same within a transaction.
pub async fn all_in(tx: &mut Tx) -> Result<Vec<SourceRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, SourceRow>("select * from source order by source_key")
        .fetch_all(c)
        .await)
}

/// One source.
pub async fn get(db: &Db, key: &str) -> Result<Option<SourceRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, SourceRow>("select * from source where source_key = $1")
        .bind(key)
        .fetch_optional(p)
        .await)
}

/// One source within a transaction.
pub async fn get_in(tx: &mut Tx, key: &str) -> Result<Option<SourceRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, SourceRow>("select * from source where source_key = $1")
        .bind(key)
        .fetch_optional(c)
        .await)
}

/// Writes what a person has changed; `false` when it was changed since version `from` was read.
pub async fn change(tx: &mut Tx, row: &SourceRow, (from, by): (i64, &str)) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update source set form = $2, enabled = $3, cursor = $4, since = $5, next_at = $6, silent_since = $7, failures = $8,
                error = $9, changed_by = $10, changed_at = $11, version = $12
          where source_key = $1 and version = $13"
    )
    .bind(&row.source_key)
    .bind(&row.form)
    .bind(row.enabled)
    .bind(&row.cursor)
    .bind(row.since)
    .bind(row.next_at)
    .bind(row.silent_since)
    .bind(row.failures)
    .bind(&row.error)
    .bind(by)
    .bind(now)
    .bind(row.version)
    .bind(from)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Has a source asked now.
pub async fn due_now(tx: &mut Tx, key: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("update source set next_at = $2 where source_key = $1 and enabled")
        .bind(key)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Takes the source that is due the longest, so that no other instance works on it until then.
#[instrument(skip_all)]
pub async fn claim(tx: &mut Tx, claim: &str, until: Timestamp) -> Result<Option<SourceRow>, sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query_as::<_, SourceRow>(
        "update source set claim = $1, claimed_until = $2, last_tried = $3
          where source_key = (select source_key from source
                               where enabled and next_at <= $3 and (claimed_until is null or claimed_until <= $3)
                               order by next_at, source_key limit 1)
            and (claimed_until is null or claimed_until <= $3)
          returning *"
    )
    .bind(claim)
    .bind(until)
    .bind(now)
    .fetch_optional(c)
    .await
    })
}

/// A claim on a source.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Which source.
    pub key: &'a str,
    /// The claim.
    pub claim: &'a str,
    /// The version of what was set when it was taken.
    pub version: i64,
}

/// Holds a claim on, and notes the file that is about to be put into the object store; `false` when the claim is lost: the
/// source was changed or switched off, or another instance has it.
pub async fn hold(
    tx: &mut Tx,
    claim: Claim<'_>,
    (until, object): (Timestamp, Option<&str>),
) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query(
        "update source set claimed_until = $4, pending_object = $5
          where source_key = $1 and claim = $2 and version = $3 and enabled"
    )
    .bind(claim.key)
    .bind(claim.claim)
    .bind(claim.version)
    .bind(until)
    .bind(object)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Moves the cursor behind what was taken; `false` when the claim is lost.
pub async fn advance(
    tx: &mut Tx,
    claim: Claim<'_>,
    (cursor, import): (&Value, Option<&ImportId>),
) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update source set cursor = $4, pending_object = null, brought = brought + $5, last_import = coalesce($6, last_import)
          where source_key = $1 and claim = $2 and version = $3 and enabled"
    )
    .bind(claim.key)
    .bind(claim.claim)
    .bind(claim.version)
    .bind(Json(cursor))
    .bind(i64::from(import.is_some()))
    .bind(import)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Gives a claim back with how the attempt ended.
#[derive(Clone, Debug)]
pub struct Settled {
    /// When it answered as it should; `None` when it did not.
    pub good: Option<Timestamp>,
    /// How often in a row it failed.
    pub failures: i64,
    /// Why.
    pub error: String,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
}

/// Gives a claim back; `false` when it is lost.
pub async fn settle(tx: &mut Tx, claim: Claim<'_>, settled: &Settled) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update source set claim = null, claimed_until = null, last_good = coalesce($4, last_good), failures = $5, error = $6,
                next_at = $7, silent_since = case when $4 is null then silent_since else null end
          where source_key = $1 and claim = $2 and version = $3"
    )
    .bind(claim.key)
    .bind(claim.claim)
    .bind(claim.version)
    .bind(settled.good)
    .bind(settled.failures)
    .bind(&settled.error)
    .bind(settled.next_at)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Gives a claim back that came to nothing because the source was changed meanwhile.
pub async fn drop_claim(tx: &mut Tx, key: &str, claim: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "update source set claim = null, claimed_until = null where source_key = $1 and claim = $2"
    )
    .bind(key)
    .bind(claim)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Notes that a file left over in the object store was forgotten.
pub async fn forgot(tx: &mut Tx, key: &str, object: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "update source set pending_object = null where source_key = $1 and pending_object = $2"
    )
    .bind(key)
    .bind(object)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Notes that a source which sends by itself has sent something; gives it as it then stands, and whether that is news.
pub async fn sent(
    tx: &mut Tx,
    (key, at): (&str, Timestamp),
    import: Option<&ImportId>,
) -> Result<Option<(SourceRow, bool)>, sqlx::Error> {
    let Some(before) = get_in(tx, key).await? else { return Ok(None) };
    on_tx!(tx, |c| {
        sqlx::query(
        "update source set last_tried = $2, last_good = $2, failures = 0, error = '', silent_since = null, brought = brought + 1,
                last_import = coalesce($3, last_import)
          where source_key = $1"
    )
    .bind(key)
    .bind(at)
    .bind(import)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    let news = before.last_good.is_none() || before.silent_since.is_some();
    Ok(get_in(tx, key).await?.map(|row| (row, news)))
}

/// Notes since when a source is silent; `false` when that was noted before.
pub async fn fell_silent(tx: &mut Tx, key: &str) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update source set silent_since = $2 where source_key = $1 and silent_since is null and enabled"
    )
    .bind(key)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Whether a file of this source is still being read.
pub async fn is_read(db: &Db, key: &str) -> Result<bool, sqlx::Error> {
    let open: i64 = on_db!(db, |p| sqlx::query_scalar(
        "select count(*) from import_run where source_key = $1 and state in ('waiting', 'running')"
    )
    .bind(key)
    .fetch_one(p)
    .await)?;
    Ok(open > 0)
}

/// Files of a source that could not be read since then, and its last one whenever that was: their names and why, newest first.
/// One that came again under its name and was read is none of them.
macro_rules! unread {
    ($connection:expr, $row:expr, $since:expr) => {
        sqlx::query_as(
            "select name, failure from import_run failed
              where source_key = $1 and state = 'failed' and (received_at >= $2 or import_id = $3)
                and not exists (select 1 from import_run later where later.source_key = $1 and later.name = failed.name
                     and later.state = 'done' and later.received_at >= failed.received_at)
              order by received_at desc, import_id desc limit 20",
        )
        .bind(&$row.source_key)
        .bind($since)
        .bind(&$row.last_import)
        .fetch_all($connection)
        .await
    };
}

/// Files of a source that could not be read since then.
pub async fn unread(
    db: &Db,
    row: &SourceRow,
    since: Timestamp,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    on_db!(db, |p| unread!(p, row, since))
}

/// The same within a transaction.
pub async fn unread_in(
    tx: &mut Tx,
    row: &SourceRow,
    since: Timestamp,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    on_tx!(tx, |c| unread!(c, row, since))
}
