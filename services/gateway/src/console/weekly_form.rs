//! The weekly questionnaire as a form: every question by itself, whole without a script, kept as a draft when it is not sent.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    gateway::situation::{Answer, SituationForm},
    intake::questionnaires::{AnswerProblem, CheckAnswers, ListQuestionnaires, Questionnaire},
};
use domain::{Day, Handling, ProvinceCode, Tlp, UnClass};
use kit::http::status_of;
use maud::html;

use super::{
    fields::{self, Fields, text},
    in_query,
    questions::{faults, in_words, of_question, question},
    reader,
    reports::provinces,
    shell::{Page, Reader, refused},
    situation::nothing,
    usable,
};
use crate::{
    Error, Gateway,
    domain::policy::REPORTERS,
    http::Call,
    routes::{questionnaires::refusal, reports::take},
    store::drafts,
};

/// For which province and week a form is, and what it asks.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The province.
    pub province: ProvinceCode,
    /// The Monday of the week.
    pub week: Day,
    /// What it asks.
    pub asked: Questionnaire,
}

/// What was wrong with what was sent.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    /// Each answer by itself.
    pub problems: Vec<AnswerProblem>,
    /// As a whole.
    pub failure: Option<Failure>,
    /// Whether nothing is wrong and it was kept.
    pub kept: bool,
}

/// The name under which a form is kept until it is sent.
fn draft_key(province: &ProvinceCode, week: Day) -> String {
    format!("{province}-{week}")
}

