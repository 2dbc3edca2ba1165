//! Saved mappings: listed, and written in a form that reads the columns of a sample and shows what its first rows become.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Multipart, Path, State, multipart},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    intake::mapping::{GetMapping, ListMappings, Mapping, SaveMapping, Tried, TryMapping},
};
use kit::http::status_of;
use maud::html;

use super::{
    fields::Fields,
    in_query,
    mapping_form::{self},
    or_refused, reader,
    shell::{Page, Reader},
    situation::nothing,
    usable,
};
use crate::{
    Error, Gateway,
    domain::policy::{IMPORTERS, READERS},
};

/// How much of a sample is carried from one page to the next, in bytes.
const SAMPLE_BYTES: usize = 32 * 1024;

/// The longest field of a form that is no file, in bytes: a carried sample, base64, is the longest of ours.
const FIELD_BYTES: usize = 64 * 1024;

/// What the form shows besides its fields.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What the sample's first rows become.
    pub tried: Option<Tried>,
    /// Why it was refused.
    pub refusal: Option<Failure>,
}

/// Answers the mappings.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let page_wanted = PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(100) };
    let list =
        gateway.ask_as(&reader.principal, None, &ListMappings { known_on: None, page: page_wanted }).await;
    reader.good(&page(&reader, &list))
}

/// The page of the mappings.
pub(super) fn page<'a>(reader: &Reader, list: &Result<ListPage<Mapping>, Failure>) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/imports" { "← " (t.say("imports.title")) } }
            h1 { (t.say("mapping.title")) }
            p { (t.say("mapping.lead")) }
            @if reader.principal.has_any(IMPORTERS) { p { a href="/mappings/new" { (t.say("mapping.new")) } } }
            (or_refused(t, list, |list| html! {
                @if list.items.is_empty() { (nothing(t.say("mapping.none"))) }
                @for mapping in &list.items {
                    article.entry {
                        p.entry-top { b { a href={ "/mappings/" (mapping.name) } { (mapping.name) } }
                            span.meta { (t.fill("mapping.version", &[("n", &mapping.version.to_string())])) " · " (mapping.by)
                                @if let Some(at) = mapping.at { " · " (t.moment(at)) } } }
                        p.meta { (mapping.licence.ids.iter().cloned().collect::<Vec<_>>().join(", ")) " · TLP:" (mapping.handling.tlp()) }
                    }
                }
                @if let Some(cursor) = &list.next { p { a href={ "/mappings?cursor=" (cursor) } { (t.say("list.more")) } } }
            }))
        }
    };
    Page { title: t.say("mapping.title"), part: "/imports", exercise: false, body }
}

/// Answers an empty form.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, IMPORTERS).await {
        Ok(reader) => reader.good(&mapping_form::page(&reader, &mapping_form::fresh(), &Seen::default())),
        Err(answer) => answer,
    }
}

/// Answers a mapping in its form.
pub(super) async fn edit(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, IMPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match gateway.ask_as(&reader.principal, None, &GetMapping { name, version: None, known_on: None }).await {
        Ok(mapping) => {
            reader.good(&mapping_form::page(&reader, &mapping_form::fields(&mapping), &Seen::default()))
        }
        Err(failure) => reader.failed("/imports", &failure),
    }
}

/// Reads the columns of a sample, tries the mapping on it, or saves it.
pub(super) async fn write(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    form: Multipart,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, IMPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    "/mappings/new".clone_into(&mut reader.here);
    let sent = match fields(form).await {
        Ok(sent) => sent,
        Err(failure) => return reader.failed("/imports", &failure),
    };
    match act(&gateway, &reader, &headers, &sent).await {
        Ok(Done::Saved(mapping)) => Redirect::to(&format!("/mappings/{}", mapping.name)).into_response(),
        Ok(Done::Tried(tried)) => {
            let seen = Seen { tried: Some(tried), refusal: None };
            reader.good(&mapping_form::page(&reader, &sent, &seen))
        }
        Err(error) => {
            let failure = Failure::from(error);
            let status: StatusCode = status_of(failure.kind);
            // what the sample has is shown although the mapping cannot be used yet
            let tried = columns(&gateway, &reader, &sent).await.ok();
            let seen = Seen { tried, refusal: Some(failure) };
            (status, reader.page(&mapping_form::page(&reader, &sent, &seen))).into_response()
        }
    }
}

enum Done {
    Saved(Box<Mapping>),
    Tried(Tried),
}

async fn act(gateway: &Gateway, reader: &Reader, headers: &HeaderMap, sent: &Fields) -> Result<Done, Error> {
    let text = |name: &str| sent.get(name).map_or("", String::as_str);
    reader.check_form(headers, text("token"))?;
    if text("do") == "columns" {
        return columns(gateway, reader, sent).await.map(Done::Tried);
    }
    let mapping = mapping_form::read(sent)?;
    if text("do") == "try" {
        let sample = text("sample").to_owned();
        let tried = gateway.ask_as(&reader.principal, None, &TryMapping { mapping, sample }).await?;
        return Ok(Done::Tried(tried));
    }
    let wish = SaveMapping { mapping, after: text("version").parse().ok(), whichever: false };
    let saved = gateway.ask_as(&reader.principal, usable(text("key")), &wish).await?;
    let detail = serde_json::json!({ "console": true, "version": saved.version });
    reader.note_act(gateway, ("saveMapping", &saved.name, detail)).await?;
    Ok(Done::Saved(Box::new(saved)))
}

/// What columns the sample has: a mapping without fields reads no rows.
async fn columns(gateway: &Gateway, reader: &Reader, sent: &Fields) -> Result<Tried, Error> {
    let mut mapping = mapping_form::read(sent)?;
    mapping.fields = BTreeMap::new();
    let sample = sent.get("sample").cloned().unwrap_or_default();
    Ok(gateway.ask_as(&reader.principal, None, &TryMapping { mapping, sample }).await?)
}

/// The fields of a form; of a file its beginning, as the field `sample`, base64.
async fn fields(mut form: Multipart) -> Result<Fields, Failure> {
    let mut sent = Fields::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            sent.insert(name, written(field).await?);
            continue;
        }
        let mut begin = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            let room = SAMPLE_BYTES - begin.len();
            begin.extend_from_slice(chunk.get(..chunk.len().min(room)).unwrap_or_default());
            if begin.len() == SAMPLE_BYTES {
                break;
            }
        }
        if !begin.is_empty() {
            sent.insert("sample".to_owned(), STANDARD.encode(begin));
        }
    }
    Ok(sent)
}

/// The text of a form's field, which is refused where it is longer than any field of ours.
pub(super) async fn written(mut field: multipart::Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > FIELD_BYTES {
            let why = format!("takes {FIELD_BYTES} bytes at most");
            return Err(
                Failure::invalid("the form cannot be taken").at(field.name().unwrap_or_default(), why)
            );
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::invalid("the form cannot be taken")
            .at(field.name().unwrap_or_default(), "is no text in UTF-8")
    })
}

/// What is said of a form that breaks off.
pub(super) fn broken(error: multipart::MultipartError) -> Failure {
    Failure::invalid(format!("the form cannot be read: {error}; send it again"))
}
