//! Time passes: levels fall when nothing new happens.

use std::collections::BTreeSet;

use domain::Level;

use crate::{
    Analysis, Error,
    domain::Cell,
    store::{self, Reader},
};

/// How many cells one transaction takes, so that evidence need not wait long.
const CELLS_AT_ONCE: usize = 100;

/// Looks anew at every level that is not calm and says those that fell.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn settle(service: &Analysis) -> Result<(), Error> {
    let states = store::level::states(&mut Reader::Db(&service.db), None, None, None).await?;
    let raised: Vec<Cell> =
        states.iter().filter(|state| state.level != Level::Calm).map(store::level::State::cell).collect();
    for cells in raised.chunks(CELLS_AT_ONCE) {
        let cells: BTreeSet<Cell> = cells.iter().cloned().collect();
        let mut tx = service.db.begin().await?;
        store::take_turn(&mut tx).await?;
        store::assess::assess(&mut tx, &cells, &service.rules, "settled").await?;
        tx.commit().await?;
    }
    Ok(())
}
