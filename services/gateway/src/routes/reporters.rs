//! Reporters: who they are is sealed, and can be erased for good; what they reported stays.

use contracts::Failure;
use serde_json::json;

use super::{JSON, Note};
use crate::{
    Error, Gateway,
    domain::policy::ERASERS,
    http::{Answer, Call, Handler, Route, once, table::handle},
    store::reporters,
};

/// The longest note.
const NOTE_CHARS: usize = 1000;

/// What is done with reporters.
pub(crate) const ROUTES: &[Route] = &[Route::post(
    "/v1/reporters/{pseudonym}/erase",
    ERASERS,
    Handler::Own(handle!(erase)),
)
.named(
    "eraseReporter",
    "Destroys the key to who a reporter is: nobody can open it again, from no copy. The reports stay.",
)
.takes("Note")
.answers(200, &[(JSON, "ReporterErased")])];

/// Whether this looks like a pseudonym.
fn is_pseudonym(text: &str) -> bool {
    text.strip_prefix("src_")
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

async fn erase(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let pseudonym = call.param_text("pseudonym");
    if !is_pseudonym(pseudonym) {
        let detail = "a pseudonym is src_ and 16 hexadecimal digits, as `source` of a report says";
        return Err(Failure::not_found(detail).into());
    }
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
    let Some(erased_at) = reporters::shred(&mut tx, pseudonym).await? else {
        return Err(Failure::not_found(format!("no identity is sealed under {pseudonym}")).into());
    };
    let answer = Answer::ok(&json!({ "pseudonym": pseudonym, "erased_at": erased_at }))?;
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
