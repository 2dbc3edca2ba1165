//! One source: what was set of it, where it goes on, what it brought last and how it does, in words.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::intake::sources::{Connector, CursorMark, GetSource, Source, SourceMark, SourceState};
use maud::{Markup, html};

use super::{
    reader,
    shell::{Page, Reader},
    sources,
    words::Lang,
};
use crate::{
    Gateway,
    domain::policy::{READERS, SOURCERS},
};

/// Answers one source.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match gateway.ask_as(&reader.principal, None, &GetSource { key, known_on: None }).await {
        Ok(source) => reader.good(&page(&reader, &source)),
        Err(failure) => reader.failed("/sources", &failure),
    }
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, source: &Source) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/sources" { "← " (t.say("sources.title")) } }
            h1 { (source.form.title) }
            p { (told(t, source)) }
            div #source data-live="source.moved" { (sources::one(reader, source)) }
            section {
                h2 { (t.say("source.goes-on")) }
                (goes_on(t, source))
            }
            section {
                h2 { (t.say("source.set")) }
                (set(t, source))
                @if reader.principal.has_any(SOURCERS) {
                    p { a href={ "/sources/" (source.key) "/edit" } { (t.say("source.change")) } }
                }
            }
        }
    };
    Page { title: t.say("sources.title"), part: "/sources", exercise: source.form.exercise, body }
}

/// Where it goes on when it is asked next.
fn goes_on(t: Lang, source: &Source) -> Markup {
    let nothing = match source.connector {
        Connector::Webhook => t.say("source.sends"),
        _ => t.say("source.from-beginning"),
    };
    html! {
        @if source.goes_on.is_empty() { p.meta { (nothing) } }
        @else {
            dl.facts { @for mark in &source.goes_on {
                div { dt { (t.word("cursor-mark", mark.mark.as_str())) } dd { (figure(t, mark)) } }
            } }
        }
    }
}

/// A figure as people read it: a moment, a count, a country; else as its source writes it.
fn figure(t: Lang, mark: &SourceMark) -> String {
    let figure = mark.figure.as_str();
    let read = match mark.mark {
        CursorMark::Through | CursorMark::TakenBackThrough => figure.parse().ok().map(|at| t.moment(at)),
        CursorMark::Page
        | CursorMark::Rows
        | CursorMark::Links
        | CursorMark::LinksDue
        | CursorMark::LinksFailed => figure.parse().ok().map(|n| t.count(n)),
        CursorMark::Country => Some(t.country(figure)),
        CursorMark::Release | CursorMark::Changed | CursorMark::Version | CursorMark::Fingerprint => None,
    };
    read.unwrap_or_else(|| figure.to_owned())
}

/// What a person has set, beside what stands in its title.
fn set(t: Lang, source: &Source) -> Markup {
    let form = &source.form;
    html! {
        dl.facts {
            @if !source.address.is_empty() { div { dt { (t.say("source.address")) } dd { code { (source.address) } } } }
            div { dt { (t.say("source.asked")) } dd { (sources::every(t, source)) } }
            @if let Some(mapping) = &form.mapping {
                div { dt { (t.say("source.mapping")) } dd { a href={ "/mappings/" (mapping.name) } { (mapping.name) }
                    @if let Some(version) = mapping.version { " " (t.fill("mapping.version", &[("n", &version.to_string())])) } } }
            }
            @if let Some(handling) = &form.handling {
                div { dt { (t.say("mapping.handling")) } dd {
                    "TLP:" (handling.tlp()) " · " (t.word("class", handling.un_class().as_str())) " · "
                    (handling.licence.ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ")) ": "
                    (t.word("redistribution", handling.licence.redistribution.as_str()))
                } }
            }
            @if let Some(grade) = form.grade {
                div { dt { (t.say("source.grade")) } dd { (grade.reliability) (grade.credibility.digit()) } }
            }
            div { dt { (t.say("source.changed")) } dd { (source.by) ", " (t.moment(source.changed_at)) " · " (t.fill("mapping.version", &[("n", &source.version.to_string())])) } }
        }
    }
}

/// How it stands, in a sentence. It may fail although every attempt was answered: by what it brought or listed.
fn told(t: Lang, source: &Source) -> String {
    let health = &source.health;
    if health.state == SourceState::Failing && health.failures == 0 {
        return t.say("source-told.unread").to_owned();
    }
    t.word("source-told", health.state.as_str())
}
