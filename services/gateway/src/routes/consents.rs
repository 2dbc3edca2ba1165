//! Consents of governments.

use axum::http::StatusCode;
use contracts::{
    PageRequest,
    liaison::{ConsentAction, ConsentRecord, GetConsent, ListConsents, MoveConsent, RequestConsent},
};
use domain::Country;
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT};
use crate::{
    Error, Gateway,
    domain::policy::{LIAISON, READERS},
    http::{
        Answer, Call, Handler, Route,
        table::{Handle, handle, param},
    },
};

const fn moves(path: &'static str, handle: Handle) -> Route {
    Route::post(path, LIAISON, Handler::Forward(handle))
        .takes("ConsentMove")
        .answers(200, &[(JSON, "Consent")])
        .matched()
}

/// What is done with consents.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/consents", READERS, handle!(list))
        .named("listConsents", "Consents, newest first.")
        .with(&[
            param("grantor", "Country", "only of this government"),
            param("beneficiary", "Text", "only for the organisation with this key"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "ConsentPage")]),
    Route::post("/v1/consents", LIAISON, Handler::Forward(handle!(request)))
        .named("requestConsent", "Records that a consent is requested.")
        .takes("ConsentForm")
        .answers(201, &[(JSON, "Consent")])
        .tagged(),
    Route::get("/v1/consents/{id}", READERS, handle!(get))
        .named("getConsent", "One consent with its history.")
        .answers(200, &[(JSON, "Consent")])
        .tagged(),
    moves("/v1/consents/{id}/grant", |g, c| Box::pin(act(g, c, ConsentAction::Grant)))
        .named("grantConsent", "The government consents."),
    moves("/v1/consents/{id}/grant_conditionally", |g, c| {
        Box::pin(act(g, c, ConsentAction::GrantConditionally))
    })
    .named("grantConsentConditionally", "The government consents under conditions."),
    moves("/v1/consents/{id}/decline", |g, c| Box::pin(act(g, c, ConsentAction::Decline)))
        .named("declineConsent", "The government refuses."),
    moves("/v1/consents/{id}/suspend", |g, c| Box::pin(act(g, c, ConsentAction::Suspend)))
        .named("suspendConsent", "Pauses a consent."),
    moves("/v1/consents/{id}/resume", |g, c| Box::pin(act(g, c, ConsentAction::Resume)))
        .named("resumeConsent", "Ends the pause."),
    moves("/v1/consents/{id}/withdraw", |g, c| Box::pin(act(g, c, ConsentAction::Withdraw)))
        .named("withdrawConsent", "The government takes its consent back."),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    grantor: Option<Country>,
    beneficiary: Option<String>,
    #[serde(default)]
    exercise: bool,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { grantor, beneficiary, exercise, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListConsents { grantor, beneficiary, exercise, page }).await?)
}

fn answer(status: StatusCode, consent: &ConsentRecord) -> Result<Answer, Error> {
    Ok(Answer::json(status, consent)?.revised(consent.version))
}

async fn request(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    answer(StatusCode::CREATED, &gateway.ask(call, &call.json::<RequestConsent>()?).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    answer(StatusCode::OK, &gateway.ask(call, &GetConsent { id: call.param("id")? }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    #[serde(default)]
    note: String,
    instrument: Option<String>,
    official: Option<String>,
}

async fn act(gateway: &Gateway, call: &Call, action: ConsentAction) -> Result<Answer, Error> {
    let Move { note, instrument, official } = call.json()?;
    let wish =
        MoveConsent { id: call.param("id")?, action, note, instrument, official, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}
