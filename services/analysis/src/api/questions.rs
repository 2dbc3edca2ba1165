//! Questions: asked, written anew, closed, asked again.

use contracts::{
    Failure, Page,
    analysis::questions::{
        AskQuestion, GetQuestion, ListQuestions, MoveQuestion, Question, QuestionForm, ReviseQuestion,
    },
};
use domain::QuestionId;
use kit::{Asked, Filling, Tx};

use super::{STAFF, assessments::WRITERS, cursor, fresh, known};
use crate::{
    Analysis, Error,
    domain::{deed::Actor, question as rules},
    store::{self, Reader, question, written_past},
};

/// Asks a question. Asked again under the same key, it is answered with the one that was asked.
///
/// # Errors
/// When the asker may not, or with everything that is wrong with the form.
pub async fn ask_question(service: &Analysis, asked: &Asked<AskQuestion>) -> Result<Question, Error> {
    asked.allow(WRITERS)?;
    let form = of_the_region(&asked.query.form)?;
    let mut tx = store::turn(&service.db).await?;
    let id = match &asked.key {
        Some(key) => QuestionId::derived(&[&asked.principal.subject, key]),
        None => QuestionId::generate(tx.now()),
    };
    if let Some(known) = question::get(&mut Reader::Tx(&mut tx), &id).await? {
        return Ok(known);
    }
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    keep(tx, rules::ask(id, form, &actor)?).await
}

/// Writes a question anew.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, it is closed, or the form is wrong.
pub async fn revise_question(service: &Analysis, asked: &Asked<ReviseQuestion>) -> Result<Question, Error> {
    asked.allow(WRITERS)?;
    let ReviseQuestion { id, form, version } = &asked.query;
    let form = of_the_region(form)?;
    let (tx, before) = opened(service, id).await?;
    let seen = before.version;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let now = rules::revise(before, form, &actor)?;
    moved(tx, now, (seen, *version)).await
}

/// Closes a question, or asks it again.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, or the reason is missing.
pub async fn move_question(service: &Analysis, asked: &Asked<MoveQuestion>) -> Result<Question, Error> {
    asked.allow(WRITERS)?;
    let MoveQuestion { id, action, note, version } = &asked.query;
    let (tx, before) = opened(service, id).await?;
    let seen = before.version;
    let actor = Actor { principal: &asked.principal, at: tx.now() };
    let now = rules::act(before, (*action, note), &actor)?;
    moved(tx, now, (seen, *version)).await
}

/// One question; as it stood at a moment where one is given. Of one that is restricted, whoever has no need to know it is told as of
/// none.
///
/// # Errors
/// When the asker is no staff, there is none, or was none then, or the store does not answer.
pub async fn get_question(service: &Analysis, asked: &Asked<GetQuestion>) -> Result<Question, Error> {
    asked.allow(STAFF)?;
    let (reader, GetQuestion { id, known_on }) = (&mut Reader::Db(&service.db), &asked.query);
    let now = question::get(reader, id).await?.ok_or_else(|| absent(id))?;
    let stood = written_past::get(reader, now, *known_on).await?;
    stood.filter(|one| asked.principal.may_know(Some(&one.form.handling))).ok_or_else(|| absent(id))
}

/// Questions that the asker may know, newest first; as they stood at a moment where one is given.
///
/// # Errors
/// When the asker is no staff, the cursor does not exist, or the store does not answer.
pub async fn list_questions(
    service: &Analysis,
    asked: &Asked<ListQuestions>,
) -> Result<Page<Question>, Error> {
    asked.allow(STAFF)?;
    let cursor_of = |last: &Question| format!("{}|{}", last.created_at, last.id);
    let may_know = |one: &Question| asked.principal.may_know(Some(&one.form.handling));
    let mut filling = Filling::new(&asked.query.page);
    while let Some(page) = filling.to_read() {
        let query = ListQuestions { page, ..asked.query.clone() };
        let after = query.page.cursor.as_deref().map(cursor::read).transpose()?;
        let found = question::list(&service.db, &query, after).await?;
        filling.take(found, (|one| Some(one).filter(may_know), cursor_of));
    }
    Ok(filling.page(|found, size| Page::cut(found, size, cursor_of)))
}

fn of_the_region(form: &QuestionForm) -> Result<QuestionForm, Error> {
    form.provinces.iter().try_for_each(|province| known(Some(province)))?;
    Ok(form.clone())
}

fn absent(id: &QuestionId) -> Error {
    Failure::not_found(format!("there is no question {id}")).into()
}

async fn opened(service: &Analysis, id: &QuestionId) -> Result<(Tx, Question), Error> {
    let mut tx = store::turn(&service.db).await?;
    let found = question::get(&mut Reader::Tx(&mut tx), id).await?.ok_or_else(|| absent(id))?;
    Ok((tx, found))
}

async fn moved(tx: Tx, now: Question, (before, seen): (u32, Option<u32>)) -> Result<Question, Error> {
    if now.version == before {
        return Ok(now);
    }
    fresh(before, seen)?;
    keep(tx, now).await
}

async fn keep(mut tx: Tx, question: Question) -> Result<Question, Error> {
    question::put(&mut tx, &question).await?;
    tx.commit().await?;
    Ok(question)
}
