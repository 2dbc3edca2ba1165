//! Questions kept open: asked, answered by assessments, closed.

use axum::http::StatusCode;
use contracts::{
    PageRequest, Role,
    analysis::questions::{
        AskQuestion, GetQuestion, ListQuestions, MoveQuestion, Question, QuestionAction, QuestionState,
        ReviseQuestion,
    },
};
use domain::{Day, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, KNOWN_ON, LIMIT, Moment, Note};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, WARNING_WRITERS},
    http::{
        Answer, Call, Handler, Route,
        table::{Handle, handle, param},
    },
};

const fn moves(path: &'static str, roles: &'static [Role], handle: Handle) -> Route {
    Route::post(path, roles, Handler::Forward(handle))
        .takes("Note")
        .answers(200, &[(JSON, "OpenQuestion")])
        .matched()
}

/// What is done with questions.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/questions", READERS, handle!(list))
        .named("listQuestions", "Questions that are kept open, newest first. With `known_on` those that there were then, each as it stood.")
        .with(&[
            param("state", "OpenQuestionState", "only those that stand there"),
            param("threat", "Threat", "only of this threat"),
            param("due", "Day", "only those to be looked at again by this day"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            KNOWN_ON,
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "OpenQuestionPage")]),
    Route::post("/v1/questions", WARNING_WRITERS, Handler::Forward(handle!(ask)))
        .named("askQuestion", "Asks a question that is kept open until it is closed.")
        .takes("OpenQuestionForm")
        .answers(201, &[(JSON, "OpenQuestion")])
        .tagged(),
    Route::get("/v1/questions/{id}", READERS, handle!(get))
        .named("getQuestion", "One question with the assessments that answered it; with `known_on` as it stood then.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "OpenQuestion")])
        .tagged(),
    moves("/v1/questions/{id}/revise", WARNING_WRITERS, handle!(revise))
        .named("reviseQuestion", "Writes a question anew; once answered, its text stays.")
        .takes("OpenQuestionForm"),
    moves("/v1/questions/{id}/close", WARNING_WRITERS, |g, c| Box::pin(act(g, c, QuestionAction::Close)))
        .named("closeQuestion", "It is asked no more; with the reason."),
    moves("/v1/questions/{id}/reopen", WARNING_WRITERS, |g, c| Box::pin(act(g, c, QuestionAction::Reopen)))
        .named("reopenQuestion", "It is asked again; with the reason."),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    state: Option<QuestionState>,
    threat: Option<Threat>,
    #[serde(default, deserialize_with = "super::when::day")]
    due: Option<Day>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { state, threat, due, exercise, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    let wish = ListQuestions { state, threat, due, exercise, known_on, page };
    Answer::page(call, gateway.ask(call, &wish).await?)
}

fn answer(status: StatusCode, question: &Question) -> Result<Answer, Error> {
    Ok(Answer::json(status, question)?.revised(question.version))
}

async fn ask(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    answer(StatusCode::CREATED, &gateway.ask(call, &AskQuestion { form: call.json()? }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    answer(StatusCode::OK, &gateway.ask(call, &GetQuestion { id: call.param("id")?, known_on }).await?)
}

async fn revise(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish = ReviseQuestion { id: call.param("id")?, form: call.json()?, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

async fn act(gateway: &Gateway, call: &Call, action: QuestionAction) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let wish = MoveQuestion { id: call.param("id")?, action, note, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}
