//! Forgets evaluations after the time for which they are kept.

use crate::{Alerts, error::Error, store};

/// How many evaluations are forgotten in one transaction.
const BATCH: i64 = 500;

/// Forgets every evaluation older than `alerts.evaluations_kept_days`.
pub async fn forget(service: &Alerts) -> Result<(), Error> {
    loop {
        let mut tx = service.db.begin().await?;
        let before = tx.now().minus(service.evaluations_kept);
        let forgotten = store::evaluation::forget(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        if forgotten == 0 {
            return Ok(());
        }
        tracing::info!(forgotten, "old evaluations were forgotten");
    }
}
