//! One assessment: its judgements, each with its likelihood and, apart from it, its confidence; what became of them; what
//! can be done with it.

use contracts::{
    Failure,
    analysis::assessments::{
        Assessment, AssessmentAction, AssessmentState, EarlierOutcome, JudgementForm, JudgementOutcome,
        Resolution,
    },
    analysis::{drafting::SourceRef, products::Source},
};
use domain::likelihood::Likelihood;
use maud::{Markup, html};

use super::{
    board::province_href,
    observation,
    shell::{self, Page, Reader},
    source_link,
    words::Lang,
};
use crate::domain::policy::{PUBLISHERS, WARNING_WRITERS};

/// The page; `rests` is what its judgements rest on besides observations, as it is now.
pub(super) fn page<'s>(
    reader: &Reader,
    (one, rests): (&'s Assessment, &[Source]),
    (refusal, key): (Option<&Failure>, &str),
) -> Page<'s> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/assessments" { "← " (t.say("assessment.title")) } }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            div #assessment data-live="assessment.moved" {
                (head(t, one))
                @for (number, judgement) in (1..).zip(&one.form.judgements) {
                    (judged(reader, (one, rests), (number, judgement, key)))
                }
                (actions(reader, one, key))
                (history(t, one))
            }
        }
    };
    Page { title: &one.form.title, part: "/assessments", exercise: one.form.exercise, body }
}

fn head(t: Lang, one: &Assessment) -> Markup {
    let form = &one.form;
    html! {
        h1 { (form.title) }
        p.entry-top {
            span class={ "state state-" (one.state) } { (t.word("assessment-state", one.state.as_str())) }
            (shell::handling(t, &one.handling))
        }
        p.meta {
            @for (number, author) in one.authors.iter().enumerate() { @if number > 0 { ", " } (author.name) }
            @if let Some(reviewer) = &one.reviewer { " · " (t.fill("assessment.reviewed", &[("name", &reviewer.name)])) }
            @if let Some(threat) = form.threat { " · " (t.word("threat", threat.as_str())) }
            @for code in &form.provinces { " · " a href=(province_href(code.as_str(), form.exercise)) { (t.province(code.as_str())) } }
        }
        p.meta {
            @for form in ["pdf", "html", "md"] { a href={ "/v1/assessments/" (one.id) "." (form) "?lang=" (t.tag()) } { (form.to_uppercase()) } " " }
        }
        @if let Some(by) = &one.superseded_by { p { a href={ "/assessments/" (by) } { (t.say("assessment.superseded")) } } }
        @if let Some(older) = &form.supersedes { p.meta { a href={ "/assessments/" (older) } { (t.say("assessment.supersedes")) } } }
        p { b { (form.question) } @if let Some(id) = &form.answers { " " a href={ "/questions/" (id) } { (t.say("question.title")) } } }
        @for paragraph in paragraphs(&form.summary) { p { (paragraph) } }
    }
}

/// The paragraphs of a text, which blank lines part.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").filter(|text| !text.trim().is_empty())
}

/// `likely (55–80%)`.
pub(super) fn likelihood(t: Lang, told: &Likelihood) -> String {
    let word = t.word("likelihood", told.word().as_str());
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    format!("{word} ({}–{}%)", percent(told.low().value()), percent(told.high().value()))
}

fn judged(
    reader: &Reader,
    (one, rests): (&Assessment, &[Source]),
    (number, judgement, key): (u32, &JudgementForm, &str),
) -> Markup {
    let t = reader.lang;
    let outcome = one.outcomes.get(number as usize - 1).and_then(Option::as_ref);
    html! {
        section.threat aria-label=(t.fill("judgement.title", &[("n", &number.to_string())])) {
            h2 { (number) ". " (judgement.statement) }
            p.figure { b { (likelihood(t, &judgement.likelihood)) } }
            dl.facts {
                div { dt { (t.say("judgement.confidence")) } dd { (t.word("confidence", judgement.confidence.as_str())) @if !judgement.basis.is_empty() { ": " (judgement.basis) } } }
                div { dt { (t.say("judgement.due")) } dd { (t.day(judgement.due)) } }
                div { dt { (t.say("judgement.evidence")) } dd {
                    @for (at, id) in (1..).zip(&judgement.evidence) { a href=(observation::href(id)) { (t.fill("incident.report", &[("n", &at.to_string())])) } " " }
                    @if !judgement.sources.is_empty() { ul.facts { @for named in &judgement.sources { li { (rest(t, one, (named, rests))) } } } }
                } }
                div { dt { (t.say("judgement.alternatives")) } dd { (judgement.alternatives.join("; ")) } }
                div { dt { (t.say("judgement.would-change")) } dd { (judgement.would_change.join("; ")) } }
                @if let Some(outcome) = outcome { div { dt { (t.say("judgement.outcome")) } dd { (became(t, outcome)) } } }
            }
            @if one.published_at.is_some() && reader.principal.has_any(WARNING_WRITERS) { (resolving(reader, one, (number, key))) }
        }
    }
}

