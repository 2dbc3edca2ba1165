//! Counting everything anew.

use std::collections::BTreeSet;

use contracts::{
    Failure, Role,
    analysis::recompute::{Compared, Recompute, Recomputed},
};
use domain::{ObservationId, Threat};
use kit::Asked;

use crate::{
    Analysis, Error, SETTLE,
    domain::Cell,
    inbox,
    store::{self, Reader, day, level, recompute},
};

/// What a level is said to have changed by.
const CAUSE: &str = "recomputed";

/// Counts the series of a threat anew from all its evidence, place by place, and brings its levels up to date; or only compares.
///
/// Nothing differs unless something went wrong: what is counted piece by piece comes to the same. Evidence is heard meanwhile,
/// between one place and the next.
///
/// # Errors
/// When the asker is no operator or the store does not answer. Asked again it goes on: nothing is done twice.
pub async fn recompute(service: &Analysis, asked: &Asked<Recompute>) -> Result<Recomputed, Error> {
    asked.allow(&[Role::Operator])?;
    let Recompute { threat, check } = asked.query;
    if store::spans::is_due(&service.db, threat).await? {
        return Err(Failure::unavailable(
            "days and weeks are still being counted; ask again in a few minutes",
        )
        .into());
    }
    let mut done = Recomputed { unsettled: settle(service, threat, check).await?, ..Recomputed::default() };
    let places = recompute::places(&mut Reader::Db(&service.db), threat).await?;
    for place in &places {
        let mut tx = store::turn(&service.db).await?;
        let found = recompute::recount(&mut tx, (place, threat), check, &service.rules).await?;
        tx.commit().await?;
        done.revisions += found.revisions;
        done.months = sum(done.months, found.months);
        done.spans = sum(done.spans, found.spans);
    }
    if !check {
        let cells = places.iter().filter_map(|place| place.cell(threat)).collect();
        done.levels_changed = assess(service, (cells, threat)).await?;
    }
    tracing::info!(%threat, check, revisions = done.revisions, unsettled = done.unsettled, months = done.months.differed,
        spans = done.spans.differed, levels = done.levels_changed, "counted anew");
    Ok(done)
}

/// Marks anew which revisions stand and of which incidents they are, where that is marked otherwise; gives of how many.
async fn settle(service: &Analysis, threat: Threat, check: bool) -> Result<u64, Error> {
    let mut tx = store::turn(&service.db).await?;
    let unsettled = store::record::unsettled(&mut tx, threat).await?;
    if !check {
        // an observation that bears on other threats too is counted anew in them as well
        let ids: Vec<&ObservationId> = unsettled.iter().collect();
        let touched = store::record::settle(&mut tx, &ids).await?;
        inbox::follow(service, &mut tx, (&ids, &touched), CAUSE).await?;
    }
    tx.commit().await?;
    Ok(unsettled.len() as u64)
}

/// Looks anew at every level of the threat and at its newest months, and has every cell told anew.
async fn assess(service: &Analysis, (cells, threat): (BTreeSet<Cell>, Threat)) -> Result<u64, Error> {
    let mut tx = store::turn(&service.db).await?;
    let states = level::states(&mut Reader::Tx(&mut tx), None, None, Some(threat)).await?;
    let cells: BTreeSet<Cell> = states.iter().map(level::State::cell).chain(cells).collect();
    let changed = store::assess::assess(&mut tx, &cells, &service.rules, CAUSE).await?;
    store::anomaly::watch(&mut tx, &cells, &service.rules).await?;
    let provinces = cells.into_iter().map(|cell| cell.province).collect();
    day::take_back(&mut tx, Some(&provinces), None).await?;
    tx.nudge(SETTLE);
    tx.commit().await?;
    Ok(changed as u64)
}

const fn sum(one: Compared, other: Compared) -> Compared {
    Compared { counted: one.counted + other.counted, differed: one.differed + other.differed }
}
