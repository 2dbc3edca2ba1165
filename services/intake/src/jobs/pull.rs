//! The job that asks sources: those that are due, the longest waiting first, each step by step.

use std::time::Duration;

use contracts::{
    gateway::ImportReceived,
    intake::{mapping::MappingRef, sources::SourceMapping},
    stream::IMPORTS_BUCKET,
};
use domain::{ImportId, ObservationId, Timestamp};
use kit::Tx;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::{
    Intake,
    connectors::{self, At, Brought, Step, Trouble},
    domain::source,
    error::Error,
    inbox::IMPORT_RUN,
    sources::citation,
    store::{
        Cause, mappings, recording, runs, source_states,
        sources::{self, Claim, Settled, SourceRow},
    },
};

/// The name of the job.
pub const SOURCE_PULL: &str = "intake.source.pull";
/// How long a claim counts, in seconds; longer than any step takes, and held on before each.
const CLAIM_S: i64 = 600;
/// How long a source rests whose files are still being read, or while the object store is away, in seconds.
const REST_S: i64 = 5;

/// How a pull was left.
enum Left {
    /// All that there was is taken.
    Good,
    /// It goes on shortly: not the source is waited for.
    Resting,
    /// The source was changed or switched off meanwhile, or another instance has it.
    Lost,
    /// It failed.
    Failed(Trouble),
}

/// Asks every source that is due, then notes which are silent.
pub async fn run(service: &Intake) -> Result<(), Error> {
    loop {
        let mut tx = service.db.begin().await?;
        let token = domain::ids::random_ulid(tx.now()).to_string();
        let until = until(tx.now());
        let Some(row) = sources::claim(&mut tx, &token, until).await? else { break };
        tx.commit().await?;
        let span = tracing::info_span!("intake.source.pull", source.key = %row.source_key);
        Box::pin(pull(service, row, &token)).instrument(span).await?;
    }
    note_silence(service).await
}

fn until(now: Timestamp) -> Timestamp {
    now.plus(chrono::Duration::seconds(CLAIM_S))
}

async fn pull(service: &Intake, mut row: SourceRow, token: &str) -> Result<(), Error> {
    forget_left_over(service, &row).await?;
    let key = row.source_key.clone();
    let claim = Claim { key: &key, claim: token, version: row.version };
    let left = loop {
        match step(service, &row, claim).await? {
            Ok(Some(next)) => row.cursor.0 = next,
            Ok(None) => break Left::Good,
            Err(left) => break left,
        }
    };
    settle(service, &row, (claim, left)).await
}

/// Makes one step and takes what it brings; gives where to go on at once, or nothing when all is taken.
async fn step(
    service: &Intake,
    row: &SourceRow,
    claim: Claim<'_>,
) -> Result<Result<Option<serde_json::Value>, Left>, Error> {
    let now = service.db.clock().now();
    let address = match row.connector {
        contracts::intake::sources::Connector::Webhook => return Ok(Ok(None)),
        connector => connectors::address(connector, &row.form),
    };
    let address = match address {
        Ok(address) => address,
        Err(why) => return Ok(Err(Left::Failed(Trouble::Unreadable(why)))),
    };
    let means = &service.means;
    let (key, connector, form, cursor) = (claim.key, row.connector, &row.form.0, &row.cursor.0);
    let reading = sources::is_read(&service.db, key).await?;
    let at = At { key, connector, form, address: &address, cursor, means, reading, now };
    let step = match connectors::step(&at).await {
        Ok(step) => step,
        Err(trouble) => return Ok(Err(Left::Failed(trouble))),
    };
    let Step { brought, cursor, more } = step;
    let taken = match brought {
        Brought::Nothing => go_on(service, (claim, &cursor)).await?,
        Brought::Later => Some(Left::Resting),
        Brought::File { name, format, bytes } => {
            let file = File { name, format, bytes };
            take(service, row, (claim, &cursor, file)).await?
        }
        Brought::TakenBack { facts, by, why } => {
            take_back(service, (claim, &cursor), (&facts, by, &why)).await?
        }
    };
    Ok(taken.map_or_else(|| Ok(more.then_some(cursor)), Err))
}

