//! Files of field reports: rid of what they tell before they touch a disk, sealed each under its own key, given out as downloads alone.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use bytes::Bytes;
use contracts::{
    Failure, FailureKind, gateway::attachments::AttachmentReceived, intake::GetReport,
    stream::ATTACHMENTS_BUCKET,
};
use domain::{AttachmentId, EventId, ReportId};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncReadExt, sync::OwnedSemaphorePermit};

use super::{JSON, KNOWN_ON, Moment};
use crate::{
    Error, Gateway,
    domain::{
        files::{self, Kept},
        lockbox,
        policy::{REPORT_READERS, REPORTERS, VERIFIERS},
    },
    http::{Answer, Call, Handler, Route, once, table::handle},
    store::{
        attachments::{self, AttachmentRow, Sent},
        uploads,
    },
};

/// Every kind of file as an answer.
const FILES: [(&str, &str); files::KINDS.len()] = {
    let mut all = [("", "File"); files::KINDS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at].0 = files::KINDS[at].0;
        at += 1;
    }
    all
};

/// What is done with files of reports.
pub(crate) const ROUTES: &[Route] = &[
    Route::post(
        "/v1/reports/{id}/attachments",
        REPORTERS,
        Handler::Upload(|gateway, call, body| Box::pin(receive(gateway, call, body))),
    )
    .named(
        "attachToReport",
        "Takes a picture, document, recording or short film for a report; all that it tells besides of place, device, time and author is left out before it is kept, but for documents.",
    )
    .takes("File")
    .answers(201, &[(JSON, "Attachment")])
    .veiled(),
    Route::get("/v1/reports/{id}/attachments/{attachment}", REPORT_READERS, handle!(download))
        .named("downloadAttachment", "One file of a report, to be saved and never shown in place.")
        .with(&[KNOWN_ON])
        .answers(200, &FILES)
        .sensitive(),
];

/// Whose report it is, where this principal may add to it.
pub(crate) async fn may_add(gateway: &Gateway, call: &Call, report: &ReportId) -> Result<Sent, Error> {
    let absent = || {
        Failure::not_found(format!("no report {report} came in here; send the report first, then its files"))
    };
    let sent = attachments::sent(&gateway.db, report).await?.ok_or_else(absent)?;
    if call.principal.has_any(VERIFIERS)
        || sent.sent_by == gateway.pseudonym_of(&call.principal.subject).await?
    {
        return Ok(sent);
    }
    // of another's report not even its being there is told
    Err(absent().into())
}

/// Takes a file in. What broke off leaves nothing behind; the same sent again is the same.
async fn receive(gateway: &Gateway, call: &Call, body: Body) -> Result<Answer, Error> {
    let report: ReportId = call.param("id")?;
    let sent = may_add(gateway, call, &report).await?;
    let _turn = turn(gateway)?;
    let most = gateway.settings.max_attachment_bytes;
    let whole = axum::body::to_bytes(body, most as usize).await.map_err(|_| {
        let why = format!(
            "the file is larger than {most} bytes, or did not come whole; nothing of it was kept: send it again, smaller if need \
             be, or in parts (/v1/reports/{report}/uploads)"
        );
        Failure::new(FailureKind::TooLarge, why)
    })?;
    if whole.is_empty() {
        return Err(Failure::invalid("the body is empty; it must be the file").into());
    }
    keep(gateway, &gateway.veiled(call).await?, (&report, sent.source), whole).await.map(|(answer, _)| answer)
}

/// A turn for a file to be held whole in memory; it lasts until the file is kept.
pub(crate) fn turn(gateway: &Gateway) -> Result<OwnedSemaphorePermit, Failure> {
    let busy = || Failure::unavailable("too many files are being taken just now; send it again shortly");
    Arc::clone(&gateway.cleaning).try_acquire_owned().map_err(|_| busy())
}

/// Cleans a file that came whole, seals and keeps it; the call is as the audit tells of it.
pub(crate) async fn keep(
    gateway: &Gateway,
    call: &Call,
    (report, source): (&ReportId, String),
    whole: Bytes,
) -> Result<(Answer, AttachmentId), Error> {
    let given = hex::encode(Sha256::digest(&whole));
    let work = tokio::task::spawn_blocking(move || {
        let kept =
            files::clean(whole).map_err(|unfit| Failure::invalid("the file cannot be kept").at("", unfit))?;
        let locked = lockbox::lock(&kept.bytes)?;
        Ok::<_, Error>((kept, locked))
    });
    let (kept, locked) = work.await??;
    let object = format!("at-{}", domain::ids::random_ulid(gateway.clock.now()));
    let row = row(gateway, (report, source), (&kept, object.clone(), locked.seed));
    let mut tx = gateway.db.begin().await?;
    uploads::begin(&mut tx, (ATTACHMENTS_BUCKET, &object)).await?;
    tx.commit().await?;
    let put = gateway.bus.put_object(ATTACHMENTS_BUCKET, &object, &mut locked.sealed.as_slice()).await;
    let accepted = match put {
        Ok(()) => accept(gateway, call, (&given, &row)).await,
        Err(error) => Err(Error::Object(Box::new(error))),
    };
    if !matches!(&accepted, Ok((_, true))) {
        forget(gateway, &object).await;
    }
    accepted.map(|(answer, _)| (answer, row.attachment_id))
}

