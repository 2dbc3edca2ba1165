//! What is kept no longer: shown first, removed only as it was shown and confirmed.

use contracts::{
    PageRequest,
    intake::retention::{ConfirmRetention, GetRetention, ListGoing},
};
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT};
use crate::{
    Error, Gateway,
    domain::policy::{OVERSEERS, RETENTION_CONFIRMERS},
    http::{Answer, Call, Handler, Route, table::handle},
};

/// What is done about retention.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/retention", OVERSEERS, handle!(get))
        .named(
            "getRetention",
            "What each configured rule would remove, how many, since when and why; and what was removed. Nothing is removed by looking.",
        )
        .answers(200, &[(JSON, "Retention")]),
    Route::get("/v1/retention/{number}/going", OVERSEERS, handle!(going))
        .named(
            "listGoing",
            "What one of the removals of the preview, counted from 1, would remove: each by its id, with its revision, version or line, and when it \
             ended, what ended first before all others. What it says is read where it stands, by those who may.",
        )
        .with(&[CURSOR, LIMIT])
        .answers(200, &[(JSON, "GoingPage")]),
    Route::post("/v1/retention/runs", RETENTION_CONFIRMERS, Handler::Forward(handle!(confirm)))
        .named(
            "confirmRetention",
            "Confirms that very preview by its fingerprint; where observations are touched a second person must as well.",
        )
        .takes("RetentionConfirmation")
        .answers(202, &[(JSON, "RetentionRun")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    fingerprint: String,
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::ok(&gateway.ask(call, &GetRetention {}).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn going(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Paging { cursor, limit } = call.query()?;
    let wish = ListGoing { removal: call.param("number")?, page: PageRequest { cursor, limit } };
    Answer::page(call, gateway.ask(call, &wish).await?)
}

async fn confirm(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Confirmation { fingerprint } = call.json()?;
    let run = gateway.ask(call, &ConfirmRetention { fingerprint }).await?;
    Answer::json(axum::http::StatusCode::ACCEPTED, &run)
}
