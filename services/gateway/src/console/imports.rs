//! Import runs with their counts; and the records of a run that could not be read.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Multipart, Path, State},
    http::{HeaderMap, Uri, header::REFRESH},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, FailureKind, Page as ListPage, PageRequest,
    intake::{GetImport, ImportRun, ListImports, ListQuarantine, Quarantined},
};
use domain::ImportId;
use futures::TryStreamExt;
use maud::{Markup, html};

use super::{
    in_query,
    mappings::{broken, written},
    or_refused,
    quarantine::{self, Refusal},
    reader,
    shell::{Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{IMPORTERS, READERS},
    http::{Call, answer::Content},
    routes::imports::take_wished,
};

fn wished(uri: &Uri) -> PageRequest {
    PageRequest { cursor: in_query(uri, "cursor"), limit: Some(50) }
}

/// Answers the runs.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let list = gateway.ask_as(&reader.principal, None, &ListImports { page: wished(&uri) }).await;
    reader.good(&page(&reader, &list))
}

/// Takes a file in from a form: its fields first, the file last, streamed as it comes.
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
    match sent(&gateway, &reader, &headers, form).await {
        Ok(id) => Redirect::to(&format!("/imports/{id}?sent=true")).into_response(),
        Err(error) => reader.failed("/imports", &error.into()),
    }
}

async fn sent(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    mut form: Multipart,
) -> Result<String, Error> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            fields.insert(name, written(field).await?);
            continue;
        }
        let text = |name: &str| fields.get(name).map_or("", String::as_str);
        reader.check_form(headers, text("token"))?;
        let called = field.file_name().filter(|name| !name.is_empty()).unwrap_or("file").to_owned();
        let wish = [("format", text("format")), ("mapping", text("mapping")), ("name", called.as_str())];
        let wish = wish.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(wish).finish();
        let call = Call {
            principal: reader.principal.clone(),
            token: None,
            operation: "receiveImport",
            key: usable(text("key")).map(str::to_owned),
            once: None,
            params: Vec::new(),
            query,
            headers: HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let chunks = field.map_err(std::io::Error::other);
        let answer = take_wished(gateway, &call, Box::pin(chunks)).await?;
        let Content::Text(receipt) = &answer.body else { break };
        let receipt: serde_json::Value = serde_json::from_str(receipt)?;
        return Ok(receipt["id"].as_str().unwrap_or_default().to_owned());
    }
    Err(Failure::invalid("the form holds no file; choose one").into())
}

/// Answers one run with what could not be read.
pub(super) async fn show_run(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    answer(&gateway, &reader, (&id, &uri), None).await
}

/// Answers one run; where something was refused, with the reasons.
pub(super) async fn answer(
    gateway: &Gateway,
    reader: &Reader,
    (id, uri): (&str, &Uri),
    refusal: Option<Refusal>,
) -> Response {
    let Ok(id) = id.parse::<ImportId>() else {
        return reader.failed("/imports", &Failure::not_found(reader.lang.say("imports.absent")));
    };
    let (get, list) = (GetImport { id: id.clone() }, ListQuarantine { import: id, page: wished(uri) });
    let (run, records) = futures::join!(
        gateway.ask_as(&reader.principal, None, &get),
        gateway.ask_as(&reader.principal, None, &list),
    );
    match run {
        Ok(run) => reader.good(&run_page(reader, &run, &records, refusal.as_ref())),
        Err(failure) if failure.kind == FailureKind::NotFound && in_query(uri, "sent").is_some() => {
            // intake hears of a file a moment after it was taken in
            ([(REFRESH, "1")], reader.page(&waiting(reader.lang))).into_response()
        }
        Err(failure) => reader.failed("/imports", &failure),
    }
}

/// The page of a run that has not begun: the browser asks again by itself.
fn waiting<'a>(t: Lang) -> Page<'a> {
    let body = html! {
        div.sheet {
            p.crumb { a href="/imports" { "← " (t.say("imports.title")) } }
            h1 { (t.say("imports.received")) }
            p role="status" { (t.say("imports.waits")) }
        }
    };
    Page { title: t.say("imports.received"), part: "/imports", exercise: false, body }
}

