//! Reading quarantined records again.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    Failure,
    intake::{ImportProgressed, ImportRun, Quarantined, ReplayQuarantine},
};
use domain::QuarantineId;
use kit::{Asked, Tx};
use sha2::{Digest, Sha256};

use super::{
    IMPORTERS,
    imports::{self, KEPT_BACK, is_for_all, may_see_rows, told},
};
use crate::{
    Intake,
    domain::{
        contradiction,
        draft::Arrival,
        harvest::{Harvest, Said},
        merge::Tally,
        message,
    },
    error::Error,
    jobs::import,
    sources::{
        Layout, Terms,
        records::{self, Record},
    },
    store::{
        quarantine,
        recording::{self, Bringer, Taken},
        roads, run_states,
        runs::{self, RunRow},
    },
};

/// How many records are read again in one transaction.
const AT_ONCE: i64 = 500;

/// Reads the records that wait once more, or one of them as it was corrected.
pub async fn replay_quarantine(
    service: &Intake,
    asked: &Asked<ReplayQuarantine>,
) -> Result<ImportRun, Error> {
    asked.allow(IMPORTERS)?;
    let ReplayQuarantine { import, record, corrected } = &asked.query;
    let run = told(service, &asked.principal, import).await?;
    may_see_rows(service, asked, &run).await?;
    let layout = roads::along(&service.db, &run, layout(service, &run).await?).await?;
    match (record, corrected) {
        (None, Some(_)) => {
            let why = "a correction is of one record: say which in record";
            return Err(Failure::invalid(why).at("/record", why).into());
        }
        (Some(record), corrected) => {
            replay_one((service, asked), &run, (&layout, record, corrected.as_deref())).await?;
        }
        (None, None) => replay_all(service, &run, &layout).await?,
    }
    let run = runs::get(&service.db, import).await?.ok_or_else(|| Error::NoImport(import.clone()))?;
    Ok(run.run())
}

pub(super) async fn layout(service: &Intake, run: &RunRow) -> Result<Layout, Error> {
    let terms = Terms { received_on: run.received_on(), exercise: run.exercise };
    let Some(header) = &run.header else {
        return Err(
            Failure::conflict(format!("the run is {} and no record of it was read yet", run.state)).into()
        );
    };
    let mapping = import::mapping(service, run).await?.map_err(Failure::conflict)?;
    let layout = match mapping {
        Some(mapping) => Layout::mapped(mapping, header, terms),
        None => Layout::of(run.format, header.as_bytes(), terms),
    };
    Ok(layout.map_err(Failure::conflict)?.named(&run.name).under(run.besides()))
}

async fn replay_all(service: &Intake, run: &RunRow, layout: &Layout) -> Result<(), Error> {
    let mut behind = (-1, String::new());
    loop {
        // read before the lock is held: who holds it waits for no second connection
        let restricted = imports::is_restricted(service, run).await?;
        let mut tx = service.db.begin_from(run.cause.origin()).await?;
        // of two who replay at once the later finds what the first has left
        run_states::lock(&mut tx, &run.import_id).await?;
        let waiting = quarantine::waiting(&mut tx, &run.import_id, (&behind, AT_ONCE)).await?;
        let Some(last) = waiting.last() else { return Ok(()) };
        behind = (last.line as i64, last.id.to_string());
        let (mut harvest, mut refused) = (Harvest::default(), BTreeMap::new());
        for (number, record) in waiting.iter().enumerate() {
            match reread(layout, record) {
                Ok(said) => harvest.add(said, (number, record.line))?,
                Err(reason) => {
                    refused.insert(number, reason);
                }
            }
        }
        let part = waiting.first().map_or("", |first| first.id.as_str());
        refused.extend(record((&mut tx, restricted), run, (harvest, part, true)).await?);
        for (number, record) in waiting.iter().enumerate() {
            match refused.get(&number) {
                None => quarantine::resolve(&mut tx, &record.id, None).await?,
                Some(reason) if *reason != record.reason => {
                    quarantine::still_refused(&mut tx, run, (record, reason)).await?;
                }
                Some(_) => {}
            }
        }
        tx.commit().await?;
    }
}

async fn replay_one(
    (service, asked): (&Intake, &Asked<ReplayQuarantine>),
    run: &RunRow,
    (layout, id, corrected): (&Layout, &QuarantineId, Option<&str>),
) -> Result<(), Error> {
    let restricted = imports::is_restricted(service, run).await?;
    let mut tx = service.db.begin_from(run.cause.origin()).await?;
    run_states::lock(&mut tx, &run.import_id).await?;
    let kept = quarantine::get(&mut tx, &run.import_id, id).await?;
    let kept = kept.ok_or_else(|| Error::NoRecord { import: run.import_id.clone(), record: id.clone() })?;
    if !asked.principal.knows_restricted() && !is_for_all(layout, &kept) {
        return Err(Failure::forbidden(KEPT_BACK).into());
    }
    if let Some(day) = kept.resolved_at.map(domain::Timestamp::day) {
        let before = quarantine::correction(&mut tx, id).await?;
        return match corrected {
            Some(_) if before.as_deref() != corrected => Err(mended(day, before.is_some()).into()),
            _ => Ok(()), // twice is once
        };
    }
    let read = match corrected {
        Some(text) => only_record(layout, text.as_bytes()).and_then(|record| layout.in_utf8().read(&record)),
        None => reread(layout, &kept),
    };
    let named = corrected.and(read.as_ref().ok()).and_then(Said::key);
    let decided = match &named {
        Some(named) => is_decided(&mut tx, (&kept, &told_as(asked, named)), layout, named).await?,
        None => false,
    };
    let refused = again((&mut tx, restricted), run, (read, (&kept, !decided))).await?;
    match (refused, corrected) {
        (None, _) => quarantine::resolve(&mut tx, id, corrected).await?,
        (Some(why), None) => quarantine::still_refused(&mut tx, run, (&kept, &why)).await?,
        // the record goes on waiting for the reason that is its own
        (Some(why), Some(text)) if !may_know((asked, layout), (text, &why)) => {
            return Err(unread(CONTRADICTS.to_owned()).into());
        }
        (Some(why), Some(_)) => {
            if asks_a_person(&why) {
                let told = named.map(|named| told_as(asked, &named));
                quarantine::tell(&mut tx, id, told.as_deref()).await?;
                tx.commit().await?;
            }
            return Err(unread(why).into());
        }
    }
    Ok(tx.commit().await?)
}

