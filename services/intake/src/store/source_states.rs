//! How sources stood, and what is said of how they stand: kept whenever anything but the times of a pull is new.

use contracts::intake::sources::{Source, SourceMoved};
use domain::Timestamp;
use kit::{Tx, on_tx};

use super::past::{self, Kind};

/// Says how a source now stands, and keeps it.
pub async fn say(tx: &mut Tx, source: &Source) -> Result<(), sqlx::Error> {
    keep(tx, source).await?;
    tx.say(&SourceMoved { source: source.clone() }).await.map(|_| ())
}

/// Keeps how a source now stands where that is new: a pull that brought nothing leaves no trace but its times.
pub async fn keep(tx: &mut Tx, source: &Source) -> Result<(), sqlx::Error> {
    let what = (Kind::Source, source.key.as_str());
    let kept: Option<Source> = past::last(tx, what).await?;
    if kept.is_none_or(|kept| without_times(&kept) != without_times(source)) {
        past::keep(tx, what, source).await?;
    }
    Ok(())
}

/// When anything first came of a source that is known of it.
pub async fn first_brought(tx: &mut Tx, key: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar("select min(received_at) from import_run where source_key = $1")
        .bind(key)
        .fetch_one(c)
        .await)
}

/// A source without the times of its pulls.
fn without_times(source: &Source) -> Source {
    let mut source = source.clone();
    (source.health.last_tried, source.health.last_good, source.health.next_at) = (None, None, None);
    source
}
