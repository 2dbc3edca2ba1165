//! The form an assessment is written in: a few fields and its judgements; what is left blank is left out, and what the form
//! has no field for stays as it is.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    analysis::{
        assessments::{
            Assessment, AssessmentForm, DraftAssessment, GetAssessment, JudgementForm, ReviseAssessment,
        },
        questions::GetQuestion,
    },
};
use domain::{
    Handling, Threat, Tlp, UnClass,
    likelihood::{Confidence, Word},
};
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    assessments::noted,
    form_key, in_query, product_choices,
    product_form::ticks,
    reader,
    shell::{self, Page, Reader},
    usable,
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::WARNING_WRITERS};

/// What a form sends, by the names of its fields.
type Fields = BTreeMap<String, String>;

/// How many judgements the form has room for at least; there is always room for one more.
const JUDGEMENTS: u32 = 3;
/// How many one assessment holds.
const MOST_JUDGEMENTS: u32 = 20;

/// Answers an empty form.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, WARNING_WRITERS).await {
        Ok(reader) => {
            let fresh = fresh(&gateway, &reader, in_query(&uri, "question")).await;
            reader.good(&page(&reader, None, (&fresh, None)))
        }
        Err(answer) => answer,
    }
}

/// What a new form begins with: where it answers a question kept open, that question.
async fn fresh(gateway: &Gateway, reader: &Reader, question: Option<String>) -> Fields {
    let mut fields = Fields::from([("tlp".to_owned(), Tlp::Amber.to_string())]);
    let Some(id) = question.and_then(|id| id.parse().ok()) else { return fields };
    if let Ok(asked) = gateway.ask_as(&reader.principal, None, &GetQuestion { id }).await {
        fields.extend(product_choices::ticked(&asked.form.provinces));
        fields.extend([
            ("answers".to_owned(), asked.id.to_string()),
            ("question".to_owned(), asked.form.text.clone()),
            ("threat".to_owned(), asked.form.threat.map(|threat| threat.to_string()).unwrap_or_default()),
            ("tlp".to_owned(), asked.form.handling.tlp().to_string()),
        ]);
    }
    fields
}

/// Answers a draft to be written anew.
pub(super) async fn edit(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, WARNING_WRITERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match found(&gateway, &reader, &id).await {
        Ok(one) => reader.good(&page(&reader, Some(&one.id.to_string()), (&fields(&one), None))),
        Err(error) => reader.failed("/assessments", &error.into()),
    }
}

async fn found(gateway: &Gateway, reader: &Reader, id: &str) -> Result<Assessment, Error> {
    Ok(gateway.ask_as(&reader.principal, None, &GetAssessment { id: id.parse()? }).await?)
}

/// Begins an assessment; what was written is kept when it is refused.
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

async fn write(
    gateway: &Gateway,
    (headers, uri): (&HeaderMap, &Uri),
    (id, sent): (Option<String>, Fields),
) -> Response {
    let reader = match reader(gateway, headers, uri, WARNING_WRITERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match written(gateway, &reader, headers, (id.as_deref(), &sent)).await {
        Ok(now) => Redirect::to(&format!("/assessments/{}", now.id)).into_response(),
        Err(error) => {
            let failure = Failure::from(error);
            let page = page(&reader, id.as_deref(), (&sent, Some(&failure)));
            let status: StatusCode = status_of(failure.kind);
            (status, reader.page(&page)).into_response()
        }
    }
}

async fn written(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, sent): (Option<&str>, &Fields),
) -> Result<Assessment, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let mut form = read(sent)?;
    let key = usable(text(sent, "key"));
    let (action, now) = match id {
        None => ("draftAssessment", gateway.ask_as(&reader.principal, key, &DraftAssessment { form }).await?),
        Some(id) => {
            keep(&mut form, found(gateway, reader, id).await?.form);
            let version = text(sent, "version").parse().ok();
            let wish = ReviseAssessment { id: id.parse()?, form, version };
            ("reviseAssessment", gateway.ask_as(&reader.principal, key, &wish).await?)
        }
    };
    noted(gateway, reader, (action, &now)).await?;
    Ok(now)
}

/// Keeps of what was there before what the form has no field for.
fn keep(form: &mut AssessmentForm, before: AssessmentForm) {
    form.exercise = before.exercise;
    if form.handling.tlp() == before.handling.tlp() {
        form.handling = before.handling;
    } else {
        form.handling = Handling::new(form.handling.tlp(), before.handling.un_class());
    }
    for judgement in &mut form.judgements {
        let same = |known: &&JudgementForm| {
            known.statement == judgement.statement && known.likelihood.word() == judgement.likelihood.word()
        };
        if let Some(known) = before.judgements.iter().find(same) {
            judgement.likelihood = known.likelihood;
        }
    }
}

fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |text| text.trim())
}

fn lines(fields: &Fields, name: &str) -> Vec<String> {
    text(fields, name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What was written, as the API takes it.
fn read(fields: &Fields) -> Result<AssessmentForm, Failure> {
    let wrong = |name: &str, invalid: domain::text::Invalid| {
        Failure::invalid("the assessment cannot be taken as it is written").at(name, invalid)
    };
    let provinces = ticks(fields, "province-").map(str::parse).collect::<Result<_, _>>();
    let threat = Some(text(fields, "threat")).filter(|word| !word.is_empty()).map(str::parse).transpose();
    let tlp: Tlp = text(fields, "tlp").parse().map_err(|invalid| wrong("tlp", invalid))?;
    let mut judgements = Vec::new();
    for number in 1..=MOST_JUDGEMENTS {
        if !text(fields, &format!("statement-{number}")).is_empty() {
            judgements.push(judgement(fields, number)?);
        }
    }
    let supersedes = Some(text(fields, "supersedes")).filter(|id| !id.is_empty()).map(str::parse).transpose();
    let answers = Some(text(fields, "answers")).filter(|id| !id.is_empty()).map(str::parse).transpose();
    Ok(AssessmentForm {
        title: text(fields, "title").to_owned(),
        question: text(fields, "question").to_owned(),
        summary: text(fields, "summary").to_owned(),
        provinces: provinces.map_err(|invalid| wrong("provinces", invalid))?,
        threat: threat.map_err(|invalid| wrong("threat", invalid))?,
        judgements,
        handling: Handling::new(tlp, UnClass::Unclassified),
        supersedes: supersedes.map_err(|invalid| wrong("supersedes", invalid))?,
        answers: answers.map_err(|invalid| wrong("answers", invalid))?,
        exercise: false,
    })
}

fn judgement(fields: &Fields, number: u32) -> Result<JudgementForm, Failure> {
    let named = |part: &str| format!("{part}-{number}");
    let wrong = |part: &str, invalid: domain::text::Invalid| {
        Failure::invalid("a judgement cannot be taken as it is written").at(named(part), invalid)
    };
    let word: Word =
        text(fields, &named("likelihood")).parse().map_err(|invalid| wrong("likelihood", invalid))?;
    let confidence: Confidence =
        text(fields, &named("confidence")).parse().map_err(|invalid| wrong("confidence", invalid))?;
    let due = text(fields, &named("due")).parse().map_err(|invalid| wrong("due", invalid))?;
    let evidence = lines(fields, &named("evidence")).iter().map(|id| id.parse()).collect::<Result<_, _>>();
    Ok(JudgementForm {
        statement: text(fields, &named("statement")).to_owned(),
        likelihood: word.range(),
        confidence,
        basis: text(fields, &named("basis")).to_owned(),
        evidence: evidence.map_err(|invalid| wrong("evidence", invalid))?,
        alternatives: lines(fields, &named("alternatives")),
        would_change: lines(fields, &named("would_change")),
        due,
    })
}

/// A draft as the fields of its form.
fn fields(one: &Assessment) -> Fields {
    let form = &one.form;
    let mut fields = Fields::from([
        ("title".to_owned(), form.title.clone()),
        ("question".to_owned(), form.question.clone()),
        ("summary".to_owned(), form.summary.clone()),
        ("threat".to_owned(), form.threat.map(|threat| threat.to_string()).unwrap_or_default()),
        ("tlp".to_owned(), form.handling.tlp().to_string()),
        ("supersedes".to_owned(), form.supersedes.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("answers".to_owned(), form.answers.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("version".to_owned(), one.version.to_string()),
    ]);
    fields.extend(product_choices::ticked(&form.provinces));
    for (number, judgement) in (1..).zip(&form.judgements) {
        let ids: Vec<String> = judgement.evidence.iter().map(ToString::to_string).collect();
        let parts = [
            ("statement", judgement.statement.clone()),
            ("likelihood", judgement.likelihood.word().to_string()),
            ("confidence", judgement.confidence.to_string()),
            ("basis", judgement.basis.clone()),
            ("evidence", ids.join("\n")),
            ("alternatives", judgement.alternatives.join("\n")),
            ("would_change", judgement.would_change.join("\n")),
            ("due", judgement.due.to_string()),
        ];
        fields.extend(parts.map(|(part, value)| (format!("{part}-{number}"), value)));
    }
    fields
}

/// The form, with what was written and why it was refused.
pub(super) fn page<'a>(
    reader: &Reader,
    id: Option<&str>,
    (sent, refusal): (&Fields, Option<&Failure>),
) -> Page<'a> {
    let t = reader.lang;
    let action = id.map_or("/assessments".to_owned(), |id| format!("/assessments/{id}/edit"));
    let body = html! {
        div.sheet {
            p.crumb { a href="/assessments" { "← " (t.say("assessment.title")) } }
            h1 { (t.say("assessment.new")) }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            form.written method="post" action=(action) {
                input type="hidden" name="token" value=(reader.form_token);
                input type="hidden" name="key" value=(form_key());
                input type="hidden" name="version" value=(text(sent, "version"));
                input type="hidden" name="answers" value=(text(sent, "answers"));
                (line((t.say("field.title"), "title", "text"), sent))
                (line((t.say("field.question"), "question", "text"), sent))
                (area((t.say("field.summary"), "summary"), sent))
                (product_choices::provinces(t, (t.say("assessment.provinces"), sent)))
                (choice((t.say("table.threat"), "threat"), sent, &with_none(Threat::ALL.iter().map(|word| (word.as_str(), t.word("threat", word.as_str()))))))
                (choice((t.say("field.tlp"), "tlp"), sent, &Tlp::ALL.iter().rev().map(|word| (word.as_str(), word.to_string())).collect::<Vec<_>>()))
                (line((t.say("field.supersedes"), "supersedes", "text"), sent))
                @for number in 1..=rooms(sent) { (judgement_fields(t, sent, number)) }
                p.buttons { button { (t.say("assessment.save")) } }
            }
        }
    };
    Page { title: t.say("assessment.new"), part: "/assessments", exercise: false, body }
}

/// For how many judgements there is room.
fn rooms(sent: &Fields) -> u32 {
    let written =
        (1..=MOST_JUDGEMENTS).filter(|number| !text(sent, &format!("statement-{number}")).is_empty());
    written.max().map_or(JUDGEMENTS, |last| (last + 1).clamp(JUDGEMENTS, MOST_JUDGEMENTS))
}

type Choices = Vec<(&'static str, String)>;

fn with_none(words: impl Iterator<Item = (&'static str, String)>) -> Choices {
    std::iter::once(("", "—".to_owned())).chain(words).collect()
}

fn judgement_fields(t: Lang, sent: &Fields, number: u32) -> Markup {
    let named = |part: &str| format!("{part}-{number}");
    let words = Word::ALL.iter().map(|word| (word.as_str(), t.word("likelihood", word.as_str())));
    let likelihoods = with_none(words);
    let words = Confidence::ALL.iter().map(|word| (word.as_str(), t.word("confidence", word.as_str())));
    let confidences = with_none(words);
    html! {
        fieldset {
            legend { (t.fill("judgement.title", &[("n", &number.to_string())])) }
            (area((t.say("judgement.statement"), &named("statement")), sent))
            (choice((t.say("judgement.likelihood"), &named("likelihood")), sent, &likelihoods))
            (choice((t.say("judgement.confidence"), &named("confidence")), sent, &confidences))
            (line((t.say("judgement.basis"), &named("basis"), "text"), sent))
            (area((t.say("field.evidence"), &named("evidence")), sent))
            (area((t.say("judgement.alternatives"), &named("alternatives")), sent))
            (area((t.say("judgement.would-change"), &named("would_change")), sent))
            (line((t.say("judgement.due"), &named("due"), "date"), sent))
        }
    }
}

fn line((label, name, kind): (&str, &str, &str), sent: &Fields) -> Markup {
    html! { label for=(name) { (label) } input id=(name) name=(name) type=(kind) value=(text(sent, name)) maxlength="1000"; }
}

fn area((label, name): (&str, &str), sent: &Fields) -> Markup {
    html! { label for=(name) { (label) } textarea id=(name) name=(name) rows="2" maxlength="8000" { (text(sent, name)) } }
}

fn choice((label, name): (&str, &str), sent: &Fields, choices: &[(&'static str, String)]) -> Markup {
    let chosen = text(sent, name);
    html! {
        label for=(name) { (label) }
        select id=(name) name=(name) {
            @for (word, shown) in choices { option value=(word) selected[*word == chosen] { (shown) } }
        }
    }
}

#[cfg(test)]
#[path = "assessment_form_tests.rs"]
mod tests;
