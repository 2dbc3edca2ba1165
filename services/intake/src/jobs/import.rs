//! The job that reads files: it goes on with every run that waits or was cut short, from where its cursor stands.

use std::{collections::BTreeMap, sync::Arc};

use contracts::{
    gateway::Format,
    intake::{
        ImportProgressed, ImportState,
        mapping::{Mapping, MappingRef},
    },
    stream::IMPORTS_BUCKET,
};
use domain::{EventId, ImportId};
use kit::Tx;
use tokio::io::AsyncRead;
use tracing::Instrument;

use super::{
    aside, empty, older, pull,
    reading::{Batch, Reading, Unread},
    renumbered,
    unpack::Limit,
};
use crate::{
    Intake,
    api::imports,
    domain::draft::Arrival,
    error::Error,
    sources::{self, Layout, Terms, mapped},
    store::{
        mappings,
        recording::{self, Bringer},
        remarks, roads, run_states,
        runs::{self, End, RunRow, Step},
        same_file,
    },
};

/// After how many batches what they brought is compared while a file is read: it takes its turns to write from the reading.
const COMPARED_EVERY: i64 = 10;

/// How one run was left.
enum Left {
    /// It came to its end.
    Ended(End),
    /// The file could not be fetched just now, for this reason.
    Unfetched(String),
    /// Another instance is ahead with it.
    Overtaken,
}

/// Reads the files of all runs that are due, oldest first, then forgets the files that no run needs.
pub async fn run(service: &Intake) -> Result<(), Error> {
    while let Some(row) = runs::due(&service.db, service.db.clock().now()).await? {
        let span = tracing::info_span!("intake.import.run", import.id = %row.import_id, format = %row.format);
        kit::telemetry::continue_from(&span, row.cause.traceparent.as_deref());
        match Box::pin(work_on(service, &row)).instrument(span).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if error.is_of_the_work() => stumbled(service, &row, &error).await?,
            Err(error) => return Err(error),
        }
    }
    forget(service).await
}

/// Works on one run; `false` when no other can be worked on either.
async fn work_on(service: &Intake, row: &RunRow) -> Result<bool, Error> {
    let others = same_file::others(&service.db, row).await?;
    let has_read = |other: &&RunRow| other.state == ImportState::Done && other.batches > 0;
    if let Some(earlier) = others.iter().find(has_read).filter(|_| row.batches == 0) {
        repeat(service, row, earlier).await?;
        return Ok(true);
    }
    let again: Vec<ImportId> = others.into_iter().map(|other| other.import_id).collect();
    let left = match service.bus.object(IMPORTS_BUCKET, &row.object).await {
        Ok(reader) => match Reading::open(reader, Limit(service.settings.unpacked_bytes)).await {
            Ok(file) => Box::pin(read_file(service, (row, &again), file)).await?,
            Err(unread) => left(unread)?,
        },
        Err(error) => Left::Unfetched(kit::telemetry::chain(&error)),
    };
    match left {
        Left::Ended(end) => {
            renumbered::take_back(service, row).await?;
            finish(service, row, &end).await?;
        }
        Left::Unfetched(why) if service.bus.is_connected() => missed(service, row, &why).await?,
        Left::Unfetched(why) => {
            tracing::warn!(why, "the bus is away; the import goes on when it is back");
            return Ok(false);
        }
        Left::Overtaken => return Ok(false),
    }
    Ok(true)
}

/// What is said of the records before the place where a packed file breaks off.
const BEFORE_KEPT: &str = "its records before that are kept and counted here";

/// How a run is left whose file cannot be read on.
fn left(unread: Unread) -> Result<Left, Error> {
    match unread {
        Unread::File(error) => Ok(Left::Unfetched(error.to_string())),
        Unread::Broken(why) | Unread::Packed(why) => Ok(failed(why)),
        Unread::Work(error) => Err(error),
    }
}

