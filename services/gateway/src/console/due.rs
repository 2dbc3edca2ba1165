//! Weekly reports that are owed: which came, which are missing, and who owes them.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    intake::weekly::{
        Assignment, AssignmentAction, ChangeAssignment, Due, DueState, ListAssignments, ListDue,
    },
};
use domain::Day;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    fields, in_query, or_refused, reader,
    reports::provinces,
    shell::{Page, Reader, refused},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{DUE_READERS, REPORT_READERS, VERIFIERS, require},
    routes::weekly::{Duty, due_to, veiled},
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The Monday of the week.
    pub week: Day,
    /// What is owed.
    pub due: Result<Vec<Due>, Failure>,
    /// Who owes it; `None` for a monitor.
    pub assignments: Option<Result<Vec<Assignment>, Failure>>,
    /// A report that was just received.
    pub sent: Option<String>,
    /// Why the last press was refused.
    pub refusal: Option<Failure>,
}

/// Answers the list of a week.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, DUE_READERS).await {
        Ok(reader) => answer(&gateway, &reader, &uri, None).await,
        Err(answer) => answer,
    }
}

async fn answer(gateway: &Gateway, reader: &Reader, uri: &Uri, refusal: Option<Failure>) -> Response {
    let last = reader.now.day().plus(-7);
    let week: Day = in_query(uri, "week").and_then(|day| day.parse().ok()).unwrap_or(last);
    let desk = reader.principal.has_any(REPORT_READERS);
    let due = match due_to(gateway, &reader.principal).await {
        Ok((asker, source)) => {
            gateway.ask_as(&asker, None, &ListDue { week: Some(week), source, known_on: None }).await
        }
        Err(error) => Err(error.into()),
    };
    let assignments = if desk {
        Some(gateway.ask_as(&reader.principal, None, &ListAssignments::default()).await)
    } else {
        None
    };
    let sent = in_query(uri, "sent").filter(|id| id.parse::<domain::ReportId>().is_ok());
    let status = refusal.as_ref().map_or(axum::http::StatusCode::OK, |f| kit::http::status_of(f.kind));
    let seen = Seen { week: week.week().0, due, assignments, sent, refusal };
    (status, reader.page(&page(reader, &seen))).into_response()
}

/// What the form for a new duty sends.
#[derive(Deserialize)]
pub(super) struct New {
    token: String,
    #[serde(default)]
    key: String,
    monitor: String,
    call_sign: String,
    province: String,
}

/// Has a monitor report of a province every week.
pub(super) async fn assign(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(new): Form<New>,
) -> Response {
    pressed(&gateway, (&headers, &uri), async |gateway, reader| {
        reader.check_form(&headers, &new.token)?;
        require(&reader.principal, VERIFIERS)?;
        let (monitor, call_sign) = (new.monitor.trim().to_owned(), new.call_sign.trim().to_owned());
        let duty = Duty { monitor, call_sign, province: new.province.parse()?, from: None };
        let one = gateway.ask_as(&reader.principal, usable(&new.key), &veiled(gateway, duty).await?).await?;
        let detail = serde_json::json!({ "console": true, "province": one.province });
        reader.note_act(gateway, ("assignMonitor", one.id.as_str(), detail)).await
    })
    .await
}

/// What a button of a duty sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
    #[serde(default)]
    note: String,
    #[serde(default)]
    until: String,
}

/// Pauses, resumes or ends a duty.
pub(super) async fn change(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    pressed(&gateway, (&headers, &uri), async |gateway, reader| {
        reader.check_form(&headers, &press.token)?;
        let action: AssignmentAction = action.parse()?;
        let until = Some(press.until.as_str()).filter(|day| !day.is_empty()).map(str::parse).transpose()?;
        let note = press.note.trim().to_owned();
        let (id, version) = (id.parse()?, Some(press.version));
        let wish = ChangeAssignment { id, action, from: None, until, note, version };
        let one = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
        let detail = serde_json::json!({ "console": true, "version": one.version });
        reader.note_act(gateway, (&format!("{action}Assignment"), one.id.as_str(), detail)).await
    })
    .await
}

