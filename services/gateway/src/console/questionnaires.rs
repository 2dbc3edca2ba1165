//! Questionnaires: every version there is, one as its monitors see it, and what can be done with it.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure,
    intake::questionnaires::{
        GetQuestionnaire, ListQuestionnaires, MoveQuestionnaire, Questionnaire, QuestionnaireAction,
        QuestionnaireForm, QuestionnaireState,
    },
};
use domain::QuestionnaireId;
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    desk,
    fields::{self, Fields},
    questions::{in_words, question},
    reader,
    shell::{Page, Reader, refused},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{REPORT_READERS, VERIFIERS},
};

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
}

/// Answers all versions.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, REPORT_READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match gateway.ask_as(&reader.principal, None, &ListQuestionnaires::default()).await {
        Ok(found) => reader.good(&page(&reader, &found.items)),
        Err(failure) => reader.failed("/reports", &failure),
    }
}

/// Answers one version.
pub(super) async fn show_one(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, REPORT_READERS).await {
        Ok(reader) => answer(&gateway, &reader, &id, None).await,
        Err(answer) => answer,
    }
}

async fn answer(gateway: &Gateway, reader: &Reader, id: &str, refusal: Option<Failure>) -> Response {
    match found(gateway, reader, id).await {
        Ok(one) => {
            let status = refusal.as_ref().map_or(StatusCode::OK, |failure| status_of(failure.kind));
            (status, reader.page(&page_of(reader, &one, refusal.as_ref()))).into_response()
        }
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

/// One version.
pub(super) async fn found(gateway: &Gateway, reader: &Reader, id: &str) -> Result<Questionnaire, Error> {
    let id: QuestionnaireId = id.parse()?;
    Ok(gateway.ask_as(&reader.principal, None, &GetQuestionnaire { id, known_on: None }).await?)
}

/// Puts a version in force, or retires it.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let page = format!("/questionnaires/{id}");
    let moved = async |reader: &Reader| {
        moved(&gateway, reader, &headers, (&id, &action, &press)).await?;
        Ok(page.clone())
    };
    let again = async |reader: &Reader, why| answer(&gateway, reader, &id, Some(why)).await;
    desk::press(&gateway, (&headers, &uri), (VERIFIERS, page.clone()), moved, again).await
}

async fn moved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Press),
) -> Result<(), Error> {
    reader.check_form(headers, &press.token)?;
    let action: QuestionnaireAction = action.parse()?;
    let wish = MoveQuestionnaire { id: id.parse()?, action, version: Some(press.version) };
    let now = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    noted(gateway, reader, (&format!("{action}Questionnaire"), &now)).await
}

/// Writes to the audit what was done.
pub(super) async fn noted(
    gateway: &Gateway,
    reader: &Reader,
    (action, now): (&str, &Questionnaire),
) -> Result<(), Error> {
    let detail = serde_json::json!({ "console": true, "version": now.version, "state": now.state });
    reader.note_act(gateway, (action, now.id.as_str(), detail)).await
}

/// The page of all versions.
pub(super) fn page<'a>(reader: &Reader, all: &[Questionnaire]) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/reports/due" { "← " (t.say("due.title")) } }
            h1 { (t.say("questionnaires.title")) }
            p.meta { (t.say("questionnaires.about")) }
            @if reader.principal.has_any(VERIFIERS) { p { a href="/questionnaires/new" { (t.say("questionnaires.new")) } } }
            @if all.is_empty() { (nothing(t.say("questionnaires.none"))) } @else { (table(t, all)) }
        }
    };
    Page { title: t.say("questionnaires.title"), part: "/reports", exercise: false, body }
}

fn table(t: Lang, all: &[Questionnaire]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("questionnaires.title")) { table.stacked {
            thead { tr {
                th scope="col" { (t.say("questionnaires.one")) } th scope="col" { (t.say("questionnaires.version")) }
                th scope="col" { (t.say("questionnaires.state")) } th scope="col" { (t.say("questionnaires.where")) }
                th scope="col" { (t.say("questionnaires.questions")) }
            } }
            tbody { @for one in all { tr {
                th scope="row" { a href={ "/questionnaires/" (one.id) } { (in_words(t, &one.form.title)) } span.meta { code { (one.form.key) } } }
                td data-label=(t.say("questionnaires.version")) { (one.number) }
                td data-label=(t.say("questionnaires.state")) { (standing(t, one)) }
                td data-label=(t.say("questionnaires.where")) { (whereabouts(t, &one.form)) }
                td data-label=(t.say("questionnaires.questions")) { (t.count(one.form.questions.len() as u64)) }
            } } }
        } }
    }
}

