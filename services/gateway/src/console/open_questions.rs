//! Questions kept open: the list with a form to ask, and one question with its answers.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    analysis::questions::{
        AskQuestion, GetQuestion, ListQuestions, MoveQuestion, Question, QuestionForm, QuestionState,
    },
};
use domain::{Handling, Threat, Tlp, UnClass};
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    board::province_href,
    desk,
    fields::{self, Fields, addressed, area, choice, each, field, line, maybe, text, ticks, with_none},
    in_query, or_refused,
    product_choices::provinces,
    reader,
    shell::{self, Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, WARNING_WRITERS},
};

/// The part of the console that questions belong to: they are answered by assessments.
const PART: &str = "/questions";

/// Answers the list.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => listed(&gateway, &reader, (&uri, &Fields::new(), None)).await,
        Err(answer) => answer,
    }
}

/// Asks a question; what was written is kept when it is refused.
pub(super) async fn ask(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, WARNING_WRITERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match asked(&gateway, &reader, &headers, &sent).await {
        Ok(question) => Redirect::to(&format!("/questions/{}", question.id)).into_response(),
        Err(error) => listed(&gateway, &reader, (&uri, &sent, Some(error.into()))).await,
    }
}

async fn asked(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    sent: &Fields,
) -> Result<Question, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let wish = AskQuestion { form: read(sent)? };
    let question = gateway.ask_as(&reader.principal, usable(text(sent, "key")), &wish).await?;
    noted(gateway, reader, ("askQuestion", &question)).await?;
    Ok(question)
}

fn read(sent: &Fields) -> Result<QuestionForm, Failure> {
    Ok(QuestionForm {
        text: text(sent, "text").to_owned(),
        why: text(sent, "why").to_owned(),
        provinces: each("provinces", ticks(sent, "province-"))?,
        threat: maybe(sent, "threat")?,
        review_on: maybe(sent, "review_on")?,
        handling: Handling::new(field(sent, "tlp")?, UnClass::Unclassified),
        exercise: sent.contains_key("exercise"),
    })
}

async fn listed(
    gateway: &Gateway,
    reader: &Reader,
    (uri, sent, refusal): (&Uri, &Fields, Option<Failure>),
) -> Response {
    let wish = ListQuestions {
        state: in_query(uri, "state").and_then(|word| word.parse().ok()),
        exercise: in_query(uri, "exercise").is_some_and(|flag| flag == "true"),
        page: PageRequest { cursor: in_query(uri, "cursor"), limit: Some(50) },
        ..ListQuestions::default()
    };
    let list = gateway.ask_as(&reader.principal, None, &wish).await;
    let status = refusal.as_ref().map_or(StatusCode::OK, |failure| status_of(failure.kind));
    (status, reader.page(&page_of(reader, &wish, (&list, sent, refusal.as_ref())))).into_response()
}

/// The address of a list, with where to go on.
fn href(state: Option<QuestionState>, exercise: bool, cursor: Option<&str>) -> String {
    let pairs = [
        state.map(|state| ("state", state.to_string())),
        exercise.then(|| ("exercise", "true".to_owned())),
        cursor.map(|cursor| ("cursor", cursor.to_owned())),
    ];
    addressed(PART, pairs)
}

