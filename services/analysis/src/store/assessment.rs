//! Assessments as they are kept.

use contracts::analysis::assessments::{Assessment, AssessmentMoved, AssessmentState, ListAssessments};
use domain::{AssessmentId, EventId, Handling, ObservationId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{Reader, on_reader, written_past};

/// Keeps an assessment as it now stands and says so.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, assessment: &Assessment) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into assessment (assessment_id, state, threat, exercise, body, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (assessment_id) do update set
             state = excluded.state, threat = excluded.threat, body = excluded.body, version = excluded.version"
    )
    .bind(&assessment.id)
    .bind(assessment.state)
    .bind(assessment.form.threat)
    .bind(assessment.form.exercise)
    .bind(Json(assessment))
    .bind(assessment.created_at)
    .bind(i64::from(assessment.version))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    written_past::keep(tx, assessment).await?;
    let id = EventId::generate(tx.now());
    tx.say_as(&id, &AssessmentMoved { assessment: assessment.clone() }).await
}

/// One assessment.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(reader: &mut Reader<'_>, id: &AssessmentId) -> Result<Option<Assessment>, sqlx::Error> {
    let row: Option<(Json<Assessment>,)> =
        on_reader!(reader, |c| sqlx::query_as("select body from assessment where assessment_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(|(Json(found),)| found))
}

/// Where a page of assessments begins: after this moment and assessment.
pub type After = (Timestamp, AssessmentId);

/// Assessments, newest first: one more than the page holds; as they stood at a moment where one is given. Where it is asked for what
/// is due, all that were ever published: which of them wait is read from their judgements.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    db: &Db,
    wanted: &ListAssessments,
    after: Option<After>,
) -> Result<Vec<Assessment>, sqlx::Error> {
    if let Some(at) = wanted.known_on {
        return stood(db, wanted, at, after).await;
    }
    let rows: Vec<(Json<Assessment>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from assessment where exercise = ");
        select.push_bind(wanted.exercise);
        if let Some(state) = wanted.state {
            select.push(" and state = ").push_bind(state);
        }
        if wanted.due.is_some() {
            select.push(" and state in ('published', 'superseded', 'withdrawn')");
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threat = ").push_bind(threat);
        }
        if let Some((at, id)) = &after {
            select.push(" and (created_at < ").push_bind(*at).push(" or (created_at = ").push_bind(*at);
            select.push(" and assessment_id < ").push_bind(id).push("))");
        }
        select.push(" order by created_at desc, assessment_id desc");
        if wanted.due.is_none() {
            select.push(" limit ").push_bind(i64::from(wanted.page.size()) + 1);
        }
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(assessment),)| assessment).collect())
}

async fn stood(
    db: &Db,
    wanted: &ListAssessments,
    at: Timestamp,
    after: Option<After>,
) -> Result<Vec<Assessment>, sqlx::Error> {
    let asked = written_past::Asked {
        at,
        exercise: wanted.exercise,
        state: wanted.state.map(AssessmentState::as_str),
        kind: None,
        after: after.map(|(at, id)| (at, id.to_string())),
        limit: None,
    };
    let mut all: Vec<Assessment> = written_past::list(db, asked).await?;
    all.retain(|one| {
        wanted.threat.is_none_or(|threat| one.form.threat == Some(threat))
            && (wanted.due.is_none() || one.published_at.is_some())
    });
    if wanted.due.is_none() {
        all.truncate(wanted.page.size() as usize + 1);
    }
    Ok(all)
}

/// Every real assessment that was ever published: what people are scored by.
///
/// # Errors
/// When the store cannot be read.
pub async fn told(db: &Db) -> Result<Vec<Assessment>, sqlx::Error> {
    let rows: Vec<(Json<Assessment>,)> = on_db!(db, |p| {
        sqlx::query_as(
        "select body from assessment where not exercise and state in ('published', 'superseded', 'withdrawn')
          order by created_at, assessment_id"
    )
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(|(Json(assessment),)| assessment).collect())
}

/// The same as they stood at a moment: those that had been published by then.
///
/// # Errors
/// When the store cannot be read.
pub async fn told_on(db: &Db, at: Timestamp) -> Result<Vec<Assessment>, sqlx::Error> {
    let there =
        written_past::Asked { at, exercise: false, state: None, kind: None, after: None, limit: None };
    let mut all: Vec<Assessment> = written_past::list(db, there).await?;
    all.retain(|one| one.published_at.is_some());
    all.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    Ok(all)
}

/// The handling of an observation that stands, and whether it is of the exercise; `None` where there is none.
///
/// # Errors
/// When the store cannot be read.
pub async fn evidence(
    tx: &mut Tx,
    observation: &ObservationId,
) -> Result<Option<(Handling, bool)>, sqlx::Error> {
    let row: Option<(Json<Handling>, bool)> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select marking.body, evidence.exercise from evidence join marking on marking.marking = evidence.marking
          where evidence.observation_id = $1 and evidence.stands limit 1"
    )
    .bind(observation)
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(|(Json(handling), exercise)| (handling, exercise)))
}
