//! Files of field reports, and whose reports came in here.

use std::fmt;

use contracts::gateway::attachments::{Attachment, AttachmentRemoved};
use domain::{AttachmentId, EventId, ReportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};

/// One file as it is kept.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AttachmentRow {
    /// Which.
    pub attachment_id: AttachmentId,
    /// The report it came with.
    pub report_id: ReportId,
    /// Pseudonym of the report's source.
    pub source: String,
    /// Its name in the object store.
    pub object: String,
    /// The key it is sealed to; `None` once it is removed.
    pub seed: Option<String>,
    /// What it is.
    pub media_type: String,
    /// Its size.
    pub bytes: i64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it was to go.
    pub removed_at: Option<Timestamp>,
}

impl fmt::Debug for AttachmentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachmentRow").field("id", &self.attachment_id).finish_non_exhaustive()
    }
}

impl AttachmentRow {
    /// The file as the others see it.
    pub fn attachment(&self) -> Attachment {
        Attachment {
            id: self.attachment_id.clone(),
            media_type: self.media_type.clone(),
            bytes: u64::try_from(self.bytes).unwrap_or(0),
            sha256: self.sha256.clone(),
            received_at: self.received_at,
            removed_at: self.removed_at,
        }
    }
}

/// The pseudonyms of whoever sent a report and of its source: one and the same where no source was named.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sent {
    /// The sender's.
    pub sent_by: String,
    /// The source's.
    pub source: String,
    /// When.
    pub sent_at: Timestamp,
}

/// Notes that a report came in.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_report(
    tx: &mut Tx,
    report: &ReportId,
    (sent_by, source): (&str, &str),
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into sent_report (report_id, sent_by, source, sent_at) values ($1, $2, $3, $4)
         on conflict (report_id) do nothing"
    )
    .bind(report)
    .bind(sent_by)
    .bind(source)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// Under which pseudonym a report was sent; `None` where it did not come in here.
///
/// # Errors
/// When the store cannot be read.
pub async fn sent(db: &Db, report: &ReportId) -> Result<Option<Sent>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select sent_by, source, sent_at from sent_report where report_id = $1")
        .bind(report)
        .fetch_optional(p)
        .await)
}

/// The newest reports that were sent under a pseudonym, 50 at most; of those sent by a moment, if one is given.
///
/// # Errors
/// When the store cannot be read.
pub async fn sent_by(db: &Db, pseudonym: &str, by: Option<Timestamp>) -> Result<Vec<ReportId>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_scalar(
        "select report_id from sent_report where sent_by = $1 and ($2 is null or sent_at <= $2)
          order by sent_at desc, report_id desc limit 50"
    )
    .bind(pseudonym)
    .bind(by)
    .fetch_all(p)
    .await)
}

/// Keeps a file; `false` where it is there already.
///
/// # Errors
/// When the store cannot be written.
pub async fn add(tx: &mut Tx, row: &AttachmentRow) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into attachment (attachment_id, report_id, source, object, seed, media_type, bytes, sha256, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (attachment_id) do nothing"
    )
    .bind(&row.attachment_id)
    .bind(&row.report_id)
    .bind(&row.source)
    .bind(&row.object)
    .bind(&row.seed)
    .bind(&row.media_type)
    .bind(row.bytes)
    .bind(&row.sha256)
    .bind(row.received_at)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// One file.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db, id: &AttachmentId) -> Result<Option<AttachmentRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select * from attachment where attachment_id = $1")
        .bind(id)
        .fetch_optional(p)
        .await)
}

/// How many files of a report are there.
///
/// # Errors
/// When the store cannot be read.
pub async fn count(tx: &mut Tx, report: &ReportId) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(
        "select count(*) from attachment where report_id = $1 and removed_at is null"
    )
    .bind(report)
    .fetch_one(c)
    .await)
}

/// Removes these files, each with its report: their keys are destroyed, and it is said.
async fn remove(tx: &mut Tx, rows: Vec<(AttachmentId, ReportId)>) -> Result<usize, sqlx::Error> {
    let at = tx.now();
    for (id, report) in &rows {
        on_tx!(tx, |c| {
            sqlx::query(
            "update attachment set removed_at = $2, seed = null where attachment_id = $1 and removed_at is null"
        )
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(|_| ())
        })?;
        let said = AttachmentRemoved { report: report.clone(), attachment: id.clone(), at };
        tx.say_as(&EventId::derived(&["attachment removed", id.as_str()]), &said).await?;
    }
    Ok(rows.len())
}

/// Removes every file that came with reports of this source.
///
/// # Errors
/// When the store cannot be written.
pub async fn remove_of(tx: &mut Tx, source: &str) -> Result<usize, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query_as(
        "select attachment_id, report_id from attachment where source = $1 and removed_at is null"
    )
    .bind(source)
    .fetch_all(c)
    .await)?;
    remove(tx, rows).await
}

/// Removes up to 100 files that were received before this moment; gives how many.
///
/// # Errors
/// When the store cannot be written.
pub async fn remove_before(tx: &mut Tx, before: Timestamp) -> Result<usize, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query_as(
        "select attachment_id, report_id from attachment where removed_at is null and received_at < $1
          order by received_at limit 100"
    )
    .bind(before)
    .fetch_all(c)
    .await)?;
    remove(tx, rows).await
}

/// Up to 100 removed files that the object store may still hold, each with its name there.
///
/// # Errors
/// When the store cannot be read.
pub async fn to_forget(db: &Db) -> Result<Vec<(AttachmentId, String)>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select attachment_id, object from attachment
          where removed_at is not null and forgotten_at is null order by attachment_id limit 100"
    )
    .fetch_all(p)
    .await)
}

/// Notes that the object store holds a file no longer.
///
/// # Errors
/// When the store cannot be written.
pub async fn forgotten(tx: &mut Tx, id: &AttachmentId) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("update attachment set forgotten_at = $2 where attachment_id = $1")
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))
}
