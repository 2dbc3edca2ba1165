//! What binds levels now: everything that they may rest on, as it is marked today.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp};

use crate::{
    Analysis, Error,
    domain::{Cell, Reading, across::pairs, cell::horizon_days},
    store::{Reader, evidence, marked, reading},
};

/// The join of what the levels of these cells may rest on while they stood from one day to another, as it was known at a moment and
/// as it is marked now: the reports of each and of those that spill into it, and the readings of its province. `None` where that
/// is nothing.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn of_levels(
    service: &Analysis,
    cells: &[Cell],
    (from, until, at): (Day, Day, Timestamp),
) -> Result<Option<Handling>, Error> {
    // no report counts beyond the horizon of its own threat
    let mut by_threat: BTreeMap<Threat, Vec<Cell>> = BTreeMap::new();
    for cell in cells {
        by_threat.entry(cell.threat).or_default().push(cell.clone());
    }
    let mut bound = Vec::new();
    for (threat, cells) in by_threat {
        let since = from.plus(-horizon_days(threat));
        let across = cells.iter().flat_map(|cell| pairs(cell, &service.rules.spillover));
        let all: Vec<Cell> = across.map(|(there, _)| there).chain(cells.iter().cloned()).collect();
        let reported = observed(service, &all, (since, until, at)).await?;
        bound.extend(marked::now(&mut Reader::Db(&service.db), &reported).await?);
    }
    bound.extend(read(service, cells, (from, until, at)).await?);
    Ok(Handling::join_all(&bound))
}

/// What was reported of these cells, as it was known at a moment.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn observed(
    service: &Analysis,
    cells: &[Cell],
    (since, until, at): (Day, Day, Timestamp),
) -> Result<BTreeSet<ObservationId>, Error> {
    let wanted: BTreeSet<&Cell> = cells.iter().collect();
    let worlds: BTreeSet<(bool, Threat)> = wanted.iter().map(|cell| (cell.exercise, cell.threat)).collect();
    let mut ids = BTreeSet::new();
    for (exercise, threat) in worlds {
        let of = wanted.iter().filter(|cell| (cell.exercise, cell.threat) == (exercise, threat));
        let provinces: BTreeSet<ProvinceCode> = of.map(|cell| cell.province.clone()).collect();
        let provinces: Vec<ProvinceCode> = provinces.into_iter().collect();
        let wanted = evidence::Wanted {
            country: None,
            provinces: Some(&provinces),
            threat: Some(threat),
            exercise,
            known_before: at.plus(chrono::Duration::microseconds(1)),
            begun_by: until,
            since,
        };
        let found = evidence::as_known(&mut Reader::Db(&service.db), &wanted).await?;
        ids.extend(found.into_values().flatten().map(|report| report.observation));
    }
    Ok(ids)
}

/// The join of the readings of the provinces of these cells that counted on any of these days: each as long as its indicator does,
/// whatever the threat.
async fn read(
    service: &Analysis,
    cells: &[Cell],
    (from, until, at): (Day, Day, Timestamp),
) -> Result<Option<Handling>, Error> {
    let rules = &service.rules.indicators;
    let since = from.plus(-rules.horizon_days());
    let places: BTreeSet<(ProvinceCode, bool)> =
        cells.iter().map(|cell| (cell.province.clone(), cell.exercise)).collect();
    let provinces: BTreeSet<&ProvinceCode> = places.iter().map(|(province, _)| province).collect();
    let provinces: Vec<&ProvinceCode> = provinces.into_iter().collect();
    let mut reader = Reader::Db(&service.db);
    let known_before = at.plus(chrono::Duration::microseconds(1));
    let known = reading::as_known(&mut reader, &provinces, (since, known_before)).await?;
    let here = known.into_iter().filter(|(place, _)| places.contains(place));
    let mut handling = Vec::new();
    let counts = |one: &Reading| one.from <= until && from.since(one.to) <= rules.horizon_of(one.indicator);
    for one in here.flat_map(|(_, all)| all).filter(counts) {
        let now = reading::standing(&mut reader, &one.id).await?;
        match now {
            Some((_, now)) => {
                handling.extend(evidence::markings(&mut reader, vec![now.marking]).await?.into_values());
            }
            None => handling.extend(reading::ever_marked(&mut reader, &one.id).await?),
        }
    }
    Ok(Handling::join_all(&handling))
}
