//! How what people write stood at past moments: after each thing done with it, the whole of it is kept with the moment (decision 0043).

use std::collections::BTreeMap;

use contracts::analysis::{assessments::Assessment, products::Product, questions::Question};
use domain::{Handling, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{QueryBuilder, types::Json};

use super::{Reader, on_reader};

/// What people write, one version after the other.
pub trait Written: Serialize + DeserializeOwned + Send + Sync + Unpin + 'static {
    /// What it is called in the store, as its table is; with `_id` behind it, as the column of its id.
    const WHAT: &'static str;
    /// Its id, and which version it is.
    fn version(&self) -> (&str, u32);
    /// Since when it stands so, by the moment of the last thing done with it, and in which state.
    fn stands(&self) -> (Timestamp, &'static str);
    /// Of a product which kind of paper.
    fn kind(&self) -> &'static str {
        ""
    }
    /// Whether it is of the exercise, and when it was begun: neither ever changes.
    fn begun(&self) -> (bool, Timestamp);
    /// Marks it no wider than it is marked now.
    fn bind(&mut self, now: &Self);
}

impl Written for Assessment {
    const WHAT: &'static str = "assessment";
    fn version(&self) -> (&str, u32) {
        (self.id.as_str(), self.version)
    }
    fn stands(&self) -> (Timestamp, &'static str) {
        (self.history.last().map_or(self.created_at, |step| step.at), self.state.as_str())
    }
    fn begun(&self) -> (bool, Timestamp) {
        (self.form.exercise, self.created_at)
    }
    fn bind(&mut self, now: &Self) {
        self.handling = self.handling.clone().join(&now.handling);
    }
}

impl Written for Question {
    const WHAT: &'static str = "question";
    fn version(&self) -> (&str, u32) {
        (self.id.as_str(), self.version)
    }
    fn stands(&self) -> (Timestamp, &'static str) {
        (self.history.last().map_or(self.created_at, |step| step.at), self.state.as_str())
    }
    fn begun(&self) -> (bool, Timestamp) {
        (self.form.exercise, self.created_at)
    }
    fn bind(&mut self, now: &Self) {
        self.form.handling = self.form.handling.clone().join(&now.form.handling);
    }
}

impl Written for Product {
    const WHAT: &'static str = "product";
    fn version(&self) -> (&str, u32) {
        (self.id.as_str(), self.version)
    }
    fn stands(&self) -> (Timestamp, &'static str) {
        (self.history.last().map_or(self.created_at, |step| step.at), self.state.as_str())
    }
    fn kind(&self) -> &'static str {
        self.form.kind.as_str()
    }
    fn begun(&self) -> (bool, Timestamp) {
        (self.form.exercise, self.created_at)
    }
    fn bind(&mut self, now: &Self) {
        let marked: BTreeMap<u32, &Handling> =
            now.statements().map(|said| (said.number, &said.handling)).collect();
        for said in self.sections.iter_mut().flat_map(|section| &mut section.statements) {
            if let Some(handling) = marked.get(&said.number) {
                said.handling = said.handling.clone().join(handling);
            }
        }
        // its title among what it says
        self.handling = self.handling.clone().join(&now.handling);
    }
}

/// Keeps how it stands from the last thing done with it on. Doing it twice keeps it once.
///
/// # Errors
/// When the store cannot be written.
pub async fn keep<T: Written>(tx: &mut Tx, one: &T) -> Result<(), sqlx::Error> {
    let ((id, version), (exercise, created_at)) = (one.version(), one.begun());
    let (since, state) = one.stands();
    on_tx!(tx, |c| {
        sqlx::query(
            "insert into written_standing (what, id, version, since, exercise, state, kind, created_at, body)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (what, id, version) do nothing",
        )
        .bind(T::WHAT)
        .bind(id)
        .bind(i64::from(version))
        .bind(since)
        .bind(exercise)
        .bind(state)
        .bind(one.kind())
        .bind(created_at)
        .bind(Json(one))
        .execute(c)
        .await
        .map(|_| ())
    })
}

