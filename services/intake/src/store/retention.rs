//! What rules of retention would remove, and the removing of it in batches.

use contracts::{
    PageRequest,
    intake::retention::{Going, Removable, Removal, RetentionRun, RetentionState},
};
use domain::{ObservationId, ReportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use serde::{Deserialize, Serialize};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

use super::{cluster::removed, cursor, ids, text};
use crate::{domain::order, error::Error};

/// How many are removed in one transaction.
const AT_ONCE: i64 = 500;

/// Says what a removal is of, behind `select …`: from where, and under which conditions.
fn of<DB: Database>(select: &mut QueryBuilder<DB>, removal: &Removal)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    let (before, source) = (removal.before, removal.source.clone());
    match removal.what {
        Removable::QuarantinedOriginals => {
            select.push(" from quarantine where original <> '' and resolved_at < ").push_bind(before);
            if !source.is_empty() {
                select.push(" and import_id in (select import_id from import_run where format = ");
                select.push_bind(source).push(")");
            }
        }
        Removable::SealedIdentities => {
            select.push(
                " from sealed_source join report on report.report_id = sealed_source.report_id
                  where state in ('accepted', 'rejected', 'duplicate') and received_at < ",
            );
            select.push_bind(before);
        }
        Removable::SupersededRevisions => {
            select.push(" from observation where known_to < ").push_bind(before);
            select.push(
                " and exists (select 1 from observation later where later.source = observation.source
                     and later.external_id = observation.external_id and later.revision > observation.revision)",
            );
            of_source(select, removal);
            if !removal.licence.is_empty() {
                select.push(" and cast(body->'handling'->'licence'->'ids' as text) like ");
                select.push_bind(format!("%\"{}\"%", removal.licence));
            }
        }
        Removable::SupersededLeadVersions | Removable::DismissedLeads | Removable::UndecidedLeads => {
            of_leads(select, removal);
        }
    }
}

/// The same of leads: versions that another followed, or all versions of those that stand so since then. One that was ever
/// confirmed stays, as an observation may rest on it.
fn of_leads<DB: Database>(select: &mut QueryBuilder<DB>, removal: &Removal)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    select.push(" from lead where ");
    let state = match removal.what {
        Removable::DismissedLeads => "dismissed",
        Removable::UndecidedLeads => "new",
        _ => {
            select.push("known_to < ").push_bind(removal.before);
            return of_source(select, removal);
        }
    };
    select
        .push(
            "exists (select 1 from lead standing where standing.lead_id = lead.lead_id
                 and standing.known_to is null and standing.state = ",
        )
        .push_bind(state.to_owned())
        .push(" and standing.known_from < ")
        .push_bind(removal.before)
        .push(
            ") and not exists (select 1 from lead once where once.lead_id = lead.lead_id
                 and once.state = 'confirmed')",
        );
    of_source(select, removal);
}

fn of_source<DB: Database>(select: &mut QueryBuilder<DB>, removal: &Removal)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if !removal.source.is_empty() {
        select.push(" and source = ").push_bind(removal.source.clone());
    }
}

/// By which moment something has ended.
const fn ended(what: Removable) -> &'static str {
    match what {
        Removable::QuarantinedOriginals => "resolved_at",
        Removable::SealedIdentities => "received_at",
        Removable::SupersededRevisions | Removable::SupersededLeadVersions => "known_to",
        Removable::DismissedLeads | Removable::UndecidedLeads => "known_from",
    }
}

/// The same with how many there are, and from when to when they ended.
pub async fn counted(db: &Db, removal: Removal) -> Result<Removal, sqlx::Error> {
    let (many, oldest, newest): (i64, Option<Timestamp>, Option<Timestamp>) = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select count(*), min(");
        select.push(ended(removal.what)).push("), max(").push(ended(removal.what)).push(")");
        of(&mut select, &removal);
        select.build_query_as().fetch_one(p).await
    })?;
    Ok(Removal { many: many.unsigned_abs(), oldest, newest, ..removal })
}

/// By what one of them is named, and its number; 0 where it has none.
const fn named(what: Removable) -> (&'static str, &'static str) {
    match what {
        Removable::QuarantinedOriginals => ("quarantine_id", "line"),
        Removable::SealedIdentities => ("report.report_id", "cast(0 as bigint)"),
        Removable::SupersededRevisions => ("observation_id", "revision"),
        Removable::SupersededLeadVersions | Removable::DismissedLeads | Removable::UndecidedLeads => {
            ("lead_id", "version")
        }
    }
}

