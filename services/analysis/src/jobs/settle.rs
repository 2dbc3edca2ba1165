//! Time passes: levels fall when nothing new happens, overrides end, and every cell is told once a day and whenever it changed.

use std::collections::{BTreeMap, BTreeSet};

use kit::Tx;

use crate::{
    Analysis, Error, SETTLE,
    domain::{Cell, overrides as rules},
    store::{
        self, Reader,
        day::{self, Page},
        level, overrides,
        view::View,
    },
};

/// How many cells one transaction takes, so that evidence need not wait long.
const CELLS_AT_ONCE: usize = 50;

/// Looks anew at every cell that is not told of today, says the levels that changed with time, and keeps how it is told.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn settle(service: &Analysis) -> Result<(), Error> {
    let today = service.db.clock().now().day();
    let mut reader = Reader::Db(&service.db);
    let states = level::states(&mut reader, None, None, None).await?;
    let told = day::told(&mut reader, today).await?;
    let is_told = |cell: &Cell| {
        told.get(&cell.exercise).is_some_and(|told| told.contains(&(cell.province.clone(), cell.threat)))
    };
    let due: Vec<Cell> = states.iter().map(level::State::cell).filter(|cell| !is_told(cell)).collect();
    for cells in due.chunks(CELLS_AT_ONCE) {
        let cells: BTreeSet<Cell> = cells.iter().cloned().collect();
        let mut tx = store::turn(&service.db).await?;
        store::assess::assess(&mut tx, &cells, &service.rules, "settled").await?;
        keep_told(&mut tx, &cells, service).await?;
        tx.commit().await?;
    }
    if !due.is_empty() {
        let mut tx = service.db.begin().await?;
        day::forget(&mut tx, today.plus(-i64::from(service.days_kept))).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Keeps how these cells are told today.
async fn keep_told(tx: &mut Tx, cells: &BTreeSet<Cell>, service: &Analysis) -> Result<(), Error> {
    let on = tx.now().day();
    let view = View::present(&mut Reader::Tx(tx), cells, on, &service.rules).await?;
    let states = level::states(&mut Reader::Tx(tx), None, None, None).await?;
    let levels: BTreeMap<Cell, _> =
        states.iter().map(|state| (state.cell(), (state.level, state.since))).collect();
    let pages = cells.iter().filter_map(|cell| {
        let level = *levels.get(cell)?;
        Some(view.picture((cell, on), level, &service.rules, |picture| {
            let (situation, evidence) = picture.explained();
            Page { situation, evidence, shown: picture.is_shown() }
        }))
    });
    Ok(day::put(tx, pages.collect()).await?)
}

/// Ends overrides whose time is over and says so.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn expire(service: &Analysis) -> Result<(), Error> {
    let mut tx = store::turn(&service.db).await?;
    let now = tx.now();
    for before in overrides::over(&mut tx, now).await? {
        let Some(country) = crate::domain::cell::country_of(&before.province) else { continue };
        let (province, threat) = (before.province.clone(), before.threat);
        let cell = Cell { exercise: before.exercise, threat, province, country };
        let states =
            level::states(&mut Reader::Tx(&mut tx), Some(cell.exercise), Some(&cell.province), Some(threat))
                .await?;
        let (computed, since) =
            states.first().map_or((domain::Level::Calm, now), |state| (state.level, state.since));
        let was = before.level;
        store::moved::keep(&mut tx, (&rules::expired(before), was), (&cell, computed, since), &service.rules)
            .await?;
        day::take_back(&mut tx, Some(&BTreeSet::from([cell.province])), None).await?;
        tx.nudge(SETTLE);
    }
    Ok(tx.commit().await?)
}