struct File {
    name: String,
    format: contracts::gateway::Format,
    bytes: Vec<u8>,
}

async fn go_on(
    service: &Intake,
    (claim, cursor): (Claim<'_>, &serde_json::Value),
) -> Result<Option<Left>, Error> {
    let mut tx = service.db.begin().await?;
    let held_until = until(tx.now());
    let held = sources::hold(&mut tx, claim, (held_until, None)).await?
        && sources::advance(&mut tx, claim, (cursor, None)).await?;
    if held {
        tx.commit().await?;
    }
    Ok((!held).then_some(Left::Lost))
}

/// Puts a file into the object store, then commits its run and the place to go on together.
async fn take(
    service: &Intake,
    row: &SourceRow,
    (claim, cursor, file): (Claim<'_>, &serde_json::Value, File),
) -> Result<Option<Left>, Error> {
    let mapping = match mapping(service, row).await? {
        Ok(mapping) => mapping,
        Err(why) => return Ok(Some(Left::Failed(Trouble::Unreadable(why)))),
    };
    let mut tx = service.db.begin().await?;
    let import = ImportId::generate(tx.now());
    let object = format!("pull-{}", import.as_str());
    let held_until = until(tx.now());
    if !sources::hold(&mut tx, claim, (held_until, Some(&object))).await? {
        return Ok(Some(Left::Lost));
    }
    tx.commit().await?;
    let mut reader = file.bytes.as_slice();
    if let Err(error) = service.bus.put_object(IMPORTS_BUCKET, &object, &mut reader).await {
        return Ok(Some(Left::Failed(error.into())));
    }
    let mut tx = service.db.begin().await?;
    let received = ImportReceived {
        import: import.clone(),
        format: file.format,
        name: file.name.chars().filter(|c| !c.is_control()).take(200).collect(),
        object,
        bytes: file.bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(&file.bytes)),
        by: format!("source {}", claim.key),
        received_at: tx.now(),
        exercise: row.form.exercise,
        via: Some(claim.key.to_owned()),
        mapping,
    };
    let cited = citation(received.format, &received.name, received.received_at.day());
    let traceparent = kit::telemetry::traceparent();
    let cause = Cause { traceparent, correlation: import.to_string(), causation: import.to_string() };
    runs::receive(&mut tx, &received, (&cited, row.form.handling.as_ref(), &cause)).await?;
    if !sources::advance(&mut tx, claim, (cursor, Some(&import))).await? {
        drop(tx);
        forget_left_over(service, &SourceRow { pending_object: Some(received.object), ..row.clone() })
            .await?;
        return Ok(Some(Left::Lost));
    }
    tx.nudge(IMPORT_RUN);
    tx.commit().await?;
    metrics::counter!("intake_source_files_total", "source" => claim.key.to_owned()).increment(1);
    Ok(None)
}

/// The mapping that what it brings is read by, as it stands now; the inner error says that there is none any more.
async fn mapping(service: &Intake, row: &SourceRow) -> Result<Result<Option<MappingRef>, String>, Error> {
    let Some(SourceMapping { name, version }) = &row.form.mapping else { return Ok(Ok(None)) };
    let found = mappings::get(&service.db, (name, *version), None).await?;
    let found = found.map(|found| Some(MappingRef { name: found.name, version: found.version }));
    Ok(found.ok_or_else(|| format!("there is no mapping {name:?} to read it by")))
}

/// Takes facts back that the source took back.
async fn take_back(
    service: &Intake,
    (claim, cursor): (Claim<'_>, &serde_json::Value),
    (facts, by, why): (&[ObservationId], &str, &str),
) -> Result<Option<Left>, Error> {
    let mut tx = service.db.begin().await?;
    let taken = recording::retract_standing(&mut tx, facts, (by, why)).await?;
    if !sources::advance(&mut tx, claim, (cursor, None)).await? {
        return Ok(Some(Left::Lost));
    }
    tx.commit().await?;
    tracing::info!(taken, "facts that the source took back were taken back");
    Ok(None)
}

/// Gives the claim back with how the pull ended, and says so.
async fn settle(service: &Intake, row: &SourceRow, (claim, left): (Claim<'_>, Left)) -> Result<(), Error> {
    let mut tx = service.db.begin().await?;
    let (now, key, every_s) = (tx.now(), claim.key, row.form.every_s);
    let soon = Some(now.plus(chrono::Duration::seconds(REST_S)));
    let (failures, error) = (row.failures, row.error.clone());
    let settled = match &left {
        Left::Good => {
            let next_at = source::after_good(key, every_s, now);
            Settled { good: Some(now), failures: 0, error: String::new(), next_at }
        }
        Left::Lost => {
            sources::drop_claim(&mut tx, key, claim.claim).await?;
            return Ok(tx.commit().await?);
        }
        Left::Resting => Settled { good: None, failures, error, next_at: soon },
        Left::Failed(Trouble::Store(why)) => {
            tracing::warn!(
                error = kit::telemetry::chain(why),
                "the object store is away; the pull goes on when it is back"
            );
            Settled { good: None, failures, error, next_at: soon }
        }
        Left::Failed(trouble) => failed(row, (trouble, now)),
    };
    if sources::settle(&mut tx, claim, &settled).await? && !matches!(left, Left::Resting) {
        say(service, &mut tx, key).await?;
    }
    Ok(tx.commit().await?)
}

fn failed(row: &SourceRow, (trouble, now): (&Trouble, Timestamp)) -> Settled {
    let failures = u32::try_from(row.failures).unwrap_or(u32::MAX).saturating_add(1);
    let asked: Option<Duration> = trouble.wait();
    let next = source::after_failure((&row.source_key, row.form.every_s), failures, asked, now);
    let error: String = trouble.to_string().chars().filter(|c| *c != '\0').take(1000).collect();
    tracing::warn!(error, failures, "a source could not be asked");
    metrics::counter!("intake_source_failures_total", "source" => row.source_key.clone()).increment(1);
    Settled { good: None, failures: i64::from(failures), error, next_at: Some(next) }
}

/// Keeps how a source now stands that a file of its own has changed.
pub(super) async fn keep(service: &Intake, tx: &mut Tx, key: &str) -> Result<(), Error> {
    if let Some(row) = sources::get_in(tx, key).await? {
        let source = service.shown_in(tx, &row).await?;
        source_states::keep(tx, &source).await?;
    }
    Ok(())
}

/// Says how a source now stands.
pub(crate) async fn say(service: &Intake, tx: &mut Tx, key: &str) -> Result<(), Error> {
    if let Some(row) = sources::get_in(tx, key).await? {
        let source = service.shown_in(tx, &row).await?;
        source_states::say(tx, &source).await?;
    }
    Ok(())
}

/// Forgets a file that was put into the object store by a pull that was cut short before its run was committed.
async fn forget_left_over(service: &Intake, row: &SourceRow) -> Result<(), Error> {
    let Some(object) = &row.pending_object else { return Ok(()) };
    if let Err(error) = service.bus.forget_object(IMPORTS_BUCKET, object).await {
        tracing::warn!(
            error = kit::telemetry::chain(&error),
            "a file that is left over cannot be forgotten just now"
        );
        return Ok(());
    }
    let mut tx = service.db.begin().await?;
    sources::forgot(&mut tx, &row.source_key, object).await?;
    Ok(tx.commit().await?)
}

/// Notes which sources have been silent for several of their intervals, and says so once.
async fn note_silence(service: &Intake) -> Result<(), Error> {
    let now = service.db.clock().now();
    for row in sources::all(&service.db).await? {
        let silent = || {
            source::is_silent(row.form.every_s, service.pulls.silent_after, (row.last_good, row.since), now)
        };
        if !row.enabled || row.silent_since.is_some() || !silent() {
            continue;
        }
        let mut tx = service.db.begin().await?;
        if sources::fell_silent(&mut tx, &row.source_key).await? {
            say(service, &mut tx, &row.source_key).await?;
            tracing::warn!(source.key = %row.source_key, "a source is silent");
        }
        tx.commit().await?;
    }
    Ok(())
}
