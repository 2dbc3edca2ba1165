//! How the system does, and the messages it could not handle.

use axum::http::StatusCode;
use contracts::{
    Failure, Service,
    analysis::recompute::{GetRecompute, ListRecomputes, StartRecompute, StopRecompute},
    operations::{self, DeadLetter, DeadLetters, Vitals},
};
use domain::EventId;
use futures::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::JSON;
use crate::{
    Error, Gateway,
    domain::policy::{OPERATOR, OVERSEERS},
    http::{Answer, Call, Handler, Route, table::handle},
};

/// What operators ask and do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/operations", OVERSEERS, handle!(vitals))
        .named(
            "getOperations",
            "How each of the six services does; one that is silent is named, not missing.",
        )
        .answers(200, &[(JSON, "Operations")]),
    Route::get("/v1/dead-letters", OVERSEERS, handle!(list))
        .named("listDeadLetters", "Messages that no service could handle and that wait for somebody.")
        .answers(200, &[(JSON, "DeadLetterPage")])
        .sensitive(),
    Route::post("/v1/dead-letters/{service}/{event}/replay", OPERATOR, Handler::Forward(handle!(replay)))
        .named("replayDeadLetter", "Handles one again.")
        .takes("Empty")
        .answers(202, &[(JSON, "DeadLetterResolution")]),
    Route::post("/v1/dead-letters/{service}/{event}/discard", OPERATOR, Handler::Forward(handle!(discard)))
        .named("discardDeadLetter", "Gives one up for good, with the reason.")
        .takes("Discard")
        .answers(202, &[(JSON, "DeadLetterResolution")]),
    Route::post("/v1/operations/recompute", OPERATOR, Handler::Forward(handle!(start_recompute)))
        .named(
            "startRecompute",
            "Begins to count the series and levels of a threat or of all anew from all their evidence, and to keep what differs; or only to compare. One runs at a time: asked for what runs already, it answers with that.",
        )
        .takes("Recompute")
        .answers(202, &[(JSON, "Recomputation")]),
    Route::get("/v1/operations/recompute", OVERSEERS, handle!(list_recomputes))
        .named("listRecomputes", "The newest recomputations, newest first; twenty at most.")
        .answers(200, &[(JSON, "RecomputationPage")]),
    Route::get("/v1/operations/recompute/{id}", OVERSEERS, handle!(get_recompute))
        .named("getRecompute", "How far a recomputation is, and what it found.")
        .answers(200, &[(JSON, "Recomputation")]),
    Route::post("/v1/operations/recompute/{id}/stop", OPERATOR, Handler::Forward(handle!(stop_recompute)))
        .named("stopRecompute", "Stops a recomputation before its next step; what it has mended stays mended.")
        .takes("Empty")
        .answers(202, &[(JSON, "Recomputation")]),
];

async fn start_recompute(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish: StartRecompute = call.json()?;
    Answer::json(StatusCode::ACCEPTED, &gateway.ask(call, &wish).await?)
}

async fn list_recomputes(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::whole(gateway.ask(call, &ListRecomputes {}).await?)
}

async fn get_recompute(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::ok(&gateway.ask(call, &GetRecompute { id: call.param("id")? }).await?)
}

async fn stop_recompute(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish = StopRecompute { id: call.param("id")? };
    Answer::json(StatusCode::ACCEPTED, &gateway.ask(call, &wish).await?)
}

async fn vitals(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let ask = async |service: Service| {
        let subject = operations::vitals_subject(service);
        let answer: Result<Vitals, Failure> =
            gateway.bus.ask_at(call.asker(), service, &subject, &json!({})).await;
        match answer {
            Ok(vitals) => json!({ "service": service, "vitals": vitals }),
            Err(failure) => json!({ "service": service, "vitals": null, "failure": failure.detail }),
        }
    };
    let services = join_all(Service::ALL.iter().map(|service| ask(*service))).await;
    Answer::ok(&json!({ "services": services, "at": gateway.clock.now() }))
}

async fn dead_letters(
    gateway: &Gateway,
    call: &Call,
    service: Service,
    wish: &DeadLetters,
) -> Result<Vec<DeadLetter>, Failure> {
    gateway.bus.ask_at(call.asker(), service, &operations::dead_letters_subject(service), wish).await
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let ask =
        async |service: Service| (service, dead_letters(gateway, call, service, &DeadLetters::List).await);
    let (mut items, mut silent) = (Vec::<Value>::new(), Vec::new());
    for (service, answer) in join_all(Service::ALL.iter().map(|service| ask(*service))).await {
        let Ok(letters) = answer else {
            silent.push(service);
            continue;
        };
        for letter in letters {
            let mut item = serde_json::to_value(letter)?;
            item["service"] = service.as_str().into();
            items.push(item);
        }
    }
    Answer::ok(&json!({ "items": items, "next": null, "silent": silent }))
}

fn target(call: &Call) -> Result<(Service, EventId), Failure> {
    Ok((call.param("service")?, call.param("event")?))
}

async fn replay(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (service, event) = target(call)?;
    let left = dead_letters(gateway, call, service, &DeadLetters::Replay { event: event.clone() }).await?;
    resolved((service, &event), "replaying", left.len())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Discard {
    reason: String,
}

async fn discard(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (service, event) = target(call)?;
    let Discard { reason } = call.json()?;
    if reason.trim().is_empty() {
        return Err(Failure::invalid("nothing is given up without a reason").at("/reason", "say why").into());
    }
    let wish = DeadLetters::Discard { event: event.clone(), reason };
    let left = dead_letters(gateway, call, service, &wish).await?;
    resolved((service, &event), "discarded", left.len())
}

fn resolved((service, event): (Service, &EventId), state: &str, left: usize) -> Result<Answer, Error> {
    Answer::json(
        StatusCode::ACCEPTED,
        &json!({ "service": service, "event": event, "state": state, "waiting": left }),
    )
}
