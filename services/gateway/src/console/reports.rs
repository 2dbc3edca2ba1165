//! Field reports: the desk's list, by where they stand and where they come from.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    gateway::situation::SituationAnswers,
    intake::{ListReports, Report, ReportState},
};
use domain::ProvinceCode;
use maud::{Markup, html};

use super::{
    in_query, or_refused, reader, report_answers,
    shell::{self, Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{
    Gateway,
    domain::policy::{DUE_READERS, REPORT_READERS},
};

/// What of the list is wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    /// Only those that stand there.
    pub state: Option<ReportState>,
    /// Only those from there.
    pub province: Option<ProvinceCode>,
    /// Only those of this pseudonym.
    pub source: Option<String>,
}

impl Wish {
    fn read(uri: &Uri) -> Self {
        Self {
            state: in_query(uri, "state").and_then(|word| word.parse().ok()),
            province: in_query(uri, "province").and_then(|code| code.parse().ok()),
            source: in_query(uri, "source"),
        }
    }
    fn href(&self, cursor: Option<&str>) -> String {
        let pairs = [
            self.state.map(|state| format!("state={state}")),
            self.province.as_ref().map(|province| format!("province={province}")),
            self.source.as_ref().map(|source| format!("source={source}")),
            cursor.map(|cursor| format!("cursor={cursor}")),
        ];
        let pairs: Vec<String> = pairs.into_iter().flatten().collect();
        if pairs.is_empty() { "/reports".to_owned() } else { format!("/reports?{}", pairs.join("&")) }
    }
    fn standing(&self, state: Option<ReportState>) -> String {
        Self { state, ..self.clone() }.href(None)
    }
}

/// Answers the list; a monitor is led to the own ones.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, DUE_READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    if !reader.principal.has_any(REPORT_READERS) {
        return Redirect::to("/reports/mine").into_response();
    }
    let wish = Wish::read(&uri);
    let Wish { state, province, source } = wish.clone();
    let page_wished = PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(50) };
    let query = ListReports { state, province, source, known_on: None, page: page_wished };
    let list = gateway.ask_as(&reader.principal, None, &query).await;
    if list.is_ok() {
        let noted =
            reader.note_act(&gateway, ("listReports", "", serde_json::json!({ "console": true }))).await;
        if let Err(error) = noted {
            return reader.failed("/reports", &error.into());
        }
    }
    reader.good(&page(&reader, &wish, &list))
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, wish: &Wish, list: &Result<ListPage<Report>, Failure>) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("reports.title")) }
            p { a href="/reports/new" { (t.say("happened.write")) } " · " a href="/reports/due" { (t.say("due.title")) } " · " a href="/reports/weekly" { (t.say("weekly.write")) } }
            nav.chips aria-label=(t.say("warnings.states")) {
                a href=(wish.standing(None)) aria-current=[wish.state.is_none().then_some("true")] { (t.say("warnings.every")) }
                @for one in ReportState::ALL.iter().copied() {
                    a href=(wish.standing(Some(one))) aria-current=[(wish.state == Some(one)).then_some("true")] { (t.word("report-state", one.as_str())) }
                }
            }
            form.filter method="get" action="/reports" {
                @if let Some(state) = wish.state { input type="hidden" name="state" value=(state); }
                @if let Some(source) = &wish.source { input type="hidden" name="source" value=(source); }
                label for="province" { (t.say("table.province")) }
                (provinces(t, wish.province.as_ref().map(ProvinceCode::as_str), t.say("reports.anywhere")))
                button.second { (t.say("reports.filter")) }
                @if let Some(source) = &wish.source { span.chip { (source) } }
            }
            div #list.entries data-live="report.moved" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("reports.none"))) }
                    @for report in &list.items { (entry(t, report)) }
                    @if let Some(cursor) = &list.next { p { a href=(wish.href(Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("reports.title"), part: "/reports", exercise: false, body }
}

/// A list of all units to choose one from, by country.
pub(super) fn provinces(t: Lang, chosen: Option<&str>, none: &str) -> Markup {
    html! {
        select #province name="province" {
            option value="" { (none) }
            @for country in ["AFG", "KAZ", "KGZ", "TJK", "TKM", "UZB"] {
                optgroup label=(t.country(country)) {
                    @for unit in geography::provinces().iter().filter(|unit| unit.country == country) {
                        option value=(unit.id) selected[chosen == Some(unit.id)] { (t.names().of(unit)) }
                    }
                }
            }
        }
    }
}

/// What of a report stands above its title.
pub(super) fn standing(t: Lang, report: &Report) -> Markup {
    html! {
        span class={ "state report-" (report.state) } { (t.word("report-state", report.state.as_str())) }
        @if report.form.situation.is_some() { span.chip { (t.say("reports.weekly")) } }
        @if report.form.exercise { (shell::exercise_badge(t)) }
        @if !report.attachments.is_empty() { span.chip { (t.fill("reports.files", &[("n", &report.attachments.len().to_string())])) } }
    }
}

fn entry(t: Lang, report: &Report) -> Markup {
    html! {
        article.entry {
            p.entry-top { (standing(t, report)) span.meta.end { (t.moment(report.received_at)) } }
            a.entry-title href={ "/reports/" (report.id) } { (report_answers::titled(t, report)) }
            p.meta {
                @if let Some(province) = &report.place.province { (t.province(province.as_str())) " · " }
                @if report.form.situation.as_ref().is_none_or(SituationAnswers::raise) { (t.word("threat", report.form.threat.as_str())) " · " }
                (report.source)
            }
        }
    }
}
