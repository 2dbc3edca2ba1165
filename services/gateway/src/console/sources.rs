//! Sources: how each does, what it brought last, what it needs, and the buttons that ask it and switch it.

use std::sync::Arc;

use axum::{
    extract::{Form, Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure, Page as ListPage,
    intake::sources::{Connector, ListSources, MoveSource, Source, SourceAction, SourceState},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    desk, fields, or_refused, reader,
    said::said,
    shell::{self, Page, Reader},
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, SOURCERS},
};

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
}

/// Answers all sources.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let list = gateway.ask_as(&reader.principal, None, &ListSources::default()).await;
    reader.good(&page(&reader, &list, None))
}

/// Asks or switches a source and goes back to the list; a refusal is shown above it.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((source, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let acted = async |reader: &Reader| {
        acted(&gateway, reader, &headers, (&source, &action, &press)).await?;
        Ok(format!("/sources#{source}"))
    };
    let again = async |reader: &Reader, why: Failure| {
        let list = gateway.ask_as(&reader.principal, None, &ListSources::default()).await;
        let status = kit::http::status_of(why.kind);
        (status, reader.page(&page(reader, &list, Some(&why)))).into_response()
    };
    desk::press(&gateway, (&headers, &uri), (SOURCERS, "/sources".to_owned()), acted, again).await
}

async fn acted(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (source, action, press): (&str, &str, &Press),
) -> Result<(), Error> {
    reader.check_form(headers, &press.token)?;
    let action: SourceAction = action.parse()?;
    let wish = MoveSource { key: source.to_owned(), action, version: Some(press.version) };
    let moved = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail =
        serde_json::json!({ "console": true, "version": moved.version, "state": moved.health.state });
    reader.note_act(gateway, (&format!("{action}Source"), source, detail)).await
}

/// The page of the sources.
pub(super) fn page<'a>(
    reader: &Reader,
    list: &Result<ListPage<Source>, Failure>,
    refusal: Option<&Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("sources.title")) }
            p.meta { (t.say("sources.lead")) }
            @if reader.principal.has_any(SOURCERS) { p { a href="/sources/new" { (t.say("source.new")) } } }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            div #sources data-live="source.moved" {
                (or_refused(t, list, |list| html! { @for source in &list.items { (entry(reader, source)) } }))
            }
        }
    };
    Page { title: t.say("sources.title"), part: "/sources", exercise: false, body }
}

/// How those that are switched on and do not do well do; for the page of the operator.
pub(super) fn troubled(t: Lang, list: &Result<ListPage<Source>, Failure>) -> Markup {
    or_refused(t, list, |list| {
        let on: Vec<&Source> = list.items.iter().filter(|source| source.enabled).collect();
        let well = on.iter().filter(|source| source.health.state == SourceState::Good).count() as u64;
        let counts = [
            ("well", t.count(well)),
            ("on", t.count(on.len() as u64)),
            ("all", t.count(list.items.len() as u64)),
        ];
        let counts: Vec<(&str, &str)> = counts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        html! {
            p { (t.fill("sources.summary", &counts)) " " a href="/sources" { (t.say("sources.all")) } }
            @for source in on.iter().filter(|source| source.health.state != SourceState::Good) {
                p { a href={ "/sources#" (source.key) } { (source.form.title) } " " (state(t, source)) span.meta { " " (said(t, &source.health.error)) } }
            }
        }
    })
}

fn state(t: Lang, source: &Source) -> Markup {
    let state = source.health.state;
    let bad = matches!(state, SourceState::Lacking | SourceState::Failing | SourceState::Silent);
    html! { span.state.good[state == SourceState::Good].bad[bad] { (t.word("source-state", state.as_str())) } }
}

fn entry(reader: &Reader, source: &Source) -> Markup {
    html! {
        article.source id=(source.key) {
            h2 { a href={ "/sources/" (source.key) } { (source.form.title) } " " (state(reader.lang, source)) }
            (one(reader, source))
        }
    }
}

