//! What a questionnaire must be, and what answers to it must be.

use std::collections::BTreeSet;

use contracts::{
    Failure,
    gateway::situation::{Answer, SituationAnswers},
    intake::questionnaires::{
        AnswerFault, AnswerProblem, Asks, ChoiceOption, Question, Questionnaire, QuestionnaireAction,
        QuestionnaireForm, QuestionnaireState, Texts,
    },
};
use domain::{Day, Extent, ProvinceCode};

use super::{
    codes::{is_elsewhere, no_province},
    report::{KIND_IS, is_kind},
};

/// The most questions of one questionnaire.
const QUESTIONS: usize = 100;
/// The longest text of a question, in characters.
const TEXT_CHARS: usize = 2000;
/// The longest answer in words, in characters.
pub const ANSWER_CHARS: usize = 4000;
/// A week this long past, in days, is not reported on any more.
pub const OLDEST_WEEK_DAYS: i64 = 366;

/// Checks what is to become a questionnaire.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check_form(form: &QuestionnaireForm) -> Result<(), Failure> {
    let mut failure = Failure::invalid("the questionnaire cannot be taken as it is");
    if !is_kind(&form.key) {
        failure = failure.at("/form/key", KIND_IS);
    }
    failure = check_texts(failure, "/form/title", &form.title);
    if form.questions.is_empty() || form.questions.len() > QUESTIONS {
        failure = failure.at("/form/questions", format!("ask 1 to {QUESTIONS} questions"));
    }
    for code in &form.provinces {
        if is_elsewhere(code) {
            failure = failure.at("/form/provinces", no_province(code));
        }
    }
    let mut keys = BTreeSet::new();
    for (number, question) in form.questions.iter().enumerate() {
        let at = format!("/form/questions/{number}");
        if !keys.insert(&question.key) {
            failure =
                failure.at(format!("{at}/key"), "another question has this key; every key is used once");
        }
        failure = check_question(failure, &at, question);
    }
    if failure.errors.is_empty() { Ok(()) } else { Err(failure) }
}

fn check_texts(failure: Failure, at: &str, texts: &Texts) -> Failure {
    let unfit = texts.values().any(|text| text.trim().is_empty() || text.chars().count() > TEXT_CHARS);
    if texts.is_empty() || unfit {
        return failure.at(
            at,
            format!("give a text of 1 to {TEXT_CHARS} characters in one language at least, as {{\"en\": …}}"),
        );
    }
    failure
}

fn check_question(mut failure: Failure, at: &str, question: &Question) -> Failure {
    failure = check_texts(failure, &format!("{at}/text"), &question.text);
    if !question.help.is_empty() {
        failure = check_texts(failure, &format!("{at}/help"), &question.help);
    }
    let is_indicator = question.key.parse::<domain::Indicator>().is_ok();
    match &question.asks {
        Asks::Indicator { indicator } if question.key != indicator.as_str() => {
            failure.at(format!("{at}/key"), format!("a question about {indicator} has the key {indicator}"))
        }
        Asks::Indicator { .. } => failure,
        _ if !is_kind(&question.key) => failure.at(format!("{at}/key"), KIND_IS),
        _ if is_indicator => failure
            .at(format!("{at}/key"), "this is the word of an indicator; only a question about it has it"),
        Asks::Number { min: Some(min), max: Some(max), .. } if min > max => {
            failure.at(format!("{at}/asks/max"), format!("lies below min, which is {min}"))
        }
        Asks::Choice { options } => check_options(failure, &format!("{at}/asks/options"), options),
        Asks::Number { .. } | Asks::Text {} => failure,
    }
}

fn check_options(mut failure: Failure, at: &str, options: &[ChoiceOption]) -> Failure {
    let keys: BTreeSet<&str> = options.iter().map(|option| option.key.as_str()).collect();
    if options.len() < 2 || keys.len() < options.len() {
        failure = failure.at(at, "give two options at least, each with a key of its own");
    }
    for (number, option) in options.iter().enumerate() {
        if !is_kind(&option.key) {
            failure = failure.at(format!("{at}/{number}/key"), KIND_IS);
        }
        failure = check_texts(failure, &format!("{at}/{number}/text"), &option.text);
    }
    failure
}

/// Where an action leads.
///
/// # Errors
/// Why it leads nowhere.
pub fn moved(from: QuestionnaireState, action: QuestionnaireAction) -> Result<QuestionnaireState, String> {
    use QuestionnaireAction as A;
    use QuestionnaireState as S;
    match (from, action) {
        (S::Draft, A::Enact) => Ok(S::InForce),
        (S::Draft | S::InForce, A::Retire) => Ok(S::Retired),
        (S::InForce, A::Enact) => Err("it is in force already".to_owned()),
        (S::Retired, _) => Err("it was retired, which is final; begin a new version".to_owned()),
    }
}

