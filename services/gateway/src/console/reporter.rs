//! A source under its pseudonym: its record, what the record proposes, what the desk decided. Never who it is.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    intake::reporters::{GetReporter, GradeReporter, ReportOutcome, Reporter},
};
use domain::{Reliability, Timestamp};
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    fields, in_query, reader,
    shell::{Page, Reader, refused},
    situation::nothing,
    usable,
};
use crate::{
    Error, Gateway,
    domain::policy::{REPORT_READERS, VERIFIERS},
    store::reporters,
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    reliability: String,
    #[serde(default)]
    note: String,
}

/// Answers one source.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(source): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, REPORT_READERS).await {
        Ok(reader) => answer(&gateway, &reader, (&source, &uri), None).await,
        Err(answer) => answer,
    }
}

async fn answer(
    gateway: &Gateway,
    reader: &Reader,
    (source, uri): (&str, &Uri),
    refusal: Option<Failure>,
) -> Response {
    let known_on = in_query(uri, "known_on").and_then(|at| at.parse().ok());
    let query = GetReporter { source: source.to_owned(), known_on };
    let one = match gateway.ask_as(&reader.principal, None, &query).await {
        Ok(one) => one,
        Err(failure) => return reader.failed("/reports", &failure),
    };
    let erased = match reporters::erased_at(&gateway.db, source, known_on).await {
        Ok(erased) => erased,
        Err(error) => return reader.failed("/reports", &Error::from(error).into()),
    };
    let noted = reader.note_act(gateway, ("getReporter", source, serde_json::json!({ "console": true })));
    if let Err(error) = noted.await {
        return reader.failed("/reports", &error.into());
    }
    let status = refusal.as_ref().map_or(StatusCode::OK, |failure| status_of(failure.kind));
    (status, reader.page(&page(reader, &one, (erased, refusal.as_ref())))).into_response()
}

/// Decides how reliable a source is held to be.
pub(super) async fn grade(
    State(gateway): State<Arc<Gateway>>,
    Path(source): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, REPORT_READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    reader.here = format!("/reporters/{source}");
    match graded(&gateway, &reader, &headers, (&source, &press)).await {
        Ok(()) => Redirect::to(&format!("/reporters/{source}")).into_response(),
        Err(error) => answer(&gateway, &reader, (&source, &uri), Some(error.into())).await,
    }
}

async fn graded(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (source, press): (&str, &Press),
) -> Result<(), Error> {
    reader.check_form(headers, &press.token)?;
    let reliability: Reliability = press.reliability.parse()?;
    let wish = GradeReporter { source: source.to_owned(), reliability, note: press.note.trim().to_owned() };
    gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "reliability": reliability });
    reader.note_act(gateway, ("gradeReporter", source, detail)).await
}

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    one: &Reporter,
    (erased, refusal): (Option<Timestamp>, Option<&Failure>),
) -> Page<'a> {
    let t = reader.lang;
    let counts = [
        (ReportOutcome::Verified, one.record.verified),
        (ReportOutcome::Unverified, one.record.unverified),
        (ReportOutcome::Rejected, one.record.rejected),
        (ReportOutcome::Contradicted, one.record.contradicted),
    ];
    let body = html! {
        div.sheet {
            p.crumb { a href={ "/reports?source=" (one.source) } { "← " (t.say("reports.title")) } }
            h1 { (t.say("reporter.title")) " " code { (one.source) } }
            p.meta { @match (erased, one.identity_removed_at) {
                (Some(at), _) => (t.fill("reporter.erased", &[("time", &t.moment(at))])),
                (None, Some(at)) => (t.fill("reporter.removed", &[("time", &t.moment(at))])),
                (None, None) => (t.say("reporter.veiled")),
            } }
            @if let Some(failure) = refusal { (refused(t, failure)) }
            p.figure { span.grade { (one.reliability.map_or("—", Reliability::as_str)) }
                @if one.reliability.is_none() { (t.say("reporter.unknown")) } }
            dl.facts {
                div { dt { (t.say("reporter.sent")) } dd { (t.count(u64::from(one.reports))) } }
                @for (outcome, count) in counts { div { dt { (t.word("report-outcome", outcome.as_str())) } dd { (t.count(u64::from(count))) } } }
                div { dt { (t.say("reporter.proposed")) } dd { b { (one.proposed) } " " span.meta { (one.why) } } }
            }
            @if reader.principal.has_any(VERIFIERS) { (form(reader, one)) }
            h2 { (t.say("reporter.decisions")) }
            @if one.decisions.is_empty() { (nothing(t.say("reporter.no-decision"))) }
            ol.changes { @for step in &one.decisions { li {
                b { (step.reliability) } span.meta { (t.moment(step.at)) " · " (step.by) " · " (t.say("reporter.proposed")) " " (step.proposed) @if !step.note.is_empty() { ": " (step.note) } }
            } } }
            h2 { (t.say("reporter.record")) }
            @if one.outcomes.is_empty() { (nothing(t.say("reporter.no-record"))) }
            ol.changes { @for entry in &one.outcomes { li {
                a href={ "/reports/" (entry.report) } { (t.word("report-outcome", entry.outcome.as_str())) } span.meta { (t.moment(entry.at)) " · " (entry.by) }
            } } }
        }
    };
    Page { title: t.say("reporter.title"), part: "/reports", exercise: false, body }
}

fn form(reader: &Reader, one: &Reporter) -> Markup {
    let t = reader.lang;
    html! {
        section.actions { form.written method="post" action={ "/reporters/" (one.source) "/grade" } {
            (fields::sealed(reader))
            label for="reliability" { (t.say("reporter.grade")) }
            select #reliability name="reliability" {
                @for letter in Reliability::ALL { option value=(letter) selected[*letter == one.proposed] { (letter) } }
            }
            label for="note" { (t.say("reporter.note")) }
            textarea #note name="note" rows="2" maxlength="2000" {}
            p.buttons { button { (t.say("reporter.decide")) } }
        } }
    }
}
