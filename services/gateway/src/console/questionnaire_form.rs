//! The form a questionnaire is written in: a few fields and its questions, in their places. A draft is written anew; what is or was in
//! force is the beginning of the next version.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    intake::questionnaires::{
        DraftQuestionnaire, Questionnaire, QuestionnaireForm, QuestionnaireState, ReviseQuestionnaire,
    },
};
use domain::Indicator;
use maud::{Markup, html};

use super::{
    desk::{self, Then},
    fields::{self, Fields, area, choice, line, text, with_none},
    in_query,
    questionnaire_fields::{KINDS, MOST, fields, is_blank, read},
    questionnaires::{found, noted, preview},
    reader,
    shell::{Page, Reader, refused},
    usable,
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::VERIFIERS};

/// How many questions there is room for behind those that are written.
const FREE: usize = 2;

/// What the form shows besides what was written.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    /// The draft that is written anew; `None` for a new version.
    pub id: Option<&'a str>,
    /// Why it was refused.
    pub refusal: Option<Failure>,
    /// How it would look.
    pub preview: Option<QuestionnaireForm>,
}

/// Answers the form of a new questionnaire, or of the next version of one.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, VERIFIERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let before = match in_query(&uri, "of") {
        None => return reader.good(&page(&reader, &Fields::new(), &Seen::default())),
        Some(id) => found(&gateway, &reader, &id).await,
    };
    match before {
        Ok(before) => reader.good(&page(&reader, &fields(&before), &Seen::default())),
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

/// Answers the form of a draft.
pub(super) async fn edit(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, VERIFIERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match found(&gateway, &reader, &id).await {
        // what is answered is never changed: its form is that of the next version
        Ok(one) if one.state != QuestionnaireState::Draft => {
            Redirect::to(&format!("/questionnaires/new?of={}", one.id)).into_response()
        }
        Ok(one) => reader.good(&page(&reader, &fields(&one), &Seen { id: Some(&id), ..Seen::default() })),
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

/// Begins a version.
pub(super) async fn create(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    write(&gateway, (&headers, &uri), (None, sent)).await
}

/// Writes a draft anew.
pub(super) async fn rewrite(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    write(&gateway, (&headers, &uri), (Some(id), sent)).await
}

/// What was written comes back with the form, whatever was wrong with it.
async fn write(
    gateway: &Gateway,
    (headers, uri): (&HeaderMap, &Uri),
    (id, sent): (Option<String>, Fields),
) -> Response {
    let here =
        id.as_ref().map_or("/questionnaires/new".to_owned(), |id| format!("/questionnaires/{id}/edit"));
    let id = id.as_deref();
    let set = async |reader: &Reader| {
        Ok(match written(gateway, reader, headers, (id, &sent)).await? {
            Ok(now) => Then::To(format!("/questionnaires/{}", now.id)),
            Err(form) => {
                let seen = Seen { id, refusal: None, preview: Some(form) };
                Then::Shown(reader.page(&page(reader, &sent, &seen)))
            }
        })
    };
    let form = async |reader: &Reader, failure: &Failure| {
        let seen = Seen { id, refusal: Some(failure.clone()), preview: None };
        reader.page(&page(reader, &sent, &seen))
    };
    desk::fill(gateway, (headers, uri), (VERIFIERS, here), set, form).await
}

/// Keeps what was written, or only shows it.
async fn written(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, sent): (Option<&str>, &Fields),
) -> Result<Result<Questionnaire, QuestionnaireForm>, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let form = read(reader.lang, sent)?;
    if text(sent, "do") == "preview" {
        return Ok(Err(form));
    }
    let key = usable(text(sent, "key"));
    let (action, now) = match id {
        None => (
            "draftQuestionnaire",
            gateway.ask_as(&reader.principal, key, &DraftQuestionnaire { form }).await?,
        ),
        Some(id) => {
            let wish =
                ReviseQuestionnaire { id: id.parse()?, form, version: text(sent, "version").parse().ok() };
            ("reviseQuestionnaire", gateway.ask_as(&reader.principal, key, &wish).await?)
        }
    };
    noted(gateway, reader, (action, &now)).await?;
    Ok(Ok(now))
}

/// The form, with what was written.
pub(super) fn page<'a>(reader: &Reader, sent: &Fields, seen: &Seen<'_>) -> Page<'a> {
    let t = reader.lang;
    let action = seen.id.map_or("/questionnaires".to_owned(), |id| format!("/questionnaires/{id}/edit"));
    let last = (1..=MOST).rev().find(|number| !is_blank(sent, *number)).unwrap_or(0);
    let body = html! {
        div.sheet.questionnaire {
            p.crumb { a href="/questionnaires" { "← " (t.say("questionnaires.title")) } }
            h1 { (t.say(if seen.id.is_some() { "questionnaires.edit" } else { "questionnaires.new" })) }
            @if let Some(failure) = &seen.refusal { (refused(t, failure)) }
            @if let Some(form) = &seen.preview { h2 { (t.say("questionnaires.preview")) } (preview(t, form)) }
            p.meta { (t.say("questionnaires.how")) }
            form.written method="post" action=(action) {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(text(sent, "version"));
                (line((t.say("questionnaires.word"), "word", "text"), sent))
                (area((t.say("questionnaires.name"), "title"), text(sent, "title")))
                (line((t.say("questionnaires.countries"), "countries", "text"), sent))
                (line((t.say("questionnaires.provinces"), "provinces", "text"), sent))
                @for number in 1..=(last + FREE).min(MOST) { (question_fields(t, sent, number)) }
                p.buttons {
                    button name="do" value="save" { (t.say("questionnaires.save")) }
                    button.second name="do" value="preview" { (t.say("questionnaires.preview")) }
                }
            }
        }
    };
    Page { title: t.say("questionnaires.one"), part: "/reports", exercise: false, body }
}

