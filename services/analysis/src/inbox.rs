//! What analysis hears.

use std::collections::BTreeSet;

use contracts::intake::{
    ImportProgressed, ImportState, ObservationsRecorded, clusters::ClusterMoved, indicators::IndicatorsRead,
    media::MediaCounted,
};
use domain::{Country, ObservationId, ProvinceCode, Threat};
use kit::{Heard, Tx};

use crate::{
    Analysis, Error, SETTLE,
    domain::{Cell, Rules, across::pairs},
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
    let (touched, otherwise) =
        store::record::record(tx, &heard.event, heard.envelope.time, &service.rules).await?;
    let ids: BTreeSet<&ObservationId> =
        heard.recorded.iter().map(|seen| &seen.id).chain(&heard.retracted).collect();
    let ids: Vec<&ObservationId> = ids.into_iter().collect();
    follow(service, tx, (&ids, &touched), heard.envelope.id.as_str()).await?;
    tell_otherwise(tx, &otherwise).await?;
    metrics::counter!("analysis_reports_heard_total").increment(heard.recorded.len() as u64);
    Ok(())
}

/// Keeps which observations are of one incident and which are not, and counts what that touched anew.
///
/// # Errors
/// When the store cannot be written.
pub async fn cluster_moved(
    service: &Analysis,
    tx: &mut Tx,
    heard: &Heard<ClusterMoved>,
) -> Result<(), Error> {
    store::take_turn(tx).await?;
    let changed = store::cluster::keep(tx, &heard.cluster).await?;
    let changed: Vec<&ObservationId> = changed.iter().collect();
    let touched = store::record::settle(tx, &changed).await?;
    follow(service, tx, (&changed, &touched), heard.envelope.id.as_str()).await
}

/// Counts anew what was touched by these observations, and brings levels and unusual months up to date.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn follow(
    service: &Analysis,
    tx: &mut Tx,
    (ids, touched): (&[&ObservationId], &BTreeSet<Touched>),
    cause: &str,
) -> Result<(), Error> {
    store::series::recount(tx, touched, &service.rules).await?;
    store::anew::note(tx, touched).await?;
    store::spans::follow(tx, ids, &service.rules).await?;
    let heard = store::record::days(tx, ids).await?;
    let changed = store::assess::assess(tx, &heard, &service.rules, cause).await?;
    let cells: BTreeSet<Cell> = heard.into_keys().collect();
    store::anomaly::watch(tx, &cells, &service.rules).await?;
    for exercise in [false, true] {
        let of_world = cells.iter().filter(|cell| cell.exercise == exercise);
        let told = told_otherwise(of_world, &service.rules);
        store::day::take_back(tx, Some(&told), Some(exercise)).await?;
    }
    nudge(tx).await?;
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

/// The provinces that are told of otherwise after these cells were touched: their own, and those that they spill into.
fn told_otherwise<'a>(cells: impl Iterator<Item = &'a Cell>, rules: &Rules) -> BTreeSet<ProvinceCode> {
    let of = |cell: &'a Cell| {
        let across = pairs(cell, &rules.spillover).into_iter().map(|(there, _)| there.province);
        across.chain([cell.province.clone()])
    };
    cells.flat_map(of).collect()
}

/// Has all that rests on how far lists reach in these countries told and looked at anew.
///
/// # Errors
/// When the store cannot be written.
pub async fn tell_otherwise(tx: &mut Tx, countries: &BTreeSet<Country>) -> Result<(), Error> {
    let provinces = provinces_of(countries);
    store::day::take_back(tx, Some(&provinces), None).await?;
    Ok(store::anew::note_reach(tx, &provinces).await?)
}

/// All provinces of these countries: a source that lists every event reaches otherwise in all of them.
fn provinces_of(countries: &BTreeSet<Country>) -> BTreeSet<ProvinceCode> {
    let units = geography::provinces().iter();
    let own = units.filter(|unit| unit.country.parse().is_ok_and(|country| countries.contains(&country)));
    own.filter_map(|unit| unit.id.parse().ok()).collect()
}

/// Has what is told today told anew; while a file is read, what changes with every pack is told when it is asked for.
async fn nudge(tx: &mut Tx) -> Result<(), Error> {
    if store::listed::importing(&mut store::Reader::Tx(tx)).await? == 0 {
        tx.nudge(SETTLE);
    }
    Ok(())
}

/// Keeps what was read of indicators and brings the levels they bear on up to date.
///
/// # Errors
/// When the store cannot be written.
pub async fn indicators_read(
    service: &Analysis,
    tx: &mut Tx,
    heard: &Heard<IndicatorsRead>,
) -> Result<(), Error> {
    store::take_turn(tx).await?;
    let touched = store::reading::record(tx, &heard.event, heard.envelope.time).await?;
    let mut cells = store::assess::Heard::new();
    for ((province, exercise), days) in &touched {
        let of = |threat: &Threat| Some((Cell::of(*exercise, *threat, province)?, days.clone()));
        cells.extend(Threat::ALL.iter().filter_map(of));
    }
    let changed = store::assess::assess(tx, &cells, &service.rules, heard.envelope.id.as_str()).await?;
    let provinces = touched.into_keys().map(|(province, _)| province).collect();
    store::day::take_back(tx, Some(&provinces), None).await?;
    tx.nudge(SETTLE);
    metrics::counter!("analysis_readings_heard_total").increment(heard.readings.len() as u64);
    metrics::counter!("analysis_levels_changed_total").increment(changed as u64);
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
    if !reading {
        tx.nudge(SETTLE);
    }
    Ok(store::listed::note_import(tx, &heard.run.id, reading).await?)
}
