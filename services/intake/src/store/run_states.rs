//! Where import runs stood at a moment: kept whenever one begins, ends, waits again or is replayed, and now and then while it is read.

use contracts::intake::{ImportRun, ImportState};
use domain::{ImportId, Timestamp};
use kit::{Db, Tx, on_tx};

use super::{
    past::{self, Kind},
    remarks,
    runs::{self, RunRow},
};
use crate::error::Error;

/// Whether how far a run is after so many batches is kept: each time at first, then the wider apart the longer it runs, so that
/// what is kept of a run stays little and never lags behind by more than a hundredth.
pub const fn is_kept(batches: u64) -> bool {
    batches.is_multiple_of((batches / 100).next_power_of_two())
}

/// Keeps where a run stands from now on.
pub async fn keep(tx: &mut Tx, row: &RunRow) -> Result<(), sqlx::Error> {
    let run = ImportRun { remarks: remarks::list_in(tx, &row.import_id).await?, ..row.run() };
    past::keep(tx, (Kind::Import, row.import_id.as_str()), &run).await
}

/// Keeps how a run ended that an earlier program read: before it is changed.
pub async fn take_up(tx: &mut Tx, row: &RunRow) -> Result<(), sqlx::Error> {
    let Some(ended) = row.finished_at else { return Ok(()) };
    let run = ImportRun { remarks: remarks::list_in(tx, &row.import_id).await?, ..row.run() };
    past::keep_first(tx, (Kind::Import, row.import_id.as_str()), (ended, &run)).await
}

/// One run as it stood at a moment; `None` where it had not been received.
pub async fn get(db: &Db, id: &ImportId, at: Timestamp) -> Result<Option<ImportRun>, sqlx::Error> {
    let Some(row) = runs::get(db, id).await?.filter(|row| row.received_at <= at) else { return Ok(None) };
    if let Some(kept) = past::one(db, (Kind::Import, id.as_str()), at).await? {
        return Ok(Some(kept));
    }
    let run = derived(&row, at);
    let remarks = if run.finished_at.is_some() { remarks::list(db, id).await? } else { Vec::new() };
    Ok(Some(ImportRun { remarks, ..run }))
}

/// How these runs, which were received by a moment, stood then.
pub async fn stood(db: &Db, rows: &[RunRow], at: Timestamp) -> Result<Vec<ImportRun>, Error> {
    let ids: Vec<String> = rows.iter().map(|row| row.import_id.to_string()).collect();
    let mut kept = past::known(db, (Kind::Import, Some(&ids)), at).await?;
    let stood = |row: &RunRow| {
        let kept: Option<ImportRun> = kept.remove(row.import_id.as_str());
        ImportRun { remarks: Vec::new(), ..kept.unwrap_or_else(|| derived(row, at)) }
    };
    Ok(rows.iter().map(stood).collect())
}

/// Where a run of which nothing was kept by then stood at a moment after it was received.
fn derived(row: &RunRow, at: Timestamp) -> ImportRun {
    let run = row.run();
    let by_then = |moment: Option<Timestamp>| moment.filter(|moment| *moment <= at);
    if by_then(run.finished_at).is_some() {
        return run;
    }
    let started_at = by_then(run.started_at);
    let state = if started_at.is_some() { ImportState::Running } else { ImportState::Waiting };
    ImportRun { state, started_at, finished_at: None, ..unread(run) }
}

/// A run before anything of its file was read.
fn unread(run: ImportRun) -> ImportRun {
    ImportRun {
        read: 0,
        accepted: 0,
        updated: 0,
        unchanged: 0,
        quarantined: 0,
        passed_over: 0,
        rate: None,
        bytes_read: 0,
        remaining_s: None,
        failure: String::new(),
        remarks: Vec::new(),
        ..run
    }
}

/// Waits until no other transaction counts for a run, and keeps others waiting until this one ends.
pub async fn lock(tx: &mut Tx, id: &ImportId) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update import_run set tries = tries where import_id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(|_| ()))?;
    tx.renew();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_kept;

    #[test]
    fn what_is_kept_of_a_run_is_near_and_little() {
        let kept: Vec<u64> = (1..=1_000_000).filter(|batches| is_kept(*batches)).collect();
        assert_eq!(kept[..100], (1..=100).collect::<Vec<u64>>());
        assert!(kept.windows(2).all(|pair| (pair[1] - pair[0]) * 50 <= pair[1].max(50)), "near");
        assert!(kept.len() < 2000, "{}", kept.len());
    }
}
