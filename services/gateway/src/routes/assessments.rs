//! Assessments: written, reviewed by a peer, published; their judgements resolved and scored.

use axum::http::StatusCode;
use contracts::{
    Failure, FailureKind, PageRequest,
    analysis::assessments::{
        Assessment, AssessmentAction, AssessmentState, DraftAssessment, GetAssessment, GetCalibration,
        ListAssessments, MoveAssessment, Resolution, ResolveJudgement, ReviseAssessment, TellSources,
    },
    intake::GetObservation,
};
use domain::{Day, Observation, ObservationId, Threat, Timestamp};
use futures::{StreamExt, TryStreamExt, stream};
use paper::Paper;
use serde::Deserialize;

use super::{CURSOR, JSON, KNOWN_ON, LIMIT, Moment, Note};
use crate::{
    Error, Gateway,
    console::{
        printed::{self, Known},
        words::Lang,
    },
    domain::{
        export,
        policy::{PUBLISHERS, READERS, WARNING_WRITERS},
    },
    http::{
        Answer, Call, Handler, Route,
        table::{Handle, Param, handle, param},
    },
};

/// How many observations are asked for at once.
const AT_ONCE: usize = 8;

const fn moves(path: &'static str, roles: &'static [contracts::Role], handle: Handle) -> Route {
    Route::post(path, roles, Handler::Forward(handle))
        .takes("Note")
        .answers(200, &[(JSON, "Assessment")])
        .matched()
}

const MARKDOWN: &str = "text/markdown; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const PDF: &str = "application/pdf";
/// How a paper is written.
const PRINT: &[Param] = &[param("lang", "PaperLanguage", "in this language; en when left out")];

