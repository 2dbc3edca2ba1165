//! Records that are not taken: each waits in the quarantine once, however often and however packed it comes.

use std::collections::BTreeMap;

use contracts::intake::remark::Remark;
use kit::Tx;

use crate::{
    domain::merge::Tally,
    error::Error,
    store::{
        quarantine::{self, Refused},
        remarks,
        runs::RunRow,
    },
};

/// Puts records into the quarantine that no other run of the same source has met; of the others it is remarked where they wait,
/// and that counts as nothing new.
pub(super) async fn set_aside(tx: &mut Tx, row: &RunRow, refused: Vec<Refused>) -> Result<Tally, Error> {
    if refused.is_empty() {
        return Ok(Tally::default());
    }
    let met = quarantine::met(tx, row, &refused).await?;
    let mut remarked: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut new = Vec::new();
    for record in refused {
        let Some(import) = met.get(&record.sha256) else {
            new.push(record);
            continue;
        };
        remarked.entry(Remark::of_met_in(import)).or_insert((0, record.line)).0 += 1;
    }
    quarantine::keep(tx, &row.import_id, &new).await?;
    remarks::add(tx, &row.import_id, &remarked).await?;
    let unchanged = remarked.values().map(|(records, _)| records).sum();
    Ok(Tally { quarantined: new.len() as u64, unchanged, ..Tally::default() })
}