async fn pressed(
    gateway: &Gateway,
    (headers, uri): (&HeaderMap, &Uri),
    work: impl AsyncFnOnce(&Gateway, &Reader) -> Result<(), Error>,
) -> Response {
    let mut reader = match reader(gateway, headers, uri, REPORT_READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    "/reports/due".clone_into(&mut reader.here);
    match work(gateway, &reader).await {
        Ok(()) => Redirect::to("/reports/due#duties").into_response(),
        Err(error) => answer(gateway, &reader, uri, Some(error.into())).await,
    }
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, seen: &Seen) -> Page<'a> {
    let t = reader.lang;
    let (monday, sunday) = seen.week.week();
    let href = |week: Day| format!("/reports/due?week={week}");
    let body = html! {
        div.sheet {
            @if reader.principal.has_any(REPORT_READERS) { p.crumb { a href="/reports" { "← " (t.say("reports.title")) } } }
            @else { p.crumb { a href="/reports/mine" { "← " (t.say("own.title")) } } }
            h1 { (t.say("due.title")) }
            @if let Some(id) = &seen.sent { p.notice role="status" { (t.fill("weekly.sent", &[("id", id)])) " " a href={ "/reports/" (id) "/files" } { (t.say("files.add")) } } }
            @if let Some(failure) = &seen.refusal { (refused(t, failure)) }
            h2 { (t.fill("weekly.of", &[("from", &t.day(monday)), ("to", &t.day(sunday))])) }
            p { a href=(href(monday.plus(-7))) { "← " (t.say("due.before")) } @if sunday < reader.now.day() { " · " a href=(href(monday.plus(7))) { (t.say("due.after")) " →" } }
                " · " a href="/reports/weekly" { (t.say("weekly.write")) }
                @if reader.principal.has_any(REPORT_READERS) { " · " a href="/questionnaires" { (t.say("questionnaires.title")) } } }
            (or_refused(t, &seen.due, |due| html! {
                @if due.is_empty() { (nothing(t.say("due.none"))) } @else { (table(t, due)) }
            }))
            @if let Some(assignments) = &seen.assignments {
                h2 #duties { (t.say("duties.title")) }
                (or_refused(t, assignments, |all| duties(reader, all)))
                @if reader.principal.has_any(VERIFIERS) { (new(reader)) }
            }
        }
    };
    Page { title: t.say("due.title"), part: "/reports", exercise: false, body }
}

fn table(t: Lang, due: &[Due]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("due.title")) { table.stacked {
            thead { tr {
                th scope="col" { (t.say("table.province")) } th scope="col" { (t.say("duties.call-sign")) }
                th scope="col" { (t.say("due.state")) } th scope="col" { (t.say("due.by")) }
            } }
            tbody { @for one in due { tr {
                th scope="row" { (t.province(one.province.as_str())) span.meta { (t.country(one.country.as_str())) } }
                td data-label=(t.say("duties.call-sign")) { (one.call_sign) }
                td.bad[one.state == DueState::Missing] data-label=(t.say("due.state")) {
                    (t.word("due-state", one.state.as_str()))
                    @if !one.why.is_empty() { span.meta { (one.why) } }
                    @if let (Some(id), Some(at)) = (&one.report, one.received_at) { span.meta { a href={ "/reports/" (id) } { (t.moment(at)) } } }
                    @if matches!(one.state, DueState::Due | DueState::Missing) {
                        span.meta { a href={ "/reports/weekly?province=" (one.province) "&week=" (one.week) } { (t.say("weekly.write")) } }
                    }
                }
                td data-label=(t.say("due.by")) { (t.day(one.due_on)) }
            } } }
        } }
    }
}

fn duties(reader: &Reader, all: &[Assignment]) -> Markup {
    let t = reader.lang;
    let today = reader.now.day();
    html! {
        @if all.is_empty() { (nothing(t.say("duties.none"))) }
        @for one in all {
            article.paper {
                p { b { (one.call_sign) } " · " (t.province(one.province.as_str())) " · " a href={ "/reporters/" (one.source) } { (one.source) }
                    @if let Some(until) = one.until { " · " (t.fill("duties.ended", &[("day", &t.day(until))])) } }
                @for pause in one.pauses.iter().filter(|pause| pause.until.is_none_or(|until| until >= today)) {
                    p.meta { (t.fill("duties.paused", &[("day", &t.day(pause.from)), ("why", &pause.why)])) }
                }
                @if reader.principal.has_any(VERIFIERS) && one.until.is_none() { (buttons(reader, one)) }
            }
        }
    }
}

fn buttons(reader: &Reader, one: &Assignment) -> Markup {
    let (t, id) = (reader.lang, one.id.as_str());
    let path = |action: AssignmentAction| format!("/reports/due/{id}/{action}");
    html! {
        details {
            summary { (t.say("duties.change")) }
            form.written method="post" action=(path(AssignmentAction::Pause)) {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(one.version);
                label for={ "note-" (id) } { (t.say("duties.why")) }
                input id={ "note-" (id) } name="note" type="text" maxlength="200";
                label for={ "until-" (id) } { (t.say("duties.until")) }
                input id={ "until-" (id) } name="until" type="date";
                p.buttons { @for action in AssignmentAction::ALL.iter().copied() {
                    button.second[action != AssignmentAction::Pause] formaction=(path(action)) { (t.word("assignment-action", action.as_str())) }
                } }
            }
        }
    }
}

fn new(reader: &Reader) -> Markup {
    let t = reader.lang;
    html! {
        section.actions {
            h2 { (t.say("duties.new")) }
            form.written method="post" action="/reports/due" {
                (fields::sealed(reader))
                label for="monitor" { (t.say("duties.monitor")) }
                input #monitor name="monitor" type="text" maxlength="200" required autocomplete="off";
                p.meta { (t.say("duties.veiled")) }
                label for="call_sign" { (t.say("duties.call-sign")) }
                input #call_sign name="call_sign" type="text" maxlength="200" required;
                label for="province" { (t.say("table.province")) }
                (provinces(t, None, "—"))
                p.buttons { button { (t.say("duties.assign")) } }
            }
        }
    }
}
