//! A place over time, as JSON or as a table.

use contracts::analysis::series::{GetSeries, Unit};
use domain::{Country, Day, ProvinceCode, Threat, Timestamp, words};
use serde::Deserialize;

use super::JSON;
use crate::{
    Error, Gateway,
    domain::{policy::READERS, series},
    http::{
        Answer, Call, Route,
        table::{handle, param},
    },
};

words! {
    /// How a table is written.
    "table format" TableFormat {
        /// A list.
        Json = "json",
        /// Rows.
        Csv = "csv",
    }
}

const CSV: &str = "text/csv; charset=utf-8";

/// What is asked of series.
pub(crate) const ROUTES: &[Route] = &[Route::get("/v1/series", READERS, handle!(get))
    .named(
        "getSeries",
        "A province or a country by day, week or month: incidents and deaths with how much they rest on, and beside them, \
         never mixed in, what the media wrote. A number is null where nobody could say. At most 600 spans: all months of fifty years.",
    )
    .with(&[
        param("province", "Province", "of this province; either it or a country"),
        param("country", "Country", "of this country, its provinces included"),
        param("threat", "Threat", "of this threat only; else of every threat with anything to tell"),
        param("unit", "SeriesUnit", "by day, week (from Monday) or month; by month unless told"),
        param("from", "Day", "from the span this day lies in; 90 days, 52 weeks or 36 months unless told"),
        param("to", "Day", "to the span this day lies in; today unless told"),
        param("known_on", "Time", "as was known at this moment"),
        param("exercise", "Flag", "that of the exercise instead of the real one"),
        param("format", "TableFormat", "how it is written; else by Accept"),
    ])
    .answers(200, &[(JSON, "SeriesPage"), (CSV, "Text")])];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    province: Option<ProvinceCode>,
    country: Option<Country>,
    threat: Option<Threat>,
    #[serde(default = "by_month")]
    unit: Unit,
    #[serde(default, deserialize_with = "super::when::day")]
    from: Option<Day>,
    #[serde(default, deserialize_with = "super::when::day")]
    to: Option<Day>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    #[serde(default)]
    exercise: bool,
    format: Option<TableFormat>,
}

const fn by_month() -> Unit {
    Unit::Month
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let f: Filter = call.query()?;
    let wish = GetSeries {
        province: f.province,
        country: f.country,
        threat: f.threat,
        unit: f.unit,
        from: f.from,
        to: f.to,
        known_on: f.known_on,
        exercise: f.exercise,
    };
    let told = gateway.ask(call, &wish).await?;
    let by_accept = || if call.accept().contains("text/csv") { TableFormat::Csv } else { TableFormat::Json };
    match f.format.unwrap_or_else(by_accept) {
        TableFormat::Json => Answer::whole(told),
        TableFormat::Csv => Ok(Answer::text(CSV, series::csv(&told)?)),
    }
}
