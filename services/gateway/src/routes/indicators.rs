//! Indicators: what was read of them, by weight and direction.

use contracts::analysis::indicators::ListIndicators;
use domain::{Day, ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{JSON, KNOWN_ON};
use crate::{
    Error, Gateway,
    domain::policy::READERS,
    http::{
        Answer, Call, Route,
        table::{Param, handle, param},
    },
};

const PROVINCE: Param = Param { required: true, ..param("province", "Province", "of this province") };

/// What is asked of indicators.
pub(crate) const ROUTES: &[Route] = &[Route::get("/v1/indicators", READERS, handle!(list))
    .named(
        "listIndicators",
        "The indicators of a province, read or not: weight, direction, what was last read and what before.",
    )
    .with(&[
        PROVINCE,
        param("threat", "Threat", "only those that bear on this threat"),
        param("on", "Day", "as they were known on this day"),
        KNOWN_ON,
        param("exercise", "Flag", "those of the exercise instead of the real ones"),
    ])
    .answers(200, &[(JSON, "IndicatorPage")])];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    province: ProvinceCode,
    threat: Option<Threat>,
    #[serde(default, deserialize_with = "super::when::day")]
    on: Option<Day>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    #[serde(default)]
    exercise: bool,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { province, threat, on, known_on, exercise } = call.query()?;
    Answer::whole(gateway.ask(call, &ListIndicators { province, threat, on, known_on, exercise }).await?)
}
