//! The quarantine: records that could not be read, with their reason and their bytes.

use std::collections::BTreeMap;

use contracts::{PageRequest, intake::Quarantined};
use domain::{ImportId, QuarantineId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;

use super::{
    cursor,
    past::{self, Kind},
    runs::RunRow,
};
use crate::error::Error;

/// How many bytes of base64 a listing shows of one record: of three bytes four characters are made.
const SHOWN: usize = 128 * 1024;
/// How many records one statement asks for.
const ROWS: usize = 500;

/// One record to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which record.
    pub id: QuarantineId,
    /// Line of the file.
    pub line: u64,
    /// Why it could not be read and how to mend it.
    pub reason: String,
    /// SHA-256 of its bytes, or of the message that it holds and that is of another road, hexadecimal: by it and its source it is known again.
    pub sha256: String,
    /// Its bytes, base64.
    pub original: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    quarantine_id: QuarantineId,
    import_id: ImportId,
    line: i64,
    reason: String,
    original: String,
    resolved_at: Option<Timestamp>,
}

impl From<Row> for Quarantined {
    fn from(row: Row) -> Self {
        Self {
            id: row.quarantine_id,
            import: row.import_id,
            line: row.line.unsigned_abs(),
            reason: row.reason,
            original: row.original,
            text: None,
            resolved_at: row.resolved_at,
        }
    }
}

/// Keeps records.
pub async fn keep(tx: &mut Tx, import: &ImportId, refused: &[Refused]) -> Result<(), sqlx::Error> {
    if refused.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "insert into quarantine (quarantine_id, import_id, line, reason, original, known_from, sha256) ",
        );
        insert.push_values(refused, |mut row, record| {
            row.push_bind(record.id.clone())
                .push_bind(import.clone())
                .push_bind(record.line as i64)
                .push_bind(record.reason.clone())
                .push_bind(record.original.clone())
                .push_bind(now)
                .push_bind(record.sha256.clone());
        });
        insert.build().execute(c).await.map(|_| ())
    })
}

/// Those of these records that another run of the same source has met, read in the same way: by SHA-256, with that run.
pub async fn met(
    tx: &mut Tx,
    run: &RunRow,
    refused: &[Refused],
) -> Result<BTreeMap<String, ImportId>, sqlx::Error> {
    let mut met = BTreeMap::new();
    for refused in refused.chunks(ROWS) {
        let rows: Vec<(String, ImportId)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select record.sha256, record.import_id from quarantine record
                   join import_run run on run.import_id = record.import_id where run.format = ",
            );
            select.push_bind(run.format).push(" and run.exercise = ").push_bind(run.exercise);
            for (column, value) in [
                ("source_key", run.source_key.clone()),
                ("mapping_name", run.mapping_name.clone()),
                ("mapping_version", run.mapping_version.map(|version| version.to_string())),
            ] {
                select.push(" and coalesce(cast(run.").push(column).push(" as text), '') = ");
                select.push_bind(value.unwrap_or_default());
            }
            select.push(" and record.import_id <> ").push_bind(run.import_id.clone());
            select.push(" and record.sha256 in (");
            let mut list = select.separated(", ");
            for record in refused {
                list.push_bind(record.sha256.clone());
            }
            select.push(") order by record.quarantine_id");
            select.build_query_as().fetch_all(c).await
        })?;
        for (sha256, import) in rows {
            met.entry(sha256).or_insert(import);
        }
    }
    Ok(met)
}

/// Records of a run by line, as they stand or stood at a moment: one more than the page holds. Of a very long one only the beginning
/// is shown, which is said.
pub async fn list(
    db: &Db,
    run: &RunRow,
    (page, known_on): (&PageRequest, Option<Timestamp>),
) -> Result<Vec<Quarantined>, Error> {
    let after: Option<(i64, String)> = cursor::read(page)?;
    let (line, id) = after.unwrap_or((-1, String::new()));
    let rows = on_db!(db, |p| sqlx::query_as::<_, Row>(
        "select quarantine_id, import_id, line, reason, original, resolved_at from quarantine
          where import_id = $1 and (line > $2 or (line = $2 and quarantine_id > $3))
            and ($5 is null or coalesce(known_from, $6) <= $5)
          order by line, quarantine_id limit $4"
    )
    .bind(&run.import_id)
    .bind(line)
    .bind(id)
    .bind(i64::from(page.size()) + 1)
    .bind(known_on)
    .bind(run.started_at.unwrap_or(run.received_at))
    .fetch_all(p)
    .await)?;
    let mut records: Vec<Quarantined> = rows.into_iter().map(Quarantined::from).collect();
    if let Some(at) = known_on {
        set_back(db, &mut records, at).await?;
    }
    Ok(records.into_iter().map(shown).collect())
}

