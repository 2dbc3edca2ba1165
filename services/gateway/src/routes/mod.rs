//! The API, one file a subject. What does not stand in [`TABLE`] does not exist: the door, the description and the tests
//! all read it.

pub mod aggregates;
pub mod alarms;
pub mod anomalies;
pub mod assessments;
pub mod attachments;
pub mod audit;
pub mod clusters;
pub mod consents;
pub mod description;
pub mod drafts;
pub(crate) mod elsewhere;
pub mod forecasts;
pub mod hooks;
pub mod imports;
pub mod indicators;
pub mod leads;
pub mod mappings;
pub mod observations;
pub mod operations;
pub mod organisations;
pub mod overrides;
pub mod own;
pub mod partner;
pub mod places;
pub(crate) mod products;
pub mod questionnaires;
pub mod questions;
pub mod release;
pub mod reporters;
pub mod reports;
pub mod retention;
pub mod series;
pub mod situation;
pub mod sources;
pub mod stream;
pub mod tokens;
mod uploads;
pub mod warnings;
pub mod weekly;
mod when;
mod whole;

use contracts::PageRequest;
use domain::Timestamp;
use serde::Deserialize;

use crate::{
    domain::policy::VERIFIERS,
    http::{
        Handler, Route,
        table::{Handle, Param, param},
    },
};

/// What somebody who verifies decides of a thing that intake found, on the version they saw; it answers the thing as it then stands.
const fn decides(
    path: &'static str,
    handle: Handle,
    (takes, answers): (&'static str, &'static [(&'static str, &'static str)]),
) -> Route {
    Route::post(path, VERIFIERS, Handler::Forward(handle)).takes(takes).answers(200, answers).matched()
}

/// Every route there is, by subject.
pub static TABLE: &[&[Route]] = &[
    imports::ROUTES,
    sources::ROUTES,
    hooks::ROUTES,
    mappings::ROUTES,
    aggregates::ROUTES,
    reports::ROUTES,
    own::ROUTES,
    attachments::ROUTES,
    uploads::ROUTES,
    drafts::ROUTES,
    questionnaires::ROUTES,
    weekly::ROUTES,
    reporters::ROUTES,
    observations::ROUTES,
    clusters::ROUTES,
    leads::ROUTES,
    places::ROUTES,
    situation::ROUTES,
    series::ROUTES,
    overrides::ROUTES,
    indicators::ROUTES,
    anomalies::ROUTES,
    alarms::ROUTES,
    assessments::ROUTES,
    questions::ROUTES,
    products::ROUTES,
    forecasts::ROUTES,
    warnings::ROUTES,
    organisations::ROUTES,
    release::ROUTES,
    consents::ROUTES,
    partner::ROUTES,
    stream::ROUTES,
    audit::ROUTES,
    operations::ROUTES,
    retention::ROUTES,
    tokens::ROUTES,
    description::ROUTES,
];

/// Every route there is.
pub fn all() -> impl Iterator<Item = &'static Route> {
    TABLE.iter().flat_map(|routes| routes.iter())
}

/// JSON.
const JSON: &str = "application/json";

/// Parameters of every list.
const PAGE: &[Param] = &[CURSOR, LIMIT];
const CURSOR: Param = param("cursor", "Text", "where the previous page ended, as its `next` said");
const LIMIT: Param = param("limit", "Limit", "how many items at most; 100 unless told");

/// Query of a list with no filters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paged {
    cursor: Option<String>,
    limit: Option<u32>,
}

impl Paged {
    fn page(self) -> PageRequest {
        PageRequest { cursor: self.cursor, limit: self.limit }
    }
}

/// Asked of something as it was known at a moment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Moment {
    #[serde(default, deserialize_with = "when::moment")]
    known_on: Option<Timestamp>,
}

/// Body of a move: why.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    #[serde(default)]
    note: String,
}
