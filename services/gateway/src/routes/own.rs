//! The own reports of a sender: where each stands, and nothing of what was said of it.

use contracts::{
    Failure, Page,
    intake::{
        ReportState,
        own::{ListOwnReports, OwnReport, ReportWait},
    },
};
use domain::{ReportId, Timestamp};
use serde::Serialize;

use super::{JSON, KNOWN_ON, Moment};
use crate::{
    Error, Gateway,
    console::words::Lang,
    domain::policy::REPORTERS,
    http::{Answer, Call, Route, table::handle},
    store::attachments,
};

/// What a sender may ask.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/own-reports", REPORTERS, handle!(list))
        .named(
            "listOwnReports",
            "The reports that one sent oneself, newest first, 50 at most: where each stands, and of one that waits why and what can be done, in the language of Accept-Language (en, ru).",
        )
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "OwnReportPage")])
        .veiled(),
    Route::get("/v1/own-reports/{id}", REPORTERS, handle!(get))
        .named("getOwnReport", "Where a report that one sent oneself stands, and why it waits; another's is told as absent.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "OwnReport")])
        .veiled(),
];

/// A report with why it waits and what its sender can do, in the reader's language.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    report: OwnReport,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
}

/// One reason.
#[derive(Serialize)]
struct Reason {
    #[serde(rename = "reason")]
    word: ReportWait,
    why: String,
    what_to_do: String,
}

fn told(lang: Lang) -> impl Fn(OwnReport) -> Told {
    move |report| {
        let reason = |reason: &ReportWait| Reason {
            word: *reason,
            why: lang.word("report-wait", reason.as_str()),
            what_to_do: lang.word("report-do", reason.as_str()),
        };
        let reasons = report.waits_for.iter().map(reason).collect();
        Told { report, reasons }
    }
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::page(call, all(gateway, call, known_on).await?.map(told(call.lang())))
}

/// The caller's own reports, newest first.
pub(crate) async fn all(
    gateway: &Gateway,
    call: &Call,
    known_on: Option<Timestamp>,
) -> Result<Page<OwnReport>, Error> {
    let reporter = gateway.as_reporter(&call.principal).await?;
    let sent = attachments::sent_by(&gateway.db, &reporter.subject, known_on).await?;
    let wanted = ListOwnReports { report: None, known_on, sent };
    Ok(gateway.ask_as(&reporter, None, &wanted).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::ok(&told(call.lang())(own(gateway, call, (&call.param("id")?, known_on)).await?))
}

/// Where a report of the caller's own stands. One that intake has not heard of yet was received here, and waits.
pub(crate) async fn own(
    gateway: &Gateway,
    call: &Call,
    (id, known_on): (&ReportId, Option<Timestamp>),
) -> Result<OwnReport, Error> {
    let sent = attachments::sent(&gateway.db, id).await?;
    let reporter = gateway.as_reporter(&call.principal).await?;
    let own = sent.filter(|sent| sent.sent_by == reporter.subject);
    let Some(sent) = own.filter(|sent| known_on.is_none_or(|at| sent.sent_at <= at)) else {
        return Err(Failure::not_found(format!("you have sent no report {id}")).into());
    };
    let wanted = ListOwnReports { report: Some(id.clone()), known_on, sent: vec![id.clone()] };
    let found = gateway.ask_as(&reporter, None, &wanted).await?;
    Ok(found.items.into_iter().next().unwrap_or_else(|| OwnReport {
        id: id.clone(),
        state: ReportState::Submitted,
        received_at: sent.sent_at,
        moved_at: None,
        files: 0,
        waits_for: vec![ReportWait::Underway],
    }))
}
