//! Leads: what news says, with the words that propose what it is, and the decision right beside it.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    intake::{
        coding::Word,
        leads::{ConfirmLead, DismissLead, GetLead, Lead, LeadCoding, LeadState, ListLeads},
    },
};
use domain::Threat;
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    desk,
    fields::{Fields, text},
    in_query, lead_form, lead_text, observation, or_refused, reader,
    shell::{self, Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, VERIFIERS},
};

const PART: &str = "/leads";
/// So much of a text stands in the list, in characters.
const EXCERPT: usize = 420;

/// Answers the list.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => list(&gateway, &reader, &uri, None).await,
        Err(answer) => answer,
    }
}

async fn list(gateway: &Gateway, reader: &Reader, uri: &Uri, refusal: Option<Failure>) -> Response {
    let state = in_query(uri, "state").and_then(|word| word.parse().ok()).unwrap_or(LeadState::New);
    let wish = ListLeads {
        state: Some(state),
        threat: in_query(uri, "threat").and_then(|word| word.parse().ok()),
        province: in_query(uri, "province").and_then(|code| code.parse().ok()),
        source: in_query(uri, "source"),
        exercise: in_query(uri, "exercise").is_some_and(|word| word == "true"),
        page: PageRequest { cursor: in_query(uri, "cursor"), limit: Some(20) },
        ..ListLeads::default()
    };
    let list = gateway.ask_as(&reader.principal, None, &wish).await.map(|list| list.page);
    let status = refusal.as_ref().map_or(axum::http::StatusCode::OK, |failure| status_of(failure.kind));
    (status, reader.page(&page_of(reader, &wish, (&list, refusal.as_ref())))).into_response()
}

/// The address of the list with these filters.
fn address(wish: &ListLeads, cursor: Option<&str>) -> String {
    let mut query: Vec<String> = wish.state.iter().map(|state| format!("state={state}")).collect();
    query.extend(wish.threat.iter().map(|threat| format!("threat={threat}")));
    query.extend(wish.province.iter().map(|province| format!("province={province}")));
    query.extend(wish.exercise.then(|| "exercise=true".to_owned()));
    query.extend(cursor.map(|cursor| format!("cursor={cursor}")));
    format!("{PART}?{}", query.join("&"))
}

