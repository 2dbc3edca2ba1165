//! One field report: what it says, what looks like it, its files, what was done with it and what can be.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure,
    intake::{
        BorneOut, GetReport, MoveReport, Report, ReportAction, ReportState,
        alike::{Alike, ListAlike},
        questionnaires::Questionnaire,
    },
};
use domain::ReportId;
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    desk, fields, files, observation, or_refused, own_reports, questionnaires, reader, report_answers,
    report_correction::{self, Correcting},
    reports::standing,
    said::said,
    shell::{self, Page, Reader, refused},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{DUE_READERS, REPORT_READERS, REPORTERS, VERIFIERS},
};

/// A report with what is shown beside it.
#[derive(Debug)]
pub(super) struct Seen {
    /// The report.
    pub report: Report,
    /// The questionnaire that it answers; `None` where it answers none, or that cannot be had.
    pub asked: Option<Questionnaire>,
    /// What looks like it.
    pub alike: Result<Vec<Alike>, Failure>,
    /// Why the last press was refused.
    pub refusal: Option<Failure>,
    /// A correction that was refused, as it was filled in.
    pub correction: Correcting,
    /// How large and how many files may be.
    pub limits: String,
}

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
    #[serde(default)]
    note: String,
    #[serde(default)]
    of: String,
}

/// Answers one report.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, DUE_READERS).await {
        Ok(reader) if !reader.principal.has_any(REPORT_READERS) => {
            own_reports::one(&gateway, &reader, (&id, &uri)).await
        }
        Ok(reader) => answer(&gateway, &reader, &id, (None, Correcting::default())).await,
        Err(answer) => answer,
    }
}

pub(super) async fn answer(
    gateway: &Gateway,
    reader: &Reader,
    id: &str,
    (refusal, correction): (Option<Failure>, Correcting),
) -> Response {
    let Ok(id) = id.parse::<ReportId>() else {
        return reader.failed("/reports", &Failure::not_found(reader.lang.say("reports.absent")));
    };
    let (get, alike) =
        (GetReport { id: id.clone(), known_on: None }, ListAlike { report: id.clone(), known_on: None });
    let (report, alike) = futures::join!(
        gateway.ask_as(&reader.principal, None, &get),
        gateway.ask_as(&reader.principal, None, &alike),
    );
    let report = match report {
        Ok(report) => report,
        Err(failure) => return reader.failed("/reports", &failure),
    };
    let noted = reader.note_act(gateway, ("getReport", id.as_str(), serde_json::json!({ "console": true })));
    if let Err(error) = noted.await {
        return reader.failed("/reports", &error.into());
    }
    let asked = match &report.form.situation {
        Some(answers) => questionnaires::found(gateway, reader, answers.questionnaire.as_str()).await.ok(),
        None => None,
    };
    let status = refusal.as_ref().map_or(axum::http::StatusCode::OK, |failure| status_of(failure.kind));
    let seen = Seen { report, asked, alike, refusal, correction, limits: files::limits(reader, gateway) };
    (status, reader.page(&page(reader, &seen))).into_response()
}

/// Moves a report on; a refusal is shown on its page with every reason.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let page = format!("/reports/{id}");
    let moved = async |reader: &Reader| {
        moved(&gateway, reader, &headers, (&id, &action, &press)).await?;
        Ok(page.clone())
    };
    let again =
        async |reader: &Reader, why| answer(&gateway, reader, &id, (Some(why), Correcting::default())).await;
    desk::press(&gateway, (&headers, &uri), (REPORT_READERS, page.clone()), moved, again).await
}

async fn moved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Press),
) -> Result<(), Error> {
    reader.check_form(headers, &press.token)?;
    let action: ReportAction = action.parse()?;
    let of = Some(press.of.trim()).filter(|of| !of.is_empty()).map(str::parse).transpose();
    let of = of.map_err(|wrong| Failure::invalid("the report cannot be moved").at("/of", wrong))?;
    let note = press.note.trim().to_owned();
    let report = id.parse()?;
    gateway.check_verifier(&reader.principal, (&report, action)).await?;
    let wish = MoveReport {
        id: report,
        action,
        note,
        version: Some(press.version),
        of,
        correction: None,
        by_sender: false,
    };
    let now = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "version": now.version, "state": now.state });
    reader.note_act(gateway, (&format!("{action}Report"), id, detail)).await
}