/// The list.
pub(super) fn page_of<'a>(
    reader: &Reader,
    ListQuestions { state, exercise, .. }: &ListQuestions,
    (list, sent, refusal): (&Result<ListPage<Question>, Failure>, &Fields, Option<&Failure>),
) -> Page<'a> {
    let (t, state, exercise) = (reader.lang, *state, *exercise);
    let with = |state: Option<QuestionState>| href(state, exercise, None);
    let body = html! {
        div.sheet {
            p.crumb { a href="/assessments" { "← " (t.say("assessment.title")) } }
            h1 { (t.say("question.title")) }
            p { (t.say("question.about")) }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            @if reader.principal.has_any(WARNING_WRITERS) {
                details open[refusal.is_some()] { summary { (t.say("question.new")) } (form(reader, sent, exercise)) }
            }
            nav.chips aria-label=(t.say("question.states")) {
                a href=(with(None)) aria-current=[state.is_none().then_some("true")] { (t.say("warnings.every")) }
                @for one in QuestionState::ALL.iter().copied() {
                    a href=(with(Some(one))) aria-current=[(state == Some(one)).then_some("true")] { (t.word("question-state", one.as_str())) }
                }
                a href=(href(state, !exercise, None)) aria-current=[exercise.then_some("true")] { (t.say("exercise.name")) }
            }
            div #list.entries data-live="question.moved" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("question.none"))) }
                    @for one in &list.items { (entry(reader, one)) }
                    @if let Some(cursor) = &list.next { p { a href=(href(state, exercise, Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("question.title"), part: PART, exercise, body }
}

fn entry(reader: &Reader, one: &Question) -> Markup {
    let t = reader.lang;
    html! {
        article.entry {
            p.entry-top {
                span class={ "state state-" (one.state) } { (t.word("question-state", one.state.as_str())) }
                @if one.form.exercise { (shell::exercise_badge(t)) }
                @if is_due(reader, one) { b.bad { (t.say("question.due")) } }
                span.meta.end { (t.moment(one.created_at)) }
            }
            a.entry-title href={ "/questions/" (one.id) } { (one.form.text) }
            p.meta { (scope(t, one)) }
        }
    }
}

fn is_due(reader: &Reader, one: &Question) -> bool {
    one.state != QuestionState::Closed && one.form.review_on.is_some_and(|day| day <= reader.now.day())
}

fn scope(t: Lang, one: &Question) -> Markup {
    html! {
        (one.asked_by.name)
        @if let Some(threat) = one.form.threat { " · " (t.word("threat", threat.as_str())) }
        @for code in one.form.provinces.iter().take(6) { " · " a href=(province_href(code.as_str(), one.form.exercise)) { (t.province(code.as_str())) } }
        @if let Some(day) = one.form.review_on { " · " (t.fill("question.review", &[("day", &t.day(day))])) }
        " · " (t.fill("question.answers-n", &[("n", &one.answers.len().to_string())]))
    }
}

fn form(reader: &Reader, sent: &Fields, exercise: bool) -> Markup {
    let t = reader.lang;
    let drill = exercise || sent.contains_key("exercise");
    let threats = with_none(Threat::ALL.iter().map(|one| (one.as_str(), t.word("threat", one.as_str()))));
    let labels = Tlp::ALL.iter().rev().map(|one| (one.as_str(), format!("TLP:{one}")));
    let label = Some(text(sent, "tlp")).filter(|label| !label.is_empty()).unwrap_or(Tlp::Amber.as_str());
    html! {
        form.written method="post" action="/questions" {
            (fields::sealed(reader))
            (area((t.say("question.text"), "text"), text(sent, "text")))
            (area((t.say("question.why"), "why"), text(sent, "why")))
            (provinces(t, (t.say("assessment.provinces"), sent)))
            (choice((t.say("table.threat"), "threat"), text(sent, "threat"), threats))
            (line((t.say("question.review-on"), "review_on", "date"), sent))
            (choice((t.say("field.tlp"), "tlp"), label, labels))
            label.tick { input type="checkbox" name="exercise" value="on" checked[drill]; " " (t.say("product.exercise")) }
            p.buttons { button { (t.say("question.ask")) } }
        }
    }
}

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
    #[serde(default)]
    note: String,
}

/// Answers one question.
pub(super) async fn show_one(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => answer(&gateway, &reader, &id, None).await,
        Err(answer) => answer,
    }
}

/// Closes a question or asks it again; a refusal is shown on its page.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let here = (WARNING_WRITERS, format!("/questions/{id}"));
    let moved = async |reader: &Reader| {
        let now = moved(&gateway, reader, &headers, (&id, &action, &press)).await?;
        Ok(format!("/questions/{}", now.id))
    };
    let again = async |reader: &Reader, why| answer(&gateway, reader, &id, Some(why)).await;
    desk::press(&gateway, (&headers, &uri), here, moved, again).await
}

async fn moved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Press),
) -> Result<Question, Error> {
    reader.check_form(headers, &press.token)?;
    let (action, note) = (action.parse()?, press.note.trim().to_owned());
    let wish = MoveQuestion { id: id.parse()?, action, note, version: Some(press.version) };
    let now = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    noted(gateway, reader, (&format!("{action}Question"), &now)).await?;
    Ok(now)
}

