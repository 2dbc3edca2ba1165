//! Questionnaires, and the weekly reports that answer them.

use contracts::{
    Failure,
    gateway::{ReportForm, situation::SituationForm},
    intake::questionnaires::{
        AnswerProblem, CheckAnswers, DraftQuestionnaire, GetQuestionnaire, ListQuestionnaires,
        MoveQuestionnaire, QuestionnaireAction, QuestionnaireForm, QuestionnaireState, ReviseQuestionnaire,
    },
};
use domain::{ProvinceCode, Timestamp};
use serde::Deserialize;

use super::{JSON, KNOWN_ON, Moment, reports::take};
use crate::{
    Error, Gateway,
    console::words::Lang,
    domain::policy::{REPORTERS, STAFF, VERIFIERS},
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

const fn moves(path: &'static str, handle: crate::http::table::Handle) -> Route {
    Route::post(path, VERIFIERS, Handler::Forward(handle)).answers(200, &[(JSON, "Questionnaire")]).matched()
}

/// What is done with questionnaires and the reports that answer them.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/questionnaires", STAFF, handle!(list))
        .named(
            "listQuestionnaires",
            "Questionnaires by key, the newest version first; for a province those in force there, the closest first.",
        )
        .with(&[
            param("state", "QuestionnaireState", "only versions that stand there"),
            param("province", "Province", "only those that are answered for it"),
            KNOWN_ON,
        ])
        .answers(200, &[(JSON, "QuestionnairePage")]),
    Route::get("/v1/questionnaires/{id}", STAFF, handle!(get))
        .named("getQuestionnaire", "One version of a questionnaire.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "Questionnaire")])
        .tagged(),
    Route::post("/v1/questionnaires", VERIFIERS, Handler::Forward(handle!(draft)))
        .named("draftQuestionnaire", "Begins a questionnaire, or the next version of one.")
        .takes("QuestionnaireForm")
        .answers(200, &[(JSON, "Questionnaire")])
        .tagged(),
    moves("/v1/questionnaires/{id}/revise", handle!(revise))
        .takes("QuestionnaireForm")
        .named("reviseQuestionnaire", "Writes a draft anew; what is in force is never changed."),
    moves("/v1/questionnaires/{id}/enact", |g, c| Box::pin(act(g, c, QuestionnaireAction::Enact)))
        .named("enactQuestionnaire", "Has a version answered from now on; the one before is retired."),
    moves("/v1/questionnaires/{id}/retire", |g, c| Box::pin(act(g, c, QuestionnaireAction::Retire)))
        .named("retireQuestionnaire", "Has a version answered no longer."),
    Route::post("/v1/situation-reports", REPORTERS, Handler::Own(handle!(submit)))
        .named(
            "submitSituationReport",
            "Takes a weekly report in that answers a questionnaire; its sender is its source. A second one for the same province and week corrects the first.",
        )
        .takes("SituationReportForm")
        .answers(202, &[(JSON, "ReportReceipt")])
        .veiled(),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    state: Option<QuestionnaireState>,
    province: Option<ProvinceCode>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { state, province, known_on } = call.query()?;
    Answer::page(call, gateway.ask(call, &ListQuestionnaires { state, province, known_on }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    let one = gateway.ask(call, &GetQuestionnaire { id: call.param("id")?, known_on }).await?;
    Ok(Answer::ok(&one)?.revised(one.version))
}

async fn draft(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: QuestionnaireForm = call.json()?;
    let one = gateway.ask(call, &DraftQuestionnaire { form }).await?;
    Ok(Answer::ok(&one)?.revised(one.version))
}

async fn revise(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: QuestionnaireForm = call.json()?;
    let wish = ReviseQuestionnaire { id: call.param("id")?, form, version: call.if_match()? };
    let one = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&one)?.revised(one.version))
}

async fn act(gateway: &Gateway, call: &Call, action: QuestionnaireAction) -> Result<Answer, Error> {
    let wish = MoveQuestionnaire { id: call.param("id")?, action, version: call.if_match()? };
    let one = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&one)?.revised(one.version))
}

async fn submit(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: SituationForm = call.json()?;
    let lang = call.lang();
    // what was taken before is answered before, whatever has changed since
    if let Some(once) = &call.once {
        let mut tx = gateway.db.begin().await?;
        if let Some(before) = once.begin(&mut tx).await? {
            return Ok(before);
        }
    }
    let form = form.report();
    check(gateway, call, (lang, &form)).await?;
    take(gateway, call, (form, None)).await
}

/// Has intake check the answers. While intake does not answer, the report is taken all the same: nobody on a bad line is sent
/// away because of us, and intake looks at it once it hears of it.
async fn check(gateway: &Gateway, call: &Call, (lang, form): (Lang, &ReportForm)) -> Result<(), Error> {
    let reporter = gateway.as_reporter(&call.principal).await?;
    match gateway.ask_as(&reporter, None, &CheckAnswers { form: form.clone() }).await {
        Ok(problems) if problems.is_empty() => Ok(()),
        Ok(problems) => Err(refusal(lang, &problems).into()),
        Err(failure) if failure.is_transient() => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

/// Why answers are refused, each with its place, in the asker's language.
pub(crate) fn refusal(lang: Lang, problems: &[AnswerProblem]) -> Failure {
    problems.iter().fold(Failure::invalid(lang.say("answers.refused")), |failure, problem| {
        let text = lang.word("answer-fault", problem.fault.as_str());
        failure.at(&problem.pointer, text.replace("{figure}", &problem.figure))
    })
}

#[cfg(test)]
mod tests {
    use contracts::intake::questionnaires::AnswerFault;

    use super::*;

    #[test]
    fn a_refusal_says_where_and_what_in_the_askers_language() {
        let problem = AnswerProblem {
            pointer: "/answers/families/number".into(),
            fault: AnswerFault::Above,
            figure: "500".into(),
        };
        let said = |lang| refusal(lang, std::slice::from_ref(&problem)).errors.remove(0);
        assert_eq!(said(Lang::Ru).detail, "слишком много; дайте 500 или меньше");
        assert_eq!(said(Lang::En).detail, problem.text());
        assert_eq!(said(Lang::En).pointer, problem.pointer);
    }
}
