//! The form an assessment is written in: a few fields and its judgements; what is left blank is left out, and what the form
//! has no field for stays as it is.

use std::sync::Arc;

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
    Handling, Observation, Threat, Tlp, UnClass,
    likelihood::{Confidence, Word},
};
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    assessments::noted,
    fields::{self, Fields, area, choice, each, field, line, lines, maybe, text, ticks, with_none},
    in_query,
    product_choices::{self, described, newest},
    reader,
    shell::{self, Page, Reader},
    usable,
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::WARNING_WRITERS};

/// How many judgements the form has room for at least; there is always room for one more.
const JUDGEMENTS: u32 = 3;
/// How many observations there is room for behind those that a judgement names.
const FREE_EVIDENCE: usize = 2;
/// How many one assessment holds.
const MOST_JUDGEMENTS: u32 = 20;

/// Answers an empty form.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, WARNING_WRITERS).await {
        Ok(reader) => {
            let fresh = fresh(&gateway, &reader, in_query(&uri, "question")).await;
            let known = newest(&gateway, &reader).await;
            reader.good(&page(&reader, None, (&fresh, &known, None)))
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
        Ok(one) => {
            let known = newest(&gateway, &reader).await;
            reader.good(&page(&reader, Some(&one.id.to_string()), (&fields(&one), &known, None)))
        }
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
            let known = newest(gateway, &reader).await;
            let page = page(&reader, id.as_deref(), (&sent, &known, Some(&failure)));
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

/// What was written, as the API takes it.
fn read(sent: &Fields) -> Result<AssessmentForm, Failure> {
    let is_written = |number: &u32| !text(sent, &format!("statement-{number}")).is_empty();
    let judgements = (1..=MOST_JUDGEMENTS).filter(is_written).map(|number| judgement(sent, number));
    Ok(AssessmentForm {
        title: text(sent, "title").to_owned(),
        question: text(sent, "question").to_owned(),
        summary: text(sent, "summary").to_owned(),
        provinces: each("provinces", ticks(sent, "province-"))?,
        threat: maybe(sent, "threat")?,
        judgements: judgements.collect::<Result<_, _>>()?,
        handling: Handling::new(field(sent, "tlp")?, UnClass::Unclassified),
        supersedes: maybe(sent, "supersedes")?,
        answers: maybe(sent, "answers")?,
        exercise: false,
    })
}

fn judgement(sent: &Fields, number: u32) -> Result<JudgementForm, Failure> {
    let named = |part: &str| format!("{part}-{number}");
    let several = |part: &str| lines(sent, &named(part)).map(str::to_owned).collect();
    let evidence = named("evidence");
    Ok(JudgementForm {
        statement: text(sent, &named("statement")).to_owned(),
        likelihood: field::<Word>(sent, &named("likelihood"))?.range(),
        confidence: field(sent, &named("confidence"))?,
        basis: text(sent, &named("basis")).to_owned(),
        evidence: each(&evidence, named_evidence(sent, number).into_iter())?,
        alternatives: several("alternatives"),
        would_change: several("would_change"),
        due: field(sent, &named("due"))?,
    })
}

/// The observations that a judgement names, in their order; what is left blank is left out.
fn named_evidence(sent: &Fields, number: u32) -> Vec<&str> {
    let family = format!("evidence-{number}.");
    let mut named: Vec<(u32, &str)> = sent
        .iter()
        .filter_map(|(name, id)| Some((name.strip_prefix(&family)?.parse().ok()?, id.trim())))
        .filter(|(_, id)| !id.is_empty())
        .collect();
    named.sort_unstable();
    named.into_iter().map(|(_, id)| id).collect()
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
    for (number, judgement) in (1_u32..).zip(&form.judgements) {
        let parts = [
            ("statement", judgement.statement.clone()),
            ("likelihood", judgement.likelihood.word().to_string()),
            ("confidence", judgement.confidence.to_string()),
            ("basis", judgement.basis.clone()),
            ("alternatives", judgement.alternatives.join("\n")),
            ("would_change", judgement.would_change.join("\n")),
            ("due", judgement.due.to_string()),
        ];
        fields.extend(parts.map(|(part, value)| (format!("{part}-{number}"), value)));
        let named = (1..).zip(&judgement.evidence);
        fields.extend(named.map(|(at, id): (u32, _)| (format!("evidence-{number}.{at}"), id.to_string())));
    }
    fields
}

/// The form, with what was written and why it was refused.
pub(super) fn page<'a>(
    reader: &Reader,
    id: Option<&str>,
    (sent, known, refusal): (&Fields, &[Observation], Option<&Failure>),
) -> Page<'a> {
    let t = reader.lang;
    let action = id.map_or("/assessments".to_owned(), |id| format!("/assessments/{id}/edit"));
    let body = html! {
        div.sheet {
            p.crumb { a href="/assessments" { "← " (t.say("assessment.title")) } }
            h1 { (t.say("assessment.new")) }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            form.written method="post" action=(action) {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(text(sent, "version"));
                input type="hidden" name="answers" value=(text(sent, "answers"));
                (line((t.say("field.title"), "title", "text"), sent))
                (line((t.say("field.question"), "question", "text"), sent))
                (area((t.say("field.summary"), "summary"), text(sent, "summary")))
                (product_choices::provinces(t, (t.say("assessment.provinces"), sent)))
                (choice((t.say("table.threat"), "threat"), text(sent, "threat"), with_none(Threat::ALL.iter().map(|word| (word.as_str(), t.word("threat", word.as_str()))))))
                (choice((t.say("field.tlp"), "tlp"), text(sent, "tlp"), Tlp::ALL.iter().rev().map(|word| (word.as_str(), format!("TLP:{word}")))))
                (line((t.say("field.supersedes"), "supersedes", "text"), sent))
                @for number in 1..=rooms(sent) { (judgement_fields(t, sent, (number, known))) }
                (product_choices::incidents(t, known))
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

fn judgement_fields(t: Lang, sent: &Fields, (number, known): (u32, &[Observation])) -> Markup {
    let named = |part: &str| format!("{part}-{number}");
    let lines = |label: &str, part: &str| area((label, &named(part)), text(sent, &named(part)));
    let likelihoods =
        with_none(Word::ALL.iter().map(|one| (one.as_str(), t.word("likelihood", one.as_str()))));
    let confidences =
        with_none(Confidence::ALL.iter().map(|one| (one.as_str(), t.word("confidence", one.as_str()))));
    html! {
        fieldset {
            legend { (t.fill("judgement.title", &[("n", &number.to_string())])) }
            (lines(t.say("judgement.statement"), "statement"))
            (choice((t.say("judgement.likelihood"), &named("likelihood")), text(sent, &named("likelihood")), likelihoods))
            (choice((t.say("judgement.confidence"), &named("confidence")), text(sent, &named("confidence")), confidences))
            (line((t.say("judgement.basis"), &named("basis"), "text"), sent))
            (evidence(t, sent, (number, known)))
            (lines(t.say("judgement.alternatives"), "alternatives"))
            (lines(t.say("judgement.would-change"), "would_change"))
            (line((t.say("judgement.due"), &named("due"), "date"), sent))
        }
    }
}

/// The observations a judgement rests on: those that are named, each with what it says where that is known here, and room for more
/// to be chosen by day, place and title.
fn evidence(t: Lang, sent: &Fields, (number, known): (u32, &[Observation])) -> Markup {
    let chosen = named_evidence(sent, number);
    let said = |id: &str| known.iter().find(|one| one.id.as_str() == id).map(|one| described(t, one));
    html! {
        fieldset {
            legend { (t.say("field.evidence")) }
            p.meta { (t.say("judgement.evidence-how")) }
            @for at in 0..chosen.len() + FREE_EVIDENCE {
                @let id = chosen.get(at).copied().unwrap_or_default();
                input name={ "evidence-" (number) "." (at + 1) } type="text" list="incidents" value=(id) maxlength="64" autocomplete="off"
                    aria-label={ (t.say("field.evidence")) " " (at + 1) };
                @if let Some(said) = said(id) { p.meta { (said) } }
            }
        }
    }
}

#[cfg(test)]
#[path = "assessment_form_tests.rs"]
mod tests;
