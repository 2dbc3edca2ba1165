//! The description of the API.

use super::JSON;
use crate::{
    Error, Gateway,
    http::{Answer, Call, Route, describe, table::handle},
};

/// The description itself, for everyone.
pub(crate) const ROUTES: &[Route] = &[Route::get("/openapi.json", &[], handle!(get))
    .public()
    .named("getDescription", "This description: OpenAPI 3.1.")
    .answers(200, &[(JSON, "Object")])];

async fn get(_: &Gateway, _: &Call) -> Result<Answer, Error> {
    Answer::ok(&describe::document()?)
}