async fn read_file<R: AsyncRead + Unpin + Send + 'static>(
    service: &Intake,
    (row, again): (&RunRow, &[ImportId]),
    mut file: Reading<R>,
) -> Result<Left, Error> {
    begin(service, row).await?;
    let start = match file.start().await {
        Ok(start) => start,
        Err(unread) => return left(unread),
    };
    if start.is_empty() {
        return Ok(failed(empty::no_header(file.bytes())));
    }
    let mapping = match mapping(service, row).await? {
        Ok(mapping) => mapping,
        Err(why) => return Ok(failed(why)),
    };
    let shape = match &mapping {
        Some(mapping) => sources::mapped_shape(mapping, start),
        None => sources::shape(row.format, start),
    };
    let shape = match shape {
        Ok(shape) => shape,
        Err(why) => return Ok(failed(why)),
    };
    let headless = mapping.as_ref().map_or(sources::is_headless(row.format), |mapping| !mapping.header);
    let header = match file.header((shape, headless)).await {
        Ok(Some(header)) => header,
        Ok(None) => return Ok(failed(empty::no_header(file.bytes()))),
        Err(unread) => return left(unread),
    };
    let terms = Terms { received_on: row.received_on(), exercise: row.exercise };
    let layout = match (header.fault.as_ref(), mapping) {
        (None, Some(mapping)) => mapped::text(&mapping, &header.bytes)
            .and_then(|first| Layout::mapped(mapping, &first, terms).map(|layout| (layout, first))),
        (None, None) => Layout::of(row.format, &header.bytes, terms)
            .map(|layout| (layout, String::from_utf8_lossy(&header.bytes).into_owned())),
        (Some(fault), _) => Err(format!("the header cannot be read: {fault}")),
    };
    let (layout, header) = match layout {
        Ok((layout, header)) => {
            let layout = roads::along(&service.db, row, layout).await?;
            (Arc::new(layout.named(&row.name).under(row.besides())), header)
        }
        Err(why) => return Ok(failed(why)),
    };
    file.expect_width(layout.width());
    if row.cursor_bytes > 0 {
        file.seek(row.cursor_bytes.unsigned_abs(), row.cursor_line.unsigned_abs());
    }
    read_records(service, (row, again), (file, layout, &header)).await
}

/// The mapping that a run is read by, in the version it was sent with; the inner error says why it cannot be.
pub(crate) async fn mapping(
    service: &Intake,
    row: &RunRow,
) -> Result<Result<Option<Mapping>, String>, Error> {
    let Some(MappingRef { name, version }) = row.mapping() else {
        let lacks = || "a mapped file names its mapping; send it again with one".to_owned();
        return Ok(if row.format == Format::Mapped { Err(lacks()) } else { Ok(None) });
    };
    let found = mappings::get(&service.db, (&name, Some(version)), None).await?;
    Ok(found.map(Some).ok_or_else(|| format!("there is no version {version} of the mapping {name}")))
}

async fn read_records<R: AsyncRead + Unpin + Send + 'static>(
    service: &Intake,
    (row, again): (&RunRow, &[ImportId]),
    (mut file, layout, header): (Reading<R>, Arc<Layout>, &str),
) -> Result<Left, Error> {
    let (mut from, of) = (row.cursor_bytes, (&row.import_id, service.settings.batch_records));
    let mut batches = row.batches;
    let mut started = service.db.clock().now();
    let mut next = file.batch(&layout, of).await;
    let mut rows = row.cursor_bytes > 0;
    loop {
        let batch = match next {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(Unread::Packed(why)) if rows => return Ok(failed(format!("{why}; {BEFORE_KEPT}"))),
            Err(unread) => return left(unread),
        };
        let (work, to) = (Work { row, again, header, from, batches, started }, batch.next_offset as i64);
        started = service.db.clock().now();
        // the next records are read while these are written
        let (recorded, ahead) = tokio::join!(record(service, work, batch), file.batch(&layout, of));
        let Some(now) = recorded? else { return Ok(Left::Overtaken) };
        // a line of hashtags below the header is no row
        rows |= now.run().read > 0;
        batches = now.batches;
        if let Some(why) = aside::read_no_further(&now.run(), service.settings.refused_records) {
            return Ok(failed(why));
        }
        (from, next) = (to, ahead);
    }
    if !rows && let Some(why) = empty::nothing_in(layout.shape()) {
        empty::remark(service, row, why).await?;
    }
    let sha256 = file.sha256();
    if sha256.eq_ignore_ascii_case(&row.sha256) {
        return Ok(Left::Ended(End::default()));
    }
    Ok(failed(format!(
        "the object store gave another file than was received: its SHA-256 is {sha256} and not {}; send the file again \
         under another name. The records counted here were read",
        row.sha256
    )))
}

