//! How fast SQLite alone takes the same rows: the limit that an import is held against.

use std::{path::Path, time::Instant};

use sqlx::{
    Connection, QueryBuilder, Sqlite, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// How many rows one transaction takes, as an import's does by default.
const BATCH: i64 = 4000;

/// Rows a second that SQLite takes into a new store, with the table, the indexes and the sync to disk of intake's, from the rows
/// that an import has written. They are copied inside SQLite: nothing is read from a file, bound, announced or looked up.
pub async fn rate(store: &Path, rows: u64) -> Result<f64, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(store.with_file_name("alone.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "16384");
    let mut db = SqliteConnection::connect_with(&options).await?;
    sqlx::query("attach $1 as written").bind(store.display().to_string()).execute(&mut db).await?;
    let made: Vec<(String,)> = sqlx::query_as(
        "select sql from written.sqlite_master where tbl_name = 'observation' and sql is not null
          order by type desc",
    )
    .fetch_all(&mut db)
    .await?;
    for (statement,) in made {
        QueryBuilder::<Sqlite>::new(statement).build().execute(&mut db).await?;
    }
    let started = Instant::now();
    for from in (0..=rows as i64).step_by(BATCH as usize) {
        let mut tx = db.begin().await?;
        sqlx::query(
            "insert into main.observation select * from written.observation
              where ordinal > $1 and ordinal <= $2 order by ordinal",
        )
        .bind(from)
        .bind(from + BATCH)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let (taken,): (i64,) = sqlx::query_as("select count(*) from main.observation").fetch_one(&mut db).await?;
    assert_eq!(taken as u64, rows, "SQLite alone took others than the import wrote");
    Ok(rows as f64 / seconds)
}
