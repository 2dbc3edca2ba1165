//! How things stood, each time they changed: what was known at any moment is told from here. Nothing of it is overwritten.

use std::collections::BTreeMap;

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};

/// What is kept as it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who owes weekly reports.
    Assignment,
    /// An import run, whenever it began, ended, waited again or was replayed, and now and then while it was read.
    Import,
    /// A version of a questionnaire.
    Questionnaire,
    /// Why a record is in the quarantine, once that was found to be another reason.
    Refusal,
    /// A source with its health.
    Source,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::Import => "import",
            Self::Questionnaire => "questionnaire",
            Self::Refusal => "refusal",
            Self::Source => "source",
        }
    }
}

/// Keeps how a thing stands from now on.
pub async fn keep<T: Serialize + Sync>(tx: &mut Tx, what: (Kind, &str), body: &T) -> Result<(), sqlx::Error> {
    let ((kind, id), now) = (what, tx.now());
    on_tx!(tx, |c| sqlx::query(
        "insert into past (kind, thing_id, step, known_from, body)
         select $1, $2, coalesce(max(step), 0) + 1, $3, $4 from past where kind = $1 and thing_id = $2"
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(now)
    .bind(Json(body))
    .execute(c)
    .await
    .map(|_| ()))
}

/// Keeps how a thing that counts its own versions stands from now on: its step is its version.
pub async fn keep_version<T: Serialize + Sync>(
    tx: &mut Tx,
    (kind, id): (Kind, &str),
    (version, body): (i64, &T),
) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into past (kind, thing_id, step, known_from, body) values ($1, $2, $3, $4, $5)"
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(version)
    .bind(now)
    .bind(Json(body))
    .execute(c)
    .await
    .map(|_| ()))
}

/// Keeps how a thing stood since then, where nothing is kept of that time: as it first was kept, or like this where it never was.
/// Of another nothing is changed, and of two that start together one does it.
pub async fn keep_first<T: Serialize + Sync>(
    tx: &mut Tx,
    (kind, id): (Kind, &str),
    (since, body): (Timestamp, &T),
) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into past (kind, thing_id, step, known_from, body)
         select $1, $2, 0, $3, coalesce((select body from past where kind = $1 and thing_id = $2 order by step limit 1), $4)
          where not exists (select 1 from past where kind = $1 and thing_id = $2 and known_from <= $3)
         on conflict (kind, thing_id, step) do nothing"
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(since)
    .bind(Json(body))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Keeps how a thing stood since then in a step before all that is kept of it, where nothing is kept of that time.
pub async fn keep_before<T: Serialize + Sync>(
    tx: &mut Tx,
    (kind, id): (Kind, &str),
    (step, since, body): (i64, Timestamp, &T),
) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into past (kind, thing_id, step, known_from, body)
         select $1, $2, $3, $4, $5
          where not exists (select 1 from past where kind = $1 and thing_id = $2 and (known_from <= $4 or step <= $3))
         on conflict (kind, thing_id, step) do nothing"
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(step)
    .bind(since)
    .bind(Json(body))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// How a thing was kept last; `None` where nothing was.
pub async fn last<T>(tx: &mut Tx, (kind, id): (Kind, &str)) -> Result<Option<T>, sqlx::Error>
where
    T: DeserializeOwned + Send + Unpin + 'static,
{
    let row: Option<(Json<T>,)> = on_tx!(tx, |c| sqlx::query_as(
        "select body from past where kind = $1 and thing_id = $2 order by step desc limit 1"
    )
    .bind(kind.as_str())
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(Json(body),)| body))
}

/// How a thing stood at a moment; `None` where nothing was kept of it by then.
pub async fn one<T>(db: &Db, (kind, id): (Kind, &str), at: Timestamp) -> Result<Option<T>, sqlx::Error>
where
    T: DeserializeOwned + Send + Unpin + 'static,
{
    let of = [id.to_owned()];
    Ok(known(db, (kind, Some(&of)), at).await?.remove(id))
}

