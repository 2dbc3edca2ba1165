//! What of a run could not be read: each record with its reason, to be mended in place and read again.

use std::sync::Arc;

use axum::{
    extract::{Form, Path, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use contracts::{
    Failure,
    intake::{Quarantined, ReplayQuarantine},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    fields, imports, reader,
    said::said,
    shell::{Reader, refused},
    usable,
};
use crate::{
    Error, Gateway,
    domain::policy::{IMPORTERS, READERS},
};

/// The longest piece of an original record that is shown.
const SHOWN_CHARS: usize = 2000;
/// The longest record that can be mended here, in characters; a longer one is mended in its file.
const MENDED_CHARS: usize = 32_000;

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    /// One record; all that wait when empty.
    #[serde(default)]
    record: String,
    /// What to read in its place.
    #[serde(default)]
    corrected: Option<String>,
}

/// What was refused, and what was written there, so that nobody writes it twice.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The record; empty where all that wait were meant.
    pub record: String,
    /// What was written.
    pub corrected: Option<String>,
    /// Why it was refused.
    pub failure: Failure,
}

/// Reads one record or all that wait once more; a refusal is shown where it was pressed.
pub(super) async fn replay(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    reader.here = format!("/imports/{id}");
    match read_again(&gateway, &reader, &headers, (&id, &press)).await {
        Ok(()) => Redirect::to(&format!("/imports/{id}")).into_response(),
        Err(error) => {
            let refusal = Refusal { record: press.record, corrected: press.corrected, failure: error.into() };
            imports::answer(&gateway, &reader, (&id, &uri), Some(refusal)).await
        }
    }
}

async fn read_again(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, press): (&str, &Press),
) -> Result<(), Error> {
    reader.check_form(headers, &press.token)?;
    crate::domain::policy::require(&reader.principal, IMPORTERS)?;
    let record = Some(press.record.as_str()).filter(|record| !record.is_empty());
    let wish = ReplayQuarantine {
        import: id.parse()?,
        record: record.map(str::parse).transpose()?,
        // a browser sends a line break as two characters; files of the sources have one
        corrected: press.corrected.as_ref().map(|text| text.replace("\r\n", "\n")),
    };
    let run = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "record": record, "quarantined": run.quarantined });
    reader.note_act(gateway, ("replayQuarantine", id, detail)).await
}

/// The records, each with a form to mend it where the reader may.
pub(super) fn records(reader: &Reader, records: &[Quarantined], refusal: Option<&Refusal>) -> Markup {
    let t = reader.lang;
    let (may, waiting) = (
        reader.principal.has_any(IMPORTERS),
        records.iter().filter(|record| record.resolved_at.is_none()).count(),
    );
    html! {
        @if let Some(refusal) = refusal { @if !records.iter().any(|r| r.id.as_str() == refusal.record) { (refused(t, &refusal.failure)) } }
        @if may && waiting > 1 {
            (form(reader, records, html! { p.buttons { button.second { (t.say("quarantine.again-all")) } } }))
        }
        @for record in records {
            (kept(reader, record, refusal.filter(|refusal| refusal.record == record.id.as_str())))
        }
    }
}

fn form(reader: &Reader, records: &[Quarantined], inner: Markup) -> Markup {
    html! {
        @if let Some(first) = records.first() {
            form method="post" action={ "/imports/" (first.import) "/replay" } {
                (fields::sealed(reader))
                (inner)
            }
        }
    }
}

fn kept(reader: &Reader, record: &Quarantined, refusal: Option<&Refusal>) -> Markup {
    let t = reader.lang;
    let bytes = BASE64_STANDARD.decode(&record.original).unwrap_or_default();
    let text = record.text.as_deref().map_or_else(|| String::from_utf8_lossy(&bytes), Into::into);
    let shown: String = text.chars().take(SHOWN_CHARS).collect();
    html! {
        article.kept id=(record.id) {
            p { b { (t.fill("imports.line", &[("n", &t.count(record.line))])) } " " (said(t, &record.reason))
                @if let Some(at) = record.resolved_at { " " span.state { (t.fill("imports.resolved", &[("time", &t.moment(at))])) } } }
            pre tabindex="0" { (shown) @if shown.len() < text.len() { "…" } }
            @if record.resolved_at.is_none() && reader.principal.has_any(IMPORTERS) { (mend(reader, record, (&text, refusal))) }
        }
    }
}

fn mend(reader: &Reader, record: &Quarantined, (text, refusal): (&str, Option<&Refusal>)) -> Markup {
    let t = reader.lang;
    let written = refusal.and_then(|refusal| refusal.corrected.as_deref()).unwrap_or(text);
    let id = format!("mend-{}", record.id);
    html! {
        @if let Some(refusal) = refusal { (refused(t, &refusal.failure)) }
        @if text.chars().count() > MENDED_CHARS { p.meta { (t.say("quarantine.too-long")) } } @else {
            details open[refusal.is_some()] {
                summary { (t.say("quarantine.mend")) }
                (form(reader, std::slice::from_ref(record), html! {
                    input type="hidden" name="record" value=(record.id);
                    label for=(id) { (t.say("quarantine.mend-label")) }
                    // a text area drops the first line break it is given
                    textarea id=(id) name="corrected" rows="4" spellcheck="false" maxlength=(MENDED_CHARS) { "\n" (written) }
                    p.buttons { button { (t.say("quarantine.read")) } }
                }))
            }
        }
    }
}
