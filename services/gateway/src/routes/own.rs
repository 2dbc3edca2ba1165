//! The own reports of a sender: where each stands, and nothing of what was said of it.

use contracts::{
    Failure,
    intake::{
        ReportState,
        own::{ListOwnReports, OwnReport},
    },
};
use domain::{ReportId, Timestamp};

use super::{JSON, KNOWN_ON, Moment};
use crate::{
    Error, Gateway,
    domain::policy::REPORTERS,
    http::{Answer, Call, Route, table::handle},
    store::attachments,
};

/// What a sender may ask.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/own-reports", REPORTERS, handle!(list))
        .named(
            "listOwnReports",
            "The reports that one sent oneself, newest first, 50 at most: where each stands.",
        )
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "OwnReportPage")]),
    Route::get("/v1/own-reports/{id}", REPORTERS, handle!(get))
        .named("getOwnReport", "Where a report that one sent oneself stands; another's is told as absent.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "OwnReport")]),
];

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::page(call, gateway.ask(call, &ListOwnReports { report: None, known_on }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::ok(&own(gateway, call, (&call.param("id")?, known_on)).await?)
}

/// Where a report of the caller's own stands. One that intake has not heard of yet was received here, and waits.
pub(crate) async fn own(
    gateway: &Gateway,
    call: &Call,
    (id, known_on): (&ReportId, Option<Timestamp>),
) -> Result<OwnReport, Error> {
    let sent = attachments::sent(&gateway.db, id).await?;
    let own = sent.filter(|sent| sent.sent_by == call.principal.subject);
    let Some(sent) = own.filter(|sent| known_on.is_none_or(|at| sent.sent_at <= at)) else {
        return Err(Failure::not_found(format!("you have sent no report {id}")).into());
    };
    let found = gateway.ask(call, &ListOwnReports { report: Some(id.clone()), known_on }).await?;
    Ok(found.items.into_iter().next().unwrap_or_else(|| OwnReport {
        id: id.clone(),
        state: ReportState::Submitted,
        received_at: sent.sent_at,
        moved_at: None,
        files: 0,
    }))
}
