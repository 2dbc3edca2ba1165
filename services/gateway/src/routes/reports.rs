//! Field reports: the source is sealed and the report committed before the receipt is given.

use axum::http::StatusCode;
use contracts::{
    Failure, FailureKind,
    gateway::{KIND_CHARS, ReportForm, ReportPlace, ReportReceived, TEXT_CHARS, TITLE_CHARS},
    intake::{
        GetReport, ListReports, MoveReport, ReportAction, ReportCorrection, ReportState, alike::ListAlike,
    },
};
use domain::{Day, EventId, ProvinceCode, ReportId, Timestamp};
use kit::{Origin, Tx};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CURSOR, JSON, KNOWN_ON, LIMIT, Moment};
use crate::{
    Error, Gateway,
    console::{
        said,
        words::{Lang, called},
    },
    domain::{
        line,
        policy::{REPORT_READERS, REPORTERS, VERIFIERS},
        source::Source,
        whereabouts,
    },
    http::{
        Answer, Call, Handler, Route, once,
        table::{handle, param},
        unread::read,
    },
    store::{attachments, reporters},
};

const fn moves(path: &'static str, handle: crate::http::table::Handle) -> Route {
    Route::post(path, VERIFIERS, Handler::Forward(handle))
        .takes("ReportMove")
        .answers(200, &[(JSON, "Report")])
        .matched()
}

/// What is done with field reports.
pub(crate) const ROUTES: &[Route] = &[
    Route::post("/v1/reports", REPORTERS, Handler::Own(handle!(submit)))
        .named(
            "submitReport",
            "Takes a field report in; who its source is, is sealed before anything is stored.",
        )
        .takes("ReportSubmission")
        .answers(202, &[(JSON, "ReportReceipt")])
        .veiled(),
    Route::post("/v1/reports/line", REPORTERS, Handler::Own(handle!(submit_line)))
        .named(
            "submitReportLine",
            "Takes a field report in that is one line of text, as from SMS or e-mail; its sender is its source.",
        )
        .takes("ReportLine")
        .answers(202, &[(JSON, "ReportReceipt")])
        .veiled(),
    Route::get("/v1/reports", REPORT_READERS, handle!(list))
        .named("listReports", "Field reports, newest first.")
        .with(&[
            param("state", "ReportState", "only those that stand there"),
            param("province", "Province", "only those from there"),
            param("source", "Text", "only those of this pseudonym"),
            param("known_on", "Time", "as was known at this moment, each where it stood then"),
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "ReportPage")])
        .sensitive(),
    Route::get("/v1/reports/{id}", REPORT_READERS, handle!(get))
        .named("getReport", "One field report with what was done with it.")
        .with(&[param("known_on", "Time", "as was known at this moment: nothing done later, no file received later")])
        .answers(200, &[(JSON, "Report")])
        .tagged()
        .sensitive(),
    Route::get("/v1/reports/{id}/look-alikes", REPORT_READERS, handle!(alike))
        .named(
            "listLookAlikes",
            "Reports and observations that may be of the same incident: same threat and province within three days.",
        )
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "LookAlikePage")])
        .sensitive(),
    moves("/v1/reports/{id}/triage", |g, c| Box::pin(act(g, c, ReportAction::Triage)))
        .named("triageReport", "Takes a report up."),
    moves("/v1/reports/{id}/investigate", |g, c| Box::pin(act(g, c, ReportAction::Investigate)))
        .named("investigateReport", "Begins to check a report."),
    moves("/v1/reports/{id}/verify", |g, c| Box::pin(act(g, c, ReportAction::Verify)))
        .named("verifyReport", "Confirms a report; by another than its reporter."),
    moves("/v1/reports/{id}/unverify", |g, c| Box::pin(act(g, c, ReportAction::Unverify)))
        .named("unverifyReport", "Notes that a report could not be confirmed."),
    moves("/v1/reports/{id}/accept", |g, c| Box::pin(act(g, c, ReportAction::Accept)))
        .named("acceptReport", "Takes a report as a fact, graded as it is."),
    moves("/v1/reports/{id}/reject", |g, c| Box::pin(act(g, c, ReportAction::Reject)))
        .named(
            "rejectReport",
            "Refuses a report; of an accepted one the observation is taken back, or the answers, and those that they replaced hold again.",
        ),
    moves("/v1/reports/{id}/contradict", |g, c| Box::pin(act(g, c, ReportAction::Contradict))).named(
        "contradictReport",
        "Refuses a report because an independent source shows that it was otherwise; an accepted one is taken back as by rejectReport.",
    ),
    Route::post("/v1/reports/{id}/correct", VERIFIERS, Handler::Forward(handle!(correct)))
        .named(
            "correctReport",
            "Corrects where or when a report says that it happened; what was sent stays as it was sent, and the history tells who \
             corrected it and what it was held to be before. With a place that is not found, or a day ahead, a report goes no further. Of one that \
             was accepted the observation is revised. A weekly report is not corrected (409); a day before 1900 is refused (422).",
        )
        .takes("ReportCorrection")
        .answers(200, &[(JSON, "Report")])
        .matched(),
    moves("/v1/reports/{id}/duplicate", |g, c| Box::pin(act(g, c, ReportAction::Duplicate)))
        .named("duplicateReport", "Notes that a report says what another said, which is named as of."),
];

