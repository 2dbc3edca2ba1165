//! Cells that nobody ever reported on, told of by the claim of a source that lists every event (decision 0048).

use std::collections::BTreeSet;

use domain::{Day, ProvinceCode, Threat};
use kit::{Tx, on_tx};

use super::{
    Reader,
    level::{self, State},
    on_reader, past,
};
use crate::domain::{Cell, listing};

/// The cells that a source which lists every event reaches into the last 90 days of, and that were never looked at.
///
/// # Errors
/// When the store cannot be read.
pub async fn unseen(reader: &mut Reader<'_>, on: Day) -> Result<BTreeSet<Cell>, sqlx::Error> {
    let mut covered = listing::covered(&past::spans(reader, None).await?, on);
    if covered.is_empty() {
        return Ok(covered);
    }
    let seen: Vec<(ProvinceCode, Threat, bool)> =
        on_reader!(reader, |c| sqlx::query_as("select province, threat, exercise from level_state")
            .fetch_all(c)
            .await)?;
    for (province, threat, exercise) in seen {
        if let Some(cell) = Cell::of(exercise, threat, &province) {
            covered.remove(&cell);
        }
    }
    Ok(covered)
}

/// Begins to tell of these cells, which were never looked at: calm since now, and no change of any level.
///
/// # Errors
/// When the store cannot be written.
pub async fn begin(tx: &mut Tx, cells: &BTreeSet<Cell>) -> Result<(), sqlx::Error> {
    let now = tx.now();
    let states: Vec<State> = cells.iter().map(|cell| State::first(cell, now)).collect();
    level::put_states(tx, &states.iter().collect::<Vec<_>>()).await
}

/// Forgets that these cells were ever looked at: they were never anything but calm, and there is nothing to say of them any more.
/// What is first heard of them later is a first look again, and no rise from a calm of which nobody knew.
///
/// # Errors
/// When the store cannot be written.
pub async fn forget(tx: &mut Tx, cells: &[Cell]) -> Result<(), sqlx::Error> {
    for cell in cells {
        on_tx!(tx, |c| sqlx::query(
            "delete from level_state where province = $1 and threat = $2 and exercise = $3 and changes = 0"
        )
        .bind(&cell.province)
        .bind(cell.threat)
        .bind(cell.exercise)
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}
