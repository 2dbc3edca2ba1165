//! Warnings: drafted, submitted, issued by a second person, taken back.

use axum::http::StatusCode;
use contracts::{
    PageRequest,
    alerts::{
        DraftWarning, GetWarning, GetWarningCap, ListWarnings, MoveWarning, UpdateWarning, Warning,
        WarningAction,
    },
};
use domain::{Timestamp, warning::State};
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT, Note};
use crate::{
    Error, Gateway,
    domain::policy::{APPROVERS, READERS, WARNING_WRITERS},
    http::{
        Answer, Call, Handler, Route,
        table::{Handle, handle, param},
    },
};

/// CAP 1.2.
pub(super) const CAP: &str = "application/cap+xml";

const fn moves(path: &'static str, roles: &'static [contracts::Role], handle: Handle) -> Route {
    Route::post(path, roles, Handler::Forward(handle))
        .takes("Note")
        .answers(200, &[(JSON, "Warning")])
        .matched()
}

/// What is done with warnings.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/warnings", READERS, handle!(list))
        .named("listWarnings", "Warnings, newest first.")
        .with(&[
            param("state", "WarningState", "only those that stand there"),
            param("known_on", "Time", "those in force at this moment instead, each as it stood then"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "WarningPage")]),
    Route::post("/v1/warnings", WARNING_WRITERS, Handler::Forward(handle!(draft)))
        .named("draftWarning", "Drafts a warning.")
        .takes("WarningForm")
        .answers(201, &[(JSON, "Warning")])
        .tagged(),
    Route::get("/v1/warnings/{id}", READERS, handle!(get))
        .named("getWarning", "One warning as it now stands.")
        .answers(200, &[(JSON, "Warning")])
        .tagged(),
    Route::get("/v1/warnings/{id}.cap", READERS, handle!(cap))
        .named("getWarningCap", "The CAP 1.2 message last issued, or the draft with status Draft.")
        .answers(200, &[(CAP, "Text")]),
    moves("/v1/warnings/{id}/submit", WARNING_WRITERS, |g, c| Box::pin(act(g, c, WarningAction::Submit)))
        .named("submitWarning", "Puts a draft before a second person."),
    moves("/v1/warnings/{id}/approve", APPROVERS, |g, c| Box::pin(act(g, c, WarningAction::Approve)))
        .named("approveWarning", "Issues a warning; by another than its drafter and submitter."),
    moves("/v1/warnings/{id}/return", WARNING_WRITERS, |g, c| Box::pin(act(g, c, WarningAction::Return)))
        .named("returnWarning", "Sends a warning back to its drafter with a note."),
    moves("/v1/warnings/{id}/cancel", APPROVERS, |g, c| Box::pin(act(g, c, WarningAction::Cancel)))
        .named("cancelWarning", "Takes an issued warning back."),
    moves("/v1/warnings/{id}/update", WARNING_WRITERS, handle!(update))
        .named("updateWarning", "Writes a draft anew, or drafts a new version of an issued warning.")
        .takes("WarningForm"),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    state: Option<State>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { state, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListWarnings { state, known_on, page }).await?)
}

fn answer(status: StatusCode, warning: &Warning) -> Result<Answer, Error> {
    Ok(Answer::json(status, warning)?.revised(warning.revision))
}

async fn draft(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    answer(StatusCode::CREATED, &gateway.ask(call, &DraftWarning { form: call.json()? }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    answer(StatusCode::OK, &gateway.ask(call, &GetWarning { id: call.param("id")? }).await?)
}

async fn cap(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Ok(Answer::text(CAP, gateway.ask(call, &GetWarningCap { id: call.param("id")? }).await?))
}

async fn act(gateway: &Gateway, call: &Call, action: WarningAction) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let wish = MoveWarning { id: call.param("id")?, action, note, revision: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

async fn update(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish = UpdateWarning { id: call.param("id")?, form: call.json()?, revision: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}