/// A report, and who its source is.
pub(crate) type Parts = (ReportForm, Option<Source>);

/// How long text and kind of a report may be, in characters.
pub(super) struct Most {
    text: usize,
    kind: usize,
}

/// What is sent by hand is as short as a fact must be: whoever sends it can mend it at once.
const BY_HAND: Most = Most { text: TEXT_CHARS, kind: KIND_CHARS };
/// What a source sends by itself waits for the desk where it is longer than that, and holds up nothing that came with it.
pub(super) const BY_SOURCE: Most = Most { text: 50_000, kind: 100 };

/// Reads form and source apart; the source goes no further than this function's caller.
pub(super) fn parts(mut body: Value, most: &Most) -> Result<Parts, Failure> {
    let source = body.as_object_mut().and_then(|fields| fields.remove("source"));
    let source: Option<Source> = match source {
        None | Some(Value::Null) => None,
        // the reason could repeat what was given
        Some(given) => Some(serde_json::from_value(given).map_err(|_| {
            Failure::invalid("the report cannot be taken as it is")
                .at("/source", "must hold name and may hold contact, both text")
        })?),
    };
    if body.get("situation").is_some() {
        let why = "answers to a questionnaire are sent to /v1/situation-reports, and need none of the rest";
        return Err(Failure::invalid("the report cannot be taken as it is").at("/situation", why));
    }
    // a day alone is its beginning, as in a line
    if let Some(day) = body["occurred_at"].as_str().and_then(|text| text.trim().parse::<Day>().ok()) {
        body["occurred_at"] = json!(day.start());
    }
    let form: ReportForm = read(body)?;
    let mut failure = Failure::invalid("the report cannot be taken as it is");
    for (pointer, text, most) in [
        ("/title", &form.title, TITLE_CHARS),
        ("/text", &form.text, most.text),
        ("/kind", &form.kind, most.kind),
    ] {
        if text.trim().is_empty() || text.chars().count() > most {
            failure = failure.at(pointer, format!("must have 1 to {most} characters"));
        }
    }
    if source.as_ref().is_some_and(|s| s.name.trim().is_empty()) {
        failure = failure.at("/source/name", "must not be empty; leave source out where none is named");
    }
    if failure.errors.is_empty() { Ok((form, source)) } else { Err(failure) }
}

/// Seals a source to its reporter's own key.
async fn seal(gateway: &Gateway, tx: &mut Tx, (pseudonym, source): (&str, Source)) -> Result<String, Error> {
    let new = gateway.shield.new_key()?;
    source.seal(&reporters::public_key(tx, pseudonym, &new).await?)
}

async fn submit(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let parts = parts(call.json()?, &BY_HAND)?;
    // whoever sends by hand can mend it at once; what a source sends by itself waits for the desk with the same reason
    if let Some((within, why)) = whereabouts::objection(&parts.0.place) {
        let pointer = format!("/place{within}");
        return Err(Failure::invalid("the report cannot be taken as it is").at(&pointer, why).into());
    }
    take(gateway, call, parts).await
}

async fn submit_line(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let text = std::str::from_utf8(&call.body)
        .map_err(|_| Failure::new(FailureKind::Malformed, "the line is no UTF-8 text"))?;
    if text.contains('\0') {
        return Err(Failure::invalid("the line holds the character U+0000, which no text may hold").into());
    }
    let read = line::parse(text, gateway.db.clock().now().day(), called);
    let form = read.map_err(|refused| told(call, text, refused))?;
    take(gateway, call, (form, None)).await
}

/// A refusal in the language that was asked for, or in which the line is written.
fn told(call: &Call, text: &str, refused: Failure) -> Failure {
    if line::is_cyrillic(text) {
        said::failure(Lang::Ru, refused)
    } else {
        said::failure(call.lang(), refused)
    }
}

