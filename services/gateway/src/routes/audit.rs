//! The audit: read, and checked whether it still holds.

use contracts::{Failure, Page};
use serde_json::json;

use super::{JSON, PAGE, Paged};
use crate::{
    Error, Gateway,
    domain::{audit::Walk, policy::AUDITORS},
    http::{Answer, Call, Route, table::handle},
    store::audit,
};

/// What is asked of the audit.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/audit", AUDITORS, handle!(list))
        .named("listAudit", "Everything written and every sensitive read, newest first.")
        .with(PAGE)
        .answers(200, &[(JSON, "AuditPage")])
        .sensitive(),
    Route::get("/v1/audit/verification", AUDITORS, handle!(verify))
        .named("verifyAudit", "Whether the chain of the audit holds, from its first entry to its last.")
        .answers(200, &[(JSON, "AuditVerification")]),
];

/// How many entries are checked at a time.
const BATCH: u32 = 1000;

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let page = call.query::<Paged>()?.page();
    let before = match page.cursor.as_deref().map(str::parse) {
        None => i64::MAX,
        Some(Ok(n)) => n,
        Some(Err(_)) => {
            return Err(Failure::invalid("the page cannot be read")
                .at("cursor", "not a cursor of this list")
                .into());
        }
    };
    let entries = audit::before(&gateway.db, before, page.size() + 1).await?;
    Answer::page(call, Page::cut(entries, page.size(), |entry| entry.n.to_string()))
}

async fn verify(gateway: &Gateway, _: &Call) -> Result<Answer, Error> {
    let head = audit::head(&gateway.db).await?;
    let (mut walk, mut seen) = (Walk::default(), 0);
    let found = loop {
        let mut entries = audit::after(&gateway.db, seen, BATCH).await?;
        // what was appended since the head was read is checked next time
        entries.retain(|entry| entry.n <= head.n);
        let Some(last) = entries.last() else { break walk.end(&head).err() };
        seen = last.n;
        if let Err(found) = walk.on(&entries) {
            break Some(found);
        }
    };
    if let Some(found) = &found {
        tracing::error!(n = found.n, reason = found.reason, "the audit does not hold");
    }
    Answer::ok(&json!({ "holds": found.is_none(), "entries": head.n, "hash": head.hash, "break": found }))
}