/// The list.
pub(super) fn page_of<'a>(
    reader: &Reader,
    wish: &ListLeads,
    (list, refusal): (&Result<ListPage<Lead>, Failure>, Option<&Failure>),
) -> Page<'a> {
    let t = reader.lang;
    let with = |wish: ListLeads| address(&wish, None);
    let current = |is: bool| is.then_some("true");
    let body = html! {
        div.sheet {
            h1 { (t.say("lead.title")) }
            p.meta { (t.say("lead.about")) }
            @if reader.principal.has_any(VERIFIERS) { p { a.button href=(lead_text::PART) { (t.say("lead.hand-in")) } } }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            nav.chips aria-label=(t.say("lead.states")) {
                @for one in LeadState::ALL.iter().copied() {
                    a href=(with(ListLeads { state: Some(one), ..wish.clone() })) aria-current=[current(wish.state == Some(one))] { (t.word("lead-state", one.as_str())) }
                }
                a href=(with(ListLeads { exercise: !wish.exercise, ..wish.clone() })) aria-current=[current(wish.exercise)] { (t.say("exercise.name")) }
            }
            nav.chips aria-label=(t.say("table.threat")) {
                a href=(with(ListLeads { threat: None, ..wish.clone() })) aria-current=[current(wish.threat.is_none())] { (t.say("warnings.every")) }
                @for one in Threat::ALL.iter().copied() {
                    a href=(with(ListLeads { threat: Some(one), ..wish.clone() })) aria-current=[current(wish.threat == Some(one))] { (t.word("threat", one.as_str())) }
                }
            }
            (lead_form::known_provinces(t))
            div #list.entries {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("lead.none"))) }
                    @for one in &list.items { (entry(reader, one, &address(wish, wish.page.cursor.as_deref()))) }
                    @if let Some(cursor) = &list.next { p { a href=(address(wish, Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("lead.title"), part: PART, exercise: wish.exercise, body }
}

fn entry(reader: &Reader, lead: &Lead, back: &str) -> Markup {
    let t = reader.lang;
    let behind = lead.title.chars().count() + 1;
    let excerpt: String = lead.text.chars().take(EXCERPT).collect();
    html! {
        article.entry id=(lead.id) {
            (top(t, lead))
            a.entry-title href={ "/leads/" (lead.id) } { (marked(&lead.title, 0, lead)) }
            p { (marked(&excerpt, behind, lead)) @if excerpt.len() < lead.text.len() { "…" } }
            (proposals(t, lead))
            @if reader.principal.has_any(VERIFIERS) && lead.state == LeadState::New {
                details { summary { (t.say("lead.decide")) } (lead_form::form(reader, lead, back)) }
            }
        }
    }
}

fn top(t: Lang, lead: &Lead) -> Markup {
    html! {
        p.entry-top {
            span class={ "state state-" (lead.state) } { (t.word("lead-state", lead.state.as_str())) }
            span.meta { (lead.source) @if lead.owner != lead.source { " · " (lead.owner) } " · " (lead.reliability) (lead.credibility.digit()) }
            @if lead.exercise { (shell::exercise_badge(t)) }
            @if lead.state == LeadState::New && lead.observation.is_some() { b { (t.say("lead.again")) } }
            span.meta.end { (t.day(lead.published_on)) }
        }
    }
}

/// What its words propose, in one line each.
fn proposals(t: Lang, lead: &Lead) -> Markup {
    let coding = &lead.coding;
    let names = |place: &contracts::intake::coding::PlaceFound| {
        let mut meant: Vec<String> =
            place.means.iter().map(|meant| t.province(meant.province.as_str())).collect();
        meant.dedup();
        meant.join(" / ")
    };
    html! {
        p.meta {
            @if coding.kinds.is_empty() { (t.say("lead.no-kind")) }
            @for (at, kind) in coding.kinds.iter().take(3).enumerate() {
                @if at > 0 { " · " }
                b { (t.kind(&kind.kind)) } " " (t.percent(kind.chance)) " (" (t.word("threat", kind.threat.as_str())) ")"
            }
            @for place in coding.places.iter().take(3) {
                " · " (names(place)) @if place.means.len() > 1 && several(place) { " " b { (t.say("lead.ambiguous")) } }
            }
            @for actor in coding.actors.iter().take(4) { " · " (actor.name) }
        }
    }
}

/// Whether a name may mean several provinces.
fn several(place: &contracts::intake::coding::PlaceFound) -> bool {
    place.means.iter().any(|meant| meant.province != place.means[0].province)
}

/// A part of a lead's words, those that propose something marked; the part begins so many characters behind the title's first.
fn marked(text: &str, begin: usize, lead: &Lead) -> Markup {
    let kinds = lead.coding.kinds.iter().flat_map(|kind| &kind.words);
    let actors = lead.coding.actors.iter().flat_map(|actor| &actor.words);
    let words = kinds.chain(actors).map(|word: &Word| (word.from, word.to));
    let places = lead.coding.places.iter().map(|place| (place.from, place.to));
    let mut spans: Vec<(usize, usize)> =
        words.chain(places).map(|(from, to)| (from as usize, to as usize)).collect();
    spans.sort_unstable();
    let letters: Vec<char> = text.chars().collect();
    let cut = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter().collect::<String>();
    let (mut pieces, mut done) = (Vec::new(), 0);
    for (from, to) in spans {
        let (from, to) = (from.saturating_sub(begin).max(done), to.saturating_sub(begin).min(letters.len()));
        if from < to {
            pieces.push((cut(done, from), cut(from, to)));
            done = to;
        }
    }
    html! {
        @for (plain, said) in pieces { (plain) mark { (said) } }
        (cut(done, letters.len()))
    }
}

/// Answers one lead.
pub(super) async fn show_one(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    one(&gateway, &reader, &id, (in_query(&uri, "version"), None)).await
}

async fn one(
    gateway: &Gateway,
    reader: &Reader,
    id: &str,
    (version, refusal): (Option<String>, Option<Failure>),
) -> Response {
    let Ok(id) = id.parse() else {
        return reader.failed(PART, &Failure::not_found(reader.lang.say("lead.absent")));
    };
    let wish = GetLead { id, version: version.and_then(|text| text.parse().ok()), known_on: None };
    match gateway.ask_as(&reader.principal, None, &wish).await {
        Ok(lead) => {
            let status =
                refusal.as_ref().map_or(axum::http::StatusCode::OK, |failure| status_of(failure.kind));
            let past = wish.version.is_some();
            (status, reader.page(&page_of_one(reader, (&lead, past), refusal.as_ref()))).into_response()
        }
        Err(failure) => reader.failed(PART, refusal.as_ref().unwrap_or(&failure)),
    }
}

/// One lead.
pub(super) fn page_of_one<'a>(
    reader: &Reader,
    (lead, past): (&'a Lead, bool),
    refusal: Option<&Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let behind = lead.title.chars().count() + 1;
    let here = format!("/leads/{}", lead.id);
    let body = html! {
        div.sheet {
            p.crumb { a href=(PART) { "← " (t.say("lead.title")) } }
            h1 { (marked(&lead.title, 0, lead)) }
            (top(t, lead))
            p.entry-top { (shell::handling(t, &lead.handling)) }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            @if past { p.refused { (t.fill("lead.past", &[("n", &lead.version.to_string())])) " " a href=(here) { (t.say("lead.newest")) } } }
            p { (marked(&lead.text, behind, lead)) }
            @if !lead.link.is_empty() { p { a href=(lead.link) rel="noreferrer" { (lead.link) } } }
            @if let Some(observation) = &lead.observation { p { a href=(observation::href(observation)) { (t.say("lead.observation")) } } }
            section { h2 { (t.say("lead.evidence")) } (evidence(t, lead)) }
            @if reader.principal.has_any(VERIFIERS) && !past {
                section { h2 { (t.say("lead.decide")) } (lead_form::known_provinces(t)) (lead_form::form(reader, lead, &here)) }
            }
            section { h2 { (t.say("lead.history")) } (history(t, lead)) }
        }
    };
    Page { title: &lead.title, part: PART, exercise: lead.exercise, body }
}

/// Each proposal with the words it rests on.
fn evidence(t: Lang, lead: &Lead) -> Markup {
    let coding = &lead.coding;
    let said = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(", ");
    html! {
        @if coding.kinds.is_empty() && coding.places.is_empty() && coding.actors.is_empty() { (nothing(t.say("lead.no-kind"))) }
        div.scroll tabindex="0" role="region" aria-label=(t.say("lead.evidence")) { table {
            thead { tr { th scope="col" { (t.say("lead.proposed")) } th.n scope="col" { (t.say("lead.chance")) } th scope="col" { (t.say("lead.words")) } } }
            tbody {
                @for kind in &coding.kinds { tr {
                    th scope="row" { (t.kind(&kind.kind)) span.meta { " " (t.word("threat", kind.threat.as_str())) } }
                    td.n { (t.percent(kind.chance)) }
                    td { @for word in &kind.words { "“" (word.text) "” " span.meta { (t.percent(word.weight)) " " } } }
                } }
                @for place in &coding.places { tr {
                    th scope="row" { @for meant in &place.means { (meant.name) ", " (t.province(meant.province.as_str())) " " code { (meant.province) } br; } }
                    td.n { @if several(place) { (t.say("lead.ambiguous")) } }
                    td { "“" (place.text) "”" }
                } }
                @for actor in &coding.actors { tr { th scope="row" { (actor.name) } td.n {} td { "“" (said(&actor.words)) "”" } } }
                @if !coding.against.is_empty() { tr { th scope="row" { (t.say("lead.against")) } td.n {} td { "“" (said(&coding.against)) "”" } } }
                @if !coding.lessened.is_empty() { tr { th scope="row" { (t.say("lead.lessened")) } td.n {} td {
                    @for word in &coding.lessened { "“" s { (word.text) } "” " span.meta { (t.percent(word.weight)) " " } }
                } } }
            }
        } }
    }
}

fn history(t: Lang, lead: &Lead) -> Markup {
    html! {
        ol.changes { @for step in lead.history.iter().rev() { li {
            b { (t.word("lead-state", step.state.as_str())) }
            span.meta { (t.moment(step.at)) " · " (step.by) @if !step.note.is_empty() { ": " (step.note) } }
        } } }
        @if lead.version > 1 { p.meta { (t.say("lead.versions")) @for version in 1..lead.version.min(51) { " " a href={ "/leads/" (lead.id) "?version=" (version) } { (version) } } } }
    }
}

/// Confirms or dismisses a lead and goes back to where it was decided; a refusal is shown on the lead's page.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Fields>,
) -> Response {
    let page = format!("/leads/{id}");
    let acted = async |reader: &Reader| {
        acted(&gateway, reader, &headers, (&id, &action, &press)).await?;
        let back = press.get("back").filter(|back| back.starts_with("/leads?"));
        Ok(back.unwrap_or(&page).clone())
    };
    let again = async |reader: &Reader, why| one(&gateway, reader, &id, (None, Some(why))).await;
    desk::press(&gateway, (&headers, &uri), (VERIFIERS, page.clone()), acted, again).await
}

async fn acted(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Fields),
) -> Result<(), Error> {
    reader.check_form(headers, text(press, "token"))?;
    let (id, version, key) = (id.parse()?, text(press, "version").parse().ok(), usable(text(press, "key")));
    let (name, lead) = match action {
        "confirm" => {
            let coding: LeadCoding = lead_form::read(press)?;
            let wish = ConfirmLead { id, coding, version };
            ("confirmLead", gateway.ask_as(&reader.principal, key, &wish).await?)
        }
        "dismiss" => {
            let wish = DismissLead { id, note: lead_form::reason(press), version };
            ("dismissLead", gateway.ask_as(&reader.principal, key, &wish).await?)
        }
        _ => return Err(Failure::not_found("there is no such action on a lead").into()),
    };
    let detail = serde_json::json!({ "console": true, "version": lead.version, "state": lead.state });
    reader.note_act(gateway, (name, lead.id.as_str(), detail)).await
}
