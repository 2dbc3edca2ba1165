//! What is kept no longer: shown first, removed only as it was shown and confirmed.

use contracts::intake::retention::{ConfirmRetention, GetRetention};
use serde::Deserialize;

use super::JSON;
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

async fn confirm(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Confirmation { fingerprint } = call.json()?;
    let run = gateway.ask(call, &ConfirmRetention { fingerprint }).await?;
    Answer::json(axum::http::StatusCode::ACCEPTED, &run)
}
