//! One warning: what it says, what it rests on, who had it in hand, what can be done with it, who got it and why.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State as Shared},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure, PageRequest,
    alerts::{GetWarning, MoveWarning, Warning, WarningAction},
    coordination::{Dissemination, ListDisseminations, ListOrganisations, Organisation},
};
use domain::{
    WarningId,
    warning::{Info, State, Status},
};
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    desk, fields, observation, or_refused, reader, released,
    shell::{self, Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{APPROVERS, READERS, WARNING_WRITERS},
};

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The warning.
    pub warning: Warning,
    /// What became of it.
    pub disseminations: Result<Vec<Dissemination>, Failure>,
    /// Names of the organisations; empty when they cannot be had.
    pub organisations: Vec<Organisation>,
    /// Why the last action was refused.
    pub refusal: Option<Failure>,
}

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    revision: u32,
    #[serde(default)]
    note: String,
}

/// Answers one warning.
pub(super) async fn show(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => answer(&gateway, &reader, &id, None).await,
        Err(answer) => answer,
    }
}

/// Moves a warning on; a refusal is shown on its page with every reason.
pub(super) async fn act(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let here = (READERS, format!("/warnings/{id}"));
    let moved = async |reader: &Reader| {
        let now = moved(&gateway, reader, &headers, (&id, &action, &press)).await?;
        Ok(format!("/warnings/{}", now.id))
    };
    let again = async |reader: &Reader, why| answer(&gateway, reader, &id, Some(why)).await;
    desk::press(&gateway, (&headers, &uri), here, moved, again).await
}

async fn moved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Press),
) -> Result<Warning, Error> {
    reader.check_form(headers, &press.token)?;
    let action: WarningAction = action.parse()?;
    let wish = MoveWarning {
        id: id.parse()?,
        action,
        note: press.note.trim().to_owned(),
        revision: Some(press.revision),
    };
    let warning = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "revision": warning.revision, "state": warning.state });
    reader.note_act(gateway, (&format!("{action}Warning"), id, detail)).await?;
    Ok(warning)
}

async fn answer(gateway: &Gateway, reader: &Reader, id: &str, refusal: Option<Failure>) -> Response {
    let id: WarningId = match id.parse() {
        Ok(id) => id,
        Err(_) => return reader.failed("/warnings", &Failure::not_found(reader.lang.say("warning.absent"))),
    };
    let warning = match gateway.ask_as(&reader.principal, None, &GetWarning { id: id.clone() }).await {
        Ok(warning) => warning,
        Err(failure) => return reader.failed("/warnings", refusal.as_ref().unwrap_or(&failure)),
    };
    let all = PageRequest { cursor: None, limit: Some(500) };
    let list = ListDisseminations { warning: Some(id), partner: None, page: all };
    let (disseminations, organisations) = futures::join!(
        gateway.ask_as(&reader.principal, None, &list),
        gateway.ask_as(&reader.principal, None, &ListOrganisations {}),
    );
    let status = refusal.as_ref().map_or(axum::http::StatusCode::OK, |failure| status_of(failure.kind));
    let disseminations = disseminations.map(|page| page.items);
    let seen = Seen { warning, disseminations, organisations: organisations.unwrap_or_default(), refusal };
    (status, reader.page(&page(reader, &seen))).into_response()
}

/// The page.
pub(super) fn page<'s>(reader: &Reader, seen: &'s Seen) -> Page<'s> {
    let (t, w) = (reader.lang, &seen.warning);
    let body = html! {
        div.sheet {
            p.crumb { a href="/warnings" { "← " (t.say("warnings.title")) } }
            @if let Some(failure) = &seen.refusal { (shell::refused(t, failure)) }
            div #warning data-live="warning.moved warning.issued" {
                p.entry-top {
                    b class={ "severity sev-" (w.severity.as_str().to_lowercase()) } { (t.word("severity", w.severity.as_str())) }
                    span class={ "state state-" (w.state) } { (t.word("state", w.state.as_str())) }
                    span.meta { (t.word("status", w.status.as_str())) " · " (t.word("message", w.message_type.as_str())) " · " (t.fill("warning.version", &[("n", &w.version.to_string())])) }
                    (shell::handling(t, &w.handling))
                }
                h1 { (shell::headline(t, w)) }
                (facts(t, w))
                (texts(t, w))
                (evidence(t, w))
                (people(t, w))
                (actions(reader, w))
            }
            section #released data-live="release.decided delivery.moved acknowledgement.recorded" {
                h2 { (t.say("released.title")) }
                p.meta { (t.say("released.note")) }
                (or_refused(t, &seen.disseminations, |all| released::table(t, w, (all, &seen.organisations))))
            }
        }
    };
    Page { title: shell::headline(t, w), part: "/warnings", exercise: w.status == Status::Exercise, body }
}

/// What, where, how soon, how bad, how certain, until when.
fn facts(t: Lang, w: &Warning) -> Markup {
    html! {
        dl.facts.five {
            div { dt { (t.say("cap.what")) } dd { (t.word("threat", w.threat.as_str())) ": " (t.word("level", w.level.as_str())) } }
            div { dt { (t.say("cap.where")) } dd {
                @for (number, place) in w.places.iter().enumerate() {
                    @if number > 0 { "; " }
                    @match (&place.province, &place.country) {
                        (Some(code), _) => { a href={ "/provinces/" (code) } { (t.province(code.as_str())) } ", " (t.country_of(code.as_str())) }
                        (None, Some(country)) => (t.country(country.as_str())),
                        (None, None) => (t.say("cap.somewhere")),
                    }
                    " " span.meta { (t.word("precision", place.precision.as_str())) }
                }
            } }
            div { dt { (t.say("cap.soon")) } dd { (t.word("urgency", w.urgency.as_str())) } }
            div { dt { (t.say("cap.bad")) } dd { (t.word("severity", w.severity.as_str())) " · " (t.word("certainty", w.certainty.as_str())) } }
            div { dt { (t.say("cap.until")) } dd { (t.moment(w.expires)) } }
        }
    }
}

