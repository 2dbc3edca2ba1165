//! Reporters: who they are is sealed, and can be erased for good; what they reported stays.

use contracts::{
    Failure,
    gateway::reporters::ReporterErased,
    intake::reporters::{GetReporter, GradeReporter, Reporter},
};
use domain::{EventId, Reliability, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{JSON, Moment, Note};
use crate::{
    Error, Gateway,
    domain::policy::{ERASERS, REPORT_READERS, VERIFIERS},
    http::{
        Answer, Call, Handler, Route, once,
        table::{handle, param},
    },
    jobs::FORGET_FILES,
    store::{accounts, attachments, parts, reporters},
};

/// The longest note.
const NOTE_CHARS: usize = 1000;

/// What is done with reporters.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/reporters/{pseudonym}", REPORT_READERS, handle!(get))
        .named(
            "getReporter",
            "A source under its pseudonym: how what it said held, and how reliable that makes it. Never who it is.",
        )
        .with(&[param("known_on", "Time", "as was known at this moment")])
        .answers(200, &[(JSON, "Reporter")])
        .sensitive(),
    Route::post("/v1/reporters/{pseudonym}/grade", VERIFIERS, Handler::Forward(handle!(grade)))
        .named(
            "gradeReporter",
            "Confirms the reliability that the record proposes, or decides otherwise with a reason.",
        )
        .takes("ReporterGrade")
        .answers(200, &[(JSON, "Reporter")]),
    Route::post("/v1/reporters/{pseudonym}/erase", ERASERS, Handler::Own(handle!(erase)))
        .named(
            "eraseReporter",
            "Destroys the key to who a reporter is (of an account that reports on its own, what tells whose pseudonym it is) and the files that came with the reports: nobody can tell or open them again, from no copy. The reports stay.",
        )
        .takes("Note")
        .answers(200, &[(JSON, "ReporterErased")]),
];

/// Whether this looks like a pseudonym.
fn is_pseudonym(text: &str) -> bool {
    text.strip_prefix("src_")
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn pseudonym(call: &Call) -> Result<&str, Failure> {
    let text = call.param_text("pseudonym");
    let detail = "a pseudonym is src_ and 16 hexadecimal digits, as `source` of a report says";
    if is_pseudonym(text) { Ok(text) } else { Err(Failure::not_found(detail)) }
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    let source = pseudonym(call)?.to_owned();
    let erased_at = reporters::erased_at(&gateway.db, &source, known_on).await?;
    let reporter = gateway.ask(call, &GetReporter { source, known_on }).await?;
    Answer::ok(&Told { reporter, erased_at })
}

/// A source, and whether anybody can still tell who it is.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    reporter: Reporter,
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GradeBody {
    reliability: Reliability,
    #[serde(default)]
    note: String,
}

async fn grade(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let source = pseudonym(call)?.to_owned();
    let GradeBody { reliability, note } = call.json()?;
    Answer::ok(&gateway.ask(call, &GradeReporter { source, reliability, note }).await?)
}

async fn erase(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let pseudonym = pseudonym(call)?;
    let Note { note } = call.json()?;
    let note = note.trim();
    if note.is_empty() || note.chars().count() > NOTE_CHARS {
        return Err(Failure::invalid("the reporter cannot be erased without a reason")
            .at(
                "/note",
                format!("say in 1 to {NOTE_CHARS} characters why, and name nobody: it stands in the audit"),
            )
            .into());
    }
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let shredded = reporters::shred(&mut tx, pseudonym).await?;
    // who reported on their own has no sealed name: whose the pseudonym is, is forgotten
    let forgotten = accounts::forget(&mut tx, pseudonym).await?;
    let files = attachments::remove_of(&mut tx, pseudonym).await?;
    parts::forget_of(&mut tx, pseudonym).await?;
    let Some(erased_at) = shredded.or(forgotten).or_else(|| (files > 0).then(|| tx.now())) else {
        let why = format!("no identity is sealed, nobody reports and no file is kept under {pseudonym}");
        return Err(Failure::not_found(why).into());
    };
    let said = ReporterErased { reporter: pseudonym.to_owned(), at: erased_at };
    tx.say_as(&EventId::derived(&["reporter erased", pseudonym, &erased_at.to_rfc3339()]), &said).await?;
    let answer = Answer::ok(&json!({ "pseudonym": pseudonym, "erased_at": erased_at }))?;
    tx.nudge(FORGET_FILES);
    once::settle_noted(&mut tx, call, (pseudonym, note), &answer).await?;
    tx.commit().await?;
    if let Err(error) = reporters::scrub(&gateway.db).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "rests of an erased key are left until the next sweep"
        );
    }
    Ok(answer)
}
