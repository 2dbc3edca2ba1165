//! An override that moved: kept, and said with the situation as it now is.

use std::collections::BTreeSet;

use contracts::analysis::overrides::{Override, OverrideMoved};
use domain::{EventId, Level, Timestamp};
use kit::Tx;

use super::{Reader, level, overrides, view::View};
use crate::domain::{Cell, Rules};

/// Keeps an override as it now stands and says so. `was` is the level that held before. A cell that was never assessed begins to
/// be told of.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn keep(
    tx: &mut Tx,
    (set, was): (&Override, Level),
    (cell, computed, since): (&Cell, Level, Timestamp),
    rules: &Rules,
) -> Result<(), sqlx::Error> {
    overrides::put(tx, set).await?;
    let states =
        level::states(&mut Reader::Tx(tx), Some(cell.exercise), Some(&cell.province), Some(cell.threat))
            .await?;
    let held = states.first().map_or((computed, since).into(), level::State::held);
    if states.is_empty() {
        level::put_states(tx, &[&level::State::first(cell, since)]).await?;
    }
    let on = tx.now().day();
    let view = View::present(&mut Reader::Tx(tx), &BTreeSet::from([cell.clone()]), on, rules).await?;
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method by its path is for one lifetime only"
    )]
    let situation = view.picture((cell, on), held, rules, |picture| picture.situation());
    let id = EventId::generate(tx.now());
    tracing::info!(place.province = %cell.province, threat = %cell.threat, level = %set.level, computed = %computed,
        state = %set.state, "an override moved");
    tx.say_as(&id, &OverrideMoved { set: set.clone(), was, situation, names: cell.names() }).await
}
