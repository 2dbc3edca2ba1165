//! Leads in all their versions. Nothing is overwritten or deleted: a version ends, the next begins.

use contracts::intake::leads::{GetLead, Lead, LeadMoved, ListLeads};
use domain::{Day, EventId, ImportId, LeadId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

use super::{cursor, observations::words};
use crate::{
    domain::{
        lead::{self, Item},
        merge::Tally,
    },
    error::Error,
};

/// Takes items in, in their order, and says what changed.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn take(tx: &mut Tx, items: Vec<Item>, import: &ImportId) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    for item in items {
        let by = item.source.clone();
        match take_one(tx, item, (&by, Some(import))).await? {
            (_, Taken::New) => tally.accepted += 1,
            (_, Taken::Changed) => tally.updated += 1,
            (_, Taken::Same) => tally.unchanged += 1,
        }
    }
    Ok(tally)
}

/// What an item brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A lead.
    New,
    /// Other words of a lead.
    Changed,
    /// Nothing new.
    Same,
}

/// Takes one item in, in the name of whoever brings it; gives the lead as it then stands.
///
/// # Errors
/// When the store refuses.
pub async fn take_one(
    tx: &mut Tx,
    item: Item,
    (by, import): (&str, Option<&ImportId>),
) -> Result<(Lead, Taken), Error> {
    let now = tx.now();
    let Some(known) = get_in(tx, &item.id()).await? else {
        let lead = item.lead((by, now), import);
        put(tx, &lead).await?;
        return Ok((lead, Taken::New));
    };
    match lead::again(&known, item, (by, now), import) {
        None => Ok((known, Taken::Same)),
        Some(changed) => {
            end(tx, &known).await?;
            put(tx, &changed).await?;
            Ok((changed, Taken::Changed))
        }
    }
}

/// Writes a decision on a version of a lead; `false` when it was changed since.
///
/// # Errors
/// When the store refuses.
pub async fn decide(tx: &mut Tx, before: &Lead, now: &Lead) -> Result<bool, Error> {
    if !end(tx, before).await? {
        return Ok(false);
    }
    put(tx, now).await?;
    Ok(true)
}

/// Ends the version that stands; `false` when it stands no longer.
async fn end(tx: &mut Tx, lead: &Lead) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "update lead set known_to = $3 where lead_id = $1 and version = $2 and known_to is null"
    )
    .bind(&lead.id)
    .bind(i64::from(lead.version))
    .bind(now)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    // the end of one before it, which a wrong clock has dated ahead: else two would stand at one moment
    on_tx!(tx, |c| sqlx::query("update lead set known_to = $2 where lead_id = $1 and known_to > $2")
        .bind(&lead.id)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(rows == 1)
}

/// Writes a version and says so.
async fn put(tx: &mut Tx, lead: &Lead) -> Result<(), Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into lead (lead_id, version, state, source, exercise, threats, provinces, published_on, known_from, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(&lead.id)
    .bind(i64::from(lead.version))
    .bind(lead.state)
    .bind(&lead.source)
    .bind(lead.exercise)
    .bind(words(&lead::threats(lead)))
    .bind(words(&lead::provinces(lead)))
    .bind(lead.published_on)
    .bind(now)
    .bind(Json(lead.clone()))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    let event = EventId::derived(&["lead", lead.id.as_str(), &lead.version.to_string()]);
    Ok(tx.say_as(&event, &LeadMoved { lead: lead.clone() }).await?)
}

/// A lead as it stands, within a transaction.
pub async fn get_in(tx: &mut Tx, id: &LeadId) -> Result<Option<Lead>, sqlx::Error> {
    let row: Option<(Json<Lead>,)> =
        on_tx!(tx, |c| sqlx::query_as("select body from lead where lead_id = $1 and known_to is null")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(|(body,)| body.0))
}

/// A lead as it stands, or as it stood in a version or at a moment; a version that was written later was not there at that moment.
pub async fn get(db: &Db, wanted: &GetLead) -> Result<Option<Lead>, sqlx::Error> {
    let GetLead { id, version, known_on } = wanted;
    let row: Option<(Json<Lead>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from lead where lead_id = ");
        select.push_bind(id);
        if let Some(version) = version {
            select.push(" and version = ").push_bind(i64::from(*version));
            if let Some(at) = *known_on {
                select.push(" and known_from <= ").push_bind(at);
            }
        } else {
            known(&mut select, *known_on);
        }
        select.build_query_as().fetch_optional(p).await
    })?;
    Ok(row.map(|(body,)| body.0))
}

/// Only the version that stands, or stood at a moment.
fn known<DB: Database>(select: &mut QueryBuilder<DB>, on: Option<Timestamp>)
where
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    let Some(at) = on else {
        select.push(" and known_to is null");
        return;
    };
    select.push(" and known_from <= ").push_bind(at);
    select.push(" and (known_to is null or known_to > ").push_bind(at).push(")");
}

/// Leads, newest first: one more than the page holds.
pub async fn list(db: &Db, wanted: &ListLeads) -> Result<Vec<Lead>, Error> {
    let after: Option<(Day, String)> = cursor::read(&wanted.page)?;
    let rows: Vec<(Json<Lead>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from lead where exercise = ");
        select.push_bind(wanted.exercise);
        known(&mut select, wanted.known_on);
        if let Some(state) = wanted.state {
            select.push(" and state = ").push_bind(state);
        }
        if let Some(source) = &wanted.source {
            select.push(" and source = ").push_bind(source.clone());
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threats like ").push_bind(format!("%,{threat},%"));
        }
        if let Some(province) = &wanted.province {
            select.push(" and provinces like ").push_bind(format!("%,{province},%"));
        }
        if let Some(from) = wanted.from {
            select.push(" and published_on >= ").push_bind(from);
        }
        if let Some(to) = wanted.to {
            select.push(" and published_on <= ").push_bind(to);
        }
        if let Some((day, id)) = after.clone() {
            select.push(" and (published_on < ").push_bind(day).push(" or (published_on = ").push_bind(day);
            select.push(" and lead_id > ").push_bind(id).push("))");
        }
        select
            .push(" order by published_on desc, lead_id limit ")
            .push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(body,)| body.0).collect())
}

/// The cursor behind a lead.
pub fn cursor_of(last: &Lead) -> String {
    cursor::write(last.published_on, &last.id)
}