/// The page of one report.
pub(super) fn page<'a>(reader: &Reader, seen: &Seen) -> Page<'a> {
    let (t, report) = (reader.lang, &seen.report);
    let body = html! {
        div.sheet {
            p.crumb { a href="/reports" { "← " (t.say("reports.title")) } }
            p.entry-top { (standing(t, report)) (shell::handling(t, &report.form.handling)) }
            h1 { (report_answers::titled(t, report)) }
            @if let Some(failure) = &seen.refusal { (refused(t, failure)) }
            div.columns {
                div {
                    @if report.form.situation.is_none() || report.form.text != report.form.title {
                        @for line in report.form.text.lines() { p { (line) } }
                    }
                    (facts(t, report))
                    (report_answers::table(t, report, seen.asked.as_ref()))
                    (kept_files(t, report))
                    (adding(reader, seen))
                    (actions(reader, report))
                    (report_correction::form(reader, report, &seen.correction))
                }
                aside {
                    @if report.form.situation.is_none() {
                        h2 { (t.say("alike.title")) }
                        (or_refused(t, &seen.alike, |alike| likes(t, alike)))
                    }
                    h2 { (t.say("reports.history")) }
                    (history(t, report))
                }
            }
        }
    };
    Page { title: t.say("reports.one"), part: "/reports", exercise: report.form.exercise, body }
}

fn facts(t: Lang, report: &Report) -> Markup {
    let form = &report.form;
    let letter = report.reliability.unwrap_or(form.grade.reliability);
    html! {
        dl.facts {
            div { dt { (t.say("table.province")) } dd {
                @match &report.place.province { Some(code) => { (t.province(code.as_str())) " · " (t.word("precision", report.place.precision.as_str())) } None => (t.say("reports.nowhere")) }
            } }
            div { dt { (t.say("table.threat")) } dd {
                @match &form.situation {
                    None => { (t.word("threat", form.threat.as_str())) " · " (t.kind(&form.kind)) }
                    Some(answers) if answers.raise() => (t.word("threat", form.threat.as_str())),
                    Some(_) => (t.say("weekly.quiet")),
                }
            } }
            @if let Some(day) = report.occurred_on { div { dt { (t.say("reports.held-on")) } dd { (t.day(day)) } } }
            @if let Some(at) = form.occurred_at { div { dt { (t.say("reports.occurred")) } dd { (t.moment(at)) } } }
            @if let Some(deaths) = form.deaths { div { dt { (t.say("reports.deaths")) } dd { (t.count(u64::from(deaths))) } } }
            div { dt { (t.say("reports.source")) } dd { a href={ "/reporters/" (report.source) } { (report.source) } } }
            div { dt { (t.say("incident.grade")) } dd { span.grade { (letter) (form.grade.credibility.digit()) } " "
                span.meta { @if report.reliability.is_some() { (t.say("reports.by-record")) } @else { (t.say("reports.by-form")) } } } }
            @if let Some(of) = &report.duplicate_of { div { dt { (t.say("reports.repeats")) } dd { a href={ "/reports/" (of) } { (of) } } } }
            @if let Some(observation) = &report.observation { div { dt { (t.say("reports.became")) } dd { a href=(observation::href(observation)) { (observation) } } } }
        }
    }
}

/// What adds files: the form for those who may add to every report, the way to it for whoever may have sent this one.
fn adding(reader: &Reader, seen: &Seen) -> Markup {
    let (t, id) = (reader.lang, &seen.report.id);
    html! {
        @if reader.principal.has_any(VERIFIERS) {
            details { summary { (t.say("files.add")) } (files::form(reader, id, &seen.limits)) }
        } @else if reader.principal.has_any(REPORTERS) {
            p { a href={ "/reports/" (id) "/files" } { (t.say("files.add")) } }
        }
    }
}

fn kept_files(t: Lang, report: &Report) -> Markup {
    html! {
        @if !report.attachments.is_empty() {
            h2 { (t.say("files.title")) }
            ul { @for file in &report.attachments { li {
                @match file.removed_at {
                    None => { a href={ "/v1/reports/" (report.id) "/attachments/" (file.id) } { (file.media_type) } ", " (t.count(file.bytes / 1024 + 1)) " KiB" }
                    Some(at) => (t.fill("files.removed", &[("time", &t.moment(at))])),
                }
                " " span.meta { "SHA-256 " code { (file.sha256) } }
            } } }
            p.meta { (t.say("files.clean")) " " (t.say("files.documents")) }
        }
    }
}

