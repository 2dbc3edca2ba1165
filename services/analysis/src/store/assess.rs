//! Bringing levels up to date: from the evidence that stands to the level, its history and what is said of it, in one
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::SituationChanged;
use domain::{EventId, Level, Timestamp};
use kit::Tx;
use tracing::instrument;

use super::{
    Reader,
    level::{self, Change, ChangeId, State},
    view::{View, with_neighbours},
};
use crate::domain::{Bands, Cell, Evidence, Rules, Standing, whole};

/// Brings the levels of these cells up to date, and those of the cells they spill into, and says every change. Returns
/// how many levels changed.
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
    let cells = with_neighbours(cells, &rules.spillover);
    let view = View::levels(&mut Reader::Tx(tx), &cells, now.day(), rules).await?;
    let states = level::states(&mut Reader::Tx(tx), None, None, None).await?;
    let states: BTreeMap<Cell, State> = states.into_iter().map(|state| (state.cell(), state)).collect();
    let (mut fresh, mut changes) = (Vec::new(), Vec::new());
    for cell in &cells {
        let (reports, around) = (view.reports(cell), view.around(cell, &rules.spillover));
        let index = whole(cell, (reports, &around), (now.day(), Evidence::All), rules).composed.index;
        // what only spills in begins to be told of when it is more than calm; whoever looked and saw little has reported
        let looked = around.readings.iter().any(|reading| reading.bears_on(cell.threat));
        let silent = reports.is_empty() && !looked && around.bands.of(index) == Level::Calm;
        if silent && !states.contains_key(cell) {
            continue;
        }
        match step(cell, states.get(cell), (index, &around.bands), (now, cause)) {
            Next::Same => {}
            Next::FirstCalm(state) => fresh.push(state),
            Next::Changed(change) => changes.push(*change),
        }
    }
    let written: Vec<&State> = fresh.iter().chain(changes.iter().map(|change| &change.state)).collect();
    level::put_states(tx, &written).await?;
    level::put_changes(tx, &changes).await?;
    say(tx, &changes, rules).await?;
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

fn step(
    cell: &Cell,
    before: Option<&State>,
    (index, bands): (f64, &Bands),
    (now, cause): (Timestamp, &str),
) -> Next {
    let state = before.cloned().unwrap_or_else(|| State::first(cell, now));
    let after = Standing { level: state.level, changed: state.since.day() }.step(index, now.day(), bands);
    if after.level == state.level {
        return if before.is_some() { Next::Same } else { Next::FirstCalm(state) };
    }
    let changes = state.changes + 1;
    let id = ChangeId::derived(&[
        cell.province.as_str(),
        cell.threat.as_str(),
        if cell.exercise { "exercise" } else { "real" },
        &changes.to_string(),
        // a store that was lost counts from one again: what it says then is another event
        &now.to_string(),
    ]);
    let was = state.level;
    let state = State { level: after.level, since: now, changes, ..state };
    Next::Changed(Box::new(Change { id, was, state, index, cause: cause.to_owned() }))
}

/// Says each change, with the situation as this transaction sees it.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method by its path is for one lifetime only"
)]
async fn say(tx: &mut Tx, changes: &[Change], rules: &Rules) -> Result<(), sqlx::Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let on = tx.now().day();
    let cells: BTreeSet<Cell> = changes.iter().map(|change| change.state.cell()).collect();
    let view = View::present(&mut Reader::Tx(tx), &cells, on, rules).await?;
    for change in changes {
        let cell = change.state.cell();
        let level = (change.state.level, change.state.since);
        let event = SituationChanged {
            was: change.was,
            first: change.state.is_first_look(change.state.since),
            situation: view.picture((&cell, on), level, rules, |picture| picture.situation()),
            exercise: cell.exercise,
            at: change.state.since,
            names: cell.names(),
        };
        tracing::info!(place.province = %cell.province, threat = %cell.threat, was = %change.was, now = %change.state.level,
            index = change.index, exercise = cell.exercise, "a level changed");
        tx.say_as(&EventId::derived(&[change.id.as_str()]), &event).await?;
    }
    Ok(())
}