/// Whether a record waits until a person decides: it contradicts another of its file, or speaks of what came along another road.
fn asks_a_person(reason: &str) -> bool {
    contradiction::is_told(reason) || message::is_apart(reason)
}

/// Whether it is decided that what is named so holds: by whoever corrects a record of that name of which that was asked, or sends once more
/// the correction of which that was said to them (decisions 0030 and 0074). Another person, or who sends another text or another name, was
/// told nothing of it yet.
async fn is_decided(
    tx: &mut Tx,
    (kept, told_as): (&Quarantined, &str),
    layout: &Layout,
    named: &str,
) -> Result<bool, Error> {
    let own = || reread(layout, kept).ok().and_then(|said| said.key());
    if asks_a_person(&kept.reason) && own().as_deref() == Some(named) {
        return Ok(true);
    }
    Ok(quarantine::told(tx, &kept.id).await?.as_deref() == Some(told_as))
}

/// By what it is known that this person was told of this correction: a digest, as a text may be restricted.
fn told_as(asked: &Asked<ReplayQuarantine>, named: &str) -> String {
    let text = asked.query.corrected.as_deref().unwrap_or_default();
    let parts = [asked.principal.subject.as_str(), named, text];
    let digest = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0]));
    hex::encode(digest.finalize())
}

/// Takes in what one record that waits says now; why it waits on, where it does.
async fn again(
    tx: (&mut Tx, bool),
    run: &RunRow,
    (read, (kept, one_each)): (Result<Said, String>, (&Quarantined, bool)),
) -> Result<Option<String>, Error> {
    let said = match read {
        Ok(said) => said,
        Err(why) => return Ok(Some(why)),
    };
    let mut harvest = Harvest::default();
    harvest.add(said, (0, kept.line))?;
    Ok(record(tx, run, (harvest, kept.id.as_str(), one_each)).await?.remove(&0))
}

/// Whether this asker may know why a correction is not taken: what contradicts it may be a record of a narrower label.
fn may_know((asked, layout): (&Asked<ReplayQuarantine>, &Layout), (text, why): (&str, &str)) -> bool {
    asked.principal.knows_restricted()
        || !contradiction::is_told(why)
        || layout.is_for_all(text.as_bytes(), why)
}

/// What is said of a correction whose asker may not know why it is not taken.
const CONTRADICTS: &str = "its id stands in another record of this file, which says otherwise and may not be for everyone; correct the id, or ask an analyst";

/// What is said of a correction of a record that waits no more.
fn mended(day: domain::Day, was_corrected: bool) -> Failure {
    let how = if was_corrected { "by another correction" } else { "as it was sent" };
    Failure::conflict(format!(
        "the record was read on {day} {how} and waits no more, so that this correction changes nothing; what is to hold instead is \
         sent in a new import under the same id"
    ))
}

/// What is said of a correction that is not taken.
fn unread(why: String) -> Failure {
    Failure::invalid(format!("the corrected record cannot be read: {why}")).at("/corrected", why)
}

/// Takes in what records say that were read again; gives the numbers of those that still wait, with the reason.
async fn record(
    (tx, restricted): (&mut Tx, bool),
    run: &RunRow,
    (harvest, part, one_each): (Harvest, &str, bool),
) -> Result<BTreeMap<usize, String>, Error> {
    if harvest.is_empty() {
        return Ok(BTreeMap::new());
    }
    let arrival = Arrival { import: Some(run.import_id.clone()), one_each, ..Arrival::at(tx.now()) };
    let part = format!("replay {part} {}", tx.now());
    let bringer = Bringer { origin: run.import_id.as_str(), part: &part, arrival };
    run_states::take_up(tx, run).await?;
    let taken = recording::take_in(tx, (&run.import_id, harvest), &bringer).await?;
    let Taken { tally, contradictions, apart } = taken;
    tx.nudge(recording::COMPARE);
    if tally != Tally::default() {
        runs::count_replayed(tx, &run.import_id, tally).await?;
        if let Some(row) = runs::get_in(tx, &run.import_id).await? {
            run_states::keep(tx, &row).await?;
            tx.say(&ImportProgressed { run: row.run(), restricted }).await?;
        }
    }
    let apart = apart.into_iter().map(|(number, _)| (number, message::APART.to_owned()));
    Ok(contradictions.into_iter().chain(apart).collect())
}

fn reread(layout: &Layout, kept: &Quarantined) -> Result<Said, String> {
    let bytes = STANDARD.decode(&kept.original).map_err(|_| kept.reason.clone())?;
    let record = only_record(layout, &bytes)?;
    // what could not be cut cannot be cut now: its bytes are only a part of a record
    if record.fault.is_some() || bytes.len() >= records::MAX_BYTES {
        return Err(kept.reason.clone());
    }
    layout.read(&record)
}

/// The one record that these bytes are.
fn only_record(layout: &Layout, bytes: &[u8]) -> Result<Record, String> {
    records::only(layout.shape(), bytes, layout.width())
}
