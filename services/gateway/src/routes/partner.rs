//! What partners do: read what was released to them, acknowledge it, say where they take webhooks.

use axum::http::StatusCode;
use contracts::{
    Failure, PageRequest, Role,
    coordination::{AddEndpoint, GetPartnerAlert, ListEndpoints, ListPartnerAlerts, PartnerAlert},
    gateway::AcknowledgementReceived,
};
use domain::{AcknowledgementId, EventId, WarningId, warning::AckKind};
use serde::Deserialize;
use serde_json::json;

use super::{CURSOR, JSON, LIMIT, warnings::CAP};
use crate::{
    Error, Gateway,
    domain::policy::{ENDPOINTS, PARTNER, PARTNER_AND_COORDINATORS},
    http::{
        Answer, Call, Handler, Route, once,
        table::{Param, handle, param},
    },
};

const AS: Param =
    param("organisation", "Text", "for the centre's staff: the key of the organisation to look for");

/// What partners do.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/partner/alerts", PARTNER_AND_COORDINATORS, handle!(list))
        .named("listPartnerAlerts", "Warnings released to the organisation, newest first.")
        .with(&[AS, CURSOR, LIMIT])
        .answers(200, &[(JSON, "PartnerAlertPage")]),
    Route::get("/v1/partner/alerts/{id}", PARTNER_AND_COORDINATORS, handle!(get))
        .named("getPartnerAlert", "One warning as the organisation may see it now.")
        .with(&[AS])
        .answers(200, &[(JSON, "PartnerAlert")])
        .tagged(),
    Route::get("/v1/partner/alerts/{id}.cap", PARTNER_AND_COORDINATORS, handle!(cap))
        .named("getPartnerAlertCap", "The same as CAP 1.2.")
        .with(&[AS])
        .answers(200, &[(CAP, "Text")]),
    Route::post("/v1/partner/alerts/{id}/ack", PARTNER, Handler::Own(handle!(acknowledge)))
        .named("acknowledgeAlert", "Says what the organisation makes of a warning.")
        .takes("AcknowledgementForm")
        .answers(202, &[(JSON, "AcknowledgementReceipt")]),
    Route::get("/v1/partner/endpoints", ENDPOINTS, handle!(endpoints))
        .named("listEndpoints", "Where the organisation takes webhooks.")
        .with(&[AS])
        .answers(200, &[(JSON, "EndpointPage")]),
    Route::post("/v1/partner/endpoints", ENDPOINTS, Handler::ForwardSecret(handle!(add_endpoint)))
        .named("addEndpoint", "Registers an endpoint; this answer alone holds its secret.")
        .takes("EndpointForm")
        .answers(201, &[(JSON, "Endpoint")]),
];

/// The organisation a call is about: a partner's own, whatever it asks for; for staff the one it names.
fn organisation(call: &Call, named: Option<String>) -> Result<Option<String>, Failure> {
    if !call.principal.roles.contains(&Role::Partner) {
        return Ok(named);
    }
    let own = call.principal.organisation.clone();
    let own = own.ok_or_else(|| Failure::forbidden("this token belongs to no organisation"))?;
    if named.is_some_and(|named| named != own) {
        return Err(Failure::not_found("there is no such organisation"));
    }
    Ok(Some(own))
}

fn needed(call: &Call, named: Option<String>) -> Result<String, Failure> {
    let missing =
        || Failure::invalid("say which organisation").at("organisation", "give the key of the organisation");
    organisation(call, named)?.ok_or_else(missing)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    organisation: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { organisation, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(
        call,
        gateway.ask(call, &ListPartnerAlerts { partner: needed(call, organisation)?, page }).await?,
    )
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct As {
    organisation: Option<String>,
}

async fn alert(gateway: &Gateway, call: &Call) -> Result<PartnerAlert, Error> {
    let As { organisation } = call.query()?;
    gateway.ask(call, &GetPartnerAlert { partner: needed(call, organisation)?, id: call.param("id")? }).await
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let alert = alert(gateway, call).await?;
    Ok(Answer::ok(&alert)?.revised(alert.version))
}

async fn cap(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Ok(Answer::text(CAP, alert(gateway, call).await?.cap))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    kind: AckKind,
    by: String,
    #[serde(default)]
    note: String,
}

impl Said {
    fn check(&self) -> Result<(), Failure> {
        let mut failure = Failure::invalid("the acknowledgement cannot be taken as it is");
        if self.by.trim().is_empty() || self.by.chars().count() > 200 {
            failure = failure.at("/by", "who says it, as a post or a system: 1 to 200 characters");
        }
        if self.note.chars().count() > 5000 {
            failure = failure.at("/note", "5000 characters at most");
        }
        if failure.errors.is_empty() { Ok(()) } else { Err(failure) }
    }
}

/// Takes an acknowledgement. Whether the warning was released to the partner is coordination's to know: the receipt says
/// nothing of it, so that nobody learns by asking what there is.
async fn acknowledge(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let said: Said = call.json()?;
    said.check()?;
    let warning: WarningId = call.param("id")?;
    let partner = needed(call, None)?;
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let (subject, key) = (&call.principal.subject, call.key.as_deref());
    let acknowledgement = key.map_or_else(
        || AcknowledgementId::generate(tx.now()),
        |key| AcknowledgementId::derived(&[subject, key]),
    );
    let event = AcknowledgementReceived {
        acknowledgement: acknowledgement.clone(),
        partner,
        warning: warning.clone(),
        kind: said.kind,
        by: said.by,
        note: said.note,
        received_at: tx.now(),
    };
    tx.say_as(&EventId::derived(&["acknowledgement", acknowledgement.as_str()]), &event).await?;
    let receipt = json!({ "acknowledgement": acknowledgement, "warning": warning, "kind": event.kind, "state": "received" });
    let answer = Answer::json(StatusCode::ACCEPTED, &receipt)?;
    once::settle(&mut tx, call, warning.as_str(), &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn endpoints(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let As { organisation: named } = call.query()?;
    Answer::whole(gateway.ask(call, &ListEndpoints { organisation: organisation(call, named)? }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointForm {
    url: String,
    organisation: Option<String>,
}

async fn add_endpoint(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let EndpointForm { url, organisation } = call.json()?;
    let wish = AddEndpoint { organisation: needed(call, organisation)?, url };
    Answer::json(StatusCode::CREATED, &gateway.ask(call, &wish).await?)
}
