//! Files: taken in as they come, hashed on the way, never whole in memory; intake reads them.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{body::Body, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use contracts::{
    Failure, FailureKind,
    gateway::{Format, ImportReceived},
    intake::{
        GetImport, ImportRun, ListImports, ListQuarantine, Quarantined, ReplayQuarantine,
        formats::{FormatTold, TellFormat},
        mapping::{GetMapping, MappingRef},
    },
    stream::IMPORTS_BUCKET,
};
use domain::{EventId, ImportId, QuarantineId, Timestamp};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio_util::io::StreamReader;

use super::{JSON, KNOWN_ON, Moment, PAST_PAGE, PastPaged};
use crate::{
    Error, Gateway,
    domain::policy::{self, IMPORTERS, READERS},
    http::{
        Answer, Call, Handler, Route,
        once::{self, Once},
        table::{Param, handle, param},
    },
    store::uploads,
};

/// What is done with files.
pub(crate) const ROUTES: &[Route] = &[
    Route::post(
        "/v1/imports",
        IMPORTERS,
        Handler::Upload(|gateway, call, body| Box::pin(receive(gateway, call, body))),
    )
    .named("receiveImport", "Takes a file in; the answer names the run that reads it.")
    .with(&[
        param("format", "Format", "what the file is; left out, it is told by its beginning and its name"),
        Param { name: "name", schema: "Text", required: true, about: "what the file is called" },
        param("exercise", "Flag", "marks everything in it as exercise material"),
        param("mapping", "Text", "name of the saved mapping it is read by, in its newest version; with format mapped, and only there"),
    ])
    .takes("File")
    .answers(202, &[(JSON, "ImportReceipt")]),
    Route::get("/v1/imports", READERS, handle!(list))
        .named("listImports", "Import runs, newest first.")
        .with(PAST_PAGE)
        .answers(200, &[(JSON, "ImportRunPage")]),
    Route::get("/v1/imports/{id}", READERS, handle!(get))
        .named("getImport", "One import run: how far it is and what it brought.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "ImportRun")]),
    Route::get("/v1/imports/{id}/quarantine", READERS, handle!(quarantine))
        .named("listQuarantine", "Rows of a run that could not be read, each with its reason.")
        .with(PAST_PAGE)
        .answers(200, &[(JSON, "QuarantinedPage")]),
    Route::post("/v1/imports/{id}/replay", IMPORTERS, Handler::Forward(handle!(replay)))
        .named("replayQuarantine", "Reads quarantined rows once more, one of them corrected if need be.")
        .takes("Replay")
        .answers(200, &[(JSON, "ImportRun")]),
];

/// What is said of a file in the query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    format: Option<Format>,
    name: String,
    #[serde(default)]
    exercise: bool,
    mapping: Option<String>,
}

/// What is said of a file, its format known.
#[derive(Debug)]
pub(super) struct Wish {
    /// What the file is.
    pub format: Format,
    /// What it is called.
    pub name: String,
    /// Whether it is part of an exercise.
    pub exercise: bool,
    /// The saved mapping it is read by.
    pub mapping: Option<String>,
    /// The source that sends it by itself.
    pub via: Option<String>,
}

/// So much of a file's beginning is looked at where it is not said what it is, in bytes.
const START_BYTES: usize = 64 * 1024;

/// What went by: digest and count of the bytes, and whether they are too many.
struct Meter {
    hash: Sha256,
    bytes: u64,
    most: u64,
}

impl Meter {
    fn pass(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.bytes += chunk.len() as u64;
        self.hash.update(chunk);
        if self.bytes > self.most { Err(io::Error::other("too large")) } else { Ok(()) }
    }
}

async fn receive(gateway: &Gateway, call: &Call, body: Body) -> Result<Answer, Error> {
    take_wished(gateway, call, Box::pin(body.into_data_stream().map_err(io::Error::other))).await
}

/// The bytes of a file as they come.
pub(crate) type Chunks<'c> = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send + 'c>>;

/// Takes a file in, as the query of the call says.
pub(crate) async fn take_wished(gateway: &Gateway, call: &Call, chunks: Chunks<'_>) -> Result<Answer, Error> {
    let Named { format, name, exercise, mapping } = call.query()?;
    if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
        return Err(Failure::invalid("the file cannot be taken")
            .at("name", "1 to 200 characters, none of them a control")
            .into());
    }
    let (format, chunks) = match (format, &mapping) {
        (Some(format), _) => (format, chunks),
        (None, Some(_)) => (Format::Mapped, chunks),
        (None, None) => told(gateway, call, (&name, chunks)).await?,
    };
    take(gateway, call, (&Wish { format, name, exercise, mapping, via: None }, chunks)).await
}