/// Answers the form of a province and week, with what was begun; without a province, the choice of one.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let week = in_query(&uri, "week").and_then(|day| day.parse::<Day>().ok());
    let week = week.unwrap_or_else(|| reader.now.day().plus(-7)).week().0;
    let Some(province) = in_query(&uri, "province").and_then(|code| code.parse::<ProvinceCode>().ok()) else {
        return reader.good(&choice(&reader, week));
    };
    match begun(&gateway, &reader, (province, week)).await {
        Ok((Some(sheet), fields)) => reader.good(&page(&reader, &sheet, (&fields, &Refusal::default()))),
        Ok((None, _)) => reader.failed("/reports", &Failure::not_found(reader.lang.say("weekly.none"))),
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

async fn begun(
    gateway: &Gateway,
    reader: &Reader,
    (province, week): (ProvinceCode, Day),
) -> Result<(Option<Sheet>, Fields), Error> {
    let key = draft_key(&province, week);
    let reporter = gateway.pseudonym_of(&reader.principal.subject).await?;
    let kept = drafts::get(&gateway.db, (&reporter, &key)).await?;
    let fields = kept.and_then(|draft| serde_json::from_str(&draft.form).ok()).unwrap_or_default();
    Ok((sheet(gateway, reader, (province, week)).await?, fields))
}

async fn sheet(
    gateway: &Gateway,
    reader: &Reader,
    (province, week): (ProvinceCode, Day),
) -> Result<Option<Sheet>, Error> {
    let query = ListQuestionnaires { state: None, province: Some(province.clone()), known_on: None };
    let found = gateway.ask_as(&reader.principal, None, &query).await?;
    Ok(found.items.into_iter().next().map(|asked| Sheet { province, week, asked }))
}

/// Sends the form, or keeps it for later.
pub(super) async fn send(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(fields): Form<Fields>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, REPORTERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let place = (text(&fields, "province").parse::<ProvinceCode>(), text(&fields, "week").parse::<Day>());
    let (Ok(province), Ok(week)) = place else {
        return reader.failed("/reports", &Failure::invalid(reader.lang.say("weekly.no-place")));
    };
    reader.here = format!("/reports/weekly?province={province}&week={week}");
    let refused = match sent(&gateway, &reader, &headers, (&province, week, &fields)).await {
        Ok(Ok(id)) => return Redirect::to(&format!("/reports/due?week={week}&sent={id}")).into_response(),
        Ok(Err(refusal)) => refusal,
        Err(error) => Refusal { failure: Some(error.into()), ..Refusal::default() },
    };
    // what was written is never lost: it comes back with the form whatever was wrong
    match sheet(&gateway, &reader, (province, week)).await {
        Ok(Some(sheet)) => {
            let status = match &refused.failure {
                Some(failure) => status_of(failure.kind),
                None if refused.kept => StatusCode::OK,
                None => StatusCode::UNPROCESSABLE_ENTITY,
            };
            (status, reader.page(&page(&reader, &sheet, (&fields, &refused)))).into_response()
        }
        Ok(None) => reader.failed("/reports", &Failure::not_found(reader.lang.say("weekly.none"))),
        Err(error) => reader.failed("/reports", &error.into()),
    }
}

async fn sent(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (province, week, fields): (&ProvinceCode, Day, &Fields),
) -> Result<Result<String, Refusal>, Error> {
    reader.check_form(headers, text(fields, "token"))?;
    let (reporter, key) = (gateway.as_reporter(&reader.principal).await?, draft_key(province, week));
    let kept: Fields =
        fields.iter().filter(|(name, _)| name.contains(':')).map(|(n, v)| (n.clone(), v.clone())).collect();
    let mut tx = gateway.db.begin().await?;
    drafts::put(&mut tx, (&reporter.subject, &key), &serde_json::to_string(&kept)?).await?;
    tx.commit().await?;
    if text(fields, "do") == "keep" {
        return Ok(Err(Refusal { kept: true, ..Refusal::default() }));
    }
    let form = read(reader, (province, week), fields)?;
    let form = form.report();
    let problems = gateway.ask_as(&reporter, None, &CheckAnswers { form: form.clone() }).await?;
    if !problems.is_empty() {
        return Ok(Err(Refusal { problems, ..Refusal::default() }));
    }
    let pressed = usable(text(fields, "key")).map(str::to_owned);
    let whole = serde_json::to_vec(&form)?;
    // pressed twice it is sent once; changed and pressed again it is told apart, and the form comes back under a new key
    let parts = [b"POST".as_slice(), b"/reports/weekly".as_slice(), whole.as_slice()];
    let once = pressed.as_deref().map(|key| gateway.once(&reader.principal.subject, key, &parts));
    let call = Call { key: pressed, once, ..Call::of_page(&reader.principal, "submitSituationReport") };
    let receipt = take(gateway, &call, (form, None)).await?;
    let receipt: serde_json::Value = serde_json::from_str(receipt.as_text())?;
    let mut tx = gateway.db.begin().await?;
    drafts::discard(&mut tx, (&reporter.subject, &key)).await?;
    tx.commit().await?;
    Ok(Ok(receipt["report"].as_str().unwrap_or_default().to_owned()))
}

/// What was written, as the API takes it. What a field does not show cannot be sent wrong but for a number.
fn read(
    reader: &Reader,
    (province, week): (&ProvinceCode, Day),
    fields: &Fields,
) -> Result<SituationForm, Failure> {
    let t = reader.lang;
    let wrong = |at: &str, text: String| Failure::invalid(t.say("answers.refused")).at(at, text);
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    for (name, value) in fields {
        let (Some((kind, key)), value) = (name.split_once(':'), value.trim()) else { continue };
        if value.is_empty() || key.is_empty() {
            continue;
        }
        let answer = answers.entry(key.to_owned()).or_default();
        match kind {
            "extent" => answer.extent = value.parse().ok(),
            "choice" => answer.choice = Some(value.to_owned()),
            "text" => value.clone_into(&mut answer.text),
            "number" => {
                let number = value.replace(',', ".").replace([' ', '\u{a0}', '\u{202f}'], "");
                let number = number.parse::<f64>().ok().filter(|number| number.is_finite());
                let number = number
                    .ok_or_else(|| wrong(&format!("/answers/{key}"), t.say("weekly.number").to_owned()))?;
                answer.number = Some(number);
            }
            _ => {}
        }
    }
    let summary = answers.remove("summary").map(|answer| answer.text).unwrap_or_default();
    answers.retain(|_, answer| !answer.is_empty());
    let tlp: Tlp = text(fields, "tlp").parse().unwrap_or(Tlp::Amber);
    let questionnaire = text(fields, "questionnaire").parse();
    Ok(SituationForm {
        questionnaire: questionnaire.map_err(|invalid| wrong("/questionnaire", format!("{invalid}")))?,
        province: province.clone(),
        week,
        answers,
        summary,
        language: t.tag().to_owned(),
        handling: Handling::new(tlp, UnClass::Unclassified),
        exercise: false,
    })
}

/// The choice of a province and a week.
pub(super) fn choice<'a>(reader: &Reader, week: Day) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/reports/due" { "← " (t.say("due.title")) } }
            h1 { (t.say("weekly.title")) }
            form.written method="get" action="/reports/weekly" {
                label for="province" { (t.say("table.province")) }
                (provinces(t, None, "—"))
                label for="week" { (t.say("weekly.week")) }
                input #week name="week" type="date" value=(week) required;
                p.buttons { button { (t.say("weekly.begin")) } }
            }
        }
    };
    Page { title: t.say("weekly.title"), part: "/reports", exercise: false, body }
}