async fn noted(gateway: &Gateway, reader: &Reader, (action, now): (&str, &Question)) -> Result<(), Error> {
    let detail = serde_json::json!({ "console": true, "version": now.version, "state": now.state });
    reader.note_act(gateway, (action, now.id.as_str(), detail)).await
}

async fn answer(gateway: &Gateway, reader: &Reader, id: &str, refusal: Option<Failure>) -> Response {
    let Ok(id) = id.parse::<domain::QuestionId>() else {
        return reader.failed(PART, &Failure::not_found(reader.lang.say("question.absent")));
    };
    match gateway.ask_as(&reader.principal, None, &GetQuestion { id, known_on: None }).await {
        Ok(one) => {
            let status = refusal.as_ref().map_or(StatusCode::OK, |failure| status_of(failure.kind));
            (status, reader.page(&page_of_one(reader, &one, refusal.as_ref()))).into_response()
        }
        Err(failure) => reader.failed(PART, refusal.as_ref().unwrap_or(&failure)),
    }
}

/// One question.
pub(super) fn page_of_one<'q>(reader: &Reader, one: &'q Question, refusal: Option<&Failure>) -> Page<'q> {
    let t = reader.lang;
    let writes = reader.principal.has_any(WARNING_WRITERS);
    let body = html! {
        div.sheet {
            p.crumb { a href="/questions" { "← " (t.say("question.title")) } }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            div #question data-live="question.moved" {
                h1 { (one.form.text) }
                p.entry-top {
                    span class={ "state state-" (one.state) } { (t.word("question-state", one.state.as_str())) }
                    @if is_due(reader, one) { b.bad { (t.say("question.due")) } }
                    (shell::handling(t, &one.form.handling))
                }
                p.meta { (scope(t, one)) }
                @if !one.form.why.is_empty() { h2 { (t.say("question.why")) } p { (one.form.why) } }
                h2 { (t.say("question.answers")) }
                @if one.answers.is_empty() { (nothing(t.say("question.unanswered"))) }
                ul { @for answer in one.answers.iter().rev() { li {
                    a href={ "/assessments/" (answer.assessment) } { @if answer.title.is_empty() { (t.say("question.by-assessment-alone")) } @else { (answer.title) } }
                    " " span.meta { (t.moment(answer.at)) " · " @if answer.holds { (t.say("question.holds")) } @else { (t.say("question.held")) } }
                } } }
                @if writes && one.state != QuestionState::Closed {
                    p { a.button href={ "/assessments/new?question=" (one.id) } { (t.say("question.answer")) } }
                }
                @if writes { (act_form(reader, one)) }
                (history(t, one))
            }
        }
    };
    Page { title: &one.form.text, part: PART, exercise: one.form.exercise, body }
}

fn act_form(reader: &Reader, one: &Question) -> Markup {
    let t = reader.lang;
    let action = if one.state == QuestionState::Closed { "reopen" } else { "close" };
    html! {
        details {
            summary { (t.word("question-action", action)) }
            form.written method="post" action={ "/questions/" (one.id) "/" (action) } {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(one.version);
                label for="note" { (t.say("question.note")) }
                textarea id="note" name="note" rows="2" maxlength="2000" required {}
                p.buttons { button { (t.word("question-action", action)) } }
            }
        }
    }
}

fn history(t: Lang, one: &Question) -> Markup {
    html! {
        h2 { (t.say("question.history")) }
        ol.changes { @for step in &one.history { li {
            b { (t.word("question-state", step.state.as_str())) } " " (step.by.name)
            @if step.note.starts_with(domain::AssessmentId::PREFIX) { " · " a href={ "/assessments/" (step.note) } { (t.say("question.by-assessment")) } }
            @else if !step.note.is_empty() { ": " (step.note) }
            span.meta { (t.moment(step.at)) }
        } } }
    }
}
