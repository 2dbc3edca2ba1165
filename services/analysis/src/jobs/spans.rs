//! Days and weeks of what was recorded before they were counted.

use crate::{Analysis, Error, store};

/// How many months one transaction takes, so that evidence need not wait long.
const MONTHS_AT_ONCE: i64 = 50;

/// Counts the days and weeks of every month that still waits for it.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn count_spans(service: &Analysis) -> Result<(), Error> {
    loop {
        let mut tx = store::turn(&service.db).await?;
        let counted = store::spans::catch_up(&mut tx, MONTHS_AT_ONCE, &service.rules).await?;
        tx.commit().await?;
        if counted == 0 {
            return Ok(());
        }
    }
}
