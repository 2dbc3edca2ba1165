//! Questions as they are kept.

use contracts::analysis::{
    assessments::Assessment,
    questions::{ListQuestions, Question, QuestionMoved, QuestionState},
};
use domain::{EventId, QuestionId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{Reader, on_reader, written_past};
use crate::domain::{deed::Actor, question};

/// Keeps a question as it now stands and says so.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, question: &Question) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into question (question_id, state, threat, review_on, exercise, body, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (question_id) do update set state = excluded.state, threat = excluded.threat,
             review_on = excluded.review_on, body = excluded.body, version = excluded.version"
    )
    .bind(&question.id)
    .bind(question.state)
    .bind(question.form.threat)
    .bind(question.form.review_on)
    .bind(question.form.exercise)
    .bind(Json(question))
    .bind(question.created_at)
    .bind(i64::from(question.version))
    .execute(c)
    .await
    .map(|_| ()))?;
    written_past::keep(tx, question).await?;
    let id = EventId::generate(tx.now());
    tx.say_as(&id, &QuestionMoved { question: question.clone() }).await
}

/// One question.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(reader: &mut Reader<'_>, id: &QuestionId) -> Result<Option<Question>, sqlx::Error> {
    let row: Option<(Json<Question>,)> =
        on_reader!(reader, |c| sqlx::query_as("select body from question where question_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(|(Json(found),)| found))
}

/// Lets the question that an assessment names follow it.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn follow(tx: &mut Tx, assessment: &Assessment, actor: &Actor<'_>) -> Result<(), sqlx::Error> {
    let Some(id) = &assessment.form.answers else { return Ok(()) };
    let Some(before) = get(&mut Reader::Tx(tx), id).await? else { return Ok(()) };
    match question::follow(&before, assessment, actor) {
        Some(now) => put(tx, &now).await,
        None => Ok(()),
    }
}

/// Where a page of questions begins: after this moment and question.
pub type After = (Timestamp, QuestionId);

/// Questions, newest first: one more than the page holds; as they stood at a moment where one is given.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    db: &Db,
    wanted: &ListQuestions,
    after: Option<After>,
) -> Result<Vec<Question>, sqlx::Error> {
    if let Some(at) = wanted.known_on {
        return stood(db, wanted, at, after).await;
    }
    let rows: Vec<(Json<Question>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from question where exercise = ");
        select.push_bind(wanted.exercise);
        if let Some(state) = wanted.state {
            select.push(" and state = ").push_bind(state);
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threat = ").push_bind(threat);
        }
        if let Some(due) = wanted.due {
            select.push(" and state <> 'closed' and review_on <= ").push_bind(due);
        }
        if let Some((at, id)) = &after {
            select
                .push(" and (created_at, question_id) < (")
                .push_bind(*at)
                .push(", ")
                .push_bind(id)
                .push(")");
        }
        select.push(" order by created_at desc, question_id desc limit ");
        select.push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(question),)| question).collect())
}

async fn stood(
    db: &Db,
    wanted: &ListQuestions,
    at: Timestamp,
    after: Option<After>,
) -> Result<Vec<Question>, sqlx::Error> {
    let asked = written_past::Asked {
        at,
        exercise: wanted.exercise,
        state: wanted.state.map(QuestionState::as_str),
        kind: None,
        after: after.map(|(at, id)| (at, id.to_string())),
        limit: None,
    };
    let mut all: Vec<Question> = written_past::list(db, asked).await?;
    all.retain(|one| {
        wanted.threat.is_none_or(|threat| one.form.threat == Some(threat))
            && wanted.due.is_none_or(|due| {
                one.state != QuestionState::Closed && one.form.review_on.is_some_and(|day| day <= due)
            })
    });
    all.truncate(wanted.page.size() as usize + 1);
    Ok(all)
}
