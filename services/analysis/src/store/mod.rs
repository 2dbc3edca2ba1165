//! The store of analysis: evidence as it was known, counts by month, levels with their history.

pub mod anew;
pub mod anomaly;
pub mod anomaly_past;
pub mod assess;
pub mod assessment;
pub mod bands;
pub mod cluster;
pub mod configured;
pub mod counted_now;
pub mod covered;
pub mod day;
pub mod evidence;
pub mod forecast;
pub mod handling;
pub mod heard;
pub mod late;
pub mod level;
pub mod listed;
pub mod maps;
pub mod marked;
pub mod media;
pub mod moved;
pub mod news;
pub mod overrides;
pub mod pass;
pub mod past;
pub mod product;
pub mod question;
pub mod reading;
pub mod recompute;
pub mod record;
pub mod recount;
pub mod recounted;
pub mod scorecards;
pub mod scores;
pub mod series;
pub mod spans;
pub mod standing;
pub mod steps;
pub mod told;
pub mod view;
pub mod written_past;

use std::collections::BTreeSet;

use domain::{ProvinceCode, Timestamp};
use kit::{Db, Tx, on_tx};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::domain::Cell;

/// Where to read: the store as it is committed, or a transaction that has written and not yet committed.
#[derive(Debug)]
pub enum Reader<'a> {
    /// What is committed.
    Db(&'a Db),
    /// What this transaction sees.
    Tx(&'a mut Tx),
}

impl Reader<'_> {
    /// The moment it is read at.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Db(db) => db.clock().now(),
            Self::Tx(tx) => tx.now(),
        }
    }
}

/// Runs one `sqlx` expression for reading, inside or outside a transaction, on whichever database is open.
macro_rules! on_reader {
    ($reader:expr, |$c:ident| $expression:expr) => {
        match $reader {
            $crate::store::Reader::Db(db) => kit::on_db!(db, |$c| $expression),
            $crate::store::Reader::Tx(tx) => kit::on_tx!(tx, |$c| $expression),
        }
    };
}
pub(crate) use on_reader;

/// How many rows one statement writes, or keys it asks for, at most: SQLite takes 32,766 parameters.
pub(crate) const AT_ONCE: usize = 500;

/// The provinces of these cells, each once.
fn provinces<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Vec<&'a ProvinceCode> {
    let provinces: BTreeSet<&ProvinceCode> = cells.into_iter().map(|cell| &cell.province).collect();
    provinces.into_iter().collect()
}

/// The condition that a row is of one of these provinces; of none of them no row is.
fn of_provinces<'a, DB: Database>(select: &mut QueryBuilder<DB>, provinces: &[&'a ProvinceCode])
where
    &'a ProvinceCode: Encode<'a, DB> + Type<DB>,
    ProvinceCode: Type<DB>,
{
    if provinces.is_empty() {
        select.push(" and 1 = 0");
        return;
    }
    select.push(" and province in (");
    let mut list = select.separated(", ");
    for province in provinces {
        list.push_bind(*province);
    }
    select.push(")");
}

/// A transaction beside which no other writes evidence or levels.
///
/// # Errors
/// When the store cannot be written.
pub async fn turn(db: &Db) -> Result<Tx, sqlx::Error> {
    let mut tx = db.begin().await?;
    take_turn(&mut tx).await?;
    Ok(tx)
}

/// Which turn it was; each has a number of its own, for two may be taken at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn(i64);

/// The last turn that was taken; `None` before the first.
///
/// # Errors
/// When the store cannot be read.
pub async fn last_turn(reader: &mut Reader<'_>) -> Result<Option<Turn>, sqlx::Error> {
    let row: Option<(i64,)> =
        on_reader!(reader, |c| sqlx::query_as("select number from turn").fetch_optional(c).await)?;
    Ok(row.map(|(number,)| Turn(number)))
}

/// The moment of the last turn that was taken; `None` before the first. Whatever is written later is written behind it.
///
/// # Errors
/// When the store cannot be read.
pub async fn last_told_at(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, sqlx::Error> {
    let row: Option<(Timestamp,)> =
        on_reader!(reader, |c| sqlx::query_as("select at from turn").fetch_optional(c).await)?;
    Ok(row.map(|(at,)| at))
}

/// The turn after that one, where none was taken since; `None` where one was. It is for keeping how cells are told: nothing that is
/// told changes by it.
///
/// # Errors
/// When the store cannot be written.
pub async fn turn_after(db: &Db, last: Turn) -> Result<Option<(Tx, Turn)>, sqlx::Error> {
    let mut tx = db.begin().await?;
    let (now, next) = (tx.now(), Turn(last.0 + 1));
    let taken = on_tx!(tx, |c| {
        sqlx::query(
            "update turn set at = case when at > $1 then at else $1 end, number = $2 where one = 1 and number = $3"
        )
            .bind(now)
            .bind(next.0)
            .bind(last.0)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok((taken == 1).then_some((tx, next)))
}

/// Waits until no other transaction writes evidence or levels; the turn ends with the transaction. Whatever is written in it is written
/// behind all that was written in the turn before, however long this one waited.
///
/// # Errors
/// When the store cannot be written.
pub async fn take_turn(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let begun = tx.now();
    // the moment of the turn before, under the lock; its own, where it is the first
    let (before,): (Timestamp,) = on_tx!(tx, |c| sqlx::query_as(
        "insert into turn (one, at, number, told) values (1, $1, 1, 1)
         on conflict (one) do update set number = turn.number + 1, told = turn.told + 1
         returning at"
    )
    .bind(begun)
    .fetch_one(c)
    .await)?;
    tx.renew();
    tx.follow(before);
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query("update turn set at = $1 where one = 1")
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))
}
