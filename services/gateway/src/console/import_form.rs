//! The form that a file is handed in by: what it is may be left open, on whose terms it comes stands beneath.

use std::sync::Arc;

use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, FailureKind, Page as ListPage, PageRequest,
    intake::{
        formats::{FormatTerms, ListFormats},
        mapping::{ListMappings, Mapping},
    },
};
use futures::TryStreamExt as _;
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    fields::{self, Fields, choice, text},
    imports,
    mappings::{broken, written},
    or_refused, reader,
    shell::{self, Reader},
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::IMPORTERS,
    http::{Call, answer::Content},
    routes::imports::take_wished,
};

/// What stands before the name of a mapping among the formats.
const MAPPED: &str = "mapped:";
/// So much of a refused file is still heard out, so that the browser shows why and no broken line; in bytes.
const HEARD_OUT: usize = 64 * 1024 * 1024;

/// What the form offers, what was sent, and why it was refused.
#[derive(Debug)]
pub(super) struct Seen {
    /// The formats, with the terms of each.
    pub formats: Result<ListPage<FormatTerms>, Failure>,
    /// The saved mappings.
    pub mappings: Result<ListPage<Mapping>, Failure>,
    /// What was sent.
    pub sent: Fields,
    /// Why it was refused.
    pub refusal: Option<Failure>,
}

/// What the form offers to this reader; nothing where they may not send.
pub(super) async fn look(gateway: &Gateway, reader: &Reader) -> Option<Seen> {
    if !reader.principal.has_any(IMPORTERS) {
        return None;
    }
    let all = ListMappings { known_on: None, page: PageRequest { cursor: None, limit: Some(200) } };
    let (formats, mappings) = futures::join!(
        gateway.ask_as(&reader.principal, None, &ListFormats {}),
        gateway.ask_as(&reader.principal, None, &all),
    );
    Some(Seen { formats, mappings, sent: Fields::new(), refusal: None })
}

/// Takes a file in from a form: its fields first, the file last, streamed as it comes; a refusal is shown beside the form.
pub(super) async fn send(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    form: Multipart,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, IMPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    "/imports".clone_into(&mut reader.here);
    let mut sent = Fields::new();
    let refusal: Failure = match taken(&gateway, &reader, (&headers, form), &mut sent).await {
        Ok(id) => return Redirect::to(&format!("/imports/{id}?sent=true")).into_response(),
        Err(error) => error.into(),
    };
    let status = status_of(refusal.kind);
    let seen = look(&gateway, &reader).await.map(|seen| Seen { sent, refusal: Some(refusal), ..seen });
    let list = imports::newest(&gateway, &reader).await;
    (status, reader.page(&imports::page(&reader, &list, seen.as_ref()))).into_response()
}

async fn taken(
    gateway: &Gateway,
    reader: &Reader,
    (headers, mut form): (&HeaderMap, Multipart),
    sent: &mut Fields,
) -> Result<String, Error> {
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            sent.insert(name, written(field).await?);
            continue;
        }
        let called = field.file_name().unwrap_or_default().to_owned();
        let answer = match wished(reader, headers, (sent, &called)) {
            Ok(call) => {
                let chunks = (&mut field).map_err(std::io::Error::other);
                take_wished(gateway, &call, Box::pin(chunks)).await
            }
            Err(failure) => Err(failure.into()),
        };
        let Content::Text(receipt) = &heard_out(answer, field).await?.body else { break };
        let receipt: serde_json::Value = serde_json::from_str(receipt)?;
        return Ok(receipt["id"].as_str().unwrap_or_default().to_owned());
    }
    Err(no_file().into())
}

fn no_file() -> Failure {
    Failure::invalid("the form holds no file; choose one").at("file", "choose a file")
}

/// The call that the form stands for.
fn wished(reader: &Reader, headers: &HeaderMap, (sent, called): (&Fields, &str)) -> Result<Call, Failure> {
    reader.check_form(headers, text(sent, "token"))?;
    if called.is_empty() {
        return Err(no_file());
    }
    let (format, mapping) = match text(sent, "format").strip_prefix(MAPPED) {
        Some(mapping) => ("mapped", mapping),
        None => (text(sent, "format"), text(sent, "mapping")),
    };
    let exercise = if sent.contains_key("exercise") { "true" } else { "" };
    let wish = [("format", format), ("mapping", mapping), ("name", called), ("exercise", exercise)];
    let wish = wish.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(Call {
        key: usable(text(sent, "key")).map(str::to_owned),
        query: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(wish).finish(),
        ..Call::of_page(&reader.principal, "receiveImport")
    })
}

