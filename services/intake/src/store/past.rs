//! How things stood, each time they changed: what was known at any moment is told from here. Nothing of it is overwritten.

use std::collections::BTreeMap;

use domain::Timestamp;
use kit::{Db, Tx, on_db, on_tx};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{QueryBuilder, types::Json};

/// What is kept as it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who owes weekly reports.
    Assignment,
    /// An import run, whenever it began, ended, waited again or was replayed; its counts while it was read are not kept.
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

/// Keeps how a thing of which nothing is kept yet stood since then; of another nothing is changed.
pub async fn keep_first<T: Serialize + Sync>(
    tx: &mut Tx,
    (kind, id): (Kind, &str),
    (since, body): (Timestamp, &T),
) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into past (kind, thing_id, step, known_from, body)
         select $1, $2, 1, $3, $4 where not exists (select 1 from past where kind = $1 and thing_id = $2)"
    )
    .bind(kind.as_str())
    .bind(id)
    .bind(since)
    .bind(Json(body))
    .execute(c)
    .await
    .map(|_| ()))
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
    (kind, of): (Kind, Option<&[String]>),
    at: Timestamp,
) -> Result<BTreeMap<String, T>, sqlx::Error>
where
    T: DeserializeOwned + Send + Unpin + 'static,
{
    if of.is_some_and(<[String]>::is_empty) {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, Json<T>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select thing_id, body from past stood where kind = ");
        select.push_bind(kind.as_str());
        if let Some(of) = of {
            select.push(" and thing_id in (");
            let mut ids = select.separated(", ");
            for id in of {
                ids.push_bind(id.as_str());
            }
            select.push(")");
        }
        select.push(
            " and step = (select max(step) from past p
                           where p.kind = stood.kind and p.thing_id = stood.thing_id and p.known_from <= ",
        );
        select.push_bind(at).push(")").build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(id, Json(body))| (id, body)).collect())
}
