//! Forecasts, and how good they were.

use contracts::{
    PageRequest,
    analysis::{
        forecasting::{GetForecasting, GetWatchList},
        forecasts::{GetScorecards, ListForecasts, Scope},
    },
};
use domain::{Country, Day, ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, KNOWN_ON, LIMIT};
use crate::{
    Error, Gateway,
    domain::policy::READERS,
    http::{
        Answer, Call, Route,
        table::{Param, handle, param},
    },
};

const THREAT: Param = param("threat", "Threat", "only of this threat");
const COUNTRY: Param = param("country", "Country", "only of this country and its provinces");
const SCOPE: Param = param("scope", "ForecastScope", "only of provinces, or only of whole countries");
const MONTHS: Param = param("months", "ForecastMonths", "only of windows this long");
const REHEARSAL: Param =
    param("rehearsal", "Flag", "those made after the fact instead of those that were issued before");

/// What is asked of forecasts.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/forecasts", READERS, handle!(list))
        .named(
            "listForecasts",
            "Forecasts as distributions, newest origin first, beside the naive rule and with what came of them. With `known_on` those that \
             had been made by then, with what had come of them by then.",
        )
        .with(&[
            param("province", "Province", "only of this province"),
            COUNTRY,
            THREAT,
            SCOPE,
            MONTHS,
            param("origin", "Day", "only from this month: any day of it"),
            REHEARSAL,
            KNOWN_ON,
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "ForecastPage")]),
    Route::get("/v1/scorecards", READERS, handle!(scorecards))
        .named(
            "listScorecards",
            "How good the forecasts were, by model, threat, scope and window, and by country where asked, beside the naive rule and other benchmarks. \
             With `known_on` by those alone of which it was known then what came.",
        )
        .with(&[
            COUNTRY,
            THREAT,
            SCOPE,
            MONTHS,
            param("model", "Text", "only of this model, whether it told or was scored beside the one that did"),
            param("by_country", "Flag", "one card for each country instead of one for all of them"),
            REHEARSAL,
            KNOWN_ON,
        ])
        .answers(200, &[(JSON, "ScorecardPage")]),
    Route::get("/v1/forecasts/watch", READERS, handle!(watch))
        .named(
            "listWatched",
            "The provinces in which an escalation is likeliest, by the newest forecasts that were issued, the likeliest first; \
             none whose last month is over.",
        )
        .with(&[
            COUNTRY,
            THREAT,
            MONTHS,
            KNOWN_ON,
            param("limit", "Limit", "how many provinces at most; 15 unless told, and never more than 100"),
        ])
        .answers(200, &[(JSON, "ForecastPage")]),
    Route::get("/v1/forecasts/state", READERS, handle!(state))
        .named(
            "getForecasting",
            "Whether forecasts are ready, or are being worked out anew of what came in, and what they wait for.",
        )
        .answers(200, &[(JSON, "Forecasting")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    province: Option<ProvinceCode>,
    country: Option<Country>,
    threat: Option<Threat>,
    scope: Option<Scope>,
    months: Option<u32>,
    #[serde(default, deserialize_with = "super::when::day")]
    origin: Option<Day>,
    #[serde(default)]
    rehearsal: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { province, country, threat, scope, months, origin, rehearsal, known_on, cursor, limit } =
        call.query()?;
    let page = PageRequest { cursor, limit };
    let wish = ListForecasts { scope, province, country, threat, months, origin, rehearsal, known_on, page };
    Answer::page(call, gateway.ask(call, &wish).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    country: Option<Country>,
    threat: Option<Threat>,
    scope: Option<Scope>,
    months: Option<u32>,
    model: Option<String>,
    #[serde(default)]
    by_country: bool,
    #[serde(default)]
    rehearsal: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
}

async fn scorecards(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Which { country, threat, scope, months, model, by_country, rehearsal, known_on } = call.query()?;
    let wish = GetScorecards { threat, country, scope, months, model, by_country, rehearsal, known_on };
    Answer::whole(gateway.ask(call, &wish).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Watched {
    country: Option<Country>,
    threat: Option<Threat>,
    months: Option<u32>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    limit: Option<u32>,
}

async fn watch(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Watched { country, threat, months, known_on, limit } = call.query()?;
    let (months, limit) = (months.unwrap_or(3), limit.unwrap_or(15));
    let wish = GetWatchList { threat, country, months, limit, known_on };
    Answer::whole(gateway.ask(call, &wish).await?)
}

async fn state(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::ok(&gateway.ask(call, &GetForecasting {}).await?)
}
