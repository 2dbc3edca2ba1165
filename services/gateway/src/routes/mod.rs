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
const LIMIT: Param = param(
    "limit",
    "Limit",
    "how many items at most, 1 to 1000; 100 unless told. A page of large items holds fewer: `next` says whether there are more",
);

/// As it was known at a moment.
const KNOWN_ON: Param = param("known_on", "Time", "as was known at this moment");
/// Parameters of every list that tells what was known at a moment.
const PAST_PAGE: &[Param] = &[KNOWN_ON, CURSOR, LIMIT];

/// Query of a list with no filters that tells what was known at a moment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PastPaged {
    #[serde(default, deserialize_with = "when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

impl PastPaged {
    /// The moment, and the page.
    fn parts(self) -> (Option<Timestamp>, PageRequest) {
        (self.known_on, PageRequest { cursor: self.cursor, limit: self.limit })
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Where what intake keeps is read; another beginning of a path is of another service, or of the gateway itself.
    const OF_OTHERS: &[&str] = &[
        "/v1/situation",
        "/v1/changes",
        "/v1/news",
        "/v1/explain/",
        "/v1/series",
        "/v1/overrides",
        "/v1/indicators",
        "/v1/anomalies",
        "/v1/alerts",
        "/v1/rules",
        "/v1/assessments",
        "/v1/calibrations",
        "/v1/questions",
        "/v1/products",
        "/v1/forecasts",
        "/v1/scorecards",
        "/v1/warnings",
        "/v1/organisations",
        "/v1/mandates",
        "/v1/agreements",
        "/v1/disseminations",
        "/v1/consents",
        "/v1/partner/",
        "/v1/stream",
        "/v1/audit",
        "/v1/operations",
        "/v1/dead-letters",
        "/v1/me",
        "/v1/tokens",
        "/openapi.json",
    ];
    /// What of intake is not asked of a past moment, and why.
    const WITHOUT: &[(&str, &str)] = &[
        ("/v1/places", "names that come with the program: no data"),
        ("/v1/report-drafts", "a form that its author has not sent: it is known to nobody"),
        ("/v1/report-drafts/{key}", "the same"),
        ("/v1/reports/{id}/uploads/{sha256}", "how far a transfer is that goes on just now"),
        ("/v1/retention", "what would be removed now; what was removed is told there with its day"),
        ("/v1/retention/{number}/going", "the same, thing by thing"),
    ];

    /// Where what analysis keeps is read.
    const OF_ANALYSIS: &[&str] = &[
        "/v1/situation",
        "/v1/changes",
        "/v1/news",
        "/v1/series",
        "/v1/indicators",
        "/v1/anomalies",
        "/v1/assessments",
        "/v1/calibrations",
        "/v1/questions",
        "/v1/products",
        "/v1/forecasts",
        "/v1/scorecards",
    ];
    /// What of analysis is not asked of a past moment, and why: it refuses the parameter.
    const OF_NOW: &[(&str, &str)] = &[
        ("/v1/forecasts/state", "what is being worked out just now"),
        ("/v1/assessments/{id}/sources", "what its judgements rest on as it is now"),
        ("/v1/assessments/{id}.md", "a paper is printed with its evidence as it is now"),
        ("/v1/assessments/{id}.html", "the same"),
        ("/v1/assessments/{id}.pdf", "the same"),
        ("/v1/products/{id}.md", "the same"),
        ("/v1/products/{id}.html", "the same"),
        ("/v1/products/{id}.pdf", "the same"),
        ("/v1/products/{id}/newer", "what of its sources is newer now"),
        ("/v1/products/{id}/tearlines", "what it says to whom, as it is drafted now"),
    ];

    #[test]
    fn whatever_analysis_keeps_is_told_of_a_past_moment_or_day_or_refuses_to_be() {
        let under = |route: &&Route| {
            let mut rest = OF_ANALYSIS.iter().filter_map(|begin| route.path.strip_prefix(begin));
            rest.any(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
        };
        for route in all().filter(|route| route.method == "GET").filter(under) {
            let past = route.params.iter().any(|param| ["known_on", "on"].contains(&param.name));
            let excused = OF_NOW.iter().any(|(path, _)| *path == route.path);
            assert!(past != excused, "{} {past} {excused}", route.path);
        }
    }

    #[test]
    fn whatever_intake_keeps_is_told_as_it_was_known_at_any_moment() {
        let of_others = |route: &&Route| {
            let rest = |begin: &&str| route.path.strip_prefix(*begin);
            OF_OTHERS.iter().filter_map(rest).any(|rest| rest.is_empty() || rest.starts_with(['/', '{', '.']))
                || OF_OTHERS.iter().any(|begin| begin.ends_with('/') && route.path.starts_with(begin))
        };
        for route in all().filter(|route| route.method == "GET" && !of_others(route)) {
            let known_on = route.params.iter().any(|param| param.name == "known_on");
            let excused = WITHOUT.iter().any(|(path, _)| *path == route.path);
            assert!(known_on != excused, "{} {known_on} {excused}", route.path);
        }
        for (path, why) in WITHOUT {
            assert!(
                all().any(|route| route.method == "GET" && route.path == *path) && !why.is_empty(),
                "{path}"
            );
        }
    }
}