#[derive(sqlx::FromRow)]
struct GoingRow {
    id: String,
    number: i64,
    ended_at: Timestamp,
}

/// Where a page of them ends.
pub fn cursor_of(last: &Going) -> String {
    cursor::write(last.ended_at, format_args!("{}|{}", last.id, last.number.unwrap_or_default()))
}

/// Those that a removal is of, what ended first before all others: one more than the page holds.
pub async fn list(db: &Db, removal: &Removal, page: &PageRequest) -> Result<Vec<Going>, Error> {
    let after: Option<(Timestamp, String)> = cursor::read(page)?;
    let after = after.map(|(at, behind)| {
        let (id, number) = behind.split_once('|').unwrap_or((&behind, ""));
        (at, id.to_owned(), number.parse::<i64>().unwrap_or_default())
    });
    let ((id, number), ended) = (named(removal.what), ended(removal.what));
    let rows: Vec<GoingRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select ");
        select.push(id).push(" as id, ").push(number).push(" as number, ").push(ended).push(" as ended_at");
        of(&mut select, removal);
        if let Some((at, after_id, after_number)) = &after {
            select.push(" and (").push(ended).push(", ").push(id).push(", ").push(number).push(") > (");
            select.push_bind(*at).push(", ").push_bind(after_id.clone()).push(", ").push_bind(*after_number);
            select.push(")");
        }
        select.push(" order by ").push(ended).push(", ").push(id).push(", ").push(number).push(" limit ");
        select.push_bind(i64::from(page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    let going = |row: GoingRow| Going {
        id: row.id,
        number: Some(row.number.unsigned_abs()).filter(|number| *number > 0),
        ended_at: row.ended_at,
    };
    Ok(rows.into_iter().map(going).collect())
}

/// Removes the next of them; gives how many, 0 when none is left.
pub async fn remove(tx: &mut Tx, removal: &Removal) -> Result<u64, sqlx::Error> {
    match removal.what {
        Removable::QuarantinedOriginals => {
            let begin = "update quarantine set original = '' where quarantine_id in (select quarantine_id";
            by_id(tx, (begin, removal, " limit ")).await
        }
        Removable::SealedIdentities => identities(tx, removal).await,
        Removable::SupersededLeadVersions | Removable::DismissedLeads | Removable::UndecidedLeads => {
            // the version that stands goes last: while one of a lead is left, the next turn finds it
            let begin = "delete from lead where (lead_id, version) in (select lead_id, version";
            by_id(tx, (begin, removal, " order by version limit ")).await
        }
        Removable::SupersededRevisions => revisions(tx, removal).await,
    }
}

async fn by_id(
    tx: &mut Tx,
    (begin, removal, end): (&'static str, &Removal, &'static str),
) -> Result<u64, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut change = QueryBuilder::new(begin);
        of(&mut change, removal);
        change.push(end).push_bind(AT_ONCE).push(")");
        change.build().execute(c).await.map(|done| done.rows_affected())
    })
}