/// How all things of a kind, or these, stood at a moment, by id; of which nothing was kept by then is not among them.
pub async fn known<T>(
    db: &Db,
    of: (Kind, Option<&[String]>),
    at: Timestamp,
) -> Result<BTreeMap<String, T>, sqlx::Error>
where
    T: DeserializeOwned + Send + Unpin + 'static,
{
    if of.1.is_some_and(<[String]>::is_empty) {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, Option<Json<T>>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("");
        stood(&mut select, of, at);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().filter_map(|(id, body)| Some((id, body?.0))).collect())
}

/// Asks for each thing, from one to the next by the key, and of each only for what was kept last by then: however much is kept, what
/// came before that is not read.
fn stood<DB: Database>(select: &mut QueryBuilder<DB>, (kind, of): (Kind, Option<&[String]>), at: Timestamp)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    let kind = kind.as_str().to_owned();
    select.push("with recursive thing (id) as (");
    if let Some(of) = of {
        select.push_values(of, |mut row, id| {
            row.push_bind(id.clone());
        });
    } else {
        select.push("select min(thing_id) from past where kind = ").push_bind(kind.clone());
        select.push(" union all select (select min(next.thing_id) from past next where next.kind = ");
        select.push_bind(kind.clone());
        select.push(" and next.thing_id > thing.id) from thing where thing.id is not null");
    }
    select.push(
        ") select thing.id, (select stood.body from past stood where stood.thing_id = thing.id and stood.kind = ",
    );
    select.push_bind(kind).push(" and stood.known_from <= ").push_bind(at);
    select.push(" order by stood.step desc limit 1) from thing where thing.id is not null");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Intake;

    #[tokio::test(flavor = "multi_thread")]
    async fn of_each_thing_only_what_was_kept_last_by_then_is_read() {
        for store in testkit::databases::<Intake>().await {
            let mut moments = Vec::new();
            for n in 0..300_usize {
                let mut tx = store.db.begin().await.unwrap();
                for id in ["a", "b", "c"] {
                    keep(&mut tx, (Kind::Source, id), &[n]).await.unwrap();
                }
                keep(&mut tx, (Kind::Import, "i"), &[n]).await.unwrap();
                tx.commit().await.unwrap();
                moments.push(store.clock.now());
                store.clock.advance(Duration::from_secs(1));
            }
            let these = ["a".to_owned(), "none".to_owned()];
            for (n, at) in moments.iter().enumerate().step_by(97) {
                let all: BTreeMap<String, [usize; 1]> =
                    known(&store.db, (Kind::Source, None), *at).await.unwrap();
                let each = ["a", "b", "c"].map(|id| (id.to_owned(), [n]));
                assert_eq!(all, BTreeMap::from(each), "{}", store.engine);
                let some: BTreeMap<String, [usize; 1]> =
                    known(&store.db, (Kind::Source, Some(&these)), *at).await.unwrap();
                assert_eq!(some, BTreeMap::from([("a".to_owned(), [n])]));
            }
            if store.engine != "sqlite" {
                continue; // how PostgreSQL goes about so little says nothing
            }
            for of in [None, Some(&these[..])] {
                let plan: Vec<(i64, i64, i64, String)> = on_db!(store.db, |p| {
                    let mut explain = QueryBuilder::new("explain query plan ");
                    stood(&mut explain, (Kind::Source, of), moments[0]);
                    explain.build_query_as().fetch_all(p).await
                })
                .unwrap();
                let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
                let by_key = |step: &String| {
                    step.starts_with("SEARCH stood") && step.ends_with("(kind=? AND thing_id=?)")
                };
                assert_eq!(plan.iter().filter(|step| by_key(step)).count(), 1, "{plan:#?}");
                let sorts = |step: &String| step.contains("TEMP B-TREE") || step.starts_with("SCAN past");
                assert!(!plan.iter().any(sorts), "{plan:#?}");
            }
        }
    }
}
