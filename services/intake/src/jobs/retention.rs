//! The job that removes what was confirmed, batch by batch, and keeps count of it.

use contracts::intake::retention::Removable;

use crate::{
    Intake,
    api::retention::RETENTION_RUN,
    error::Error,
    store::{cluster::removed, retention},
};

/// Removes the next batch of what was confirmed, once what clusters still told of earlier removals is gone; where there is more, asks
/// for the next turn.
pub async fn run(service: &Intake) -> Result<(), Error> {
    let mut tx = service.db.begin().await?;
    if removed::sweep(&mut tx).await? {
        tx.nudge(RETENTION_RUN);
        return Ok(tx.commit().await?);
    }
    drop(tx);
    let Some(row) = retention::due(&service.db).await? else { return Ok(()) };
    let mut run = row.run();
    let mut tx = service.db.begin().await?;
    let mut ended = true;
    for (at, removal) in run.removals.iter().enumerate() {
        let removed = retention::remove(&mut tx, removal).await?;
        if let Some(count) = run.removed.get_mut(at) {
            *count += removed;
        }
        if removed > 0 {
            ended = false;
            break;
        }
    }
    retention::note(&mut tx, &run, ended).await?;
    if ended {
        tracing::info!(removed = ?run.removed, by = run.asked_by, second = run.confirmed_by, "what was confirmed is removed");
    } else {
        tx.nudge(RETENTION_RUN);
    }
    tx.commit().await?;
    if ended && run.removals.iter().any(|removal| removal.what == Removable::SealedIdentities) {
        service.db.scrub("sealed_source").await?;
    }
    Ok(())
}
