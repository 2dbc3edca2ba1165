//! Counts of others in all their revisions. Nothing is overwritten: a revision ends, the next begins.

use std::collections::BTreeMap;

use contracts::intake::aggregate::{Aggregate, FindAggregates};
use domain::{Day, Handling, ImportId};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::cursor;
use crate::{
    domain::{aggregate::Count, bound::is_wider, merge::Tally},
    error::Error,
};

/// How many rows one statement writes or asks for.
const ROWS: usize = 500;

/// The newest revision of a count: which, SHA-256 of what it says, and its handling.
type Newest = BTreeMap<String, (i64, String, Handling)>;

/// As much of a count as tells its handling.
#[derive(serde::Deserialize)]
struct Handled {
    handling: Handling,
}

/// Writes what counts say anew; the same again is unchanged. Gives besides which of them, counted from 0, came with a wider handling than
/// is known of the same.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn record(
    tx: &mut Tx,
    import: &ImportId,
    counts: Vec<Count>,
) -> Result<(Tally, Vec<usize>), Error> {
    let (mut tally, mut wider) = (Tally::default(), Vec::new());
    let mut known = newest(tx, &counts).await?;
    // of several about the same within a batch each revises the one before
    let mut round: BTreeMap<String, Aggregate> = BTreeMap::new();
    let mut hashes: BTreeMap<String, String> = BTreeMap::new();
    for (number, mut count) in counts.into_iter().enumerate() {
        let id = count.id();
        let before = known.get(&id);
        if let Some((.., handling)) = before {
            // of two roads the stricter holds: what comes by the other widens nothing
            let joined = handling.join(&count.handling);
            wider.extend(is_wider(&count.handling, &joined).then_some(number));
            count.handling = joined;
        }
        let sha256 = count.sha256()?;
        if before.is_some_and(|(_, known, _)| *known == sha256) {
            tally.unchanged += 1;
            continue;
        }
        if round.contains_key(&id) {
            write(tx, std::mem::take(&mut round), std::mem::take(&mut hashes)).await?;
        }
        let revision = before.map_or(1, |(revision, ..)| revision + 1);
        if revision == 1 {
            tally.accepted += 1;
        } else {
            tally.updated += 1;
        }
        let as_number = u32::try_from(revision).unwrap_or(u32::MAX);
        known.insert(id.clone(), (revision, sha256.clone(), count.handling.clone()));
        hashes.insert(id.clone(), sha256);
        round.insert(id, count.aggregate(as_number, (import, tx.now())));
    }
    write(tx, round, hashes).await?;
    Ok((tally, wider))
}

async fn newest(tx: &mut Tx, counts: &[Count]) -> Result<Newest, sqlx::Error> {
    let mut newest = Newest::new();
    for counts in counts.chunks(ROWS) {
        let rows: Vec<(String, i64, String, Json<Handled>)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select aggregate_id, revision, content_sha256, body from aggregate
                  where known_to is null and aggregate_id in (",
            );
            let mut list = select.separated(", ");
            for count in counts {
                list.push_bind(count.id());
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        let held = |(id, revision, sha256, Json(seen)): (_, _, _, Json<Handled>)| {
            (id, (revision, sha256, seen.handling))
        };
        newest.extend(rows.into_iter().map(held));
    }
    Ok(newest)
}

/// Ends what stands of these counts, also where a wrong clock has dated its end ahead, and writes their next revisions.
async fn write(
    tx: &mut Tx,
    round: BTreeMap<String, Aggregate>,
    hashes: BTreeMap<String, String>,
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    let rows: Vec<(String, Aggregate)> = round.into_iter().collect();
    for rows in rows.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut update = QueryBuilder::new("update aggregate set known_to = ");
            update.push_bind(now).push(" where (known_to is null or known_to > ").push_bind(now);
            update.push(") and aggregate_id in (");
            let mut list = update.separated(", ");
            for (id, _) in rows {
                list.push_bind(id.clone());
            }
            update.push(")");
            update.build().execute(c).await.map(|_| ())
        })?;
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into aggregate (aggregate_id, revision, content_sha256, known_from, country, province, measure,
                    from_day, to_day, exercise, body) ",
            );
            insert.push_values(rows, |mut row, (id, aggregate)| {
                row.push_bind(id.clone())
                    .push_bind(i64::from(aggregate.revision))
                    .push_bind(hashes.get(id).cloned().unwrap_or_default())
                    .push_bind(now)
                    .push_bind(aggregate.country)
                    .push_bind(aggregate.province.clone())
                    .push_bind(aggregate.measure)
                    .push_bind(aggregate.from)
                    .push_bind(aggregate.to)
                    .push_bind(aggregate.exercise)
                    .push_bind(Json(aggregate.clone()));
            });
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// One row with the id that a cursor needs.
pub type Found = (String, Aggregate);

/// Counts as they stand, newest first: one more than the page holds.
pub async fn find(db: &Db, wanted: &FindAggregates) -> Result<Vec<Found>, Error> {
    let after: Option<(Day, String)> = cursor::read(&wanted.page)?;
    let rows: Vec<(String, Json<Aggregate>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select aggregate_id, body from aggregate where exercise = ");
        select.push_bind(wanted.exercise).push(" and ");
        match wanted.known_on {
            None => select.push("known_to is null"),
            Some(at) => {
                select.push("known_from <= ").push_bind(at).push(" and (known_to is null or known_to > ");
                select.push_bind(at).push(")")
            }
        };
        if let Some(country) = wanted.country {
            select.push(" and country = ").push_bind(country);
        }
        if let Some(province) = wanted.province.clone() {
            select.push(" and province = ").push_bind(province);
        }
        if let Some(measure) = wanted.measure {
            select.push(" and measure = ").push_bind(measure);
        }
        if let Some(from) = wanted.from {
            select.push(" and to_day >= ").push_bind(from);
        }
        if let Some(to) = wanted.to {
            select.push(" and from_day <= ").push_bind(to);
        }
        if let Some((day, id)) = after.clone() {
            select.push(" and (from_day < ").push_bind(day).push(" or (from_day = ").push_bind(day);
            select.push(" and aggregate_id > ").push_bind(id).push("))");
        }
        select
            .push(" order by from_day desc, aggregate_id limit ")
            .push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(id, body)| (id, body.0)).collect())
}
