//! The situation of each province and threat, and how it changed.

use chrono::TimeDelta;
use contracts::{
    PageRequest,
    alerts::ListEvaluations,
    analysis::{
        GetSituation, GradeRange, ListChanges,
        news::{GetNews, News},
    },
};
use domain::{Day, ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, KNOWN_ON, LIMIT};
use crate::{
    Error, Gateway,
    domain::{policy::READERS, spoken::only_levels_known},
    http::{
        Answer, Call, Route,
        table::{Param, handle, param},
    },
};

const THREAT: Param = param("threat", "Threat", "only this threat");
const ON: Param = param("on", "Day", "as it was known on this day");
const SINCE: Param = Param { required: true, ..param("since", "Time", "from this moment on") };
const EXERCISE: Param = param("exercise", "Flag", "that of the exercise instead of the real one");

/// What is asked of the situation.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/situation", READERS, handle!(all))
        .named("getSituation", "Every province and threat with anything to say.")
        .with(&[THREAT, ON, EXERCISE])
        .answers(200, &[(JSON, "SituationPage")]),
    Route::get("/v1/situation/{province}", READERS, handle!(one))
        .named(
            "getSituationOfProvince",
            "One province: its levels, what they are made of, how sure they are; and what they would be without a source.",
        )
        .with(&[
            THREAT,
            ON,
            EXERCISE,
            param("without", "Text", "what if: without what this source, or this owner of sources, said; nothing is kept"),
            param("grades", "GradeRange", "what if: by sources of these reliabilities alone; nothing is kept"),
        ])
        .answers(200, &[(JSON, "SituationPage")]),
    Route::get("/v1/changes", READERS, handle!(changes))
        .named("listChanges", "Changes of level, newest first. With `known_on` those that had been told by then.")
        .with(&[param("province", "Province", "only this province"), EXERCISE, KNOWN_ON, CURSOR, LIMIT])
        .answers(200, &[(JSON, "LevelChangePage")]),
    Route::get("/v1/news", READERS, handle!(news))
        .named(
            "getNews",
            "What changed since a moment, by province: levels, unusual months, forecasts, what came in. It tells up to `until`; ask on since then. \
             With `known_on` up to that moment, as was known then.",
        )
        .with(&[SINCE, param("province", "Province", "only this province"), EXERCISE, KNOWN_ON, CURSOR, LIMIT])
        .answers(200, &[(JSON, "News")]),
    Route::get("/v1/explain/no-alert", READERS, handle!(explain))
        .named(
            "explainNoAlert",
            "Why there is a warning or an alarm, or none: evaluations of the rules with their values, newest first.",
        )
        .with(&[param("province", "Province", "only this province"), CURSOR, LIMIT])
        .answers(200, &[(JSON, "EvaluationPage")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    threat: Option<Threat>,
    #[serde(default, deserialize_with = "super::when::day")]
    on: Option<Day>,
    #[serde(default)]
    exercise: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewsWish {
    #[serde(deserialize_with = "super::when::needed")]
    since: Timestamp,
    province: Option<ProvinceCode>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn news(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let NewsWish { since, province, exercise, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    let news = gateway.ask(call, &GetNews { since, province, exercise, known_on, page }).await?;
    let next = call.bound_cursor(news.next);
    Answer::ok(&News { next, ..news })
}

async fn all(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { threat, on, exercise } = call.query()?;
    let wish = GetSituation { threat, on, exercise, ..GetSituation::default() };
    known(gateway, call, &wish).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneFilter {
    threat: Option<Threat>,
    #[serde(default, deserialize_with = "super::when::day")]
    on: Option<Day>,
    #[serde(default)]
    exercise: bool,
    without: Option<String>,
    grades: Option<GradeRange>,
}

async fn one(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let province: ProvinceCode = call.param("province")?;
    let OneFilter { threat, on, exercise, without, grades } = call.query()?;
    let province = Some(province);
    let wish = GetSituation { province, threat, on, exercise, explained: true, without, grades };
    known(gateway, call, &wish).await
}

/// What analysis answers, with no level told where none can be spoken of.
async fn known(gateway: &Gateway, call: &Call, wish: &GetSituation) -> Result<Answer, Error> {
    let written = gateway.ask_written(call, wish).await?;
    Ok(Answer::written(&only_levels_known(&written)?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    province: Option<ProvinceCode>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn changes(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Changes { province, exercise, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    // up to the moment itself
    let until = known_on.map(|at| at.plus(TimeDelta::microseconds(1)));
    Answer::page(call, gateway.ask(call, &ListChanges { province, exercise, until, page }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Explain {
    province: Option<ProvinceCode>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn explain(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Explain { province, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListEvaluations { province, page }).await?)
}