fn row(
    gateway: &Gateway,
    (report, source): (&ReportId, String),
    (kept, object, seed): (&Kept, String, String),
) -> AttachmentRow {
    let sha256 = hex::encode(Sha256::digest(&kept.bytes));
    AttachmentRow {
        attachment_id: AttachmentId::derived(&[report.as_str(), &sha256]),
        report_id: report.clone(),
        source,
        object,
        seed: Some(seed),
        media_type: kept.media_type.to_owned(),
        bytes: i64::try_from(kept.bytes.len()).unwrap_or(i64::MAX),
        sha256,
        received_at: gateway.clock.now(),
        removed_at: None,
    }
}

/// Commits the file, its event, the answer and the audit; gives whether the object is needed.
async fn accept(
    gateway: &Gateway,
    call: &Call,
    (given, row): (&str, &AttachmentRow),
) -> Result<(Answer, bool), Error> {
    let once = call.key.as_deref().map(|key| {
        let parts = [Method::POST.as_str(), "attachment", row.report_id.as_str(), given];
        gateway.once(&call.principal.subject, key, &parts.map(str::as_bytes))
    });
    let call = &Call { once, ..call.clone() };
    // the same content came before; what was erased stays erased
    let known = attachments::get(&gateway.db, &row.attachment_id).await?;
    let object = format!("{}/{}", row.report_id, row.attachment_id);
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok((before, false));
    }
    if let Some(at) = known.as_ref().and_then(|known| known.removed_at) {
        return Err(Failure::conflict(format!("this file was removed for good at {at}")).into());
    }
    let most = gateway.settings.attachments_per_report;
    if known.is_none() && attachments::count(&mut tx, &row.report_id).await? >= i64::from(most) {
        return Err(
            Failure::conflict(format!("the report has {most} files already, which is the most")).into()
        );
    }
    let added = known.is_none() && attachments::add(&mut tx, row).await?;
    let attachment = known.as_ref().unwrap_or(row).attachment();
    if added {
        let said = AttachmentReceived { report: row.report_id.clone(), attachment: attachment.clone() };
        tx.say_as(&EventId::derived(&["attachment", row.attachment_id.as_str()]), &said).await?;
        uploads::end(&mut tx, &row.object).await?;
    }
    let answer = Answer::json(StatusCode::CREATED, &attachment)?;
    once::settle(&mut tx, call, &object, &answer).await?;
    tx.commit().await?;
    Ok((answer, added))
}

/// Forgets an object that is not needed; when it cannot be, the sweep does it later.
async fn forget(gateway: &Gateway, object: &str) {
    let work = async {
        let forgotten = gateway.bus.forget_object(ATTACHMENTS_BUCKET, object).await;
        forgotten.map_err(|error| Error::Object(Box::new(error)))?;
        let mut tx = gateway.db.begin().await?;
        uploads::end(&mut tx, object).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    if let Err(error) = work.await {
        tracing::warn!(object, %error, "a file that is not needed stays until the sweep");
    }
}

async fn download(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (report, id): (ReportId, AttachmentId) = (call.param("id")?, call.param("attachment")?);
    // whoever may not read the report may not read what came with it
    let Moment { known_on } = call.query()?;
    gateway.ask(call, &GetReport { id: report.clone(), known_on }).await?;
    let absent = || Failure::not_found(format!("report {report} has no file {id}"));
    let row = attachments::get(&gateway.db, &id).await?.filter(|row| row.report_id == report);
    let row = row.filter(|row| known_on.is_none_or(|at| row.received_at <= at));
    let row = row.ok_or_else(absent)?;
    let Some(seed) = row.seed.clone() else {
        return Err(Failure::not_found(format!("file {id} was removed for good")).into());
    };
    let object = gateway.bus.object(ATTACHMENTS_BUCKET, &row.object).await;
    let mut object = object.map_err(|error| Error::Object(Box::new(error)))?;
    let mut sealed = Vec::new();
    object.read_to_end(&mut sealed).await.map_err(|error| Error::Object(Box::new(error)))?;
    let work = tokio::task::spawn_blocking(move || lockbox::unlock(&seed, &sealed));
    let bytes = work.await??;
    let known = files::KINDS.into_iter().find(|(media_type, _)| *media_type == row.media_type);
    let (media_type, ending) = known.unwrap_or(("application/octet-stream", "bin"));
    Ok(Answer::file(media_type, bytes).to_be_saved(format!("{id}.{ending}")))
}