/// How closely a questionnaire is made for a province: 3 for it, 2 for its country, 1 for everywhere; `None` where it is not asked.
pub fn closeness(form: &QuestionnaireForm, province: &ProvinceCode) -> Option<u8> {
    let country = geography::province(province.as_str()).map(|unit| unit.country);
    if form.provinces.contains(province) {
        Some(3)
    } else if form.countries.iter().any(|code| Some(code.as_str()) == country) {
        Some(2)
    } else {
        (form.provinces.is_empty() && form.countries.is_empty() && country.is_some()).then_some(1)
    }
}

/// Everything that is wrong with answers, where they came on this day for this province.
pub fn check_answers(
    given: &SituationAnswers,
    (asked, province): (Option<&Questionnaire>, &ProvinceCode),
    received_on: Day,
) -> Vec<AnswerProblem> {
    let mut problems = check_week(given.week, received_on);
    let Some(asked) = asked else {
        problems.push(problem("/questionnaire", AnswerFault::NoQuestionnaire, ""));
        return problems;
    };
    // answers to a version that was retired while they were on their way are still answers
    let in_time = |at: domain::Timestamp| received_on.since(at.day()) <= 7;
    if asked.state == QuestionnaireState::Draft
        || (asked.state == QuestionnaireState::Retired && !asked.retired_at.is_some_and(in_time))
    {
        problems.push(problem("/questionnaire", AnswerFault::NotInForce, asked.state.as_str()));
    }
    if closeness(&asked.form, province).is_none() {
        problems.push(problem("/province", AnswerFault::NotHere, province.as_str()));
    }
    for question in &asked.form.questions {
        let pointer = format!("/answers/{}", question.key);
        match given.answers.get(&question.key).filter(|answer| !answer.is_empty()) {
            Some(answer) => problems.extend(check_answer(&pointer, question, answer)),
            None if question.required => problems.push(problem(&pointer, AnswerFault::Missing, "")),
            None => {}
        }
    }
    let known: BTreeSet<&str> = asked.form.questions.iter().map(|question| question.key.as_str()).collect();
    let unknown = given.answers.keys().filter(|key| !known.contains(key.as_str()));
    problems.extend(unknown.map(|key| {
        problem(&format!("/answers/{}", key.replace('~', "~0").replace('/', "~1")), AnswerFault::Unknown, "")
    }));
    problems
}

fn check_week(week: Day, received_on: Day) -> Vec<AnswerProblem> {
    let monday = week.week().0;
    let mut problems = Vec::new();
    if monday != week {
        problems.push(problem("/week", AnswerFault::NotMonday, &monday.to_string()));
    }
    // a clock that runs ahead, or a monitor far to the east, is not refused
    if week > received_on.plus(1) {
        problems.push(problem("/week", AnswerFault::Ahead, ""));
    } else if received_on.since(week) > OLDEST_WEEK_DAYS {
        problems.push(problem("/week", AnswerFault::TooOld, &OLDEST_WEEK_DAYS.to_string()));
    }
    problems
}

fn problem(pointer: &str, fault: AnswerFault, figure: &str) -> AnswerProblem {
    AnswerProblem { pointer: pointer.to_owned(), fault, figure: figure.to_owned() }
}

fn check_answer(at: &str, question: &Question, answer: &Answer) -> Vec<AnswerProblem> {
    let mut problems = Vec::new();
    if answer.text.chars().count() > ANSWER_CHARS {
        problems.push(problem(&format!("{at}/text"), AnswerFault::Long, &ANSWER_CHARS.to_string()));
    }
    let Answer { extent, number, choice, text } = answer;
    match (&question.asks, extent, number, choice) {
        (Asks::Indicator { .. }, Some(_), None, None) => {}
        (Asks::Indicator { .. }, ..) => {
            let words: Vec<&str> = Extent::ALL.iter().map(|extent| extent.as_str()).collect();
            problems.push(problem(at, AnswerFault::Other, &format!("extent: {}", words.join(", "))));
        }
        (Asks::Number { min, max, .. }, None, Some(number), None) => {
            problems.extend(check_number(at, (*min, *max), *number));
        }
        (Asks::Number { .. }, ..) => problems.push(problem(at, AnswerFault::Other, "number")),
        (Asks::Text {}, None, None, None) if !text.trim().is_empty() => {}
        (Asks::Text {}, ..) => problems.push(problem(at, AnswerFault::Other, "text")),
        (Asks::Choice { options }, None, None, Some(key)) => {
            if !options.iter().any(|option| option.key == *key) {
                let keys: Vec<&str> = options.iter().map(|option| option.key.as_str()).collect();
                problems.push(problem(&format!("{at}/choice"), AnswerFault::NoOption, &keys.join(", ")));
            }
        }
        (Asks::Choice { .. }, ..) => problems.push(problem(at, AnswerFault::Other, "choice")),
    }
    problems
}

fn check_number(at: &str, (min, max): (Option<f64>, Option<f64>), number: f64) -> Option<AnswerProblem> {
    let at = format!("{at}/number");
    if let Some(min) = min.filter(|min| number < *min) {
        return Some(problem(&at, AnswerFault::Below, &min.to_string()));
    }
    max.filter(|max| number > *max).map(|max| problem(&at, AnswerFault::Above, &max.to_string()))
}

#[cfg(test)]
#[path = "questionnaire_tests.rs"]
mod tests;