/// One batch of a run.
#[derive(Clone, Copy)]
struct Work<'a> {
    row: &'a RunRow,
    again: &'a [ImportId],
    header: &'a str,
    from: i64,
    /// How many were recorded before.
    batches: i64,
    started: domain::Timestamp,
}

/// Records a batch and moves the cursor behind it, in one transaction, and gives how the run stands then; `None` when another
/// instance is ahead.
async fn record(service: &Intake, work: Work<'_>, batch: Batch) -> Result<Option<RunRow>, Error> {
    let Work { row, again, header, from, batches, started } = work;
    let is_said = (batches + 1).unsigned_abs().is_multiple_of(service.settings.progress_every_batches);
    let restricted = is_said && imports::is_restricted(service, row).await?;
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    let (to, line) = (batch.next_offset as i64, batch.next_line as i64);
    let file_bytes = batch.file_bytes as i64;
    if !runs::advance(&mut tx, Step { id: &row.import_id, from, to, line, file_bytes, header }).await? {
        tracing::warn!("another instance reads this file as well, and is ahead");
        return Ok(None);
    }
    let (import, again) = (Some(row.import_id.clone()), again.to_vec());
    let arrival = Arrival { import, again, one_each: true, ..Arrival::at(tx.now()) };
    let part = from.to_string();
    let bringer = Bringer { origin: row.import_id.as_str(), part: &part, arrival };
    let taken = recording::take_in(&mut tx, (&row.import_id, batch.harvest), &bringer).await?;
    let (mut tally, mut refused) = (taken.tally, batch.refused);
    refused.extend(aside::waiting(&row.import_id, &batch.records, &taken));
    tally.add(aside::set_aside(&mut tx, row, refused).await?);
    let worked_us = service.db.clock().now().since(started).num_microseconds().unwrap_or(0).max(0);
    runs::count(&mut tx, &row.import_id, (tally, worked_us)).await?;
    if (batches + 1) % COMPARED_EVERY == 0 {
        tx.nudge(recording::COMPARE);
    }
    let now = runs::get_in(&mut tx, &row.import_id).await?;
    if let Some(now) = now.as_ref().filter(|_| is_said) {
        if run_states::is_kept(now.batches.unsigned_abs()) {
            run_states::keep(&mut tx, now).await?;
        }
        say_progress((&mut tx, restricted), now).await?;
    }
    tx.commit().await?;
    metrics::counter!("intake_records_read_total", "format" => row.format.as_str()).increment(tally.read());
    metrics::counter!("intake_records_quarantined_total", "format" => row.format.as_str())
        .increment(tally.quarantined);
    Ok(now)
}

async fn begin(service: &Intake, row: &RunRow) -> Result<(), Error> {
    let restricted = imports::is_restricted(service, row).await?;
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    if runs::begin(&mut tx, &row.import_id).await?
        && let Some(now) = runs::get_in(&mut tx, &row.import_id).await?
    {
        run_states::keep(&mut tx, &now).await?;
        say_progress((&mut tx, restricted), &now).await?;
    }
    Ok(tx.commit().await?)
}

async fn finish(service: &Intake, row: &RunRow, end: &End) -> Result<(), Error> {
    let restricted = imports::is_restricted(service, row).await?;
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    if runs::end(&mut tx, &row.import_id, end).await?
        && let Some(now) = runs::get_in(&mut tx, &row.import_id).await?
    {
        older::remark(&mut tx, &now).await?;
        run_states::keep(&mut tx, &now).await?;
        say_progress((&mut tx, restricted), &now).await?;
        if let Some(source) = &now.source_key {
            pull::keep(service, &mut tx, source).await?;
        }
        let (read, quarantined) = (now.records, now.quarantined);
        tracing::info!(read, quarantined, failure = now.failure, "an import has ended");
        tx.nudge(recording::COMPARE);
        tx.nudge(recording::TEXT_INDEX);
    }
    Ok(tx.commit().await?)
}