/// The answer; where it is a refusal, after the rest of the file was heard out as far as that goes.
async fn heard_out<T>(
    answer: Result<T, Error>,
    mut rest: axum::extract::multipart::Field<'_>,
) -> Result<T, Error> {
    if answer.is_err() {
        let mut heard = 0;
        while heard < HEARD_OUT
            && let Ok(Some(chunk)) = rest.chunk().await
        {
            heard += chunk.len();
        }
    }
    answer
}

/// The form.
pub(super) fn form(reader: &Reader, seen: &Seen) -> Markup {
    let t = reader.lang;
    html! {
        @if let Some(failure) = &seen.refusal { (refusal(t, failure)) }
        form.written method="post" action="/imports" enctype="multipart/form-data" {
            fieldset {
                legend { (t.say("imports.send-legend")) }
                p.meta { (t.say("imports.send-how")) }
                (fields::sealed(reader))
                (choice((t.say("imports.what"), "format"), text(&seen.sent, "format"), formats(t, seen)))
                p { (fields::tick((t.say("imports.exercise"), "exercise"), &seen.sent)) }
                label for="file" { (t.say("imports.file")) }
                input #file name="file" type="file" required;
                p.buttons { button { (t.say("imports.send")) } }
            }
        }
        details {
            summary { (t.say("imports.terms")) }
            (or_refused(t, &seen.formats, |formats| terms(t, (&formats.items, &seen.mappings))))
        }
    }
}

/// Why a file was not taken. What is wrong with a way of writing it is said without the words of the API.
fn refusal(t: Lang, failure: &Failure) -> Markup {
    if failure.kind == FailureKind::Invalid && failure.errors.len() == 1 {
        return html! {
            div.refused role="alert" {
                p { strong { (t.say("imports.refused")) } @for error in &failure.errors { " " (error.detail) } }
            }
        };
    }
    shell::refused(t, failure)
}

/// What a file may be: told by itself, a format, or a table that is read by a mapping.
fn formats(t: Lang, seen: &Seen) -> Vec<(String, String)> {
    let listed = seen.formats.iter().flat_map(|page| &page.items).map(|listed| listed.format);
    let formats = listed.filter(|format| *format != contracts::gateway::Format::Mapped);
    let mappings = seen.mappings.iter().flat_map(|page| &page.items);
    std::iter::once((String::new(), t.say("imports.told").to_owned()))
        .chain(formats.map(|format| (format.as_str().to_owned(), t.word("format", format.as_str()))))
        .chain(mappings.map(|mapping| {
            (format!("{MAPPED}{}", mapping.name), t.fill("imports.by-mapping", &[("name", &mapping.name)]))
        }))
        .collect()
}

/// On whose terms each kind of file comes: what may be done with it.
fn terms(t: Lang, (formats, mappings): (&[FormatTerms], &Result<ListPage<Mapping>, Failure>)) -> Markup {
    let own = t.say("imports.own-terms");
    let with_terms = formats.iter().filter(|listed| listed.format != contracts::gateway::Format::Mapped);
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("imports.terms")) { table.stacked {
            thead { tr {
                th scope="col" { (t.say("imports.what")) } th scope="col" { (t.say("imports.licence")) }
                th scope="col" { (t.say("mapping.redistribution")) } th scope="col" { (t.say("imports.label")) }
            } }
            tbody {
                @for listed in with_terms { tr {
                    th scope="row" { (t.word("format", listed.format.as_str())) }
                    @match &listed.terms {
                        Some(terms) => {
                            td data-label=(t.say("imports.licence")) { (terms.licence) span.meta { (terms.citation) } }
                            td data-label=(t.say("mapping.redistribution")) { (t.word("redistribution", terms.redistribution.as_str())) }
                        }
                        None => { td data-label=(t.say("imports.licence")) { (own) } td data-label=(t.say("mapping.redistribution")) { (own) } }
                    }
                    td data-label=(t.say("imports.label")) {
                        @if let Some(tlp) = listed.tlp { "TLP:" (tlp) } @else { (own) }
                    }
                } }
                @for mapping in mappings.iter().flat_map(|page| &page.items) { tr {
                    th scope="row" { (t.fill("imports.by-mapping", &[("name", &mapping.name)])) }
                    td data-label=(t.say("imports.licence")) { (mapping.licence.ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ")) }
                    td data-label=(t.say("mapping.redistribution")) { (t.word("redistribution", mapping.licence.redistribution.as_str())) }
                    td data-label=(t.say("imports.label")) { "TLP:" (mapping.handling.tlp()) }
                } }
            }
        } }
    }
}
