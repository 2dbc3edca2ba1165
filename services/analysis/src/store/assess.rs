//! Bringing levels up to date: from the evidence that stands to the level, its history and what is said of it, in one
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::SituationChanged;
use domain::{EventId, Level, Timestamp};
use kit::Tx;
use tracing::instrument;

use super::{
    Reader,
    evidence::{self, ByCell},
    level::{self, Change, ChangeId, State},
    past,
};
use crate::domain::{Cell, Picture, Rules, Standing, weigh};

/// Brings the levels of these cells up to date and says every change. Returns how many levels changed.
///
/// `cause` is the event that led to it, or `settled` where time alone did. Doing it twice changes and says nothing more.
///
/// # Errors
/// When the store cannot be read or written.
#[instrument(name = "analysis.level.assess", skip_all, fields(cells = cells.len()))]
pub async fn assess(
    tx: &mut Tx,
    cells: &BTreeSet<Cell>,
    rules: &Rules,
    cause: &str,
) -> Result<usize, sqlx::Error> {
    if cells.is_empty() {
        return Ok(0);
    }
    let now = tx.now();
    let wanted: Vec<&Cell> = cells.iter().collect();
    let reports = evidence::within_horizon(&mut Reader::Tx(tx), &wanted, now.day()).await?;
    let states = level::states(&mut Reader::Tx(tx), None, None, None).await?;
    let states: BTreeMap<Cell, State> = states.into_iter().map(|state| (state.cell(), state)).collect();
    let (mut fresh, mut changes) = (Vec::new(), Vec::new());
    for cell in cells {
        let seen = reports.get(cell).map_or(&[][..], Vec::as_slice);
        if seen.is_empty() && !states.contains_key(cell) {
            continue;
        }
        let index = weigh(seen, cell.threat, now.day(), rules).index;
        match step(cell, states.get(cell), index, (now, cause)) {
            Next::Same => {}
            Next::FirstCalm(state) => fresh.push(state),
            Next::Changed(change) => changes.push(*change),
        }
    }
    let written: Vec<&State> = fresh.iter().chain(changes.iter().map(|change| &change.state)).collect();
    level::put_states(tx, &written).await?;
    level::put_changes(tx, &changes).await?;
    say(tx, &changes, &reports, rules).await?;
    Ok(changes.len())
}

/// What a new look at a cell comes to.
enum Next {
    /// The level holds.
    Same,
    /// It was never looked at before, and it is calm.
    FirstCalm(State),
    /// The level changed; from calm, where it was never looked at before.
    Changed(Box<Change>),
}

fn step(cell: &Cell, before: Option<&State>, index: f64, (now, cause): (Timestamp, &str)) -> Next {
    let state = before.cloned().unwrap_or_else(|| State {
        province: cell.province.clone(),
        threat: cell.threat,
        exercise: cell.exercise,
        country: cell.country,
        level: Level::Calm,
        since: now,
        first_seen: now,
        changes: 0,
    });
    let after = Standing { level: state.level, changed: state.since.day() }.step(index, now.day());
    if after.level == state.level {
        return if before.is_some() { Next::Same } else { Next::FirstCalm(state) };
    }
    let changes = state.changes + 1;
    let id = ChangeId::derived(&[
        cell.province.as_str(),
        cell.threat.as_str(),
        if cell.exercise { "exercise" } else { "real" },
        &changes.to_string(),
    ]);
    let was = state.level;
    let state = State { level: after.level, since: now, changes, ..state };
    Next::Changed(Box::new(Change { id, was, state, index, cause: cause.to_owned() }))
}

/// Says each change, with the situation as this transaction sees it.
async fn say(tx: &mut Tx, changes: &[Change], reports: &ByCell, rules: &Rules) -> Result<(), sqlx::Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let on = tx.now().day();
    let cells: Vec<Cell> = changes.iter().map(|change| change.state.cell()).collect();
    let no_past = crate::domain::Past::default();
    let pasts = past::of_cells(&mut Reader::Tx(tx), &cells.iter().collect::<Vec<_>>(), on).await?;
    let keys = evidence::marking_keys(cells.iter().filter_map(|cell| reports.get(cell)).flatten());
    let markings = evidence::markings(&mut Reader::Tx(tx), keys).await?;
    for (change, cell) in changes.iter().zip(&cells) {
        let picture = Picture {
            cell,
            on,
            level: (change.state.level, change.state.since),
            reports: reports.get(cell).map_or(&[], Vec::as_slice),
            markings: &markings,
            past: pasts.get(cell).unwrap_or(&no_past),
            rules,
        };
        let event = SituationChanged {
            was: change.was,
            situation: picture.situation(),
            exercise: cell.exercise,
            at: change.state.since,
        };
        tracing::info!(place.province = %cell.province, threat = %cell.threat, was = %change.was, now = %change.state.level,
            index = change.index, exercise = cell.exercise, "a level changed");
        tx.say_as(&EventId::derived(&[change.id.as_str()]), &event).await?;
    }
    Ok(())
}