fn texts(t: Lang, w: &Warning) -> Markup {
    html! {
        div.texts {
            @for info in &w.infos { (text(t, info)) }
        }
        @if w.infos.is_empty() { (nothing(t.say("warning.no-text"))) }
        p { a href={ "/v1/warnings/" (w.id) ".cap" } { "CAP 1.2" } " · " a href={ "/v1/warnings/" (w.id) } { "JSON" } }
    }
}

fn text(t: Lang, info: &Info) -> Markup {
    let label = Lang::read(&info.language).unwrap_or(t); // words between the texts in their own language
    html! {
        article.text lang=(info.language) {
            p.eyebrow { (info.language.to_uppercase()) " · " (info.event) }
            h2 { (info.headline) }
            @for paragraph in info.description.split("\n\n") { p { (paragraph) } }
            @if !info.assessment.is_empty() { h3 { (label.say("warning.assessment")) } p { (info.assessment) } }
            @if !info.instruction.is_empty() { h3 { (label.say("cap.do")) } p.do { (info.instruction) } }
        }
    }
}

fn evidence(t: Lang, w: &Warning) -> Markup {
    html! {
        h2 { (t.say("warning.evidence")) }
        @if w.evidence.is_empty() { (nothing(t.say("warning.no-evidence"))) } @else {
            div.scroll tabindex="0" role="region" aria-label=(t.say("warning.evidence")) {
                table {
                    thead { tr { th scope="col" { (t.say("incident.what")) } th scope="col" { (t.say("incident.day")) }
                        th scope="col" { (t.say("incident.grade")) } th.n scope="col" { (t.say("incident.share")) } } }
                    tbody { @for one in &w.evidence {
                        tr {
                            th scope="row" { (one.title) span.meta {
                                @for (number, id) in one.observations.iter().enumerate() {
                                    @if number > 0 { " · " }
                                    a href=(observation::href(id)) { (t.fill("incident.report", &[("n", &(number + 1).to_string())])) }
                                }
                            } }
                            td { (t.day(one.on)) } td { span.grade { (one.grade) } } td.n { (t.percent(one.share)) }
                        }
                    } }
                }
            }
        }
    }
}

fn people(t: Lang, w: &Warning) -> Markup {
    html! {
        h2 { (t.say("warning.people")) }
        dl.facts {
            div { dt { (t.say("warning.drafted")) } dd { (w.drafted_by) " " span.meta { (t.moment(w.drafted_at)) } } }
            div { dt { (t.say("warning.submitted")) } dd { (w.submitted_by.as_deref().unwrap_or("—")) } }
            div { dt { (t.say("warning.approved")) } dd { (w.approved_by.as_deref().unwrap_or("—"))
                @if let Some(sent) = w.sent { " " span.meta { (t.moment(sent)) } } } }
            @if !w.note.is_empty() { div { dt { (t.say("warning.note")) } dd { (w.note) } } }
        }
    }
}

/// What can be done with a warning that stands there.
const fn possible(state: State) -> &'static [WarningAction] {
    match state {
        State::Draft => &[WarningAction::Submit],
        State::Pending => &[WarningAction::Approve, WarningAction::Return],
        State::Issued => &[WarningAction::Cancel],
        State::Cancelled | State::Expired => &[],
    }
}

fn actions(reader: &Reader, w: &Warning) -> Markup {
    let t = reader.lang;
    let may = |action: &&WarningAction| {
        let roles = if matches!(action, WarningAction::Approve | WarningAction::Cancel) {
            APPROVERS
        } else {
            WARNING_WRITERS
        };
        reader.principal.has_any(roles)
    };
    let (all, mine): (_, Vec<_>) = (possible(w.state), possible(w.state).iter().filter(may).collect());
    let me = &reader.principal;
    let own = [Some(&w.drafted_by), w.submitted_by.as_ref()]
        .into_iter()
        .flatten()
        .any(|by| *by == me.subject || *by == me.name);
    html! {
        @if !all.is_empty() {
            section.actions aria-label=(t.say("warning.actions")) {
                @if mine.is_empty() { p.meta { (t.say("warning.not-yours")) } } @else {
                    @if w.state == State::Pending && own { p.meta { (t.say("warning.second-person")) } }
                    form method="post" action={ "/warnings/" (w.id) "/" (mine[0]) } {
                        (fields::sealed(reader))
                        input type="hidden" name="revision" value=(w.revision);
                        label for="note" { (t.say("warning.note-label")) }
                        textarea #note name="note" rows="2" maxlength="2000" {}
                        p.buttons { @for (number, action) in mine.iter().enumerate() {
                            button.second[number > 0 || **action == WarningAction::Cancel] formaction={ "/warnings/" (w.id) "/" (action) } { (t.word("action", action.as_str())) }
                        } }
                    }
                }
            }
        }
    }
}
