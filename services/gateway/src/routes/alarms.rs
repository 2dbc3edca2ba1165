//! Alarms, and the rules that raise them with their record.

use contracts::{
    PageRequest,
    alerts::alarms::{AlarmState, GetRules, ListAlarms},
};
use domain::{ProvinceCode, Threat};
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

/// What is asked of alarms.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/alerts", READERS, handle!(list))
        .named("listAlarms", "Alarms, newest first: what raised them, and what came of them.")
        .with(&[
            param("province", "Province", "only of this province"),
            param("threat", "Threat", "only of this threat"),
            param("state", "AlarmState", "only those that stand there"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "AlarmPage")]),
    Route::get("/v1/rules", READERS, handle!(rules))
        .named("listRules", "The rules that warn and alarm: budget, threshold, and how good the alarms were.")
        .answers(200, &[(JSON, "RuleStandingPage")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    province: Option<ProvinceCode>,
    threat: Option<Threat>,
    state: Option<AlarmState>,
    #[serde(default)]
    exercise: bool,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { province, threat, state, exercise, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListAlarms { province, threat, state, exercise, page }).await?)
}

async fn rules(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::whole(gateway.ask(call, &GetRules {}).await?)
}
