//! What sources that list every event have brought: from when to when, and in which months.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{Country, Day, ImportId, Observation, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::QueryBuilder;

use super::{AT_ONCE, Reader, past};
use crate::domain::{Month, Rules, cell::counted_in, reach::Listed};

/// A run that said nothing for so many hours is taken for lost, and nobody waits for it any more.
const LOST_HOURS: i64 = 24;

/// Notes how far these rows of sources that list every event reach, and in which months they lie; gives the countries in which one
/// of them is known to reach further than before.
///
/// # Errors
/// When the store cannot be written.
pub async fn note(
    tx: &mut Tx,
    recorded: &[Observation],
    rules: &Rules,
) -> Result<BTreeSet<Country>, sqlx::Error> {
    let widened = widen_spans(tx, recorded, rules).await?;
    note_advances(tx, recorded, rules).await?;
    note_months(tx, recorded, rules).await?;
    Ok(widened)
}

async fn widen_spans(
    tx: &mut Tx,
    recorded: &[Observation],
    rules: &Rules,
) -> Result<BTreeSet<Country>, sqlx::Error> {
    let mut spans: BTreeMap<(&str, Country, Threat, bool), (Day, Day)> = BTreeMap::new();
    for seen in recorded.iter().filter(|seen| rules.event_datasets.contains(&seen.source)) {
        let Some(country) = counted_in(&seen.place).0 else { continue };
        for threat in &seen.threats {
            let day = seen.occurred_to;
            let span = spans.entry((&seen.source, country, *threat, seen.exercise)).or_insert((day, day));
            *span = (span.0.min(day), span.1.max(day));
        }
    }
    let before =
        if spans.is_empty() { past::Spans::new() } else { past::spans(&mut Reader::Tx(tx), None).await? };
    let reached = |source: &str, key: (Country, Threat, bool), (first, last): (Day, Day)| {
        let own = before.get(&key).and_then(|all| all.iter().find(|listing| listing.source == source));
        own.is_some_and(|listing| listing.first <= first && last <= listing.last)
    };
    let further = spans.iter().filter(|((source, country, threat, exercise), span)| {
        !reached(source, (*country, *threat, *exercise), **span)
    });
    let widened = further.map(|((_, country, ..), _)| *country).collect();
    let now = tx.now();
    for ((source, country, threat, exercise), (first, last)) in spans {
        on_tx!(tx, |c| {
            sqlx::query(
            "insert into source_span (source, country, threat, exercise, first_day, last_day, heard_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (source, country, threat, exercise) do update set heard_at = excluded.heard_at,
                 first_day = case when excluded.first_day < source_span.first_day then excluded.first_day else source_span.first_day end,
                 last_day = case when excluded.last_day > source_span.last_day then excluded.last_day else source_span.last_day end"
        )
        .bind(source)
        .bind(country)
        .bind(threat)
        .bind(exercise)
        .bind(first)
        .bind(last)
        .bind(now)
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    Ok(widened)
}

/// Notes how far these rows carry what was known of their sources by the moment they became known; packs may come in any order.
async fn note_advances(tx: &mut Tx, recorded: &[Observation], rules: &Rules) -> Result<(), sqlx::Error> {
    type Key<'a> = (&'a str, Country, Threat, bool, Timestamp);
    let mut reaches: BTreeMap<Key<'_>, (Day, Day)> = BTreeMap::new();
    for seen in recorded.iter().filter(|seen| rules.event_datasets.contains(&seen.source)) {
        let Some(country) = counted_in(&seen.place).0 else { continue };
        for threat in &seen.threats {
            let (day, key) =
                (seen.occurred_to, (&*seen.source, country, *threat, seen.exercise, seen.known_from));
            let reach = reaches.entry(key).or_insert((day, day));
            *reach = (reach.0.min(day), reach.1.max(day));
        }
    }
    for ((source, country, threat, exercise, known_from), (first, last)) in reaches {
        on_tx!(tx, |c| {
            sqlx::query(
                "insert into source_reach (source, country, threat, exercise, known_from, first_day, last_day)
                 select $1, $2, $3, $4, $5, $6, $7
                  where not exists (select 1 from (select min(first_day) as first_day, max(last_day) as last_day
                                                     from source_reach
                                                    where source = $1 and country = $2 and threat = $3 and exercise = $4
                                                      and known_from <= $5) as known
                                     where known.first_day <= $6 and known.last_day >= $7)
                     on conflict (source, country, threat, exercise, known_from) do update set
                        first_day = case when excluded.first_day < source_reach.first_day then excluded.first_day else source_reach.first_day end,
                        last_day = case when excluded.last_day > source_reach.last_day then excluded.last_day else source_reach.last_day end",
            )
            .bind(source)
            .bind(country)
            .bind(threat)
            .bind(exercise)
            .bind(known_from)
            .bind(first)
            .bind(last)
            .execute(c)
            .await
            .map(|_| ())
        })?;
    }
    Ok(())
}

async fn note_months(tx: &mut Tx, recorded: &[Observation], rules: &Rules) -> Result<(), sqlx::Error> {
    let listed = recorded.iter().filter(|seen| rules.event_datasets.contains(&seen.source) && !seen.exercise);
    let months: BTreeSet<(&str, Country, Month)> = listed
        .filter_map(|seen| {
            Some((seen.source.as_str(), counted_in(&seen.place).0?, Month::of(seen.occurred_to)))
        })
        .collect();
    let months: Vec<_> = months.into_iter().collect();
    for months in months.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new("insert into source_month (source, country, month) ");
            insert.push_values(months, |mut row, (source, country, month)| {
                row.push_bind(*source).push_bind(*country).push_bind(*month);
            });
            insert.push(" on conflict (source, country, month) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// What each source that lists every event has brought; nothing of the exercise.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(db: &Db) -> Result<Vec<Listed>, sqlx::Error> {
    let mut all: BTreeMap<String, Listed> = BTreeMap::new();
    let spans: Vec<(String, Country, Threat, Day)> = on_db!(db, |p| sqlx::query_as(
        "select source, country, threat, last_day from source_span where not exercise"
    )
    .fetch_all(p)
    .await)?;
    for (source, country, threat, last) in spans {
        let listed = all.entry(source).or_default();
        listed.threats.insert(threat);
        let day = listed.last.entry(country).or_insert(last);
        *day = last.max(*day);
    }
    let months: Vec<(String, Country, Month)> =
        on_db!(db, |p| sqlx::query_as("select source, country, month from source_month").fetch_all(p).await)?;
    for (source, country, month) in months {
        all.entry(source).or_default().months.entry(month).or_default().insert(country);
    }
    Ok(all.into_values().collect())
}

/// Notes that intake reads a file, or that it no longer does.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_import(tx: &mut Tx, import: &ImportId, reading: bool) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        let statement = if reading {
            sqlx::query(
                "insert into open_import (import_id, said_at) values ($1, $2)
                 on conflict (import_id) do update set said_at = excluded.said_at",
            )
            .bind(import)
            .bind(now)
        } else {
            sqlx::query("delete from open_import where import_id = $1").bind(import)
        };
        statement.execute(c).await.map(|_| ())
    })
}

/// How many files intake reads: it has said so within a day, and not that it has ended.
///
/// # Errors
/// When the store cannot be read.
pub async fn importing(db: &Db) -> Result<u64, sqlx::Error> {
    let since = db.clock().now().plus(-TimeDelta::hours(LOST_HOURS));
    let (open,): (i64,) =
        on_db!(db, |p| sqlx::query_as("select count(*) from open_import where said_at >= $1")
            .bind(since)
            .fetch_one(p)
            .await)?;
    Ok(u64::try_from(open).unwrap_or_default())
}

/// When a source that lists every event was last heard; `None` where none was.
///
/// # Errors
/// When the store cannot be read.
pub async fn last_heard(db: &Db) -> Result<Option<Timestamp>, sqlx::Error> {
    let (at,): (Option<Timestamp>,) =
        on_db!(db, |p| sqlx::query_as("select max(heard_at) from source_span where not exercise")
            .fetch_one(p)
            .await)?;
    Ok(at)
}