/// How one does, on whose terms, and the buttons.
pub(super) fn one(reader: &Reader, source: &Source) -> Markup {
    let (t, health) = (reader.lang, &source.health);
    html! {
            p.meta {
                code { (source.key) } " · " (t.word("connector", source.connector.as_str()))
                @if let Some(format) = source.format { " · " (format) }
                @if source.connector == Connector::Webhook { " · " code { "/v1/hooks/" (source.key) } }
                " · " (every(t, source))
            }
            (facts(t, source))
            @if !health.missing.is_empty() {
                p { (t.say("sources.missing")) @for key in &health.missing { " " code { (key) } } }
            }
            @if !health.error.is_empty() { p.refused { (said(t, &health.error)) } }
            (terms(t, source))
            @if reader.principal.has_any(SOURCERS) { (buttons(reader, source)) }
    }
}

/// When it answered, when it is asked next, and what it brought.
fn facts(t: Lang, source: &Source) -> Markup {
    let health = &source.health;
    let moment = |at: Option<domain::Timestamp>| at.map_or_else(|| "—".to_owned(), |at| t.moment(at));
    html! {
        dl.facts {
            div { dt { (t.say("sources.last-good")) } dd { (moment(health.last_good)) } }
            @if source.connector != Connector::Webhook { div { dt { (t.say("sources.next")) } dd { (moment(health.next_at)) } } }
            @if let Some(since) = health.silent_since { div { dt { (t.say("sources.silent-since")) } dd { (t.moment(since)) } } }
            @if health.failures > 0 { div { dt { (t.say("sources.failures")) } dd { (t.count(u64::from(health.failures))) } } }
            div { dt { (t.say("sources.brought")) } dd { (t.count(source.brought)) } }
            @if let Some(run) = &source.last_run {
                @let counts = [("read", t.count(run.read)), ("new", t.count(run.accepted)), ("revised", t.count(run.updated)), ("unreadable", t.count(run.quarantined))];
                @let counts: Vec<(&str, &str)> = counts.iter().map(|(name, text)| (*name, text.as_str())).collect();
                div { dt { a href={ "/imports/" (run.import) } { (t.say("sources.last-run")) } } dd { (t.fill("sources.rows", &counts)) } }
            }
        }
    }
}

/// How often it is asked.
pub(super) fn every(t: Lang, source: &Source) -> String {
    let (seconds, hour) = (u64::from(source.form.every_s), 3600);
    if seconds == 0 {
        return t.say("sources.never").to_owned();
    }
    if seconds.is_multiple_of(hour) {
        return t.fill("sources.every-h", &[("n", &t.count(seconds / hour))]);
    }
    t.fill("sources.every-min", &[("n", &t.count(seconds.div_ceil(60)))])
}

/// Licence and handling: what may be done with what it brings.
fn terms(t: Lang, source: &Source) -> Markup {
    let handling = source.form.handling.as_ref();
    html! {
        p.meta {
            @match &source.terms {
                Some(terms) => { (terms.licence) ": " (t.word("redistribution", terms.redistribution.as_str())) }
                None => (t.say("sources.own-terms"))
            }
            @if let Some(handling) = handling { " · TLP:" (handling.tlp()) }
        }
    }
}

fn buttons(reader: &Reader, source: &Source) -> Markup {
    let t = reader.lang;
    let action = |action: SourceAction| format!("/sources/{}/{action}", source.key);
    let (can_pull, first) = if source.enabled {
        (source.connector != Connector::Webhook, SourceAction::Pause)
    } else {
        (false, SourceAction::Resume)
    };
    html! {
        form method="post" action=(action(first)) {
            (fields::sealed(reader))
            input type="hidden" name="version" value=(source.version);
            p.buttons {
                @if can_pull { button formaction=(action(SourceAction::Pull)) { (t.word("source-action", "pull")) } }
                button.second[source.enabled] disabled[!source.enabled && !source.health.missing.is_empty()] { (t.word("source-action", first.as_str())) }
            }
        }
    }
}