/// Ends a run of a file that was read before: nothing is read, kept or quarantined again, and the run says so.
async fn repeat(service: &Intake, row: &RunRow, earlier: &RunRow) -> Result<(), Error> {
    let restricted = imports::is_restricted(service, row).await?;
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    same_file::count(&mut tx, &row.import_id, earlier).await?;
    let read = earlier.run().read;
    let remarked = BTreeMap::from([(read_before(earlier), (read, 1))]);
    remarks::add(&mut tx, &row.import_id, &remarked).await?;
    if runs::end(&mut tx, &row.import_id, &End::default()).await?
        && let Some(now) = runs::get_in(&mut tx, &row.import_id).await?
    {
        run_states::keep(&mut tx, &now).await?;
        say_progress((&mut tx, restricted), &now).await?;
        if let Some(source) = &now.source_key {
            pull::keep(service, &mut tx, source).await?;
        }
        tracing::info!(read, earlier = %earlier.import_id, "an import brings a file that was read before");
        tx.commit().await?;
    }
    Ok(())
}

/// What is said of a file that was read before.
fn read_before(earlier: &RunRow) -> String {
    let (id, day, waiting) = (&earlier.import_id, earlier.received_on(), earlier.quarantined);
    let kept = match waiting {
        0 => String::new(),
        _ => format!("; {waiting} of its records wait in the quarantine of that import"),
    };
    format!(
        "this file was read before, in import {id} of {day}: nothing of it is read again{kept}; one that is to hold once more is \
         sent with a change"
    )
}

/// Lets other runs go first: this one met what another try may not mend. It is never given up, for no row of it is at fault.
async fn stumbled(service: &Intake, row: &RunRow, error: &Error) -> Result<(), Error> {
    let Some(now) = runs::get(&service.db, &row.import_id).await? else { return Ok(()) };
    let (why, tries) = (kit::telemetry::chain(error), now.tries + 1);
    tracing::error!(import.id = %row.import_id, why, tries, "an import cannot go on; it is tried again later");
    metrics::counter!("intake_imports_stumbled_total").increment(1);
    rest(service, row, tries).await
}

/// Lets a run rest: the longer, the oftener it was tried in a row; a minute at most.
async fn rest(service: &Intake, row: &RunRow, tries: i64) -> Result<(), Error> {
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    let next_at = tx.now().plus(chrono::Duration::seconds(1 << tries.clamp(0, 6)));
    runs::missed(&mut tx, &row.import_id, next_at).await?;
    Ok(tx.commit().await?)
}

/// Notes that the file could not be fetched; the last time the run is given up.
async fn missed(service: &Intake, row: &RunRow, why: &str) -> Result<(), Error> {
    // what was read meanwhile has set the count back
    let Some(now) = runs::get(&service.db, &row.import_id).await? else { return Ok(()) };
    let tries = now.tries + 1;
    tracing::warn!(why, tries, "the file of an import cannot be fetched");
    if tries >= i64::from(service.settings.fetch_tries) {
        let failure = format!(
            "the file cannot be fetched from the object store, tried {tries} times ({why}); send it again"
        );
        return finish(service, row, &End { failure, object_lost: true }).await;
    }
    rest(service, row, tries).await
}

/// Says how far a run is, and whether to those alone whose work needs what is restricted. The same step said twice is said once.
async fn say_progress((tx, restricted): (&mut Tx, bool), row: &RunRow) -> Result<(), Error> {
    let (state, batches) = (row.state, row.batches.to_string());
    let received = if state == ImportState::Running { String::new() } else { tx.now().to_string() };
    let id = EventId::derived(&["progress", row.import_id.as_str(), state.as_str(), &batches, &received]);
    Ok(tx.say_as(&id, &ImportProgressed { run: row.run(), restricted }).await?)
}

/// Forgets the files that no run needs any more.
async fn forget(service: &Intake) -> Result<(), Error> {
    for object in runs::to_forget(&service.db).await? {
        if let Err(error) = service.bus.forget_object(IMPORTS_BUCKET, &object).await {
            tracing::warn!(
                error = kit::telemetry::chain(&error),
                "a file that was read cannot be forgotten just now"
            );
            return Ok(());
        }
        let mut tx = service.db.begin().await?;
        runs::forgotten(&mut tx, &object).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn failed(failure: String) -> Left {
    Left::Ended(End { failure, object_lost: false })
}
