//! Days and weeks of what was recorded before they were counted.

use crate::{Analysis, Error, SETTLE, store};

/// How many months one transaction takes, so that evidence need not wait long.
const MONTHS_AT_ONCE: i64 = 50;

/// Counts every month that still waits for it, with its days and weeks, and has told and looked at anew what rests on it.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn count_spans(service: &Analysis) -> Result<(), Error> {
    loop {
        let mut tx = store::turn(&service.db).await?;
        let counted = store::spans::catch_up(&mut tx, MONTHS_AT_ONCE, &service.rules).await?;
        if !counted.is_empty() {
            store::anew::note(&mut tx, &counted).await?;
            let provinces = counted.iter().filter_map(|of| of.province.parse().ok()).collect();
            store::day::take_back(&mut tx, Some(&provinces), None).await?;
            tx.nudge(SETTLE);
        }
        tx.commit().await?;
        if counted.is_empty() {
            return Ok(());
        }
    }
}