/// Commits a report, its source sealed, and gives the receipt.
pub(crate) async fn take(gateway: &Gateway, call: &Call, parts: Parts) -> Result<Answer, Error> {
    // a trace of its own: that of the request would lead from the report to whoever sent it
    let mut tx = gateway.db.begin_from(Origin::default()).await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok(before);
    }
    let sender = gateway.pseudonym_in(&mut tx, &call.principal.subject).await?;
    let report = say(gateway, &mut tx, call, (parts, None)).await?;
    let mut links = json!({ "state": format!("/v1/own-reports/{report}") });
    if call.principal.has_any(REPORT_READERS) {
        links["report"] = format!("/v1/reports/{report}").into();
    }
    let receipt = json!({ "report": report, "state": "received", "links": links });
    let answer = Answer::json(StatusCode::ACCEPTED, &receipt)?;
    once::settle(&mut tx, &call.under(&sender), report.as_str(), &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Says that a report was received, its source sealed; with the source object it came through and its number there, where it
/// was sent by itself.
pub(super) async fn say(
    gateway: &Gateway,
    tx: &mut Tx,
    call: &Call,
    ((form, source), via): (Parts, Option<(&str, usize)>),
) -> Result<ReportId, Error> {
    let sender = gateway.pseudonym_in(tx, &call.principal.subject).await?;
    // what sends by itself is nobody's account: `via` names it as well
    let by = if via.is_some() { call.principal.subject.clone() } else { sender.clone() };
    let (pseudonym, sealed_source) = match source {
        Some(source) => {
            let pseudonym = gateway.named_in(tx, (&source, &by)).await?;
            let sealed = seal(gateway, tx, (&pseudonym, source)).await?;
            (pseudonym, Some(sealed))
        }
        None => (sender.clone(), None),
    };
    // derived from no name: who knows the key and guesses a name must not find it borne out by the id
    let report = match (call.key.as_deref(), via) {
        (None, _) => ReportId::generate(tx.now()),
        (Some(key), None) => ReportId::derived(&[&by, key]),
        (Some(key), Some((_, number))) => ReportId::derived(&[&by, key, &number.to_string()]),
    };
    let event = ReportReceived {
        report: report.clone(),
        form,
        sealed_source,
        source: pseudonym.clone(),
        by,
        received_at: tx.now(),
        via: via.map(|(key, _)| key.to_owned()),
    };
    tx.say_as(&EventId::derived(&["report", report.as_str()]), &event).await?;
    attachments::note_report(tx, &report, (&sender, &pseudonym)).await?;
    Ok(report)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    state: Option<ReportState>,
    province: Option<ProvinceCode>,
    source: Option<String>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { state, province, source, known_on, cursor, limit } = call.query()?;
    let page = contracts::PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListReports { state, province, source, known_on, page }).await?)
}

async fn alike(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::whole(gateway.ask(call, &ListAlike { report: call.param("id")?, known_on }).await?)
}

/// Body of a move: why, and for a duplicate of which report.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    #[serde(default)]
    note: String,
    of: Option<ReportId>,
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    let report = gateway.ask(call, &GetReport { id: call.param("id")?, known_on }).await?;
    Ok(Answer::ok(&report)?.revised(report.version))
}

/// Body of a correction: why, and what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    #[serde(default)]
    note: String,
    place: Option<ReportPlace>,
    occurred_on: Option<Day>,
}

async fn correct(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Correction { note, place, occurred_on } = call.json()?;
    let id: ReportId = call.param("id")?;
    let seen = call.if_match()?;
    let stands = gateway.ask(call, &GetReport { id: id.clone(), known_on: None }).await?;
    gateway.check_corrector(&call.principal, &stands).await?;
    let wish = MoveReport {
        id,
        action: ReportAction::Correct,
        note,
        // as it stood when it was looked at, so that it was not accepted in between
        version: seen.or(Some(stands.version)),
        of: None,
        correction: Some(ReportCorrection { place, occurred_on }),
        by_sender: false,
    };
    let report = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&report)?.revised(report.version))
}

async fn act(gateway: &Gateway, call: &Call, action: ReportAction) -> Result<Answer, Error> {
    let Move { note, of } = call.json()?;
    let id = call.param("id")?;
    gateway.check_verifier(&call.principal, (&id, action)).await?;
    let version = call.if_match()?;
    let wish = MoveReport { id, action, note, version, of, correction: None, by_sender: false };
    let report = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&report)?.revised(report.version))
}
