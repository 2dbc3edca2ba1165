//! Which sources are configured as ones that list every event, and since when: one that is left out claims nothing from then on, and one
//! that is put in claims what its rows that stand reach to.

use std::collections::BTreeSet;

use domain::{Country, Timestamp};
use kit::{Tx, on_tx};
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::listed;
use crate::domain::Rules;

/// Ends the claims of sources that are configured no more, and takes up those of sources that are configured anew; gives the
/// countries in which one of them reached or reaches. Doing it twice changes nothing more.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn agree(tx: &mut Tx, rules: &Rules) -> Result<BTreeSet<Country>, sqlx::Error> {
    let listed = listing(tx).await?;
    let mut countries = BTreeSet::new();
    for source in listed.difference(&rules.event_datasets) {
        note(tx, source, false).await?;
    }
    for source in claiming(tx).await?.difference(&rules.event_datasets) {
        countries.extend(reached(tx, source).await?);
        forget(tx, source).await?;
    }
    for source in rules.event_datasets.difference(&listed) {
        if is_told_of(tx, source).await? {
            note(tx, source, true).await?;
            take_up(tx, source).await?;
            countries.extend(reached(tx, source).await?);
        }
    }
    if !countries.is_empty() {
        listed::note_heard(tx).await?;
    }
    Ok(countries)
}

/// The sources that list every event by what was noted last; by their rows those of which nothing was noted.
async fn listing(tx: &mut Tx) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows: Vec<String> = on_tx!(tx, |c| {
        let mut select = QueryBuilder::new(
            "select l.source from (select source from source_marking union select source from event_listing) l where ",
        );
        push_listed(&mut select, None);
        select.build_query_scalar().fetch_all(c).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Whether a source `l` is, or was before a moment, one that lists every event.
pub(super) fn push_listed<DB: Database>(select: &mut QueryBuilder<DB>, before: Option<Timestamp>)
where
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    select.push("coalesce((select n.listed from event_listing n where n.source = l.source");
    if let Some(moment) = before {
        select.push(" and n.since < ").push_bind(moment);
    }
    // before the first thing that is noted it was the other way
    select.push(
        " order by n.since desc limit 1),
          (select not n.listed from event_listing n where n.source = l.source order by n.since limit 1), true)",
    );
}

/// The sources of which it is kept how far they reach.
async fn claiming(tx: &mut Tx) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows: Vec<String> = on_tx!(tx, |c| {
        sqlx::query_scalar("select source from source_span union select source from source_month")
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().collect())
}

/// The countries in which a source reaches.
async fn reached(tx: &mut Tx, source: &str) -> Result<Vec<Country>, sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query_scalar("select distinct country from source_span where source = $1")
            .bind(source)
            .fetch_all(c)
            .await
    })
}

/// Whether there are rows of a source, or it was configured otherwise before.
async fn is_told_of(tx: &mut Tx, source: &str) -> Result<bool, sqlx::Error> {
    let found: Option<String> = on_tx!(tx, |c| {
        sqlx::query_scalar(
            "select source from (select source from event_listing where source = $1
                                  union all select source from evidence where source = $1 and country <> '') told limit 1",
        )
        .bind(source)
        .fetch_optional(c)
        .await
    })?;
    Ok(found.is_some())
}

async fn note(tx: &mut Tx, source: &str, listed: bool) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
            "insert into event_listing (source, since, listed) values ($1, $2, $3)
             on conflict (source, since) do update set listed = excluded.listed",
        )
        .bind(source)
        .bind(now)
        .bind(listed)
        .execute(c)
        .await
        .map(|_| ())
    })
}

/// How far a source reaches is kept no longer. Under which handling its rows came is: what it claimed before is told by it.
async fn forget(tx: &mut Tx, source: &str) -> Result<(), sqlx::Error> {
    for statement in
        ["delete from source_span where source = $1", "delete from source_month where source = $1"]
    {
        on_tx!(tx, |c| sqlx::query(statement).bind(source).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Takes up from the evidence how far a source reaches by its rows that stand, and under which handling its rows came.
async fn take_up(tx: &mut Tx, source: &str) -> Result<(), sqlx::Error> {
    for statement in [
        "insert into source_marking (source, country, threat, exercise, marking)
         select distinct source, country, threat, exercise, marking from evidence where source = $1 and country <> ''
         on conflict (source, country, threat, exercise, marking) do nothing",
        "insert into source_span (source, country, threat, exercise, first_day, last_day)
         select source, country, threat, exercise, min(occurred_to), max(occurred_to) from evidence
          where source = $1 and country <> '' and stands group by source, country, threat, exercise
         on conflict (source, country, threat, exercise) do update set
             first_day = excluded.first_day, last_day = excluded.last_day",
        "insert into source_month (source, country, month)
         select distinct source, country, month from evidence
          where source = $1 and country <> '' and stands and exercise = false
         on conflict (source, country, month) do nothing",
    ] {
        on_tx!(tx, |c| sqlx::query(statement).bind(source).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}
