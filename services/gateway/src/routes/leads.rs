//! Leads: what news, bulletins and notes say, with what their words propose, and what people make of them.

use axum::http::StatusCode;
use contracts::{
    PageRequest,
    intake::{
        coding::CodeText,
        leads::{
            ConfirmLead, CreateLead, DismissLead, GetLead, Lead, LeadCoding, LeadForm, LeadState, ListLeads,
        },
    },
};
use domain::{Day, ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT, decides};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, VERIFIERS},
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

const LEAD: &[(&str, &str)] = &[(JSON, "Lead")];

/// What is done with leads.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/leads", READERS, handle!(list))
        .named("listLeads", "What came in as news and counts nowhere before a person has confirmed it, newest first.")
        .with(&[
            param("state", "LeadState", "only those that stand there"),
            param("threat", "Threat", "whose words propose this threat"),
            param("province", "Province", "whose words may mean this province"),
            param("source", "Text", "of this source"),
            param("from", "Day", "published on this day or later"),
            param("to", "Day", "published on this day or earlier"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            param("known_on", "Time", "as they stood at this moment"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "ListedLeads")]),
    Route::get("/v1/leads/{id}", READERS, handle!(get))
        .named("getLead", "One lead with the words that its proposals rest on, and what was done with it.")
        .with(&[
            param("version", "Version", "as it stood in this version"),
            param("known_on", "Time", "as it stood at this moment; of a version, whether it was there by then"),
        ])
        .answers(200, &[(JSON, "Lead")])
        .tagged(),
    Route::post("/v1/leads", VERIFIERS, Handler::Forward(handle!(create)))
        .named(
            "createLead",
            "Hands in a text as a lead; the same address, or the same text, of the same source is the same lead.",
        )
        .takes("LeadForm")
        .answers(201, &[(JSON, "Lead")])
        .tagged(),
    decides("/v1/leads/{id}/confirm", handle!(confirm), ("LeadCoding", LEAD)).named(
        "confirmLead",
        "It counts, coded like this: it becomes an observation, or revises the one that it became.",
    ),
    decides("/v1/leads/{id}/dismiss", handle!(dismiss), ("Note", LEAD)).named(
        "dismissLead",
        "It tells of nothing that counts; with the reason. An observation that it became is taken back.",
    ),
    Route::post("/v1/coding", READERS, Handler::Forward(handle!(code)))
        .named(
            "codeText",
            "What the words of a text propose: threat, kind, actors and places, each with the words that say so. Nothing is kept.",
        )
        .takes("TextToCode")
        .answers(200, &[(JSON, "Coding")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    state: Option<LeadState>,
    threat: Option<Threat>,
    province: Option<ProvinceCode>,
    source: Option<String>,
    #[serde(default, deserialize_with = "super::when::day")]
    from: Option<Day>,
    #[serde(default, deserialize_with = "super::when::day")]
    to: Option<Day>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let f: Filter = call.query()?;
    let wish = ListLeads {
        state: f.state,
        threat: f.threat,
        province: f.province,
        source: f.source,
        from: f.from,
        to: f.to,
        exercise: f.exercise,
        known_on: f.known_on,
        page: PageRequest { cursor: f.cursor, limit: f.limit },
    };
    Answer::listed(call, gateway.ask(call, &wish).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    version: Option<u32>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
}

fn answer(lead: &Lead) -> Result<Answer, Error> {
    Ok(Answer::ok(lead)?.revised(lead.version))
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Version { version, known_on } = call.query()?;
    answer(&gateway.ask(call, &GetLead { id: call.param("id")?, version, known_on }).await?)
}

async fn create(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: LeadForm = call.json()?;
    let lead = gateway.ask(call, &CreateLead { form }).await?;
    Ok(Answer::json(StatusCode::CREATED, &lead)?.revised(lead.version))
}

async fn confirm(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let coding: LeadCoding = call.json()?;
    let wish = ConfirmLead { id: call.param("id")?, coding, version: call.if_match()? };
    answer(&gateway.ask(call, &wish).await?)
}

async fn dismiss(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let super::Note { note } = call.json()?;
    let wish = DismissLead { id: call.param("id")?, note, version: call.if_match()? };
    answer(&gateway.ask(call, &wish).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextToCode {
    text: String,
}

async fn code(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let TextToCode { text } = call.json()?;
    Answer::ok(&gateway.ask(call, &CodeText { text }).await?)
}