/// What is done with assessments.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/assessments", READERS, handle!(list))
        .named(
            "listAssessments",
            "Assessments, newest first. With `known_on` those that there were then, each as it stood.",
        )
        .with(&[
            param("state", "AssessmentState", "only those that stand there"),
            param("threat", "Threat", "only of this threat"),
            param(
                "due",
                "Day",
                "only those that were ever published, with a judgement that was due by this day and is not scored yet",
            ),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            KNOWN_ON,
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "AssessmentPage")]),
    Route::post("/v1/assessments", WARNING_WRITERS, Handler::Forward(handle!(draft)))
        .named("draftAssessment", "Begins an assessment. Its handling is joined with that of its evidence.")
        .takes("AssessmentForm")
        .answers(201, &[(JSON, "Assessment")])
        .tagged(),
    Route::get("/v1/assessments/{id}", READERS, handle!(get))
        .named("getAssessment", "One assessment with its judgements, and what became of them; with `known_on` as it stood then.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "Assessment")])
        .tagged(),
    Route::get("/v1/assessments/{id}/sources", READERS, handle!(sources))
        .named(
            "listAssessmentSources",
            "What its judgements rest on besides observations, each once, as it is now; what was taken back is left out.",
        )
        .with(PRINT)
        .answers(200, &[(JSON, "ProductSourcePage")]),
    Route::get("/v1/assessments/{id}.md", READERS, handle!(markdown))
        .named("getAssessmentMarkdown", "The assessment as a paper, its evidence graded, as Markdown.")
        .with(PRINT)
        .answers(200, &[(MARKDOWN, "Text")]),
    Route::get("/v1/assessments/{id}.html", READERS, handle!(page))
        .named("getAssessmentHtml", "The same as one HTML page.")
        .with(PRINT)
        .answers(200, &[(HTML, "Text")]),
    Route::get("/v1/assessments/{id}.pdf", READERS, handle!(pdf))
        .named("getAssessmentPdf", "The same as PDF, on A4.")
        .with(PRINT)
        .answers(200, &[(PDF, "File")]),
    moves("/v1/assessments/{id}/revise", WARNING_WRITERS, handle!(revise))
        .named("reviseAssessment", "Writes a draft anew.")
        .takes("AssessmentForm"),
    moves("/v1/assessments/{id}/submit", WARNING_WRITERS, |g, c| {
        Box::pin(act(g, c, AssessmentAction::Submit))
    })
    .named(
        "submitAssessment",
        "Puts a draft before a peer: each judgement has evidence, an alternative and a day.",
    ),
    moves("/v1/assessments/{id}/return", WARNING_WRITERS, |g, c| {
        Box::pin(act(g, c, AssessmentAction::Return))
    })
    .named("returnAssessment", "Gives it back to its author, with the reason."),
    moves("/v1/assessments/{id}/approve", WARNING_WRITERS, |g, c| {
        Box::pin(act(g, c, AssessmentAction::Approve))
    })
    .named("approveAssessment", "Agrees with it; by one who did not write on it."),
    moves("/v1/assessments/{id}/publish", PUBLISHERS, |g, c| Box::pin(act(g, c, AssessmentAction::Publish)))
        .named("publishAssessment", "Makes it hold, in the place of the one it supersedes."),
    moves("/v1/assessments/{id}/withdraw", PUBLISHERS, |g, c| {
        Box::pin(act(g, c, AssessmentAction::Withdraw))
    })
    .named("withdrawAssessment", "Takes it back, with the reason."),
    moves("/v1/assessments/{id}/judgements/{number}/resolve", WARNING_WRITERS, handle!(resolve))
        .named("resolveJudgement", "Says what became of a judgement, with the reason; it is scored by it.")
        .takes("JudgementResolution"),
    Route::get("/v1/calibrations", READERS, handle!(calibrations))
        .named("listCalibrations", "How good judgements were: of everybody, and by first author; with `known_on` as was known then.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "CalibrationPage")]),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    state: Option<AssessmentState>,
    threat: Option<Threat>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::day")]
    due: Option<Day>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { state, threat, exercise, due, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    let wish = ListAssessments { state, threat, exercise, due, known_on, page };
    Answer::page(call, gateway.ask(call, &wish).await?)
}

fn answer(status: StatusCode, assessment: &Assessment) -> Result<Answer, Error> {
    Ok(Answer::json(status, assessment)?.revised(assessment.version))
}

async fn draft(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    answer(StatusCode::CREATED, &gateway.ask(call, &DraftAssessment { form: call.json()? }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    answer(StatusCode::OK, &gateway.ask(call, &GetAssessment { id: call.param("id")?, known_on }).await?)
}

async fn revise(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish = ReviseAssessment { id: call.param("id")?, form: call.json()?, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

async fn act(gateway: &Gateway, call: &Call, action: AssessmentAction) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let wish = MoveAssessment { id: call.param("id")?, action, note, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Print {
    lang: Option<String>,
}

/// The language that is asked for; English where none is.
fn language(call: &Call) -> Result<Lang, Error> {
    let Print { lang } = call.query()?;
    Ok(match &lang {
        None => Lang::default(),
        Some(tag) => Lang::read(tag).ok_or_else(|| {
            Failure::invalid("the paper cannot be written in it")
                .at("lang", format!("{tag:?} is neither en nor ru"))
        })?,
    })
}

async fn sources(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish = TellSources { id: call.param("id")?, language: language(call)?.of_paper() };
    Answer::whole(gateway.ask(call, &wish).await?)
}

/// The assessment as a paper, with its evidence as it is known now.
async fn printed(gateway: &Gateway, call: &Call) -> Result<Paper, Error> {
    let lang = language(call)?;
    let one = gateway.ask(call, &GetAssessment { id: call.param("id")?, known_on: None }).await?;
    let asked = printed::distinct(&one).into_iter().map(|id| newest(gateway, call, id));
    let seen: Vec<Option<Observation>> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
    let seen = seen.into_iter().flatten().map(|observation| (observation.id.clone(), observation)).collect();
    let rests = gateway.ask(call, &TellSources { id: one.id.clone(), language: lang.of_paper() }).await?;
    Ok(printed::paper(lang, &one, &Known { seen, rests }).reached_at(&gateway.settings.public_address))
}

/// The newest revision of an observation, as it may be shown; `None` where there is none.
async fn newest(gateway: &Gateway, call: &Call, id: ObservationId) -> Result<Option<Observation>, Error> {
    match gateway.ask(call, &GetObservation { id, known_on: None }).await {
        Ok(mut revisions) => Ok(revisions.pop().map(export::shown)),
        Err(Error::Failure(failure)) if failure.kind == FailureKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn markdown(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Ok(Answer::text(MARKDOWN, printed(gateway, call).await?.markdown()))
}

async fn page(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Ok(Answer::paper(printed(gateway, call).await?.html()))
}

async fn pdf(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let paper = printed(gateway, call).await?;
    let pdf = tokio::task::spawn_blocking(move || paper.pdf()).await??;
    Ok(Answer::file(PDF, pdf.bytes))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resolved {
    resolution: Resolution,
    note: String,
}

async fn resolve(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Resolved { resolution, note } = call.json()?;
    let wish = ResolveJudgement { id: call.param("id")?, number: call.param("number")?, resolution, note };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

async fn calibrations(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::whole(gateway.ask(call, &GetCalibration { known_on }).await?)
}
