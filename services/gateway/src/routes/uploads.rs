//! Files of reports that come in parts: a line that breaks costs the part that was on it, and nothing else. A file is known by its
//! own SHA-256, so that whoever lost the thread, or the whole device, goes on by saying what is to be sent.
//!
//! Parts lie sealed under a key made of that digest, which is kept nowhere; the whole file is cleaned before it is kept.

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{Failure, gateway::attachments::Attachment};
use domain::ReportId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    JSON,
    attachments::{keep, may_add, turn},
};
use crate::{
    Error, Gateway,
    domain::{lockbox, policy::REPORTERS},
    http::{
        Answer, Call, Handler, Route, once,
        table::{Param, handle},
    },
    store::{
        attachments, audit,
        parts::{self, UploadRow},
    },
};

const OFFSET: Param = Param {
    name: "offset",
    schema: "Offset",
    required: true,
    about: "where in the file the part begins: what the upload answered as offset",
};

/// What is done with files that come in parts.
pub(crate) const ROUTES: &[Route] = &[
    Route::post("/v1/reports/{id}/uploads", REPORTERS, Handler::Own(handle!(begin)))
        .named(
            "beginUpload",
            "Announces a file of a report that will come in parts, by its SHA-256 and size; of one that was announced before it says how far it came.",
        )
        .takes("UploadForm")
        .answers(200, &[(JSON, "Upload")])
        .veiled(),
    Route::get("/v1/reports/{id}/uploads/{sha256}", REPORTERS, handle!(show))
        .named("getUpload", "How far a file came that comes in parts.")
        .answers(200, &[(JSON, "Upload")])
        .veiled(),
    Route::post("/v1/reports/{id}/uploads/{sha256}", REPORTERS, Handler::Own(handle!(receive)))
        .named(
            "sendPart",
            "Takes the next part of a file; sent twice it counts once. The last one makes the file whole: it is checked against its SHA-256, cleaned and kept.",
        )
        .with(&[OFFSET])
        .takes("File")
        .answers(200, &[(JSON, "Upload")])
        .veiled(),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    sha256: String,
    bytes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    offset: u64,
}

/// How far a file came.
#[derive(Debug, Serialize)]
struct Upload {
    sha256: String,
    bytes: i64,
    offset: i64,
    part_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
}

/// A file by its digest: what it is called in the store, and the key of its parts.
struct Name {
    sha256: String,
    id: String,
    key: [u8; 32],
}

impl Name {
    fn of(report: &ReportId, sha256: &str) -> Result<Self, Failure> {
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if sha256.len() != 64 || !sha256.bytes().all(hexadecimal) {
            let how = "must be the file's SHA-256: 64 digits and letters from a to f, in small letters";
            return Err(Failure::invalid("the file cannot be announced so").at("/sha256", how));
        }
        let made = |what: &str| {
            let parts = [what, report.as_str(), sha256];
            parts
                .iter()
                .fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0]))
                .finalize()
        };
        Ok(Self {
            sha256: sha256.to_owned(),
            id: hex::encode(made("mirab upload")),
            key: made("mirab upload key").into(),
        })
    }
}

async fn begin(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let report: ReportId = call.param("id")?;
    let sent = may_add(gateway, call, &report).await?;
    let form: Form = call.json()?;
    let name = Name::of(&report, &form.sha256)?;
    let most = gateway.settings.max_attachment_bytes;
    let bytes = i64::try_from(form.bytes).ok().filter(|bytes| (1..=i64::from(most)).contains(bytes));
    let Some(bytes) = bytes else {
        let how = format!("must be 1 to {most}; make the file smaller, or send it as several");
        return Err(Failure::invalid("the file cannot be announced so").at("/bytes", how).into());
    };
    let row = UploadRow {
        upload_id: name.id.clone(),
        report_id: report.clone(),
        source: sent.source,
        sent_by: gateway.pseudonym_of(&call.principal.subject).await?,
        bytes,
        received: 0,
        attachment_id: None,
        begun_at: gateway.clock.now(),
    };
    if let Some(known) = parts::get(&gateway.db, &name.id).await? {
        return told(gateway, &name, &known).await;
    }
    let mut tx = gateway.db.begin().await?;
    let most = i64::from(gateway.settings.attachments_per_report);
    if parts::count(&mut tx, &row.sent_by).await? >= most {
        let why =
            format!("{most} files of yours are on their way, which is the most; finish one of them first");
        return Err(Failure::conflict(why).into());
    }
    parts::begin(&mut tx, &row).await?;
    audit::append(&mut tx, once::act(&call.under(&row.sent_by), report.as_str(), StatusCode::OK)).await?;
    tx.commit().await?;
    told(gateway, &name, &row).await
}

async fn show(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (name, row) = known(gateway, call).await?;
    told(gateway, &name, &row).await
}

/// The upload that the address names.
async fn known(gateway: &Gateway, call: &Call) -> Result<(Name, UploadRow), Error> {
    let report: ReportId = call.param("id")?;
    may_add(gateway, call, &report).await?;
    let name = Name::of(&report, call.param_text("sha256"))?;
    let absent = || {
        Failure::not_found(
            "no file of this SHA-256 was announced for the report, or that is too long ago; announce it with its size, then send it",
        )
    };
    let row = parts::get(&gateway.db, &name.id).await?.ok_or_else(absent)?;
    Ok((name, row))
}

