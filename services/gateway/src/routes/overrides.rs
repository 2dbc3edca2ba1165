//! Levels that people set beside the computed ones.

use axum::http::StatusCode;
use contracts::{
    PageRequest,
    analysis::overrides::{EndOverride, ListOverrides, Override, OverrideState, SetOverride},
};
use domain::{Level, ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT, Note};
use crate::{
    Error, Gateway,
    domain::policy::{OVERRIDERS, READERS},
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

/// What is done with overrides.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/overrides", READERS, handle!(list))
        .named("listOverrides", "Levels that people set beside the computed ones, newest first, with what became of them.")
        .with(&[
            param("province", "Province", "only of this province"),
            param("threat", "Threat", "only of this threat"),
            param("state", "OverrideState", "only those that stand there"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "OverridePage")]),
    Route::post("/v1/situation/{province}/override", OVERRIDERS, Handler::Forward(handle!(set)))
        .named(
            "setOverride",
            "Sets a level beside the computed one, with the reason, for 30 days unless told; what was set before is replaced.",
        )
        .takes("OverrideForm")
        .answers(201, &[(JSON, "Override")])
        .tagged(),
    Route::post("/v1/overrides/{id}/end", OVERRIDERS, Handler::Forward(handle!(end)))
        .named("endOverride", "Ends it before its time; with the reason.")
        .takes("Note")
        .answers(200, &[(JSON, "Override")])
        .matched(),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    province: Option<ProvinceCode>,
    threat: Option<Threat>,
    state: Option<OverrideState>,
    #[serde(default)]
    exercise: bool,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { province, threat, state, exercise, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListOverrides { province, threat, state, exercise, page }).await?)
}

/// What a senior analyst writes to set a level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    threat: Threat,
    #[serde(default)]
    exercise: bool,
    level: Level,
    reason: String,
    until: Option<Timestamp>,
}

async fn set(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Form { threat, exercise, level, reason, until } = call.json()?;
    let wish = SetOverride { province: call.param("province")?, threat, exercise, level, reason, until };
    let set: Override = gateway.ask(call, &wish).await?;
    Ok(Answer::json(StatusCode::CREATED, &set)?.revised(set.version))
}

async fn end(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let wish = EndOverride { id: call.param("id")?, reason: note, version: call.if_match()? };
    let ended: Override = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&ended)?.revised(ended.version))
}