/// The page of the runs.
pub(super) fn page<'a>(reader: &Reader, list: &Result<ListPage<ImportRun>, Failure>) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("imports.title")) }
            p { a href="/mappings" { (t.say("mapping.title")) } }
            div #runs data-live="import.progressed" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("imports.none"))) } @else { (runs(t, &list.items)) }
                    @if let Some(cursor) = &list.next { p { a href={ "/imports?cursor=" (cursor) } { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("imports.title"), part: "/imports", exercise: false, body }
}

fn runs(t: Lang, runs: &[ImportRun]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("imports.title")) {
            table.stacked {
                thead { tr {
                    th scope="col" { (t.say("imports.file")) } th scope="col" { (t.say("imports.state")) } (count_heads(t))
                } }
                tbody { @for run in runs {
                    tr {
                        th scope="row" { a href={ "/imports/" (run.id) } { (run.name) } span.meta { (run.format) " · " (t.moment(run.received_at)) " · " (run.by) } }
                        td { span class={ "state import-" (run.state) } { (t.word("import", run.state.as_str())) } }
                        (counts(t, run))
                    }
                } }
            }
        }
    }
}

fn count_heads(t: Lang) -> Markup {
    html! {
        th.n scope="col" { (t.say("imports.read")) } th.n scope="col" { (t.say("imports.accepted")) }
        th.n scope="col" { (t.say("imports.updated")) } th.n scope="col" { (t.say("imports.unchanged")) }
        th.n scope="col" { (t.say("imports.passed-over")) }
        th.n scope="col" { (t.say("imports.quarantined")) }
    }
}

fn counts(t: Lang, run: &ImportRun) -> Markup {
    html! {
        td.n data-label=(t.say("imports.read")) { (t.count(run.read)) }
        td.n data-label=(t.say("imports.accepted")) { (t.count(run.accepted)) }
        td.n data-label=(t.say("imports.updated")) { (t.count(run.updated)) }
        td.n data-label=(t.say("imports.unchanged")) { (t.count(run.unchanged)) }
        td.n data-label=(t.say("imports.passed-over")) { (t.count(run.passed_over)) }
        td.n.bad[run.quarantined > 0] data-label=(t.say("imports.quarantined")) { (t.count(run.quarantined)) }
    }
}

/// The page of one run.
pub(super) fn run_page<'r>(
    reader: &Reader,
    run: &'r ImportRun,
    records: &Result<ListPage<Quarantined>, Failure>,
    refusal: Option<&Refusal>,
) -> Page<'r> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/imports" { "← " (t.say("imports.title")) } }
            h1 { (run.name) }
            div #run data-live="import.progressed" {
                (account(t, run))
                h2 { (t.say("imports.quarantine")) }
                (or_refused(t, records, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("imports.all-read"))) }
                    (quarantine::records(reader, &list.items, refusal))
                    @if let Some(cursor) = &list.next { p { a href={ "/imports/" (run.id) "?cursor=" (cursor) } { (t.say("list.more")) } } }
                }))
            }
        }
    };
    Page { title: &run.name, part: "/imports", exercise: false, body }
}

/// How much of the file was read, in percent.
fn share(run: &ImportRun) -> u64 {
    (run.bytes_read.saturating_mul(100) / run.bytes.max(1)).min(100)
}

fn account(t: Lang, run: &ImportRun) -> Markup {
    html! {
        p.entry-top {
            span class={ "state import-" (run.state) } { (t.word("import", run.state.as_str())) }
            span.meta { (run.format) " · " (t.fill("imports.bytes", &[("n", &t.count(run.bytes))])) " · " (run.by) " · " (t.moment(run.received_at))
                @if let Some(rate) = run.rate { " · " (t.fill("imports.rate", &[("n", &t.count(rate.max(0.0).round() as u64))])) } }
        }
        @if let Some(left) = run.remaining_s {
            p { progress max="100" value=(share(run)) aria-label=(t.say("imports.read")) {} " " (t.fill("imports.left", &[("n", &t.count(left))])) }
        }
        @if !run.failure.is_empty() { p.refused { (run.failure) } }
        div.scroll { table.narrow.stacked { thead { tr { (count_heads(t)) } } tbody { tr { (counts(t, run)) } } } }
        @if !run.remarks.is_empty() {
            ul { @for remark in &run.remarks {
                li { (t.fill("imports.remark", &[("n", &t.count(remark.records)), ("line", &t.count(remark.line))])) ": " (remark.text) }
            } }
        }
        @if let Some(mapping) = &run.mapping {
            p { a href={ "/mappings/" (mapping.name) } { (t.fill("mapping.by", &[("name", &mapping.name), ("n", &mapping.version.to_string())])) } }
        }
        p.meta { (run.citation) }
        p.meta { "SHA-256 " code { (run.sha256) } }
    }
}
