//! Observations in all their revisions. Nothing is overwritten or deleted: a revision ends, the next begins.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Handling, ImportId, Observation, ObservationId, Point, Precision, Timestamp, observation::Retraction,
};
use kit::{Db, Tx, on_db, on_tx};
use serde_json::value::RawValue;
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

use super::ids;
use crate::domain::{
    draft::kept_under,
    merge::{Known, Revision},
    order,
};

/// How many rows one statement inserts: twenty-six parameters each, within the 32 766 of SQLite.
const ROWS: usize = 500;

/// Reserves so many ordinals and gives the first. Until the transaction ends no other records, so that ordinals are seen in
/// their order, and its moment lies behind whatever was recorded, but for what a clock dated that was plainly wrong (see
/// [`Tx::follow`]): what is known is to be read after this.
pub async fn reserve(tx: &mut Tx, many: usize) -> Result<i64, sqlx::Error> {
    let many = many as i64;
    let (last, at, latest): (i64, Option<Timestamp>, Option<Timestamp>) = on_tx!(tx, |c| sqlx::query_as(
        "update observation_count set last = last + $1 returning last, at, latest"
    )
    .bind(many)
    .fetch_one(c)
    .await)?;
    tx.renew();
    // another instance has written it, whose clock may run ahead
    if let Some(at) = at {
        tx.follow(at);
    }
    let now = tx.now();
    let latest = [at, latest].into_iter().flatten().fold(now, Timestamp::max);
    on_tx!(tx, |c| sqlx::query("update observation_count set at = $1, latest = $2, at_last = last")
        .bind(now)
        .bind(latest)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(last - many + 1)
}

/// Of when what was recorded last is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Settled {
    /// Its moment.
    pub at: Timestamp,
    /// The moment as of which all that was recorded is known: a later one where a clock was wrong before. Nothing that is still being
    /// recorded is of this moment or before it, where none was: as of it, what is known stays as it is.
    pub latest: Timestamp,
}

/// Of when what was recorded last is; `None` where an earlier program recorded it.
pub async fn last_recorded(db: &Db) -> Result<Option<Settled>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as(
        "select at, case when latest > at then latest else at end as latest from observation_count where at_last = last"
    )
    .fetch_optional(p)
    .await
    })
}

/// How one revision stands: id, revision, digest, settled, stands, edited, run, line.
type KnownRow = (ObservationId, i64, String, bool, bool, Option<i64>, Option<ImportId>, Option<i64>);

/// How the newest revisions of these observations stand, and what those before them said; those that are not there are left out.
pub async fn known(
    tx: &mut Tx,
    ids: &[ObservationId],
) -> Result<BTreeMap<ObservationId, Known>, sqlx::Error> {
    let mut known: BTreeMap<ObservationId, Known> = BTreeMap::new();
    let wanted: BTreeSet<&ObservationId> = ids.iter().collect();
    for part in ids.chunks(ROWS) {
        let rows: Vec<KnownRow> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select observation_id, revision, content_sha256, settled, known_to is null, edited_at, import_id,
                    line from observation
                  where ",
            );
            ids::rows_of(&mut select, part);
            select.push(" order by revision");
            select.build_query_as().fetch_all(c).await
        })?;
        // the newest revision comes last and stays; another id with the same key is none of these
        for (id, revision, sha256, settled, stands, edited_at, import, line) in rows {
            if !wanted.contains(&id) {
                continue;
            }
            let (revision, earlier) = (u32::try_from(revision).unwrap_or(u32::MAX), Vec::new());
            let (line, said_here) = (line.map(i64::unsigned_abs), false);
            let newest =
                Known { revision, sha256, settled, stands, edited_at, import, line, said_here, earlier };
            let newest = match known.remove(&id) {
                Some(before) => before.followed_by(newest),
                None => newest,
            };
            known.insert(id, newest);
        }
    }
    Ok(known)
}

/// As much of an observation as tells its handling.
#[derive(serde::Deserialize)]
struct Handled {
    handling: Handling,
}

/// The handling of the newest revisions of these observations.
pub async fn handlings(
    tx: &mut Tx,
    ids: &[ObservationId],
) -> Result<BTreeMap<ObservationId, Handling>, sqlx::Error> {
    let mut newest = BTreeMap::new();
    for part in ids.chunks(ROWS) {
        let rows: Vec<(ObservationId, Json<Handled>)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new("select observation_id, body from observation where ");
            of_these(&mut select, part);
            select.push(" order by revision");
            select.build_query_as().fetch_all(c).await
        })?;
        newest.extend(rows.into_iter().map(|(id, Json(seen))| (id, seen.handling)));
    }
    Ok(newest)
}

