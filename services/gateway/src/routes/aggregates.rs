//! Counts that others have made, to compare with.

use contracts::{
    PageRequest,
    intake::aggregate::{FindAggregates, Measure},
};
use domain::{Country, Day, ProvinceCode, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, LIMIT};
use crate::{
    Error, Gateway,
    domain::policy::READERS,
    http::{
        Answer, Call, Route,
        table::{handle, param},
    },
};

/// What is done with counts.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/aggregates", READERS, handle!(find))
        .named(
            "findAggregates",
            "Counts of events by unit and month as others publish them, newest first: to compare with; no incidents, and in no level.",
        )
        .with(&[
            param("country", "Country", "only this country"),
            param("province", "Province", "only this province"),
            param("measure", "AggregateMeasure", "only this measure; they overlap and are not to be summed"),
            param("from", "Day", "that ended on this day or later"),
            param("to", "Day", "that began on this day or earlier"),
            param("known_on", "Time", "as was known at this moment"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "AggregatePage")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    country: Option<Country>,
    province: Option<ProvinceCode>,
    measure: Option<Measure>,
    #[serde(default, deserialize_with = "super::when::day")]
    from: Option<Day>,
    #[serde(default, deserialize_with = "super::when::day")]
    to: Option<Day>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    #[serde(default)]
    exercise: bool,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn find(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { country, province, measure, from, to, known_on, exercise, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    let wish = FindAggregates { country, province, measure, from, to, known_on, exercise, page };
    Answer::page(call, gateway.ask(call, &wish).await?)
}