/// Sets records back to what was known of them at a moment.
async fn set_back(db: &Db, records: &mut [Quarantined], at: Timestamp) -> Result<(), sqlx::Error> {
    let ids: Vec<String> = records.iter().map(|record| record.id.to_string()).collect();
    let mut refusals = past::known::<Refusal>(db, (Kind::Refusal, Some(&ids)), at).await?;
    for record in records {
        record.resolved_at = record.resolved_at.filter(|resolved| *resolved <= at);
        if let Some(then) = refusals.remove(record.id.as_str()) {
            record.reason = then.reason;
        }
    }
    Ok(())
}

/// Why a record was in the quarantine.
#[derive(Serialize, Deserialize)]
struct Refusal {
    reason: String,
}

fn shown(mut record: Quarantined) -> Quarantined {
    if record.original.len() > SHOWN {
        let all = record.original.len() / 4 * 3;
        record.original.truncate(SHOWN); // base64 is ASCII, and the limit a multiple of four
        let first = SHOWN / 4 * 3;
        record.reason =
            format!("{} (about {all} bytes are kept; the first {first} are shown)", record.reason);
    }
    record
}

/// Records of a run that wait, in order, behind the one of this line and id; up to a limit.
pub async fn waiting(
    tx: &mut Tx,
    import: &ImportId,
    ((line, id), limit): (&(i64, String), i64),
) -> Result<Vec<Quarantined>, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query_as::<_, Row>(
        "select quarantine_id, import_id, line, reason, original, resolved_at from quarantine
          where import_id = $1 and resolved_at is null and (line > $2 or (line = $2 and quarantine_id > $3))
          order by line, quarantine_id limit $4"
    )
    .bind(import)
    .bind(line)
    .bind(id)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Quarantined::from).collect())
}

/// One record of a run; `None` when it is not there.
pub async fn get(
    tx: &mut Tx,
    import: &ImportId,
    record: &QuarantineId,
) -> Result<Option<Quarantined>, sqlx::Error> {
    let row = on_tx!(tx, |c| sqlx::query_as::<_, Row>(
        "select quarantine_id, import_id, line, reason, original, resolved_at from quarantine
          where import_id = $1 and quarantine_id = $2"
    )
    .bind(import)
    .bind(record)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(Quarantined::from))
}

/// With what correction a record was read; `None` where it was read as it was sent, or waits.
///
/// # Errors
/// When the store cannot be read.
pub async fn correction(tx: &mut Tx, record: &QuarantineId) -> Result<Option<String>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar("select corrected from quarantine where quarantine_id = $1")
        .bind(record)
        .fetch_one(c)
        .await)
}

/// Marks a record as read after all.
pub async fn resolve(tx: &mut Tx, record: &QuarantineId, corrected: Option<&str>) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "update quarantine set resolved_at = $2, corrected = $3 where quarantine_id = $1 and resolved_at is null"
    )
    .bind(record)
    .bind(now)
    .bind(corrected)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Keeps by what it is known who was told of which correction of a record, the last one refused, that it would take the id of another.
pub async fn tell(tx: &mut Tx, id: &QuarantineId, named: Option<&str>) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update quarantine set told = $2 where quarantine_id = $1")
        .bind(id)
        .bind(named)
        .execute(c)
        .await
        .map(|_| ()))
}

/// What [`tell`] kept.
pub async fn told(tx: &mut Tx, id: &QuarantineId) -> Result<Option<String>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar("select told from quarantine where quarantine_id = $1")
        .bind(id)
        .fetch_one(c)
        .await)
}

/// Writes anew why a record of a run cannot be read, and keeps what was said before.
pub async fn still_refused(
    tx: &mut Tx,
    run: &RunRow,
    (record, reason): (&Quarantined, &str),
) -> Result<(), sqlx::Error> {
    let what = (Kind::Refusal, record.id.as_str());
    let before = Refusal { reason: record.reason.clone() };
    past::keep_first(tx, what, (run.received_at, &before)).await?;
    past::keep(tx, what, &Refusal { reason: reason.to_owned() }).await?;
    on_tx!(tx, |c| sqlx::query("update quarantine set reason = $2 where quarantine_id = $1")
        .bind(&record.id)
        .bind(reason)
        .execute(c)
        .await
        .map(|_| ()))
}