/// Removes who the sources of reports are; of each report is kept that it was removed.
async fn identities(tx: &mut Tx, removal: &Removal) -> Result<u64, sqlx::Error> {
    let ids: Vec<ReportId> = on_tx!(tx, |c| {
        let mut select = QueryBuilder::new("select sealed_source.report_id");
        of(&mut select, removal);
        select.push(" limit ").push_bind(AT_ONCE);
        select.build_query_scalar().fetch_all(c).await
    })?;
    let now = tx.now();
    for id in &ids {
        on_tx!(tx, |c| sqlx::query("update report set identity_removed_at = $2 where report_id = $1")
            .bind(id)
            .bind(now)
            .execute(c)
            .await
            .map(|_| ()))?;
        on_tx!(tx, |c| sqlx::query("delete from sealed_source where report_id = $1")
            .bind(id)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(ids.len() as u64)
}

async fn revisions(tx: &mut Tx, removal: &Removal) -> Result<u64, sqlx::Error> {
    let rows: Vec<(ObservationId, i64, i64)> = on_tx!(tx, |c| {
        let mut select = QueryBuilder::new("select observation_id, revision, rank");
        of(&mut select, removal);
        select.push(" limit ").push_bind(AT_ONCE);
        select.build_query_as().fetch_all(c).await
    })?;
    for (id, revision, rank) in &rows {
        on_tx!(tx, |c| sqlx::query("delete from retraction where observation_id = $1 and revision = $2")
            .bind(id)
            .bind(revision)
            .execute(c)
            .await
            .map(|_| ()))?;
        on_tx!(tx, |c| sqlx::query("delete from observation where rank = $1 and observation_id = $2")
            .bind(rank)
            .bind(id)
            .execute(c)
            .await
            .map(|_| ()))?;
        ids::remove(tx, (order::ordinal(*rank), id)).await?;
    }
    let ranks: Vec<i64> = rows.iter().map(|row| row.2).collect();
    text::remove(tx, &ranks).await?;
    removed::forget(tx, &rows.iter().map(|(id, ..)| id.clone()).collect()).await?;
    Ok(rows.len() as u64)
}

#[derive(Serialize, Deserialize)]
struct Confirmed {
    removals: Vec<Removal>,
}

#[derive(Serialize, Deserialize)]
struct Counted {
    removed: Vec<u64>,
}

/// A confirmed removal as it is kept.
#[derive(sqlx::FromRow)]
pub struct RunRow {
    fingerprint: String,
    state: RetentionState,
    confirmed: Json<Confirmed>,
    counted: Json<Counted>,
    /// The principal who confirmed first.
    pub asked_subject: String,
    asked_by: String,
    asked_at: Timestamp,
    confirmed_by: Option<String>,
    finished_at: Option<Timestamp>,
}

impl RunRow {
    /// The removal as the others see it.
    pub fn run(self) -> RetentionRun {
        RetentionRun {
            fingerprint: self.fingerprint,
            state: self.state,
            removals: self.confirmed.0.removals,
            removed: self.counted.0.removed,
            asked_by: self.asked_by,
            asked_at: self.asked_at,
            confirmed_by: self.confirmed_by,
            finished_at: self.finished_at,
        }
    }
}

/// Confirmed removals, newest first.
pub async fn runs(db: &Db, limit: i64) -> Result<Vec<RunRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select * from retention_run order by asked_at desc limit $1")
        .bind(limit)
        .fetch_all(p)
        .await)
}

/// Removals that have begun, in whatever order.
pub async fn begun(db: &Db) -> Result<Vec<RunRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as("select * from retention_run where state <> 'asked'").fetch_all(p).await)
}

/// A confirmed removal, as it stands in this transaction.
pub async fn get(tx: &mut Tx, fingerprint: &str) -> Result<Option<RunRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as("select * from retention_run where fingerprint = $1")
        .bind(fingerprint)
        .fetch_optional(c)
        .await)
}

/// The removal that is to be gone on with.
pub async fn due(db: &Db) -> Result<Option<RunRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select * from retention_run where state = 'running' order by asked_at limit 1"
    )
    .fetch_optional(p)
    .await)
}

/// Keeps a removal that somebody confirmed; `false` when it is there already.
pub async fn ask(
    tx: &mut Tx,
    (fingerprint, removals, state): (&str, Vec<Removal>, RetentionState),
    (subject, name): (&str, &str),
) -> Result<bool, sqlx::Error> {
    let (now, counted) = (tx.now(), Counted { removed: vec![0; removals.len()] });
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into retention_run (fingerprint, state, confirmed, counted, asked_subject, asked_by, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (fingerprint) do nothing"
    )
    .bind(fingerprint)
    .bind(state)
    .bind(Json(Confirmed { removals: removals.clone() }))
    .bind(Json(&counted))
    .bind(subject)
    .bind(name)
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Begins a removal that a second person confirmed; `false` when it does not wait for one.
pub async fn confirm(tx: &mut Tx, fingerprint: &str, name: &str) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update retention_run set state = 'running', confirmed_by = $2 where fingerprint = $1 and state = 'asked'"
    )
    .bind(fingerprint)
    .bind(name)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Notes how many are removed; ends the removal where all are.
pub async fn note(tx: &mut Tx, run: &RetentionRun, ended: bool) -> Result<(), sqlx::Error> {
    let (state, finished) = if ended { ("done", Some(tx.now())) } else { ("running", None) };
    let counted = Counted { removed: run.removed.clone() };
    on_tx!(tx, |c| sqlx::query(
        "update retention_run set counted = $2, state = $3, finished_at = $4 where fingerprint = $1"
    )
    .bind(&run.fingerprint)
    .bind(Json(&counted))
    .bind(state)
    .bind(finished)
    .execute(c)
    .await
    .map(|_| ()))
}