/// What the newest revisions of these observations say.
pub async fn newest(
    tx: &mut Tx,
    ids: &[ObservationId],
) -> Result<BTreeMap<ObservationId, Observation>, sqlx::Error> {
    let mut newest = BTreeMap::new();
    for part in ids.chunks(ROWS) {
        let rows: Vec<(Json<Observation>,)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new("select body from observation where ");
            of_these(&mut select, part);
            select.push(" order by revision");
            select.build_query_as().fetch_all(c).await
        })?;
        newest.extend(rows.into_iter().map(|(Json(seen),)| (seen.id.clone(), seen)));
    }
    Ok(newest)
}

/// The condition that an observation is one of these: by the rows of the keys, and by the ids, which decide.
pub(super) fn of_these<'a, DB: Database>(
    select: &mut QueryBuilder<DB>,
    ids: impl IntoIterator<Item = &'a ObservationId> + Clone,
) where
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    ids::rows_of(select, ids.clone());
    select.push(" and observation_id in (");
    let mut list = select.separated(", ");
    for id in ids {
        list.push_bind(id.to_string());
    }
    select.push(")");
}

/// Ends the newest revision of these observations now, and with it any before it whose end a wrong clock has dated ahead: else two of
/// one observation would stand at one moment.
pub async fn end(tx: &mut Tx, ids: &[ObservationId]) -> Result<(), sqlx::Error> {
    let now = tx.now();
    for ids in ids.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut update = QueryBuilder::new("update observation set known_to = ");
            update
                .push_bind(now)
                .push(" where (known_to is null or known_to > ")
                .push_bind(now)
                .push(") and ");
            of_these(&mut update, ids);
            update.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// One revision as a row of [`insert`], for either database.
macro_rules! push_revision {
    ($row:expr, ($ordinal:expr, $revision:expr, $body:expr), $now:expr) => {{
        let (ordinal, revision): (i64, &Revision) = ($ordinal, $revision);
        let seen = &revision.observation;
        $row.push_bind(seen.id.as_str())
            .push_bind(i64::from(seen.revision))
            .push_bind(seen.source.as_str())
            .push_bind(seen.owner.as_str())
            .push_bind(kept_under(&seen.external_id, seen.exercise))
            .push_bind(revision.sha256.as_str())
            .push_bind(revision.settled)
            .push_bind(seen.known_from)
            .push_bind(revision.superseded.then_some($now))
            .push_bind(seen.occurred_from)
            .push_bind(seen.occurred_to)
            .push_bind(seen.place.country)
            .push_bind(seen.place.province.as_ref().map(domain::ProvinceCode::as_str))
            .push_bind(words(&seen.threats))
            .push_bind(seen.kind.as_str())
            .push_bind(seen.place.point.map(Point::lat))
            .push_bind(seen.place.point.map(Point::lon))
            .push_bind(seen.exercise)
            .push_bind(ordinal)
            .push_bind(order::rank(seen.occurred_from, ordinal))
            .push_bind(seen.grade.reliability.as_str())
            .push_bind(i64::from(seen.grade.credibility.digit()))
            .push_bind(is_found_by_point(seen))
            .push_bind(Json($body))
            .push_bind(revision.edited_at)
            .push_bind(seen.import.as_ref().map(ImportId::as_str))
            .push_bind(revision.line.map(|line| line as i64));
    }};
}

/// Writes revisions; the first gets this ordinal, the others the next ones. Gives each as JSON, in order: it is made once, for the
/// store and for the bus.
pub async fn insert(
    tx: &mut Tx,
    revisions: &[Revision],
    first: i64,
) -> Result<Vec<Box<RawValue>>, sqlx::Error> {
    let (now, mut bodies) = (tx.now(), Vec::with_capacity(revisions.len()));
    on_tx!(tx, |c| {
        let mut parts = (first..).step_by(ROWS).zip(revisions.chunks(ROWS));
        let mut next_rows = || {
            let Some((first, rows)) = parts.next() else { return Ok(None) };
            let written = rows.iter().map(|row| serde_json::value::to_raw_value(&row.observation));
            let written: Vec<Box<RawValue>> = written.collect::<Result<_, _>>().map_err(unwritten)?;
            let rows = (first..).zip(rows).zip(&written);
            let mut insert = QueryBuilder::new(INSERT);
            insert.push_values(rows, |mut row, ((ordinal, revision), body)| {
                push_revision!(row, (ordinal, revision, body), now);
            });
            bodies.extend(written);
            Ok::<_, sqlx::Error>(Some(insert))
        };
        let mut ready = next_rows()?;
        while let Some(mut insert) = ready {
            // the next rows are written while the database takes these
            let (taken, next) = tokio::join!(insert.build().execute(&mut *c), async { next_rows() });
            taken?;
            ready = next?;
        }
    });
    let noted: Vec<(i64, &ObservationId)> =
        (first..).zip(revisions).map(|(ordinal, revision)| (ordinal, &revision.observation.id)).collect();
    ids::put(tx, &noted).await?;
    Ok(bodies)
}

const INSERT: &str =
    "insert into observation (observation_id, revision, source, owner, external_id, content_sha256, settled, known_from,
        known_to, occurred_from, occurred_to, country, province, threats, kind, lat, lon, exercise, ordinal, rank, reliability,
        credibility, by_point, body, edited_at, import_id, line) ";

