//! Ends what is over: issued warnings past their end, and drafts that nobody issued in time.

use contracts::alerts::WarningMoved;
use kit::telemetry;
use tracing::Instrument;

use crate::{Alerts, domain::moves, error::Error, store};

/// How many warnings are ended in one transaction.
const BATCH: i64 = 100;

/// Ends every warning whose time is over and says so.
pub async fn expire(service: &Alerts) -> Result<(), Error> {
    while expire_some(service).await? > 0 {}
    Ok(())
}

async fn expire_some(service: &Alerts) -> Result<usize, Error> {
    let mut tx = service.db.begin().await?;
    let now = tx.now();
    let due = store::warning::due(&mut tx, now, BATCH).await?;
    let mut ended = 0;
    for before in due {
        let was = before.warning.revision;
        let Some(after) = moves::at_time(before, now) else { continue };
        let span = tracing::info_span!("alerts.warning.expire", warning.id = %after.warning.id);
        telemetry::continue_from(&span, after.traceparent.as_deref());
        async {
            tx.continue_trace(telemetry::traceparent().or_else(|| after.traceparent.clone()));
            if !store::warning::save(&mut tx, &after, was).await? {
                return Err(Error::Raced(after.warning.id));
            }
            tracing::info!(warning.id = %after.warning.id, state = %after.warning.state, "time moved a warning");
            tx.say(&WarningMoved { warning: after.warning }).await?;
            Ok(())
        }
        .instrument(span)
        .await?;
        ended += 1;
    }
    tx.commit().await?;
    Ok(ended)
}