/// Takes up what a version of the program wrote that kept it only as it stands: known since the last thing done with it.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    take_up_all::<Assessment>(tx).await?;
    take_up_all::<Question>(tx).await?;
    take_up_all::<Product>(tx).await
}

async fn take_up_all<T: Written>(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let all: Vec<(Json<T>,)> = on_tx!(tx, |c| {
        let mut select = QueryBuilder::new("select body from ");
        select
            .push(T::WHAT)
            .push(" one where not exists (select 1 from written_standing kept where kept.what = ");
        select.push_bind(T::WHAT).push(" and kept.id = one.").push(T::WHAT);
        select.push("_id and kept.version = one.version)");
        select.build_query_as().fetch_all(c).await
    })?;
    for (Json(one),) in &all {
        keep(tx, one).await?;
    }
    Ok(())
}

/// What stands now as it stood at a moment, where one is given, marked no wider than now; `None` where there was none then, or how it
/// stood was not kept.
///
/// # Errors
/// When the store cannot be read.
pub async fn get<T: Written>(
    reader: &mut Reader<'_>,
    now: T,
    known_on: Option<Timestamp>,
) -> Result<Option<T>, sqlx::Error> {
    let Some(at) = known_on else { return Ok(Some(now)) };
    let row: Option<(Json<T>,)> = on_reader!(reader, |c| {
        sqlx::query_as(
            "select body from written_standing where what = $1 and id = $2 and since <= $3 order by version desc limit 1",
        )
        .bind(T::WHAT)
        .bind(now.version().0)
        .bind(at)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(|(Json(mut stood),)| {
        stood.bind(&now);
        stood
    }))
}

/// Which are asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Those that there were at this moment.
    pub at: Timestamp,
    /// Of the exercise or of the real world.
    pub exercise: bool,
    /// Only those that stood in this state then.
    pub state: Option<&'static str>,
    /// Only papers of this kind.
    pub kind: Option<&'static str>,
    /// Only those behind this one in the list, by when it was begun and its id.
    pub after: Option<(Timestamp, String)>,
    /// How many at most; all where `None`.
    pub limit: Option<i64>,
}

/// Those that there were at a moment, newest first, as they stood, marked no wider than now.
///
/// # Errors
/// When the store cannot be read.
pub async fn list<T: Written>(db: &Db, asked: Asked) -> Result<Vec<T>, sqlx::Error> {
    let Asked { at, exercise, state, kind, after, limit } = asked;
    let rows: Vec<(Json<T>, Json<T>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select s.body, n.body from written_standing s join written_standing n on n.what = s.what and n.id = s.id
              where s.what = ",
        );
        select.push_bind(T::WHAT).push(" and s.exercise = ").push_bind(exercise);
        select.push(" and s.since <= ").push_bind(at);
        select.push(
            " and not exists (select 1 from written_standing later
                               where later.what = s.what and later.id = s.id and later.version > s.version and later.since <= ",
        );
        select.push_bind(at);
        select.push(
            ") and not exists (select 1 from written_standing newer
                                where newer.what = n.what and newer.id = n.id and newer.version > n.version)",
        );
        if let Some(state) = state {
            select.push(" and s.state = ").push_bind(state);
        }
        if let Some(kind) = kind {
            select.push(" and s.kind = ").push_bind(kind);
        }
        if let Some((created_at, id)) = after {
            select
                .push(" and (s.created_at, s.id) < (")
                .push_bind(created_at)
                .push(", ")
                .push_bind(id)
                .push(")");
        }
        select.push(" order by s.created_at desc, s.id desc");
        if let Some(limit) = limit {
            select.push(" limit ").push_bind(limit);
        }
        select.build_query_as().fetch_all(p).await
    })?;
    let bound = rows.into_iter().map(|(Json(mut stood), Json(now))| {
        stood.bind(&now);
        stood
    });
    Ok(bound.collect())
}
