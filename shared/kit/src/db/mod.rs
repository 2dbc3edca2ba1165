//! The store: SQLite or PostgreSQL behind one SQL text.
//!
//! The URL decides: `sqlite:…` (one file) or `postgres:…`. Reads take `&Db`, writes take `&mut Tx`, so that a row and the
//! message that announces it commit together.

mod after;
pub mod inbox;
pub mod outbox;
mod packed;
mod tx;

use std::{str::FromStr, sync::Arc, sync::atomic::AtomicI64, time::Duration};

use sqlx::{
    PgPool, SqlitePool,
    migrate::{Migrate, Migration, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{clock::Clock, nudge::Nudges};
pub use after::After;
pub use tx::{Connection, FOLLOWED, Origin, RELAY, Tx};

/// One service's store, open and migrated.
#[derive(Clone, Debug)]
pub struct Db {
    pool: Pool,
    clock: Clock,
    nudges: Nudges,
    last_position: Arc<AtomicI64>,
}

/// The pools behind a store; reached through [`on_db!`](crate::on_db).
#[derive(Clone, Debug)]
pub enum Pool {
    /// SQLite allows one writer: writes queue at a pool of one, reads run beside them.
    Sqlite {
        /// For reads.
        read: SqlitePool,
        /// For write transactions.
        write: SqlitePool,
    },
    /// PostgreSQL.
    Postgres(PgPool),
}

/// What of a schema the two databases cannot be told in one text, as each has a strength of its own: statements that may be
/// run again and again.
#[derive(Clone, Copy, Debug, Default)]
pub struct EngineSchema {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

impl EngineSchema {
    /// Nothing: what most services have.
    pub const NONE: Self = Self { sqlite: "", postgres: "" };
}

/// Runs one `sqlx` expression for reading on whichever database is open.
#[macro_export]
macro_rules! on_db {
    ($db:expr, |$p:ident| $expression:expr) => {
        match $db.pool() {
            $crate::db::Pool::Sqlite { read: $p, .. } => $expression,
            $crate::db::Pool::Postgres($p) => $expression,
        }
    };
}

/// Runs one `sqlx` expression in the transaction on whichever database is open.
#[macro_export]
macro_rules! on_tx {
    ($tx:expr, |$c:ident| $expression:expr) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite(transaction) => {
                let $c = &mut **transaction;
                $expression
            }
            $crate::db::Connection::Postgres(transaction) => {
                let $c = &mut **transaction;
                $expression
            }
        }
    };
}

impl Db {
    /// Opens the store at this URL; makes the SQLite file and its folder where they are missing. Does not migrate.
    ///
    /// # Errors
    /// When the URL is neither `sqlite:` nor `postgres:`, or the database cannot be reached.
    pub async fn open(url: &str, clock: Clock, nudges: Nudges) -> Result<Self, sqlx::Error> {
        let pool = if url.starts_with("sqlite:") {
            open_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?;
            let wait = Duration::from_secs(30);
            Pool::Postgres(
                PgPoolOptions::new().max_connections(8).acquire_timeout(wait).connect_with(options).await?,
            )
        } else {
            return Err(sqlx::Error::Configuration(
                format!("{url:?} is neither sqlite: nor postgres:").into(),
            ));
        };
        Ok(Self { pool, clock, nudges, last_position: Arc::default() })
    }

    /// Brings the store to the newest schema: the chassis's tables, then the service's own.
    ///
    /// # Errors
    /// When a migration fails or one that was applied has since been edited.
    pub async fn migrate(&self, own: &Migrator) -> Result<(), sqlx::migrate::MigrateError> {
        let all = all_migrations(own);
        match &self.pool {
            Pool::Sqlite { write, .. } => all.run(write).await,
            Pool::Postgres(pool) => all.run(pool).await,
        }
    }

    /// Adds to a migrated store what this database has a form of its own for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn complete(&self, schema: EngineSchema) -> Result<(), sqlx::Error> {
        match &self.pool {
            Pool::Sqlite { write, .. } => sqlx::raw_sql(schema.sqlite).execute(write).await.map(|_| ()),
            Pool::Postgres(pool) => sqlx::raw_sql(schema.postgres).execute(pool).await.map(|_| ()),
        }
    }

    /// Whether the store has every migration this program knows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_migrated(&self, own: &Migrator) -> Result<bool, sqlx::Error> {
        let applied = match &self.pool {
            Pool::Sqlite { read, .. } => {
                read.acquire().await?.list_applied_migrations("_sqlx_migrations").await?.len()
            }
            Pool::Postgres(pool) => {
                pool.acquire().await?.list_applied_migrations("_sqlx_migrations").await?.len()
            }
        };
        Ok(applied >= all_migrations(own).iter().count())
    }

    /// Begins a write transaction as of now, in the trace of the current span.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        self.begin_from(Origin::current()).await
    }

    /// Begins a write transaction that is caused by something else: a message heard, a row stored earlier.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_from(&self, origin: Origin) -> Result<Tx, sqlx::Error> {
        let connection = match &self.pool {
            Pool::Sqlite { write, .. } => Connection::Sqlite(write.begin_with("begin immediate").await?),
            Pool::Postgres(pool) => Connection::Postgres(pool.begin().await?),
        };
        Ok(Tx::new(connection, self, origin))
    }

    /// The pools, for [`on_db!`](crate::on_db).
    pub fn pool(&self) -> &Pool {
        &self.pool
    }
    /// The clock of this service.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
    /// The bells of this service's jobs.
    pub fn nudges(&self) -> &Nudges {
        &self.nudges
    }
    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        on_db!(self, |p| sqlx::query("select 1").execute(p).await.is_ok())
    }
    /// Rids the store's own files of what was deleted from this table: SQLite's log of changes is emptied into the file, where
    /// deleted bytes are overwritten; PostgreSQL drops dead rows. Backups and archived logs are the operator's to let go.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn scrub(&self, table: &'static str) -> Result<(), sqlx::Error> {
        match &self.pool {
            Pool::Sqlite { write, .. } => {
                sqlx::query("pragma wal_checkpoint(truncate)").execute(write).await?;
            }
            Pool::Postgres(pool) => {
                let mut vacuum = sqlx::QueryBuilder::<sqlx::Postgres>::new("vacuum ");
                vacuum.push(table).build().execute(pool).await?;
            }
        }
        Ok(())
    }
    /// Waits for running work and closes.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

fn all_migrations(own: &Migrator) -> Migrator {
    let chassis = sqlx::migrate!();
    let all: Vec<Migration> = chassis.iter().chain(own.iter()).cloned().collect();
    Migrator::with_migrations(all)
}

async fn open_sqlite(url: &str) -> Result<Pool, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        // the thread of the store hands rows over by the hundred: at fifty, as by default, the two wake each other too often
        .row_buffer_size(1000)
        // what is deleted is overwritten: an erased secret must not stay in a free page
        .pragma("secure_delete", "on")
        .pragma("temp_store", "memory");
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder)?;
    }
    // a writer that keeps the inner pages of its indexes and empties its log seldom writes each page once, not once a batch
    let writing = options.clone().pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "16384");
    let write = SqlitePoolOptions::new().max_connections(1).connect_with(writing).await?;
    let read = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
    Ok(Pool::Sqlite { read, write })
}
