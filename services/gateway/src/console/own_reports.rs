//! What a sender sees of the own reports: where each stands, in plain words, and nothing of what it says.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{Failure, Page as ListPage, intake::own::OwnReport};
use maud::{Markup, html};

use super::{
    assets, in_query, or_refused, reader,
    shell::{Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{
    Gateway,
    domain::policy::REPORTERS,
    http::Call,
    routes::own::{all, own},
};

/// Answers the own reports.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let call = Call::of_page(&reader.principal, "listOwnReports");
    let list = all(&gateway, &call, None).await;
    reader.good(&page(&reader, &list.map_err(Failure::from)))
}

/// Answers one of them; of another's report not even its being there is told.
pub(super) async fn one(gateway: &Gateway, reader: &Reader, (id, uri): (&str, &Uri)) -> Response {
    let absent = || Failure::not_found(reader.lang.say("own.absent"));
    let Ok(id) = id.parse() else { return reader.failed("/reports", &absent()) };
    let call = Call::of_page(&reader.principal, "getOwnReport");
    match own(gateway, &call, (&id, None)).await {
        Ok(report) => reader.good(&one_page(reader, &report, in_query(uri, "sent").is_some())),
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

/// The page of the own reports, with the ways to write one.
pub(super) fn page<'a>(reader: &Reader, list: &Result<ListPage<OwnReport>, Failure>) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("own.title")) }
            p.buttons {
                a.button href="/reports/new" { (t.say("happened.write")) }
                a.button.second href="/reports/due" { (t.say("due.title")) }
            }
            div.entries {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("own.none"))) }
                    @for report in &list.items { (entry(t, report)) }
                }))
            }
        }
    };
    Page { title: t.say("own.title"), part: "/reports", exercise: false, body }
}

fn entry(t: Lang, report: &OwnReport) -> Markup {
    html! {
        article.entry {
            p.entry-top { (state(t, report)) span.meta.end { (t.moment(report.received_at)) } }
            a.entry-title href={ "/reports/" (report.id) } { code { (report.id) } }
            (waits(t, report))
        }
    }
}

/// Why it waits, and what its sender can do.
fn waits(t: Lang, report: &OwnReport) -> Markup {
    html! {
        @for reason in &report.waits_for {
            p { (t.word("report-wait", reason.as_str())) " " (t.word("report-do", reason.as_str())) }
        }
    }
}

fn state(t: Lang, report: &OwnReport) -> Markup {
    html! { span class={ "state report-" (report.state) } { (t.word("report-state", report.state.as_str())) } }
}

/// The page of one: just sent, it says so, and the browser forgets what it kept of the form.
pub(super) fn one_page<'a>(reader: &Reader, report: &OwnReport, sent: bool) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/reports/mine" { "← " (t.say("own.title")) } }
            h1 { (t.say("own.one")) }
            @if sent {
                p.notice role="status" data-draft-sent { (t.say("own.sent")) }
                script type="module" src=(assets::draft_path()) {}
            }
            div {
                p.entry-top { (state(t, report)) }
                p { (t.word("own-state", report.state.as_str())) }
                (waits(t, report))
                dl.facts {
                    div { dt { (t.say("own.received")) } dd { (t.moment(report.received_at)) } }
                    @if let Some(at) = report.moved_at { div { dt { (t.say("own.moved")) } dd { (t.moment(at)) } } }
                    @if report.files > 0 { div { dt { (t.say("own.files")) } dd { (t.count(u64::from(report.files))) } } }
                    div { dt { (t.say("own.receipt")) } dd { code { (report.id) } } }
                }
            }
            p.meta { (t.say("own.why-so-little")) }
            p { a href={ "/reports/" (report.id) "/files" } { (t.say("files.add")) } " · " a href="/reports/new" { (t.say("happened.another")) } }
        }
    };
    Page { title: t.say("own.one"), part: "/reports", exercise: false, body }
}
