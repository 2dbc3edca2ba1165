//! The questions of a questionnaire as fields of a form.

use contracts::intake::questionnaires::{AnswerProblem, Asks, Question, Texts};
use domain::Extent;
use maud::{Markup, html};

use super::{
    fields::{Fields, text},
    words::Lang,
};

/// The question that a problem is with.
pub(super) fn of_question(problem: &AnswerProblem) -> Option<&str> {
    problem.pointer.strip_prefix("/answers/").and_then(|rest| rest.split('/').next())
}

/// A text in the reader's language, else in English, else in any.
pub(super) fn in_words(t: Lang, texts: &Texts) -> &str {
    let found = texts.get(t.tag()).or_else(|| texts.get("en")).or_else(|| texts.values().next());
    found.map_or("—", String::as_str)
}

/// Every question that is to be mended, as a link to it.
pub(super) fn faults(t: Lang, asked: &[Question], problems: &[AnswerProblem]) -> Markup {
    html! {
        div.refused role="alert" {
            p { strong { (t.say("answers.refused")) } }
            ul { @for problem in problems { @if let Some(key) = of_question(problem) {
                @let found = asked.iter().find(|one| one.key == key);
                li { a href={ "#q-" (key) } { @match found { Some(one) => (in_words(t, &one.text)), None => (key) } } " – " (fault(t, problem)) }
            } } }
        }
    }
}

fn fault(t: Lang, problem: &AnswerProblem) -> String {
    t.word("answer-fault", problem.fault.as_str()).replace("{figure}", &problem.figure)
}

/// One question, with what was written and what is wrong with it.
pub(super) fn question(
    t: Lang,
    one: &Question,
    (fields, problem): (&Fields, Option<&AnswerProblem>),
) -> Markup {
    let (key, note) = (one.key.as_str(), format!("text:{}", one.key));
    html! {
        fieldset id={ "q-" (key) } class=[problem.is_some().then_some("wrong")] {
            legend { (in_words(t, &one.text)) @if one.required { " " span.meta { (t.say("weekly.required")) } } }
            @if !one.help.is_empty() { p.meta { (in_words(t, &one.help)) } }
            @if let Some(problem) = problem { p.fault role="alert" { (fault(t, problem)) } }
            @match &one.asks {
                Asks::Indicator { .. } => {
                    @let extents: Vec<(String, String)> = Extent::ALL.iter().map(|e| (e.to_string(), t.word("extent", e.as_str()))).collect();
                    (radios(t, &format!("extent:{key}"), &extents, fields))
                    (note_of(t, &note, fields))
                }
                Asks::Choice { options } => {
                    @let options: Vec<(String, String)> = options.iter().map(|o| (o.key.clone(), in_words(t, &o.text).to_owned())).collect();
                    (radios(t, &format!("choice:{key}"), &options, fields))
                }
                Asks::Number { unit, .. } => {
                    @let name = format!("number:{key}");
                    input name=(name) type="text" inputmode="decimal" aria-label=(in_words(t, &one.text)) value=(text(fields, &name)) maxlength="20";
                    @if !unit.is_empty() { " " span.meta { (unit) } }
                }
                Asks::Text {} => { textarea name=(note) rows="3" aria-label=(in_words(t, &one.text)) maxlength="4000" { (text(fields, &note)) } }
            }
        }
    }
}

fn radios(t: Lang, name: &str, options: &[(String, String)], fields: &Fields) -> Markup {
    let chosen = text(fields, name);
    let unsaid = (String::new(), t.say("weekly.unsaid").to_owned());
    html! {
        div.radios { @for (value, shown) in options.iter().chain([&unsaid]) {
            label.radio { input type="radio" name=(name) value=(value) checked[chosen == value]; " " (shown) }
        } }
    }
}

fn note_of(t: Lang, name: &str, fields: &Fields) -> Markup {
    let written = text(fields, name);
    html! {
        details open[!written.is_empty()] {
            summary { (t.say("weekly.note")) }
            textarea name=(name) rows="2" maxlength="4000" aria-label=(t.say("weekly.note")) { (written) }
        }
    }
}
