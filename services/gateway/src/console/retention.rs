//! What is kept no longer, on the page of operations: what would be removed, the button that confirms it, what was removed.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    intake::retention::{
        ConfirmRetention, GetRetention, Going, ListGoing, Removable, Removal, Retention, RetentionRun,
        RetentionState,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    fields, in_query, or_refused, reader,
    shell::{Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{OVERSEERS, RETENTION_CONFIRMERS},
};

/// What the button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    fingerprint: String,
}

/// Confirms a preview and goes back to the page.
pub(super) async fn confirm(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, RETENTION_CONFIRMERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    "/operations".clone_into(&mut reader.here);
    match confirmed(&gateway, &reader, &headers, &press).await {
        Ok(()) => Redirect::to("/operations#retention").into_response(),
        Err(error) => reader.failed("/operations", &error.into()),
    }
}

async fn confirmed(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    press: &Press,
) -> Result<(), Error> {
    reader.check_form(headers, &press.token)?;
    let wish = ConfirmRetention { fingerprint: press.fingerprint.clone() };
    let run = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "state": run.state, "removals": run.removals });
    reader.note_act(gateway, ("confirmRetention", &run.fingerprint, detail)).await
}

/// The section of the page.
pub(super) fn section(reader: &Reader, asked: &Result<Retention, Failure>) -> Markup {
    let t = reader.lang;
    html! {
        section #retention {
            h2 { (t.say("retention.title")) }
            (or_refused(t, asked, |retention| html! {
                @if retention.removals.is_empty() { (nothing(t.say("retention.none"))) } @else { (preview(reader, retention)) }
                @for run in &retention.runs { (past(reader, run)) }
            }))
        }
    }
}

fn preview(reader: &Reader, retention: &Retention) -> Markup {
    let t = reader.lang;
    let asked = retention.runs.iter().any(|run| run.fingerprint == retention.fingerprint);
    let open = !retention.fingerprint.is_empty() && !asked;
    html! {
        (removals(t, &retention.removals, None))
        @for (at, one) in retention.removals.iter().enumerate().filter(|(_, one)| one.many > 0) {
            p.meta { a href={ "/operations/retention/" (at + 1) } { (t.fill("retention.which", &[("what", &t.word("removable", one.what.as_str())), ("n", &t.count(one.many))])) } }
        }
        @if open && reader.principal.has_any(RETENTION_CONFIRMERS) {
            (button(reader, &retention.fingerprint, if retention.two_persons { t.say("retention.ask") } else { t.say("retention.remove") }))
        }
        @if open && retention.two_persons { p.meta { (t.say("retention.two")) } }
    }
}

/// Answers what one rule would remove.
pub(super) async fn show_going(
    State(gateway): State<Arc<Gateway>>,
    Path(number): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, OVERSEERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let page = PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(100) };
    let wish = ListGoing { removal: number.parse().unwrap_or_default(), page };
    let (list, preview) = futures::join!(
        gateway.ask_as(&reader.principal, None, &wish),
        gateway.ask_as(&reader.principal, None, &GetRetention {}),
    );
    let (list, preview) = match (list, preview) {
        (Ok(list), Ok(preview)) => (list, preview),
        (Err(failure), _) | (_, Err(failure)) => return reader.failed("/operations", &failure),
    };
    let removal = (wish.removal as usize).checked_sub(1).and_then(|at| preview.removals.get(at));
    match removal {
        Some(removal) => reader.good(&going_page(&reader, (wish.removal, removal), &list)),
        None => Redirect::to("/operations#retention").into_response(),
    }
}

/// The page: each with the address where it stands.
pub(super) fn going_page<'a>(
    reader: &Reader,
    (number, removal): (u32, &Removal),
    list: &ListPage<Going>,
) -> Page<'a> {
    let t = reader.lang;
    let part = match removal.what {
        Removable::QuarantinedOriginals => None,
        Removable::SupersededRevisions => Some("observations"),
        Removable::SealedIdentities => Some("reports"),
        Removable::SupersededLeadVersions | Removable::DismissedLeads | Removable::UndecidedLeads => {
            Some("leads")
        }
    };
    let body = html! {
        div.sheet {
            p.crumb { a href="/operations#retention" { "← " (t.say("retention.title")) } }
            h1 { (t.word("removable", removal.what.as_str())) }
            p.meta { (removal.source) " " (removal.licence) " " (removal.why) }
            @if list.items.is_empty() { (nothing(t.say("retention.nothing"))) }
            ol.changes { @for one in &list.items { li {
                @match part {
                    Some(part) => a href={ "/" (part) "/" (one.id) } { code { (one.id) } },
                    None => code { (one.id) },
                }
                @if let Some(number) = one.number { " · " (t.count(number)) }
                span.meta { " · " (t.moment(one.ended_at)) }
            } } }
            @if let Some(cursor) = &list.next { p { a href={ "/operations/retention/" (number) "?cursor=" (cursor) } { (t.say("retention.more")) } } }
        }
    };
    Page { title: t.say("retention.title"), part: "/operations", exercise: false, body }
}

fn removals(t: Lang, all: &[Removal], removed: Option<&[u64]>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("retention.title")) {
            table {
                thead { tr {
                    th scope="col" { (t.say("retention.what")) } th scope="col" { (t.say("retention.before")) }
                    th.n scope="col" { (t.say("retention.many")) } th scope="col" { (t.say("retention.oldest")) }
                    @if removed.is_some() { th.n scope="col" { (t.say("retention.removed")) } }
                    th scope="col" { (t.say("retention.why")) }
                } }
                tbody { @for (at, one) in all.iter().enumerate() {
                    tr {
                        th scope="row" {
                            (t.word("removable", one.what.as_str()))
                            @if !one.source.is_empty() || !one.licence.is_empty() { span.meta { (one.source) " " (one.licence) } }
                        }
                        td { (t.day(one.before.day())) }
                        td.n { (t.count(one.many)) }
                        td { @match one.oldest { Some(oldest) => (t.day(oldest.day())), None => "—" } }
                        @if let Some(removed) = removed { td.n { (t.count(removed.get(at).copied().unwrap_or(0))) } }
                        td { (one.why) }
                    }
                } }
            }
        }
    }
}

fn past(reader: &Reader, run: &RetentionRun) -> Markup {
    let t = reader.lang;
    html! {
        article.kept {
            p {
                span.state { (t.word("retention-state", run.state.as_str())) } " "
                (run.asked_by) ", " (t.moment(run.asked_at))
                @if let Some(second) = &run.confirmed_by { " · " (second) }
                @if let Some(at) = run.finished_at { " · " (t.moment(at)) }
            }
            (removals(t, &run.removals, Some(&run.removed)))
            @if run.state == RetentionState::Asked && reader.principal.has_any(RETENTION_CONFIRMERS) {
                (button(reader, &run.fingerprint, t.say("retention.second")))
            }
        }
    }
}

fn button(reader: &Reader, fingerprint: &str, label: &str) -> Markup {
    html! {
        form method="post" action="/operations/retention" {
            (fields::sealed(reader))
            input type="hidden" name="fingerprint" value=(fingerprint);
            p.buttons { button { (label) } }
        }
    }
}
