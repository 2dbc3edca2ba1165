//! What sources that list every event have brought: from when to when, and in which months.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{Country, Day, ImportId, Observation, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::QueryBuilder;

use super::{AT_ONCE, Reader, on_reader, past};
use crate::domain::{Month, Rules, cell::counted_in, listing::Spans, reach::Listed};

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
    let reaches = reaches(recorded, rules);
    let widened = widen_spans(tx, &reaches).await?;
    note_advances(tx, &reaches).await?;
    note_months(tx, recorded, rules).await?;
    Ok(widened)
}

/// Of which source rows are, of which country and threat, and whether of the exercise.
type Of<'a> = (&'a str, Country, Threat, bool);
/// The same of those that became known at one moment.
type Heard<'a> = (Of<'a>, Timestamp);
/// From when to when rows reach.
type Reaches<'a> = BTreeMap<Heard<'a>, (Day, Day)>;

/// How far these rows of sources that list every event reach.
fn reaches<'a>(recorded: &'a [Observation], rules: &Rules) -> Reaches<'a> {
    let mut reaches = Reaches::new();
    for seen in recorded.iter().filter(|seen| rules.event_datasets.contains(&seen.source)) {
        let Some(country) = counted_in(&seen.place).0 else { continue };
        for threat in &seen.threats {
            let of = (seen.source.as_str(), country, *threat, seen.exercise);
            let day = seen.occurred_to;
            let reach = reaches.entry((of, seen.known_from)).or_insert((day, day));
            *reach = (reach.0.min(day), reach.1.max(day));
        }
    }
    reaches
}

async fn widen_spans(tx: &mut Tx, reaches: &Reaches<'_>) -> Result<BTreeSet<Country>, sqlx::Error> {
    let mut spans: BTreeMap<Of<'_>, (Day, Day)> = BTreeMap::new();
    for ((of, _), (first, last)) in reaches {
        let span = spans.entry(*of).or_insert((*first, *last));
        *span = (span.0.min(*first), span.1.max(*last));
    }
    let before = if spans.is_empty() { Spans::new() } else { past::spans(&mut Reader::Tx(tx), None).await? };
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
async fn note_advances(tx: &mut Tx, reaches: &Reaches<'_>) -> Result<(), sqlx::Error> {
    let mut known: BTreeMap<Of<'_>, (Day, Day)> = BTreeMap::new();
    let mut advances = Vec::new();
    for ((of, known_from), (first, last)) in reaches {
        let reach = known.entry(*of).or_insert((*first, *last));
        let wider = (reach.0.min(*first), reach.1.max(*last));
        if *reach != wider || advances.last().is_none_or(|((before, _), _)| before != of) {
            advances.push(((*of, *known_from), (*first, *last)));
        }
        *reach = wider;
    }
    for advances in advances.chunks(AT_ONCE) {
        put_advances(tx, advances).await?;
    }
    Ok(())
}

/// Keeps those of these advances that go further than what is kept of before.
async fn put_advances(tx: &mut Tx, advances: &[(Heard<'_>, (Day, Day))]) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "with heard (source, country, threat, exercise, known_from, first_day, last_day) as (",
        );
        insert.push_values(
            advances,
            |mut row, (((source, country, threat, exercise), known_from), (first, last))| {
                row.push_bind(*source).push_bind(*country).push_bind(*threat).push_bind(*exercise);
                row.push_bind(*known_from).push_bind(*first).push_bind(*last);
            },
        );
        insert.push(
            ") insert into source_reach (source, country, threat, exercise, known_from, first_day, last_day)
               select source, country, threat, exercise, known_from, first_day, last_day from heard
                where not exists (select 1 from (select min(known.first_day) as first_day, max(known.last_day) as last_day
                                                   from source_reach known
                                                  where known.source = heard.source and known.country = heard.country
                                                    and known.threat = heard.threat and known.exercise = heard.exercise
                                                    and known.known_from <= heard.known_from) as reached
                                   where reached.first_day <= heard.first_day and reached.last_day >= heard.last_day)
               on conflict (source, country, threat, exercise, known_from) do update set
                  first_day = case when excluded.first_day < source_reach.first_day then excluded.first_day else source_reach.first_day end,
                  last_day = case when excluded.last_day > source_reach.last_day then excluded.last_day else source_reach.last_day end",
        );
        insert.build().execute(c).await.map(|_| ())
    })
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

/// Notes under which handling rows of sources that list every event came: what rests on their claim is handled so.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_markings<'a>(
    tx: &mut Tx,
    rows: impl Iterator<Item = (&'a Observation, Threat, &'a str)>,
    rules: &Rules,
) -> Result<(), sqlx::Error> {
    let listed = rows.filter(|(seen, ..)| rules.event_datasets.contains(&seen.source));
    let noted: BTreeSet<(Of<'a>, &str)> = listed
        .filter_map(|(seen, threat, marking)| {
            let country = counted_in(&seen.place).0?;
            Some(((seen.source.as_str(), country, threat, seen.exercise), marking))
        })
        .collect();
    let noted: Vec<_> = noted.into_iter().collect();
    for noted in noted.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert =
                QueryBuilder::new("insert into source_marking (source, country, threat, exercise, marking) ");
            insert.push_values(noted, |mut row, ((source, country, threat, exercise), marking)| {
                row.push_bind(*source).push_bind(*country).push_bind(*threat).push_bind(*exercise);
                row.push_bind(*marking);
            });
            insert.push(" on conflict (source, country, threat, exercise, marking) do nothing");
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
pub async fn importing(reader: &mut Reader<'_>) -> Result<u64, sqlx::Error> {
    let since = reader.now().plus(-TimeDelta::hours(LOST_HOURS));
    let (open,): (i64,) = on_reader!(reader, |c| {
        sqlx::query_as("select count(*) from open_import where said_at >= $1").bind(since).fetch_one(c).await
    })?;
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
