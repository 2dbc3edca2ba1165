//! The form an assessment is written in: a few fields and its judgements; what is left blank is left out, and what the form
//! has no field for stays as it is.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, PageRequest,
    analysis::{
        assessments::{
            Assessment, AssessmentForm, AssessmentState, DraftAssessment, GetAssessment, ListAssessments,
            ReviseAssessment,
        },
        questions::GetQuestion,
    },
};
use domain::{
    Handling, Observation, Threat, Tlp,
    likelihood::{Confidence, Word},
};
use maud::{Markup, html};

use super::{
    assessment_fields::{MOST_JUDGEMENTS, fields, named_evidence, read},
    assessments::noted,
    desk,
    evidence_choices::{self, Choice},
    fields::{self, Fields, area, choice, line, text, tick, with_none},
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

/// What there is to choose from; empty where a service does not answer.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The newest incidents.
    pub incidents: Vec<Observation>,
    /// What the reader has published so far.
    pub earlier: Vec<Assessment>,
    /// What else a judgement may rest on.
    pub rests: Vec<Choice>,
}

async fn known(gateway: &Gateway, reader: &Reader, sent: &Fields) -> Known {
    let whole = PageRequest { cursor: None, limit: Some(1000) };
    let published = |exercise| ListAssessments {
        state: Some(AssessmentState::Published),
        exercise,
        page: whole.clone(),
        ..ListAssessments::default()
    };
    let (real, drill) = (published(false), published(true));
    let (incidents, real, drill) = futures::join!(
        newest(gateway, reader),
        gateway.ask_as(&reader.principal, None, &real),
        gateway.ask_as(&reader.principal, None, &drill),
    );
    let mine = |one: &Assessment| one.authors.iter().any(|author| author.subject == reader.principal.subject);
    let published: Vec<Assessment> =
        [real, drill].into_iter().flatten().flat_map(|page| page.items).collect();
    let rests = evidence_choices::known(gateway, reader, (sent, &published)).await;
    Known { incidents, earlier: published.into_iter().filter(mine).collect(), rests }
}

/// Answers an empty form.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, WARNING_WRITERS).await {
        Ok(reader) => {
            let mut fresh = fresh(&gateway, &reader, in_query(&uri, "question")).await;
            if in_query(&uri, "exercise").is_some_and(|flag| flag == "true") {
                fresh.insert("exercise".to_owned(), "on".to_owned());
            }
            let known = known(&gateway, &reader, &fresh).await;
            reader.good(&page(&reader, None, (&fresh, &known, None)))
        }
        Err(answer) => answer,
    }
}

/// What a new form begins with: where it answers a question kept open, that question.
async fn fresh(gateway: &Gateway, reader: &Reader, question: Option<String>) -> Fields {
    let mut fields = Fields::from([("tlp".to_owned(), Tlp::Amber.to_string())]);
    let Some(id) = question.and_then(|id| id.parse().ok()) else { return fields };
    if let Ok(asked) = gateway.ask_as(&reader.principal, None, &GetQuestion { id, known_on: None }).await {
        fields.extend(product_choices::ticked(&asked.form.provinces));
        fields.extend(asked.form.exercise.then(|| ("exercise".to_owned(), "on".to_owned())));
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
            let fields = fields(&one);
            let known = known(&gateway, &reader, &fields).await;
            reader.good(&page(&reader, Some(&one.id.to_string()), (&fields, &known, None)))
        }
        Err(error) => reader.failed("/assessments", &error.into()),
    }
}

