//! Files of reports that come in parts.

use domain::{AttachmentId, ReportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};

/// A file that comes in parts, as far as it came.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UploadRow {
    /// A digest over the report and the file.
    pub upload_id: String,
    /// The report it comes with.
    pub report_id: ReportId,
    /// Pseudonym of the report's source.
    pub source: String,
    /// Pseudonym of the account that sends it.
    pub sent_by: String,
    /// Its size.
    pub bytes: i64,
    /// How much of it is here.
    pub received: i64,
    /// The file that it became; `None` while parts are missing.
    pub attachment_id: Option<AttachmentId>,
    /// When its first part was announced.
    pub begun_at: Timestamp,
}

/// Notes that a file is to come; what is known of it already stays.
///
/// # Errors
/// When the store cannot be written.
pub async fn begin(tx: &mut Tx, row: &UploadRow) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into part_upload (upload_id, report_id, source, sent_by, bytes, received, begun_at)
         values ($1, $2, $3, $4, $5, 0, $6) on conflict (upload_id) do nothing"
    )
    .bind(&row.upload_id)
    .bind(&row.report_id)
    .bind(&row.source)
    .bind(&row.sent_by)
    .bind(row.bytes)
    .bind(row.begun_at)
    .execute(c)
    .await
    .map(|_| ()))
}

/// One file that comes in parts.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db, id: &str) -> Result<Option<UploadRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select * from part_upload where upload_id = $1")
        .bind(id)
        .fetch_optional(p)
        .await)
}

/// How many files of whoever sends under this pseudonym are on their way.
///
/// # Errors
/// When the store cannot be read.
pub async fn count(tx: &mut Tx, sent_by: &str) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(
        "select count(*) from part_upload where sent_by = $1 and attachment_id is null"
    )
    .bind(sent_by)
    .fetch_one(c)
    .await)
}

/// Keeps the part that begins where the file ends so far; `false` when it ends elsewhere.
///
/// # Errors
/// When the store cannot be written.
pub async fn add(
    tx: &mut Tx,
    (id, starts_at): (&str, i64),
    (bytes, sealed): (i64, &str),
) -> Result<bool, sqlx::Error> {
    let moved = on_tx!(tx, |c| {
        sqlx::query(
            "update part_upload set received = received + $3
              where upload_id = $1 and received = $2 and received + $3 <= bytes and attachment_id is null",
        )
        .bind(id)
        .bind(starts_at)
        .bind(bytes)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    if moved == 0 {
        return Ok(false);
    }
    on_tx!(tx, |c| sqlx::query("insert into upload_part (upload_id, starts_at, sealed) values ($1, $2, $3)")
        .bind(id)
        .bind(starts_at)
        .bind(sealed)
        .execute(c)
        .await
        .map(|_| true))
}

/// The parts of a file, in order.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(db: &Db, id: &str) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_scalar(
        "select sealed from upload_part where upload_id = $1 order by starts_at"
    )
    .bind(id)
    .fetch_all(p)
    .await)
}

/// The parts of a file that hold anything of it between these places, in order, each with where it begins.
///
/// # Errors
/// When the store cannot be read.
pub async fn within(
    db: &Db,
    id: &str,
    (starts, ends): (i64, i64),
) -> Result<Vec<(i64, String)>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as(
        "select starts_at, sealed from upload_part
          where upload_id = $1 and starts_at < $3
            and starts_at >= (select coalesce(max(starts_at), 0) from upload_part where upload_id = $1 and starts_at <= $2)
          order by starts_at"
    )
    .bind(id)
    .bind(starts)
    .bind(ends)
    .fetch_all(p)
    .await
    })
}

async fn forget_parts(tx: &mut Tx, id: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("delete from upload_part where upload_id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Notes the file that the parts became; they are not needed any more.
///
/// # Errors
/// When the store cannot be written.
pub async fn became(tx: &mut Tx, id: &str, attachment: &AttachmentId) -> Result<(), sqlx::Error> {
    forget_parts(tx, id).await?;
    on_tx!(tx, |c| sqlx::query("update part_upload set attachment_id = $2 where upload_id = $1")
        .bind(id)
        .bind(attachment)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Forgets a file that comes in parts, with its parts.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, id: &str) -> Result<(), sqlx::Error> {
    forget_parts(tx, id).await?;
    on_tx!(tx, |c| sqlx::query("delete from part_upload where upload_id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Forgets every file on its way that comes with reports of this source.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_of(tx: &mut Tx, source: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "delete from upload_part where upload_id in (select upload_id from part_upload where source = $1)"
    )
    .bind(source)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query("delete from part_upload where source = $1")
        .bind(source)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Forgets every file on its way that was announced under this pseudonym.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_sent_by(tx: &mut Tx, pseudonym: &str) -> Result<(), sqlx::Error> {
    forget_parts_sent_by(tx, pseudonym).await?;
    on_tx!(tx, |c| sqlx::query("delete from part_upload where sent_by = $1")
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|_| ()))
}

async fn forget_parts_sent_by(tx: &mut Tx, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "delete from upload_part where upload_id in (select upload_id from part_upload where sent_by = $1)"
    )
    .bind(pseudonym)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Has files announced under a name stand under a pseudonym.
///
/// # Errors
/// When the store cannot be written.
pub async fn rename(tx: &mut Tx, name: &str, pseudonym: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update part_upload set sent_by = $2 where sent_by = $1")
        .bind(name)
        .bind(pseudonym)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Forgets what was begun before this moment, whether it became a file or broke off.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget_before(tx: &mut Tx, before: Timestamp) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "delete from upload_part where upload_id in (select upload_id from part_upload where begun_at < $1)"
    )
    .bind(before)
    .execute(c)
    .await
    .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query("delete from part_upload where begun_at < $1")
        .bind(before)
        .execute(c)
        .await
        .map(|_| ()))
}
