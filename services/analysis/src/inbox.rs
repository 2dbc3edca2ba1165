//! What analysis hears.

use std::collections::BTreeSet;

use contracts::intake::{ImportProgressed, ImportState, ObservationsRecorded, media::MediaCounted};
use kit::{Heard, Tx};

use crate::{
    Analysis, Error,
    domain::{Cell, cell::country_of},
    store::{self, record::Touched},
};

/// Keeps the evidence, counts what it touched anew, brings the levels of the provinces up to date and watches for what is
/// unusual.
///
/// # Errors
/// When the store cannot be written.
pub async fn observations_recorded(
    service: &Analysis,
    tx: &mut Tx,
    heard: &Heard<ObservationsRecorded>,
) -> Result<(), Error> {
    store::take_turn(tx).await?;
    let touched = store::record::record(tx, &heard.event, heard.envelope.time, &service.rules).await?;
    store::series::recount(tx, &touched, &service.rules).await?;
    store::spans::follow(tx, &heard.event, &service.rules).await?;
    let cells: BTreeSet<Cell> = touched.iter().filter_map(cell).collect();
    let changed = store::assess::assess(tx, &cells, &service.rules, heard.envelope.id.as_str()).await?;
    store::anomaly::watch(tx, &cells, &service.rules).await?;
    metrics::counter!("analysis_reports_heard_total").increment(heard.recorded.len() as u64);
    metrics::counter!("analysis_levels_changed_total").increment(changed as u64);
    Ok(())
}

/// Keeps what the media wrote. It is a signal beside the evidence and never part of it: nothing is assessed anew.
///
/// # Errors
/// When the store cannot be written.
pub async fn media_counted(_: &Analysis, tx: &mut Tx, heard: &Heard<MediaCounted>) -> Result<(), Error> {
    store::take_turn(tx).await?;
    store::media::record(tx, &heard.event).await?;
    metrics::counter!("analysis_media_counts_heard_total").increment(heard.counted.len() as u64);
    Ok(())
}

/// Notes whether intake still reads a file: what is forecast meanwhile would be forecast from half of it.
///
/// # Errors
/// When the store cannot be written.
pub async fn import_progressed(
    _: &Analysis,
    tx: &mut Tx,
    heard: &Heard<ImportProgressed>,
) -> Result<(), Error> {
    let reading = matches!(heard.run.state, ImportState::Waiting | ImportState::Running);
    Ok(store::listed::note_import(tx, &heard.run.id, reading).await?)
}

fn cell(touched: &Touched) -> Option<Cell> {
    let province = store::record::province(touched)?;
    Some(Cell {
        exercise: touched.exercise,
        threat: touched.threat,
        country: country_of(&province)?,
        province,
    })
}