async fn found(gateway: &Gateway, reader: &Reader, id: &str) -> Result<Assessment, Error> {
    Ok(gateway.ask_as(&reader.principal, None, &GetAssessment { id: id.parse()?, known_on: None }).await?)
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
    let here = id.as_ref().map_or("/assessments/new".to_owned(), |id| format!("/assessments/{id}/edit"));
    let id = id.as_deref();
    let set = async |reader: &Reader| {
        let now = written(gateway, reader, headers, (id, &sent)).await?;
        Ok(format!("/assessments/{}", now.id))
    };
    let form = async |reader: &Reader, failure: &Failure| {
        let known = known(gateway, reader, &sent).await;
        reader.page(&page(reader, id, (&sent, &known, Some(failure))))
    };
    desk::fill(gateway, (headers, uri), (WARNING_WRITERS, here), set, form).await
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
}

/// The form, with what was written and why it was refused.
pub(super) fn page<'a>(
    reader: &Reader,
    id: Option<&str>,
    (sent, known, refusal): (&Fields, &Known, Option<&Failure>),
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
                (supersedes(t, sent, &known.earlier))
                @if id.is_none() { (tick((t.say("product.exercise"), "exercise"), sent)) }
                @for number in 1..=rooms(sent) { (judgement_fields(t, sent, (number, known))) }
                (product_choices::incidents(t, &known.incidents))
                (evidence_choices::list(&known.rests))
                p.buttons { button { (t.say("assessment.save")) } }
            }
        }
    };
    Page { title: t.say("assessment.new"), part: "/assessments", exercise: false, body }
}

/// Which of the writer's own it takes the place of, by title and day; one that was chosen before stays to be chosen.
fn supersedes(t: Lang, sent: &Fields, earlier: &[Assessment]) -> Markup {
    let chosen = text(sent, "supersedes");
    let named = |one: &Assessment| {
        let day = t.day(one.published_at.unwrap_or(one.created_at).day());
        (one.id.to_string(), format!("{}, {day}", one.form.title))
    };
    let mut all: Vec<(String, String)> = earlier.iter().map(named).collect();
    if !chosen.is_empty() && all.iter().all(|(id, _)| id != chosen) {
        all.push((chosen.to_owned(), t.say("field.supersedes-chosen").to_owned()));
    }
    html! { @if !all.is_empty() { (choice((t.say("field.supersedes"), "supersedes"), chosen, with_none(all))) } }
}

/// For how many judgements there is room.
fn rooms(sent: &Fields) -> u32 {
    let written =
        (1..=MOST_JUDGEMENTS).filter(|number| !text(sent, &format!("statement-{number}")).is_empty());
    written.max().map_or(JUDGEMENTS, |last| (last + 1).clamp(JUDGEMENTS, MOST_JUDGEMENTS))
}

fn judgement_fields(t: Lang, sent: &Fields, (number, known): (u32, &Known)) -> Markup {
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
            p.meta { (t.say("judgement.range-how")) }
            div.beside {
                @for (part, label) in [("low", t.say("judgement.low")), ("high", t.say("judgement.high"))] {
                    label for=(named(part)) { (label) }
                    input id=(named(part)) name=(named(part)) type="number" min="1" max="99" step="any" value=(text(sent, &named(part)));
                }
            }
            (choice((t.say("judgement.confidence"), &named("confidence")), text(sent, &named("confidence")), confidences))
            (line((t.say("judgement.basis"), &named("basis"), "text"), sent))
            (evidence(t, sent, (number, &known.incidents)))
            (evidence_choices::fieldset(t, sent, (number, &known.rests)))
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
        fieldset id={ "evidence-" (number) } {
            legend { (t.say("field.evidence")) }
            p.meta { (t.say("judgement.evidence-how")) }
            @for at in 0..=chosen.len() {
                @let id = chosen.get(at).copied().unwrap_or_default();
                input name={ "evidence-" (number) "." (at + 1) } type="text" list="incidents" value=(id) maxlength="1000" autocomplete="off"
                    aria-label={ (t.say("field.evidence")) " " (at + 1) };
                @if let Some(said) = said(id) { p.meta { (said) } }
            }
        }
    }
}

#[cfg(test)]
#[path = "assessment_form_tests.rs"]
mod tests;