/// The form, with what was written and what is wrong with it.
pub(super) fn page<'a>(reader: &Reader, sheet: &Sheet, (fields, refusal): (&Fields, &Refusal)) -> Page<'a> {
    let t = reader.lang;
    let (monday, sunday) = sheet.week.week();
    let other: Vec<AnswerProblem> =
        refusal.problems.iter().filter(|problem| of_question(problem).is_none()).cloned().collect();
    let body = html! {
        div.sheet.questionnaire {
            p.crumb { a href="/reports/due" { "← " (t.say("due.title")) } }
            h1 { (in_words(t, &sheet.asked.form.title)) }
            p { b { (t.province(sheet.province.as_str())) } ", " (t.day(monday)) " – " (t.day(sunday)) }
            p.meta { (t.say("weekly.how")) }
            @if refusal.kept { p.notice role="status" { (t.say("weekly.kept")) } }
            @if let Some(failure) = &refusal.failure { (refused(t, failure)) }
            @if !refusal.problems.is_empty() { (faults(t, &sheet.asked.form.questions, &refusal.problems)) }
            @if !other.is_empty() { (refused(t, &self::refusal(t, &other))) }
            form.written method="post" action="/reports/weekly" {
                (fields::sealed(reader))
                input type="hidden" name="province" value=(sheet.province);
                input type="hidden" name="week" value=(monday);
                input type="hidden" name="questionnaire" value=(sheet.asked.id);
                @if sheet.asked.form.questions.is_empty() { (nothing(t.say("weekly.none"))) }
                @for one in &sheet.asked.form.questions {
                    (question(t, one, (fields, refusal.problems.iter().find(|p| of_question(p) == Some(&one.key)))))
                }
                label for="summary" { (t.say("weekly.summary")) }
                textarea #summary name="text:summary" rows="4" maxlength="8000" { (text(fields, "text:summary")) }
                label for="tlp" { (t.say("field.tlp")) }
                select #tlp name="tlp" { @for tlp in Tlp::ALL.iter().rev() { option value=(tlp) selected[*tlp == Tlp::Amber] { (tlp) } } }
                p.buttons {
                    button name="do" value="send" { (t.say("weekly.send")) }
                    button.second name="do" value="keep" { (t.say("weekly.keep")) }
                }
            }
        }
    };
    Page { title: t.say("weekly.title"), part: "/reports", exercise: false, body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{sample, words::Lang};

    #[test]
    fn what_is_written_is_read_and_what_is_not_said_is_left_out() {
        let me = sample::reader(Lang::Ru, contracts::Role::ALL);
        let mut fields: Fields = [
            ("extent:price_spike", "marked"),
            ("text:price_spike", " flour "),
            ("extent:dialogue", ""),
            ("number:families", "1 200,5"),
            ("choice:access", "most"),
            ("text:summary", "Quiet."),
            ("tlp", "GREEN"),
            ("questionnaire", "qn_01KAQ0VZW01HZ1TXGYKBEK1JS9"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let place = ("KG-B".parse().unwrap(), "2026-11-16".parse().unwrap());
        let form = read(&me, (&place.0, place.1), &fields).unwrap();
        assert_eq!(form.answers.keys().collect::<Vec<_>>(), ["access", "families", "price_spike"]);
        assert_eq!((form.answers["families"].number, form.summary.as_str()), (Some(1200.5), "Quiet."));
        assert_eq!((form.handling.tlp(), form.language.as_str()), (Tlp::Green, "ru"));
        fields.insert("number:families".into(), "some".into());
        let failure = read(&me, (&place.0, place.1), &fields).unwrap_err();
        assert_eq!(failure.errors[0].pointer, "/answers/families");
    }
}