fn question_fields(t: Lang, sent: &Fields, number: usize) -> Markup {
    let named = |part: &str| format!("{part}-{number}");
    let kinds = KINDS.iter().map(|kind| (*kind, t.word("asks", kind)));
    let indicators =
        with_none(Indicator::ALL.iter().map(|one| (one.as_str(), t.word("indicator", one.as_str()))));
    let kind = text(sent, &named("kind"));
    html! {
        fieldset {
            legend { (t.fill("questionnaires.question", &[("n", &number.to_string())])) }
            (area((t.say("questionnaires.text"), &named("text")), text(sent, &named("text"))))
            (choice((t.say("questionnaires.kind"), &named("kind")), text(sent, &named("kind")), kinds))
            (choice((t.say("questionnaires.indicator"), &named("indicator")), text(sent, &named("indicator")), indicators))
            details open[!matches!(kind, "" | "indicator")] {
                summary { (t.say("questionnaires.more")) }
                (line((t.say("questionnaires.key"), &named("word"), "text"), sent))
                (area((t.say("questionnaires.options"), &named("options")), text(sent, &named("options"))))
                (line((t.say("questionnaires.min"), &named("min"), "text"), sent))
                (line((t.say("questionnaires.max"), &named("max"), "text"), sent))
                (line((t.say("questionnaires.unit"), &named("unit"), "text"), sent))
            }
            (area((t.say("questionnaires.help"), &named("help")), text(sent, &named("help"))))
            (line((t.say("questionnaires.place"), &named("place"), "text"), sent))
            label.tick { input type="checkbox" name=(named("required")) value="yes" checked[!text(sent, &named("required")).is_empty()]; " " (t.say("questionnaires.required")) }
            label.tick { input type="checkbox" name=(named("drop")) value="yes" checked[!text(sent, &named("drop")).is_empty()]; " " (t.say("questionnaires.drop")) }
        }
    }
}
