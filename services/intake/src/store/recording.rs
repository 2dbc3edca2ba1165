//! Recording drafts: what they change is written and announced in one transaction.

use contracts::intake::ObservationsRecorded;
use domain::{EventId, ObservationId};
use kit::Tx;

use super::{cluster::due, observations};
use crate::{
    domain::{
        draft::{Arrival, Draft},
        merge::{Tally, merge},
        page::packs,
    },
    error::Error,
};

/// The job that compares what was recorded.
pub const COMPARE: &str = "intake.cluster.compare";

/// What brings drafts: the origin of their announcement, and what its event ids are derived from.
#[derive(Clone, Debug)]
pub struct Bringer<'a> {
    /// The run or report, as the event names it.
    pub origin: &'a str,
    /// Which part of it: the same part said twice is said once.
    pub part: &'a str,
    /// With what they arrive.
    pub arrival: Arrival,
}

/// Records drafts in their order and says what changed; the tally holds no quarantined ones.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn record(tx: &mut Tx, drafts: Vec<Draft>, bringer: &Bringer<'_>) -> Result<Tally, Error> {
    let mut ids: Vec<ObservationId> = drafts.iter().map(Draft::id).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = observations::known(tx, &ids).await?;
    let merged = merge(drafts, known, &bringer.arrival)?;
    observations::end(tx, &merged.ended).await?;
    observations::insert(tx, &merged.revisions).await?;
    let standing = merged.standing();
    compare_later(tx, &[bringer.origin, bringer.part], &due::Due::recorded(&standing)).await?;
    for (number, recorded) in packs(standing).into_iter().enumerate() {
        let id = EventId::derived(&["observations", bringer.origin, bringer.part, &number.to_string()]);
        let said =
            ObservationsRecorded { origin: bringer.origin.to_owned(), recorded, retracted: Vec::new() };
        tx.say_as(&id, &said).await?;
    }
    Ok(merged.tally)
}

/// Notes that clusters are to be looked at: not in this transaction, so that recording stays as fast as it is.
async fn compare_later(tx: &mut Tx, brought_by: &[&str], due: &due::Due) -> Result<(), sqlx::Error> {
    due::put(tx, &brought_by.join(" "), due).await?;
    tx.nudge(COMPARE);
    Ok(())
}

/// Takes an observation back from now on and says so; `false` where it does not stand any more. Nothing of it is deleted.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
pub async fn retract(
    tx: &mut Tx,
    (id, revision): (&ObservationId, u32),
    (by, why): (&str, &str),
) -> Result<bool, Error> {
    if !observations::note_retraction(tx, (id, revision), (by, why)).await? {
        return Ok(false);
    }
    observations::end(tx, std::slice::from_ref(id)).await?;
    let due = due::Due { again: vec![id.clone()], ..due::Due::default() };
    compare_later(tx, &["retraction", id.as_str(), &revision.to_string()], &due).await?;
    let event = EventId::derived(&["retraction", id.as_str(), &revision.to_string()]);
    let origin = id.to_string();
    let said = ObservationsRecorded { origin, recorded: Vec::new(), retracted: vec![id.clone()] };
    tx.say_as(&event, &said).await?;
    Ok(true)
}
