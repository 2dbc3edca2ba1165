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

#[derive(sqlx::FromRow)]
struct Row {
    remark: String,
    records: i64,
    first_line: i64,
}

impl From<Row> for Remark {
    fn from(row: Row) -> Self {
        Self { text: row.remark, records: row.records.unsigned_abs(), line: row.first_line.unsigned_abs() }
    }
}

const OF_RUN: &str = "select remark, records, first_line from import_remark
      where import_id = $1 order by records desc, remark limit $2";

/// The remarks of a run, those of most records first.
pub async fn list(db: &Db, import: &ImportId) -> Result<Vec<Remark>, sqlx::Error> {
    let rows = on_db!(db, |p| sqlx::query_as::<_, Row>(OF_RUN).bind(import).bind(MOST).fetch_all(p).await)?;
    Ok(rows.into_iter().map(Remark::from).collect())
}

/// The same within a transaction.
pub async fn list_in(tx: &mut Tx, import: &ImportId) -> Result<Vec<Remark>, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query_as::<_, Row>(OF_RUN).bind(import).bind(MOST).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Remark::from).collect())
}