/// The format of a file by its beginning and its name, and the file as a whole again.
async fn told<'c>(
    gateway: &Gateway,
    call: &Call,
    (name, mut chunks): (&str, Chunks<'c>),
) -> Result<(Format, Chunks<'c>), Error> {
    let mut start = Vec::new();
    while start.len() < START_BYTES
        && let Some(chunk) = chunks.try_next().await.map_err(|_| cut_short())?
    {
        start.extend_from_slice(&chunk);
    }
    if start.is_empty() {
        return Err(empty().into());
    }
    let begin = STANDARD.encode(start.get(..START_BYTES).unwrap_or(&start));
    let FormatTold { formats, looks_like } =
        gateway.ask(call, &TellFormat { name: name.to_owned(), start: begin }).await?;
    match formats.as_slice() {
        [format] => {
            let start = futures::stream::once(std::future::ready(Ok(Bytes::from(start))));
            Ok((*format, Box::pin(start.chain(chunks))))
        }
        several => {
            let choose = if several.is_empty() { Format::ALL } else { several };
            let choose = choose.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ");
            let why =
                format!("what the file is cannot be told: it looks like {looks_like}. Say it: {choose}");
            Err(Failure::invalid("the file cannot be taken").at("format", why).into())
        }
    }
}

/// What is said of a file without a byte.
fn empty() -> Failure {
    Failure::invalid("the body is empty; it must be the file")
}

/// What is said of a body that broke off.
fn cut_short() -> Failure {
    Failure::new(FailureKind::Malformed, "the file broke off on its way; send it again")
}