/// Where a version stands, and since when.
fn standing(t: Lang, one: &Questionnaire) -> Markup {
    let since = match one.state {
        QuestionnaireState::Draft => Some(one.made_at),
        QuestionnaireState::InForce => one.in_force_at,
        QuestionnaireState::Retired => one.retired_at,
    };
    html! {
        (t.word("questionnaire-state", one.state.as_str()))
        @if let Some(at) = since { " " span.meta { (t.day(at.day())) } }
    }
}

/// For which countries and provinces it is asked.
fn whereabouts(t: Lang, form: &QuestionnaireForm) -> String {
    let countries = form.countries.iter().map(|code| t.country(code.as_str()));
    let names: Vec<String> =
        countries.chain(form.provinces.iter().map(|code| t.province(code.as_str()))).collect();
    if names.is_empty() { t.say("questionnaires.everywhere").to_owned() } else { names.join(", ") }
}

/// The page of one version.
pub(super) fn page_of<'a>(reader: &Reader, one: &Questionnaire, refusal: Option<&Failure>) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet.questionnaire {
            p.crumb { a href="/questionnaires" { "← " (t.say("questionnaires.title")) } }
            h1 { (in_words(t, &one.form.title)) }
            @if let Some(failure) = refusal { (refused(t, failure)) }
            dl.facts {
                div { dt { (t.say("questionnaires.version")) } dd { (one.number) " · " code { (one.form.key) } } }
                div { dt { (t.say("questionnaires.state")) } dd { (standing(t, one)) } }
                div { dt { (t.say("questionnaires.where")) } dd { (whereabouts(t, &one.form)) } }
                div { dt { (t.say("questionnaires.by")) } dd { (one.by) } }
            }
            (actions(reader, one))
            h2 { (t.say("questionnaires.preview")) }
            (preview(t, &one.form))
        }
    };
    Page { title: t.say("questionnaires.one"), part: "/reports", exercise: false, body }
}

/// The questions as a monitor sees them; nothing can be sent.
pub(super) fn preview(t: Lang, form: &QuestionnaireForm) -> Markup {
    let empty = Fields::new();
    html! {
        p.meta { (t.say("questionnaires.as-seen")) }
        fieldset disabled {
            @for one in &form.questions { (question(t, one, (&empty, None))) }
        }
    }
}

fn actions(reader: &Reader, one: &Questionnaire) -> Markup {
    use QuestionnaireAction as A;
    let t = reader.lang;
    let possible: &[A] = match one.state {
        QuestionnaireState::Draft => &[A::Enact, A::Retire],
        QuestionnaireState::InForce => &[A::Retire],
        QuestionnaireState::Retired => &[],
    };
    if !reader.principal.has_any(VERIFIERS) {
        return html! { p.meta { (t.say("warning.not-yours")) } };
    }
    let path = |action: &A| format!("/questionnaires/{}/{action}", one.id);
    html! {
        section.actions {
            p {
                @if one.state == QuestionnaireState::Draft {
                    a href={ "/questionnaires/" (one.id) "/edit" } { (t.say("questionnaires.edit")) }
                } @else {
                    a href={ "/questionnaires/new?of=" (one.id) } { (t.say("questionnaires.next")) }
                }
            }
            @if let Some(first) = possible.first() {
                form.written method="post" action=(path(first)) {
                    (fields::sealed(reader))
                    input type="hidden" name="version" value=(one.version);
                    p.buttons { @for action in possible {
                        button.second[action != first] formaction=(path(action)) { (t.word("questionnaire-action", action.as_str())) }
                    } }
                }
                ul.meta { @for action in possible {
                    li { b { (t.word("questionnaire-action", action.as_str())) } ": " (t.word("questionnaire-effect", action.as_str())) }
                } }
            }
        }
    }
}
