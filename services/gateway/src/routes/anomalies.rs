//! Unusual months, and what people make of them.

use contracts::{
    PageRequest,
    analysis::anomalies::{Anomaly, AnomalyState, AnomalyVerdict, GetAnomaly, JudgeAnomaly, ListAnomalies},
};
use domain::{ProvinceCode, Threat, Timestamp};
use serde::Deserialize;

use super::{CURSOR, JSON, KNOWN_ON, LIMIT, Moment, Note};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, WARNING_WRITERS},
    http::{
        Answer, Call, Handler, Route,
        table::{Handle, handle, param},
    },
};

const fn judges(path: &'static str, handle: Handle) -> Route {
    Route::post(path, WARNING_WRITERS, Handler::Forward(handle))
        .takes("Note")
        .answers(200, &[(JSON, "Anomaly")])
        .matched()
}

/// What is done with anomalies.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/anomalies", READERS, handle!(list))
        .named(
            "listAnomalies",
            "Unusual months by province and threat, newest first, with what they are judged by. With `known_on` those that had been found \
             by then, each as it then stood. How one stood has been kept since an upgrade: one that had moved by then is told of moments \
             from its last move before the upgrade on, and left out of earlier ones, for its figures of those were not kept.",
        )
        .with(&[
            param("province", "Province", "only this province"),
            param("threat", "Threat", "only this threat"),
            param("state", "AnomalyState", "only those that stand there"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            KNOWN_ON,
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "AnomalyPage")]),
    Route::get("/v1/anomalies/{id}", READERS, handle!(get))
        .named("getAnomaly", "One anomaly with its baseline, what was counted, and what was made of it.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "Anomaly")])
        .tagged(),
    judges("/v1/anomalies/{id}/confirm", |g, c| Box::pin(judge(g, c, AnomalyVerdict::Confirm)))
        .named("confirmAnomaly", "Something has changed; with the reason."),
    judges("/v1/anomalies/{id}/explain", |g, c| Box::pin(judge(g, c, AnomalyVerdict::Explain)))
        .named("explainAnomaly", "It has a cause that is no change of the situation; with the reason."),
    judges("/v1/anomalies/{id}/dismiss", |g, c| Box::pin(judge(g, c, AnomalyVerdict::Dismiss)))
        .named("dismissAnomaly", "It is of no weight; with the reason."),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    province: Option<ProvinceCode>,
    threat: Option<Threat>,
    state: Option<AnomalyState>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { province, threat, state, exercise, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    let wish = ListAnomalies { province, threat, state, exercise, known_on, page };
    Answer::page(call, gateway.ask(call, &wish).await?)
}

fn answer(anomaly: &Anomaly) -> Result<Answer, Error> {
    Ok(Answer::ok(anomaly)?.revised(anomaly.version))
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    answer(&gateway.ask(call, &GetAnomaly { id: call.param("id")?, known_on }).await?)
}

async fn judge(gateway: &Gateway, call: &Call, verdict: AnomalyVerdict) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let wish = JudgeAnomaly { id: call.param("id")?, verdict, note, version: call.if_match()? };
    answer(&gateway.ask(call, &wish).await?)
}