/// Takes a file in.
pub(super) async fn take(
    gateway: &Gateway,
    call: &Call,
    (wish, chunks): (&Wish, Chunks<'_>),
) -> Result<Answer, Error> {
    let mapping = mapping(gateway, call, wish).await?;
    let object = format!("up-{}", domain::ids::random_ulid(gateway.clock.now()));
    let mut tx = gateway.db.begin().await?;
    uploads::begin(&mut tx, (IMPORTS_BUCKET, &object)).await?;
    tx.commit().await?;
    let kept = keep(gateway, &object, chunks).await;
    let accepted = match kept {
        Ok(file) => accept(gateway, call, (wish, mapping), (&object, &file)).await,
        Err(error) => Err(error),
    };
    match accepted {
        Ok((answer, true)) => Ok(answer),
        Ok((answer, false)) => {
            forget(gateway, &object).await;
            Ok(answer)
        }
        Err(error) => {
            forget(gateway, &object).await;
            Err(error)
        }
    }
}

/// The mapping that a file is read by, in the version that now is the newest: a later one does not change what was sent.
async fn mapping(gateway: &Gateway, call: &Call, wish: &Wish) -> Result<Option<MappingRef>, Error> {
    let unfit = |why: &str| Failure::invalid("the file cannot be taken").at("mapping", why);
    match (&wish.mapping, wish.format == Format::Mapped) {
        (None, false) => Ok(None),
        (None, true) => {
            Err(unfit("is needed with format mapped; GET /v1/mappings lists those that are saved").into())
        }
        (Some(_), false) => Err(unfit("goes with format mapped only").into()),
        (Some(name), true) => {
            let found =
                gateway.ask(call, &GetMapping { name: name.clone(), version: None, known_on: None }).await?;
            Ok(Some(MappingRef { name: found.name, version: found.version }))
        }
    }
}

/// A file in the object store.
struct File {
    bytes: u64,
    sha256: String,
}

async fn keep(gateway: &Gateway, object: &str, chunks: Chunks<'_>) -> Result<File, Error> {
    let most = gateway.settings.max_import_bytes;
    let meter = Arc::new(Mutex::new(Meter { hash: Sha256::new(), bytes: 0, most }));
    let seen = Arc::clone(&meter);
    let chunks = chunks.and_then(move |chunk| {
        let passed = seen.lock().unwrap_or_else(PoisonError::into_inner).pass(&chunk);
        std::future::ready(passed.map(|()| chunk))
    });
    let mut reader = StreamReader::new(Box::pin(chunks));
    let put = gateway.bus.put_object(IMPORTS_BUCKET, object, &mut reader).await;
    let meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
    if meter.bytes > most {
        return Err(Failure::new(
            FailureKind::TooLarge,
            format!(
                "the file is larger than {most} bytes, which is the most here (gateway.max_import_bytes); split it into several \
                 files, each with the header of the table, and send one after another with `mirab import` or here, or send it \
                 packed (gzip, zip)"
            ),
        )
        .into());
    }
    put.map_err(|error| Error::Object(Box::new(error)))?;
    if meter.bytes == 0 {
        return Err(empty().into());
    }
    Ok(File { bytes: meter.bytes, sha256: hex::encode(meter.hash.clone().finalize()) })
}

/// Commits the event, the answer and the audit; gives whether the file is needed.
async fn accept(
    gateway: &Gateway,
    call: &Call,
    (wish, mapping): (&Wish, Option<MappingRef>),
    (object, file): (&str, &File),
) -> Result<(Answer, bool), Error> {
    let subject = &call.principal.subject;
    let call = &Call { once: once_of(gateway, call, (wish, file)), ..call.clone() };
    let mut tx = gateway.db.begin().await?;
    if let Some(once) = &call.once
        && let Some(before) = once.begin(&mut tx).await?
    {
        return Ok((before, false));
    }
    let seed = call.once.as_ref().map(Once::seed);
    let import =
        seed.map_or_else(|| ImportId::generate(tx.now()), |seed| ImportId::derived(&[subject, &seed]));
    let event = ImportReceived {
        import: import.clone(),
        format: wish.format,
        name: wish.name.clone(),
        object: object.to_owned(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        by: subject.clone(),
        received_at: tx.now(),
        exercise: wish.exercise,
        via: wish.via.clone(),
        mapping,
    };
    // sent again once its answer is forgotten it is said again: intake keeps the run as it is, and lets go of this object too
    tx.say_as(&EventId::derived(&["import", import.as_str(), object]), &event).await?;
    uploads::end(&mut tx, object).await?;
    uploads::accept(&mut tx, &event).await?;
    let answer = receipt(&import, file)?;
    once::settle(&mut tx, call, import.as_str(), &answer).await?;
    tx.commit().await?;
    Ok((answer, true))
}

/// The same file sent in the same way under the same key is one import.
fn once_of(gateway: &Gateway, call: &Call, (wish, file): (&Wish, &File)) -> Option<Once> {
    let exercise: &[u8] = if wish.exercise { b"exercise" } else { b"" };
    let parts = [
        b"POST".as_slice(),
        b"/v1/imports",
        wish.format.as_str().as_bytes(),
        wish.name.as_bytes(),
        exercise,
        wish.mapping.as_deref().unwrap_or_default().as_bytes(),
        file.sha256.as_bytes(),
    ];
    let header = call.once.as_ref().map_or(once::IDEMPOTENCY_KEY, |once| once.header);
    call.key.as_deref().map(|key| gateway.once(&call.principal.subject, key, &parts).by(header))
}

fn receipt(import: &ImportId, file: &File) -> Result<Answer, Error> {
    let links = json!({ "run": format!("/v1/imports/{import}"), "quarantine": format!("/v1/imports/{import}/quarantine") });
    let receipt = json!({ "id": import, "state": "received", "bytes": file.bytes, "sha256": file.sha256, "links": links });
    Answer::json(StatusCode::ACCEPTED, &receipt)
}

/// Forgets a file that nobody will read; when it cannot be, the sweep does it later.
async fn forget(gateway: &Gateway, object: &str) {
    let work = async {
        gateway
            .bus
            .forget_object(IMPORTS_BUCKET, object)
            .await
            .map_err(|error| Error::Object(Box::new(error)))?;
        let mut tx = gateway.db.begin().await?;
        uploads::end(&mut tx, object).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    if let Err(error) = work.await {
        tracing::warn!(object, %error, "a file that is not needed stays until the sweep");
    }
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (known_on, page) = call.query::<PastPaged>()?.parts();
    Answer::page(call, gateway.ask(call, &ListImports { known_on, page }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    let id: ImportId = call.param("id")?;
    match gateway.ask(call, &GetImport { id: id.clone(), known_on }).await {
        Err(error) => match accepted((gateway, call), (&id, known_on), &error).await? {
            Some(received) => Answer::ok(&ImportRun::waiting(&received)),
            None => Err(error),
        },
        run => Answer::ok(&run?),
    }
}

/// What was taken in that intake does not know yet: its run waits from the moment its receipt was given. Whoever neither sent it nor
/// may know what is restricted is told what intake says alone: a run may be hidden there.
async fn accepted(
    (gateway, call): (&Gateway, &Call),
    (id, known_on): (&ImportId, Option<Timestamp>),
    error: &Error,
) -> Result<Option<ImportReceived>, Error> {
    let absent = matches!(error, Error::Failure(failure) if failure.kind == FailureKind::NotFound);
    let received = if absent { uploads::accepted(&gateway.db, id).await? } else { None };
    Ok(received.filter(|received| policy::is_told(received, (&call.principal, known_on))))
}

async fn quarantine(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let (known_on, page) = call.query::<PastPaged>()?.parts();
    let import: ImportId = call.param("id")?;
    match gateway.ask(call, &ListQuarantine { import: import.clone(), known_on, page }).await {
        Err(error) => match accepted((gateway, call), (&import, known_on), &error).await? {
            Some(_) => Answer::whole(Vec::<Quarantined>::new()),
            None => Err(error),
        },
        page => Answer::page(call, page?),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    record: Option<QuarantineId>,
    corrected: Option<String>,
}

async fn replay(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Replay { record, corrected } = call.json()?;
    Answer::ok(&gateway.ask(call, &ReplayQuarantine { import: call.param("id")?, record, corrected }).await?)
}