fn unwritten(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}

/// Whether it may be found by its point: what may not be shown by it may not.
fn is_found_by_point(seen: &Observation) -> bool {
    seen.place.point.is_some() && seen.handling.precision_floor == Precision::Exact
}

/// Takes up rows of a program that knew neither keys nor order: up to so many; gives how many they were.
pub async fn take_up(tx: &mut Tx, limit: i64) -> Result<usize, sqlx::Error> {
    let rows: Vec<(i64, Json<Observation>)> =
        on_tx!(tx, |c| sqlx::query_as("select revision, body from observation where ordinal = 0 limit $1")
            .bind(limit)
            .fetch_all(c)
            .await)?;
    let first = reserve(tx, rows.len()).await?;
    for (ordinal, (revision, body)) in (first..).zip(&rows) {
        let seen = &body.0;
        on_tx!(tx, |c| {
            sqlx::query(
            "update observation set ordinal = $4, rank = $5, reliability = $6, credibility = $7, by_point = $8
              where source = $1 and external_id = $2 and revision = $3"
        )
        .bind(&seen.source)
        .bind(&seen.external_id)
        .bind(revision)
        .bind(ordinal)
        .bind(order::rank(seen.occurred_from, ordinal))
        .bind(seen.grade.reliability)
        .bind(i64::from(seen.grade.credibility.digit()))
        .bind(is_found_by_point(seen))
        .execute(c)
        .await
        .map(|_| ())
        })?;
    }
    let noted: Vec<(i64, &ObservationId)> =
        (first..).zip(&rows).map(|(ordinal, (_, body))| (ordinal, &body.0.id)).collect();
    ids::put(tx, &noted).await?;
    Ok(rows.len())
}

/// A revision, where it was recorded and where it stands.
#[derive(Debug, sqlx::FromRow)]
pub struct Recorded {
    /// In which order it was recorded.
    pub ordinal: i64,
    /// Its place among all.
    pub rank: i64,
    /// What it says.
    pub body: Json<Observation>,
}

/// What was recorded after this ordinal, in order.
pub async fn recorded_after(db: &Db, ordinal: i64, limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select ordinal, rank, body from observation where ordinal > $1 order by ordinal limit $2"
    )
    .bind(ordinal)
    .bind(limit)
    .fetch_all(p)
    .await)
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    body: Json<Observation>,
    at: Option<Timestamp>,
    by_whom: Option<String>,
    why: Option<String>,
}

impl RevisionRow {
    fn observation(self) -> Observation {
        let told = (self.at, self.by_whom, self.why);
        let retracted = match told {
            (Some(at), Some(by), Some(why)) => Some(Retraction { at, by, why }),
            _ => None,
        };
        Observation { retracted, ..self.body.0 }
    }
}

/// One observation in all its revisions, oldest first; those that were taken back say so. As was known at a moment: what came
/// later, revision or retraction, is not there yet.
pub async fn revisions(
    db: &Db,
    id: &ObservationId,
    known_on: Option<Timestamp>,
) -> Result<Vec<Observation>, sqlx::Error> {
    let rows: Vec<RevisionRow> = on_db!(db, |p| {
        sqlx::query_as(concat!(
            "select o.body, r.at, r.by_whom, r.why from observation o
               left join retraction r on r.observation_id = o.observation_id and r.revision = o.revision
                    and ($3 is null or r.at <= $3)
              where o.observation_id = $2 and ($3 is null or o.known_from <= $3) and o.",
            ids::rows_of_key!(),
            " order by o.revision"
        ))
        .bind(order::key(id))
        .bind(id)
        .bind(known_on)
        .fetch_all(p)
        .await
    })?;
    Ok(rows.into_iter().map(RevisionRow::observation).collect())
}

/// Notes that a revision was taken back now; `false` where it was already.
pub async fn note_retraction(
    tx: &mut Tx,
    (id, revision): (&ObservationId, u32),
    (by, why): (&str, &str),
) -> Result<bool, sqlx::Error> {
    let now = tx.now();
    let rows = on_tx!(tx, |c| sqlx::query(
        "insert into retraction (observation_id, revision, at, by_whom, why) values ($1, $2, $3, $4, $5)
         on conflict (observation_id, revision) do nothing"
    )
    .bind(id)
    .bind(i64::from(revision))
    .bind(now)
    .bind(by)
    .bind(why)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Words, as threats and provinces are, as the column holds them.
pub(super) fn words<T: std::fmt::Display>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    format!(",{},", words.join(","))
}