/// Something a judgement rests on, with its grade and marking, where it can be looked up; where it was taken back or the reader
/// may not know it, only that there is one: of a document the name is the whole citation.
fn rest(t: Lang, one: &Assessment, (named, rests): (&SourceRef, &[Source])) -> Markup {
    let told = rests.iter().find(|source| source.kind == named.kind && source.id == named.id);
    let Some(source) = told else {
        return html! { (t.say("print.unseen-other")) };
    };
    html! {
        @match source_link::link(one, source) {
            Some(link) => { a href=(link) rel=[link.starts_with("http").then_some("noreferrer")] { (source.label) } }
            None => { (source.label) }
        }
        " " @if !source.grade.is_empty() { span.grade { (source.grade) } " " } (shell::handling(t, &source.handling))
    }
}

fn became(t: Lang, outcome: &JudgementOutcome) -> Markup {
    html! {
        b { (t.word("resolution", outcome.resolution.as_str())) }
        @if let Some(brier) = outcome.brier { " · " (t.say("calibration.brier")) " " (t.number(brier, 3)) }
        span.meta { " " (outcome.by.name) ", " (t.moment(outcome.at)) ": " (outcome.note) }
        @for was in &outcome.corrected { p.meta { (corrected(t, was)) } }
    }
}

/// What was said of a judgement before that was corrected, by whom and why.
pub(super) fn corrected(t: Lang, was: &EarlierOutcome) -> String {
    let (word, time) = (t.word("resolution", was.resolution.as_str()), t.moment(was.at));
    let told = [("was", word.as_str()), ("name", was.by.name.as_str()), ("time", &time), ("note", &was.note)];
    t.fill("judgement.corrected", &told)
}

fn resolving(reader: &Reader, one: &Assessment, (number, key): (u32, &str)) -> Markup {
    let (t, id) = (reader.lang, format!("resolve-{number}"));
    let action = |word: Resolution| format!("/assessments/{}/judgements/{number}/{word}", one.id);
    html! {
        details {
            summary { (t.say("judgement.resolve")) }
            form method="post" action=(action(Resolution::Came)) {
                (hidden(reader, &format!("{key}-{number}"), None))
                label for=(id) { (t.say("judgement.why")) }
                textarea id=(id) name="note" rows="2" maxlength="2000" required {}
                p.buttons { @for word in Resolution::ALL {
                    button.second[*word != Resolution::Came] formaction=(action(*word)) { (t.word("resolution", word.as_str())) }
                } }
            }
        }
    }
}

fn hidden(reader: &Reader, key: &str, version: Option<u32>) -> Markup {
    html! {
        input type="hidden" name="token" value=(reader.form_token);
        input type="hidden" name="key" value=(key);
        @if let Some(version) = version { input type="hidden" name="version" value=(version); }
    }
}

/// What may be done where it stands.
const fn possible(state: AssessmentState) -> &'static [AssessmentAction] {
    use AssessmentAction::{Approve, Publish, Return, Submit, Withdraw};
    match state {
        AssessmentState::Draft => &[Submit, Withdraw],
        AssessmentState::Review => &[Approve, Return],
        AssessmentState::Approved => &[Publish, Return],
        AssessmentState::Published => &[Withdraw],
        AssessmentState::Superseded | AssessmentState::Withdrawn => &[],
    }
}

fn actions(reader: &Reader, one: &Assessment, key: &str) -> Markup {
    let t = reader.lang;
    let may = |action: &AssessmentAction| match action {
        AssessmentAction::Publish | AssessmentAction::Withdraw => reader.principal.has_any(PUBLISHERS),
        _ => reader.principal.has_any(WARNING_WRITERS),
    };
    let mine: Vec<&AssessmentAction> = possible(one.state).iter().filter(|action| may(action)).collect();
    let Some(first) = mine.first() else { return html! {} };
    let path = |action: &AssessmentAction| format!("/assessments/{}/{action}", one.id);
    html! {
        form.actions method="post" action=(path(first)) {
            (hidden(reader, key, Some(one.version)))
            label for="note" { (t.say("assessment.note")) }
            textarea #note name="note" rows="2" maxlength="2000" {}
            p.buttons {
                @for action in &mine { button.second[action != first] formaction=(path(action)) { (t.word("assessment-action", action.as_str())) } }
                @if one.state == AssessmentState::Draft { a href={ "/assessments/" (one.id) "/edit" } { (t.say("assessment.edit")) } }
            }
        }
    }
}

fn history(t: Lang, one: &Assessment) -> Markup {
    html! {
        h2 { (t.say("assessment.history")) }
        ol.changes { @for step in &one.history {
            li {
                span { (t.word("assessment-state", step.state.as_str())) " · " (step.by.name) }
                span.move { (t.moment(step.at)) }
                @if !step.note.is_empty() { span.meta { (step.note) } }
            }
        } }
    }
}