async fn told(gateway: &Gateway, name: &Name, row: &UploadRow) -> Result<Answer, Error> {
    let file = match &row.attachment_id {
        Some(id) => attachments::get(&gateway.db, id).await?,
        None => None,
    };
    Answer::ok(&Upload {
        sha256: name.sha256.clone(),
        bytes: row.bytes,
        offset: row.received,
        part_bytes: gateway.settings.max_body_bytes,
        attachment: file.map(|file| file.attachment()),
    })
}

async fn receive(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (name, row) = known(gateway, call).await?;
    let Place { offset } = call.query()?;
    let (starts, length) = (i64::try_from(offset).unwrap_or(i64::MAX), call.body.len() as i64);
    if length == 0 {
        return Err(Failure::invalid("the body is empty; it must be the next part of the file").into());
    }
    let ends = starts.saturating_add(length);
    let taken = ends > row.received && add(gateway, (&name, starts), &call.body).await?;
    let row = parts::get(&gateway.db, &name.id).await?.unwrap_or(row);
    if !taken {
        // what is here already was sent before its answer was lost, or came beside this
        if ends > row.received {
            return Err(misplaced(&row, (starts, length)).into());
        }
        if row.attachment_id.is_none() {
            same_as_here(gateway, (&name, starts), &call.body).await?;
        }
    }
    if row.received == row.bytes && row.attachment_id.is_none() {
        finish(gateway, call, (&name, &row)).await?;
    }
    show(gateway, call).await
}

/// Keeps a part; `false` where the file does not end where it begins.
async fn add(gateway: &Gateway, (name, starts): (&Name, i64), part: &[u8]) -> Result<bool, Error> {
    let sealed = STANDARD.encode(lockbox::lock_with(name.key, part)?);
    let mut tx = gateway.db.begin().await?;
    let is_next = parts::add(&mut tx, (&name.id, starts), (part.len() as i64, &sealed)).await?;
    if is_next {
        tx.commit().await?;
    }
    Ok(is_next)
}

/// Checks that what lies here already is what was sent again, however it was cut.
///
/// # Errors
/// When other bytes lie in its place.
async fn same_as_here(gateway: &Gateway, (name, starts): (&Name, i64), part: &[u8]) -> Result<(), Error> {
    let ends = starts.saturating_add(part.len() as i64);
    for (at, sealed) in parts::within(&gateway.db, &name.id, (starts, ends)).await? {
        let here = unsealed(name, &sealed)?;
        // of both, what lies between the later beginning and the earlier end
        let from = at.max(starts);
        let until = (at + here.len() as i64).min(ends);
        let cut = |bytes: &[u8], begins: i64| {
            let (from, until) = (usize::try_from(from - begins).ok()?, usize::try_from(until - begins).ok()?);
            bytes.get(from..until).map(<[u8]>::to_vec)
        };
        if from < until && cut(&here, at) != cut(part, starts) {
            let how = format!(
                "other bytes were sent for {from} to {until} before; announce the file that is meant by its own SHA-256, or go on \
                 with the part that begins at the upload's offset"
            );
            let why = format!("the part is another than the one that is here: {how}");
            return Err(Failure::conflict(why).at("offset", how).into());
        }
    }
    Ok(())
}

fn unsealed(name: &Name, sealed: &str) -> Result<Vec<u8>, Error> {
    let sealed = STANDARD.decode(sealed).map_err(|error| Error::Part(Box::new(error)))?;
    lockbox::unlock_with(name.key, &sealed)
}

fn misplaced(row: &UploadRow, (starts, length): (i64, i64)) -> Failure {
    let UploadRow { bytes, received, .. } = row;
    let how = if starts == *received {
        format!("the file was announced with {bytes} bytes, and with these {length} it would have more")
    } else {
        format!("{received} of {bytes} bytes are here; go on with the part that begins at {received}")
    };
    Failure::conflict(format!("the part does not fit: {how}")).at("offset", how)
}

/// Makes a file of its parts; one that cannot be kept is forgotten, so that it can be sent again.
async fn finish(gateway: &Gateway, call: &Call, (name, row): (&Name, &UploadRow)) -> Result<(), Error> {
    let _turn = turn(gateway)?;
    let mut whole = Vec::with_capacity(usize::try_from(row.bytes).unwrap_or(0));
    for sealed in parts::list(&gateway.db, &name.id).await? {
        whole.extend(unsealed(name, &sealed)?);
    }
    // the last part came twice at once, and the other has made a file of the parts already
    let now = parts::get(&gateway.db, &name.id).await?;
    if now.is_none_or(|now| now.attachment_id.is_some()) {
        return Ok(());
    }
    let is_it = hex::encode(Sha256::digest(&whole)) == name.sha256;
    let kept = if is_it {
        let call = gateway.veiled(call).await?;
        keep(gateway, &call, (&row.report_id, row.source.clone()), whole.into()).await.map(|(_, id)| id)
    } else {
        Err(Failure::invalid("what came is not the file that was announced: its SHA-256 is another; send it again from its beginning").into())
    };
    let mut tx = gateway.db.begin().await?;
    match &kept {
        Ok(id) => parts::became(&mut tx, &name.id, id).await?,
        // what the gateway cannot do just now is tried again with the parts that are here
        Err(Error::Failure(failure)) if !failure.is_transient() => parts::forget(&mut tx, &name.id).await?,
        Err(_) => {}
    }
    tx.commit().await?;
    kept.map(|_| ())
}
