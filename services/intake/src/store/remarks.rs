//! Remarks of a run: what it passed over, or did otherwise than its sender may expect.

use std::collections::BTreeMap;

use contracts::intake::remark::Remark;
use domain::ImportId;
use kit::{Db, Tx, on_db, on_tx};

/// How many different remarks of one run are told.
const MOST: i64 = 50;

/// Adds to a run's remarks: of how many records, and the line of the first.
pub async fn add(
    tx: &mut Tx,
    import: &ImportId,
    remarks: &BTreeMap<String, (u64, u64)>,
) -> Result<(), sqlx::Error> {
    for (remark, (records, line)) in remarks {
        on_tx!(tx, |c| {
            sqlx::query(
            "insert into import_remark (import_id, remark, records, first_line) values ($1, $2, $3, $4)
             on conflict (import_id, remark) do update set records = import_remark.records + excluded.records"
        )
        .bind(import)
        .bind(remark)
        .bind(*records as i64)
        .bind(*line as i64)
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    Ok(())
}

/// The remarks of a run, those of most records first.
pub async fn list(db: &Db, import: &ImportId) -> Result<Vec<Remark>, sqlx::Error> {
    let rows: Vec<(String, i64, i64)> = on_db!(db, |p| sqlx::query_as(
        "select remark, records, first_line from import_remark
          where import_id = $1 order by records desc, remark limit $2"
    )
    .bind(import)
    .bind(MOST)
    .fetch_all(p)
    .await)?;
    let remark = |(text, records, line): (String, i64, i64)| Remark {
        text,
        records: records.unsigned_abs(),
        line: line.unsigned_abs(),
    };
    Ok(rows.into_iter().map(remark).collect())
}
