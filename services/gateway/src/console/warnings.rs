//! All warnings, by where they stand.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    alerts::{
        ListWarnings, Warning,
        alarms::{GetRules, ListAlarms},
    },
};
use domain::warning::State;
use maud::html;

use super::{
    alarms, in_query, or_refused, reader,
    shell::{self, Page, Reader},
    situation::nothing,
};
use crate::{Gateway, domain::policy::READERS};

/// Answers the list.
pub(super) async fn show(Shared(gateway): Shared<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let state = in_query(&uri, "state").and_then(|word| word.parse().ok());
    let page_wished = PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(50) };
    let wish = ListWarnings { state, known_on: None, page: page_wished };
    let newest = ListAlarms { page: PageRequest { cursor: None, limit: Some(10) }, ..ListAlarms::default() };
    let (list, alarms, rules) = futures::join!(
        gateway.ask_as(&reader.principal, None, &wish),
        gateway.ask_as(&reader.principal, None, &newest),
        gateway.ask_as(&reader.principal, None, &GetRules {}),
    );
    let seen = alarms::Seen { alarms: alarms.map(|page| page.items), rules };
    reader.good(&page(&reader, state, (&list, &seen)))
}

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    state: Option<State>,
    (list, alarms): (&Result<ListPage<Warning>, Failure>, &alarms::Seen),
) -> Page<'a> {
    let t = reader.lang;
    let with = |state: Option<State>| {
        state.map_or("/warnings".to_owned(), |state| format!("/warnings?state={state}"))
    };
    let next =
        |cursor: &str| format!("{}{}cursor={cursor}", with(state), if state.is_some() { "&" } else { "?" });
    let body = html! {
        div.sheet {
            h1 { (t.say("warnings.title")) }
            nav.chips aria-label=(t.say("warnings.states")) {
                a href=(with(None)) aria-current=[state.is_none().then_some("true")] { (t.say("warnings.every")) }
                @for one in State::ALL.iter().copied() {
                    a href=(with(Some(one))) aria-current=[(state == Some(one)).then_some("true")] { (t.word("state", one.as_str())) }
                }
            }
            div #list.entries data-live="warning.moved warning.issued" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("warnings.none"))) }
                    @for warning in &list.items { (shell::warning_entry(t, warning)) }
                    @if let Some(cursor) = &list.next { p { a href=(next(cursor)) { (t.say("list.older")) } } }
                }))
            }
            (alarms::section(t, alarms))
        }
    };
    Page { title: t.say("warnings.title"), part: "/warnings", exercise: false, body }
}
