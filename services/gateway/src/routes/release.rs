//! What would go to whom and why, and what went.

use contracts::{
    PageRequest,
    coordination::{ListDisseminations, PreviewRelease},
};
use domain::WarningId;
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT};
use crate::{
    Error, Gateway,
    domain::policy::READERS,
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

/// What is asked of the release engine.
pub(crate) const ROUTES: &[Route] = &[
    Route::post("/v1/release/preview", READERS, Handler::Read(handle!(preview)))
        .named(
            "previewRelease",
            "One item or warning against all organisations, with every step's reason. Changes nothing.",
        )
        .takes("ReleasePreview")
        .answers(200, &[(JSON, "PartnerDecisionPage")]),
    Route::get("/v1/disseminations", READERS, handle!(disseminations))
        .named(
            "listDisseminations",
            "What became of warnings: decision, delivery, acknowledgements; newest first.",
        )
        .with(&[
            param("warning", "Id", "only of this warning"),
            param("partner", "Text", "only to the organisation with this key"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "DisseminationPage")]),
];

async fn preview(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::whole(gateway.ask(call, &call.json::<PreviewRelease>()?).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    warning: Option<WarningId>,
    partner: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn disseminations(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { warning, partner, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListDisseminations { warning, partner, page }).await?)
}
