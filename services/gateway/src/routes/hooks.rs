//! What sources send by themselves: signed after Standard Webhooks, on disk before it is answered, the same id answered alike.

use axum::http::StatusCode;
use contracts::{Failure, FailureKind, Principal};
use kit::webhook::{self, Headers, PublicKey, Secret, TOLERANCE, Verifier, VerifyError};
use serde_json::{Value, json};

use super::{
    JSON, imports,
    reports::{self, BY_SOURCE, Parts},
};
use crate::{
    Error, Gateway,
    http::{Answer, Call, Handler, Route, once, table::handle},
    store::hooks::{self, Hook},
};

/// The most reports of one request.
const MOST_REPORTS: usize = 100;
/// The longest id of a message: what a key of a repeated request may be.
const ID_CHARS: usize = 128;

/// What is sent by itself.
pub(crate) const ROUTES: &[Route] = &[Route::post("/v1/hooks/{source}", &[], Handler::Own(handle!(receive)))
    .signed()
    .named(
        "receiveHook",
        "Takes what a source sends by itself, signed after Standard Webhooks (v1 or v1a): field reports, or a file of the \
         format the source was set up with. The same webhook-id with the same body is taken once and answered alike, with another it is \
         refused (422).",
    )
    .takes("HookBody")
    .answers(202, &[(JSON, "HookReceipt")])];

async fn receive(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let key = call.param_text("source");
    let (hook, id) = believed(gateway, call, key).await?;
    if !hook.enabled {
        return Err(Failure::unavailable("the source is switched off here; send it again later").into());
    }
    let subject = format!("hook/{key}");
    let parts = [b"POST".as_slice(), b"/v1/hooks", key.as_bytes(), &call.body];
    let once = gateway.once(&subject, &id, &parts).by(once::WEBHOOK_ID);
    let principal = Principal { subject, name: key.to_owned(), roles: [].into(), organisation: None };
    // the ids of reports follow from the body too; of a file its import asks itself whether the id was used for another
    let seed = if hook.format.is_none() { once.seed() } else { id.clone() };
    let call = Call { principal, key: Some(seed), once: Some(once), ..call.clone() };
    match hook.format {
        None => take_reports(gateway, &call, &hook).await,
        Some(format) => {
            let name = format!("{key} {id}");
            let wish = imports::Wish {
                format,
                name,
                exercise: hook.exercise,
                mapping: None,
                via: Some(key.to_owned()),
            };
            let body = call.body.clone();
            imports::take(gateway, &call, (&wish, Box::pin(futures::stream::iter([Ok(body)])))).await
        }
    }
}

/// The source, when the request is signed by one of its keys, and the id of the message.
async fn believed(gateway: &Gateway, call: &Call, key: &str) -> Result<(Hook, String), Error> {
    let header =
        |name: &str| call.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let headers = Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let now = gateway.clock.now();
    let hook = hooks::get(&gateway.db, key).await?;
    let keys = hooks::keys(&gateway.db, key, now).await?;
    let mut outcome = Err(VerifyError::Signature);
    for kept in keys {
        let at = now.as_datetime().timestamp();
        let verify = |verifier| webhook::verify(verifier, &headers, &call.body, at, TOLERANCE);
        outcome = match (kept.parse::<Secret>(), kept.parse::<PublicKey>()) {
            (Ok(secret), _) => verify(Verifier::Secret(&secret)),
            (_, Ok(public)) => verify(Verifier::Public(&public)),
            _ => Err(VerifyError::Signature),
        };
        if !matches!(outcome, Err(VerifyError::Signature)) {
            break; // believed, or no key could mend what is wrong
        }
    }
    let refused = |why: &dyn std::fmt::Display| {
        metrics::counter!("gateway_hook_signatures_refused_total").increment(1);
        Failure::new(FailureKind::Unauthenticated, format!("the request is not believed: {why}"))
    };
    match (hook, outcome) {
        (Some(hook), Ok(())) if headers.id.len() <= ID_CHARS => Ok((hook, headers.id)),
        (_, Ok(())) => {
            Err(refused(&"its id is longer than 128 characters, or there is no such source").into())
        }
        (_, Err(why)) => Err(refused(&why).into()),
    }
}

async fn take_reports(gateway: &Gateway, call: &Call, hook: &Hook) -> Result<Answer, Error> {
    let all = read(call, hook)?;
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let mut taken = Vec::with_capacity(all.len());
    for (number, parts) in all.into_iter().enumerate() {
        let via = Some((hook.source_key.as_str(), number));
        taken.push(reports::say(gateway, &mut tx, call, (parts, via)).await?);
    }
    let answer = Answer::json(StatusCode::ACCEPTED, &json!({ "state": "received", "reports": taken }))?;
    once::settle(&mut tx, call, &hook.source_key, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The reports of a body, each with what its source leaves to us; all of them, or what is wrong with the first that cannot be
/// taken.
fn read(call: &Call, hook: &Hook) -> Result<Vec<Parts>, Failure> {
    let body: Value = call.json()?;
    let (forms, listed) = match data(body) {
        Value::Array(forms) => (forms, true),
        form => (vec![form], false),
    };
    if forms.is_empty() || forms.len() > MOST_REPORTS {
        return Err(Failure::invalid(format!("the body must hold 1 to {MOST_REPORTS} reports")));
    }
    let read = |(number, form): (usize, Value)| -> Result<Parts, Failure> {
        let parts = reports::parts(defaulted(form, hook), &BY_SOURCE)
            .map_err(|failure| if listed { within(failure, number) } else { failure })?;
        let (mut form, source) = parts;
        if let Some(handling) = &hook.handling {
            form.handling = form.handling.join(handling);
        }
        form.exercise |= hook.exercise;
        Ok((form, source))
    };
    forms.into_iter().enumerate().map(read).collect()
}

/// What stands in the envelope of Standard Webhooks, `{type, timestamp, data}`, where there is one.
fn data(body: Value) -> Value {
    match body {
        Value::Object(mut fields) if fields.contains_key("type") && fields.contains_key("data") => {
            fields.remove("data").unwrap_or_default()
        }
        other => other,
    }
}

/// A form with handling and grade of its source, where it states none.
fn defaulted(mut form: Value, hook: &Hook) -> Value {
    if let Some(fields) = form.as_object_mut() {
        if let Some(handling) = hook.handling.as_ref().and_then(|h| serde_json::to_value(&h.0).ok()) {
            fields.entry("handling").or_insert(handling);
        }
        if let Some(grade) = hook.grade.as_ref().and_then(|g| serde_json::to_value(g.0).ok()) {
            fields.entry("grade").or_insert(grade);
        }
    }
    form
}

/// What is wrong with one of several.
fn within(failure: Failure, number: usize) -> Failure {
    let errors = failure.errors.clone();
    let outer = Failure { errors: Vec::new(), ..failure };
    errors
        .into_iter()
        .fold(outer, |outer, error| outer.at(format!("/{number}{}", error.pointer), error.detail))
}
