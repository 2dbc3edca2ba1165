//! Whether a file was read before: the same bytes, read in the same way, under the same handling.

use contracts::gateway::Format;
use domain::ImportId;
use kit::{Db, Tx, on_db, on_tx};

use super::runs::RunRow;

/// Other runs of the same file, oldest first: same bytes, format, version of the mapping, handling, and exercise or not.
///
/// A source that fetches a file and finds it as it was before another one under that name says so now: then the earlier run
/// is none of these. Nor is one of leads or messages from elsewhere, or one of leads from before a removal, which may have removed its leads.
///
/// # Errors
/// When the store cannot be read.
pub async fn others(db: &Db, row: &RunRow) -> Result<Vec<RunRow>, sqlx::Error> {
    let is_of_leads = matches!(row.format, Format::Feed | Format::Reliefweb);
    let found: Vec<RunRow> = on_db!(db, |p| {
        sqlx::query_as(
        "select earlier.* from import_run earlier
          where earlier.sha256 = $1 and earlier.import_id <> $2 and earlier.format = $3 and earlier.exercise = $4
            and ($5 is null or not exists (select 1 from import_run since
                  where since.source_key = $5 and since.name = $6 and since.sha256 <> $1
                    and since.received_at >= earlier.received_at and since.received_at <= $7))
            and (not $8 or not exists (select 1 from retention_run removal
                  where removal.finished_at >= earlier.finished_at))
          order by earlier.received_at, earlier.import_id"
    )
    .bind(&row.sha256)
    .bind(&row.import_id)
    .bind(row.format)
    .bind(row.exercise)
    .bind(&row.source_key)
    .bind(&row.name)
    .bind(row.received_at)
    .bind(is_of_leads)
    .fetch_all(p)
    .await
    })?;
    // a message counts along its own road, and may wait on another (decision 0074)
    let by_road = is_of_leads || row.format == Format::Cap;
    let is_alike = |other: &RunRow| {
        let from_there = !by_road || other.source_key == row.source_key;
        from_there && other.mapping() == row.mapping() && other.besides() == row.besides()
    };
    Ok(found.into_iter().filter(is_alike).collect())
}

/// Counts every record of a run that has read none as unchanged, as an earlier run of the same file has read them.
///
/// # Errors
/// When the store cannot be written.
pub async fn count(tx: &mut Tx, id: &ImportId, earlier: &RunRow) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "update import_run set records = $2, unchanged = $2, passed_over = $3, header = $4, file_bytes = bytes,
                started_at = coalesce(started_at, $5), repeats = $6
          where import_id = $1 and state in ('waiting', 'running') and batches = 0"
    )
    .bind(id)
    .bind(earlier.records)
    .bind(earlier.passed_over)
    .bind(&earlier.header)
    .bind(now)
    .bind(&earlier.import_id)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// The names of the other files that were read to their end in the same format, of the exercise or not as this one.
///
/// # Errors
/// When the store cannot be read.
pub async fn names_of_format(tx: &mut Tx, run: &RunRow) -> Result<Vec<String>, sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query_scalar(
        "select distinct name from import_run where format = $1 and exercise = $2 and import_id <> $3 and state = 'done'"
    )
    .bind(run.format)
    .bind(run.exercise)
    .bind(&run.import_id)
    .fetch_all(c)
    .await
    })
}
