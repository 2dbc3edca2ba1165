//! A questionnaire as the fields of its form, and what was written into them.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use contracts::{
    Failure,
    intake::questionnaires::{Asks, ChoiceOption, Question, Questionnaire, QuestionnaireForm, Texts},
};
use domain::Indicator;

use super::{
    fields::{Fields, text},
    words::Lang,
};

/// The most questions of one questionnaire.
pub(super) const MOST: usize = 100;
/// What a question can ask for, as the form names it.
pub(super) const KINDS: [&str; 4] = ["indicator", "choice", "number", "text"];

fn wrong(t: Lang, at: &str, why: impl Display) -> Failure {
    Failure::invalid(t.say("questionnaires.refused")).at(at, why)
}

/// What was written, as the API takes it: what is blank is left out, the others stand in the order of their places.
pub(super) fn read(t: Lang, sent: &Fields) -> Result<QuestionnaireForm, Failure> {
    let mut questions = Vec::new();
    for number in 1..=MOST {
        if !is_blank(sent, number) {
            let place = text(sent, &format!("place-{number}"));
            let place: usize =
                if place.is_empty() { number } else { number_in(t, sent, &format!("place-{number}"))? };
            questions.push((place, question(t, sent, number)?));
        }
    }
    questions.sort_by_key(|(place, _)| *place);
    Ok(QuestionnaireForm {
        key: text(sent, "word").to_owned(),
        title: texts(t, text(sent, "title")),
        countries: codes(t, sent, "countries")?,
        provinces: codes(t, sent, "provinces")?,
        questions: questions.into_iter().map(|(_, question)| question).collect(),
    })
}

/// Whether there is no question in this place, or it is to be left out.
pub(super) fn is_blank(sent: &Fields, number: usize) -> bool {
    let is_empty = |part: &str| text(sent, &format!("{part}-{number}")).is_empty();
    !is_empty("drop") || ["text", "word", "indicator"].into_iter().all(is_empty)
}

fn number_in<T: FromStr>(t: Lang, sent: &Fields, name: &str) -> Result<T, Failure> {
    let written = text(sent, name).replace(',', ".");
    written.parse().map_err(|_| wrong(t, name, t.say("weekly.number")))
}

fn codes<T: FromStr<Err: Display> + Ord>(t: Lang, sent: &Fields, name: &str) -> Result<BTreeSet<T>, Failure> {
    let words = text(sent, name).split([',', ' ', ';', '\n', '\r']).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|why: T::Err| wrong(t, name, why))).collect()
}

fn question(t: Lang, sent: &Fields, number: usize) -> Result<Question, Failure> {
    let named = |part: &str| format!("{part}-{number}");
    let of = |part: &str| text(sent, &named(part));
    let bound = |part: &str| {
        if of(part).is_empty() { Ok(None) } else { number_in::<f64>(t, sent, &named(part)).map(Some) }
    };
    let mut key = of("word").to_owned();
    let asks = match of("kind") {
        "choice" => {
            Asks::Choice { options: of("options").lines().filter_map(|line| option(t, line)).collect() }
        }
        "number" => Asks::Number { min: bound("min")?, max: bound("max")?, unit: of("unit").to_owned() },
        "text" => Asks::Text {},
        _ => {
            let indicator: Indicator =
                of("indicator").parse().map_err(|why: domain::Invalid| wrong(t, &named("indicator"), why))?;
            // a question about an indicator is called by it
            indicator.as_str().clone_into(&mut key);
            Asks::Indicator { indicator }
        }
    };
    Ok(Question {
        key,
        text: texts(t, of("text")),
        help: texts(t, of("help")),
        asks,
        required: !of("required").is_empty(),
    })
}

/// One option, written `key = en: … | ru: …`.
fn option(t: Lang, line: &str) -> Option<ChoiceOption> {
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    let (key, shown) = line.split_once('=').unwrap_or((line, ""));
    Some(ChoiceOption { key: key.trim().to_owned(), text: texts(t, &shown.replace('|', "\n")) })
}

/// A text in several languages, each on a line of its own behind its tag: `en: …`. A line without one goes on from the line before;
/// where there is none, it is in the language of the page.
fn texts(t: Lang, written: &str) -> Texts {
    let mut texts = Texts::new();
    let mut now: Option<String> = None;
    for line in written.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let tagged = line.split_once(':').filter(|(tag, _)| is_tag(tag.trim()));
        let (tag, said) = match (tagged, &now) {
            (Some((tag, said)), _) => (tag.trim().to_owned(), said.trim()),
            (None, Some(tag)) => (tag.clone(), line),
            (None, None) => (t.tag().to_owned(), line),
        };
        let text = texts.entry(tag.clone()).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(said);
        now = Some(tag);
    }
    texts
}

/// Whether a word is a tag of a language, as `ru` or `fa-AF`.
fn is_tag(word: &str) -> bool {
    let (language, rest) = word.split_once('-').unwrap_or((word, "AF"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=8).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

// ---- A questionnaire as fields ----

fn in_lines(texts: &Texts, between: &str) -> String {
    let lines: Vec<String> = texts.iter().map(|(tag, text)| format!("{tag}: {text}")).collect();
    lines.join(between)
}

/// A questionnaire as the fields of its form.
pub(super) fn fields(one: &Questionnaire) -> Fields {
    let form = &one.form;
    let codes = |codes: Vec<String>| codes.join(", ");
    let mut fields = Fields::from([
        ("word".to_owned(), form.key.clone()),
        ("title".to_owned(), in_lines(&form.title, "\n")),
        ("countries".to_owned(), codes(form.countries.iter().map(ToString::to_string).collect())),
        ("provinces".to_owned(), codes(form.provinces.iter().map(ToString::to_string).collect())),
        ("version".to_owned(), one.version.to_string()),
    ]);
    for (number, question) in (1..).zip(&form.questions) {
        let mut put = |part: &str, value: String| fields.insert(format!("{part}-{number}"), value);
        put("word", question.key.clone());
        put("text", in_lines(&question.text, "\n"));
        put("help", in_lines(&question.help, "\n"));
        put("required", if question.required { "yes" } else { "" }.to_owned());
        let kind = match &question.asks {
            Asks::Indicator { indicator } => {
                put("indicator", indicator.to_string());
                "indicator"
            }
            Asks::Choice { options } => {
                let lines: Vec<String> = options
                    .iter()
                    .map(|one| format!("{} = {}", one.key, in_lines(&one.text, " | ")))
                    .collect();
                put("options", lines.join("\n"));
                "choice"
            }
            Asks::Number { min, max, unit } => {
                put("min", min.map(|min| min.to_string()).unwrap_or_default());
                put("max", max.map(|max| max.to_string()).unwrap_or_default());
                put("unit", unit.clone());
                "number"
            }
            Asks::Text {} => "text",
        };
        put("kind", kind.to_owned());
    }
    fields
}

#[cfg(test)]
#[path = "questionnaire_fields_tests.rs"]
mod tests;
