//! Sources: whence data comes by itself, on whose terms, and how that does.

use axum::http::StatusCode;
use contracts::{
    Failure,
    intake::sources::{
        ChangeSource, Connector, CreateSource, GetSource, ListSources, MoveSource, Source, SourceAction,
        SourceForm,
    },
};
use kit::webhook::{PublicKey, Secret};
use serde::Deserialize;
use serde_json::json;

use super::{JSON, KNOWN_ON, Moment};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, SOURCERS},
    http::{
        Answer, Call, Handler, Route, once,
        table::{Handle, handle},
    },
    store::hooks,
};

/// How long a key that is replaced still counts unless told otherwise, in hours.
const OVERLAP_H: u32 = 24;
/// The longest that it may, in hours.
const MOST_OVERLAP_H: u32 = 14 * 24;

const fn moves(path: &'static str, handle: Handle) -> Route {
    Route::post(path, SOURCERS, Handler::Forward(handle))
        .takes("Empty")
        .answers(200, &[(JSON, "Source")])
        .matched()
}

/// What is done with sources.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/sources", READERS, handle!(list))
        .named("listSources", "All sources, by key: how each does, what it needs, what it brought last.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "SourcePage")]),
    Route::get("/v1/sources/{key}", READERS, handle!(get))
        .named("getSource", "One source: what was set of it, on whose terms it gives, how it does.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "Source")])
        .tagged(),
    Route::post("/v1/sources", SOURCERS, Handler::Forward(handle!(create)))
        .named("createSource", "Sets a source up, switched off.")
        .takes("NewSource")
        .answers(201, &[(JSON, "Source")]),
    Route::post("/v1/sources/{key}/change", SOURCERS, Handler::Forward(handle!(change)))
        .named("changeSource", "Changes what was set of a source; asked otherwise, it is read from its beginning again.")
        .takes("SourceForm")
        .answers(200, &[(JSON, "Source")])
        .matched(),
    moves("/v1/sources/{key}/pull", |g, c| Box::pin(act(g, c, SourceAction::Pull)))
        .named("pullSource", "Asks a source now, and then on schedule."),
    moves("/v1/sources/{key}/pause", |g, c| Box::pin(act(g, c, SourceAction::Pause)))
        .named("pauseSource", "Switches a source off."),
    moves("/v1/sources/{key}/resume", |g, c| Box::pin(act(g, c, SourceAction::Resume)))
        .named("resumeSource", "Switches a source on."),
    Route::post("/v1/sources/{key}/secret", SOURCERS, Handler::Own(handle!(rotate)))
        .named(
            "rotateSourceSecret",
            "Makes the secret by which a webhook signs, or takes its public key; the one before still counts for a while. This \
             answer alone holds the secret.",
        )
        .takes("SourceSecretForm")
        .answers(201, &[(JSON, "SourceSecret")]),
];

fn answer(source: &Source) -> Result<Answer, Error> {
    Ok(Answer::ok(source)?.revised(source.version))
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::page(call, gateway.ask(call, &ListSources { known_on }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    answer(&gateway.ask(call, &GetSource { key: call.param_text("key").to_owned(), known_on }).await?)
}

async fn create(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish: CreateSource = call.json()?;
    let source = gateway.ask(call, &wish).await?;
    Ok(Answer::json(StatusCode::CREATED, &source)?.revised(source.version))
}

async fn change(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: SourceForm = call.json()?;
    let wish = ChangeSource { key: call.param_text("key").to_owned(), form, version: call.if_match()? };
    answer(&gateway.ask(call, &wish).await?)
}

async fn act(gateway: &Gateway, call: &Call, action: SourceAction) -> Result<Answer, Error> {
    let wish = MoveSource { key: call.param_text("key").to_owned(), action, version: call.if_match()? };
    answer(&gateway.ask(call, &wish).await?)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretForm {
    /// The sender's own key, `whpk_…`, where it signs with ed25519.
    public_key: Option<String>,
    /// How long the key before still counts, in hours.
    overlap_h: Option<u32>,
}

async fn rotate(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let SecretForm { public_key, overlap_h } = call.json()?;
    let wrong = |at: &str, why: &str| Failure::invalid("the key cannot be taken").at(at, why);
    let overlap_h = overlap_h.unwrap_or(OVERLAP_H);
    if overlap_h > MOST_OVERLAP_H {
        return Err(wrong("/overlap_h", "must be 0 to 336").into());
    }
    let public_key = public_key.map(|text| text.parse::<PublicKey>()).transpose();
    let public_key = public_key.map_err(|why| wrong("/public_key", &why.to_string()))?;
    let key = call.param_text("key");
    let source = gateway.ask(call, &GetSource { key: key.to_owned(), known_on: None }).await?;
    if source.connector != Connector::Webhook {
        return Err(
            Failure::conflict(format!("{key} sends nothing by itself; only a webhook has a secret")).into()
        );
    }
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let secret = public_key.is_none().then(|| Secret::generate(&mut rand::rng()).reveal());
    let kept = secret.clone().or_else(|| public_key.map(|key| key.to_string())).unwrap_or_default();
    let until = tx.now().plus(chrono::Duration::hours(i64::from(overlap_h)));
    hooks::replace_keys(&mut tx, (key, &kept, &call.principal.subject), until).await?;
    let answered = |secret: Option<&str>| {
        json!({ "source": key, "secret": secret, "public_key": public_key.map(|key| key.to_string()), "previous_until": until,
            "links": { "hook": format!("/v1/hooks/{key}") } })
    };
    let answer = Answer::json(StatusCode::CREATED, &answered(secret.as_deref()))?;
    once::settle_as(&mut tx, call, key, (&answer, &answered(None).to_string())).await?;
    tx.commit().await?;
    Ok(answer)
}
