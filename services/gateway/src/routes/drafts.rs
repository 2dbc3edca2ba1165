//! Reports that were begun and not sent: kept for their reporter, seen by nobody else.

use contracts::{Failure, Page};
use serde_json::{Value, json};

use super::JSON;
use crate::{
    Error, Gateway,
    domain::{draft, policy::REPORTERS},
    http::{Answer, Call, Handler, Route, once, table::handle},
    store::drafts::{self, Draft},
};

/// The most drafts of one reporter.
const DRAFTS: i64 = 100;

/// The most faults of a draft that are told at once.
const MOST_TOLD: usize = 20;

/// What is done with drafts.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/report-drafts", REPORTERS, handle!(list))
        .named("listReportDrafts", "Your own reports that were begun and not sent, the last written first.")
        .answers(200, &[(JSON, "ReportDraftPage")])
        .veiled(),
    Route::get("/v1/report-drafts/{key}", REPORTERS, handle!(get))
        .named("getReportDraft", "One of your own drafts.")
        .answers(200, &[(JSON, "ReportDraft")])
        .veiled(),
    Route::post("/v1/report-drafts/{key}", REPORTERS, Handler::Own(handle!(put)))
        .named(
            "putReportDraft",
            "Keeps a draft under a name of your own, in the place of the one before. It holds the members that reports have, finished or not, and no others: who a source is, is not kept in drafts.",
        )
        .takes("Object")
        .answers(200, &[(JSON, "ReportDraft")])
        .veiled(),
    Route::post("/v1/report-drafts/{key}/discard", REPORTERS, Handler::Own(handle!(discard)))
        .named("discardReportDraft", "Throws a draft away.")
        .answers(200, &[(JSON, "ReportDraft")])
        .veiled(),
];

fn shown(draft: &Draft) -> Result<Value, Error> {
    let form: Value = serde_json::from_str(&draft.form)?;
    Ok(json!({ "key": draft.key, "form": form, "updated_at": draft.updated_at, "version": draft.version }))
}

/// The name of a draft.
fn key(call: &Call) -> Result<&str, Failure> {
    let key = call.param_text("key");
    let fits = key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let wrong = "the name of a draft is 1 to 64 letters, digits, dots, - and _, as KG-B-2026-11-16";
    if fits { Ok(key) } else { Err(Failure::not_found(wrong)) }
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let found = drafts::list(&gateway.db, &gateway.pseudonym_of(&call.principal.subject).await?).await?;
    let items = found.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    Answer::ok(&Page { items, next: None })
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let key = key(call)?;
    let reporter = gateway.pseudonym_of(&call.principal.subject).await?;
    let found = drafts::get(&gateway.db, (&reporter, key)).await?;
    let absent = || Failure::not_found(format!("you have no draft {key}"));
    Answer::ok(&shown(&found.ok_or_else(absent)?)?)
}

/// Answers a request that was answered before, by the draft as it stands: beside the key no form is kept, which would outlive it.
async fn again(gateway: &Gateway, reporter: &str, key: &str) -> Result<Answer, Error> {
    let found = drafts::get(&gateway.db, (reporter, key)).await?;
    let gone = || {
        Failure::not_found(format!(
            "the draft {key} was kept under this Idempotency-Key and is gone since: sent, discarded or too old; keep it anew under \
             another key"
        ))
    };
    Answer::ok(&shown(&found.ok_or_else(gone)?)?)
}

/// Refuses what a draft may not hold.
fn check(form: &Value) -> Result<(), Failure> {
    let found = draft::objections(form);
    if found.is_empty() {
        return Ok(());
    }
    let refused = Failure::invalid("the draft cannot be kept as it is");
    Err(found.into_iter().take(MOST_TOLD).fold(refused, |failure, (at, what)| failure.at(at, what)))
}

async fn put(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (key, form): (&str, Value) = (key(call)?, call.json()?);
    check(&form)?;
    let reporter = gateway.pseudonym_of(&call.principal.subject).await?;
    let there = drafts::get(&gateway.db, (&reporter, key)).await?.is_some();
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && once.begin(&mut tx).await?.is_some()
    {
        drop(tx);
        return again(gateway, &reporter, key).await;
    }
    if !there && drafts::count(&mut tx, &reporter).await? >= DRAFTS {
        let why = format!("you have {DRAFTS} drafts, which is the most; send or discard one");
        return Err(Failure::conflict(why).into());
    }
    let version = drafts::put(&mut tx, (&reporter, key), &form.to_string()).await?;
    let answer =
        Answer::ok(&json!({ "key": key, "form": form, "updated_at": tx.now(), "version": version }))?;
    // a draft is nobody's business but its reporter's: the audit says that one was kept
    once::settle_as(&mut tx, &call.under(&reporter), "", (&answer, "{}")).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn discard(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let key = key(call)?;
    let reporter = gateway.pseudonym_of(&call.principal.subject).await?;
    let found = drafts::get(&gateway.db, (&reporter, key)).await?;
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let found = found.ok_or_else(|| Failure::not_found(format!("you have no draft {key}")))?;
    drafts::discard(&mut tx, (&reporter, key)).await?;
    let answer = Answer::ok(&shown(&found)?)?;
    once::settle_as(&mut tx, &call.under(&reporter), "", (&answer, "{}")).await?;
    tx.commit().await?;
    Ok(answer)
}