fn likes(t: Lang, alike: &[Alike]) -> Markup {
    html! {
        @if alike.is_empty() { (nothing(t.say("alike.none"))) }
        ol.changes { @for like in alike { li {
            span {
                @match (&like.report, &like.observation) {
                    (Some(id), _) => a href={ "/reports/" (id) } { (like.title) },
                    (_, Some(id)) => a href=(observation::href(id)) { (like.title) },
                    _ => (like.title),
                }
            }
            span.meta { (t.day(like.on)) " · "
                @if like.independent { (t.say("alike.independent")) } @else { (t.say("alike.same-source")) }
                @if let Some(state) = like.state { " · " (t.word("report-state", state.as_str())) }
                @if let Some(id) = &like.report { " · " code { (id) } }
            }
        } } }
    }
}

/// The note of a step: a reason of the service in the language of the reader, what a person wrote as it was written.
pub(super) fn noted(t: Lang, note: &str) -> String {
    if contracts::reason::is_told(note) { said(t, note) } else { note.to_owned() }
}

fn history(t: Lang, report: &Report) -> Markup {
    html! {
        ol.changes { @for step in &report.history { li {
            b { (t.word("report-state", step.state.as_str())) }
            span.meta { (t.moment(step.at)) " · " (step.by) @if !step.note.is_empty() { ": " (noted(t, &step.note)) }
                @if let Some(on) = &step.borne_out_by { " · " (borne_out(t, on)) }
                @if let Some(was) = &step.was { " · " (t.fill("reports.was", &[("place", &report_correction::held(t, &was.place)), ("day", &t.day(was.occurred_on))])) } }
        } } }
    }
}

/// On what of another source a verification without a note rests.
fn borne_out(t: Lang, on: &BorneOut) -> Markup {
    html! {
        (t.say("reports.borne-out"))
        @if let Some(id) = &on.report { " " a href={ "/reports/" (id) } { (id) } }
        @if let Some(id) = &on.observation { " " a href=(observation::href(id)) { (id) } }
    }
}

/// What can be done where a report stands.
fn possible(report: &Report) -> Vec<ReportAction> {
    use ReportAction as A;
    match report.state {
        ReportState::Submitted => vec![A::Triage, A::Duplicate, A::Reject],
        ReportState::Triage => vec![A::Investigate, A::Duplicate, A::Reject],
        ReportState::Verifying => vec![A::Verify, A::Unverify, A::Contradict, A::Duplicate, A::Reject],
        ReportState::Verified | ReportState::Unverified => {
            vec![A::Accept, A::Investigate, A::Contradict, A::Duplicate, A::Reject]
        }
        ReportState::Accepted => vec![A::Contradict, A::Reject],
        ReportState::Rejected | ReportState::Duplicate => vec![],
    }
}

fn actions(reader: &Reader, report: &Report) -> Markup {
    let (t, possible) = (reader.lang, possible(report));
    let path = |action: &ReportAction| format!("/reports/{}/{action}", report.id);
    let Some(first) = possible.first().filter(|_| reader.principal.has_any(VERIFIERS)) else {
        return html! { @if !possible.is_empty() { p.meta { (t.say("warning.not-yours")) } } };
    };
    html! {
        section.actions {
            h2 { (t.say("warning.actions")) }
            form.written method="post" action=(path(first)) {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(report.version);
                label for="note" { (t.say("reports.note")) }
                textarea #note name="note" rows="2" maxlength="2000" {}
                @if possible.contains(&ReportAction::Duplicate) {
                    label for="of" { (t.say("reports.of")) }
                    input #of name="of" type="text" maxlength="29" spellcheck="false" placeholder="re_…";
                }
                p.buttons { @for action in &possible {
                    button.second[action != first] formaction=(path(action)) { (t.word("report-action", action.as_str())) }
                } }
            }
            ul.meta { @for action in &possible {
                @let guard = t.word("report-guard", action.as_str());
                li { b { (t.word("report-action", action.as_str())) } ": " (guard) }
            } }
        }
    }
}
