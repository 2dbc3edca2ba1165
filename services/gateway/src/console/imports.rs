//! Import runs with their counts; and the records of a run that could not be read.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header::REFRESH},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure, FailureKind, Page as ListPage, PageRequest,
    intake::{GetImport, ImportRun, ImportState, ListImports, ListQuarantine, Quarantined},
};
use domain::ImportId;
use maud::{Markup, html};

use super::{
    import_form, in_query, or_refused,
    quarantine::{self, Refusal},
    reader,
    said::said,
    shell::{Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{Gateway, domain::policy::READERS};

fn wished(uri: &Uri) -> PageRequest {
    PageRequest { cursor: in_query(uri, "cursor"), limit: Some(50) }
}

/// Answers the runs.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let list = ListImports { known_on: None, page: wished(&uri) };
    let (list, form) =
        futures::join!(gateway.ask_as(&reader.principal, None, &list), import_form::look(&gateway, &reader),);
    reader.good(&page(&reader, &list, form.as_ref()))
}

/// The newest runs.
pub(super) async fn newest(gateway: &Gateway, reader: &Reader) -> Result<ListPage<ImportRun>, Failure> {
    let page = PageRequest { cursor: None, limit: Some(50) };
    gateway.ask_as(&reader.principal, None, &ListImports { known_on: None, page }).await
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
    let (get, list) = (
        GetImport { id: id.clone(), known_on: None },
        ListQuarantine { import: id, known_on: None, page: wished(uri) },
    );
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

/// The page of the runs, with the form for those who may send.
pub(super) fn page<'a>(
    reader: &Reader,
    list: &Result<ListPage<ImportRun>, Failure>,
    form: Option<&import_form::Seen>,
) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("imports.title")) }
            @if let Some(seen) = form { (import_form::form(reader, seen)) }
            p { a href="/mappings" { (t.say("mapping.title")) } span.meta { " " (t.say("imports.mappings-why")) } }
            @if form.is_some() { h2 { (t.say("imports.runs")) } }
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
        @if !run.failure.is_empty() { p.refused { (said(t, &run.failure)) } }
        @else if run.state == ImportState::Done && run.read == 0 { p.notice { (t.say("imports.no-rows")) } }
        div.scroll { table.narrow.stacked { thead { tr { (count_heads(t)) } } tbody { tr { (counts(t, run)) } } } }
        @if !run.remarks.is_empty() {
            ul { @for remark in &run.remarks {
                li { @if remark.records > 0 { (t.fill("imports.remark", &[("n", &t.count(remark.records)), ("line", &t.count(remark.line))])) ": " } (said(t, &remark.text)) }
            } }
        }
        @if let Some(mapping) = &run.mapping {
            p { a href={ "/mappings/" (mapping.name) } { (t.fill("mapping.by", &[("name", &mapping.name), ("n", &mapping.version.to_string())])) } }
        }
        p.meta { (run.citation) }
        p.meta { "SHA-256 " code { (run.sha256) } }
    }
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::sample;

    #[test]
    fn a_run_that_found_no_record_says_so() {
        let me = sample::reader(Lang::En, Role::ALL);
        let none = Ok(ListPage { items: vec![], next: None });
        let shown = |read| {
            let run = ImportRun { read, ..sample::run(ImportState::Done) };
            run_page(&me, &run, &none, None).body.into_string()
        };
        assert!(shown(0).contains("holds no record") && !shown(1).contains("holds no record"));
    }
}
