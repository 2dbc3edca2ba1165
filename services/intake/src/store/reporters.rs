//! The record of sources under their pseudonyms.

use std::collections::BTreeMap;

use contracts::intake::reporters::{OutcomeEntry, Record, ReliabilityDecision, ReportOutcome};
use domain::{Reliability, ReportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};

use crate::domain::reliability::{propose, with};

#[derive(sqlx::FromRow)]
struct OutcomeRow {
    report_id: ReportId,
    outcome: ReportOutcome,
    said_by: String,
    at: Timestamp,
    checked_anew: bool,
}

#[derive(sqlx::FromRow)]
struct GradeRow {
    at: Timestamp,
    reliability: Reliability,
    proposed: Reliability,
    said_by: String,
    note: String,
}

/// Notes what became of a report.
pub async fn note(
    tx: &mut Tx,
    (report, version, source): (&ReportId, i64, &str),
    (outcome, by): (ReportOutcome, &str),
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into source_outcome (report_id, version, source, outcome, said_by, at) values ($1, $2, $3, $4, $5, $6)"
    )
    .bind(report)
    .bind(version)
    .bind(source)
    .bind(outcome)
    .bind(by)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// When the last of what lay sealed of who a source is was removed by a rule of retention, as was known by then; `None` where something
/// is sealed, or nothing was removed.
pub async fn identity_removed_at(
    db: &Db,
    source: &str,
    by: Option<Timestamp>,
) -> Result<Option<Timestamp>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_scalar(
        "select max(identity_removed_at) from report
          where source = $1 and ($2 is null or identity_removed_at <= $2)
            and not exists (select 1 from sealed_source join report told on told.report_id = sealed_source.report_id
                 where told.source = $1 and ($2 is null or told.received_at <= $2))"
    )
    .bind(source)
    .bind(by)
    .fetch_one(p)
    .await
    })
}

/// How many reports a source had sent by then; all, without a moment.
pub async fn reports(db: &Db, source: &str, by: Option<Timestamp>) -> Result<u32, sqlx::Error> {
    let count: i64 = on_db!(db, |p| sqlx::query_scalar(
        "select count(*) from report where source = $1 and ($2 is null or received_at <= $2)"
    )
    .bind(source)
    .bind(by)
    .fetch_one(p)
    .await)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// No moment.
const EVER: Option<Timestamp> = None;
// without a moment all of it, also what was written while a clock ran ahead
const OUTCOMES: &str = "select o.report_id, o.outcome, o.said_by, o.at, $2 is null and r.state = 'verifying' as checked_anew
       from source_outcome o join report r on r.report_id = o.report_id
      where o.source = $1 and ($2 is null or o.at <= $2) order by o.version desc, o.at desc, o.report_id desc";
const GRADES: &str = "select at, reliability, proposed, said_by, note from source_grade
      where source = $1 and ($2 is null or at <= $2) order by at desc";

/// What became of one report of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was said of it.
    pub entry: OutcomeEntry,
    /// Whether it is being checked anew now, so that it counts as verified no longer. An earlier program took a verification back and
    /// said nothing of it here. Of a past moment never.
    pub checked_anew: bool,
}

/// The record of a source as it was known then, or is; of each report the last word first, whatever clock dated it.
pub async fn outcomes(db: &Db, source: &str, by: Option<Timestamp>) -> Result<Vec<Outcome>, sqlx::Error> {
    let rows: Vec<OutcomeRow> =
        on_db!(db, |p| sqlx::query_as(OUTCOMES).bind(source).bind(by).fetch_all(p).await)?;
    Ok(rows.into_iter().map(outcome).collect())
}

fn outcome(row: OutcomeRow) -> Outcome {
    let OutcomeRow { report_id: report, outcome, said_by: by, at, checked_anew } = row;
    Outcome { entry: OutcomeEntry { report, outcome, by, at }, checked_anew }
}

/// What entries come to, of which the first of each report is the last word on it.
pub fn record(last_first: &[Outcome]) -> Record {
    let mut last: BTreeMap<&ReportId, ReportOutcome> = BTreeMap::new();
    for Outcome { entry, checked_anew } in last_first {
        let withdrawn = *checked_anew && entry.outcome == ReportOutcome::Verified;
        let outcome = if withdrawn { ReportOutcome::Withdrawn } else { entry.outcome };
        last.entry(&entry.report).or_insert(outcome);
    }
    last.into_values().fold(Record::default(), with)
}

/// What the desk had decided by then, or has, the newest first.
pub async fn decisions(
    db: &Db,
    source: &str,
    by: Option<Timestamp>,
) -> Result<Vec<ReliabilityDecision>, sqlx::Error> {
    let rows: Vec<GradeRow> =
        on_db!(db, |p| sqlx::query_as(GRADES).bind(source).bind(by).fetch_all(p).await)?;
    Ok(rows.into_iter().map(decision).collect())
}

fn decision(row: GradeRow) -> ReliabilityDecision {
    let GradeRow { at, reliability, proposed, said_by: by, note } = row;
    ReliabilityDecision { reliability, proposed, by, note, at }
}

/// What the desk has decided last, and when.
pub async fn decided(tx: &mut Tx, source: &str) -> Result<Option<(Timestamp, Reliability)>, sqlx::Error> {
    let row: Option<GradeRow> =
        on_tx!(tx, |c| sqlx::query_as(GRADES).bind(source).bind(EVER).fetch_optional(c).await)?;
    Ok(row.map(|row| (row.at, row.reliability)))
}

/// What a new report of this source starts with: what the desk decided, else what the record proposes; `None` where neither says.
pub async fn in_force(tx: &mut Tx, source: &str) -> Result<Option<Reliability>, sqlx::Error> {
    if let Some((_, reliability)) = decided(tx, source).await? {
        return Ok(Some(reliability));
    }
    Ok(Some(proposed(tx, source).await?).filter(|letter| *letter != Reliability::F))
}

/// What the record of a source proposes, within a transaction.
pub async fn proposed(tx: &mut Tx, source: &str) -> Result<Reliability, sqlx::Error> {
    let rows: Vec<OutcomeRow> =
        on_tx!(tx, |c| sqlx::query_as(OUTCOMES).bind(source).bind(EVER).fetch_all(c).await)?;
    let outcomes: Vec<Outcome> = rows.into_iter().map(outcome).collect();
    Ok(propose(record(&outcomes)).reliability)
}

/// Keeps what the desk decided; `false` where this request decided it already.
pub async fn decide(
    tx: &mut Tx,
    (source, decided): (&str, &ReliabilityDecision),
    moved_by: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let again: i64 = on_tx!(tx, |c| sqlx::query_scalar(
        "select count(*) from source_grade where source = $1 and moved_by = $2"
    )
    .bind(source)
    .bind(moved_by)
    .fetch_one(c)
    .await)?;
    if again > 0 {
        return Ok(false);
    }
    on_tx!(tx, |c| sqlx::query(
        "insert into source_grade (source, at, reliability, proposed, said_by, note, moved_by)
         values ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(source)
    .bind(decided.at)
    .bind(decided.reliability)
    .bind(decided.proposed)
    .bind(&decided.by)
    .bind(&decided.note)
    .bind(moved_by)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(true)
}
