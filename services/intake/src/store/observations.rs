//! Observations in all their revisions. Nothing is overwritten or deleted: a revision ends, the next begins.

use std::collections::BTreeMap;

use domain::{Observation, ObservationId, Threat, Timestamp, observation::Retraction};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use crate::domain::merge::{Known, Revision};

/// How many rows one statement inserts: twenty parameters each, within the 32 766 of SQLite.
const ROWS: usize = 500;

/// How the newest revisions of these observations stand; those that are not there are left out.
pub async fn known(
    tx: &mut Tx,
    ids: &[ObservationId],
) -> Result<BTreeMap<ObservationId, Known>, sqlx::Error> {
    let mut known = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(ObservationId, i64, String, bool, bool, Option<i64>)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select observation_id, revision, content_sha256, settled, known_to is null, edited_at from observation
                  where revision = (select max(newest.revision) from observation newest
                                     where newest.observation_id = observation.observation_id)
                    and observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        known.extend(rows.into_iter().map(|(id, revision, sha256, settled, stands, edited_at)| {
            let revision = u32::try_from(revision).unwrap_or(u32::MAX);
            (id, Known { revision, sha256, settled, stands, edited_at })
        }));
    }
    Ok(known)
}

/// Ends the newest revision of these observations now.
pub async fn end(tx: &mut Tx, ids: &[ObservationId]) -> Result<(), sqlx::Error> {
    let now = tx.now();
    for ids in ids.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut update = QueryBuilder::new("update observation set known_to = ");
            update.push_bind(now).push(" where known_to is null and observation_id in (");
            let mut list = update.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            update.push(")");
            update.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Writes revisions.
pub async fn insert(tx: &mut Tx, revisions: &[Revision]) -> Result<(), sqlx::Error> {
    let now = tx.now();
    for revisions in revisions.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into observation (observation_id, revision, source, owner, external_id, content_sha256, settled,
                    known_from, known_to, occurred_from, occurred_to, country, province, threats, kind, lat, lon, exercise, body, edited_at) ",
            );
            insert.push_values(revisions, |mut row, revision| {
                let seen = &revision.observation;
                row.push_bind(seen.id.clone())
                    .push_bind(i64::from(seen.revision))
                    .push_bind(seen.source.clone())
                    .push_bind(seen.owner.clone())
                    .push_bind(seen.external_id.clone())
                    .push_bind(revision.sha256.clone())
                    .push_bind(revision.settled)
                    .push_bind(seen.known_from)
                    .push_bind(revision.superseded.then_some(now))
                    .push_bind(seen.occurred_from)
                    .push_bind(seen.occurred_to)
                    .push_bind(seen.place.country)
                    .push_bind(seen.place.province.clone())
                    .push_bind(words(&seen.threats))
                    .push_bind(seen.kind.clone())
                    .push_bind(seen.place.point.map(domain::Point::lat))
                    .push_bind(seen.place.point.map(domain::Point::lon))
                    .push_bind(seen.exercise)
                    .push_bind(Json(seen.clone()))
                    .push_bind(revision.edited_at);
            });
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
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

/// One observation in all its revisions, oldest first; those that were taken back say so.
pub async fn revisions(db: &Db, id: &ObservationId) -> Result<Vec<Observation>, sqlx::Error> {
    let rows: Vec<RevisionRow> = on_db!(db, |p| sqlx::query_as(
        "select o.body, r.at, r.by_whom, r.why from observation o
           left join retraction r on r.observation_id = o.observation_id and r.revision = o.revision
          where o.observation_id = $1 order by o.revision"
    )
    .bind(id)
    .fetch_all(p)
    .await)?;
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

/// Threats as the column holds them.
pub(super) fn words(threats: &[Threat]) -> String {
    let words: Vec<&str> = threats.iter().map(|threat| threat.as_str()).collect();
    format!(",{},", words.join(","))
}
