//! Saved mappings: how tables of others are read as observations.

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::intake::mapping::{GetMapping, ListMappings, Mapping, SaveMapping, TryMapping};
use domain::Timestamp;
use serde::Deserialize;

use super::{JSON, KNOWN_ON, PAST_PAGE, PastPaged};
use crate::{
    Error, Gateway,
    domain::policy::{IMPORTERS, READERS},
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

/// What is done with mappings.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/mappings", READERS, handle!(list))
        .named("listMappings", "Saved mappings in their newest version, by name.")
        .with(PAST_PAGE)
        .answers(200, &[(JSON, "MappingPage")]),
    Route::get("/v1/mappings/{name}", READERS, handle!(get))
        .named("getMapping", "One saved mapping: how a table of somebody else's is read as observations.")
        .with(&[param("version", "Version", "this version instead of the newest"), KNOWN_ON])
        .answers(200, &[(JSON, "Mapping")])
        .tagged(),
    Route::post("/v1/mappings", IMPORTERS, Handler::Forward(handle!(save)))
        .named(
            "saveMapping",
            "Saves a mapping under a new name, or with If-Match the next version of one that is there.",
        )
        .takes("Mapping")
        .answers(200, &[(JSON, "Mapping")])
        .may_match(),
    Route::post("/v1/mappings/try", IMPORTERS, Handler::Forward(handle!(attempt)))
        .named("tryMapping", "Reads the first rows of a file by a mapping and stores nothing.")
        .takes("MappingTrial")
        .answers(200, &[(JSON, "MappingTried")]),
];

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (known_on, page) = call.query::<PastPaged>()?.parts();
    Answer::page(call, gateway.ask(call, &ListMappings { known_on, page }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    version: Option<u32>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Wish { version, known_on } = call.query()?;
    answer(&gateway.ask(call, &GetMapping { name: call.param("name")?, version, known_on }).await?)
}

fn answer(mapping: &Mapping) -> Result<Answer, Error> {
    Ok(Answer::ok(mapping)?.revised(mapping.version))
}

async fn save(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let mapping: Mapping = call.json()?;
    let (after, whichever) = (call.if_match()?, call.is_whichever());
    answer(&gateway.ask(call, &SaveMapping { mapping, after, whichever }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trial {
    mapping: Mapping,
    /// The first lines as text, which is sent on in UTF-8.
    #[serde(default)]
    text: Option<String>,
    /// Or the first bytes, base64.
    #[serde(default)]
    sample: Option<String>,
}

async fn attempt(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Trial { mut mapping, text, sample } = call.json()?;
    let sample = sample.unwrap_or_else(|| {
        "utf-8".clone_into(&mut mapping.encoding);
        STANDARD.encode(text.unwrap_or_default())
    });
    Answer::ok(&gateway.ask(call, &TryMapping { mapping, sample }).await?)
}
