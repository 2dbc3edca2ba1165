//! Organisations, what they are charged with and what was agreed with them.

use axum::http::StatusCode;
use contracts::coordination::{
    AddAgreement, AddMandate, ListAgreements, ListMandates, ListOrganisations, PutOrganisation,
};
use serde::Deserialize;

use super::JSON;
use crate::{
    Error, Gateway,
    domain::policy::{COORDINATORS, READERS},
    http::{
        Answer, Call, Handler, Route,
        table::{Param, handle, param},
    },
};

const OF: &[Param] = &[param("organisation", "Text", "only of the organisation with this key")];

/// What is done with organisations and their papers.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/organisations", READERS, handle!(organisations))
        .named("listOrganisations", "Organisations, by key.")
        .answers(200, &[(JSON, "OrganisationPage")]),
    Route::post("/v1/organisations", COORDINATORS, Handler::Forward(handle!(put_organisation)))
        .named("putOrganisation", "Records an organisation; the key decides which.")
        .takes("OrganisationForm")
        .answers(200, &[(JSON, "Organisation")]),
    Route::get("/v1/mandates", READERS, handle!(mandates))
        .named("listMandates", "Mandates, with their instruments.")
        .with(OF)
        .answers(200, &[(JSON, "MandatePage")]),
    Route::post("/v1/mandates", COORDINATORS, Handler::Forward(handle!(add_mandate)))
        .named("addMandate", "Records a mandate.")
        .takes("MandateForm")
        .answers(201, &[(JSON, "Mandate")]),
    Route::get("/v1/agreements", READERS, handle!(agreements))
        .named("listAgreements", "Agreements about the exchange of information.")
        .with(OF)
        .answers(200, &[(JSON, "AgreementPage")]),
    Route::post("/v1/agreements", COORDINATORS, Handler::Forward(handle!(add_agreement)))
        .named("addAgreement", "Records an agreement.")
        .takes("AgreementForm")
        .answers(201, &[(JSON, "Agreement")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    organisation: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn organisations(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Nothing {} = call.query()?;
    Answer::whole(gateway.ask(call, &ListOrganisations {}).await?)
}

async fn put_organisation(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::ok(&gateway.ask(call, &call.json::<PutOrganisation>()?).await?)
}

async fn mandates(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Of { organisation } = call.query()?;
    Answer::whole(gateway.ask(call, &ListMandates { organisation }).await?)
}

async fn add_mandate(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::json(StatusCode::CREATED, &gateway.ask(call, &call.json::<AddMandate>()?).await?)
}

async fn agreements(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Of { organisation } = call.query()?;
    Answer::whole(gateway.ask(call, &ListAgreements { organisation }).await?)
}

async fn add_agreement(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::json(StatusCode::CREATED, &gateway.ask(call, &call.json::<AddAgreement>()?).await?)
}
